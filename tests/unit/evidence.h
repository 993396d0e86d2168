/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A store in a directory of its own, and events to put into it.
 */
#ifndef DEBAR_TEST_EVIDENCE_H
#define DEBAR_TEST_EVIDENCE_H

#include <sqlite3.h>

#include "epoch.h"
#include "scratch.h"
#include "store.h"
#include "verify.h"

#define NS UINT64_C(1000000000)
#define BEGIN_NS (UINT64_C(1800000000) * NS)	/* 2027-01-15T08:00:00Z */

struct place {
	struct scratch scratch;
	char path[128];
	struct evidence *evidence;
};

static inline void place_open(struct place *place)
{
	int err = evidence_open_write(place->path, &place->evidence);

	if (err)
		fail_msg("%s", evidence_error(place->evidence));
}

static inline void place_begin(struct place *place)
{
	scratch_make(&place->scratch);
	snprintf(place->path, sizeof(place->path), "%s",
		 scratch_path(&place->scratch, "evidence.db"));
	place_open(place);
}

static inline void place_close(struct place *place)
{
	evidence_close(place->evidence);
	place->evidence = NULL;
}

static inline void place_end(struct place *place)
{
	place_close(place);
	scratch_remove(&place->scratch);
}

/* Changes the file as somebody would who has no debard. */
static inline void place_sql(const struct place *place, const char *sql)
{
	sqlite3 *database;
	char *error = NULL;

	assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
	sqlite3_close(database);
}

static inline int64_t place_count(const struct place *place, const char *sql)
{
	sqlite3 *database;
	sqlite3_stmt *row;
	int64_t n;

	assert_int_equal(sqlite3_open_v2(place->path, &database, SQLITE_OPEN_READONLY, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	n = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	sqlite3_close(database);
	return n;
}

static inline void place_verify(const struct place *place, struct evidence_proof *proof)
{
	struct evidence *evidence;
	int err = evidence_open(place->path, &evidence);

	if (!err)
		err = evidence_verify(evidence, NULL, proof);
	if (err)
		fail_msg("%s", evidence_error(evidence));
	evidence_close(evidence);
}

static inline void expect_proven(const struct place *place)
{
	struct evidence_proof proof;

	place_verify(place, &proof);
	if (proof.broken)
		fail_msg("record %ld: %s", (long)proof.broken_id, proof.what);
}

static inline struct debar_event make_denial(uint64_t seq)
{
	struct debar_event event = {
		.seq = seq,
		.time_ns = BEGIN_NS + seq * NS,
		.reason = DEBAR_REASON_BAN,
		.mode = DEBAR_MODE_ENFORCE,
		.verdict = DEBAR_VERDICT_DENY,
		.kind = DEBAR_KIND_EXEC,
		.action = DEBAR_ACTION_DENY,
		.pid = 100, .ppid = 1, .uid = 1000, .auid = UINT32_MAX,
		.comm = "bash", .path = "/opt/agent", .inode = 17, .file_size = 5,
		.sha256 = { 0xaa, 0xbb }, .policy = "base", .serial = 12,
		.vendor = "Corp", .product = "Agent", .release = "1.0", .authority = "L",
	};

	return event;
}

static inline void place_append(struct place *place, const struct debar_event *event)
{
	int err = evidence_begin(place->evidence);

	if (!err)
		err = evidence_append_event(place->evidence, 1, event);
	if (!err)
		err = evidence_commit(place->evidence);
	if (err)
		fail_msg("%s", evidence_error(place->evidence));
}

/* Denials with these numbers, one transaction. */
static inline void place_fill(struct place *place, uint64_t first, uint64_t last)
{
	assert_int_equal(evidence_begin(place->evidence), 0);
	for (; first <= last; first++) {
		struct debar_event event = make_denial(first);

		assert_int_equal(evidence_append_event(place->evidence, 1, &event), 0);
	}
	assert_int_equal(evidence_commit(place->evidence), 0);
}

#endif
