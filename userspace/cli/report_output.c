// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where "debar report" and "debar report merge" write to.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "report_output.h"
#include "report_words.h"

static const char *const names[REPORT_FORMATS] = { "html", "json", "csv", "text" };

/* Words with commas between them. */
static bool take_formats(struct report_output *output, const char *list)
{
	while (*list) {
		size_t length = strcspn(list, ","), i;

		for (i = 0; i < REPORT_FORMATS; i++)
			if (strlen(names[i]) == length && strncmp(names[i], list, length) == 0)
				break;
		if (i == REPORT_FORMATS) {
			output->cli->status =
				fail(output->cli, STATUS_USAGE, 0,
				     "'%.*s' is not a format: there are html, json, csv and text",
				     (int)length, list);
			return false;
		}
		output->formats |= 1u << i;
		list += length;
		list += *list == ',';
	}
	return true;
}

bool report_output_option(struct report_output *output, int letter)
{
	switch (letter) {
	case 'o':
		output->path = optarg;
		return true;
	case 'f':
		output->force = true;
		return true;
	default:
		return take_formats(output, optarg);
	}
}

enum status report_output_check(struct report_output *output)
{
	struct cli *cli = output->cli;

	if (!output->path)
		return fail(cli, STATUS_USAGE, 0, "--output is missing: see 'debar %s --help'",
			    cli->title);
	if (!output->formats)
		output->formats = (1u << REPORT_FORMATS) - 1;
	return STATUS_OK;
}

enum status report_output_begin(struct report_output *output)
{
	int err = report_directory_begin(output->path, output->force, &output->directory);

	if (err == -EEXIST && output->force)
		return fail(output->cli, STATUS_PATH, EEXIST,
			    "%s: it is there and is no report: --force replaces reports only",
			    output->path);
	if (err == -EEXIST)
		return fail(output->cli, STATUS_PATH, EEXIST,
			    "%s: it is there already: name another, or say --force",
			    output->path);
	return err ? fail_path(output->cli, err, output->path) : STATUS_OK;
}

bool report_output_has(const struct report_output *output, enum report_format format)
{
	return output->formats & 1u << format;
}

static enum status write_failed(struct report_output *output, int err)
{
	return fail(output->cli, STATUS_IO, err, "%s: writing the report failed: %s",
		    output->path, strerror(abs(err)));
}

enum status report_output_open(struct report_output *output, const char *name,
			       FILE **ret_stream)
{
	*ret_stream = report_directory_open(output->directory, name);
	return *ret_stream ? STATUS_OK : write_failed(output, errno);
}

enum status report_output_close(struct report_output *output, FILE *stream)
{
	int err = report_directory_close(output->directory, stream);

	return err ? write_failed(output, err) : STATUS_OK;
}

enum status report_output_finish(struct report_output *output, struct progress *progress)
{
	int err;

	if (progress_update(progress, 0))
		return fail(output->cli, STATUS_INTERRUPTED, EINTR, "interrupted");
	err = report_directory_finish(output->directory);
	output->directory = NULL;
	return err ? write_failed(output, err) : STATUS_OK;
}

void report_output_print(struct out *out, enum report_finding finding, const char *statement)
{
	out_word(out, "finding", NULL, OUT_PLAIN, report_finding_word(finding));
	out_word(out, "statement", NULL, OUT_PLAIN, statement ? statement : "");
	out_note(out, "%s", statement ? statement : "");
}
