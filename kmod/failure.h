/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens when a file cannot be judged. One table, nowhere else decided;
 * docs/failure-table.md says the same for people.
 */
#ifndef DEBAR_FAILURE_H
#define DEBAR_FAILURE_H

#include <linux/types.h>
#include "uapi/debar.h"

/**
 * debar_failure_verdict() - what to do with a file that could not be judged
 * @reason: why it could not, not DEBAR_REASON_BAN
 * @mode: of the machine
 *
 * Return: DEBAR_VERDICT_DENY or DEBAR_VERDICT_OBSERVE; in permissive mode
 * always the latter.
 */
enum debar_verdict debar_failure_verdict(enum debar_reason reason,
					 enum debar_mode mode);

/* Is a failure of this kind put in the ring and in the log? */
bool debar_failure_recorded(enum debar_reason reason);

/* Short lower-case name of a reason, DEBAR_REASON_BAN included. */
const char *debar_failure_name(enum debar_reason reason);

#endif
