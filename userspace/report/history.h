/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the report reads: the past of one machine, out of its evidence store.
 * Nothing else of the report knows how the store keeps it.
 */
#ifndef DEBAR_HISTORY_H
#define DEBAR_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdebar.h"

#define HISTORY_KINDS (__DEBAR_KIND_LAST)

struct history;

/* What happened to the watch, or became known about it, at one instant. */
enum history_kind {
	HISTORY_ALIVE,		/* somebody listened, no more is known */
	HISTORY_EPOCH,		/* the daemon began to listen; loaded, mode, off, hooks, host are set */
	HISTORY_STATUS,		/* a sign of life; loaded, mode, off, hooks are set */
	HISTORY_STOP,		/* the same, and the last: the daemon ended as it was told to */
	HISTORY_GAP_BEGIN,	/* from now on nobody listened; reason, ring_kept */
	HISTORY_GAP_END,	/* until now */
	HISTORY_LOST,		/* events first to last were overwritten unread, n of them */
	HISTORY_POLICIES,	/* policies: those live from now on */
	HISTORY_PRODUCTS,	/* products: those banned from now on */
	HISTORY_CLOCK,		/* the clock was set; jump_ns */
	HISTORY_LOADED,		/* the module was loaded; off is set */
	HISTORY_MODE,		/* the mode was set; mode */
	HISTORY_UNCOVERED,	/* events of a kind are not judged any more; kind_of_event, reason */
	HISTORY_COVERED,	/* they are again */
	HISTORY_POLICY_LIVE,	/* policies: the one that became live */
	HISTORY_POLICY_GONE,	/* policies: the one that was removed */
	HISTORY_PRUNED,		/* n records up to this instant were removed: their time was over */
	HISTORY_REPLACED,	/* the store before this one was damaged and set aside */
};

struct history_policy {
	const char *name;
	uint64_t serial;
	const char *sha256;	/* of the image, hexadecimal */
	uint64_t from_ns;	/* when it became live; 0: not known */
	size_t n_signers;
};

struct history_product {
	const char *policy, *vendor, *product, *release, *authority;
	enum debar_action action;	/* as written */
	uint64_t effective, expires;	/* seconds since 1970; 0: none */
};

/* Something that may run in spite of its ban. */
struct history_exception {
	const char *policy, *vendor, *product;	/* "": of one file, sha256 */
	const char *sha256;			/* hexadecimal; "": of a whole product */
	const char *approver, *justification;
	uint64_t expires;			/* seconds since 1970 */
};

struct history_hook {
	bool known, active;
	const char *reason;	/* why not active */
};

/* "" and 0 stand for what is not known. Valid until the callback returns. */
struct history_record {
	int64_t id;
	int64_t epoch;
	uint64_t time_ns;
	enum history_kind kind;
	bool loaded;		/* the module was */
	enum debar_mode mode;
	bool off;
	struct history_hook hooks[HISTORY_KINDS];	/* by enum debar_kind */
	enum debar_kind kind_of_event;
	uint64_t first, last, n;
	uint64_t after_ns;	/* HISTORY_LOST, _CLOCK: it happened then at the earliest */
	int64_t jump_ns;
	bool ring_kept;		/* the module went on judging, and its ring kept the events */
	const char *reason;
	const char *hostname, *machine_id, *os, *kernel;
	const struct history_policy *policies;
	size_t n_policies;
	const struct history_product *products;
	size_t n_products;
	const struct history_exception *exceptions;
	size_t n_exceptions;
};

enum history_outcome {
	HISTORY_DENIED,
	HISTORY_OBSERVED,
	HISTORY_WOULD_BE_DENIED,	/* it ran: permissive, or not in force yet */
	HISTORY_EXCEPTED,		/* it ran, for an exception lets it */
	HISTORY_OUTCOMES
};

/* All events of a window that are alike in what is said here. */
struct history_hit {
	bool same_product;	/* vendor, product and authority are as in the hit before */
	bool same_file;		/* these, path, release and sha256 are */
	const char *vendor, *product, *release, *authority, *policy;
	const char *path;	/* any bytes */
	const char *sha256;	/* of the file, hexadecimal */
	uint32_t uid, auid;	/* auid UINT32_MAX: unset */
	enum history_outcome outcome;
	uint64_t n, first_ns, last_ns;
};

/* A file that could not be judged. */
struct history_unjudged {
	const char *reason;	/* of the event, e.g. "unreadable" */
	const char *path;
	uint64_t n, first_ns, last_ns;
};

struct history_bounds {
	uint64_t n_records;
	uint64_t first_ns, last_ns;	/* 0 without records */
	char head[2 * 32 + 1];		/* hash of the last record, hexadecimal */
};

/* What went wrong, in one sentence without a full stop. */
struct history_error {
	int err;		/* positive errno; EBADMSG: the store is damaged */
	char text[256];
};

/**
 * history_open() - open a store for reading
 * @path: its file
 * @ret_history: set on success; free with history_close()
 * @ret_error: set on failure
 *
 * The store is never written to. What is added later is not seen.
 *
 * Return: 0 or -errno.
 */
int history_open(const char *path, struct history **ret_history,
		 struct history_error *ret_error);

/** history_close() - accepts NULL. */
void history_close(struct history *history);

/** history_bounds() - how far the store reaches. Return: 0 or -errno, @ret_error set. */
int history_bounds(struct history *history, struct history_bounds *ret_bounds,
		   struct history_error *ret_error);

/**
 * history_records() - everything but files, in order of time
 * @history: store
 * @fn: called for each; a non-zero return ends it and is returned
 * @data: handed to @fn
 * @ret_error: set on failure of the store
 *
 * Return: 0, -errno, or what @fn returned.
 */
int history_records(struct history *history,
		    int (*fn)(const struct history_record *record, void *data), void *data,
		    struct history_error *ret_error);

/* Both are called with what is valid until they return; non-zero ends it and is returned. */
struct history_hit_ops {
	/* First: @n events of a product in one of as many parts of the window. */
	int (*part)(const struct history_hit *product, size_t part, bool denied, uint64_t n,
		    void *data);
	/*
	 * Then: all, in order of vendor, product, authority, path, sha256, release, user,
	 * outcome, policy.
	 */
	int (*hit)(const struct history_hit *hit, void *data);
	/* Now and then while the store is read; may be NULL. */
	int (*progress)(void *data);
};

/**
 * history_hits() - events of banned files with since_ns <= time < until_ns
 * @history: store
 * @since_ns: ns since 1970
 * @until_ns: likewise, later
 * @n_parts: parts of the window for ops->part
 * @ops: callbacks
 * @data: handed to them
 * @ret_error: set on failure of the store
 *
 * Takes about 64 bytes for each hit that differs.
 *
 * Return: as history_records(); -ENOMEM.
 */
int history_hits(struct history *history, uint64_t since_ns, uint64_t until_ns, size_t n_parts,
		 const struct history_hit_ops *ops, void *data,
		 struct history_error *ret_error);

/** history_unjudged() - files of the window that could not be judged, grouped. */
int history_unjudged(struct history *history, uint64_t since_ns, uint64_t until_ns,
		     int (*fn)(const struct history_unjudged *unjudged, void *data),
		     void *data, struct history_error *ret_error);

#endif
