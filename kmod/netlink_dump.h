/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: the dump of the policies. Internal to the netlink files. */
#ifndef DEBAR_NETLINK_DUMP_H
#define DEBAR_NETLINK_DUMP_H

#include <linux/netlink.h>

struct debar_match;

int debar_netlink_policies_dump(struct sk_buff *skb, struct netlink_callback *cb);
int debar_netlink_policies_done(struct netlink_callback *cb);

/* Put which ban it is and what it does now. Return: 0 or -EMSGSIZE. */
int debar_netlink_put_match(struct sk_buff *skb, const struct debar_match *match);

#endif
