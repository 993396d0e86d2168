// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verify a store.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "event_body.h"
#include "outcome.h"
#include "schema.h"
#include "store_private.h"
#include "walk.h"

struct verification {
	struct evidence *evidence;
	struct evidence_walk walk;
	struct evidence_proof *proof;
	sqlite3_stmt *hit;
	uint64_t n_hits;	/* that there have to be */
	int64_t epoch;		/* that began last; 0: none did yet */
	struct debar_event event;
};

static bool same_bytes(sqlite3_stmt *row, int column, const void *bytes, size_t length)
{
	const void *stored = sqlite3_column_blob(row, column);

	return (size_t)sqlite3_column_bytes(row, column) == length &&
	       (!length || memcmp(stored, bytes, length) == 0);
}

static bool same_text(sqlite3_stmt *row, int column, const char *text)
{
	return same_bytes(row, column, text, strlen(text));
}

static bool same_hit(sqlite3_stmt *row, const struct evidence_record *record,
		     const struct debar_event *e)
{
	bool banned = e->reason == DEBAR_REASON_BAN;

	return sqlite3_column_int64(row, 0) == record->epoch &&
	       sqlite3_column_int64(row, 1) == e->uid &&
	       sqlite3_column_int64(row, 2) == e->auid &&
	       sqlite3_column_int64(row, 3) == e->kind &&
	       sqlite3_column_int64(row, 4) == e->reason &&
	       sqlite3_column_int64(row, 5) == evidence_outcome(e) &&
	       same_text(row, 6, e->path) &&
	       same_bytes(row, 7, e->sha256, banned ? DEBAR_SHA256_SIZE : 0) &&
	       sqlite3_column_int64(row, 8) == (int64_t)e->file_size &&
	       same_text(row, 9, banned ? e->vendor : "") &&
	       same_text(row, 10, banned ? e->product : "") &&
	       same_text(row, 11, banned ? e->release : "") &&
	       same_text(row, 12, banned ? e->authority : "") &&
	       same_text(row, 13, banned ? e->policy : "");
}

static int check_hit(struct verification *v, const struct evidence_record *record)
{
	int code, err = 0;

	err = evidence_event_decode(record, &v->event);
	if (err)
		return evidence_break(v->proof, record->id, record->time_ns,
				      "its body is not that of an event");
	v->n_hits++;
	sqlite3_bind_int64(v->hit, 1, record->time_ns);
	sqlite3_bind_int64(v->hit, 2, record->id);
	code = sqlite3_step(v->hit);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = evidence_fail(v->evidence);
	else if (code == SQLITE_DONE || !same_hit(v->hit, record, &v->event))
		err = evidence_break(v->proof, record->id, record->time_ns,
				     "what reports read of it (table hit) is not what it says");
	sqlite3_reset(v->hit);
	return err;
}

/*
 * The row that says where debard goes on, once all of its epoch was read. When debard
 * was last alive cannot be derived, and so is not checked.
 */
static int check_epoch(struct verification *v, const struct evidence_walk *walk)
{
	sqlite3_stmt *row;
	int code, err = 0;

	if (!v->epoch)
		return 0;
	row = evidence_prepare(v->evidence,
			       "SELECT boot_id, loaded_ns, last_seq FROM epoch WHERE id = ?");
	if (row)
		sqlite3_bind_int64(row, 1, v->epoch);
	code = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = evidence_fail(v->evidence);
	else if (code == SQLITE_DONE || !same_text(row, 0, walk->boot_id) ||
		 (uint64_t)sqlite3_column_int64(row, 1) != walk->loaded_ns ||
		 (uint64_t)sqlite3_column_int64(row, 2) != walk->seq)
		err = evidence_break(v->proof, 0, 0, "table epoch does not say of epoch %" PRId64
				     " what the records do", v->epoch);
	sqlite3_finalize(row);
	return err;
}

static int check_record(const struct evidence_record *record, void *data)
{
	struct verification *v = data;
	struct evidence_walk before = v->walk;
	int err = evidence_walk(&v->walk, record);

	if (err || v->walk.pending)
		return err;
	if (strcmp(record->kind, "epoch") == 0) {
		err = check_epoch(v, &before);
		v->epoch = record->epoch;
		return err;
	}
	return strcmp(record->kind, "event") == 0 ? check_hit(v, record) : 0;
}

static int count(struct evidence *evidence, const char *sql, int64_t *ret_n)
{
	sqlite3_stmt *row = evidence_prepare(evidence, sql);
	int err = 0;

	if (row && sqlite3_step(row) == SQLITE_ROW)
		*ret_n = sqlite3_column_int64(row, 0);
	else
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

/* The rows of epochs whose beginning went, or that no record began. */
static int check_epochs(struct verification *v)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM epoch WHERE id > (SELECT coalesce(max(epoch), 0)"
		" FROM record)) + (SELECT count(*) FROM epoch WHERE last_seq >"
		" (SELECT last_seq FROM epoch l WHERE l.boot_id = epoch.boot_id"
		"  AND l.loaded_ns = epoch.loaded_ns ORDER BY id DESC LIMIT 1))";
	int64_t n = 0;
	int err = check_epoch(v, &v->walk);

	if (!err)
		err = count(v->evidence, sql, &n);
	if (!err && n)
		err = evidence_break(v->proof, 0, 0, "%" PRId64 " rows of table epoch contradict "
				     "the others, or no record is of them", n);
	return err;
}

/* The tables that reports read, as a whole. */
static int check_tables(struct verification *v)
{
	static const char tally[] =
		"SELECT time_ns / 3600000000000, epoch, subject, file, uid, auid, kind, reason,"
		" outcome, count(*), min(time_ns), max(time_ns) FROM hit"
		" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9";
	int64_t n = 0;
	char sql[1024];
	int err;

	err = count(v->evidence, "SELECT count(*) FROM hit", &n);
	if (!err && (uint64_t)n != v->n_hits)
		return evidence_break(v->proof, 0, 0, "table hit has %" PRId64 " rows, and "
				      "there are %" PRIu64 " events of files", n, v->n_hits);
	snprintf(sql, sizeof(sql), "SELECT (SELECT count(*) FROM (%s EXCEPT SELECT * FROM"
		 " tally)) + (SELECT count(*) FROM (SELECT * FROM tally EXCEPT %s))", tally,
		 tally);
	if (!err)
		err = count(v->evidence, sql, &n);
	if (!err && n)
		err = evidence_break(v->proof, 0, 0, "%" PRId64 " rows of table tally are not "
				     "the sums of table hit", n);
	return err;
}

static int check_ends(struct verification *v, int64_t head, const uint8_t *head_hash)
{
	struct evidence_proof *proof = v->proof;
	int err = evidence_walk_end(&v->walk);

	if (err)
		return err;
	if (proof->pruned && (v->walk.pruned != proof->pruned))
		return evidence_break(proof, proof->pruned + 1, proof->first_ns,
				      "the %" PRId64 " records before it went, and none says so",
				      proof->pruned);
	if (head != proof->last || memcmp(head_hash, proof->head, EVIDENCE_HASH) != 0)
		return evidence_break(proof, proof->last + 1, 0,
				      "the chain went on to record %" PRId64 ": its end was "
				      "removed", head);
	return 0;
}

/* What the anchor says, and the walk from there on. */
static int verify(struct verification *v, const uint8_t *anchor)
{
	static const struct evidence_query all = { 0 };
	uint8_t previous[EVIDENCE_HASH] = { 0 };
	sqlite3_stmt *row;
	int err;

	err = evidence_load_head(v->evidence);
	row = evidence_prepare(v->evidence, "SELECT pruned, previous FROM anchor");
	if (!err && (!row || sqlite3_step(row) != SQLITE_ROW))
		err = evidence_fail(v->evidence);
	if (!err && sqlite3_column_bytes(row, 1) != EVIDENCE_HASH)
		err = evidence_break(v->proof, 0, 0, "the chain's anchor has no hash");
	if (!err) {
		v->proof->pruned = sqlite3_column_int64(row, 0);
		if (v->proof->pruned < 0 || v->proof->pruned > EVIDENCE_ID_MAX)
			err = evidence_break(v->proof, 0, 0, "the chain's anchor says that %"
					     PRId64 " records went", v->proof->pruned);
		memcpy(previous, sqlite3_column_blob(row, 1), EVIDENCE_HASH);
	}
	sqlite3_finalize(row);
	if (err)
		return err;
	evidence_walk_begin(&v->walk, v->proof, anchor, previous, v->proof->pruned + 1);
	err = evidence_each(v->evidence, &all, check_record, v);
	/* A row that is not whole is a break, at the place that the walk had come to. */
	if (err == -EBADMSG)
		err = evidence_break(v->proof, v->walk.next, 0, "%s",
				     evidence_error(v->evidence));
	if (!err)
		err = check_ends(v, v->evidence->head, v->evidence->head_hash);
	if (!err)
		err = check_epochs(v);
	return err ? err : check_tables(v);
}

int evidence_verify(struct evidence *evidence, const uint8_t anchor[EVIDENCE_HASH],
		    struct evidence_proof *ret_proof)
{
	static const char sql[] =
		"SELECT hit.epoch, uid, auid, kind, reason, outcome, path, sha256, size,"
		" coalesce(vendor, x''), coalesce(product, x''), coalesce(release, x''),"
		" coalesce(authority, x''), coalesce(policy, x'') FROM hit"
		" JOIN file ON file.id = hit.file LEFT JOIN subject ON subject.id = hit.subject"
		" WHERE time_ns = ? AND record = ?";
	struct verification v = { .evidence = evidence, .proof = ret_proof };
	int err;

	memset(ret_proof, 0, sizeof(*ret_proof));
	/* One instant, though debard goes on. */
	err = evidence_run(evidence, "BEGIN");
	if (err)
		return err;
	v.hit = evidence_prepare(evidence, sql);
	err = v.hit ? verify(&v, anchor) : evidence_fail(evidence);
	sqlite3_finalize(v.hit);
	evidence_run(evidence, "COMMIT");
	return err == 1 ? 0 : err;
}
