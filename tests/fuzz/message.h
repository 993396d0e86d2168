/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Input as netlink messages.
 */
#ifndef DEBAR_FUZZ_MESSAGE_H
#define DEBAR_FUZZ_MESSAGE_H

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "fuzz.h"

#define MESSAGE_HEADER (NLMSG_HDRLEN + GENL_HDRLEN)

/*
 * @attributes behind a header of the command @cmd, as long as it says and no byte
 * longer; to be freed.
 */
static inline struct nlmsghdr *message_make(uint8_t cmd, const uint8_t *attributes,
					    size_t length)
{
	struct nlmsghdr *hdr = calloc(1, MESSAGE_HEADER + length);
	struct genlmsghdr *genl;

	fuzz_require(hdr);
	hdr->nlmsg_len = MESSAGE_HEADER + length;
	genl = (struct genlmsghdr *)((char *)hdr + NLMSG_HDRLEN);
	genl->cmd = cmd;
	if (length)
		memcpy((char *)hdr + MESSAGE_HEADER, attributes, length);
	return hdr;
}

/* Does a text end within the bytes that there are for it? */
#define message_is_text(array) (strnlen(array, sizeof(array)) < sizeof(array))

#endif
