// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as the attributes of an event: what is decoded has texts that end.
 */
#include <errno.h>

#include "message.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *hdr = message_make(DEBAR_CMD_EVENT, data, size);
	static struct debar_event event;
	int err = debar_wire_event(hdr, &event);

	fuzz_require(err == 0 || err == -EPROTO);
	if (!err) {
		fuzz_require(event.seq > 0);
		fuzz_require(message_is_text(event.path) && message_is_text(event.comm));
		fuzz_require(message_is_text(event.policy) && message_is_text(event.vendor));
		fuzz_require(message_is_text(event.product) && message_is_text(event.release));
		fuzz_require(message_is_text(event.authority) && message_is_text(event.text));
		fuzz_require(message_is_text(event.version));
		fuzz_require(*debar_kind_name(event.kind) && *debar_mode_name(event.mode));
		fuzz_require(*debar_reason_name(event.reason));
		fuzz_require(*debar_verdict_name(event.verdict));
		fuzz_require(*debar_action_name(event.action));
	}
	free(hdr);
	return 0;
}
