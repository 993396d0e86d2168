/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One event: what happened, to which file, and who did it.
 */
#ifndef DEBAR_EVENT_H
#define DEBAR_EVENT_H

#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "uapi/debar.h"

struct file;

/* Bytes of a device's name, as in struct super_block. */
#define DEBAR_DEVICE_SIZE 32

/**
 * struct debar_subject - what a question is about: a file, or memory
 * @file: the file; NULL where the content is in memory
 * @data: the content; NULL where there is a file
 * @size: bytes of the content
 * @kind: of event
 * @mapped: asked inside the locks of a mapping: nothing may wait for userspace
 */
struct debar_subject {
	struct file *file;
	const void *data;
	u64 size;
	enum debar_kind kind;
	bool mapped;
};

/**
 * struct debar_event - one record; immutable once it has a sequence number
 * @references: one for the ring, one for whoever looks at it
 * @seq: from 1 without gap
 * @time_ns: ns since 1970
 * @reason: why it was recorded; says which members below are set
 * @mode: of the machine at that moment
 * @pid: thread group, initial pid namespace
 * @ppid: of its parent
 * @uid: real uid, initial user namespace
 * @auid: its login uid
 * @comm: its name
 * @kind: of event; a file's, DEBAR_REASON_GAP's and _COVERED's
 * @verdict: what happened; a file's, as all up to @device
 * @mapped: see struct debar_subject
 * @dev: major << 20 | minor of the file's filesystem
 * @inode: its number
 * @size: bytes of the content
 * @device: name of the file's filesystem's device
 * @sha256: of the file, or of a policy's image
 * @action: of the product, at that time
 * @excepted: let through because of an exception
 * @policy: name of a policy
 * @serial: of it
 * @vendor: of the ban
 * @product: of the ban
 * @release: of the ban; empty: none
 * @authority: that the ban rests on
 * @error: positive errno
 * @why: one constant sentence; DEBAR_REASON_POLICY_REJECT's
 * @off: nothing is hooked; DEBAR_REASON_START's
 * @old_serial: of the policy whose place @policy took; 0: none
 * @n_bans: of @policy
 * @old_mode: DEBAR_REASON_MODE's
 * @path_truncated: @path is only the end of the path
 * @path_length: bytes of @path without NUL
 * @path: of the file as the process sees it, any bytes, ended by NUL
 */
struct debar_event {
	refcount_t references;
	u64 seq;
	u64 time_ns;
	enum debar_reason reason;
	enum debar_mode mode;
	u32 pid;
	u32 ppid;
	u32 uid;
	u32 auid;
	char comm[TASK_COMM_LEN];
	enum debar_kind kind;
	enum debar_verdict verdict;
	bool mapped;
	u32 dev;
	u64 inode;
	u64 size;
	char device[DEBAR_DEVICE_SIZE];
	u8 sha256[DEBAR_SHA256_SIZE];
	enum debar_action action;
	bool excepted;
	char policy[DEBAR_NAME_MAX + 1];
	u64 serial;
	char vendor[DEBAR_TEXT_MAX + 1];
	char product[DEBAR_TEXT_MAX + 1];
	char release[DEBAR_TEXT_MAX + 1];
	char authority[DEBAR_TEXT_MAX + 1];
	int error;
	const char *why;
	bool off;
	u64 old_serial;
	u32 n_bans;
	enum debar_mode old_mode;
	bool path_truncated;
	u32 path_length;
	char path[];
};

/* Is a record with this reason about a file? */
static inline bool debar_reason_of_file(enum debar_reason reason)
{
	return reason <= DEBAR_REASON_BUSY;
}

/**
 * debar_event_make() - an event of the watch itself, done by the current process
 * @reason: not one of a file
 * @mode: of the machine
 *
 * Context: process, may sleep.
 * Return: the event with one reference; NULL without memory.
 */
struct debar_event *debar_event_make(enum debar_reason reason, enum debar_mode mode);

/**
 * debar_event_of_file() - an event of a file, done by the current process
 * @subject: the file
 * @reason: of a file
 * @verdict: what is going to happen
 * @mode: that led to @verdict
 *
 * Context: process, may sleep.
 * Return: the event with one reference; NULL without memory.
 */
struct debar_event *debar_event_of_file(const struct debar_subject *subject,
					enum debar_reason reason,
					enum debar_verdict verdict,
					enum debar_mode mode);

/* One more reference. */
struct debar_event *debar_event_get(struct debar_event *event);

/* Give a reference back. Accepts NULL. Context: any. */
void debar_event_put(struct debar_event *event);

/* Names of values, as records have them. */
const char *debar_event_verdict(const struct debar_event *event);
const char *debar_kind_name(enum debar_kind kind);

#endif
