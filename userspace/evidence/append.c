// SPDX-License-Identifier: GPL-2.0-only
/*
 * Add records, and for events what reports read of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event_body.h"
#include "outcome.h"
#include "schema.h"
#include "store_private.h"

static const char *const sql[] = {
	[STATEMENT_RECORD] = "INSERT INTO record VALUES(?, ?, ?, ?, ?, ?, ?)",
	[STATEMENT_SUBJECT_FIND] = "SELECT id FROM subject WHERE vendor = ? AND product = ?"
		" AND release = ? AND authority = ? AND policy = ?",
	[STATEMENT_SUBJECT_ADD] = "INSERT INTO subject(vendor, product, release, authority,"
		" policy) VALUES(?, ?, ?, ?, ?)",
	[STATEMENT_FILE_FIND] = "SELECT id FROM file WHERE path = ? AND sha256 = ?"
		" AND size = ?",
	[STATEMENT_FILE_ADD] = "INSERT INTO file(path, sha256, size) VALUES(?, ?, ?)",
	[STATEMENT_HIT] = "INSERT INTO hit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STATEMENT_TALLY] = "INSERT INTO tally VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1,"
		" ?10, ?10) ON CONFLICT DO UPDATE SET n = n + 1,"
		" first_ns = min(first_ns, excluded.first_ns),"
		" last_ns = max(last_ns, excluded.last_ns)",
};

static sqlite3_stmt *statement(struct evidence *evidence, enum evidence_statement which)
{
	sqlite3_stmt **place = &evidence->statements[which];

	if (!*place)
		*place = evidence_prepare(evidence, sql[which]);
	else
		sqlite3_reset(*place);
	return *place;
}

/* Run a statement that gives no rows. */
static int finish(struct evidence *evidence, sqlite3_stmt *row)
{
	int err = sqlite3_step(row) == SQLITE_DONE ? 0 : evidence_fail(evidence);

	sqlite3_reset(row);
	return err;
}

static int append(struct evidence *evidence, struct evidence_record *record)
{
	sqlite3_stmt *row = statement(evidence, STATEMENT_RECORD);
	int err;

	if (!row)
		return evidence_fail(evidence);
	record->id = evidence->head + 1;
	err = evidence_chain_hash(evidence->head_hash, record, record->hash);
	if (err)
		return evidence_fail_text(evidence, err, "SHA-256 failed");
	sqlite3_bind_int64(row, 1, record->id);
	sqlite3_bind_int64(row, 2, record->epoch);
	if (record->seq)
		sqlite3_bind_int64(row, 3, record->seq);
	else
		sqlite3_bind_null(row, 3);
	sqlite3_bind_int64(row, 4, record->time_ns);
	sqlite3_bind_text(row, 5, record->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 6, record->body, record->body_length, SQLITE_STATIC);
	sqlite3_bind_blob(row, 7, record->hash, EVIDENCE_HASH, SQLITE_STATIC);
	err = finish(evidence, row);
	if (err)
		return err;
	evidence->head = record->id;
	memcpy(evidence->head_hash, record->hash, EVIDENCE_HASH);
	return 0;
}

static int append_json(struct evidence *evidence, struct evidence_record *record,
		       json_t *body)
{
	char *text = body ? evidence_canonical(body) : NULL;
	int err;

	json_decref(body);
	if (!text)
		return evidence_fail_text(evidence, -ENOMEM, "out of memory");
	record->body = text;
	record->body_length = strlen(text);
	err = append(evidence, record);
	free(text);
	return err;
}

int evidence_append(struct evidence *evidence, int64_t epoch, uint64_t time_ns,
		    const char *kind, json_t *body)
{
	struct evidence_record record = { .epoch = epoch, .time_ns = time_ns, .kind = kind };

	return append_json(evidence, &record, body);
}

static void bind_bytes(sqlite3_stmt *row, int n, const char *text)
{
	sqlite3_bind_blob(row, n, text, strlen(text), SQLITE_STATIC);
}

/* The row's id, found or added by statements with the same parameters. */
static int intern(struct evidence *evidence, enum evidence_statement find,
		  void (*bind)(sqlite3_stmt *row, const struct debar_event *event),
		  const struct debar_event *event, int64_t *ret_id)
{
	sqlite3_stmt *row = statement(evidence, find);
	int code, err;

	if (!row)
		return evidence_fail(evidence);
	bind(row, event);
	code = sqlite3_step(row);
	*ret_id = code == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
	err = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : evidence_fail(evidence);
	sqlite3_reset(row);
	if (err || code == SQLITE_ROW)
		return err;
	row = statement(evidence, find + 1);
	if (!row)
		return evidence_fail(evidence);
	bind(row, event);
	err = finish(evidence, row);
	*ret_id = sqlite3_last_insert_rowid(evidence->database);
	return err;
}

static void bind_subject(sqlite3_stmt *row, const struct debar_event *event)
{
	bind_bytes(row, 1, event->vendor);
	bind_bytes(row, 2, event->product);
	bind_bytes(row, 3, event->release);
	bind_bytes(row, 4, event->authority);
	bind_bytes(row, 5, event->policy);
}

static void bind_file(sqlite3_stmt *row, const struct debar_event *event)
{
	bool hashed = event->reason == DEBAR_REASON_BAN;

	bind_bytes(row, 1, event->path);
	sqlite3_bind_blob(row, 2, event->sha256, hashed ? DEBAR_SHA256_SIZE : 0,
			  SQLITE_STATIC);
	sqlite3_bind_int64(row, 3, event->file_size);
}

/* What both tables have in common, from parameter @n on. */
static void bind_who(sqlite3_stmt *row, int n, const struct debar_event *event)
{
	sqlite3_bind_int64(row, n, event->uid);
	sqlite3_bind_int64(row, n + 1, event->auid);
	sqlite3_bind_int64(row, n + 2, event->kind);
	sqlite3_bind_int64(row, n + 3, event->reason);
	sqlite3_bind_int64(row, n + 4, evidence_outcome(event));
}

static int append_hit(struct evidence *evidence, int64_t epoch,
		      const struct debar_event *event)
{
	int64_t subject = 0, file = 0;
	sqlite3_stmt *row;
	int err = 0;

	if (event->reason == DEBAR_REASON_BAN)
		err = intern(evidence, STATEMENT_SUBJECT_FIND, bind_subject, event, &subject);
	if (!err)
		err = intern(evidence, STATEMENT_FILE_FIND, bind_file, event, &file);
	if (err)
		return err;
	row = statement(evidence, STATEMENT_HIT);
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, event->time_ns);
	sqlite3_bind_int64(row, 2, evidence->head);
	sqlite3_bind_int64(row, 3, epoch);
	sqlite3_bind_int64(row, 4, subject);
	sqlite3_bind_int64(row, 5, file);
	bind_who(row, 6, event);
	err = finish(evidence, row);
	if (err)
		return err;
	row = statement(evidence, STATEMENT_TALLY);
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, (int64_t)event->time_ns / EVIDENCE_NS_PER_HOUR);
	sqlite3_bind_int64(row, 2, epoch);
	sqlite3_bind_int64(row, 3, subject);
	sqlite3_bind_int64(row, 4, file);
	bind_who(row, 5, event);
	sqlite3_bind_int64(row, 10, event->time_ns);
	return finish(evidence, row);
}

int evidence_append_event(struct evidence *evidence, int64_t epoch,
			  const struct debar_event *event)
{
	bool of_file = debar_reason_of_file(event->reason);
	struct evidence_record record = {
		.epoch = epoch,
		.seq = event->seq,
		.time_ns = event->time_ns,
		.kind = of_file ? "event" : "watch",
	};
	int err;

	err = append_json(evidence, &record, evidence_event_encode(event));
	return err || !of_file ? err : append_hit(evidence, epoch, event);
}
