/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Retention: the oldest records go, and the chain says so.
 */
#ifndef DEBAR_EVIDENCE_PRUNE_H
#define DEBAR_EVIDENCE_PRUNE_H

#include "store.h"

struct evidence_retention {
	uint64_t before_ns;	/* older records go; 0: none do */
	uint64_t max_bytes;	/* the oldest go while the store is larger; 0: any size */
};

/**
 * evidence_prune() - let some of the oldest records go
 * @evidence: store, open for writing, not between begin and commit
 * @epoch: of the record that says so
 * @time_ns: now
 * @retention: what may stay
 * @ret_n: set to how many went; call again until it is 0
 *
 * A record "pruned" is appended: how many went, the hash of the last, and the last
 * epoch, status, policy and product before the cut, so that a report knows what held
 * then. The newest record always stays.
 *
 * Return: 0 or a negative errno; then nothing went.
 */
int evidence_prune(struct evidence *evidence, int64_t epoch, uint64_t time_ns,
		   const struct evidence_retention *retention, int64_t *ret_n);

/* Bytes that the store takes, without its write-ahead log. */
int evidence_size(struct evidence *evidence, uint64_t *ret_bytes);

#endif
