/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One connection to the module, as the other files of the library see it.
 */
#ifndef DEBAR_CLIENT_H
#define DEBAR_CLIENT_H

#include <netlink/netlink.h>
#include "libdebar.h"

struct nl_msg;

/* Bytes that fit every message of a dump: the kernel fills up to 32 KiB. */
#define DEBAR_CLIENT_BUFFER 65536

struct debar {
	struct nl_sock *socket;	/* NULL: connect before the next request */
	int family;
	uint32_t seq;			/* of the last request */
	char error_text[256];
	/* Room for replies; aligned for struct nlmsghdr. */
	_Alignas(8) unsigned char buffer[DEBAR_CLIENT_BUFFER];
};

/*
 * Handles one message that answers a request. A non-zero return ends the call
 * and is its result.
 */
typedef int (*debar_client_fn)(const struct nlmsghdr *hdr, void *data);

/**
 * debar_client_request() - begin a request
 * @cmd: enum debar_cmd
 * @room: bytes for attributes, their headers and padding included
 *
 * Return: a message to add attributes to and hand to debar_client_call(); NULL
 * without memory.
 */
struct nl_msg *debar_client_request(uint8_t cmd, size_t room);

/**
 * debar_client_call() - send a request and wait until it is answered
 * @debar: connection
 * @msg: from debar_client_request(); freed in any case, NULL gives -ENOMEM
 * @fn: called with the reply; NULL where none is expected
 * @data: handed to @fn
 *
 * Return: 0; -EPROTO if a reply is expected and none came; the errno that the
 * kernel answered with; or what @fn returned.
 */
int debar_client_call(struct debar *debar, struct nl_msg *msg, debar_client_fn fn,
		      void *data);

/**
 * debar_client_dump() - send a request for a dump and read all of it
 * @debar: connection
 * @msg: from debar_client_request(); freed in any case, NULL gives -ENOMEM
 * @fn: called with each message as it arrives
 * @data: handed to @fn
 *
 * Return: 0; the errno that the kernel answered or ended the dump with; -EAGAIN
 * if what was dumped changed meanwhile; or what @fn returned.
 */
int debar_client_dump(struct debar *debar, struct nl_msg *msg, debar_client_fn fn,
		      void *data);

#endif
