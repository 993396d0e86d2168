/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as tables for spreadsheets: RFC 4180, UTF-8, every text in quotes.
 *
 * Texts that others chose are escaped as for a terminal (control bytes and what is not
 * UTF-8 as \xHH, a backslash twice); one that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
#ifndef DEBAR_REPORT_CSV_H
#define DEBAR_REPORT_CSV_H

#include <stdio.h>

#include "report_model.h"

/* One field of a row; the first is preceded by nothing, each other by a comma. */
struct csv {
	FILE *stream;
	bool begun;
};

void csv_text(struct csv *csv, const char *text);	/* NULL: empty */
void csv_number(struct csv *csv, uint64_t number);
void csv_time(struct csv *csv, uint64_t ns);		/* 0: empty */
void csv_end(struct csv *csv);

/* A header: words up to NULL. */
void csv_header(struct csv *csv, const char *const *words);

void report_csv_products(const struct report *report, FILE *stream);
void report_csv_endpoints(const struct report *report, FILE *stream);
/* The plan that the directive asks for; only if it has one. */
void report_csv_plan(const struct report *report, FILE *stream);

/* evidence.csv: its header, then each row as it is found. */
void report_csv_evidence_begin(FILE *stream);
void report_csv_evidence(const struct report *report, const struct history_hit *row,
			 FILE *stream);

#endif
