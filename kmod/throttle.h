/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which records are written out: a banned program that is started in a loop must
 * not drown the audit trail and the log. Records of one user and one ban pass at
 * a bounded rate, all together at another one; the rest is counted, and after a
 * while one summary tells how many there were. Counters and the event ring are
 * before this and miss nothing.
 */
#ifndef DEBAR_THROTTLE_H
#define DEBAR_THROTTLE_H

#include <linux/types.h>

#include "uapi/debar.h"

struct debar_event;

/**
 * struct debar_suppressed - records of one kind that were not written out
 * @count: how many
 * @since_ns: ns since 1970, of the first
 * @several: of several users and bans: what follows means nothing
 * @uid: of the user
 * @reason: of the records
 * @sha256: of the banned file; 0 where the file could not be judged
 * @policy: that bans it; empty where the file could not be judged
 */
struct debar_suppressed {
	u64 count;
	u64 since_ns;
	bool several;
	u32 uid;
	enum debar_reason reason;
	u8 sha256[DEBAR_SHA256_SIZE];
	char policy[DEBAR_NAME_MAX + 1];
};

/**
 * debar_throttle_init() - start
 * @summary: called for what was suppressed; process context, may sleep, no lock
 *
 * Return: 0 or -ENOMEM.
 */
int debar_throttle_init(void (*summary)(const struct debar_suppressed *suppressed));

/* Tell all summaries that are still to be told, and stop. */
void debar_throttle_exit(void);

/**
 * debar_throttle_pass() - is a record to be written out?
 * @event: of a file
 *
 * Context: any but interrupts; takes throttle_lock.
 * Return: true; false if it has been counted for a summary instead.
 */
bool debar_throttle_pass(const struct debar_event *event);

/* Count a record that passed, but could not be written out, for a summary. */
void debar_throttle_count(const struct debar_event *event);

/* Records that were suppressed since the module was loaded. */
u64 debar_throttle_suppressed(void);

#endif
