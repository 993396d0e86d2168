// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy import: lists of bad files in other formats become hash lists.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "candidate.h"
#include "files.h"
#include "importer.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "verb_import.h"

#define MANUFACTURERS_MAX 64

/* Options without a letter. */
enum {
	OPTION_SKIP = 256,
	OPTION_SOURCE,
	OPTION_MANUFACTURER,
};

struct request {
	const struct import_format *format;
	struct import_options options;
	const char *manufacturers[MANUFACTURERS_MAX];
	const char *output;
};

static int show_progress(uint64_t done, void *data)
{
	return progress_update(data, done);
}

static enum status read_file(struct cli *cli, const struct request *request,
			     struct import_result *ret_result, int *ret_error)
{
	struct import_options options = request->options;
	struct progress progress;
	enum status status;
	struct stat st;
	int fd;

	status = file_open(cli, options.path, &fd, &st);
	if (status)
		return status;
	progress_begin(&progress, cli, "importing", st.st_size);
	options.progress = show_progress;
	options.progress_data = &progress;
	*ret_error = import_run(request->format, fd, &options, ret_result);
	progress_end(&progress);
	close(fd);
	return STATUS_OK;
}

/* Nothing was written. */
static enum status say_why(struct cli *cli, const struct request *request,
			   const struct import_result *result, int error)
{
	size_t n = result->diagnostics.n_errors;
	const char *path = request->options.path;

	switch (error) {
	case -EINTR:
		return fail(cli, STATUS_INTERRUPTED, error, "interrupted");
	case -EBADMSG:
		break;
	default:
		return fail_path(cli, error, path);
	}
	if (n == 0)
		return fail(cli, STATUS_POLICY, error,
			    "%s: there is nothing to ban in it: nothing is written", path);
	if (result->refused.total == n)
		return fail(cli, STATUS_POLICY, error,
			    "%s: %zu entr%s cannot be taken: nothing is written; "
			    "--skip-unusable leaves them out", path, n,
			    n == 1 ? "y" : "ies");
	return fail(cli, STATUS_POLICY, error, "%s: %zu error%s: nothing is written", path, n,
		    n == 1 ? "" : "s");
}

static void print_tally(struct out *out, const char *key, const char *verb,
			const struct import_tally *tally)
{
	size_t i;

	out_list(out, key, OUT_HIDDEN);
	for (i = 0; i < tally->n; i++) {
		const struct import_count *count = &tally->list[i];

		out_row(out);
		out_word(out, "reason", NULL, OUT_PLAIN, count->reason);
		out_number(out, "entries", NULL, count->n);
		out_number(out, "first_line", NULL, count->line);
		out_end(out);
		if (count->line > 0)
			out_note(out, "%" PRIu64 " %s: %s, the first in line %u", count->n,
				 verb, count->reason, count->line);
		else
			out_note(out, "%" PRIu64 " %s: %s", count->n, verb, count->reason);
	}
	out_end(out);
}

static void print_summary(struct out *out, const struct request *request,
			  const struct import_result *result)
{
	out_document(out, "debar-policy-import/1");
	out_word(out, "format", NULL, OUT_PLAIN, request->format->name);
	out_bytes(out, "file", NULL, request->options.path);
	if (request->output)
		out_bytes(out, "list", NULL, request->output);
	else
		out_none(out, "list", NULL);
	out_number(out, "entries", NULL, result->n_entries);
	out_number(out, "taken", NULL, result->n_taken);
	out_number(out, "duplicates", NULL, result->n_duplicates);
	out_number(out, "unsized", NULL, result->n_unsized);
	out_number(out, "escaped", NULL, result->n_escaped);
	out_note(out, "%" PRIu64 " entr%s, %" PRIu64 " taken, %" PRIu64 " duplicate%s",
		 result->n_entries, result->n_entries == 1 ? "y" : "ies", result->n_taken, result->n_duplicates,
		 result->n_duplicates == 1 ? "" : "s");
	print_tally(out, "refused", "left out", &result->refused);
	print_tally(out, "ignored", "not meant as bans", &result->ignored);
	if (result->n_unsized)
		out_note(out, "%" PRIu64 " of those taken without a size: the kernel will hash "
			 "every file that runs", result->n_unsized);
	if (result->n_escaped)
		out_note(out, "%" PRIu64 " name%s with characters that a reviewed text may not "
			 "hold: they are written as \\xHH", result->n_escaped,
			 result->n_escaped == 1 ? "" : "s");
	out_end(out);
}

/*
 * The list goes to standard output if it has no other place; what is said about it
 * then goes to standard error.
 */
static enum status write_list(struct cli *cli, const struct request *request,
			      const struct import_result *result)
{
	struct out summary = cli->out;
	enum status status;
	int err;

	if (request->output) {
		status = file_write(cli, request->output, result->list, result->length);
		if (!status)
			print_summary(&cli->out, request, result);
		return status;
	}
	out_init(&summary, stderr);
	summary.json = cli->out.json;
	print_summary(&summary, request, result);
	err = out_finish(&summary);
	/* Whether all of it went out is looked at once, at the end of the program. */
	fwrite(result->list, 1, result->length, cli->out.stream);
	return err ? fail(cli, STATUS_IO, err, "writing the summary failed: %s",
			  strerror(-err)) : STATUS_OK;
}

static enum status import(struct cli *cli, const struct request *request)
{
	struct import_result result = { 0 };
	enum status status;
	int error;

	status = read_file(cli, request, &result, &error);
	if (status)
		return status;
	candidate_print_diagnostics(cli, &result.diagnostics);
	if (error)
		status = say_why(cli, request, &result, error);
	else
		status = write_list(cli, request, &result);
	if (!status && result.refused.total > 0)
		status = fail(cli, STATUS_OTHER, 0,
			      "%s: %" PRIu64 " entr%s left out: what they name is not banned",
			      request->options.path, result.refused.total,
			      result.refused.total == 1 ? "y was" : "ies were");
	import_result_free(&result);
	return status;
}

static enum status wrong_format(struct cli *cli, const char *name)
{
	const char *why = import_format_refusal(name);

	if (why)
		return fail(cli, STATUS_USAGE, 0, "'%s' is not imported: %s", name, why);
	return fail(cli, STATUS_USAGE, 0, "'%s' is not a format: see 'debar %s --help'", name,
		    cli->title);
}

enum status verb_import_run(struct cli *cli)
{
	struct request request = { 0 };
	char **arguments;
	int letter;

	request.options.manufacturers = request.manufacturers;
	while ((letter = options_next(cli)) > 0) {
		switch (letter) {
		case 'o':
			request.output = optarg;
			break;
		case OPTION_SKIP:
			request.options.skip_unusable = true;
			break;
		case OPTION_SOURCE:
			request.options.source = optarg;
			break;
		case OPTION_MANUFACTURER:
			if (request.options.n_manufacturers == MANUFACTURERS_MAX)
				return fail(cli, STATUS_USAGE, 0,
					    "--manufacturer stands more than %u times",
					    MANUFACTURERS_MAX);
			request.manufacturers[request.options.n_manufacturers++] = optarg;
			break;
		}
	}
	if (letter < 0 || !options_arguments(cli, 2, 2, &arguments))
		return cli->status;
	request.format = import_format_find(arguments[0]);
	if (!request.format)
		return wrong_format(cli, arguments[0]);
	request.options.path = arguments[1];
	if (request.format->by_manufacturer && !request.options.n_manufacturers)
		return fail(cli, STATUS_USAGE, 0, "--manufacturer is missing: say whose files "
			    "are to be banned");
	if (!request.format->by_manufacturer && request.options.n_manufacturers)
		return fail(cli, STATUS_USAGE, 0, "--manufacturer is for the format 'nsrl'");
	return import(cli, &request);
}

const struct option_row verb_import_options[] = {
	{ 'o', "output", "LIST", "where to write the hash list (standard output)" },
	{ OPTION_SKIP, "skip-unusable", NULL, "leave out what is no ban, and exit with 1" },
	{ OPTION_SOURCE, "source", "TEXT", "where FILE came from (its name)" },
	{ OPTION_MANUFACTURER, "manufacturer", "NAME", "nsrl: whose files; more than once" },
	{ 0 },
};

const char verb_import_text[] =
	"FORMAT is one of\n\n"
	"  sha256sum  lines of sha256sum(1), its own form or the BSD form\n"
	"  csv        a table whose header names 'sha256', or 'algo' and 'hash'\n"
	"  stix       STIX 2.1 bundle: indicators that list SHA-256 digests\n"
	"  misp       MISP event in JSON: sha256, filename|sha256 with to_ids\n"
	"  cyclonedx  CycloneDX in JSON: components of the type 'file'\n"
	"  spdx       SPDX 2.2 or 2.3 in JSON: files\n"
	"  hsb        ClamAV .hsb: signatures of whole files\n"
	"  nsrl       NSRL RDSv3 minimal set (SQLite): files of --manufacturer\n"
	"  openioc    OpenIOC 1.0 or 1.1 (XML): FileItem/Sha256sum\n"
	"  santa      Santa rules in JSON: BINARY rules that block\n"
	"  fapolicyd  fapolicyd rules: deny rules with filehash\n\n"
	"LIST is a CSV hash list for a policy, written whole or, if anything in FILE\n"
	"is wrong, not at all. Digests that are no SHA-256 of a file are refused.\n";
