/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An event as the body of a record, and back.
 *
 * Members are those that "debar events --json" prints, without sequence number and
 * time, which are columns, and without what can be told from the others.
 */
#ifndef DEBAR_EVIDENCE_EVENT_BODY_H
#define DEBAR_EVIDENCE_EVENT_BODY_H

#include <jansson.h>
#include <stdbool.h>

#include "chain.h"
#include "libdebar.h"

/**
 * evidence_canonical() - the one text that stands for a value
 *
 * Sorted keys, no white space, UTF-8. Return: free with free(); NULL without memory.
 */
char *evidence_canonical(const json_t *value);

/**
 * evidence_put_bytes() - a member for bytes that somebody else chose
 * @object: to set it in
 * @key: of the member
 * @text: any bytes
 *
 * Bytes that are not UTF-8 become \xHH, and the member KEY_hex has all of them.
 *
 * Return: 0; -1 without memory.
 */
int evidence_put_bytes(json_t *object, const char *key, const char *text);

/**
 * evidence_get_bytes() - what evidence_put_bytes() set
 * @object: to read
 * @key: of the member
 * @ret_text: receives it, or "" where there is no such member
 * @size: bytes at @ret_text, NUL included
 *
 * Return: does it fit, and is it well-formed?
 */
bool evidence_get_bytes(const json_t *object, const char *key, char *ret_text, size_t size);

/** evidence_put_number() - a member; what JSON readers may round is a string. */
int evidence_put_number(json_t *object, const char *key, uint64_t number);

/** evidence_get_number() - what evidence_put_number() set; 0 where it is absent. */
bool evidence_get_number(const json_t *object, const char *key, uint64_t *ret_number);

/** evidence_put_hash() - 32 bytes in hexadecimal. Return: 0; -1 without memory. */
int evidence_put_hash(json_t *object, const char *key, const uint8_t hash[EVIDENCE_HASH]);

/** evidence_event_encode() - Return: body; NULL without memory. */
json_t *evidence_event_encode(const struct debar_event *event);

/**
 * evidence_event_decode() - the event of a record
 * @record: of the kind "event" or "watch"
 * @ret_event: set on success
 *
 * Return: 0; -EBADMSG if the body is not one of an event; -ENOMEM.
 */
int evidence_event_decode(const struct evidence_record *record,
			  struct debar_event *ret_event);

#endif
