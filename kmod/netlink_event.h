/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: messages and dump of events. Internal to the netlink files. */
#ifndef DEBAR_NETLINK_EVENT_H
#define DEBAR_NETLINK_EVENT_H

#include <linux/netlink.h>

struct debar_event;

int debar_netlink_events_start(struct netlink_callback *cb);
int debar_netlink_events_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* Bytes of payload that are enough for the message of @event. */
size_t debar_netlink_event_size(const struct debar_event *event);

/* Put the message of @event into @skb. Return: 0 or -EMSGSIZE. */
int debar_netlink_put_event(struct sk_buff *skb, u32 port, u32 seq, int flags,
			    const struct debar_event *event);

#endif
