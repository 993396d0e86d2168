/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events are shown.
 */
#ifndef DEBAR_EVENT_FILTER_H
#define DEBAR_EVENT_FILTER_H

#include "libdebar.h"
#include "verbs.h"

struct event_filter {
	uint64_t since_ns, until_ns;	/* from, and up to but without; 0: no bound */
	const char *vendor, *product, *path;	/* patterns of glob(7), or NULL */
	const char *action;		/* word that event_word() gives, or NULL */
	bool by_user;
	uint32_t user;			/* uid or login uid */
};

/**
 * event_filter_option() - take an option of the filter
 * @cli: context
 * @filter: to set in
 * @c: its letter, one of EVENT_FILTER_OPTIONS
 * @argument: stays in use
 *
 * Return: STATUS_OK; what is wrong has been reported.
 */
enum status event_filter_option(struct cli *cli, struct event_filter *filter, int c,
				const char *argument);

/* Rows of a verb's options; their letters are above 255. */
enum {
	EVENT_SINCE = 256,
	EVENT_UNTIL,
	EVENT_VENDOR,
	EVENT_PRODUCT,
	EVENT_USER,
	EVENT_PATH,
	EVENT_ACTION,
	EVENT_FILTER_LAST,
};

#define EVENT_FILTER_OPTIONS \
	{ EVENT_SINCE, "since", "TIME", "only events from TIME on: see below" }, \
	{ EVENT_UNTIL, "until", "TIME", "only events before TIME" }, \
	{ EVENT_VENDOR, "vendor", "GLOB", "only of these vendors" }, \
	{ EVENT_PRODUCT, "product", "GLOB", "only of these products" }, \
	{ EVENT_USER, "user", "USER", "only by this user or login user: name or number" }, \
	{ EVENT_PATH, "path", "GLOB", "only of these files" }, \
	{ EVENT_ACTION, "action", "WORD", "only what this came of: the line's second word" }

/* Is it one of those that are asked for? */
bool event_filter_takes(const struct event_filter *filter, const struct debar_event *event);

#endif
