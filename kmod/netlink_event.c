// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: messages and dump of events.
 */
#include "netlink_event.h"

#include <linux/string.h>

#include "compat/compat.h"
#include "event.h"
#include "netlink_request.h"
#include "ring.h"
#include "version.h"

size_t debar_netlink_event_size(const struct debar_event *event)
{
	/* The numbers, generously, and the strings as long as they are. */
	return 512 + event->path_length + strlen(event->policy) +
	       strlen(event->vendor) + strlen(event->product) +
	       strlen(event->release) + strlen(event->authority);
}

static int put_file(struct sk_buff *skb, const struct debar_event *event)
{
	return nla_put_u32(skb, DEBAR_A_KIND, event->kind) ?:
	       nla_put_u32(skb, DEBAR_A_VERDICT, event->verdict) ?:
	       nla_put(skb, DEBAR_A_PATH, event->path_length + 1, event->path) ?:
	       (event->path_truncated ? nla_put_flag(skb, DEBAR_A_PATH_TRUNCATED) : 0) ?:
	       nla_put_u32(skb, DEBAR_A_DEV, event->dev) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_INODE, event->inode, DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_FILE_SIZE, event->size, DEBAR_A_PAD);
}

static int put_ban(struct sk_buff *skb, const struct debar_event *event)
{
	return nla_put(skb, DEBAR_A_SHA256, sizeof(event->sha256), event->sha256) ?:
	       nla_put_u32(skb, DEBAR_A_ACTION, event->action) ?:
	       nla_put_string(skb, DEBAR_A_NAME, event->policy) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_SERIAL, event->serial, DEBAR_A_PAD) ?:
	       nla_put_string(skb, DEBAR_A_VENDOR, event->vendor) ?:
	       nla_put_string(skb, DEBAR_A_PRODUCT, event->product) ?:
	       (event->release[0] ? nla_put_string(skb, DEBAR_A_RELEASE,
						   event->release) : 0) ?:
	       nla_put_string(skb, DEBAR_A_AUTHORITY, event->authority) ?:
	       (event->excepted ? nla_put_flag(skb, DEBAR_A_EXCEPTED) : 0);
}

static int put_policy(struct sk_buff *skb, const struct debar_event *event)
{
	return nla_put_string(skb, DEBAR_A_NAME, event->policy) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_SERIAL, event->serial, DEBAR_A_PAD) ?:
	       (event->reason == DEBAR_REASON_POLICY_REPLACE ?
		nla_put_u64_64bit(skb, DEBAR_A_OLD_SERIAL, event->old_serial,
				  DEBAR_A_PAD) : 0) ?:
	       nla_put(skb, DEBAR_A_SHA256, sizeof(event->sha256), event->sha256) ?:
	       nla_put_u32(skb, DEBAR_A_N_BANS, event->n_bans);
}

/* What belongs to the reason. */
static int put_reason(struct sk_buff *skb, const struct debar_event *event)
{
	switch (event->reason) {
	case DEBAR_REASON_BAN:
		return put_file(skb, event) ?: put_ban(skb, event);
	case DEBAR_REASON_GAP:
		return nla_put_u32(skb, DEBAR_A_KIND, event->kind) ?:
		       nla_put_u32(skb, DEBAR_A_ERRNO, event->error);
	case DEBAR_REASON_COVERED:
		return nla_put_u32(skb, DEBAR_A_KIND, event->kind);
	case DEBAR_REASON_START:
		return nla_put_string(skb, DEBAR_A_VERSION, DEBAR_VERSION) ?:
		       (event->off ? nla_put_flag(skb, DEBAR_A_OFF) : 0);
	case DEBAR_REASON_POLICY_LOAD:
	case DEBAR_REASON_POLICY_REPLACE:
	case DEBAR_REASON_POLICY_REMOVE:
		return put_policy(skb, event);
	case DEBAR_REASON_POLICY_REJECT:
		return nla_put(skb, DEBAR_A_SHA256, sizeof(event->sha256),
			       event->sha256) ?:
		       nla_put_u32(skb, DEBAR_A_ERRNO, event->error) ?:
		       nla_put_string(skb, DEBAR_A_TEXT, event->why);
	case DEBAR_REASON_MODE:
		return nla_put_u32(skb, DEBAR_A_OLD_MODE, event->old_mode);
	case DEBAR_REASON_SEAL:
		return 0;
	/* The file could not be judged. */
	default:
		return put_file(skb, event) ?:
		       nla_put_u32(skb, DEBAR_A_ERRNO, event->error);
	}
}

int debar_netlink_put_event(struct sk_buff *skb, u32 port, u32 seq, int flags,
			    const struct debar_event *event)
{
	void *header = genlmsg_put(skb, port, seq, &debar_netlink_family, flags,
				   DEBAR_CMD_EVENT);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put_u64_64bit(skb, DEBAR_A_EVENT_SEQ, event->seq, DEBAR_A_PAD) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_TIME, event->time_ns, DEBAR_A_PAD) ?:
	      nla_put_u32(skb, DEBAR_A_REASON, event->reason) ?:
	      nla_put_u32(skb, DEBAR_A_MODE, event->mode) ?:
	      nla_put_u32(skb, DEBAR_A_PID, event->pid) ?:
	      nla_put_u32(skb, DEBAR_A_PPID, event->ppid) ?:
	      nla_put_string(skb, DEBAR_A_COMM, event->comm) ?:
	      nla_put_u32(skb, DEBAR_A_UID, event->uid) ?:
	      nla_put_u32(skb, DEBAR_A_AUID, event->auid) ?:
	      put_reason(skb, event);
	if (err) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/*
 * Where an event dump is, each in two longs where a long has 32 bits: the last
 * sequence number told, the last to be told; behind them, whether it has begun. A dump
 * that went on while there is more would not end in a flood.
 */
#define ARG_LAST 2
#define ARG_BEGUN 4

static void set_last_told(struct netlink_callback *cb, u64 seq)
{
	memcpy(cb->args, &seq, sizeof(seq));
}

static u64 last_told(const struct netlink_callback *cb)
{
	u64 seq;

	memcpy(&seq, cb->args, sizeof(seq));
	return seq;
}

int debar_netlink_events_start(struct netlink_callback *cb)
{
	/* The longest event has to fit. */
	cb->min_dump_alloc = DEBAR_PATH_MAX + 5 * (DEBAR_TEXT_MAX + 1) + 1024;
	return 0;
}

static int events_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = debar_dump_attrs(cb);
	u64 last;
	int err;

	err = debar_netlink_permitted(cb->skb, cb->extack);
	if (err)
		return err;
	set_last_told(cb, attrs[DEBAR_A_EVENT_SEQ] ?
			  nla_get_u64(attrs[DEBAR_A_EVENT_SEQ]) : 0);
	last = debar_ring_last();
	memcpy(&cb->args[ARG_LAST], &last, sizeof(last));
	cb->args[ARG_BEGUN] = 1;
	return 0;
}

int debar_netlink_events_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct debar_event *event;
	u64 last;
	int err;

	if (!cb->args[ARG_BEGUN]) {
		err = events_begin(cb);
		if (err)
			return err;
	}
	memcpy(&last, &cb->args[ARG_LAST], sizeof(last));
	while ((event = debar_ring_next(last_told(cb))) && event->seq <= last) {
		err = debar_netlink_put_event(skb, NETLINK_CB(cb->skb).portid,
					      cb->nlh->nlmsg_seq, NLM_F_MULTI, event);
		if (!err)
			set_last_told(cb, event->seq);
		debar_event_put(event);
		if (err)
			return skb->len ? skb->len : err;
	}
	debar_event_put(event);
	return skb->len;
}
