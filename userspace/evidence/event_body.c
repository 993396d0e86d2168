// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as JSON, and back.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event_body.h"

/* The value that @name gives a word for; @last: beyond them all; 0: none has it. */
static unsigned int value_of(const json_t *body, const char *key, unsigned int last,
			     const char *(*name)(unsigned int value))
{
	const char *word = json_string_value(json_object_get(body, key));
	unsigned int value;

	for (value = 0; word && value < last; value++)
		if (strcmp(name(value), word) == 0)
			return value;
	return last;
}

static const char *mode_name(unsigned int value) { return debar_mode_name(value); }
static const char *action_name(unsigned int value) { return debar_action_name(value); }
static const char *verdict_name(unsigned int value) { return debar_verdict_name(value); }
static const char *kind_name(unsigned int value) { return debar_kind_name(value); }
static const char *reason_name(unsigned int value) { return debar_reason_name(value); }

static int put_word(json_t *body, const char *key, const char *word)
{
	return json_object_set_new(body, key, json_string(word));
}

static int put_flag(json_t *body, const char *key, bool flag)
{
	return flag ? json_object_set_new(body, key, json_true()) : 0;
}

static int put_text(json_t *body, const char *key, const char *text)
{
	return *text ? evidence_put_bytes(body, key, text) : 0;
}

static int encode_file(json_t *body, const struct debar_event *e)
{
	int err = 0;

	err |= put_word(body, "verdict", debar_verdict_name(e->verdict));
	err |= evidence_put_bytes(body, "path", e->path);
	err |= put_flag(body, "path_truncated", e->path_truncated);
	err |= evidence_put_number(body, "dev_major", e->dev_major);
	err |= evidence_put_number(body, "dev_minor", e->dev_minor);
	err |= evidence_put_number(body, "inode", e->inode);
	err |= evidence_put_number(body, "size", e->file_size);
	if (e->reason != DEBAR_REASON_BAN)
		return err;
	err |= put_word(body, "action", debar_action_name(e->action));
	err |= put_flag(body, "excepted", e->excepted);
	return err;
}

static bool has_policy(enum debar_reason reason)
{
	return reason == DEBAR_REASON_BAN || reason == DEBAR_REASON_POLICY_LOAD ||
	       reason == DEBAR_REASON_POLICY_REPLACE || reason == DEBAR_REASON_POLICY_REMOVE;
}

static bool has_kind(enum debar_reason reason)
{
	return debar_reason_of_file(reason) || reason == DEBAR_REASON_GAP ||
	       reason == DEBAR_REASON_COVERED;
}

static int encode_rest(json_t *body, const struct debar_event *e)
{
	int err = 0;

	if (has_policy(e->reason) || e->reason == DEBAR_REASON_POLICY_REJECT)
		err |= evidence_put_hash(body, "sha256", e->sha256);
	if (has_policy(e->reason)) {
		err |= evidence_put_bytes(body, "policy", e->policy);
		err |= evidence_put_number(body, "serial", e->serial);
	}
	err |= put_text(body, "vendor", e->vendor);
	err |= put_text(body, "product", e->product);
	err |= put_text(body, "release", e->release);
	err |= put_text(body, "authority", e->authority);
	if (e->error)
		err |= evidence_put_number(body, "errno", e->error);
	err |= put_text(body, "version", e->version);
	err |= put_flag(body, "off", e->off);
	if (e->old_serial)
		err |= evidence_put_number(body, "old_serial", e->old_serial);
	if (e->n_bans)
		err |= evidence_put_number(body, "n_bans", e->n_bans);
	err |= put_text(body, "text", e->text);
	if (e->reason == DEBAR_REASON_MODE)
		err |= put_word(body, "old_mode", debar_mode_name(e->old_mode));
	return err;
}

json_t *evidence_event_encode(const struct debar_event *e)
{
	json_t *body = json_object();
	int err = !body;

	err |= put_word(body, "reason", debar_reason_name(e->reason));
	err |= put_word(body, "mode", debar_mode_name(e->mode));
	err |= evidence_put_number(body, "pid", e->pid);
	err |= evidence_put_number(body, "ppid", e->ppid);
	err |= evidence_put_bytes(body, "comm", e->comm);
	err |= evidence_put_number(body, "uid", e->uid);
	if (e->auid != UINT32_MAX)
		err |= evidence_put_number(body, "auid", e->auid);
	if (has_kind(e->reason))
		err |= put_word(body, "kind", debar_kind_name(e->kind));
	if (debar_reason_of_file(e->reason))
		err |= encode_file(body, e);
	err |= encode_rest(body, e);
	if (err) {
		json_decref(body);
		return NULL;
	}
	return body;
}

static bool get_u32(const json_t *body, const char *key, uint32_t *ret_number)
{
	uint64_t number;

	if (!evidence_get_number(body, key, &number) || number > UINT32_MAX)
		return false;
	*ret_number = number;
	return true;
}

static bool get_hash(const json_t *body, const char *key, uint8_t ret_hash[EVIDENCE_HASH])
{
	const char *hex = json_string_value(json_object_get(body, key));
	size_t i;

	if (!hex)
		return true;
	for (i = 0; i < EVIDENCE_HASH; i++) {
		unsigned int byte;

		if (strspn(hex, "0123456789abcdef") < 2 || sscanf(hex, "%2x", &byte) != 1)
			return false;
		ret_hash[i] = byte;
		hex += 2;
	}
	return !*hex;
}

static bool decode_file(const json_t *body, struct debar_event *e)
{
	e->verdict = value_of(body, "verdict", __DEBAR_VERDICT_LAST, verdict_name);
	if (e->verdict == __DEBAR_VERDICT_LAST)
		return false;
	if (e->reason == DEBAR_REASON_BAN) {
		e->action = value_of(body, "action", __DEBAR_ACTION_LAST, action_name);
		if (e->action == __DEBAR_ACTION_LAST)
			return false;
	}
	return evidence_get_bytes(body, "path", e->path, sizeof(e->path)) &&
	       get_u32(body, "dev_major", &e->dev_major) &&
	       get_u32(body, "dev_minor", &e->dev_minor) &&
	       evidence_get_number(body, "inode", &e->inode) &&
	       evidence_get_number(body, "size", &e->file_size);
}

static bool decode(const json_t *body, struct debar_event *e)
{
	uint32_t error = 0;

	e->reason = value_of(body, "reason", __DEBAR_REASON_LAST, reason_name);
	e->mode = value_of(body, "mode", __DEBAR_MODE_LAST, mode_name);
	if (e->reason == __DEBAR_REASON_LAST || e->mode == __DEBAR_MODE_LAST)
		return false;
	e->auid = UINT32_MAX;
	if (json_object_get(body, "auid") && !get_u32(body, "auid", &e->auid))
		return false;
	if (has_kind(e->reason)) {
		e->kind = value_of(body, "kind", __DEBAR_KIND_LAST, kind_name);
		if (e->kind == __DEBAR_KIND_LAST)
			return false;
	}
	if (e->reason == DEBAR_REASON_MODE) {
		e->old_mode = value_of(body, "old_mode", __DEBAR_MODE_LAST, mode_name);
		if (e->old_mode == __DEBAR_MODE_LAST)
			return false;
	}
	if (debar_reason_of_file(e->reason) && !decode_file(body, e))
		return false;
	e->path_truncated = json_is_true(json_object_get(body, "path_truncated"));
	e->excepted = json_is_true(json_object_get(body, "excepted"));
	e->off = json_is_true(json_object_get(body, "off"));
	if (!get_u32(body, "errno", &error))
		return false;
	e->error = error;
	return get_u32(body, "pid", &e->pid) && get_u32(body, "ppid", &e->ppid) &&
	       get_u32(body, "uid", &e->uid) && get_u32(body, "n_bans", &e->n_bans) &&
	       evidence_get_number(body, "serial", &e->serial) &&
	       evidence_get_number(body, "old_serial", &e->old_serial) &&
	       get_hash(body, "sha256", e->sha256) &&
	       evidence_get_bytes(body, "comm", e->comm, sizeof(e->comm)) &&
	       evidence_get_bytes(body, "policy", e->policy, sizeof(e->policy)) &&
	       evidence_get_bytes(body, "vendor", e->vendor, sizeof(e->vendor)) &&
	       evidence_get_bytes(body, "product", e->product, sizeof(e->product)) &&
	       evidence_get_bytes(body, "release", e->release, sizeof(e->release)) &&
	       evidence_get_bytes(body, "authority", e->authority, sizeof(e->authority)) &&
	       evidence_get_bytes(body, "version", e->version, sizeof(e->version)) &&
	       evidence_get_bytes(body, "text", e->text, sizeof(e->text));
}

int evidence_event_decode(const struct evidence_record *record,
			  struct debar_event *ret_event)
{
	json_t *body;
	bool right;

	body = json_loadb(record->body, record->body_length, JSON_REJECT_DUPLICATES, NULL);
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->seq = record->seq;
	ret_event->time_ns = record->time_ns;
	right = json_is_object(body) && decode(body, ret_event);
	json_decref(body);
	return right ? 0 : -EBADMSG;
}
