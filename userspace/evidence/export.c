// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records as JSON lines, and the proof of them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "event_body.h"
#include "store_private.h"
#include "walk.h"

#define SCHEMA "debar-evidence-export/1"

struct export {
	FILE *stream;
	int64_t first;
	uint64_t n;
	struct evidence_record last;	/* its texts are gone */
};

static int export_record(const struct evidence_record *record, void *data)
{
	struct export *export = data;
	char hex[2 * EVIDENCE_HASH + 1], seq[24] = "null";

	if (!export->n++)
		export->first = record->id;
	export->last = *record;
	escape_hex(record->hash, EVIDENCE_HASH, hex);
	if (record->seq)
		snprintf(seq, sizeof(seq), "%" PRIu64, record->seq);
	/* The body as it is: it is canonical JSON, and its bytes are what is hashed. */
	fprintf(export->stream, "{\"id\":%" PRId64 ",\"epoch\":%" PRId64 ",\"seq\":%s,"
		"\"time_ns\":\"%" PRIu64 "\",\"kind\":\"%s\",\"body\":%s,\"hash\":\"%s\"}\n",
		record->id, record->epoch, seq, record->time_ns, record->kind, record->body,
		hex);
	return ferror(export->stream) ? -EIO : 0;
}

/* The hash before the first record that was written. */
static int read_previous(struct evidence *evidence, int64_t first,
			 char ret_hex[2 * EVIDENCE_HASH + 1])
{
	static const uint8_t none[EVIDENCE_HASH];
	sqlite3_stmt *row;
	int err = 0;

	escape_hex(none, EVIDENCE_HASH, ret_hex);
	row = evidence_prepare(evidence,
			       "SELECT coalesce((SELECT hash FROM record WHERE id = ?1 - 1),"
			       " (SELECT previous FROM anchor))");
	if (row)
		sqlite3_bind_int64(row, 1, first);
	if (!row || sqlite3_step(row) != SQLITE_ROW)
		err = evidence_fail(evidence);
	else if (sqlite3_column_bytes(row, 0) == EVIDENCE_HASH)
		escape_hex(sqlite3_column_blob(row, 0), EVIDENCE_HASH, ret_hex);
	sqlite3_finalize(row);
	return err;
}

static int export_all(struct evidence *evidence, const struct evidence_query *query,
		      struct export *export)
{
	char previous[2 * EVIDENCE_HASH + 1], head[2 * EVIDENCE_HASH + 1];
	int err;

	err = evidence_each(evidence, query, export_record, export);
	if (!err)
		err = read_previous(evidence, export->first, previous);
	if (err)
		return err;
	escape_hex(export->last.hash, EVIDENCE_HASH, head);
	fprintf(export->stream, "{\"schema\":\"" SCHEMA "\",\"count\":%" PRIu64
		",\"first_id\":%" PRId64 ",\"last_id\":%" PRId64 ",\"previous_hash\":\"%s\","
		"\"head_hash\":\"%s\"}\n", export->n, export->first, export->last.id, previous,
		export->n ? head : previous);
	return 0;
}

int evidence_export(struct evidence *evidence, const struct evidence_query *query,
		    FILE *stream, uint64_t *ret_n)
{
	struct export export = { .stream = stream };
	int err;

	err = evidence_run(evidence, "BEGIN");
	if (err)
		return err;
	err = export_all(evidence, query, &export);
	evidence_run(evidence, "COMMIT");
	*ret_n = export.n;
	return err;
}

struct import {
	struct evidence_walk walk;
	struct evidence_proof *proof;
	uint64_t line;
	bool ended;
};

static bool read_hash(const json_t *object, const char *key, uint8_t hash[EVIDENCE_HASH])
{
	const char *hex = json_string_value(json_object_get(object, key));
	size_t i;

	if (!hex || strlen(hex) != 2 * EVIDENCE_HASH ||
	    strspn(hex, "0123456789abcdef") != 2 * EVIDENCE_HASH)
		return false;
	for (i = 0; i < EVIDENCE_HASH; i++)
		sscanf(hex + 2 * i, "%2hhx", &hash[i]);
	return true;
}

static int bad_line(struct import *import, const char *what)
{
	return evidence_break(import->proof, 0, 0, "line %" PRIu64 " %s", import->line, what);
}

/* Walks on with a line that holds a record. */
static int take_record(struct import *import, const json_t *line)
{
	struct evidence_record record = { .kind = "" };
	uint64_t id = 0, epoch = 0;
	const char *kind = json_string_value(json_object_get(line, "kind"));
	const json_t *body = json_object_get(line, "body");
	char *text;
	int err;

	if (!evidence_get_number(line, "id", &id) ||
	    !evidence_get_number(line, "epoch", &epoch) ||
	    !evidence_get_number(line, "time_ns", &record.time_ns) || !kind ||
	    !json_is_object(body) || !read_hash(line, "hash", record.hash) ||
	    (!json_is_null(json_object_get(line, "seq")) &&
	     !evidence_get_number(line, "seq", &record.seq)))
		return bad_line(import, "is not a record");
	text = evidence_canonical(body);
	if (!text)
		return -ENOMEM;
	record.id = id;
	record.epoch = epoch;
	record.kind = kind;
	record.body = text;
	record.body_length = strlen(text);
	err = evidence_walk(&import->walk, &record);
	free(text);
	return err;
}

static int take_manifest(struct import *import, const json_t *line)
{
	struct evidence_proof *proof = import->proof;
	uint8_t head[EVIDENCE_HASH];
	uint64_t n = 0, last = 0;
	int err;

	import->ended = true;
	err = evidence_walk_end(&import->walk);
	if (err)
		return err;
	if (!evidence_get_number(line, "count", &n) ||
	    !evidence_get_number(line, "last_id", &last) || !read_hash(line, "head_hash", head))
		return bad_line(import, "is not a manifest");
	if (n != proof->n || last != (uint64_t)proof->last ||
	    memcmp(head, proof->head, EVIDENCE_HASH) != 0)
		return evidence_break(proof, proof->last + 1, 0,
				      "the manifest says %" PRIu64 " records up to %" PRIu64
				      ": some were removed", n, last);
	return 0;
}

static int take_line(struct import *import, const char *text, size_t length)
{
	/* All of it: behind a NUL nothing may hide. */
	json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	int err;

	import->line++;
	if (import->ended)
		err = bad_line(import, "stands behind the manifest");
	else if (!json_is_object(line))
		err = bad_line(import, "is not JSON");
	else if (json_object_get(line, "schema"))
		err = take_manifest(import, line);
	else
		err = take_record(import, line);
	json_decref(line);
	return err;
}

/* The manifest is the last line, and says what comes before the first. */
static int read_beginning(FILE *stream, struct evidence_proof *proof, uint8_t *ret_previous,
			  int64_t *ret_first)
{
	char *line = NULL, *last = NULL, *spare;
	size_t size = 0, last_size = 0, spare_size;
	uint64_t first = 0;
	json_t *manifest;
	bool good;

	while (getline(&line, &size, stream) > 0) {
		spare = last;
		spare_size = last_size;
		last = line;
		last_size = size;
		line = spare;
		size = spare_size;
	}
	manifest = last ? json_loads(last, JSON_REJECT_DUPLICATES, NULL) : NULL;
	good = json_is_string(json_object_get(manifest, "schema")) &&
	       strcmp(json_string_value(json_object_get(manifest, "schema")), SCHEMA) == 0 &&
	       read_hash(manifest, "previous_hash", ret_previous) &&
	       evidence_get_number(manifest, "first_id", &first) && first <= EVIDENCE_ID_MAX;
	json_decref(manifest);
	free(line);
	free(last);
	*ret_first = first;
	if (ferror(stream))
		return -EIO;
	return good ? 0 : evidence_break(proof, 0, 0, "the last line is not a manifest: the "
					 "end is missing");
}

int evidence_verify_export(FILE *stream, const uint8_t anchor[EVIDENCE_HASH],
			   struct evidence_proof *ret_proof)
{
	struct import import = { .proof = ret_proof };
	uint8_t previous[EVIDENCE_HASH] = { 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int64_t first;
	int err;

	memset(ret_proof, 0, sizeof(*ret_proof));
	err = read_beginning(stream, ret_proof, previous, &first);
	evidence_walk_begin(&import.walk, ret_proof, anchor, previous, first);
	rewind(stream);
	while (!err && (length = getline(&line, &size, stream)) > 0)
		err = take_line(&import, line, length);
	free(line);
	if (!err && ferror(stream))
		err = -EIO;
	return err == 1 ? 0 : err;
}
