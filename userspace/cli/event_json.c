// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as a document of JSON.
 */
#include <stdio.h>

#include "event_output.h"

static void print_file(struct out *out, const struct debar_event *e)
{
	char dev[24];

	snprintf(dev, sizeof(dev), "%u:%u", e->dev_major, e->dev_minor);
	out_word(out, "kind", NULL, OUT_PLAIN, debar_kind_name(e->kind));
	out_word(out, "verdict", NULL, OUT_PLAIN, debar_verdict_name(e->verdict));
	out_bytes(out, "path", NULL, e->path);
	out_flag(out, "path_truncated", NULL, e->path_truncated);
	out_word(out, "dev", NULL, OUT_PLAIN, dev);
	out_number(out, "inode", NULL, e->inode);
	out_number(out, "size", NULL, e->file_size);
	if (e->reason != DEBAR_REASON_BAN) {
		out_number(out, "errno", NULL, e->error);
		return;
	}
	out_sha256(out, "sha256", NULL, e->sha256);
	out_word(out, "action", NULL, OUT_PLAIN, debar_action_name(e->action));
	out_bytes(out, "policy", NULL, e->policy);
	out_number(out, "serial", NULL, e->serial);
	out_bytes(out, "vendor", NULL, e->vendor);
	out_bytes(out, "product", NULL, e->product);
	if (*e->release)
		out_bytes(out, "release", NULL, e->release);
	else
		out_none(out, "release", NULL);
	out_flag(out, "excepted", NULL, e->excepted);
	out_bytes(out, "authority", NULL, e->authority);
}

static void print_watch(struct out *out, const struct debar_event *e)
{
	switch (e->reason) {
	case DEBAR_REASON_GAP:
		out_number(out, "errno", NULL, e->error);
		/* fall through */
	case DEBAR_REASON_COVERED:
		out_word(out, "kind", NULL, OUT_PLAIN, debar_kind_name(e->kind));
		break;
	case DEBAR_REASON_START:
		out_bytes(out, "version", NULL, e->version);
		out_flag(out, "off", NULL, e->off);
		break;
	case DEBAR_REASON_POLICY_LOAD:
	case DEBAR_REASON_POLICY_REPLACE:
	case DEBAR_REASON_POLICY_REMOVE:
		out_bytes(out, "policy", NULL, e->policy);
		out_number(out, "serial", NULL, e->serial);
		if (e->old_serial)
			out_number(out, "old_serial", NULL, e->old_serial);
		else
			out_none(out, "old_serial", NULL);
		out_sha256(out, "sha256", NULL, e->sha256);
		out_number(out, "n_bans", NULL, e->n_bans);
		break;
	case DEBAR_REASON_POLICY_REJECT:
		out_sha256(out, "sha256", NULL, e->sha256);
		out_number(out, "errno", NULL, e->error);
		out_bytes(out, "text", NULL, e->text);
		break;
	case DEBAR_REASON_MODE:
		out_word(out, "old_mode", NULL, OUT_PLAIN, debar_mode_name(e->old_mode));
		break;
	default:
		break;
	}
}

void event_print_json(struct out *out, const struct debar_event *e)
{
	out_document(out, "debar-event/1");
	out_number(out, "seq", NULL, e->seq);
	out_time(out, "time", NULL, e->time_ns, "");
	out_word(out, "outcome", NULL, OUT_PLAIN, event_word(e));
	out_word(out, "reason", NULL, OUT_PLAIN, debar_reason_name(e->reason));
	out_word(out, "mode", NULL, OUT_PLAIN, debar_mode_name(e->mode));
	out_number(out, "pid", NULL, e->pid);
	out_number(out, "ppid", NULL, e->ppid);
	out_bytes(out, "comm", NULL, e->comm);
	out_number(out, "uid", NULL, e->uid);
	if (e->auid == UINT32_MAX)
		out_none(out, "auid", NULL);
	else
		out_number(out, "auid", NULL, e->auid);
	if (debar_reason_of_file(e->reason))
		print_file(out, e);
	else
		print_watch(out, e);
	out_end(out);
}
