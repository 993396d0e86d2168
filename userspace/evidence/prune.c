// SPDX-License-Identifier: GPL-2.0-only
/*
 * Retention.
 */
#include <errno.h>
#include <string.h>

#include "event_body.h"
#include "prune.h"
#include "schema.h"
#include "store_private.h"

#define AT_ONCE 20000	/* records; others, the watchdog for one, wait so long */

struct cut {
	int64_t first, last;	/* ids of what goes, both included */
	uint64_t until_ns;	/* time of the last */
	uint8_t hash[EVIDENCE_HASH];
};

static int integer(struct evidence *evidence, const char *sql, int64_t parameter,
		   int64_t *ret_value)
{
	sqlite3_stmt *row = evidence_prepare(evidence, sql);
	int err = 0;

	if (row)
		sqlite3_bind_int64(row, 1, parameter);
	if (row && sqlite3_step(row) == SQLITE_ROW)
		*ret_value = sqlite3_column_int64(row, 0);
	else
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

int evidence_size(struct evidence *evidence, uint64_t *ret_bytes)
{
	int64_t pages = 0, spare = 0, size = 0;
	int err;

	err = integer(evidence, "PRAGMA page_count", 0, &pages);
	if (!err)
		err = integer(evidence, "PRAGMA freelist_count", 0, &spare);
	if (!err)
		err = integer(evidence, "PRAGMA page_size", 0, &size);
	*ret_bytes = (pages - spare) * size;
	return err;
}

/* The last record that has to go; 0: none. */
static int find_last(struct evidence *evidence, const struct evidence_retention *retention,
		     int64_t first, int64_t *ret_last)
{
	int64_t last = 0, n = evidence->head - first + 1;
	uint64_t bytes;
	int err = 0;

	if (retention->before_ns)
		err = integer(evidence, "SELECT coalesce((SELECT min(id) FROM record"
					" WHERE time_ns >= ?), 9223372036854775807) - 1",
			      retention->before_ns, &last);
	if (!err)
		err = evidence_size(evidence, &bytes);
	if (err)
		return err;
	/* A tenth more than has to, so as not to be back with each record. */
	if (retention->max_bytes && bytes > retention->max_bytes && n > 0) {
		uint64_t over = bytes - retention->max_bytes / 10 * 9;
		int64_t by_size = first - 1 + (int64_t)(over / (bytes / n + 1));

		last = by_size > last ? by_size : last;
	}
	if (last >= evidence->head)
		last = evidence->head - 1;
	if (last > first - 1 + AT_ONCE)
		last = first - 1 + AT_ONCE;
	/* Each time one record comes: with one that goes, it would never end. */
	*ret_last = last <= first ? 0 : last;
	return 0;
}

static int read_cut(struct evidence *evidence, struct cut *cut)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence, "SELECT time_ns, hash FROM record WHERE id = ?");
	if (row)
		sqlite3_bind_int64(row, 1, cut->last);
	if (!row || sqlite3_step(row) != SQLITE_ROW) {
		err = evidence_fail(evidence);
	} else if (sqlite3_column_bytes(row, 1) != EVIDENCE_HASH) {
		err = evidence_fail_text(evidence, -EBADMSG, "record %lld has no hash",
					 (long long)cut->last);
	} else {
		cut->until_ns = sqlite3_column_int64(row, 0);
		memcpy(cut->hash, sqlite3_column_blob(row, 1), EVIDENCE_HASH);
	}
	sqlite3_finalize(row);
	return err;
}

/* A record as a member of the state at the cut. */
static int put_record(json_t *state, sqlite3_stmt *row)
{
	json_t *object = json_object();
	json_t *body = json_loads((const char *)sqlite3_column_text(row, 3), 0, NULL);
	int err = 0;

	err |= evidence_put_number(object, "id", sqlite3_column_int64(row, 1));
	err |= evidence_put_number(object, "time_ns", sqlite3_column_int64(row, 2));
	err |= json_object_set_new(object, "body", body);
	err |= json_object_set_new(state, (const char *)sqlite3_column_text(row, 0), object);
	return err ? -ENOMEM : 0;
}

/* What held at the cut: as earlier ones said, and what goes now. */
static int read_state(struct evidence *evidence, const struct cut *cut, json_t **ret_state)
{
	json_t *state = NULL, *before;
	sqlite3_stmt *row;
	int code, err = 0;

	row = evidence_prepare(evidence, "SELECT body FROM record WHERE kind = 'pruned'"
					 " ORDER BY id DESC LIMIT 1");
	if (row && sqlite3_step(row) == SQLITE_ROW) {
		before = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
		state = json_deep_copy(json_object_get(before, "state"));
		json_decref(before);
	}
	sqlite3_finalize(row);
	if (!state)
		state = json_object();
	/* With max(id), the other columns are those of its row. */
	row = evidence_prepare(evidence,
			       "SELECT kind, max(id), time_ns, body FROM record"
			       " WHERE kind IN ('epoch', 'status', 'policy', 'product')"
			       " AND kind <> 'event' AND id <= ? GROUP BY kind");
	if (!row)
		err = evidence_fail(evidence);
	else
		sqlite3_bind_int64(row, 1, cut->last);
	while (!err && (code = sqlite3_step(row)) == SQLITE_ROW)
		err = put_record(state, row);
	if (!err && code != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	if (err)
		json_decref(state);
	else
		*ret_state = state;
	return err;
}

static int append_pruned(struct evidence *evidence, int64_t epoch, uint64_t time_ns,
			 const struct cut *cut)
{
	json_t *state = NULL, *body;
	int err;

	err = read_state(evidence, cut, &state);
	if (err)
		return err;
	body = json_object();
	err |= evidence_put_number(body, "first_id", cut->first);
	err |= evidence_put_number(body, "last_id", cut->last);
	err |= evidence_put_number(body, "count", cut->last - cut->first + 1);
	err |= evidence_put_number(body, "until_ns", cut->until_ns);
	err |= evidence_put_hash(body, "last_hash", cut->hash);
	err |= json_object_set_new(body, "state", state);
	if (err) {
		json_decref(body);
		return -ENOMEM;
	}
	return evidence_append(evidence, epoch, time_ns, "pruned", body);
}

#define KEYS "hour, epoch, subject, file, uid, auid, kind, reason, outcome"

/*
 * ?1: the last that goes. Derived tables first: they ask for the records. What goes is
 * subtracted: how many hits stay, and so memory and time, does not matter.
 */
static const char *const subtractions[] = {
	"CREATE TEMP TABLE IF NOT EXISTS gone(key INTEGER PRIMARY KEY, hour INTEGER,"
	" epoch INTEGER, subject INTEGER, file INTEGER, uid INTEGER, auid INTEGER,"
	" kind INTEGER, reason INTEGER, outcome INTEGER, n INTEGER, first_ns INTEGER,"
	" last_ns INTEGER, UNIQUE(" KEYS "))",
	"DELETE FROM temp.gone",
	"INSERT INTO temp.gone SELECT NULL, hit.time_ns / 3600000000000, hit.epoch, subject,"
	" file, uid, auid, hit.kind, reason, outcome, count(*), min(hit.time_ns),"
	" max(hit.time_ns) FROM record CROSS JOIN hit"
	" ON hit.time_ns = record.time_ns AND hit.record = record.id"
	" WHERE record.id <= ?1 GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10",
	"DELETE FROM hit WHERE (time_ns, record) IN"
	" (SELECT time_ns, id FROM record WHERE id <= ?1)",
	"UPDATE tally SET n = n - (SELECT n FROM temp.gone WHERE (" KEYS ") ="
	" (tally.hour, tally.epoch, tally.subject, tally.file, tally.uid, tally.auid,"
	" tally.kind, tally.reason, tally.outcome))"
	" WHERE (" KEYS ") IN (SELECT " KEYS " FROM temp.gone)",
	"DELETE FROM tally WHERE n <= 0 AND (" KEYS ") IN (SELECT " KEYS " FROM temp.gone)",
	/* Seldom: only where the clock was set back is the oldest record the latest hit. */
	"UPDATE tally SET last_ns = coalesce((SELECT max(time_ns) FROM hit"
	" WHERE time_ns BETWEEN tally.first_ns AND tally.last_ns AND"
	" (epoch, subject, file, uid, auid, kind, reason, outcome) = (tally.epoch,"
	" tally.subject, tally.file, tally.uid, tally.auid, tally.kind, tally.reason,"
	" tally.outcome)), last_ns)"
	" WHERE (" KEYS ", last_ns) IN (SELECT " KEYS ", last_ns FROM temp.gone)",
	/* Those are left whose first hit has to be found. */
	"DELETE FROM temp.gone WHERE (" KEYS ", first_ns) NOT IN"
	" (SELECT " KEYS ", first_ns FROM tally WHERE (" KEYS ") IN"
	"  (SELECT " KEYS " FROM temp.gone))",
};

static const char *const removals[] = {
	"UPDATE anchor SET pruned = ?1,"
	" previous = (SELECT hash FROM record WHERE id = ?1)",
	"DELETE FROM record WHERE id <= ?1",
};

static int run_all(struct evidence *evidence, const char *const *sql, size_t n, int64_t last)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < n; i++) {
		sqlite3_stmt *row = evidence_prepare(evidence, sql[i]);

		if (row && sqlite3_bind_parameter_count(row))
			sqlite3_bind_int64(row, 1, last);
		if (!row || sqlite3_step(row) != SQLITE_DONE)
			err = evidence_fail(evidence);
		sqlite3_finalize(row);
	}
	return err;
}

/* Run a statement once more: of ?1, and ?2 if it asks for that. */
static int run_again(struct evidence *evidence, sqlite3_stmt *row, int64_t first, int64_t second)
{
	int err;

	sqlite3_bind_int64(row, 1, first);
	if (sqlite3_bind_parameter_count(row) > 1)
		sqlite3_bind_int64(row, 2, second);
	err = sqlite3_step(row) == SQLITE_DONE ? 0 : evidence_fail(evidence);
	sqlite3_reset(row);
	return err;
}

/*
 * The first hit of each sum that lost its first one: one pass over the hits from the
 * oldest on, which ends where the last of them is found.
 */
static int find_firsts(struct evidence *evidence)
{
	sqlite3_stmt *find, *set, *done;
	int64_t from_ns = INT64_MIN, n_left = 0, key;
	int code, err;

	err = integer(evidence, "SELECT count(*) FROM temp.gone WHERE ?1", 1, &n_left);
	find = evidence_prepare(evidence,
				"SELECT key, time_ns FROM hit CROSS JOIN temp.gone ON"
				" gone.hour = time_ns / 3600000000000 AND"
				" gone.epoch = hit.epoch AND gone.subject = hit.subject AND"
				" gone.file = hit.file AND gone.uid = hit.uid AND"
				" gone.auid = hit.auid AND gone.kind = hit.kind AND"
				" gone.reason = hit.reason AND gone.outcome = hit.outcome"
				" WHERE time_ns >= ?1 ORDER BY time_ns LIMIT 1");
	set = evidence_prepare(evidence, "UPDATE tally SET first_ns = ?2 WHERE (" KEYS ") ="
					 " (SELECT " KEYS " FROM temp.gone WHERE key = ?1)");
	done = evidence_prepare(evidence, "DELETE FROM temp.gone WHERE key = ?1");
	if (!err && (!find || !set || !done))
		err = evidence_fail(evidence);
	for (; !err && n_left; n_left--) {
		sqlite3_bind_int64(find, 1, from_ns);
		code = sqlite3_step(find);
		/* More is summed than there is: that is for evidence_verify() to tell. */
		if (code == SQLITE_DONE)
			break;
		if (code != SQLITE_ROW) {
			err = evidence_fail(evidence);
			break;
		}
		key = sqlite3_column_int64(find, 0);
		from_ns = sqlite3_column_int64(find, 1);
		sqlite3_reset(find);
		err = run_again(evidence, set, key, from_ns);
		if (!err)
			err = run_again(evidence, done, key, 0);
	}
	sqlite3_finalize(find);
	sqlite3_finalize(set);
	sqlite3_finalize(done);
	return err;
}

static int remove_records(struct evidence *evidence, int64_t last)
{
	int err;

	err = run_all(evidence, subtractions, sizeof(subtractions) / sizeof(subtractions[0]),
		      last);
	if (!err)
		err = find_firsts(evidence);
	if (!err)
		err = run_all(evidence, removals, sizeof(removals) / sizeof(removals[0]), last);
	return err;
}

/* Names that nothing refers to any more; seldom, for it reads all of the tally. */
static int remove_names(struct evidence *evidence)
{
	return evidence_run(evidence,
			    "DELETE FROM file WHERE id NOT IN (SELECT file FROM tally);"
			    "DELETE FROM subject WHERE id NOT IN (SELECT subject FROM tally)");
}

int evidence_prune(struct evidence *evidence, int64_t epoch, uint64_t time_ns,
		   const struct evidence_retention *retention, int64_t *ret_n)
{
	struct cut cut = { 0 };
	int err;

	*ret_n = 0;
	err = integer(evidence, "SELECT pruned + 1 FROM anchor WHERE one = ?", 1, &cut.first);
	if (!err)
		err = find_last(evidence, retention, cut.first, &cut.last);
	if (err || !cut.last)
		return err;
	err = evidence_begin(evidence);
	if (err)
		return err;
	err = read_cut(evidence, &cut);
	if (!err)
		err = append_pruned(evidence, epoch, time_ns, &cut);
	if (!err)
		err = remove_records(evidence, cut.last);
	if (!err && cut.last - cut.first + 1 < AT_ONCE)
		err = remove_names(evidence);
	if (err) {
		evidence_rollback(evidence);
		return err;
	}
	err = evidence_commit(evidence);
	if (err)
		return err;
	*ret_n = cut.last - cut.first + 1;
	/* Free pages are of use only to this file otherwise. */
	return evidence_run(evidence, "PRAGMA incremental_vacuum");
}
