// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events into the store, a batch in one transaction.
 */
#include <errno.h>
#include <inttypes.h>

#include "log.h"
#include "watch.h"

#define BATCH 4096	/* events; signals and the watchdog wait so long */
#define BATCH_FULL 1

/* The callbacks' result: a store that fails ends the dump. */
static int note(struct watch *watch, int err)
{
	watch->store_err = err;
	return err;
}

static int begin(struct watch *watch)
{
	int err;

	if (watch->in_transaction)
		return 0;
	err = evidence_begin(watch->evidence);
	watch->in_transaction = !err;
	return err;
}

static int take_event(const struct debar_event *event, void *data)
{
	struct watch *watch = data;
	int err;

	if (watch->n_batch == BATCH)
		return BATCH_FULL;
	err = begin(watch);
	if (!err)
		err = evidence_append_event(watch->evidence, watch->epoch.id, event);
	if (err)
		return note(watch, err);
	watch->n_batch++;
	if (!debar_reason_of_file(event->reason))
		watch->look = true;
	return 0;
}

static int take_lost(uint64_t first, uint64_t last, void *data)
{
	struct watch *watch = data;
	int err;

	err = begin(watch);
	if (!err)
		err = evidence_append(watch->evidence, watch->epoch.id, watch->now.real_ns,
				      "lost", evidence_lost_body(first, last));
	if (err)
		return note(watch, err);
	log_say(LOG_WARNING, "events #%" PRIu64 " to #%" PRIu64 " are lost: newer ones took "
		"their place before they could be stored", first, last);
	watch->n_lost += last - first + 1;
	return 0;
}

static int commit(struct watch *watch, uint64_t last_seq)
{
	struct evidence_epoch epoch = watch->epoch;
	int err;

	epoch.last_seq = last_seq;
	epoch.alive_ns = watch->now.real_ns;
	err = evidence_epoch_save(watch->evidence, &epoch);
	if (err) {
		evidence_rollback(watch->evidence);
		return err;
	}
	err = evidence_commit(watch->evidence);
	if (!err)
		watch->epoch = epoch;
	return err;
}

enum watch_next watch_drain(struct watch *watch)
{
	static const struct debar_event_ops ops = { .event = take_event, .lost = take_lost };
	uint64_t after = watch->epoch.last_seq, n_lost = watch->n_lost;
	int err, store_err;

	watch->n_batch = 0;
	watch->in_transaction = false;
	watch->store_err = 0;
	err = debar_drain(watch->debar, &after, &ops, watch);
	store_err = watch->store_err;
	if (watch->in_transaction) {
		if (store_err)
			evidence_rollback(watch->evidence);
		else
			store_err = commit(watch, after);
	}
	if (store_err) {
		watch->n_lost = n_lost;
		return watch_store_failed(watch, store_err);
	}
	watch->n_stored += watch->n_batch;
	if (err == BATCH_FULL || err == -EAGAIN)
		return WATCH_AGAIN;
	return err ? watch_module_failed(watch, err) : WATCH_SLEEP;
}
