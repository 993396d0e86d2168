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

/*
 * A damaged store is kept for whoever can read something out of it. What may never have
 * been one (not @ours) keeps its name: the path may be mistyped.
 */
static enum watch_next replace_store(struct watch *watch, const char *why, bool ours)
{
	const char *path = watch->config->store;
	char *text = strdup(why), *name = NULL;
	int err;

	close_store(watch);
	if (!ours && strcmp(path, EVIDENCE_STORE) != 0 && !evidence_is_store(path)) {
		log_say(LOG_ERR, "%s is not an evidence store (%s): it stays as it is, say "
			"another path", path, text ? text : "out of memory");
		free(text);
		return WATCH_FATAL;
	}
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
	/* The new one did not last either: the first is what is missed. */
	if (watch->aside) {
		free(name);
		free(text);
		return WATCH_RETRY;
	}
	watch->aside = name;
	watch->aside_why = text;
	return watch_store(watch);
}

/* The first record of a store that replaces another says so, however late it is stored. */
static int append_corrupt(struct watch *watch)
{
	int err;

	err = evidence_begin(watch->evidence);
	if (!err)
		err = evidence_append(watch->evidence, 0, watch->now.real_ns, "corrupt",
				      json_pack("{ssss}", "aside", watch->aside, "text",
						watch->aside_why));
	if (err)
		evidence_rollback(watch->evidence);
	else
		err = evidence_commit(watch->evidence);
	if (err)
		return err;
	free(watch->aside);
	free(watch->aside_why);
	watch->aside = watch->aside_why = NULL;
	return 0;
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
		return replace_store(watch, text, true);
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
	if (!err && watch->aside)
		err = append_corrupt(watch);
	if (!err)
		return WATCH_AGAIN;
	if (err == -EBUSY || err == -EPROTO || err == -EACCES || err == -EROFS ||
	    err == -ENOENT || err == -ENOTDIR || err == -EISDIR || err == -ELOOP ||
	    err == -ENOTSUP) {
		log_say(LOG_ERR, "%s: %s", path,
			watch->evidence ? evidence_error(watch->evidence) : strerror(-err));
		close_store(watch);
		return WATCH_FATAL;
	}
	if (err == -EBADMSG)
		return replace_store(watch, evidence_error(watch->evidence), false);
	watch_store_failed(watch, err);
	close_store(watch);
	return WATCH_RETRY;
}
