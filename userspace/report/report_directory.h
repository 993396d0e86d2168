/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directory of a report: whole or not there at all. It is written beside its place
 * and renamed to it in the end.
 */
#ifndef DEBAR_REPORT_DIRECTORY_H
#define DEBAR_REPORT_DIRECTORY_H

#include <stdbool.h>
#include <stdio.h>

struct report_directory;

/**
 * report_directory_begin() - make a directory beside its place
 * @path: where it is to be
 * @force: replace what is there, if that is a directory that a report made
 * @ret_directory: set on success; end with _finish() or _abort()
 *
 * Return: 0; -EEXIST if there is something that may not be replaced; or -errno.
 */
int report_directory_begin(const char *path, bool force,
			   struct report_directory **ret_directory);

/**
 * report_directory_open() - a new file in it
 * @directory: directory
 * @name: constant text
 *
 * Return: stream for writing, closed by report_directory_close(); NULL with errno set.
 */
FILE *report_directory_open(struct report_directory *directory, const char *name);

/** report_directory_close() - Return: 0, or -errno of anything that was not written. */
int report_directory_close(struct report_directory *directory, FILE *stream);

/**
 * report_directory_finish() - add SHA256SUMS and put it in its place
 * @directory: freed
 *
 * Return: 0; or -errno, then nothing is left of it and what was there still is.
 */
int report_directory_finish(struct report_directory *directory);

/** report_directory_abort() - remove what was written. Accepts NULL. */
void report_directory_abort(struct report_directory *directory);

#endif
