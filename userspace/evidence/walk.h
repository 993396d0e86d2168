/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A walk along the chain, record by record, wherever they come from.
 */
#ifndef DEBAR_EVIDENCE_WALK_H
#define DEBAR_EVIDENCE_WALK_H

#include "verify.h"

/* No store comes to such an id; counting on from it does not overflow. */
#define EVIDENCE_ID_MAX (INT64_MAX / 2)

struct evidence_walk {
	struct evidence_proof *proof;
	const uint8_t *anchor;		/* to look for, or NULL */
	uint8_t previous[EVIDENCE_HASH];
	int64_t next;			/* id that comes next */
	bool pending;			/* the last one's hash is wrong: why is not known yet */
	uint8_t stored[EVIDENCE_HASH], computed[EVIDENCE_HASH];	/* of that one */
	/* Numbers of events of the present load of the module. */
	bool numbered;
	uint64_t seq;
	/* What the last epoch said, and where the last load that is known had come to. */
	char boot_id[40];
	uint64_t loaded_ns;
	char load_boot_id[40];
	uint64_t load_ns;	/* 0: none was begun yet */
	uint64_t load_seq;
	/* Whether somebody said that the beginning went. */
	int64_t pruned;
	uint8_t pruned_hash[EVIDENCE_HASH];
};

void evidence_walk_begin(struct evidence_walk *walk, struct evidence_proof *proof,
			 const uint8_t *anchor, const uint8_t previous[EVIDENCE_HASH],
			 int64_t first);

/* Takes the next record. Return: 0 to go on; 1: a break was found; -ENOMEM, -EIO. */
int evidence_walk(struct evidence_walk *walk, const struct evidence_record *record);

/* After the last record. Return: as above. */
int evidence_walk_end(struct evidence_walk *walk);

/** evidence_break() - note the first break. Return: 1. */
__attribute__((format(printf, 4, 5)))
int evidence_break(struct evidence_proof *proof, int64_t id, uint64_t time_ns,
		   const char *format, ...);

#endif
