/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Proof that a store, or what was exported of one, is as debard wrote it.
 */
#ifndef DEBAR_EVIDENCE_VERIFY_H
#define DEBAR_EVIDENCE_VERIFY_H

#include <stdio.h>

#include "store.h"

struct evidence_proof {
	int64_t first, last;	/* ids of the records that were read; 0: none */
	uint64_t first_ns, last_ns;
	uint64_t n;
	uint64_t n_events;	/* stored, of files and of the watch */
	uint64_t n_lost;	/* that the ring overwrote, as records say */
	int64_t pruned;		/* records that went before the first */
	uint8_t head[EVIDENCE_HASH];	/* of the last that was proven */
	bool anchored;		/* the hash that was asked for is one of the chain's */
	int64_t anchor;		/* id of the record that has it */
	/* The first break. */
	bool broken;
	int64_t broken_id;	/* record, or where one is missing; 0: none in particular */
	uint64_t broken_ns;	/* its time as stored; 0: unknown */
	char what[200];		/* one sentence */
};

/**
 * evidence_verify() - read the whole store
 * @evidence: store, as one instant has it
 * @anchor: a hash that has to be one of the chain's, or NULL
 * @ret_proof: set if 0 is returned
 *
 * Beside the chain: its two ends, that every event of an epoch is there or reported
 * as lost, and that the tables which reports read are those of the events.
 *
 * Return: 0, whether it is proven or broken; or a negative errno if it could not be
 * read, see evidence_error().
 */
int evidence_verify(struct evidence *evidence, const uint8_t anchor[EVIDENCE_HASH],
		    struct evidence_proof *ret_proof);

/**
 * evidence_verify_export() - the same for a file that evidence_export() wrote
 * @stream: to read to its end
 * @anchor: as above
 * @ret_proof: set if 0 is returned; broken_id is 0 and @what names the line where
 *	one cannot be read
 *
 * Return: 0; -ENOMEM; -EIO.
 */
int evidence_verify_export(FILE *stream, const uint8_t anchor[EVIDENCE_HASH],
			   struct evidence_proof *ret_proof);

/**
 * evidence_export() - records as JSON lines
 * @evidence: store
 * @query: which; without gap: no kind
 * @stream: receives them, and a manifest as the last line
 * @ret_n: set to how many
 *
 * The form is in docs/evidence.md. Writing errors are left in the stream.
 */
int evidence_export(struct evidence *evidence, const struct evidence_query *query,
		    FILE *stream, uint64_t *ret_n);

#endif
