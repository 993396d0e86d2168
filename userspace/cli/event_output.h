/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event, in each of the forms that "debar events" prints.
 */
#ifndef DEBAR_EVENT_OUTPUT_H
#define DEBAR_EVENT_OUTPUT_H

#include <jansson.h>

#include "libdebar.h"
#include "output.h"

/* Where the events are from, for the forms of others. */
struct event_host {
	char name[65];		/* "": unknown */
	char id[33];		/* asset id, see evidence_host_read(); "": unknown */
	char kernel[65];
};

struct evidence;

/* This machine. */
void event_host_read(struct event_host *ret_host);

/**
 * event_host_stored() - the machine that an epoch of a store is of
 * @evidence: store
 * @epoch: number; where retention took its beginning, what it kept of that is asked
 * @ret_host: set, "" for what is not told, on success
 *
 * Return: 0 or a negative errno, see evidence_error().
 */
int event_host_stored(struct evidence *evidence, int64_t epoch, struct event_host *ret_host);

/* What came of it: denied, would-be-denied... or the reason, of an event of the watch. */
const char *event_word(const struct debar_event *event);

/* One sentence with nothing in it that somebody else chose. */
const char *event_message(const struct debar_event *event);

/** event_print_text() - a line; event_print_json() - a document debar-event/1 */
void event_print_text(struct out *out, const struct debar_event *event);
void event_print_json(struct out *out, const struct debar_event *event);

/**
 * event_ecs() - Elastic Common Schema 8.11.0; event_ocsf() - OCSF 1.4.0
 * @event: any
 * @host: where it is from
 *
 * Return: object; NULL without memory.
 */
json_t *event_ecs(const struct debar_event *event, const struct event_host *host);
json_t *event_ocsf(const struct debar_event *event, const struct event_host *host);

/* For the two: values that are left away where there is nothing to say. */

/* Text in Unicode: bytes that are not become \xHH; "" is left away. */
void event_put_text(json_t *object, const char *key, const char *text);
void event_put_number(json_t *object, const char *key, uint64_t number);
void event_put_hex(json_t *object, const char *key, const uint8_t *sha256);
/* Number in text, as both have identifiers. */
void event_put_id(json_t *object, const char *key, uint64_t number);

#endif
