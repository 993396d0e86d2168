/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: commands that change the policies. Each is a doit of struct genl_ops. */
#ifndef DEBAR_NETLINK_POLICY_H
#define DEBAR_NETLINK_POLICY_H

#include <net/genetlink.h>

int debar_netlink_policy_begin(struct sk_buff *request, struct genl_info *info);
int debar_netlink_policy_chunk(struct sk_buff *request, struct genl_info *info);
int debar_netlink_policy_signature(struct sk_buff *request, struct genl_info *info);
int debar_netlink_policy_commit(struct sk_buff *request, struct genl_info *info);
int debar_netlink_policy_abort(struct sk_buff *request, struct genl_info *info);
int debar_netlink_policy_remove(struct sk_buff *request, struct genl_info *info);
int debar_netlink_floor_set(struct sk_buff *request, struct genl_info *info);

#endif
