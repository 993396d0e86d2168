/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What time it is, where a clock that is set must not loosen a policy.
 */
#ifndef DEBAR_CLOCK_H
#define DEBAR_CLOCK_H

#include <linux/types.h>

/* Take the time to go on from. Before anything else of this file. */
void debar_clock_init(void);

/**
 * debar_clock_now() - what the machine's clock shows
 *
 * Context: any.
 * Return: seconds since 1970, UTC.
 */
u64 debar_clock_now(void);

/**
 * debar_clock_latest() - the time, which never goes back
 *
 * The latest of: what the clock shows, what it has been asked for before, and what
 * it showed when the module was loaded plus the time since then.
 *
 * Context: any.
 * Return: seconds since 1970, UTC.
 */
u64 debar_clock_latest(void);

#endif
