// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store's troubles: damaged, full, somebody else's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "watch.h"

#define SAY_AGAIN_NS UINT64_C(600000000000)

static void close_store(struct watch *watch)
{
	evidence_close(watch->evidence);
	watch->evidence = NULL;
	/* What was recorded is not known any more: a new epoch tells it again. */
	watch->epoch.id = 0;
	evidence_live_free(&watch->live);
}

/* Once, and then every ten minutes. */
static bool worth_saying(struct watch *watch, int err)
{
	if (watch->said_store == err &&
	    watch->now.boot_ns < watch->said_store_ns + SAY_AGAIN_NS)
		return false;
	watch->said_store = err;
	watch->said_store_ns = watch->now.boot_ns;
	return true;
}

/* A damaged store is kept for whoever can read something out of it. */
static enum watch_next replace_store(struct watch *watch, const char *why)
{
	const char *path = watch->config->store;
	char *text = strdup(why), *name = NULL;
	int err;

	close_store(watch);
	err = text ? evidence_set_aside(path, watch->now.real_ns, &name) : -ENOMEM;
	if (err) {
		if (worth_saying(watch, err))
			log_say(LOG_ERR, "%s is damaged (%s), and cannot be set aside: %s",
				path, text ? text : "out of memory", strerror(-err));
		free(text);
		return WATCH_RETRY;
	}
	log_say(LOG_ERR, "%s is damaged (%s): it is %s now, and a new one begins", path, text,
		name);
	err = evidence_open_write(path, &watch->evidence);
	if (!err)
		err = evidence_begin(watch->evidence);
	if (!err)
		err = evidence_append(watch->evidence, 0, watch->now.real_ns, "corrupt",
				      json_pack("{ssss}", "aside", name, "text", text));
	if (!err)
		err = evidence_commit(watch->evidence);
	if (err)
		log_say(LOG_ERR, "%s: %s", path,
			watch->evidence ? evidence_error(watch->evidence) : strerror(-err));
	free(text);
	free(name);
	if (err) {
		close_store(watch);
		return WATCH_RETRY;
	}
	return WATCH_AGAIN;
}

/* How many events the module has that are not stored. */
static void count_waiting(struct watch *watch)
{
	struct debar_status status;

	watch->n_waiting = 0;
	if (!watch->debar || !watch->epoch.id || debar_get_status(watch->debar, &status))
		return;
	/* Of a load whose epoch cannot begin, all do. */
	if (status.loaded_ns != watch->epoch.load.loaded_ns)
		watch->n_waiting = status.event_seq;
	else if (status.event_seq > watch->epoch.last_seq)
		watch->n_waiting = status.event_seq - watch->epoch.last_seq;
}

/* What is stored is what counts, whatever was to be. */
static void reload_epoch(struct watch *watch)
{
	struct evidence_epoch epoch;

	if (watch->evidence && watch->epoch.id &&
	    !evidence_epoch_last(watch->evidence, &epoch) && epoch.id)
		watch->epoch = epoch;
}

enum watch_next watch_store_failed(struct watch *watch, int err)
{
	const char *path = watch->config->store, *why;
	char text[256];

	why = watch->evidence ? evidence_error(watch->evidence) : strerror(-err);
	snprintf(text, sizeof(text), "%s", why);
	if (err == -EBADMSG)
		return replace_store(watch, text);
	reload_epoch(watch);
	count_waiting(watch);
	if (worth_saying(watch, err))
		log_say(LOG_ERR, "%s: %s%s: %" PRIu64 " events wait; it is tried again, and what "
			"the module's ring overwrites until then is lost", path,
			err == -ENOSPC ? "there is no room: " : "", text, watch->n_waiting);
	return WATCH_RETRY;
}

enum watch_next watch_store(struct watch *watch)
{
	const char *path = watch->config->store;
	int err;

	if (watch->evidence)
		return WATCH_AGAIN;
	err = evidence_open_write(path, &watch->evidence);
	if (!err)
		return WATCH_AGAIN;
	if (err == -EBUSY || err == -EPROTO || err == -EACCES || err == -EROFS ||
	    err == -ENOENT || err == -ENOTDIR || err == -EISDIR || err == -ELOOP) {
		log_say(LOG_ERR, "%s: %s", path,
			watch->evidence ? evidence_error(watch->evidence) : strerror(-err));
		close_store(watch);
		return WATCH_FATAL;
	}
	if (err == -EBADMSG)
		return replace_store(watch, evidence_error(watch->evidence));
	watch_store_failed(watch, err);
	close_store(watch);
	return WATCH_RETRY;
}
