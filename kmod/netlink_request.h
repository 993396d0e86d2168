/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: what every request needs. Internal to the netlink files. */
#ifndef DEBAR_NETLINK_REQUEST_H
#define DEBAR_NETLINK_REQUEST_H

#include <linux/netlink.h>
#include <net/genetlink.h>

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

/**
 * debar_netlink_admit() - permission and mandatory attributes, in this order
 * @skb: the request
 * @info: what is in it
 * @needed: attributes that have to be there
 * @n_needed: entries of @needed
 *
 * Return: 0; -EPERM, and nothing else is said to strangers; -EINVAL.
 */
int debar_netlink_admit(struct sk_buff *skb, struct genl_info *info,
			const int *needed, size_t n_needed);

/**
 * debar_netlink_reply_begin() - a message that answers a request
 * @info: the request
 * @cmd: enum debar_cmd
 * @ret_header: set on success
 *
 * Return: the message, for debar_netlink_reply_end(); NULL without memory.
 */
struct sk_buff *debar_netlink_reply_begin(struct genl_info *info, u8 cmd,
					  void **ret_header);

/* Send it; or free it and return @err, where that is not 0. */
int debar_netlink_reply_end(struct sk_buff *skb, struct genl_info *info, void *header,
			    int err);

#endif
