/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Epochs: one run of debard on one load of the module. Where the next one goes on, and
 * the gap between them.
 */
#ifndef DEBAR_EVIDENCE_EPOCH_H
#define DEBAR_EVIDENCE_EPOCH_H

#include "facts.h"
#include "store.h"

struct evidence_epoch {
	int64_t id;		/* 0: none yet */
	struct evidence_load load;
	uint64_t started_ns;
	uint64_t alive_ns;	/* last sign of life */
	uint64_t last_seq;	/* of the events that are stored or reported as lost */
	int64_t offset_ns;	/* the clock's time minus that since the machine was started */
};

/** evidence_epoch_last() - the newest epoch; its id is 0 if there is none */
int evidence_epoch_last(struct evidence *evidence, struct evidence_epoch *ret_epoch);

/**
 * evidence_epoch_begin() - begin one, between evidence_begin() and evidence_commit()
 * @evidence: store
 * @new: load, started_ns and offset_ns are given; alive_ns and last_seq are set, the
 *	latter to what is stored of the same load, and id to one that must be copied
 *	from here only after the commit
 * @status: of the module; NULL: it is not loaded
 * @fingerprint: of the policies
 *
 * Records the gap since the epoch before, too.
 */
int evidence_epoch_begin(struct evidence *evidence, struct evidence_epoch *new,
			 const struct debar_status *status,
			 const uint8_t fingerprint[EVIDENCE_HASH]);

/** evidence_epoch_save() - alive_ns, last_seq and offset_ns, likewise in a transaction */
int evidence_epoch_save(struct evidence *evidence, const struct evidence_epoch *epoch);

/** evidence_epoch_end() - debard stops, or the module went; likewise */
int evidence_epoch_end(struct evidence *evidence, const struct evidence_epoch *epoch,
		       uint64_t time_ns);

#endif
