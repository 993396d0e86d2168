// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: what every request needs.
 */
#include "netlink_request.h"

#include <linux/capability.h>

int debar_netlink_permitted(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_MAC_ADMIN))
		return 0;
	return debar_netlink_refuse(extack, -EPERM,
				    "CAP_MAC_ADMIN in the initial user namespace is needed");
}

int debar_netlink_admit(struct sk_buff *skb, struct genl_info *info,
			const int *needed, size_t n_needed)
{
	size_t i;
	int err;

	err = debar_netlink_permitted(skb, info->extack);
	for (i = 0; !err && i < n_needed; i++)
		if (!info->attrs[needed[i]])
			err = debar_netlink_refuse(info->extack, -EINVAL,
						   "a mandatory attribute is missing");
	return err;
}

struct sk_buff *debar_netlink_reply_begin(struct genl_info *info, u8 cmd,
					  void **ret_header)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*ret_header = genlmsg_put_reply(skb, info, &debar_netlink_family, 0, cmd);
	if (*ret_header)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

int debar_netlink_reply_end(struct sk_buff *skb, struct genl_info *info, void *header,
			    int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}
