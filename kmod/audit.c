// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records.
 *
 * Fields whose value somebody else chose are those that the audit tools decode
 * (name, comm, exe, sw, dev), encoded as the kernel encodes them. Values of our
 * own fields hold only letters, digits and ._:+- and need no encoding.
 */
#include "audit.h"

#include <linux/audit.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "compat/compat.h"
#include "event.h"
#include "failure.h"
#include "limits.h"
#include "record.h"
#include "throttle.h"
#include "version.h"

/* Records of mappings, which a worker writes. */
struct entry {
	struct list_head list;
	struct debar_event *event;
};

/* Guards queue and n_queued. Innermost: nothing is taken inside. */
static DEFINE_SPINLOCK(queue_lock);
static LIST_HEAD(queue);
static unsigned int n_queued;

static void write_queued(struct work_struct *work);
static DECLARE_WORK(queue_work_item, write_queued);
/* Writing may wait for the audit daemon: nobody else's work stands behind it. */
static struct workqueue_struct *writer;

static bool leaving;	/* the module goes */
static bool given_up;	/* a record was not taken since */

bool debar_audit_enabled(void)
{
	return audit_enabled != AUDIT_OFF;
}

/* Where audit is off, the kernel would print records to its log. */
static struct audit_buffer *begin(struct audit_context *context)
{
	struct audit_buffer *ab;

	if (!debar_audit_enabled() || READ_ONCE(given_up))
		return NULL;
	ab = audit_log_start(context, GFP_KERNEL, AUDIT_KERNEL_OTHER);
	/* A trail that is stuck may take a minute a record, and an unload has many. */
	if (!ab && READ_ONCE(leaving) && !xchg(&given_up, true))
		pr_warn("debar: the audit trail takes no records: what is left is told in this log only\n");
	return ab;
}

/*
 * As audit_log_n_untrustedstring(), which modules cannot call: quoted, or in
 * upper-case hexadecimal where a byte could end the quotes or the field.
 */
static void put_untrusted(struct audit_buffer *ab, const char *bytes, size_t length)
{
	char hex[64 + 1];
	size_t i, n;

	for (i = 0; i < length; i++)
		if (bytes[i] == '"' || bytes[i] < 0x21 || bytes[i] > 0x7e)
			break;
	if (i == length) {
		audit_log_format(ab, "\"%.*s\"", (int)length, bytes);
		return;
	}
	for (i = 0; i < length; i += n) {
		char *at = hex;
		size_t j;

		n = min_t(size_t, length - i, sizeof(hex) / 2);
		for (j = 0; j < n; j++)
			at = hex_byte_pack_upper(at, bytes[i + j]);
		*at = '\0';
		audit_log_format(ab, "%s", hex);
	}
}

static void put_string(struct audit_buffer *ab, const char *field, const char *text)
{
	audit_log_format(ab, " %s=", field);
	put_untrusted(ab, text, strlen(text));
}

static bool is_word(u8 c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || strchr("._:+-", c);
}

/* @text as one word: what a word cannot hold becomes a dash. */
static void put_word(struct audit_buffer *ab, const char *field, const char *text)
{
	char word[DEBAR_TEXT_MAX + 1];
	size_t i;

	for (i = 0; text[i] != '\0' && i < sizeof(word) - 1; i++)
		word[i] = is_word(text[i]) ? text[i] : '-';
	word[i] = '\0';
	audit_log_format(ab, " %s=%s", field, word);
}

static void put_hash(struct audit_buffer *ab, const u8 sha256[DEBAR_SHA256_SIZE])
{
	audit_log_format(ab, " hash=\"sha256:%*phN\"", DEBAR_SHA256_SIZE, sha256);
}

/* Vendor, product and release as one text, which the tools decode. */
static void put_software(struct audit_buffer *ab, const struct debar_event *event)
{
	char *text = kmalloc(DEBAR_AUDIT_SOFTWARE + 1, GFP_KERNEL);

	if (!text)
		return;
	scnprintf(text, DEBAR_AUDIT_SOFTWARE + 1, "%s %s%s%s", event->vendor, event->product,
		  event->release[0] ? " " : "", event->release);
	put_string(ab, "sw", text);
	kfree(text);
}

static void put_ban(struct audit_buffer *ab, const struct debar_event *event)
{
	put_word(ab, "policy", event->policy);
	audit_log_format(ab, " serial=%llu listed=%s", event->serial,
			 event->action == DEBAR_ACTION_DENY ? "deny" : "observe");
	if (event->excepted)
		audit_log_format(ab, " excepted=1");
	put_word(ab, "authority", event->authority);
	put_word(ab, "vendor", event->vendor);
	put_software(ab, event);
}

static void put_file(struct audit_buffer *ab, const struct debar_event *event)
{
	size_t length = min_t(size_t, event->path_length, DEBAR_AUDIT_PATH);
	bool denied = event->verdict == DEBAR_VERDICT_DENY;

	audit_log_format(ab, "op=%s-%s mod=debar seq=%llu enforcing=%d reason=%s",
			 debar_kind_name(event->kind), denied ? "deny" : "observe",
			 event->seq, event->mode == DEBAR_MODE_ENFORCE,
			 debar_failure_name(event->reason));
	if (event->reason == DEBAR_REASON_BAN)
		put_ban(ab, event);
	else
		audit_log_format(ab, " errno=%d", event->error);
	if (event->path_length > 0) {
		/* The end of a long path tells most. */
		audit_log_format(ab, " name=");
		put_untrusted(ab, event->path + event->path_length - length, length);
		if (length < event->path_length || event->path_truncated)
			audit_log_format(ab, " trunc=1");
		put_string(ab, "dev", event->device);
		audit_log_format(ab, " ino=%llu", event->inode);
	}
	if (event->reason == DEBAR_REASON_BAN)
		put_hash(ab, event->sha256);
	audit_log_format(ab, " size=%llu", event->size);
}

static void put_policy(struct audit_buffer *ab, const char *op,
		       const struct debar_event *event)
{
	audit_log_format(ab, "op=%s mod=debar seq=%llu", op, event->seq);
	put_word(ab, "policy", event->policy);
	audit_log_format(ab, " serial=%llu", event->serial);
	if (event->reason == DEBAR_REASON_POLICY_REPLACE)
		audit_log_format(ab, " old_serial=%llu", event->old_serial);
	audit_log_format(ab, " bans=%u", event->n_bans);
	put_hash(ab, event->sha256);
}

static void put_change(struct audit_buffer *ab, const struct debar_event *event)
{
	int enforcing = event->mode == DEBAR_MODE_ENFORCE;

	switch (event->reason) {
	case DEBAR_REASON_START:
		audit_log_format(ab, "op=module-init mod=debar seq=%llu ver=%s enforcing=%d off=%d",
				 event->seq, DEBAR_VERSION, enforcing, event->off);
		break;
	case DEBAR_REASON_GAP:
		audit_log_format(ab, "op=coverage mod=debar seq=%llu kind=%s active=0 errno=%d",
				 event->seq, debar_kind_name(event->kind), event->error);
		break;
	case DEBAR_REASON_COVERED:
		audit_log_format(ab, "op=coverage mod=debar seq=%llu kind=%s active=1",
				 event->seq, debar_kind_name(event->kind));
		break;
	case DEBAR_REASON_POLICY_LOAD:
		put_policy(ab, "policy-load", event);
		break;
	case DEBAR_REASON_POLICY_REPLACE:
		put_policy(ab, "policy-replace", event);
		break;
	case DEBAR_REASON_POLICY_REMOVE:
		put_policy(ab, "policy-unload", event);
		break;
	case DEBAR_REASON_POLICY_REJECT:
		audit_log_format(ab, "op=policy-reject mod=debar seq=%llu errno=%d",
				 event->seq, event->error);
		put_word(ab, "reason", event->why);
		put_hash(ab, event->sha256);
		break;
	case DEBAR_REASON_MODE:
		audit_log_format(ab, "op=mode-set mod=debar seq=%llu enforcing=%d old_enforcing=%d",
				 event->seq, enforcing,
				 event->old_mode == DEBAR_MODE_ENFORCE);
		break;
	default:
		audit_log_format(ab, "op=seal mod=debar seq=%llu enforcing=%d",
				 event->seq, enforcing);
		break;
	}
}

/*
 * The process, without its program's path, which the record of the system call has:
 * the audit daemon drops a record that is longer than one path in hexadecimal and a
 * little more, and a user chooses both paths.
 */
static void put_process(struct audit_buffer *ab, const struct debar_event *event,
			bool is_current)
{
	audit_log_format(ab, " ppid=%u pid=%u auid=%u uid=%u", event->ppid, event->pid,
			 event->auid, event->uid);
	if (is_current)
		audit_log_format(ab, " ses=%u", audit_get_sessionid(current));
	put_string(ab, "comm", event->comm);
}

static bool succeeded(const struct debar_event *event)
{
	if (debar_reason_of_file(event->reason))
		return event->verdict != DEBAR_VERDICT_DENY;
	return event->reason != DEBAR_REASON_POLICY_REJECT &&
	       event->reason != DEBAR_REASON_GAP;
}

/*
 * @is_current: the process is the event's, so that its system call can be told too.
 * Return: false if the kernel's audit did not take the record.
 */
static bool write_event(const struct debar_event *event, bool is_current)
{
	struct audit_buffer *ab;

	if (!debar_audit_enabled())
		return true;
	ab = begin(is_current ? audit_context() : NULL);
	if (!ab)
		return false;
	if (debar_reason_of_file(event->reason)) {
		put_file(ab, event);
		put_process(ab, event, is_current);
	} else {
		put_change(ab, event);
		audit_log_task_info(ab);
	}
	audit_log_format(ab, " res=%d", succeeded(event));
	audit_log_end(ab);
	return true;
}

static struct entry *next_queued(void)
{
	struct entry *entry;

	spin_lock(&queue_lock);
	entry = list_first_entry_or_null(&queue, struct entry, list);
	if (entry) {
		list_del(&entry->list);
		n_queued--;
	}
	spin_unlock(&queue_lock);
	return entry;
}

static void write_queued(struct work_struct *work)
{
	struct entry *entry;

	while ((entry = next_queued())) {
		if (!write_event(entry->event, false))
			debar_throttle_count(entry->event);
		debar_event_put(entry->event);
		kfree(entry);
	}
}

static bool enqueue(struct debar_event *event)
{
	struct entry *entry = kmalloc(sizeof(*entry), GFP_KERNEL);
	bool room;

	if (!entry)
		return false;
	entry->event = event;
	spin_lock(&queue_lock);
	room = n_queued < DEBAR_AUDIT_QUEUE;
	if (room) {
		debar_event_get(event);
		list_add_tail(&entry->list, &queue);
		n_queued++;
	}
	spin_unlock(&queue_lock);
	if (room)
		queue_work(writer, &queue_work_item);
	else
		kfree(entry);
	return room;
}

bool debar_audit_event(struct debar_event *event)
{
	if (event->mapped && debar_audit_enabled())
		return enqueue(event);
	return write_event(event, true);
}

void debar_audit_suppressed(const struct debar_suppressed *s)
{
	struct audit_buffer *ab;

	ab = begin(NULL);
	if (!ab)
		return;
	audit_log_format(ab, "op=suppressed mod=debar count=%llu since=%llu.%03u",
			 s->count, div_u64(s->since_ns, NSEC_PER_SEC),
			 (u32)(div_u64(s->since_ns, NSEC_PER_MSEC) % MSEC_PER_SEC));
	if (s->several) {
		audit_log_format(ab, " several=1");
	} else {
		audit_log_format(ab, " uid=%u reason=%s", s->uid,
				 debar_failure_name(s->reason));
		if (s->reason == DEBAR_REASON_BAN) {
			put_word(ab, "policy", s->policy);
			put_hash(ab, s->sha256);
		}
	}
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
}

void debar_audit_stop(const struct debar_counters *c)
{
	struct audit_buffer *ab;

	WRITE_ONCE(leaving, true);
	ab = begin(audit_context());
	if (!ab)
		return;
	audit_log_format(ab, "op=module-exit mod=debar ver=%s denied=%llu observed=%llu",
			 DEBAR_VERSION, c->denied, c->observed);
	audit_log_format(ab, " failed=%llu suppressed=%llu lost=%llu", c->failed,
			 c->suppressed, c->events_lost);
	audit_log_task_info(ab);
	audit_log_format(ab, " res=1");
	audit_log_end(ab);
}

int debar_audit_init(void)
{
	writer = alloc_workqueue("debar_audit", WQ_UNBOUND, 1);
	return writer ? 0 : -ENOMEM;
}

void debar_audit_flush(void)
{
	flush_workqueue(writer);
}

void debar_audit_exit(void)
{
	destroy_workqueue(writer);
}
