// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where events are from, and values for the forms of others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "event_body.h"
#include "event_output.h"
#include "host.h"
#include "store.h"

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

void event_host_read(struct event_host *ret_host)
{
	struct evidence_host host;

	evidence_host_read(&host);
	copy(ret_host->name, sizeof(ret_host->name), host.hostname);
	copy(ret_host->id, sizeof(ret_host->id), host.id);
	copy(ret_host->kernel, sizeof(ret_host->kernel), host.kernel);
	evidence_host_free(&host);
}

struct search {
	int64_t epoch;
	json_t *body;	/* of the record that tells */
};

static int take_epoch(const struct evidence_record *record, void *data)
{
	struct search *search = data;

	if (record->epoch != search->epoch)
		return 0;
	json_decref(search->body);
	search->body = json_loadb(record->body, record->body_length, 0, NULL);
	return 1;
}

/* The newest holds what those before did. */
static int take_pruned(const struct evidence_record *record, void *data)
{
	json_t *body = json_loadb(record->body, record->body_length, 0, NULL);
	json_t *epoch = json_object_get(json_object_get(body, "state"), "epoch");
	struct search *search = data;

	json_decref(search->body);
	search->body = json_incref(json_object_get(epoch, "body"));
	json_decref(body);
	return 0;
}

int event_host_stored(struct evidence *evidence, int64_t epoch, struct event_host *ret_host)
{
	const struct evidence_query epochs = { .kind = "epoch" }, pruned = { .kind = "pruned" };
	struct search search = { .epoch = epoch };
	int err;

	err = evidence_each(evidence, &epochs, take_epoch, &search);
	if (!err)
		err = evidence_each(evidence, &pruned, take_pruned, &search);
	if (err < 0) {
		json_decref(search.body);
		return err;
	}
	/* What is not well-formed is as good as not told. */
	memset(ret_host, 0, sizeof(*ret_host));
	if (!evidence_get_bytes(search.body, "hostname", ret_host->name, sizeof(ret_host->name)))
		ret_host->name[0] = '\0';
	if (!evidence_get_bytes(search.body, "machine_id", ret_host->id, sizeof(ret_host->id)))
		ret_host->id[0] = '\0';
	if (!evidence_get_bytes(search.body, "kernel", ret_host->kernel,
				sizeof(ret_host->kernel)))
		ret_host->kernel[0] = '\0';
	json_decref(search.body);
	return 0;
}

/* Setting a member fails without memory only; then it is missing, and the rest stands. */
void event_put_text(json_t *object, const char *key, const char *text)
{
	bool exact;
	char *utf8;

	if (!*text)
		return;
	utf8 = escape_utf8(text, &exact);
	if (utf8)
		json_object_set_new(object, key, json_string(utf8));
	free(utf8);
}

void event_put_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer(number > INT64_MAX ? INT64_MAX : number));
}

void event_put_hex(json_t *object, const char *key, const uint8_t *sha256)
{
	char hex[2 * DEBAR_SHA256_SIZE + 1];

	escape_hex(sha256, DEBAR_SHA256_SIZE, hex);
	json_object_set_new(object, key, json_string(hex));
}

void event_put_id(json_t *object, const char *key, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	json_object_set_new(object, key, json_string(text));
}
