/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chain: each record's hash covers the one before it, so that no record can be
 * altered, left out or put in without every later hash being wrong.
 */
#ifndef DEBAR_EVIDENCE_CHAIN_H
#define DEBAR_EVIDENCE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#define EVIDENCE_HASH 32	/* bytes of SHA-256 */

/* One record of the store, as docs/evidence.md has it. */
struct evidence_record {
	int64_t id;		/* from 1 on, without a gap */
	int64_t epoch;
	uint64_t seq;		/* of an event; 0: none */
	uint64_t time_ns;	/* since 1970 */
	const char *kind;
	const char *body;	/* one JSON object */
	size_t body_length;	/* bytes, without NUL */
	uint8_t hash[EVIDENCE_HASH];
};

/**
 * evidence_chain_hash() - the hash that a record must have
 * @previous: hash of the record before; all 0 before the first
 * @record: everything but its hash
 * @ret_hash: receives it; may be @previous
 *
 * Return: 0; -EIO if the library's SHA-256 failed.
 */
int evidence_chain_hash(const uint8_t previous[EVIDENCE_HASH],
			const struct evidence_record *record,
			uint8_t ret_hash[EVIDENCE_HASH]);

#endif
