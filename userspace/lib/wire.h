/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages of the module into structures, and nothing else: no socket, no
 * memory. What a message must hold is in uapi/debar.h.
 *
 * Each function takes a whole message and trusts only its nlmsg_len. A missing,
 * repeated or misshapen attribute gives -EPROTO and leaves the result
 * undefined. Attributes that are not known are passed over: a newer module may
 * say more.
 */
#ifndef DEBAR_WIRE_H
#define DEBAR_WIRE_H

#include "libdebar.h"

struct nlmsghdr;

/* Only the protocol version, which every other field may depend on. */
int debar_wire_protocol(const struct nlmsghdr *hdr, uint32_t *ret_protocol);

int debar_wire_status(const struct nlmsghdr *hdr, struct debar_status *ret_status);
int debar_wire_upload(const struct nlmsghdr *hdr, uint32_t *ret_upload);
int debar_wire_check(const struct nlmsghdr *hdr, struct debar_check *ret_check);
int debar_wire_policy(const struct nlmsghdr *hdr, struct debar_policy *ret_policy);
int debar_wire_product(const struct nlmsghdr *hdr, struct debar_product *ret_product);
int debar_wire_exception(const struct nlmsghdr *hdr,
			 struct debar_exception *ret_exception);
int debar_wire_ban(const struct nlmsghdr *hdr, struct debar_ban *ret_ban);
int debar_wire_event(const struct nlmsghdr *hdr, struct debar_event *ret_event);

/**
 * debar_wire_command() - what a message is
 * @hdr: message of the family
 *
 * Return: enum debar_cmd, or -EPROTO.
 */
int debar_wire_command(const struct nlmsghdr *hdr);

/**
 * debar_wire_end() - the outcome of a request
 * @hdr: NLMSG_ERROR (0 in it acknowledges) or NLMSG_DONE
 * @text: receives the kernel's sentence, or "" if there is none
 * @size: bytes at @text
 *
 * Return: 0; the negative errno that the kernel gave, but -ENOENT where the family went
 * away meanwhile; -EPROTO.
 */
int debar_wire_end(const struct nlmsghdr *hdr, char *text, size_t size);

#endif
