/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of what was denied, observed or could not be judged, and of what changes
 * the watch itself. Counters and event ring miss nothing; the audit trail and the
 * kernel log get what the throttle lets pass, and how much it did not; a listener
 * tells whoever waits. Recording never changes a verdict.
 */
#ifndef DEBAR_RECORD_H
#define DEBAR_RECORD_H

#include <linux/types.h>

#include "event.h"

struct debar_match;
struct debar_policy;

/* What the counters say; see uapi/debar.h for each. */
struct debar_counters {
	u64 denied;
	u64 observed;
	u64 failed;
	u64 event_seq;
	u64 events_lost;
	u64 suppressed;
};

/**
 * debar_record_init() - start recording
 * @ring: events that the ring is to have room for
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: @ring is out of range; -ENOMEM.
 */
int debar_record_init(unsigned int ring);
void debar_record_exit(void);

/**
 * debar_record_set_listener() - who is told of each new event
 * @listener: called in process context without a lock; NULL for nobody
 *
 * Only while no hook is installed and no command of netlink is under way.
 */
void debar_record_set_listener(void (*listener)(const struct debar_event *event));

/**
 * debar_record_ban() - count and record a match
 * @subject: the file
 * @verdict: what is going to happen
 * @mode: that led to @verdict
 * @sha256: digest of the file
 * @match: what it matched
 *
 * Context: process, may sleep. Counting cannot fail; when there is no memory for
 * the event, the loss is counted.
 */
void debar_record_ban(const struct debar_subject *subject, enum debar_verdict verdict,
		      enum debar_mode mode, const u8 sha256[DEBAR_SHA256_SIZE],
		      const struct debar_match *match);

/**
 * debar_record_failure() - count and record that a file could not be judged
 * @subject: the file
 * @verdict: what is going to happen
 * @mode: that led to @verdict
 * @reason: why it could not
 * @error: positive errno
 *
 * Context: as debar_record_ban().
 */
void debar_record_failure(const struct debar_subject *subject,
			  enum debar_verdict verdict, enum debar_mode mode,
			  enum debar_reason reason, int error);

/*
 * What changes the watch. Whoever changes it records it before the next change of
 * its sort can come. Context: process, may sleep.
 */

/**
 * debar_record_coverage() - events of a kind are not judged any more, or again
 * @kind: of event
 * @mode: of the machine
 * @error: positive errno of the hook; 0: they are judged
 */
void debar_record_coverage(enum debar_kind kind, enum debar_mode mode, int error);

/**
 * debar_record_start() - the module was loaded
 * @mode: of the machine
 * @off: nothing is hooked
 */
void debar_record_start(enum debar_mode mode, bool off);

/* The module goes: to the audit trail only, for the ring goes too. */
void debar_record_stop(void);

/* @mode took the place of @old. */
void debar_record_mode(enum debar_mode mode, enum debar_mode old);

void debar_record_seal(enum debar_mode mode);

/**
 * debar_record_policy() - a policy came or went
 * @reason: DEBAR_REASON_POLICY_LOAD, _REPLACE or _REMOVE
 * @mode: of the machine
 * @policy: which
 * @old_serial: of the policy whose place it took; 0: none
 */
void debar_record_policy(enum debar_reason reason, enum debar_mode mode,
			 const struct debar_policy *policy, u64 old_serial);

/**
 * debar_record_reject() - a commit was refused
 * @mode: of the machine
 * @sha256: announced digest of the image
 * @error: positive errno
 * @why: one constant sentence
 */
void debar_record_reject(enum debar_mode mode, const u8 sha256[DEBAR_SHA256_SIZE],
			 int error, const char *why);

void debar_record_counters(struct debar_counters *ret_counters);

#endif
