// SPDX-License-Identifier: GPL-2.0
/*
 * The failure table.
 *
 * A file only gets here when its size is banned (or a ban has no size), so the
 * chance that it is banned is real and it is denied: with the error that stopped
 * us, which the exec would most likely have met a moment later itself. It never
 * concerns the programs that a machine needs to run, since their sizes are not
 * banned; permissive mode denies nothing here either.
 */
#include "failure.h"

#include <linux/build_bug.h>
#include <linux/kernel.h>

struct failure {
	const char *name;
	enum debar_verdict verdict;	/* in enforce mode */
	bool recorded;
};

static const struct failure table[] = {
	[DEBAR_REASON_BAN]	  = { "ban", DEBAR_VERDICT_DENY, true },
	[DEBAR_REASON_NO_MEMORY]  = { "no-memory", DEBAR_VERDICT_DENY, true },
	[DEBAR_REASON_UNREADABLE] = { "unreadable", DEBAR_VERDICT_DENY, true },
	[DEBAR_REASON_CRYPTO]	  = { "crypto", DEBAR_VERDICT_DENY, true },
	/* Nobody is left to be denied anything: the process is ending. */
	[DEBAR_REASON_KILLED]	  = { "killed", DEBAR_VERDICT_DENY, false },
	/* What the kernel itself refuses, but for Linux 6.11 and early 6.12. */
	[DEBAR_REASON_BUSY]	  = { "busy", DEBAR_VERDICT_DENY, true },
};

/* Those from here on are not about a file. */
static_assert(ARRAY_SIZE(table) == DEBAR_REASON_GAP, "a reason without a row");

enum debar_verdict debar_failure_verdict(enum debar_reason reason,
					 enum debar_mode mode)
{
	return mode == DEBAR_MODE_ENFORCE ? table[reason].verdict :
					    DEBAR_VERDICT_OBSERVE;
}

bool debar_failure_recorded(enum debar_reason reason)
{
	return table[reason].recorded;
}

const char *debar_failure_name(enum debar_reason reason)
{
	return table[reason].name;
}
