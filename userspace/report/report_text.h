/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report to be read on a terminal or in a mail.
 */
#ifndef DEBAR_REPORT_TEXT_H
#define DEBAR_REPORT_TEXT_H

#include <stdio.h>

#include "report_model.h"

/* Writes no byte that a terminal would take for a command. */
void report_text(const struct report *report, FILE *stream);

/* Bytes that others chose, escaped for a terminal. */
void report_text_bytes(FILE *stream, const char *text);

/* A sentence, wrapped at 78 columns; the first line begins with @first, others with @next. */
void report_text_wrap(FILE *stream, const char *sentence, const char *first,
		      const char *next);

/* A heading, underlined. */
void report_text_heading(FILE *stream, const char *heading);

#endif
