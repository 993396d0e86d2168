/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where "debar report" and "debar report merge" write to: a directory with files of
 * some formats, whole or not there at all. What fails is reported.
 */
#ifndef DEBAR_REPORT_OUTPUT_H
#define DEBAR_REPORT_OUTPUT_H

#include <stdio.h>

#include "progress.h"
#include "report_directory.h"
#include "report_model.h"
#include "verbs.h"

enum report_format {
	REPORT_HTML,
	REPORT_JSON,
	REPORT_CSV,
	REPORT_TEXT,
	REPORT_FORMATS
};

struct report_output {
	struct cli *cli;
	const char *path;		/* of the directory; NULL: not said */
	unsigned int formats;		/* bits; 0: not said */
	bool force;			/* replace a report that is there */
	struct report_directory *directory;
};

#define REPORT_OUTPUT_OPTION { 'o', "output", "DIR", "make this directory; needed" }
#define REPORT_FORMAT_OPTION { 'F', "format", "LIST", "of html, json, csv, text; default all" }
#define REPORT_FORCE_OPTION { 'f', "force", NULL, "replace a report that is there" }

/**
 * report_output_option() - take an option that is one of these
 * @output: to set
 * @letter: of the option, whose argument is optarg
 *
 * Return: true if it is right; else cli->status is set.
 */
bool report_output_option(struct report_output *output, int letter);

/** report_output_check() - after all options. Return: status. */
enum status report_output_check(struct report_output *output);

/** report_output_begin() - make the directory. Return: status. */
enum status report_output_begin(struct report_output *output);

bool report_output_has(const struct report_output *output, enum report_format format);

/** report_output_open() - begin a file; @name has to stay. Return: status. */
enum status report_output_open(struct report_output *output, const char *name,
			       FILE **ret_stream);

/** report_output_close() - end it. Return: status. */
enum status report_output_close(struct report_output *output, FILE *stream);

/** report_output_finish() - show the directory under its name. Return: status. */
enum status report_output_finish(struct report_output *output, struct progress *progress);

/** report_output_print() - members "finding" and "statement"; the latter may be NULL */
void report_output_print(struct out *out, enum report_finding finding, const char *statement);

#endif
