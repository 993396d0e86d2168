// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar events: what was denied, what would have been, and what became of the watch.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "event_body.h"
#include "event_filter.h"
#include "event_output.h"
#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "store_open.h"

enum form {
	FORM_TEXT,
	FORM_JSON,
	FORM_ECS,
	FORM_OCSF,
};

struct show {
	struct cli *cli;
	struct event_filter filter;
	enum form form;
	bool now;		/* whoever follows wants each event at once */
	uint64_t after;
	struct event_host host;
	/* From the store. */
	struct evidence *evidence;
	int64_t epoch;		/* that the host was asked of */
	struct debar_event event;
};

static int print_object(struct show *show, const struct debar_event *event)
{
	FILE *stream = show->cli->out.stream;
	json_t *object = show->form == FORM_ECS ? event_ecs(event, &show->host) :
						  event_ocsf(event, &show->host);
	int err;

	err = object ? json_dumpf(object, stream, JSON_COMPACT) : -ENOMEM;
	json_decref(object);
	if (err)
		return ferror(stream) ? -EPIPE : -ENOMEM;
	fputc('\n', stream);
	return 0;
}

static int print_event(const struct debar_event *event, void *data)
{
	struct show *show = data;
	struct out *out = &show->cli->out;
	int err = 0;

	if (!event_filter_takes(&show->filter, event))
		return 0;
	if (show->form == FORM_TEXT)
		event_print_text(out, event);
	else if (show->form == FORM_JSON)
		event_print_json(out, event);
	else
		err = print_object(show, event);
	/* To know when the reader is gone. */
	if (!err && show->now && fflush(out->stream))
		err = -EPIPE;
	return err;
}

static int print_lost(uint64_t first, uint64_t last, void *data)
{
	struct show *show = data;
	struct out *out = &show->cli->out;

	/* The schemas of others have no word for it. */
	if (show->form == FORM_ECS || show->form == FORM_OCSF) {
		warn(show->cli, "#%" PRIu64 " to #%" PRIu64 " are lost", first, last);
		return 0;
	}
	out_document(out, "debar-lost/1");
	out_number(out, "first", NULL, first);
	out_number(out, "last", NULL, last);
	out_note(out, "%s#%" PRIu64 " to #%" PRIu64 " are lost: newer events took their "
		 "place%s", out_paint(out, OUT_WARN), first, last, out_unpaint(out));
	out_end(out);
	return 0;
}

static int follow(struct show *show, struct debar *debar)
{
	sigset_t set;
	int fd, err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	show->now = true;
	err = debar_follow(debar, show->after, fd, print_event, print_lost, show);
	close(fd);
	return err;
}

static bool parse_seq(const char *word, uint64_t *ret_seq)
{
	char *end;

	errno = 0;
	*ret_seq = strtoull(word, &end, 10);
	return !errno && end != word && !*end && *word >= '0' && *word <= '9';
}

/* The numbers begin anew with each load of the module. */
static enum status check_after(struct cli *cli, struct debar *debar, uint64_t after)
{
	struct debar_status s;
	int err;

	err = debar_get_status(debar, &s);
	if (err)
		return fail_module(cli, debar, err, "reading the events");
	if (after > s.event_seq)
		return fail(cli, STATUS_PATH, 0,
			    "there is no event #%" PRIu64 " yet, the last is #%" PRIu64
			    ": was the module loaded anew? Then leave --after away",
			    after, s.event_seq);
	return STATUS_OK;
}

static enum status show_live(struct show *show, bool following)
{
	struct cli *cli = show->cli;
	enum status status;
	struct debar *debar;
	int err;

	status = connect_module(cli, &debar);
	if (status)
		return status;
	status = check_after(cli, debar, show->after);
	if (!status) {
		err = following ? follow(show, debar) :
				  debar_events(debar, show->after, print_event, show);
		if (err == -ENOENT)
			status = fail(cli, STATUS_MODULE, err,
				      "the debar module was unloaded: load it again with "
				      "'debar module load'");
		else if (err == -EPIPE)
			status = STATUS_IO;
		else if (err)
			status = fail_module(cli, debar, err, "reading the events");
	}
	debar_close(debar);
	return status;
}

/* A store may be of another machine than this. */
static int follow_host(struct show *show, int64_t epoch)
{
	if ((show->form != FORM_ECS && show->form != FORM_OCSF) || show->epoch == epoch)
		return 0;
	show->epoch = epoch;
	return event_host_stored(show->evidence, epoch, &show->host);
}

static int print_record(const struct evidence_record *record, void *data)
{
	struct show *show = data;
	uint64_t first = 0, last = 0;
	json_t *body;
	int err;

	if (record->seq) {
		err = evidence_event_decode(record, &show->event);
		if (!err)
			err = follow_host(show, record->epoch);
		return err ? err : print_event(&show->event, show);
	}
	if (strcmp(record->kind, "lost") != 0)
		return 0;
	body = json_loadb(record->body, record->body_length, 0, NULL);
	evidence_get_number(body, "first", &first);
	evidence_get_number(body, "last", &last);
	json_decref(body);
	return print_lost(first, last, show);
}

static enum status show_stored(struct show *show, const char *path)
{
	const struct evidence_query query = {
		.since_ns = show->filter.since_ns,
		.until_ns = show->filter.until_ns,
	};
	struct evidence *evidence;
	enum status status;
	int err;

	status = store_open(show->cli, path, &evidence);
	if (status)
		return status;
	show->evidence = evidence;
	err = evidence_each(evidence, &query, print_record, show);
	if (err == -EPIPE)
		status = STATUS_IO;
	else if (err)
		status = store_fail(show->cli, path, evidence, err);
	evidence_close(evidence);
	return status;
}

static bool parse_form(const char *word, enum form *ret_form)
{
	static const char *const words[] = { "text", "json", "ecs", "ocsf" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], word) == 0) {
			*ret_form = i;
			return true;
		}
	}
	return false;
}

static enum status run(struct cli *cli)
{
	struct show show = { .cli = cli };
	bool following = false, formed = false, stored = false;
	const char *store = NULL;
	enum status status;
	int c;

	while ((c = options_next(cli)) > 0) {
		status = STATUS_OK;
		if (c == 'f') {
			following = true;
		} else if (c == 's') {
			stored = true;
			store = optarg;
		} else if (c == 'F') {
			formed = true;
			if (!parse_form(optarg, &show.form))
				status = fail(cli, STATUS_USAGE, 0, "'%s' is not a form: say "
					      "text, json, ecs or ocsf", optarg);
		} else if (c != 'a') {
			status = event_filter_option(cli, &show.filter, c, optarg);
		} else if (!parse_seq(optarg, &show.after)) {
			status = fail(cli, STATUS_USAGE, 0, "'%s' is not a sequence number: say "
				      "0 or more", optarg);
		}
		if (status)
			return status;
	}
	if (c < 0 || !options_none(cli))
		return cli->status;
	if (stored && (following || show.after))
		return fail(cli, STATUS_USAGE, 0, "--%s is of live events, and --store is not: "
			    "leave one away", following ? "follow" : "after");
	if (!formed)
		show.form = cli->out.json ? FORM_JSON : FORM_TEXT;
	cli->out.json = show.form != FORM_TEXT;
	if (stored)
		return show_stored(&show, store ? store : EVIDENCE_STORE);
	event_host_read(&show.host);
	return show_live(&show, following);
}

static const struct option_row options[] = {
	{ 'f', "follow", NULL, "wait for more; SIGINT or SIGTERM ends it with success" },
	{ 'a', "after", "SEQ", "only events with a higher sequence number" },
	{ 's', "store", "[=FILE]", "read the evidence store, not the kernel" },
	{ 'F', "format", "FORM", "text, json, ecs (8.11.0) or ocsf (1.4.0)" },
	EVENT_FILTER_OPTIONS,
	{ 0 },
};

const struct verb verb_events = {
	.name = "events",
	.summary = "Show what was denied, or would have been",
	.text = "A line an event, oldest first: those that the kernel still holds, or with\n"
		"--store all that debard stored. With --json a line is a JSON document.\n"
		"Events that were overwritten before they could be read are reported as lost\n"
		"with --follow and --store.\n\n"
		"TIME is as 2026-11-28T03:00:00Z, 2026-11-28 (0:00 UTC), or 30d, 12h, 15m ago.\n",
	.options = options,
	.run = run,
};
