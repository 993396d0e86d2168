// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, event ring and kernel log.
 */
#include "record.h"

#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

#include "digest.h"
#include "failure.h"
#include "limits.h"
#include "policy.h"
#include "tally.h"

static atomic64_t denied;
static atomic64_t observed;
static atomic64_t failed;
static atomic64_t lost;

/* Guards ring and last_seq. Innermost: nothing is taken inside. */
static DEFINE_SPINLOCK(ring_lock);
static struct debar_event **ring;	/* event seq is in ring[seq % size] */
static u64 last_seq;

static void (*listener)(const struct debar_event *event);

static struct ratelimit_state log_limit;

int debar_record_init(void)
{
	ratelimit_state_init(&log_limit, DEBAR_LOG_INTERVAL, DEBAR_LOG_BURST);
	ring = kcalloc(DEBAR_RING_EVENTS, sizeof(ring[0]), GFP_KERNEL);
	return ring ? 0 : -ENOMEM;
}

void debar_record_exit(void)
{
	unsigned int i;

	for (i = 0; i < DEBAR_RING_EVENTS; i++)
		debar_record_put(ring[i]);
	kfree(ring);
}

void debar_record_set_listener(void (*new)(const struct debar_event *event))
{
	listener = new;
}

void debar_record_put(struct debar_event *event)
{
	if (event && refcount_dec_and_test(&event->references))
		kfree(event);
}

/* Give @event its number and a place, which the oldest has to leave. */
static void ring_add(struct debar_event *event)
{
	struct debar_event *oldest;
	struct debar_event **place;

	refcount_inc(&event->references);
	spin_lock(&ring_lock);
	event->seq = ++last_seq;
	place = &ring[last_seq % DEBAR_RING_EVENTS];
	oldest = *place;
	*place = event;
	spin_unlock(&ring_lock);
	debar_record_put(oldest);
}

/* An event that could not be kept still takes a number: readers see the gap. */
static void ring_skip(void)
{
	struct debar_event *oldest;
	struct debar_event **place;

	spin_lock(&ring_lock);
	place = &ring[++last_seq % DEBAR_RING_EVENTS];
	oldest = *place;
	*place = NULL;
	spin_unlock(&ring_lock);
	debar_record_put(oldest);
	atomic64_inc(&lost);
}

struct debar_event *debar_record_next(u64 after)
{
	struct debar_event *event = NULL;
	u64 seq;

	spin_lock(&ring_lock);
	seq = after + 1;
	if (last_seq > DEBAR_RING_EVENTS)
		seq = max(seq, last_seq - DEBAR_RING_EVENTS + 1);
	for (; seq > after && seq <= last_seq; seq++) {
		event = ring[seq % DEBAR_RING_EVENTS];
		if (event) {
			refcount_inc(&event->references);
			break;
		}
	}
	spin_unlock(&ring_lock);
	return event;
}

void debar_record_counters(struct debar_counters *ret_counters)
{
	ret_counters->denied = atomic64_read(&denied);
	ret_counters->observed = atomic64_read(&observed);
	ret_counters->failed = atomic64_read(&failed);
	ret_counters->events_lost = atomic64_read(&lost);
	spin_lock(&ring_lock);
	ret_counters->event_seq = last_seq;
	spin_unlock(&ring_lock);
}

/*
 * Path of @file in @buffer of PATH_MAX bytes. A path that is too long or cannot
 * be told is cut down to its last components.
 */
static const char *path_of(struct file *file, char *buffer, bool *ret_truncated)
{
	const char *path = d_path(&file->f_path, buffer, PATH_MAX);

	*ret_truncated = IS_ERR(path);
	if (!IS_ERR(path))
		return path;
	snprintf(buffer, PATH_MAX, "%pD4", file);
	return buffer;
}

static void set_subject(struct debar_event *event)
{
	event->pid = task_tgid_nr(current);
	rcu_read_lock();
	event->ppid = task_tgid_nr(rcu_dereference(current->real_parent));
	rcu_read_unlock();
	event->uid = from_kuid(&init_user_ns, current_uid());
	event->auid = from_kuid(&init_user_ns, audit_get_loginuid(current));
	get_task_comm(event->comm, current);
}

static void set_object(struct debar_event *event, struct file *file)
{
	const struct inode *inode = file_inode(file);

	event->dev = MAJOR(inode->i_sb->s_dev) << 20 |
		     MINOR(inode->i_sb->s_dev);
	event->inode = inode->i_ino;
}

static struct debar_event *make_event(struct file *file, u64 size, enum debar_kind kind,
				      enum debar_verdict verdict, enum debar_mode mode)
{
	struct debar_event *event = NULL;
	const char *path = "";
	bool truncated = false;
	char *buffer = NULL;
	size_t length;

	if (file) {
		buffer = kmalloc(PATH_MAX, GFP_KERNEL);
		if (!buffer)
			return NULL;
		path = path_of(file, buffer, &truncated);
	}
	length = strnlen(path, PATH_MAX - 1);
	event = kzalloc(struct_size(event, path, length + 1), GFP_KERNEL);
	if (event) {
		refcount_set(&event->references, 1);
		event->time_ns = ktime_get_real_ns();
		event->kind = kind;
		event->verdict = verdict;
		event->mode = mode;
		event->size = size;
		event->path_truncated = truncated;
		event->path_length = length;
		memcpy(event->path, path, length);
		set_subject(event);
		if (file)
			set_object(event, file);
	}
	kfree(buffer);
	return event;
}

/*
 * Bytes that could end a quoted value, forge a line or steer a terminal become
 * \xHH. Keeps the tail where there is not room for all. Returns @to.
 */
static char *escape(char *to, size_t to_size, const char *from, size_t length)
{
	size_t need = 1, at = 0, start = length;

	while (start > 0) {
		u8 c = from[start - 1];
		size_t n = (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') ? 4 : 1;

		if (need + n > to_size)
			break;
		need += n;
		start--;
	}
	for (; start < length; start++) {
		u8 c = from[start];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			at += scnprintf(to + at, to_size - at, "\\x%02x", c);
		else
			to[at++] = c;
	}
	to[at] = '\0';
	return to;
}

/* Texts of a policy hold no control characters, but may hold quotes. */
static void log_event(const struct debar_event *event)
{
	static const char *const verdicts[] = { "allow", "observe", "deny" };
	static const char *const kinds[] = {
		[DEBAR_KIND_EXEC] = "exec",
		[DEBAR_KIND_EXEC_CHECK] = "exec-check",
		[DEBAR_KIND_MMAP] = "mmap",
		[DEBAR_KIND_MPROTECT] = "mprotect",
		[DEBAR_KIND_MODULE] = "module",
		[DEBAR_KIND_MODULE_BUFFER] = "module-buffer",
		[DEBAR_KIND_FIRMWARE] = "firmware",
		[DEBAR_KIND_KEXEC] = "kexec",
	};
	char comm[4 * TASK_COMM_LEN + 1];
	char *path;

	static_assert(ARRAY_SIZE(verdicts) == __DEBAR_VERDICT_LAST);
	static_assert(ARRAY_SIZE(kinds) == __DEBAR_KIND_LAST);
	if (!__ratelimit(&log_limit))
		return;
	path = kmalloc(DEBAR_LOG_PATH, GFP_KERNEL);
	if (path)
		escape(path, DEBAR_LOG_PATH, event->path, event->path_length);
	escape(comm, sizeof(comm), event->comm, strnlen(event->comm, TASK_COMM_LEN));
	if (event->reason == DEBAR_REASON_BAN)
		pr_notice("debar: %s seq=%llu kind=%s mode=%s action=%s sha256=%*phN size=%llu pid=%u ppid=%u uid=%u auid=%u comm=\"%s\" policy=%s serial=%llu vendor=\"%.64s\" product=\"%.64s\"%s%.32s%s%s authority=\"%.32s\" path=\"%s\"\n",
			  verdicts[event->verdict], event->seq, kinds[event->kind],
			  event->mode == DEBAR_MODE_ENFORCE ? "enforce" : "permissive",
			  event->action == DEBAR_ACTION_DENY ? "deny" : "observe",
			  DEBAR_SHA256_SIZE, event->sha256, event->size, event->pid,
			  event->ppid, event->uid, event->auid, comm, event->policy,
			  event->serial, event->vendor, event->product,
			  event->release[0] ? " release=\"" : "", event->release,
			  event->release[0] ? "\"" : "", event->excepted ? " excepted" : "",
			  event->authority, path ?: "?");
	else
		pr_warn("debar: %s seq=%llu kind=%s mode=%s reason=%s errno=%d size=%llu pid=%u ppid=%u uid=%u auid=%u comm=\"%s\" path=\"%s\"\n",
			verdicts[event->verdict], event->seq, kinds[event->kind],
			event->mode == DEBAR_MODE_ENFORCE ? "enforce" : "permissive",
			debar_failure_name(event->reason), event->error, event->size,
			event->pid, event->ppid, event->uid, event->auid, comm,
			path ?: "?");
	kfree(path);
}

static void deliver(struct debar_event *event)
{
	ring_add(event);
	log_event(event);
	if (listener)
		listener(event);
	debar_record_put(event);
}

void debar_record_ban(struct file *file, u64 size, enum debar_kind kind,
		      enum debar_verdict verdict, enum debar_mode mode,
		      const u8 sha256[DEBAR_SHA256_SIZE],
		      const struct debar_match *match)
{
	const struct debar_policy *policy = match->policy;
	struct debar_tally *tally = policy->tallies[match->product];
	struct debar_event *event;

	if (verdict == DEBAR_VERDICT_DENY) {
		atomic64_inc(&denied);
		atomic64_inc(&tally->denied);
	} else {
		atomic64_inc(&observed);
		atomic64_inc(&tally->observed);
	}
	atomic64_set(&tally->last_ns, ktime_get_real_ns());

	event = make_event(file, size, kind, verdict, mode);
	if (!event) {
		ring_skip();
		return;
	}
	event->reason = DEBAR_REASON_BAN;
	event->action = match->action;
	event->excepted = match->excepted;
	memcpy(event->sha256, sha256, sizeof(event->sha256));
	event->serial = le64_to_cpu(policy->image.header->serial);
	strscpy(event->policy, policy->image.header->name, sizeof(event->policy));
	strscpy(event->vendor, debar_policy_vendor(policy, match->product),
		sizeof(event->vendor));
	strscpy(event->product, debar_policy_product(policy, match->product),
		sizeof(event->product));
	strscpy(event->release, debar_policy_release(policy, match->product) ?: "",
		sizeof(event->release));
	strscpy(event->authority, debar_policy_authority(policy, match->product),
		sizeof(event->authority));
	deliver(event);
}

static void record_other(struct file *file, u64 size, enum debar_kind kind,
			 enum debar_verdict verdict, enum debar_mode mode,
			 enum debar_reason reason, int error)
{
	struct debar_event *event = make_event(file, size, kind, verdict, mode);

	if (!event) {
		ring_skip();
		return;
	}
	event->reason = reason;
	event->error = error;
	deliver(event);
}

void debar_record_gap(enum debar_kind kind, enum debar_mode mode, int error)
{
	record_other(NULL, 0, kind, DEBAR_VERDICT_ALLOW, mode, DEBAR_REASON_GAP, error);
}

void debar_record_failure(struct file *file, u64 size, enum debar_kind kind,
			  enum debar_verdict verdict, enum debar_mode mode,
			  enum debar_reason reason, int error)
{
	atomic64_inc(&failed);
	if (debar_failure_recorded(reason))
		record_other(file, size, kind, verdict, mode, reason, error);
}
