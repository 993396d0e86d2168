/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of the kernel's audit trail: type AUDIT_KERNEL_OTHER, op=..., mod=debar.
 * With audit=0 nothing of this does anything.
 */
#ifndef DEBAR_AUDIT_H
#define DEBAR_AUDIT_H

#include <linux/types.h>

struct debar_counters;
struct debar_event;
struct debar_suppressed;

/* Is the kernel's audit on? */
bool debar_audit_enabled(void);

/**
 * debar_audit_event() - write the record of an event
 * @event: any; one of a mapping is written a moment later by a worker, for its
 *	caller holds locks that the audit daemon may need
 *
 * Where the audit backlog is full the caller waits, as with every other record of
 * his: for a minute, if nothing else was set. Then the kernel counts a lost record.
 *
 * Context: process, may sleep; of a mapping without waiting for userspace.
 * Return: false if the kernel's audit did not take the record, or it could not be
 * queued: it is to be counted.
 */
bool debar_audit_event(struct debar_event *event);

/* Context: process, may sleep. */
void debar_audit_suppressed(const struct debar_suppressed *suppressed);

/*
 * The module goes. From here on, once a record is not taken, none is tried any more.
 * Context: process, may sleep.
 */
void debar_audit_stop(const struct debar_counters *counters);

int debar_audit_init(void);

/* Write what is queued. Nothing may be queued meanwhile. */
void debar_audit_flush(void);

/* After debar_audit_flush(). */
void debar_audit_exit(void);

#endif
