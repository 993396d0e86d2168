// SPDX-License-Identifier: GPL-2.0-only
/*
 * What came of an event.
 */
#include "outcome.h"

enum evidence_outcome evidence_outcome(const struct debar_event *event)
{
	if (!debar_reason_of_file(event->reason))
		return EVIDENCE_WATCH;
	if (event->reason != DEBAR_REASON_BAN)
		return EVIDENCE_NOT_JUDGED;
	if (event->verdict == DEBAR_VERDICT_DENY)
		return EVIDENCE_DENIED;
	if (event->excepted)
		return EVIDENCE_EXCEPTED;
	if (event->action == DEBAR_ACTION_DENY)
		return EVIDENCE_WOULD_BE_DENIED;
	return EVIDENCE_OBSERVED;
}

const char *evidence_outcome_name(enum evidence_outcome outcome)
{
	static const char *const names[] = {
		[EVIDENCE_DENIED] = "denied",
		[EVIDENCE_WOULD_BE_DENIED] = "would-be-denied",
		[EVIDENCE_OBSERVED] = "observed",
		[EVIDENCE_EXCEPTED] = "excepted",
		[EVIDENCE_NOT_JUDGED] = "not-judged",
		[EVIDENCE_WATCH] = "watch",
	};

	_Static_assert(sizeof(names) / sizeof(names[0]) == __EVIDENCE_OUTCOME_LAST,
		       "an outcome lacks a name");
	return outcome >= EVIDENCE_DENIED && outcome < __EVIDENCE_OUTCOME_LAST ?
		       names[outcome] : "unknown";
}
