/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: dumps and event messages. Internal to netlink.c. */
#ifndef DEBAR_NETLINK_DUMP_H
#define DEBAR_NETLINK_DUMP_H

#include <linux/netlink.h>
#include <net/genetlink.h>

struct debar_event;
struct debar_match;

/* The family, defined in netlink.c. */
extern struct genl_family debar_netlink_family;

/* Set the sentence of a refusal, which must be constant. Returns @err. */
static inline int debar_netlink_refuse(struct netlink_ext_ack *extack, int err,
				       const char *why)
{
	if (extack)
		extack->_msg = why;
	return err;
}

/* May the sender of @skb do this? Context: any. Return: 0 or -EPERM. */
int debar_netlink_permitted(struct sk_buff *skb, struct netlink_ext_ack *extack);

int debar_netlink_policies_dump(struct sk_buff *skb, struct netlink_callback *cb);
int debar_netlink_policies_done(struct netlink_callback *cb);

int debar_netlink_events_start(struct netlink_callback *cb);
int debar_netlink_events_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* Put which ban it is and what it does now. Return: 0 or -EMSGSIZE. */
int debar_netlink_put_match(struct sk_buff *skb, const struct debar_match *match);

/* Bytes of payload that are enough for the message of @event. */
size_t debar_netlink_event_size(const struct debar_event *event);

/* Put the message of @event into @skb. Return: 0 or -EMSGSIZE. */
int debar_netlink_put_event(struct sk_buff *skb, u32 port, u32 seq, int flags,
			    const struct debar_event *event);

#endif
