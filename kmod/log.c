// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of the kernel log about files.
 */
#include "log.h"

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "event.h"
#include "failure.h"
#include "throttle.h"

static bool harmless(u8 c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

char *debar_log_escape(char *to, size_t to_size, const char *from, size_t length)
{
	size_t need = 1, at = 0, start = length;

	while (start > 0) {
		size_t n = harmless(from[start - 1]) ? 1 : 4;

		if (need + n > to_size)
			break;
		need += n;
		start--;
	}
	for (; start < length; start++) {
		u8 c = from[start];

		if (harmless(c))
			to[at++] = c;
		else
			at += scnprintf(to + at, to_size - at, "\\x%02x", c);
	}
	to[at] = '\0';
	return to;
}

static const char *mode_name(const struct debar_event *event)
{
	return event->mode == DEBAR_MODE_ENFORCE ? "enforce" : "permissive";
}

/*
 * Texts of a policy hold no control characters, but may hold quotes. They are cut, and
 * the path is, so that printk() does not cut the line: it takes 972 bytes.
 */
static void log_ban(const struct debar_event *event, const char *comm, const char *path)
{
	pr_notice("debar: %s seq=%llu kind=%s mode=%s action=%s sha256=%*phN size=%llu pid=%u ppid=%u uid=%u auid=%u comm=\"%s\" policy=%s serial=%llu vendor=\"%.64s\" product=\"%.64s\"%s%.32s%s%s authority=\"%.32s\" path=\"%s\"\n",
		  debar_event_verdict(event), event->seq, debar_kind_name(event->kind),
		  mode_name(event),
		  event->action == DEBAR_ACTION_DENY ? "deny" : "observe",
		  DEBAR_SHA256_SIZE, event->sha256, event->size, event->pid,
		  event->ppid, event->uid, event->auid, comm, event->policy,
		  event->serial, event->vendor, event->product,
		  event->release[0] ? " release=\"" : "", event->release,
		  event->release[0] ? "\"" : "", event->excepted ? " excepted" : "",
		  event->authority, path);
}

void debar_log_event(const struct debar_event *event, const char *path)
{
	char comm[4 * TASK_COMM_LEN + 1];

	debar_log_escape(comm, sizeof(comm), event->comm,
			 strnlen(event->comm, TASK_COMM_LEN));
	if (event->reason == DEBAR_REASON_BAN)
		log_ban(event, comm, path);
	else
		pr_warn("debar: %s seq=%llu kind=%s mode=%s reason=%s errno=%d size=%llu pid=%u ppid=%u uid=%u auid=%u comm=\"%s\" path=\"%s\"\n",
			debar_event_verdict(event), event->seq,
			debar_kind_name(event->kind), mode_name(event),
			debar_failure_name(event->reason), event->error, event->size,
			event->pid, event->ppid, event->uid, event->auid, comm, path);
}

void debar_log_suppressed(const struct debar_suppressed *s)
{
	if (s->several)
		pr_warn("debar: %llu more records of several users and bans were suppressed\n",
			s->count);
	else if (s->reason == DEBAR_REASON_BAN)
		pr_warn("debar: %llu more records were suppressed: uid=%u policy=%s sha256=%*phN\n",
			s->count, s->uid, s->policy, DEBAR_SHA256_SIZE, s->sha256);
	else
		pr_warn("debar: %llu more records were suppressed: uid=%u reason=%s\n",
			s->count, s->uid, debar_failure_name(s->reason));
}
