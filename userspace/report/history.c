// SPDX-License-Identifier: GPL-2.0-only
/*
 * The past of one machine, out of its evidence store: opening it, and what could not
 * be judged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "history_private.h"
#include "schema.h"

#define NS_PER_HOUR ((uint64_t)EVIDENCE_NS_PER_HOUR)

int history_fail(struct history *history, struct history_error *ret_error)
{
	int err = evidence_fail(history->evidence);

	ret_error->err = -err;
	snprintf(ret_error->text, sizeof(ret_error->text), "%s",
		 evidence_error(history->evidence));
	return err;
}

int history_open(const char *path, struct history **ret_history,
		 struct history_error *ret_error)
{
	struct history *history = calloc(1, sizeof(*history));
	int err = -ENOMEM;

	ret_error->err = ENOMEM;
	strcpy(ret_error->text, "out of memory");
	if (!history)
		return -ENOMEM;
	err = evidence_open(path, &history->evidence);
	if (history->evidence && err) {
		ret_error->err = -err;
		snprintf(ret_error->text, sizeof(ret_error->text), "%s",
			 evidence_error(history->evidence));
	}
	/* One transaction: the report is of one instant of the store. */
	if (!err) {
		err = evidence_run(history->evidence, "BEGIN");
		if (err)
			history_fail(history, ret_error);
	}
	if (err) {
		history_close(history);
		return err;
	}
	*ret_history = history;
	return 0;
}

void history_close(struct history *history)
{
	if (!history)
		return;
	evidence_close(history->evidence);
	free(history);
}

int history_bounds(struct history *history, struct history_bounds *ret_bounds,
		   struct history_error *ret_error)
{
	uint8_t hash[EVIDENCE_HASH];
	sqlite3_stmt *row;
	int64_t head;
	int err = 0;

	memset(ret_bounds, 0, sizeof(*ret_bounds));
	/* Ids have no gap, so that counting them takes no reading. */
	row = evidence_prepare(history->evidence,
			       "SELECT (SELECT max(id) FROM record), (SELECT min(id) FROM record),"
			       " (SELECT min(time_ns) FROM record),"
			       " (SELECT max(time_ns) FROM record)");
	if (!row || sqlite3_step(row) != SQLITE_ROW)
		err = history_fail(history, ret_error);
	if (!err && sqlite3_column_type(row, 0) != SQLITE_NULL) {
		ret_bounds->n_records = (uint64_t)sqlite3_column_int64(row, 0) -
					(uint64_t)sqlite3_column_int64(row, 1) + 1;
		ret_bounds->first_ns = sqlite3_column_int64(row, 2);
		ret_bounds->last_ns = sqlite3_column_int64(row, 3);
		evidence_head(history->evidence, &head, hash);
		escape_hex(hash, sizeof(hash), ret_bounds->head);
	}
	sqlite3_finalize(row);
	return err;
}

const char *history_text(sqlite3_stmt *row, int column)
{
	const char *value = (const char *)sqlite3_column_text(row, column);

	return value ? value : "";
}

#define WHO "subject, file, uid, auid, outcome"

static const char unjudged_sql[] =
	"SELECT t.reason, f.path, sum(t.n), min(t.first_ns), max(t.last_ns) FROM"
	" (SELECT reason, " WHO ", n, first_ns, last_ns FROM tally WHERE hour >= ?3 AND hour < ?4"
	"  UNION ALL SELECT reason, " WHO ", 1, time_ns, time_ns FROM hit"
	"  WHERE time_ns >= ?1 AND time_ns < ?5"
	"  UNION ALL SELECT reason, " WHO ", 1, time_ns, time_ns FROM hit"
	"  WHERE time_ns >= ?6 AND time_ns < ?2) t"
	" JOIN file f ON f.id = t.file WHERE t.outcome = 5"
	" GROUP BY t.reason, f.path ORDER BY 3 DESC, f.path, t.reason";

sqlite3_stmt *history_window(struct history *history, const char *sql, uint64_t since,
			     uint64_t until)
{
	uint64_t first = (since + NS_PER_HOUR - 1) / NS_PER_HOUR, end = until / NS_PER_HOUR;
	sqlite3_stmt *row = evidence_prepare(history->evidence, sql);

	if (!row)
		return NULL;
	sqlite3_bind_int64(row, 1, since);
	sqlite3_bind_int64(row, 2, until);
	/* A window within one hour has one edge and no whole hour. */
	if (first >= end) {
		sqlite3_bind_int64(row, 3, 0);
		sqlite3_bind_int64(row, 4, 0);
		sqlite3_bind_int64(row, 5, until);
		sqlite3_bind_int64(row, 6, until);
	} else {
		sqlite3_bind_int64(row, 3, first);
		sqlite3_bind_int64(row, 4, end);
		sqlite3_bind_int64(row, 5, first * NS_PER_HOUR);
		sqlite3_bind_int64(row, 6, end * NS_PER_HOUR);
	}
	return row;
}

int history_unjudged(struct history *history, uint64_t since_ns, uint64_t until_ns,
		     int (*fn)(const struct history_unjudged *unjudged, void *data),
		     void *data, struct history_error *ret_error)
{
	sqlite3_stmt *row = history_window(history, unjudged_sql, since_ns, until_ns);
	int code = SQLITE_ERROR, err = 0;

	while (row && !err && (code = sqlite3_step(row)) == SQLITE_ROW) {
		struct history_unjudged unjudged = {
			.reason = debar_reason_name(sqlite3_column_int(row, 0)),
			.path = history_text(row, 1),
			.n = sqlite3_column_int64(row, 2),
			.first_ns = sqlite3_column_int64(row, 3),
			.last_ns = sqlite3_column_int64(row, 4),
		};

		err = fn(&unjudged, data);
	}
	if (!err && code != SQLITE_DONE)
		err = history_fail(history, ret_error);
	sqlite3_finalize(row);
	return err;
}
