/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of what was denied, observed or could not be judged: counters, event
 * ring, kernel log, and a listener that tells whoever waits. Recording never
 * changes a verdict and never waits for userspace.
 */
#ifndef DEBAR_RECORD_H
#define DEBAR_RECORD_H

#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "uapi/debar.h"

struct debar_match;
struct file;

/**
 * struct debar_event - one record; immutable once it has a sequence number
 * @references: one for the ring, one for whoever looks at it
 * @seq: from 1 without gap
 * @time_ns: ns since 1970
 * @kind: of event
 * @reason: why it was recorded
 * @verdict: what happened
 * @mode: of the machine at that moment
 * @error: positive errno where @reason is not DEBAR_REASON_BAN
 * @dev: major << 20 | minor of the file's filesystem
 * @inode: of the file
 * @size: of the file, bytes
 * @pid: thread group of the process that tried, initial pid namespace
 * @ppid: its parent
 * @uid: its real uid, initial user namespace
 * @auid: its login uid
 * @comm: its name
 * @sha256: of the file; from here to @authority only for DEBAR_REASON_BAN
 * @action: of the product, at that time
 * @excepted: let through because of an exception
 * @serial: of the policy
 * @policy: its name
 * @vendor: of the ban
 * @product: of the ban
 * @release: of the ban; empty: none
 * @authority: that the ban rests on
 * @path_truncated: @path is only the end of the path
 * @path_length: bytes of @path without NUL
 * @path: of the file as the process sees it, any bytes, ended by NUL
 */
struct debar_event {
	refcount_t references;
	u64 seq;
	u64 time_ns;
	enum debar_kind kind;
	enum debar_reason reason;
	enum debar_verdict verdict;
	enum debar_mode mode;
	int error;
	u32 dev;
	u64 inode;
	u64 size;
	u32 pid;
	u32 ppid;
	u32 uid;
	u32 auid;
	char comm[TASK_COMM_LEN];
	u8 sha256[DEBAR_SHA256_SIZE];
	enum debar_action action;
	bool excepted;
	u64 serial;
	char policy[DEBAR_NAME_MAX + 1];
	char vendor[DEBAR_TEXT_MAX + 1];
	char product[DEBAR_TEXT_MAX + 1];
	char release[DEBAR_TEXT_MAX + 1];
	char authority[DEBAR_TEXT_MAX + 1];
	bool path_truncated;
	u32 path_length;
	char path[];
};

/* What the counters say; see uapi/debar.h for each. */
struct debar_counters {
	u64 denied;
	u64 observed;
	u64 failed;
	u64 event_seq;
	u64 events_lost;
};

int debar_record_init(void);
void debar_record_exit(void);

/**
 * debar_record_set_listener() - who is told of each new event
 * @listener: called in process context without a lock; NULL for nobody
 *
 * Only while no hook is installed.
 */
void debar_record_set_listener(void (*listener)(const struct debar_event *event));

/**
 * debar_record_ban() - count and record a match
 * @file: the file; NULL where the content is in memory
 * @size: bytes of the content
 * @kind: of event
 * @verdict: what is going to happen
 * @mode: that led to @verdict
 * @sha256: digest of the file
 * @match: what it matched
 *
 * Context: process, may sleep. Counting cannot fail; when there is no memory for
 * the event, the loss is counted.
 */
void debar_record_ban(struct file *file, u64 size, enum debar_kind kind,
		      enum debar_verdict verdict, enum debar_mode mode,
		      const u8 sha256[DEBAR_SHA256_SIZE],
		      const struct debar_match *match);

/**
 * debar_record_failure() - count and record that a file could not be judged
 * @file: the file; NULL where the content is in memory
 * @size: bytes of the content
 * @kind: of event
 * @verdict: what is going to happen
 * @mode: that led to @verdict
 * @reason: why it could not
 * @error: positive errno
 *
 * Context: as debar_record_ban().
 */
void debar_record_failure(struct file *file, u64 size, enum debar_kind kind,
			  enum debar_verdict verdict, enum debar_mode mode,
			  enum debar_reason reason, int error);

/**
 * debar_record_gap() - record that events of a kind are not judged
 * @kind: of event
 * @mode: of the machine
 * @error: positive errno of the hook
 *
 * Context: process, may sleep.
 */
void debar_record_gap(enum debar_kind kind, enum debar_mode mode, int error);

void debar_record_counters(struct debar_counters *ret_counters);

/**
 * debar_record_next() - the oldest event in the ring after a sequence number
 * @after: sequence number; 0 for the oldest of all
 *
 * Context: process.
 * Return: the event, to be given back with debar_record_put(); NULL if there is
 * none.
 */
struct debar_event *debar_record_next(u64 after);

/* Give an event back. Accepts NULL. */
void debar_record_put(struct debar_event *event);

#endif
