// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as exported evidence: it is proven or the break is told; what is proven
 * with a hash as its anchor has it, and its records are in order.
 */
#include "verify.h"
#include "written.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evidence_proof proof, again;
	FILE *stream;

	if (!size)
		return 0;
	stream = fmemopen((void *)data, size, "r");
	fuzz_require(stream);
	fuzz_require(evidence_verify_export(stream, NULL, &proof) == 0);
	if (proof.broken) {
		fuzz_require(*proof.what && strlen(proof.what) < sizeof(proof.what) - 1);
		fuzz_require(fuzz_is_clean(proof.what, strlen(proof.what), false));
	} else {
		fuzz_require(!proof.n || (uint64_t)(proof.last - proof.first) + 1 == proof.n);
		rewind(stream);
		fuzz_require(evidence_verify_export(stream, proof.head, &again) == 0);
		fuzz_require(!proof.n || (!again.broken && again.anchored));
		fuzz_require(again.n == proof.n && again.n_events == proof.n_events);
	}
	fclose(stream);
	return 0;
}
