// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read records.
 */
#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "store.h"

bool evidence_read_row(sqlite3_stmt *row, struct evidence_record *ret_record)
{
	static const int types[] = { SQLITE_INTEGER, SQLITE_INTEGER, SQLITE_NULL,
				     SQLITE_INTEGER, SQLITE_TEXT, SQLITE_TEXT, SQLITE_BLOB };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int type = sqlite3_column_type(row, i);

		if (type != types[i] && !(types[i] == SQLITE_NULL && type == SQLITE_INTEGER))
			return false;
	}
	*ret_record = (struct evidence_record){
		.id = sqlite3_column_int64(row, 0),
		.epoch = sqlite3_column_int64(row, 1),
		.seq = sqlite3_column_int64(row, 2),
		.time_ns = sqlite3_column_int64(row, 3),
		.kind = (const char *)sqlite3_column_text(row, 4),
		.body = (const char *)sqlite3_column_text(row, 5),
		.body_length = sqlite3_column_bytes(row, 5),
	};
	if (!ret_record->kind || !ret_record->body ||
	    sqlite3_column_bytes(row, 6) != EVIDENCE_HASH)
		return false;
	/* None is NULL: 0 would have the same hash. */
	if (sqlite3_column_type(row, 2) == SQLITE_INTEGER && !ret_record->seq)
		return false;
	/* A NUL within would hide what is behind it from the hash. */
	if (strlen(ret_record->kind) != (size_t)sqlite3_column_bytes(row, 4))
		return false;
	memcpy(ret_record->hash, sqlite3_column_blob(row, 6), EVIDENCE_HASH);
	return true;
}

int evidence_each(struct evidence *evidence, const struct evidence_query *query,
		  evidence_fn fn, void *data)
{
	struct evidence_record record;
	sqlite3_stmt *row;
	int code, err = 0;

	row = evidence_prepare(evidence,
		"SELECT id, epoch, seq, time_ns, kind, body, hash FROM record"
		" WHERE id >= max(?3, iif(?1 > 0, coalesce((SELECT min(id) FROM record"
		"   WHERE time_ns >= ?1), 9223372036854775807), 0))"
		" AND id <= iif(?2 > 0, coalesce((SELECT max(id) FROM record"
		"   WHERE time_ns < ?2), 0), 9223372036854775807)"
		" AND (?4 IS NULL OR kind = ?4) ORDER BY id");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, query->since_ns);
	sqlite3_bind_int64(row, 2, query->until_ns);
	sqlite3_bind_int64(row, 3, query->first_id);
	sqlite3_bind_text(row, 4, query->kind, -1, SQLITE_STATIC);
	while (!err && (code = sqlite3_step(row)) == SQLITE_ROW) {
		if (evidence_read_row(row, &record))
			err = fn(&record, data);
		else
			err = evidence_fail_text(evidence, -EBADMSG,
						 "record %lld is not whole",
						 (long long)sqlite3_column_int64(row, 0));
	}
	if (!err && code != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}
