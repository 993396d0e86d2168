/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages to the family "debar" and what comes back, over one of many sockets.
 * One message is made at a time. What the kernel says is not judged here; what
 * cannot be sent at all ends the program.
 */
#ifndef GENL_MESSAGE_H
#define GENL_MESSAGE_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

struct result {
	int error;		/* an errno, or 0 */
	const char *text;	/* the kernel's; valid until the next exchange */
};

/* Says why on stderr and exits with 2. */
void die(const char *what, const char *why) __attribute__((noreturn));

/* The following goes over socket @n, modulo how many there are. It is opened when it is used. */
void socket_choose(unsigned int n);
void socket_close(void);
/* Joins the group "events"; returns 0 or an errno. */
int socket_join(void);
/* The upload that the socket was told of last: for the caller to set and get. */
uint32_t *socket_upload(void);

/* Begins a message of the family with NLM_F_REQUEST, NLM_F_ACK and @flags. */
void message_start(uint16_t flags, uint8_t command);
/* Other flags than those. */
void message_set_flags(uint16_t flags);
/* Adds an attribute of @length bytes, which are copied. */
void message_put(uint16_t type, const void *data, size_t length);
/* Sends the message; calls @reply, unless NULL, for each reply; returns what ended it. */
struct result message_exchange(void (*reply)(const struct nlmsghdr *nl));
/* The same, but looks at the first part of what comes only. */
struct result message_exchange_part(void);

/* The first attribute of that type, or NULL. */
const struct nlattr *message_find(const struct nlmsghdr *nl, unsigned int type);

#endif
