// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report in words.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "report_words.h"

#define NS UINT64_C(1000000000)

static const char *const outcome_words[] = {
	[HISTORY_DENIED] = "denied",
	[HISTORY_OBSERVED] = "observed",
	[HISTORY_WOULD_BE_DENIED] = "would-be-denied",
	[HISTORY_EXCEPTED] = "excepted",
};
static_assert(sizeof(outcome_words) / sizeof(outcome_words[0]) == HISTORY_OUTCOMES,
	      "an outcome lacks a word");

static const struct {
	const char *word, *text;
} findings[] = {
	[REPORT_USED] = { "used", "Used" },
	[REPORT_ATTEMPTED] = { "attempted", "Attempted, denied" },
	[REPORT_NONE] = { "none", "None found" },
	[REPORT_NONE_WATCHED] = { "none-while-watched", "None found while watched" },
	[REPORT_NOT_WATCHED] = { "not-watched", "Cannot say" },
};
static_assert(sizeof(findings) / sizeof(findings[0]) == REPORT_FINDINGS,
	      "a finding lacks a word");

static const struct {
	const char *word, *text;
} watches[] = {
	[REPORT_ENFORCED] = { "enforced", "Watched, enforced" },
	[REPORT_PERMISSIVE] = { "permissive", "Watched, nothing denied" },
	[REPORT_PARTIAL] = { "partial", "Watched in part" },
	[REPORT_OFF] = { "off", "Switched off" },
	[REPORT_GAP] = { "gap", "Not watched" },
	[REPORT_UNKNOWN] = { "unknown", "No record" },
};
static_assert(sizeof(watches) / sizeof(watches[0]) == REPORT_WATCHES, "a watch lacks a word");

const struct report_method report_methods[] = {
	{ "file-sha256", "Every file that is executed or mapped as code is compared, by the SHA-256 "
			 "of its whole content, with the files that the policies in force ban." },
	{ "kernel-record", "The kernel itself records each attempt and what came of it; programs "
			   "in userspace only store the records." },
	{ "hash-chain", "Records are stored in a chain of hashes: one that was altered or removed "
			"is found by 'debar evidence verify'." },
	{ "watch-proof", "Signs of life, sequence numbers and the identity of each start of "
			 "machine and module prove when the machine was watched." },
	{ NULL, NULL },
};

const char *report_outcome_word(enum history_outcome outcome)
{
	return outcome_words[outcome];
}

const char *report_finding_word(enum report_finding finding)
{
	return findings[finding].word;
}

const char *report_finding_text(enum report_finding finding)
{
	return findings[finding].text;
}

const char *report_watch_word(enum report_watch watch)
{
	return watches[watch].word;
}

const char *report_watch_text(enum report_watch watch)
{
	return watches[watch].text;
}

void report_duration(uint64_t ns, char ret_text[48])
{
	static const struct {
		uint64_t seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	uint64_t seconds = ns / NS;
	size_t i;

	/* The two largest units that are not 0 next to each other say enough. */
	for (i = 0; i < 3 && seconds < units[i].seconds; i++)
		;
	if (i < 3 && seconds % units[i].seconds >= units[i + 1].seconds)
		snprintf(ret_text, 48, "%" PRIu64 " %s %" PRIu64 " %s",
			 seconds / units[i].seconds, units[i].unit,
			 seconds % units[i].seconds / units[i + 1].seconds, units[i + 1].unit);
	else if (!seconds && ns)
		snprintf(ret_text, 48, "less than 1 s");
	else
		snprintf(ret_text, 48, "%" PRIu64 " %s", seconds / units[i].seconds,
			 units[i].unit);
}

void report_percent_number(uint64_t part, uint64_t whole, char ret_text[32])
{
	uint64_t hundredths = whole ? (unsigned __int128)part * 10000 / whole : 0;

	snprintf(ret_text, 32, "%" PRIu64 ".%02" PRIu64, hundredths / 100, hundredths % 100);
}

void report_percent(uint64_t part, uint64_t whole, char ret_text[32])
{
	report_percent_number(part, whole, ret_text);
	strcat(ret_text, " %");
}

void report_time(uint64_t ns, char ret_text[48])
{
	if (ns)
		out_format_time(ns, 0, ret_text);
	else
		*ret_text = '\0';
}

void report_uid(uint32_t uid, char ret_text[16])
{
	if (uid == UINT32_MAX)
		snprintf(ret_text, 16, "unset");
	else
		snprintf(ret_text, 16, "%u", uid);
}

void report_plural(uint64_t n, const char *noun, char ret_text[64])
{
	snprintf(ret_text, 64, "%" PRIu64 " %s%s", n, noun, n == 1 ? "" : "s");
}

uint64_t report_total(const struct report_count *count)
{
	return count->n[HISTORY_DENIED] + report_ran(count);
}

uint64_t report_ran(const struct report_count *count)
{
	return count->n[HISTORY_OBSERVED] + count->n[HISTORY_WOULD_BE_DENIED] +
	       count->n[HISTORY_EXCEPTED];
}

uint64_t report_watched(const struct report *report)
{
	return report->watch_ns[REPORT_ENFORCED] + report->watch_ns[REPORT_PERMISSIVE];
}

static void count_findings(const struct report *report, size_t n[REPORT_FINDINGS])
{
	size_t i;

	memset(n, 0, REPORT_FINDINGS * sizeof(*n));
	for (i = 0; i < report->n_products; i++)
		if (report->products[i].in_scope)
			n[report->products[i].finding]++;
}

static enum report_finding overall(const size_t n[REPORT_FINDINGS])
{
	if (n[REPORT_USED])
		return REPORT_USED;
	if (n[REPORT_ATTEMPTED])
		return REPORT_ATTEMPTED;
	if (!n[REPORT_NONE] && !n[REPORT_NONE_WATCHED])
		return REPORT_NOT_WATCHED;
	return n[REPORT_NONE_WATCHED] || n[REPORT_NOT_WATCHED] ? REPORT_NONE_WATCHED :
								 REPORT_NONE;
}

enum report_finding report_overall(const struct report *report)
{
	size_t n[REPORT_FINDINGS];

	count_findings(report, n);
	return overall(n);
}

void report_statement(const struct report *report, FILE *stream)
{
	size_t n[REPORT_FINDINGS];
	char percent[32];

	count_findings(report, n);
	report_percent(report_watched(report), report->until_ns - report->since_ns, percent);
	switch (overall(n)) {
	case REPORT_USED:
		fprintf(stream, "Found: %zu product%s in scope ran on this machine", n[REPORT_USED],
			n[REPORT_USED] == 1 ? "" : "s");
		if (n[REPORT_ATTEMPTED])
			fprintf(stream, "; %zu more %s started and denied", n[REPORT_ATTEMPTED],
				n[REPORT_ATTEMPTED] == 1 ? "was" : "were");
		fputc('.', stream);
		break;
	case REPORT_ATTEMPTED:
		fprintf(stream, "Found: %zu product%s in scope %s started on this machine and "
			"denied; none ran while it was watched.", n[REPORT_ATTEMPTED],
			n[REPORT_ATTEMPTED] == 1 ? "" : "s",
			n[REPORT_ATTEMPTED] == 1 ? "was" : "were");
		break;
	case REPORT_NONE:
		fputs("None found: no product in scope ran or was started, and the machine was "
		      "watched for all of them during the whole period.", stream);
		break;
	case REPORT_NONE_WATCHED:
		fprintf(stream, "None found while the machine was watched, which is %s of the "
			"period. For the rest this report cannot say.", percent);
		break;
	default:
		fputs("This report cannot say whether a product in scope was used: no policy "
		      "that names one was in force while the machine was watched.", stream);
		break;
	}
}

__attribute__((format(printf, 3, 4)))
static void say_text(void (*say)(const char *sentence, void *data), void *data,
		     const char *format, ...)
{
	char *text;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		return;
	say(text, data);
	free(text);
}

static void say_watch(const struct report *report,
		      void (*say)(const char *sentence, void *data), void *data)
{
	static const char *const what[REPORT_WATCHES] = {
		[REPORT_PERMISSIVE] = "the mode was permissive: banned files ran, and are listed as "
				      "would-be-denied",
		[REPORT_PARTIAL] = "only some kinds of event were judged: what is named under "
				   "\"hooks missing\" could pass unseen",
		[REPORT_OFF] = "the module was loaded but switched off: nothing was seen",
		[REPORT_GAP] = "there was no watch: what ran then is not known",
		[REPORT_UNKNOWN] = "the store has no record: nothing is known about that time",
	};
	char duration[48];
	size_t i;

	for (i = REPORT_PERMISSIVE; i < REPORT_WATCHES; i++) {
		if (!report->watch_ns[i])
			continue;
		report_duration(report->watch_ns[i], duration);
		say_text(say, data, "For %s %s.", duration, what[i]);
	}
}

void report_limits(const struct report *report,
		   void (*say)(const char *sentence, void *data), void *data)
{
	char text[64];
	size_t i, n_partly = 0, n_never = 0;
	uint64_t window = report->until_ns - report->since_ns;

	say("What was never executed or mapped as code leaves no record: a file that only lies on "
	    "a disk is not found by this report.", data);
	say("A product is recognised by the exact content of its files: a build that no policy "
	    "lists is not recognised.", data);
	say_watch(report, say, data);
	if (report->n_lost) {
		report_plural(report->n_lost, "event", text);
		say_text(say, data, "%s %s overwritten in the kernel before being stored: who or "
			 "what they were about is not known.", text,
			 report->n_lost == 1 ? "was" : "were");
	}
	if (report->n_unjudged_events) {
		report_plural(report->n_unjudged_events, "event", text);
		say_text(say, data, "%s %s about files that could not be read or hashed: whether "
			 "they are banned is not known.", text,
			 report->n_unjudged_events == 1 ? "was" : "were");
	}
	if (report->n_jumps) {
		report_plural(report->n_jumps, "time", text);
		say_text(say, data, "The clock was set %s: times around that may be wrong.", text);
	}
	for (i = 0; i < report->n_pruned; i++)
		if (report->pruned[i].time_ns > report->since_ns)
			say("Records of the period were removed because their time of retention "
			    "was over.", data);
	if (report->n_replaced)
		say("An earlier store was damaged and set aside: what it held is not in this "
		    "report.", data);
	for (i = 0; i < report->n_products; i++) {
		if (!report->products[i].in_scope)
			continue;
		n_never += !report->products[i].watched_ns;
		n_partly += report->products[i].watched_ns &&
			    report->products[i].watched_ns < window;
	}
	if (n_partly) {
		report_plural(n_partly, "product", text);
		say_text(say, data, "%s in scope %s watched for during a part of the period only.",
			 text, n_partly == 1 ? "was" : "were");
	}
	if (n_never) {
		report_plural(n_never, "product", text);
		say_text(say, data, "%s in scope %s never watched for in the period.", text,
			 n_never == 1 ? "was" : "were");
	}
}
