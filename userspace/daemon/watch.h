/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What debard does: see whether the module is there, store its events and what it says
 * of itself, and keep the store within its bounds. It never sleeps here.
 */
#ifndef DEBARD_WATCH_H
#define DEBARD_WATCH_H

#include <jansson.h>

#include "config.h"
#include "epoch.h"

/* One instant, by two clocks: one that can be set, and one that cannot. */
struct instant {
	uint64_t real_ns;	/* since 1970 */
	uint64_t boot_ns;	/* since the machine was started, sleep included */
};

struct instant instant_now(void);

struct watch {
	const struct config *config;
	char boot_id[40];
	struct evidence_host host;
	struct evidence *evidence;	/* NULL: not open */
	struct debar *debar;		/* NULL: not connected */
	struct evidence_epoch epoch;	/* as it was committed; id 0: none began yet */
	struct debar_status status;	/* as it was recorded last; of a loaded module */
	struct evidence_live live;	/* likewise */
	uint64_t minute_due_ns, hour_due_ns, day_due_ns;	/* by boot_ns */
	bool look;			/* something about the watch itself changed */
	/* The batch that is being stored. */
	unsigned int n_batch;
	bool in_transaction;
	int store_err;			/* what a callback met, negative */
	struct instant now;
	/* Told once, not with every attempt. */
	int said_module, said_store;
	uint64_t said_store_ns;
	char *aside, *aside_why;	/* a store that was set aside, not recorded yet; or NULL */
	/* Since debard was started. */
	uint64_t n_stored, n_lost;
	uint64_t n_waiting;		/* events that there was no room for */
};

enum watch_next {
	WATCH_AGAIN,	/* there is more: come back at once */
	WATCH_SLEEP,	/* until the wake-up, or the next minute */
	WATCH_RETRY,	/* something is in the way: in a few seconds */
	WATCH_FATAL,	/* nothing will come of it; it was said */
};

/**
 * watch_init() - prepare
 * @watch: to set; drop with watch_free()
 * @config: stays the caller's, who keeps it
 * @boot_id: of this machine's run, without newline
 */
void watch_init(struct watch *watch, const struct config *config, const char *boot_id);

/**
 * watch_step() - one piece of work: at most one batch of events
 * @watch: state
 * @now: the time
 */
enum watch_next watch_step(struct watch *watch, struct instant now);

/* When watch_step() wants to be called again, by boot_ns. */
uint64_t watch_due(const struct watch *watch);

/** watch_stop() - record that debard stops */
void watch_stop(struct watch *watch, struct instant now);

/** watch_free() - without recording anything, as if it were killed */
void watch_free(struct watch *watch);

/* For the other files of debard. */

/** watch_store() - open the store, a new one where it is damaged. Return: WATCH_AGAIN if open. */
enum watch_next watch_store(struct watch *watch);

/** watch_store_failed() - a call of the store gave @err. */
enum watch_next watch_store_failed(struct watch *watch, int err);

/** watch_drain() - store a batch. Return: WATCH_SLEEP when the ring is empty. */
enum watch_next watch_drain(struct watch *watch);

/** watch_module_failed() - a call of the module gave @err. */
enum watch_next watch_module_failed(struct watch *watch, int err);

#endif
