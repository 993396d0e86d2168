// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, and where records go.
 */
#include "record.h"

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "audit.h"
#include "failure.h"
#include "limits.h"
#include "log.h"
#include "policy.h"
#include "ring.h"
#include "tally.h"
#include "throttle.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static atomic64_t denied;
static atomic64_t observed;
static atomic64_t failed;

static void (*listener)(const struct debar_event *event);

static void tell_suppressed(const struct debar_suppressed *suppressed)
{
	debar_log_suppressed(suppressed);
	debar_audit_suppressed(suppressed);
}

int debar_record_init(unsigned int ring)
{
	int err;

	err = debar_ring_init(ring);
	if (err)
		return err;
	err = debar_audit_init();
	if (err)
		goto err_ring;
	err = debar_throttle_init(tell_suppressed);
	if (err)
		goto err_audit;
	return 0;

err_audit:
	debar_audit_exit();
err_ring:
	debar_ring_exit();
	return err;
}

void debar_record_exit(void)
{
	/* What audit does not take is counted by the throttle, until that goes. */
	debar_audit_flush();
	debar_throttle_exit();
	debar_audit_exit();
	debar_ring_exit();
}

void debar_record_set_listener(void (*new)(const struct debar_event *event))
{
	WRITE_ONCE(listener, new);
}

void debar_record_counters(struct debar_counters *ret_counters)
{
	ret_counters->denied = atomic64_read(&denied);
	ret_counters->observed = atomic64_read(&observed);
	ret_counters->failed = atomic64_read(&failed);
	ret_counters->events_lost = debar_ring_skipped();
	ret_counters->event_seq = debar_ring_last();
	ret_counters->suppressed = debar_throttle_suppressed();
}

/* The path of a file's event, made harmless, to be freed; "?" without memory. */
static char *harmless_path(const struct debar_event *event)
{
	char *path = kmalloc(DEBAR_LOG_PATH, GFP_KERNEL);

	if (path)
		debar_log_escape(path, DEBAR_LOG_PATH, event->path, event->path_length);
	return path;
}

/* To those who are told only so much. */
static void write_out(struct debar_event *event)
{
	char *path;

	if (!debar_throttle_pass(event))
		return;
	path = harmless_path(event);
	debar_log_event(event, path ?: "?");
	kfree(path);
	if (!debar_audit_event(event))
		debar_throttle_count(event);
}

static void trace(const struct debar_event *event)
{
	char *path;

	if (!trace_debar_verdict_enabled())
		return;
	path = harmless_path(event);
	trace_debar_verdict(event, path ?: "?");
	kfree(path);
}

/* Takes the caller's reference. NULL: there was no memory for it. */
static void deliver(struct debar_event *event)
{
	void (*tell)(const struct debar_event *event);

	if (!event) {
		debar_ring_skip();
		return;
	}
	debar_ring_add(event);
	tell = READ_ONCE(listener);
	if (tell)
		tell(event);
	if (debar_reason_of_file(event->reason)) {
		trace(event);
		write_out(event);
	} else {
		debar_audit_event(event);
	}
	debar_event_put(event);
}

static void count_ban(const struct debar_match *match, enum debar_verdict verdict)
{
	struct debar_tally *tally = match->policy->tallies[match->product];

	if (verdict == DEBAR_VERDICT_DENY) {
		atomic64_inc(&denied);
		atomic64_inc(&tally->denied);
	} else {
		atomic64_inc(&observed);
		atomic64_inc(&tally->observed);
	}
	atomic64_set(&tally->last_ns, ktime_get_real_ns());
}

static void set_policy(struct debar_event *event, const struct debar_policy *policy)
{
	event->serial = le64_to_cpu(policy->image.header->serial);
	strscpy(event->policy, policy->image.header->name, sizeof(event->policy));
}

void debar_record_ban(const struct debar_subject *subject, enum debar_verdict verdict,
		      enum debar_mode mode, const u8 sha256[DEBAR_SHA256_SIZE],
		      const struct debar_match *match)
{
	const struct debar_policy *policy = match->policy;
	struct debar_event *event;

	count_ban(match, verdict);
	event = debar_event_of_file(subject, DEBAR_REASON_BAN, verdict, mode);
	if (event) {
		event->action = match->action;
		event->excepted = match->excepted;
		memcpy(event->sha256, sha256, sizeof(event->sha256));
		set_policy(event, policy);
		strscpy(event->vendor, debar_policy_vendor(policy, match->product),
			sizeof(event->vendor));
		strscpy(event->product, debar_policy_product(policy, match->product),
			sizeof(event->product));
		strscpy(event->release,
			debar_policy_release(policy, match->product) ?: "",
			sizeof(event->release));
		strscpy(event->authority, debar_policy_authority(policy, match->product),
			sizeof(event->authority));
	}
	deliver(event);
}

void debar_record_failure(const struct debar_subject *subject,
			  enum debar_verdict verdict, enum debar_mode mode,
			  enum debar_reason reason, int error)
{
	struct debar_event *event;

	atomic64_inc(&failed);
	if (!debar_failure_recorded(reason))
		return;
	event = debar_event_of_file(subject, reason, verdict, mode);
	if (event)
		event->error = error;
	deliver(event);
}

void debar_record_coverage(enum debar_kind kind, enum debar_mode mode, int error)
{
	struct debar_event *event;

	event = debar_event_make(error ? DEBAR_REASON_GAP : DEBAR_REASON_COVERED, mode);
	if (event) {
		event->kind = kind;
		event->error = error;
	}
	deliver(event);
}

void debar_record_start(enum debar_mode mode, bool off)
{
	struct debar_event *event = debar_event_make(DEBAR_REASON_START, mode);

	if (event)
		event->off = off;
	deliver(event);
}

void debar_record_stop(void)
{
	struct debar_counters counters;

	debar_record_counters(&counters);
	debar_audit_stop(&counters);
}

void debar_record_mode(enum debar_mode mode, enum debar_mode old)
{
	struct debar_event *event = debar_event_make(DEBAR_REASON_MODE, mode);

	if (event)
		event->old_mode = old;
	deliver(event);
}

void debar_record_seal(enum debar_mode mode)
{
	deliver(debar_event_make(DEBAR_REASON_SEAL, mode));
}

void debar_record_policy(enum debar_reason reason, enum debar_mode mode,
			 const struct debar_policy *policy, u64 old_serial)
{
	struct debar_event *event = debar_event_make(reason, mode);

	if (event) {
		set_policy(event, policy);
		event->old_serial = old_serial;
		event->n_bans = policy->image.n_bans;
		memcpy(event->sha256, policy->sha256, sizeof(event->sha256));
	}
	deliver(event);
}

void debar_record_reject(enum debar_mode mode, const u8 sha256[DEBAR_SHA256_SIZE],
			 int error, const char *why)
{
	struct debar_event *event = debar_event_make(DEBAR_REASON_POLICY_REJECT, mode);

	if (event) {
		memcpy(event->sha256, sha256, sizeof(event->sha256));
		event->error = error;
		event->why = why;
	}
	deliver(event);
}
