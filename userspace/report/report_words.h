/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report in words, which text, HTML, CSV and JSON share so that they cannot drift.
 */
#ifndef DEBAR_REPORT_WORDS_H
#define DEBAR_REPORT_WORDS_H

#include <stdio.h>

#include "report_model.h"

/* Words for machines: constant, in small letters with '-'. */
const char *report_outcome_word(enum history_outcome outcome);	/* denied ... */
const char *report_finding_word(enum report_finding finding);	/* used ... */
const char *report_watch_word(enum report_watch watch);		/* enforced ... */

/* The same for people. */
const char *report_finding_text(enum report_finding finding);
const char *report_watch_text(enum report_watch watch);

/* What can be said of all products in scope together. */
enum report_finding report_overall(const struct report *report);

/* One sentence that says it. */
void report_statement(const struct report *report, FILE *stream);

/**
 * report_limits() - what the report cannot know, one sentence a call
 * @report: report
 * @say: called for each; texts from elsewhere are in it as they are
 * @data: handed to @say
 */
void report_limits(const struct report *report,
		   void (*say)(const char *sentence, void *data), void *data);

/* How products are identified: code for machines, sentence for people. */
struct report_method {
	const char *code, *text;
};
extern const struct report_method report_methods[];	/* up to one without a code */

/* "29 d 4 h", "12 min 3 s", "0 s". */
void report_duration(uint64_t ns, char ret_text[48]);

/* "99.98 %": never rounded up, so that 100.00 % is all of it. */
void report_percent(uint64_t part, uint64_t whole, char ret_text[32]);
void report_percent_number(uint64_t part, uint64_t whole, char ret_text[32]);	/* "99.98" */

/* RFC 3339 to the second, UTC; "" for 0. */
void report_time(uint64_t ns, char ret_text[48]);

/* "1000", or "unset" for the login of what nobody logged in for. */
void report_uid(uint32_t uid, char ret_text[16]);

uint64_t report_total(const struct report_count *count);
uint64_t report_ran(const struct report_count *count);	/* of those, what ran */

/* Watched, perhaps in part: ns of the window. */
uint64_t report_watched(const struct report *report);

/* "3 events", "1 event": a number and its noun. */
void report_plural(uint64_t n, const char *noun, char ret_text[64]);

#endif
