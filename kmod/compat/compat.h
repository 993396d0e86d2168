/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that knows kernel versions. Code elsewhere is written against
 * the newest kernel; here older ones get what it uses, one captioned entry a
 * difference.
 */
#ifndef DEBAR_COMPAT_H
#define DEBAR_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>

/* The kernels that the tests run on. Others may build, at the builder's risk. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "Debar supports Linux 6.1 and 6.12: this kernel is older"
#endif

/* 6.7: genl_info_dump() gives a dump's attributes as a request's are given. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct nlattr **debar_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}
#else
static inline struct nlattr **debar_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#endif

#endif
