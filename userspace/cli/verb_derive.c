// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy derive: bans from packages.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchors.h"
#include "derive.h"
#include "files.h"
#include "options.h"
#include "progress.h"
#include "report.h"

/* Not an id of any authority, so that nobody loads it without naming one. */
#define NO_AUTHORITY	"NAME-THE-AUTHORITY"

struct choices {
	/* NULL: not given. */
	const char *vendor, *product, *version, *authority, *action, *output, *policy;
	bool csv, keep_going;
};

static int show_progress(uint64_t done, void *data)
{
	return progress_update(data, done);
}

static enum status package_failed(struct cli *cli, int err, const char *path,
				  const char *error)
{
	switch (err) {
	case -ENOMEM:
		return fail_memory(cli);
	case -EINTR:
		return fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	case -EBADMSG:
	case -E2BIG:
	case -EBUSY:
		return fail(cli, STATUS_PATH, err, "%s", error ? error : path);
	default:
		return fail(cli, STATUS_IO, err, "%s", error ? error : path);
	}
}

static enum status read_package(struct cli *cli, const char *path, bool keep_going,
				struct package *ret_package)
{
	struct progress progress;
	struct package_options options = {
		.keep_going = keep_going,
		.bounds = PACKAGE_BOUNDS_DEFAULT,
		.progress = show_progress,
		.data = &progress,
	};
	enum status status;
	struct stat st;
	char *error;
	int fd, err;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	progress_begin(&progress, cli, "reading", st.st_size);
	err = package_read(fd, path, &options, ret_package, &error);
	progress_end(&progress);
	close(fd);
	if (err)
		status = package_failed(cli, err, path, error);
	free(error);
	return status;
}

/* The first of them that there is. */
static const char *first(const char *given, const char *known, const char *otherwise)
{
	if (given)
		return given;
	return known ? known : otherwise;
}

/* What is given counts first, then what the policy knows, then what the package says. */
static void place(struct derived *derived, const struct choices *choices,
		  const struct anchor *anchor)
{
	const struct package_facts *facts = &derived->package.facts;
	const struct anchor known = anchor ? *anchor : (struct anchor){ 0 };

	derived->anchored = anchor;
	derived->unverified = known.unverified;
	derived->vendor = first(choices->vendor, known.vendor,
				first(facts->vendor, NULL, "Unknown vendor"));
	derived->product = first(choices->product, known.product,
				 first(facts->name, NULL, derived->package.name));
	derived->version = first(choices->version, known.version,
				 first(facts->version, NULL, "unknown"));
	derived->authority = first(choices->authority, known.authority, NO_AUTHORITY);
	derived->action = first(choices->action, known.observe ? "observe" : NULL, "deny");
}

static void warn_unverified(struct cli *cli, const char *path)
{
	warn(cli, "%s: the policy knows this package by an anchor that is marked as unverified: "
	     "see for yourself that the package is what the policy says", path);
}

/* All of the output, before any of it is written. */
static enum status render(struct cli *cli, const struct choices *choices,
			  const struct derived *list, size_t n, char **ret_text,
			  size_t *ret_length)
{
	FILE *stream = open_memstream(ret_text, ret_length);
	struct out out;
	int err = 0;

	if (!stream)
		return fail_memory(cli);
	if (cli->out.json) {
		out_init(&out, stream);
		out.json = true;
		derive_print_json(&out, list, n);
		err = out_finish(&out);
	} else if (choices->csv) {
		derive_print_csv(stream, list, n);
	} else {
		derive_print_yaml(stream, list, n);
	}
	if (ferror(stream) || err) {
		fclose(stream);
		return fail_memory(cli);
	}
	return fclose(stream) ? fail_memory(cli) : STATUS_OK;
}

static enum status write_output(struct cli *cli, const struct choices *choices,
				const struct derived *list, size_t n)
{
	char *text = NULL;
	size_t length = 0;
	enum status status;

	status = render(cli, choices, list, n, &text, &length);
	if (!status && choices->output)
		status = file_write(cli, choices->output, text, length);
	else if (!status)
		fwrite(text, 1, length, cli->out.stream);
	free(text);
	return status;
}

/* What was passed over with --keep-going. */
static enum status report_problems(struct cli *cli, const struct derived *list, size_t n)
{
	enum status status = STATUS_OK;
	size_t i, k;

	for (i = 0; i < n; i++) {
		const struct package *package = &list[i].package;

		for (k = 0; k < package->n_problems; k++)
			status = fail(cli, STATUS_OTHER, EBADMSG, "%s: %s: %s: not in the result",
				      list[i].path, package->problems[k].member,
				      package->problems[k].text);
	}
	return status;
}

static enum status derive(struct cli *cli, const struct choices *choices, char **paths)
{
	struct anchors anchors = { 0 };
	enum status status = STATUS_OK;
	struct derived *list;
	size_t n = 0, i;

	while (paths[n])
		n++;
	list = calloc(n, sizeof(*list));
	if (!list)
		return fail_memory(cli);
	if (choices->policy)
		status = anchors_read(cli, choices->policy, &anchors);
	for (i = 0; i < n && !status; i++) {
		list[i].path = paths[i];
		status = read_package(cli, paths[i], choices->keep_going, &list[i].package);
		if (!status)
			place(&list[i], choices,
			      anchors_find(&anchors, list[i].package.sha256));
		if (!status && list[i].unverified)
			warn_unverified(cli, paths[i]);
	}
	if (!status)
		status = write_output(cli, choices, list, n);
	if (!status)
		status = report_problems(cli, list, n);
	for (i = 0; i < n; i++)
		package_free(&list[i].package);
	free(list);
	anchors_free(&anchors);
	return status;
}

enum status verb_derive_run(struct cli *cli)
{
	struct choices choices = { 0 };
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0) {
		switch (letter) {
		case 'V':
			choices.vendor = optarg;
			break;
		case 'P':
			choices.product = optarg;
			break;
		case 'R':
			choices.version = optarg;
			break;
		case 'A':
			choices.authority = optarg;
			break;
		case 'a':
			choices.action = optarg;
			break;
		case 'c':
			choices.csv = true;
			break;
		case 'p':
			choices.policy = optarg;
			break;
		case 'k':
			choices.keep_going = true;
			break;
		case 'o':
			choices.output = optarg;
			break;
		}
	}
	if (letter < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	if (choices.action && strcmp(choices.action, "deny") != 0 && strcmp(choices.action, "observe") != 0)
		return fail(cli, STATUS_USAGE, 0,
			    "'%s' is not an action: it is deny or observe", choices.action);
	if (choices.csv && cli->out.json)
		return fail(cli, STATUS_USAGE, 0, "--csv and --json exclude each other");
	return derive(cli, &choices, paths);
}

const struct option_row verb_derive_options[] = {
	{ 'c', "csv", NULL, "print a hash list instead of a part of a policy" },
	{ 'o', "output", "FILE", "write it there, whole or not at all" },
	{ 'V', "vendor", "NAME", "whose it is, instead of what the package says" },
	{ 'P', "product", "NAME", "what it is, likewise" },
	{ 'R', "release", "VERSION", "which version it is, likewise" },
	{ 'A', "authority", "ID", "what the bans rest on" },
	{ 'a', "action", "ACTION", "deny or observe" },
	{ 'p', "policy", "FILE", "where a package that this policy knows belongs" },
	{ 'k', "keep-going", NULL, "pass over damaged parts, and exit with 1" },
	{ 0 },
};
