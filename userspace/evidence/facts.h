/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What debard finds out about the watch, as bodies of records.
 *
 * A function that makes a body returns NULL without memory.
 */
#ifndef DEBAR_EVIDENCE_FACTS_H
#define DEBAR_EVIDENCE_FACTS_H

#include <jansson.h>

#include "chain.h"
#include "host.h"
#include "libdebar.h"

/* One machine that was started, and one load of the module on it. */
struct evidence_load {
	char boot_id[40];	/* /proc/sys/kernel/random/boot_id */
	uint64_t loaded_ns;	/* since 1970; 0: the module is not loaded */
	const struct evidence_host *host;	/* which machine; NULL: not told */
};

/* The live policies at one instant. */
struct evidence_live {
	json_t *policies;	/* body of a record "policy" */
	json_t *products;	/* body of a record "product" */
	uint8_t fingerprint[EVIDENCE_HASH];	/* over names, serials, digests */
};

/**
 * evidence_live_read() - ask the module for its policies
 * @debar: connection
 * @ret_live: set on success; free with evidence_live_free()
 *
 * Return: 0; -ENOMEM; or what debar_list() gave.
 */
int evidence_live_read(struct debar *debar, struct evidence_live *ret_live);

void evidence_live_free(struct evidence_live *live);

/**
 * evidence_status_body() - coverage, counters and mode
 * @status: of the module; NULL: it is not loaded
 * @why: hourly, change, start, stop
 */
json_t *evidence_status_body(const struct debar_status *status, const char *why);

/**
 * evidence_status_differs() - is it worth a record before the hour is over?
 *
 * Counters alone are not.
 */
bool evidence_status_differs(const struct debar_status *a, const struct debar_status *b);

/**
 * evidence_epoch_body() - what an epoch begins with
 * @load: of the module
 * @status: of the module; NULL: it is not loaded
 * @fingerprint: of the policies
 * @after_seq: events with a higher number are this epoch's
 * @offset_ns: the clock's time minus that since the machine was started
 * @why: first, boot, module, daemon
 */
json_t *evidence_epoch_body(const struct evidence_load *load,
			    const struct debar_status *status,
			    const uint8_t fingerprint[EVIDENCE_HASH], uint64_t after_seq,
			    int64_t offset_ns, const char *why);

/** evidence_lost_body() - events that the ring overwrote, both numbers included */
json_t *evidence_lost_body(uint64_t first, uint64_t last);

/**
 * evidence_gap_body() - a time without debard
 * @from_ns: last sign of life
 * @until_ns: from then on there is one again
 * @why: machine, module, daemon
 * @watched: did the module go on judging, and its ring keep the events?
 * @last_seq: of the events that were stored before
 */
json_t *evidence_gap_body(uint64_t from_ns, uint64_t until_ns, const char *why,
			  bool watched, uint64_t last_seq);

/* Was the clock set? Less than a second is what keeping it right comes to. */
bool evidence_clock_jumped(int64_t offset_before_ns, int64_t offset_after_ns);

/** evidence_clock_body() - the clock was set; @offset_ns as for an epoch */
json_t *evidence_clock_body(int64_t offset_before_ns, int64_t offset_after_ns);

#endif
