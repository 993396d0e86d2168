/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "debar report" and "debar report merge" share.
 */
#ifndef DEBAR_REPORT_VERBS_H
#define DEBAR_REPORT_VERBS_H

#include "report_directory.h"
#include "verbs.h"

extern const char verb_merge_text[];
extern const struct option_row verb_merge_options[];
enum status verb_merge_run(struct cli *cli);

/**
 * report_begin_output() - report_directory_begin(), what is wrong is reported
 *
 * Return: status.
 */
enum status report_begin_output(struct cli *cli, const char *output, bool force,
				struct report_directory **ret_directory);

/**
 * report_parse_formats() - a list of formats
 * @cli: context; cli->status is set where a word is no format, which is reported
 * @list: words with commas between them
 * @formats: bits are added
 *
 * Return: true if all are formats.
 */
bool report_parse_formats(struct cli *cli, const char *list, unsigned int *formats);

#endif
