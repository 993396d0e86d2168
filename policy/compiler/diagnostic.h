/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Collecting what there is to say about a policy.
 */
#ifndef DEBAR_POLICY_DIAGNOSTIC_H
#define DEBAR_POLICY_DIAGNOSTIC_H

#include "bounds.h"
#include "policy.h"
#include "source.h"

struct policy_report_entry {
	enum policy_severity severity;
	struct policy_place place;
	char *message;
};

/* All zero: empty. */
struct policy_report {
	struct policy_report_entry list[2 * POLICY_DIAGNOSTICS_KEPT];
	size_t n;
	size_t n_errors;	/* these two count the dropped ones too */
	size_t n_warnings;
	bool no_memory;		/* something could not be kept for want of memory */
};

/**
 * policy_error(), policy_warning() - say something about a place
 * @report: what is said so far
 * @place: where
 * @format: one sentence without a full stop, as printf(3)
 *
 * Never fail: without memory the report says so.
 */
void policy_error(struct policy_report *report, struct policy_place place,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
void policy_warning(struct policy_report *report, struct policy_place place,
		    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Text from a source, made fit to be quoted in a message. */
struct policy_quote {
	char text[100];
};

/**
 * policy_quote() - quote source text in a message: cut, and with escapes
 * @text: bytes
 * @length: bytes at @text
 *
 * Return: the quote, between '' and ended by NUL.
 */
struct policy_quote policy_quote(const char *text, size_t length);

/* Where something else stands, for messages. */
struct policy_where {
	char text[160];
};

/**
 * policy_where() - where something is that a message refers to
 * @sources: what places refer to
 * @there: where it is
 * @here: where the message is
 *
 * Return: "line 7", and in another file "line 7 of 'file'".
 */
struct policy_where policy_where(const struct policy_sources *sources,
				 struct policy_place there, struct policy_place here);

/**
 * policy_report_finish() - hand the report over, in order of place
 * @report: emptied
 * @sources: what its places refer to
 * @diagnostics: overwritten; free with policy_diagnostics_free()
 *
 * Return: 0, or -ENOMEM if anything was lost for want of memory; @diagnostics
 * then holds what there is.
 */
int policy_report_finish(struct policy_report *report,
			 const struct policy_sources *sources,
			 struct policy_diagnostics *diagnostics);

#endif
