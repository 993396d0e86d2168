/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What came of an event, in one word. The numbers stand in stores: they never change.
 */
#ifndef DEBAR_EVIDENCE_OUTCOME_H
#define DEBAR_EVIDENCE_OUTCOME_H

#include "libdebar.h"

enum evidence_outcome {
	EVIDENCE_DENIED = 1,
	EVIDENCE_WOULD_BE_DENIED,	/* permissive, or not in force yet */
	EVIDENCE_OBSERVED,		/* the product's action is observe */
	EVIDENCE_EXCEPTED,		/* let through because of an exception */
	EVIDENCE_NOT_JUDGED,		/* the file could not be read or hashed */
	EVIDENCE_WATCH,			/* about the watch itself, not about a file */
	__EVIDENCE_OUTCOME_LAST,
};

enum evidence_outcome evidence_outcome(const struct debar_event *event);

/* denied would-be-denied observed excepted not-judged watch; "unknown" beyond. */
const char *evidence_outcome_name(enum evidence_outcome outcome);

#endif
