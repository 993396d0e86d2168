// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts about the watch.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event_body.h"
#include "facts.h"

#define NS_PER_S 1000000000

static int put_word(json_t *object, const char *key, const char *word)
{
	return json_object_set_new(object, key, json_string(word));
}

static int put_flag(json_t *object, const char *key, bool flag)
{
	return json_object_set_new(object, key, json_boolean(flag));
}

/* The body, or NULL if a member could not be set. */
static json_t *whole(json_t *body, int err)
{
	if (err) {
		json_decref(body);
		return NULL;
	}
	return body;
}

static json_t *coverage(const struct debar_status *status)
{
	json_t *list = json_array();
	int err = !list;
	size_t i;

	for (i = 0; i < status->n_coverage; i++) {
		const struct debar_coverage *c = &status->coverage[i];
		json_t *kind = json_object();

		err |= put_word(kind, "kind", debar_kind_name(c->kind));
		err |= put_flag(kind, "active", c->active);
		if (!c->active)
			err |= evidence_put_bytes(kind, "text", c->text);
		err |= json_array_append_new(list, kind);
	}
	return whole(list, err);
}

/* What an epoch and a status say alike. */
static int put_state(json_t *body, const struct debar_status *status)
{
	int err = put_flag(body, "loaded", status);

	if (!status)
		return err;
	err |= evidence_put_bytes(body, "version", status->version);
	err |= put_word(body, "mode", debar_mode_name(status->mode));
	err |= put_flag(body, "off", status->off);
	err |= put_flag(body, "sealed", status->sealed);
	err |= put_flag(body, "audit", status->audit);
	err |= evidence_put_number(body, "ring", status->ring);
	err |= json_object_set_new(body, "coverage", coverage(status));
	return err;
}

json_t *evidence_status_body(const struct debar_status *status, const char *why)
{
	json_t *body = json_object();
	int err = !body;

	err |= put_word(body, "why", why);
	err |= put_state(body, status);
	if (!status)
		return whole(body, err);
	err |= evidence_put_number(body, "generation", status->generation);
	err |= evidence_put_number(body, "denied", status->denied);
	err |= evidence_put_number(body, "observed", status->observed);
	err |= evidence_put_number(body, "failed", status->failed);
	err |= evidence_put_number(body, "event_seq", status->event_seq);
	err |= evidence_put_number(body, "events_lost", status->events_lost);
	err |= evidence_put_number(body, "suppressed", status->suppressed);
	return whole(body, err);
}

bool evidence_status_differs(const struct debar_status *a, const struct debar_status *b)
{
	size_t i;

	if (a->mode != b->mode || a->off != b->off || a->sealed != b->sealed ||
	    a->audit != b->audit || a->ring != b->ring || a->events_lost != b->events_lost ||
	    a->n_coverage != b->n_coverage)
		return true;
	for (i = 0; i < a->n_coverage; i++)
		if (a->coverage[i].kind != b->coverage[i].kind ||
		    a->coverage[i].active != b->coverage[i].active ||
		    strcmp(a->coverage[i].text, b->coverage[i].text) != 0)
			return true;
	return false;
}

json_t *evidence_epoch_body(const struct evidence_load *load,
			    const struct debar_status *status,
			    const uint8_t fingerprint[EVIDENCE_HASH], uint64_t after_seq,
			    int64_t offset_ns, const char *why)
{
	json_t *body = json_object();
	int err = !body;

	err |= put_word(body, "why", why);
	err |= put_word(body, "boot_id", load->boot_id);
	err |= evidence_put_number(body, "loaded_ns", load->loaded_ns);
	err |= evidence_put_number(body, "after_seq", after_seq);
	err |= evidence_put_number(body, "offset_ns", offset_ns);
	err |= evidence_put_hash(body, "fingerprint", fingerprint);
	if (load->host)
		err |= evidence_put_host(body, load->host);
	err |= put_state(body, status);
	return whole(body, err);
}

json_t *evidence_lost_body(uint64_t first, uint64_t last)
{
	json_t *body = json_object();
	int err = !body;

	err |= evidence_put_number(body, "first", first);
	err |= evidence_put_number(body, "last", last);
	err |= evidence_put_number(body, "count", last - first + 1);
	return whole(body, err);
}

json_t *evidence_gap_body(uint64_t from_ns, uint64_t until_ns, const char *why,
			  bool watched, uint64_t last_seq)
{
	json_t *body = json_object();
	int err = !body;

	err |= evidence_put_number(body, "from_ns", from_ns);
	err |= evidence_put_number(body, "until_ns", until_ns);
	err |= put_word(body, "why", why);
	err |= put_flag(body, "watched", watched);
	err |= evidence_put_number(body, "last_seq", last_seq);
	return whole(body, err);
}

bool evidence_clock_jumped(int64_t offset_before_ns, int64_t offset_after_ns)
{
	return llabs(offset_after_ns - offset_before_ns) >= NS_PER_S;
}

json_t *evidence_clock_body(int64_t offset_before_ns, int64_t offset_after_ns)
{
	int64_t jump = offset_after_ns - offset_before_ns;
	json_t *body = json_object();
	int err = !body;

	err |= evidence_put_number(body, "offset_before_ns", offset_before_ns);
	err |= evidence_put_number(body, "offset_after_ns", offset_after_ns);
	err |= evidence_put_number(body, "jump_ns", jump < 0 ? -jump : jump);
	err |= put_flag(body, "backwards", jump < 0);
	return whole(body, err);
}
