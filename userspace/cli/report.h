/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes wrong, in one sentence on standard error: what it is and what to
 * do. With --json it is a JSON object on a line of its own.
 */
#ifndef DEBAR_REPORT_H
#define DEBAR_REPORT_H

#include "libdebar.h"
#include "verbs.h"

/**
 * fail() - report a failure
 * @cli: context
 * @status: exit status that it leads to
 * @err: the errno behind it, positive or negative; 0 for none
 * @format: one sentence, without a period; control characters are escaped
 *
 * Return: @status.
 */
__attribute__((format(printf, 4, 5)))
enum status fail(struct cli *cli, enum status status, int err, const char *format, ...);

/**
 * warn() - report what does not keep the verb from succeeding
 * @cli: context
 * @format: one sentence, without a period; control characters are escaped
 */
__attribute__((format(printf, 2, 3)))
void warn(struct cli *cli, const char *format, ...);

/** fail_path() - an argument names a file that @err makes useless. Return: status. */
enum status fail_path(struct cli *cli, int err, const char *path);

/**
 * fail_module() - a call of libdebar failed
 * @cli: context
 * @debar: connection, for the kernel's sentence; NULL if it could not be opened
 * @err: what the call returned
 * @doing: what was being done, e.g. "reading the status"
 *
 * Return: status.
 */
enum status fail_module(struct cli *cli, const struct debar *debar, int err,
			const char *doing);

/** fail_memory() - Return: status. */
enum status fail_memory(struct cli *cli);

/** connect_module() - debar_open(), reported if it fails. Return: status. */
enum status connect_module(struct cli *cli, struct debar **ret_debar);

#endif
