/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report says, before it is put into words: findings on products, the
 * policies that were in force, and how far the watch can be proved.
 */
#ifndef DEBAR_REPORT_MODEL_H
#define DEBAR_REPORT_MODEL_H

#include "arena.h"
#include "directive.h"
#include "history.h"

/* Of a product's paths, users and such, those that a report shows; all are counted. */
#define REPORT_SHOWN 50
/* Bars of a product's chart. */
#define REPORT_BARS 60

struct report_count {
	uint64_t n[HISTORY_OUTCOMES];
	uint64_t first_ns, last_ns;	/* 0: never */
};

struct report_user {
	uint32_t uid, auid;
	struct report_count count;
};

struct report_path {
	const char *path;
	const char *release, *sha256;
	struct report_count count;
};

struct report_exception {
	const char *policy, *sha256, *approver, *justification;
	uint64_t expires;
};

/* What can be said about a product over the window, strongest first. */
enum report_finding {
	REPORT_USED,		/* it ran */
	REPORT_ATTEMPTED,	/* it was started and denied, and never ran */
	REPORT_NONE,		/* neither, and the watch had no gap */
	REPORT_NONE_WATCHED,	/* neither while it was watched for */
	REPORT_NOT_WATCHED,	/* it was not watched for at all */
	REPORT_FINDINGS
};

struct report_product {
	const char *vendor, *product, *authority;
	bool in_scope;			/* of the directive */
	enum report_finding finding;
	/* As the newest policy of the window has it; 0 if none does. */
	enum debar_action action;
	uint64_t effective, expires;
	const char **releases;		/* that were met */
	size_t n_releases;
	struct report_count count;
	struct report_user *users;	/* by uid, auid */
	size_t n_users, users_capacity;
	bool users_cut;			/* there were more than can be kept */
	struct report_path paths[REPORT_SHOWN];	/* most frequent first */
	size_t n_paths;			/* all of them */
	struct report_exception *exceptions;
	size_t n_exceptions;
	uint64_t bars[REPORT_BARS][2];	/* denied; ran */
	/* When it was in a live policy and no ban of it had expired. */
	struct report_interval *listed;
	size_t n_listed;
	bool listed_now;		/* the last one is open */
	bool replaced;			/* it ended as another policy took the place of its */
	bool told;			/* the list of bans that is read has it */
	uint64_t watched_ns;		/* of the window: listed and watched */
};

struct report_interval {
	uint64_t from_ns, to_ns;
};

/* How well the machine was watched, from best to worst. */
enum report_watch {
	REPORT_ENFORCED,
	REPORT_PERMISSIVE,	/* watched, nothing denied */
	REPORT_PARTIAL,		/* some kinds of event were not judged */
	REPORT_OFF,		/* the module was loaded switched off */
	REPORT_GAP,		/* no watch that could be proved; reason */
	REPORT_UNKNOWN,		/* the store does not reach there */
	REPORT_WATCHES
};

struct report_span {
	uint64_t from_ns, to_ns;
	enum report_watch watch;
	const char *reason;	/* of a gap; else "" */
};

struct report_hook_gap {
	enum debar_kind kind;
	uint64_t from_ns, to_ns;
	const char *reason;
};

/* It happened after after_ns; it was noticed at time_ns, perhaps after the window. */
struct report_loss {
	uint64_t after_ns, time_ns, first, last, n;
};

struct report_jump {
	uint64_t after_ns, time_ns;	/* likewise */
	int64_t jump_ns;
};

struct report_policy {
	const char *name;
	uint64_t serial;
	const char *sha256;
	size_t n_signers;
	uint64_t from_ns, to_ns;
	bool open;		/* still live when the records end */
};

struct report_unjudged {
	const char *reason, *path;
	uint64_t n, first_ns, last_ns;
};

struct report_note {
	uint64_t time_ns, n;
};

struct report_asset {
	const char *id;		/* "" if unknown */
	const char *id_source;	/* "store", "option", "machine" or "" */
	const char *hostname, *os, *kernel;
};

/* What the person who asks for the report adds. "" where nothing was said. */
struct report_about {
	const char *agency, *component, *contact, *asset;
};

#define REPORT_LIST(type, name) struct type *name; size_t n_##name, name##_capacity

struct report {
	struct policy_arena arena;	/* owns every string */
	struct directive *directive;
	struct report_about about;
	struct report_asset asset;
	struct history_bounds store;
	uint64_t since_ns, until_ns;
	REPORT_LIST(report_product, products);	/* in scope first; vendor, product, authority */
	REPORT_LIST(report_exception, exceptions);	/* of single files */
	REPORT_LIST(report_policy, policies);	/* by time, name */
	REPORT_LIST(report_span, spans);	/* fill the window */
	REPORT_LIST(report_hook_gap, hook_gaps);
	REPORT_LIST(report_loss, losses);
	REPORT_LIST(report_jump, jumps);
	REPORT_LIST(report_unjudged, unjudged);	/* most frequent first, REPORT_SHOWN */
	REPORT_LIST(report_note, pruned);
	REPORT_LIST(report_note, replaced);
	size_t n_unjudged_files;
	uint64_t n_unjudged_events;
	uint64_t n_lost;
	uint64_t watch_ns[REPORT_WATCHES];
	uint64_t n_hits;
	bool complete;		/* without gap, loss, file not judged, clock set */
};

/**
 * report_collect() - read a window of a store
 * @report: directive, about, since_ns and until_ns are set, all else is zero
 * @history: store
 * @evidence: told each row of evidence in order: one file, one user, one outcome
 * @progress: called now and then
 * @data: handed to both, of which a non-zero return ends it and is returned
 * @ret_error: set on failure of the store
 *
 * Return: 0, -ENOMEM, what history_*(), @evidence or @progress returned.
 */
int report_collect(struct report *report, struct history *history,
		   int (*evidence)(const struct history_hit *row, void *data),
		   int (*progress)(void *data), void *data, struct history_error *ret_error);

/** report_free() - free all that report_collect() made, but not the directive. */
void report_free(struct report *report);

/* The parts of report_collect(): what was watched, and what was found. */
int report_watch_collect(struct report *report, struct history *history,
			 struct history_error *ret_error);
int report_find_product(struct report *report, const char *vendor, const char *product,
			const char *authority, struct report_product **ret_product);

/**
 * report_grow() - room for one more entry
 * @list: array, or NULL
 * @n: entries in use
 * @capacity: there is room for; updated
 * @size: bytes of one
 *
 * Return: the array, perhaps elsewhere, with entry @n zeroed; NULL without memory,
 * then @list is as it was.
 */
void *report_grow(void *list, size_t n, size_t *capacity, size_t size);

#endif
