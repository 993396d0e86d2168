// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a reply: the first says to which command, the others are attributes;
 * a first byte beyond the commands makes them an acknowledgement or a refusal.
 */
#include <errno.h>

#include "message.h"
#include "wire.h"

static int read_status(const struct nlmsghdr *hdr)
{
	static struct debar_status s;
	uint32_t protocol;
	size_t i;
	int err = debar_wire_status(hdr, &s);

	if (err)
		return err;
	fuzz_require(debar_wire_protocol(hdr, &protocol) == 0 && protocol == s.protocol);
	fuzz_require(message_is_text(s.version));
	fuzz_require(s.n_coverage <= sizeof(s.coverage) / sizeof(s.coverage[0]));
	for (i = 0; i < s.n_coverage; i++)
		fuzz_require(message_is_text(s.coverage[i].text));
	return 0;
}

static int read_check(const struct nlmsghdr *hdr)
{
	static struct debar_check c;
	int err = debar_wire_check(hdr, &c);

	if (err)
		return err;
	fuzz_require(c.banned || c.verdict == DEBAR_VERDICT_ALLOW);
	fuzz_require(message_is_text(c.policy) && message_is_text(c.vendor));
	fuzz_require(message_is_text(c.product) && message_is_text(c.release));
	fuzz_require(message_is_text(c.authority));
	return 0;
}

static int read_policy(const struct nlmsghdr *hdr)
{
	static struct debar_policy p;
	int err = debar_wire_policy(hdr, &p);

	if (err)
		return err;
	fuzz_require(message_is_text(p.name));
	fuzz_require(p.n_signers <= DEBAR_SIGNATURES_MAX);
	return 0;
}

static int read_product(const struct nlmsghdr *hdr)
{
	static struct debar_product p;
	int err = debar_wire_product(hdr, &p);

	if (err)
		return err;
	fuzz_require(message_is_text(p.vendor) && message_is_text(p.product));
	fuzz_require(message_is_text(p.release) && message_is_text(p.authority));
	return 0;
}

static int read_exception(const struct nlmsghdr *hdr)
{
	static struct debar_exception e;
	int err = debar_wire_exception(hdr, &e);

	if (err)
		return err;
	fuzz_require(message_is_text(e.approver) && message_is_text(e.reason));
	return 0;
}

static int read_reply(const struct nlmsghdr *hdr, uint8_t cmd)
{
	static struct debar_ban ban;
	uint32_t upload;

	switch (cmd) {
	case DEBAR_CMD_STATUS_GET:
		return read_status(hdr);
	case DEBAR_CMD_POLICY_BEGIN:
		return debar_wire_upload(hdr, &upload);
	case DEBAR_CMD_CHECK:
		return read_check(hdr);
	case DEBAR_CMD_POLICY_GET:
		return read_policy(hdr);
	case DEBAR_CMD_PRODUCT_GET:
		return read_product(hdr);
	case DEBAR_CMD_EXCEPTION_GET:
		return read_exception(hdr);
	default:
		return debar_wire_ban(hdr, &ban);
	}
}

/* The end of a request, with a room for its sentence that is exact on the heap. */
static void read_end(uint8_t kind, const uint8_t *data, size_t size)
{
	struct nlmsghdr *hdr = malloc(NLMSG_HDRLEN + size);
	size_t room = 1 + size % 64;
	char *text = malloc(room);

	fuzz_require(hdr && text);
	*hdr = (struct nlmsghdr){
		.nlmsg_len = NLMSG_HDRLEN + size,
		.nlmsg_type = kind & 1 ? NLMSG_ERROR : NLMSG_DONE,
		.nlmsg_flags = (kind & 2 ? NLM_F_CAPPED : 0) | (kind & 4 ? NLM_F_ACK_TLVS : 0),
	};
	memcpy((char *)hdr + NLMSG_HDRLEN, data, size);
	fuzz_require(debar_wire_end(hdr, text, room) <= 0);
	fuzz_require(strnlen(text, room) < room);
	free(text);
	free(hdr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *hdr;
	int err;

	if (size == 0)
		return 0;
	if (*data > DEBAR_CMD_MAX) {
		read_end(*data, data + 1, size - 1);
		return 0;
	}
	hdr = message_make(*data, data + 1, size - 1);
	err = read_reply(hdr, *data);
	fuzz_require(err == 0 || err == -EPROTO);
	free(hdr);
	return 0;
}
