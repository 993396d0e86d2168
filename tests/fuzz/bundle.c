// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a bundle: one that is read is written the same, byte for byte.
 */
#include "bundle.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bundle bundle;
	const char *why = bundle_read(&bundle, data, size);
	size_t length;
	void *again;

	if (why) {
		fuzz_require(*why);
		return 0;
	}
	fuzz_require(bundle_write(&bundle, &again, &length) == 0);
	fuzz_require(length == size && memcmp(again, data, size) == 0);
	free(again);
	return 0;
}
