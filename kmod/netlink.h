/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "debar": see uapi/debar.h for the contract. */
#ifndef DEBAR_NETLINK_H
#define DEBAR_NETLINK_H

#include <linux/types.h>

/**
 * debar_netlink_init() - register the family
 * @off: what STATUS_GET and CHECK answer
 *
 * Return: 0 or -errno of the registration.
 */
int debar_netlink_init(bool off);
void debar_netlink_exit(void);

#endif
