// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar events: what was denied, and what would have been.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "escape.h"
#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

#define UNSET UINT32_MAX

/* What happened, in the word that people look for. */
static const char *outcome(const struct debar_event *e, enum out_colour *ret_colour)
{
	if (e->reason != DEBAR_REASON_BAN) {
		*ret_colour = OUT_BAD;
		return "not-judged";
	}
	if (e->verdict == DEBAR_VERDICT_DENY) {
		*ret_colour = OUT_BAD;
		return "denied";
	}
	*ret_colour = OUT_WARN;
	if (e->excepted)
		return "excepted";
	if (e->action == DEBAR_ACTION_DENY)
		return "would-be-denied";
	return "observed";
}

static void print_bytes(struct out *out, const char *before, const char *text)
{
	char *escaped = escape_terminal(text);

	fprintf(out->stream, "%s%s", before, escaped ? escaped : "?");
	free(escaped);
}

static void print_text(struct out *out, const struct debar_event *e)
{
	enum out_colour colour;
	const char *word = outcome(e, &colour);
	char time[48], hex[2 * DEBAR_SHA256_SIZE + 1];

	out_format_time(e->time_ns, 3, time);
	fprintf(out->stream, "%s #%" PRIu64 " %s%s%s %s", time, e->seq,
		out_paint(out, colour), word, out_unpaint(out), debar_kind_name(e->kind));
	print_bytes(out, " ", e->path);
	fputs(e->path_truncated ? "(truncated): " : ": ", out->stream);
	if (e->reason == DEBAR_REASON_BAN) {
		print_bytes(out, "", e->vendor);
		print_bytes(out, ", ", e->product);
		if (*e->release)
			print_bytes(out, " ", e->release);
		print_bytes(out, " (", e->authority);
		print_bytes(out, ", policy ", e->policy);
		fprintf(out->stream, " serial %" PRIu64 ")", e->serial);
	} else {
		fprintf(out->stream, "%s: %s, %s", debar_reason_name(e->reason),
			strerror(e->error),
			e->verdict == DEBAR_VERDICT_DENY ? "denied" : "let through");
	}
	fprintf(out->stream, " pid=%u ppid=%u", e->pid, e->ppid);
	print_bytes(out, " comm=", e->comm);
	fprintf(out->stream, " uid=%u", e->uid);
	if (e->auid == UNSET)
		fputs(" auid=unset", out->stream);
	else
		fprintf(out->stream, " auid=%u", e->auid);
	fprintf(out->stream, " size=%" PRIu64, e->file_size);
	if (e->reason == DEBAR_REASON_BAN) {
		escape_hex(e->sha256, sizeof(e->sha256), hex);
		fprintf(out->stream, " sha256=%s", hex);
	}
	fputc('\n', out->stream);
}

static void print_json(struct out *out, const struct debar_event *e)
{
	enum out_colour colour;
	char dev[24];

	snprintf(dev, sizeof(dev), "%u:%u", e->dev_major, e->dev_minor);
	out_document(out, "debar-event/1");
	out_number(out, "seq", NULL, e->seq);
	out_time(out, "time", NULL, e->time_ns, "");
	out_word(out, "outcome", NULL, OUT_PLAIN, outcome(e, &colour));
	out_word(out, "kind", NULL, OUT_PLAIN, debar_kind_name(e->kind));
	out_word(out, "reason", NULL, OUT_PLAIN, debar_reason_name(e->reason));
	out_word(out, "verdict", NULL, OUT_PLAIN, debar_verdict_name(e->verdict));
	out_word(out, "mode", NULL, OUT_PLAIN, debar_mode_name(e->mode));
	out_bytes(out, "path", NULL, e->path);
	out_flag(out, "path_truncated", NULL, e->path_truncated);
	out_word(out, "dev", NULL, OUT_PLAIN, dev);
	out_number(out, "inode", NULL, e->inode);
	out_number(out, "size", NULL, e->file_size);
	out_number(out, "pid", NULL, e->pid);
	out_number(out, "ppid", NULL, e->ppid);
	out_bytes(out, "comm", NULL, e->comm);
	out_number(out, "uid", NULL, e->uid);
	if (e->auid == UNSET)
		out_none(out, "auid", NULL);
	else
		out_number(out, "auid", NULL, e->auid);
	if (e->reason == DEBAR_REASON_BAN) {
		out_sha256(out, "sha256", NULL, e->sha256);
		out_word(out, "action", NULL, OUT_PLAIN, debar_action_name(e->action));
		out_bytes(out, "policy", NULL, e->policy);
		out_number(out, "serial", NULL, e->serial);
		out_bytes(out, "vendor", NULL, e->vendor);
		out_bytes(out, "product", NULL, e->product);
		if (*e->release)
			out_bytes(out, "release", NULL, e->release);
		else
			out_none(out, "release", NULL);
		out_flag(out, "excepted", NULL, e->excepted);
		out_bytes(out, "authority", NULL, e->authority);
	} else {
		out_number(out, "errno", NULL, e->error);
	}
	out_end(out);
}

static int print_event(const struct debar_event *event, void *data)
{
	struct out *out = data;

	if (out->json)
		print_json(out, event);
	else
		print_text(out, event);
	return 0;
}

/* Whoever follows wants each event now, and to know when the reader is gone. */
static int print_event_now(const struct debar_event *event, void *data)
{
	struct out *out = data;

	print_event(event, out);
	return fflush(out->stream) ? -EPIPE : 0;
}

static int print_lost(uint64_t first, uint64_t last, void *data)
{
	struct out *out = data;

	out_document(out, "debar-lost/1");
	out_number(out, "first", NULL, first);
	out_number(out, "last", NULL, last);
	out_note(out, "%s#%" PRIu64 " to #%" PRIu64 " are lost: newer events took their "
		 "place%s", out_paint(out, OUT_WARN), first, last, out_unpaint(out));
	out_end(out);
	return 0;
}

static int follow(struct cli *cli, struct debar *debar, uint64_t after)
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
	err = debar_follow(debar, after, fd, print_event_now, print_lost, &cli->out);
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

static enum status run(struct cli *cli)
{
	bool following = false;
	enum status status;
	struct debar *debar;
	uint64_t after = 0;
	int c, err;

	while ((c = options_next(cli)) > 0) {
		if (c == 'f')
			following = true;
		else if (!parse_seq(optarg, &after))
			return fail(cli, STATUS_USAGE, 0,
				    "'%s' is not a sequence number: say 0 or more",
				    optarg);
	}
	if (c < 0 || !options_none(cli))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	status = check_after(cli, debar, after);
	if (!status) {
		err = following ? follow(cli, debar, after) :
				  debar_events(debar, after, print_event, &cli->out);
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

static const struct option_row options[] = {
	{ 'f', "follow", NULL, "wait for more; SIGINT or SIGTERM ends it with success" },
	{ 'a', "after", "SEQ", "only events with a higher sequence number" },
	{ 0 },
};

const struct verb verb_events = {
	.name = "events",
	.summary = "Show what was denied, or would have been",
	.text = "A line an event, oldest first: those that the kernel still holds. With\n"
		"--json a line is a JSON document. With --follow, events that were\n"
		"overwritten before they could be read are reported as lost.\n",
	.options = options,
	.run = run,
};
