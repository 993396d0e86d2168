// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watch over the watch.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "escape.h"
#include "log.h"
#include "prune.h"
#include "watch.h"

#define NS_PER_S UINT64_C(1000000000)
#define MINUTE (60 * NS_PER_S)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct instant instant_now(void)
{
	struct timespec real, boot;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (struct instant){
		.real_ns = real.tv_sec * NS_PER_S + real.tv_nsec,
		.boot_ns = boot.tv_sec * NS_PER_S + boot.tv_nsec,
	};
}

void watch_init(struct watch *watch, const struct config *config, const char *boot_id)
{
	memset(watch, 0, sizeof(*watch));
	watch->config = config;
	snprintf(watch->boot_id, sizeof(watch->boot_id), "%s", boot_id);
	evidence_host_read(&watch->host);
}

static int64_t offset(struct instant now)
{
	return now.real_ns - now.boot_ns;
}

/*
 * A clock that is wrong once, as one without a battery is until the network is there,
 * would make all records too old: none goes by age until it has held for a while.
 */
static void distrust_clock(struct watch *watch, uint64_t while_ns)
{
	uint64_t due_ns = watch->now.boot_ns + while_ns;

	if (due_ns > watch->day_due_ns)
		watch->day_due_ns = due_ns;
}

uint64_t watch_due(const struct watch *watch)
{
	return watch->minute_due_ns;
}

static void disconnect(struct watch *watch)
{
	debar_close(watch->debar);
	watch->debar = NULL;
}

enum watch_next watch_module_failed(struct watch *watch, int err)
{
	/* It went, or another was loaded: looking again tells. */
	disconnect(watch);
	if (err == -ENOENT)
		return WATCH_AGAIN;
	if (watch->said_module != err)
		log_say(LOG_ERR, "asking the module failed: %s%s", strerror(-err),
			err == -EPERM ? ": it takes CAP_MAC_ADMIN" : "");
	watch->said_module = err;
	return err == -EPERM ? WATCH_FATAL : WATCH_RETRY;
}

/* Ends what evidence_begin() began. Return: @err, or what committing gave. */
static int finish(struct watch *watch, int err)
{
	if (err) {
		evidence_rollback(watch->evidence);
		return err;
	}
	return evidence_commit(watch->evidence);
}

static int append_live(struct watch *watch, int64_t epoch, const struct evidence_live *live)
{
	int err = 0;

	if (!json_equal(live->policies, watch->live.policies))
		err = evidence_append(watch->evidence, epoch, watch->now.real_ns, "policy",
				      json_incref(live->policies));
	if (!err && !json_equal(live->products, watch->live.products))
		err = evidence_append(watch->evidence, epoch, watch->now.real_ns, "product",
				      json_incref(live->products));
	return err;
}

static void keep_live(struct watch *watch, struct evidence_live *live)
{
	evidence_live_free(&watch->live);
	watch->live = *live;
}

static int append_epoch(struct watch *watch, struct evidence_epoch *epoch,
			const struct debar_status *status, const struct evidence_live *live)
{
	int err;

	err = evidence_epoch_begin(watch->evidence, epoch, status, live->fingerprint);
	if (!err)
		err = evidence_append(watch->evidence, epoch->id, watch->now.real_ns, "status",
				      evidence_status_body(status, "start"));
	return err || !live->policies ? err : append_live(watch, epoch->id, live);
}

/* @status, @live: of the module; NULL, empty: it is not loaded. */
static enum watch_next begin_epoch(struct watch *watch, const struct debar_status *status,
				   struct evidence_live *live)
{
	struct evidence_epoch epoch = {
		.load.loaded_ns = status ? status->loaded_ns : 0,
		.load.host = &watch->host,
		.started_ns = watch->now.real_ns,
		.offset_ns = offset(watch->now),
	};
	int err;

	strcpy(epoch.load.boot_id, watch->boot_id);
	/* Each epoch tells it all. */
	evidence_live_free(&watch->live);
	err = evidence_begin(watch->evidence);
	if (!err && watch->epoch.id)
		err = evidence_epoch_end(watch->evidence, &watch->epoch, watch->now.real_ns);
	if (!err)
		err = append_epoch(watch, &epoch, status, live);
	err = finish(watch, err);
	if (err) {
		enum watch_next next = watch_store_failed(watch, err);

		evidence_live_free(live);
		/* So that nothing is drained under the epoch before: connecting begins this one. */
		disconnect(watch);
		return next;
	}
	if (watch->epoch.id && evidence_clock_jumped(watch->epoch.offset_ns, epoch.offset_ns))
		distrust_clock(watch, DAY);
	watch->epoch = epoch;
	if (status)
		watch->status = *status;
	keep_live(watch, live);
	if (status)
		log_say(LOG_INFO, "epoch %" PRId64 ": the module is loaded, mode %s, events after "
			"#%" PRIu64, epoch.id, debar_mode_name(status->mode), epoch.last_seq);
	else
		log_say(LOG_WARNING, "epoch %" PRId64 ": the module is not loaded: nothing is "
			"denied or seen", epoch.id);
	return WATCH_AGAIN;
}

static bool is_epoch_of(const struct watch *watch, uint64_t loaded_ns)
{
	return watch->epoch.id && watch->epoch.load.loaded_ns == loaded_ns;
}

static enum watch_next without_module(struct watch *watch, int err)
{
	struct evidence_live none = { .fingerprint = {
		/* SHA-256 of nothing */
		0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8,
		0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
		0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 } };

	if (err != -ENOENT && watch->said_module != err)
		log_say(LOG_ERR, err == -EPROTO ?
				"the loaded module does not speak protocol %d: it is taken for "
				"none" : "the module cannot be reached (protocol %d): %s",
			DEBAR_PROTOCOL, strerror(-err));
	watch->said_module = err;
	if (is_epoch_of(watch, 0))
		return WATCH_SLEEP;
	return begin_epoch(watch, NULL, &none);
}

/* Connect, and begin an epoch if that is a new one. Return: WATCH_AGAIN if connected. */
static enum watch_next connect_module(struct watch *watch)
{
	struct evidence_live live = { 0 };
	struct debar_status status;
	int err;

	if (watch->debar && watch->epoch.id && watch->epoch.load.loaded_ns)
		return WATCH_AGAIN;
	err = watch->debar ? 0 : debar_open(&watch->debar);
	if (err) {
		watch->debar = NULL;
		return without_module(watch, err);
	}
	err = debar_get_status(watch->debar, &status);
	if (!err && is_epoch_of(watch, status.loaded_ns))
		return WATCH_AGAIN;
	if (!err)
		err = evidence_live_read(watch->debar, &live);
	if (err)
		return watch_module_failed(watch, err);
	watch->said_module = 0;
	return begin_epoch(watch, &status, &live);
}

/* The head, for the journal and whoever keeps that. */
static void log_head(const struct watch *watch)
{
	char hex[2 * EVIDENCE_HASH + 1];
	uint8_t hash[EVIDENCE_HASH];
	int64_t id;

	evidence_head(watch->evidence, &id, hash);
	escape_hex(hash, EVIDENCE_HASH, hex);
	log_say(LOG_NOTICE, "evidence head: record %" PRId64 " hash %s", id, hex);
}

static int append_head(struct watch *watch)
{
	json_t *body = json_object();
	char hex[2 * EVIDENCE_HASH + 1];
	uint8_t hash[EVIDENCE_HASH];
	int64_t id;

	evidence_head(watch->evidence, &id, hash);
	escape_hex(hash, EVIDENCE_HASH, hex);
	if (json_object_set_new(body, "id", json_integer(id)) ||
	    json_object_set_new(body, "hash", json_string(hex))) {
		json_decref(body);
		body = NULL;
	}
	return evidence_append(watch->evidence, watch->epoch.id, watch->now.real_ns, "head",
			       body);
}

/* What the module says of itself, if it says something new or an hour is over. */
static enum watch_next look(struct watch *watch, bool hourly)
{
	struct evidence_live live = { 0 };
	struct debar_status status;
	bool differs;
	int err;

	err = debar_get_status(watch->debar, &status);
	if (!err && status.loaded_ns != watch->epoch.load.loaded_ns)
		return watch_module_failed(watch, -ENOENT);
	differs = !err && evidence_status_differs(&status, &watch->status);
	if (!err && (status.generation != watch->status.generation || !watch->live.policies))
		err = evidence_live_read(watch->debar, &live);
	if (err)
		return watch_module_failed(watch, err);
	watch->look = false;
	if (!differs && !hourly && !live.policies)
		return WATCH_AGAIN;
	err = evidence_begin(watch->evidence);
	if (!err && (differs || hourly))
		err = evidence_append(watch->evidence, watch->epoch.id, watch->now.real_ns,
				      "status",
				      evidence_status_body(&status, differs ? "change" :
								    "hourly"));
	if (!err && live.policies)
		err = append_live(watch, watch->epoch.id, &live);
	err = finish(watch, err);
	if (err) {
		evidence_live_free(&live);
		watch->look = true;
		return watch_store_failed(watch, err);
	}
	watch->status = status;
	if (live.policies)
		keep_live(watch, &live);
	return WATCH_AGAIN;
}

/* A sign of life, and whether the clock was set. */
static int be_alive(struct watch *watch)
{
	struct evidence_epoch epoch = watch->epoch;
	int err;

	epoch.alive_ns = watch->now.real_ns;
	epoch.offset_ns = offset(watch->now);
	err = evidence_begin(watch->evidence);
	if (!err && evidence_clock_jumped(watch->epoch.offset_ns, epoch.offset_ns)) {
		err = evidence_append(watch->evidence, epoch.id, watch->now.real_ns, "clock",
				      evidence_clock_body(watch->epoch.offset_ns,
							  epoch.offset_ns));
		log_say(LOG_WARNING, "the clock was set by %" PRId64 " s",
			(epoch.offset_ns - watch->epoch.offset_ns) / (int64_t)NS_PER_S);
	}
	if (!err)
		err = evidence_epoch_save(watch->evidence, &epoch);
	err = finish(watch, err);
	if (err)
		return err;
	if (evidence_clock_jumped(watch->epoch.offset_ns, epoch.offset_ns))
		distrust_clock(watch, DAY);
	watch->epoch = epoch;
	return 0;
}

/*
 * By age once a day: each time, a record says what held at the cut, and that is long.
 *
 * Return: 1: there is more that has to go.
 */
static int prune(struct watch *watch)
{
	uint64_t age = watch->config->days * DAY;
	bool daily = age && age < watch->now.real_ns && watch->now.boot_ns >= watch->day_due_ns;
	struct evidence_retention retention = {
		.before_ns = daily ? watch->now.real_ns - age : 0,
		.max_bytes = watch->config->max_bytes,
	};
	int64_t n;
	int err;

	err = evidence_prune(watch->evidence, watch->epoch.id, watch->now.real_ns, &retention,
			     &n);
	if (!err && n)
		log_say(LOG_INFO, "the oldest %" PRId64 " records went, as the retention asks for",
			n);
	if (!err && !n && daily)
		watch->day_due_ns = watch->now.boot_ns + DAY;
	return err ? err : n > 0;
}

static int append_hourly(struct watch *watch)
{
	int err;

	err = evidence_begin(watch->evidence);
	if (!err && !watch->debar)
		err = evidence_append(watch->evidence, watch->epoch.id, watch->now.real_ns,
				      "status", evidence_status_body(NULL, "hourly"));
	if (!err)
		err = append_head(watch);
	return finish(watch, err);
}

/* What is done every minute, and every hour of them. */
static enum watch_next keep(struct watch *watch)
{
	bool hourly = watch->now.boot_ns >= watch->hour_due_ns;
	enum watch_next next;
	int err;

	err = be_alive(watch);
	if (!err && watch->debar) {
		next = look(watch, hourly);
		if (next != WATCH_AGAIN || !watch->debar)
			return next;
	}
	if (!err && hourly)
		err = append_hourly(watch);
	if (!err && hourly) {
		log_head(watch);
		watch->hour_due_ns = watch->now.boot_ns + HOUR;
	}
	if (!err)
		err = prune(watch);
	if (err < 0)
		return watch_store_failed(watch, err);
	/* With more to prune, the minute is not over. */
	if (!err)
		watch->minute_due_ns = watch->now.boot_ns + MINUTE;
	return WATCH_AGAIN;
}

static bool clock_was_set(const struct watch *watch)
{
	return watch->epoch.id &&
	       evidence_clock_jumped(watch->epoch.offset_ns, offset(watch->now));
}

enum watch_next watch_step(struct watch *watch, struct instant now)
{
	enum watch_next next;
	bool more;

	watch->now = now;
	/* The first hour begins with debard: a head that is just opened proves nothing. */
	if (!watch->hour_due_ns) {
		watch->hour_due_ns = now.boot_ns + HOUR;
		distrust_clock(watch, HOUR);
	}
	next = watch_store(watch);
	if (next == WATCH_AGAIN)
		next = connect_module(watch);
	if (next == WATCH_AGAIN && watch->debar)
		next = watch_drain(watch);
	/* In a flood there are always more events: what is due is done all the same. */
	more = next == WATCH_AGAIN && watch->debar;
	if (next != WATCH_SLEEP && !more)
		return next;
	/* What was in the way is not any more. */
	if (watch->said_store) {
		log_say(LOG_NOTICE, "%s: storing goes on", watch->config->store);
		watch->said_store = 0;
		watch->n_waiting = 0;
	}
	if (now.boot_ns >= watch->minute_due_ns || clock_was_set(watch)) {
		next = keep(watch);
		if (next != WATCH_AGAIN)
			return next;
		return !more && now.boot_ns < watch->minute_due_ns ? WATCH_SLEEP : WATCH_AGAIN;
	}
	if (watch->look && watch->debar)
		return look(watch, false);
	return more ? WATCH_AGAIN : WATCH_SLEEP;
}

/* What the ring has when it stops, and not what comes while that is stored. */
static void drain_rest(struct watch *watch)
{
	struct debar_status status;
	uint64_t stored;

	if (!watch->debar || debar_get_status(watch->debar, &status) ||
	    !is_epoch_of(watch, status.loaded_ns))
		return;
	do {
		stored = watch->epoch.last_seq;
	} while (stored < status.event_seq && watch_drain(watch) == WATCH_AGAIN &&
		 watch->debar && watch->epoch.id && watch->epoch.last_seq > stored);
}

void watch_stop(struct watch *watch, struct instant now)
{
	struct debar_status status;
	bool loaded;
	int err;

	watch->now = now;
	if (watch->evidence && watch->epoch.id)
		drain_rest(watch);
	if (watch->evidence && watch->epoch.id) {
		loaded = watch->debar && !debar_get_status(watch->debar, &status);
		watch->epoch.alive_ns = now.real_ns;
		err = evidence_begin(watch->evidence);
		if (!err)
			err = evidence_append(watch->evidence, watch->epoch.id, now.real_ns,
					      "status",
					      evidence_status_body(loaded ? &status : NULL,
								   "stop"));
		if (!err)
			err = evidence_epoch_save(watch->evidence, &watch->epoch);
		if (!err)
			err = evidence_epoch_end(watch->evidence, &watch->epoch, now.real_ns);
		err = finish(watch, err);
		if (err)
			log_say(LOG_ERR, "%s: %s", watch->config->store,
				evidence_error(watch->evidence));
		log_head(watch);
	}
	watch_free(watch);
}

void watch_free(struct watch *watch)
{
	disconnect(watch);
	evidence_live_free(&watch->live);
	evidence_close(watch->evidence);
	watch->evidence = NULL;
	evidence_host_free(&watch->host);
	free(watch->aside);
	free(watch->aside_why);
	watch->aside = watch->aside_why = NULL;
}
