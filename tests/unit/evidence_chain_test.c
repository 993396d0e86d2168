// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chain: whatever was altered is found, at its record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "evidence.h"
#include "prune.h"

static void expect_broken(const struct place *place, int64_t id, const char *what)
{
	struct evidence_proof proof;

	place_verify(place, &proof);
	if (!proof.broken)
		fail_msg("taken for whole, and record %ld: %s", (long)id, what);
	if (proof.broken_id != id || !strstr(proof.what, what))
		fail_msg("record %ld: %s; and not record %ld: %s", (long)proof.broken_id,
			 proof.what, (long)id, what);
}

static void save_epoch(struct place *place, struct evidence_epoch *epoch, uint64_t last_seq)
{
	epoch->last_seq = last_seq;
	assert_int_equal(evidence_begin(place->evidence), 0);
	assert_int_equal(evidence_epoch_save(place->evidence, epoch), 0);
	assert_int_equal(evidence_commit(place->evidence), 0);
}

/* An epoch, 20 denials, one that could not be judged, one of the watch. */
static void make_history(struct place *place)
{
	static const struct evidence_load load = { .boot_id = "b", .loaded_ns = BEGIN_NS };
	struct evidence_epoch epoch = { .load = load, .started_ns = BEGIN_NS };
	struct debar_event event;

	place_begin(place);
	assert_int_equal(evidence_begin(place->evidence), 0);
	assert_int_equal(evidence_epoch_begin(place->evidence, &epoch, NULL,
					      (const uint8_t[EVIDENCE_HASH]){ 0 }), 0);
	assert_int_equal(evidence_commit(place->evidence), 0);
	place_fill(place, 1, 20);
	event = make_denial(21);
	event.reason = DEBAR_REASON_BUSY;
	place_append(place, &event);
	event = make_denial(22);
	event.reason = DEBAR_REASON_SEAL;
	place_append(place, &event);
	assert_int_equal(evidence_begin(place->evidence), 0);
	assert_int_equal(evidence_append(place->evidence, 1, BEGIN_NS, "lost",
					 evidence_lost_body(23, 40)), 0);
	assert_int_equal(evidence_commit(place->evidence), 0);
	place_fill(place, 41, 42);
	save_epoch(place, &epoch, 42);
	place_close(place);
}

static void test_whole(void **state)
{
	struct evidence_proof proof;
	struct place place;

	(void)state;
	make_history(&place);
	place_verify(&place, &proof);
	assert_false(proof.broken);
	assert_int_equal(proof.first, 1);
	assert_int_equal(proof.last, 26);
	assert_int_equal(proof.n, 26);
	assert_int_equal(proof.n_events, 24);
	assert_int_equal(proof.n_lost, 18);
	place_end(&place);
	/* One that is empty is whole. */
	place_begin(&place);
	expect_proven(&place);
	place_end(&place);
}

/* The table that says where debard goes on, and an epoch that goes on elsewhere. */
static void test_epochs(void **state)
{
	static const char *const altered[] = {
		"UPDATE epoch SET last_seq = 43", "UPDATE epoch SET last_seq = 41",
		"UPDATE epoch SET boot_id = 'c'", "UPDATE epoch SET loaded_ns = loaded_ns + 1",
		"DELETE FROM epoch", "INSERT INTO epoch SELECT id + 1, boot_id, loaded_ns,"
		" started_ns, alive_ns, ended_ns, last_seq, offset_ns FROM epoch",
	};
	struct evidence_epoch epoch = {
		.load = { .boot_id = "b", .loaded_ns = BEGIN_NS }, .started_ns = BEGIN_NS,
	};
	struct evidence_proof proof;
	struct place place;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(altered) / sizeof(altered[0]); i++) {
		make_history(&place);
		place_sql(&place, altered[i]);
		place_verify(&place, &proof);
		if (!proof.broken || !strstr(proof.what, "table epoch"))
			fail_msg("%s: %s", altered[i], proof.broken ? proof.what : "proven");
		place_end(&place);
	}
	/* debard was made to pass over ten events. */
	make_history(&place);
	place_sql(&place, "UPDATE epoch SET last_seq = 52");
	place_open(&place);
	assert_int_equal(evidence_begin(place.evidence), 0);
	assert_int_equal(evidence_epoch_begin(place.evidence, &epoch, NULL,
					      (const uint8_t[EVIDENCE_HASH]){ 0 }), 0);
	assert_int_equal(evidence_commit(place.evidence), 0);
	assert_int_equal(epoch.last_seq, 52);
	place_close(&place);
	place_verify(&place, &proof);
	assert_true(proof.broken);
	assert_non_null(strstr(proof.what, "goes on after event #52"));
	place_end(&place);
}

/* One byte, in each column, of the first, a middle and the last record. */
static void test_each_column(void **state)
{
	static const struct {
		const char *sql, *what;
	} rows[] = {
		{ "UPDATE record SET epoch = epoch + 1", "content" },
		{ "UPDATE record SET seq = coalesce(seq, 0) + 1", "content" },
		{ "UPDATE record SET time_ns = time_ns + 1", "content" },
		{ "UPDATE record SET kind = 'evenu'", "content" },
		{ "UPDATE record SET body = replace(body, '1', '2')", "content" },
		{ "UPDATE record SET hash = CAST(x'00' || substr(hash, 2) AS BLOB)"
		  "", "hash" },
		{ "UPDATE record SET hash = x'00'", "not whole" },
		{ "UPDATE record SET body = CAST(body AS BLOB)", "not whole" },
		{ "UPDATE record SET seq = 0", "not whole" },
		{ "DELETE FROM record", "" },
	};
	static const int ids[] = { 1, 2, 12, 26 };
	struct place place;
	char sql[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) {
			make_history(&place);
			snprintf(sql, sizeof(sql), "%s WHERE id = %d", rows[i].sql, ids[j]);
			place_sql(&place, sql);
			expect_broken(&place, ids[j], rows[i].what);
			place_end(&place);
		}
	}
	make_history(&place);
	place_sql(&place, "UPDATE record SET id = 100 WHERE id = 12");
	expect_broken(&place, 12, "record 13 stands where it should");
	place_end(&place);
}

/* Who swaps a hash with what belongs to it still breaks what follows. */
static void test_rehashed(void **state)
{
	struct place place;

	(void)state;
	make_history(&place);
	place_sql(&place, "UPDATE record SET body = (SELECT body FROM record WHERE id = 6),"
			  " hash = (SELECT hash FROM record WHERE id = 6) WHERE id = 5");
	expect_broken(&place, 5, "hash");
	place_end(&place);
	make_history(&place);
	place_sql(&place, "UPDATE anchor SET head_hash = zeroblob(32)");
	expect_broken(&place, 27, "its end was removed");
	place_end(&place);
	make_history(&place);
	place_sql(&place, "UPDATE anchor SET previous = x'01' || zeroblob(31)");
	expect_broken(&place, 1, "content");
	place_end(&place);
	make_history(&place);
	place_sql(&place, "DELETE FROM anchor");
	{
		struct evidence *evidence;

		assert_int_equal(evidence_open(place.path, &evidence), -EBADMSG);
		evidence_close(evidence);
	}
	place_end(&place);
}

/* What reports read is no less than the records. */
static void test_derived_tables(void **state)
{
	static const struct {
		const char *sql;
		int64_t id;
		const char *what;
	} rows[] = {
		{ "DELETE FROM hit WHERE record = 5", 5, "table hit" },
		{ "UPDATE hit SET uid = 0 WHERE record = 5", 5, "table hit" },
		{ "UPDATE hit SET outcome = 3 WHERE record = 5", 5, "table hit" },
		{ "UPDATE hit SET epoch = 7 WHERE record = 5", 5, "table hit" },
		{ "UPDATE subject SET vendor = x'41'", 2, "table hit" },
		{ "UPDATE file SET path = x'41' WHERE id = 1", 2, "table hit" },
		{ "UPDATE tally SET n = n - 1", 0, "table tally" },
		{ "DELETE FROM tally", 0, "table tally" },
		{ "INSERT INTO hit SELECT time_ns, 99, epoch, subject, file, uid, auid, kind,"
		  " reason, outcome FROM hit WHERE record = 5", 0, "table hit has 24 rows" },
	};
	struct place place;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_history(&place);
		place_sql(&place, rows[i].sql);
		expect_broken(&place, rows[i].id, rows[i].what);
		place_end(&place);
	}
}

/* An event that was never stored, in a chain that is right. */
static void test_missing_event(void **state)
{
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_fill(&place, 5, 6);
	expect_broken(&place, 4, "event #5 follows #3");
	place_end(&place);
}

/* A hash that was kept elsewhere tells a chain from one that was made anew. */
static void test_anchor(void **state)
{
	uint8_t head[EVIDENCE_HASH], other[EVIDENCE_HASH];
	struct evidence *evidence;
	struct evidence_proof proof;
	struct place place;
	int64_t id;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	evidence_head(place.evidence, &id, head);
	place_fill(&place, 4, 9);
	memcpy(other, head, sizeof(other));
	other[31] ^= 1;
	assert_int_equal(evidence_open(place.path, &evidence), 0);
	assert_int_equal(evidence_verify(evidence, head, &proof), 0);
	assert_false(proof.broken);
	assert_true(proof.anchored);
	assert_int_equal(proof.anchor, 3);
	assert_int_equal(evidence_verify(evidence, other, &proof), 0);
	assert_true(proof.broken);
	assert_false(proof.anchored);
	evidence_close(evidence);
	place_end(&place);
}

static void prune(struct place *place, uint64_t before_ns, uint64_t max_bytes, int64_t expected)
{
	struct evidence_retention retention = { before_ns, max_bytes };
	int64_t n, sum = 0;

	do {
		int err = evidence_prune(place->evidence, 1, BEGIN_NS + 1000 * NS, &retention, &n);

		if (err)
			fail_msg("%s", evidence_error(place->evidence));
		sum += n;
	} while (n);
	if (expected)
		assert_int_equal(sum, expected);
	expect_proven(place);
}

static void test_prune_by_age(void **state)
{
	struct place place;

	(void)state;
	make_history(&place);
	place_open(&place);
	prune(&place, BEGIN_NS, 0, 0);
	assert_int_equal(place_count(&place, "SELECT min(id) FROM record"), 1);
	/* The epoch and events 1 to 9. */
	prune(&place, BEGIN_NS + 10 * NS, 0, 10);
	assert_int_equal(place_count(&place, "SELECT min(id) FROM record"), 11);
	assert_int_equal(place_count(&place, "SELECT pruned FROM anchor"), 10);
	assert_int_equal(place_count(&place, "SELECT sum(n) FROM tally"), 14);
	/* What held then is still told. */
	assert_int_equal(place_count(&place, "SELECT count(*) FROM record WHERE kind = 'pruned'"
				     " AND json_extract(body, '$.state.epoch.id') = 1"
				     " AND json_extract(body, '$.state.epoch.body.boot_id') = 'b'"
				     " AND json_extract(body, '$.count') = 10"), 1);
	place_fill(&place, 43, 50);
	expect_proven(&place);
	/* Again, also over the record that says so; the last event stays. */
	prune(&place, UINT64_C(1) << 62, 0, 0);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM hit"), 1);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM file"), 1);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM record WHERE kind = 'pruned'"
				     " AND json_extract(body, '$.state.epoch.id') = 1"), 1);
	place_close(&place);
	place_open(&place);
	place_fill(&place, 51, 52);
	expect_proven(&place);
	/* And what is left is as well protected. */
	place_close(&place);
	place_sql(&place, "UPDATE anchor SET previous = zeroblob(32)");
	{
		struct evidence_proof proof;

		place_verify(&place, &proof);
		assert_true(proof.broken);
	}
	place_end(&place);
}

/* Sums of many hours, with a clock that goes back and forth. */
static void test_prune_sums(void **state)
{
	struct evidence_retention retention = { 0 };
	struct place place;
	uint32_t random = 1;
	int64_t n;
	int i;

	(void)state;
	place_begin(&place);
	assert_int_equal(evidence_begin(place.evidence), 0);
	for (i = 1; i <= 2000; i++) {
		struct debar_event event = make_denial(i);

		random = random * 1103515245 + 12345;
		event.time_ns = BEGIN_NS + (i / 200 * 1800 + random / 65536 % 3600) * NS;
		event.uid = random / 1048576 % 7;
		snprintf(event.path, sizeof(event.path), "/opt/%u", random / 524288 % 5);
		assert_int_equal(evidence_append_event(place.evidence, 1, &event), 0);
	}
	assert_int_equal(evidence_commit(place.evidence), 0);
	for (i = 1; i < 12; i++) {
		retention.before_ns = BEGIN_NS + i * 1000 * NS;
		assert_int_equal(evidence_prune(place.evidence, 1, BEGIN_NS + 40000 * NS,
						&retention, &n), 0);
		expect_proven(&place);
	}
	n = place_count(&place, "SELECT count(*) FROM hit");
	assert_in_range(n, 100, 1900);
	/* A sum that nothing is left of goes with it. */
	retention.before_ns = BEGIN_NS + 30000 * NS;
	assert_int_equal(evidence_prune(place.evidence, 1, BEGIN_NS + 40000 * NS, &retention,
					&n), 0);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM tally"), 0);
	expect_proven(&place);
	place_end(&place);
}

/* More than is removed at once, and the file shrinks. */
static void test_prune_by_size(void **state)
{
	uint64_t before, after;
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 30000);
	assert_int_equal(evidence_size(place.evidence, &before), 0);
	prune(&place, 0, before / 4, 0);
	assert_int_equal(evidence_size(place.evidence, &after), 0);
	assert_in_range(after, before / 8, before / 4);
	prune(&place, 0, before / 4, 0);
	place_end(&place);
}

/* The beginning cut off, and the anchor made to fit. */
static void test_cut_off(void **state)
{
	struct place place;

	(void)state;
	make_history(&place);
	place_sql(&place, "UPDATE anchor SET pruned = 5,"
			  " previous = (SELECT hash FROM record WHERE id = 5);"
			  "DELETE FROM hit WHERE record <= 5; DELETE FROM record WHERE id <= 5");
	expect_broken(&place, 6, "the 5 records before it went, and none says so");
	place_end(&place);
}

static void export_to(struct place *place, const char *name,
		      const struct evidence_query *query, uint64_t expected)
{
	FILE *stream = fopen(scratch_path(&place->scratch, name), "w");
	struct evidence *evidence;
	uint64_t n;

	assert_int_equal(evidence_open(place->path, &evidence), 0);
	assert_int_equal(evidence_export(evidence, query, stream, &n), 0);
	assert_int_equal(n, expected);
	evidence_close(evidence);
	assert_int_equal(fclose(stream), 0);
}

static void expect_export(const struct place *place, const char *name, bool whole,
			  const char *what)
{
	FILE *stream = fopen(scratch_path(&place->scratch, name), "r");
	struct evidence_proof proof;

	assert_int_equal(evidence_verify_export(stream, NULL, &proof), 0);
	fclose(stream);
	if (proof.broken == whole || (what && !strstr(proof.what, what)))
		fail_msg("%s: %d %s", name, proof.broken, proof.what);
}

static void alter(const struct place *place, const char *sed)
{
	char command[1024];

	snprintf(command, sizeof(command), "sed '%s' %s/export >%s/altered", sed,
		 place->scratch.path, place->scratch.path);
	assert_int_equal(system(command), 0);
}

static void test_export(void **state)
{
	struct evidence_query query = { 0 };
	struct debar_event event;
	struct place place;

	(void)state;
	make_history(&place);
	place_open(&place);
	event = make_denial(43);
	strcpy(event.path, "/\xff\n\"\\\033<b>=1\xe2\x82\xac\177");
	event.inode = UINT64_MAX;
	place_append(&place, &event);
	export_to(&place, "export", &query, 27);
	expect_export(&place, "export", true, NULL);
	query.since_ns = BEGIN_NS + 5 * NS;
	query.until_ns = BEGIN_NS + 9 * NS;
	export_to(&place, "part", &query, 19);
	expect_export(&place, "part", true, NULL);
	query.since_ns = BEGIN_NS + 100 * NS;
	query.until_ns = 0;
	export_to(&place, "none", &query, 0);
	expect_export(&place, "none", true, NULL);
	alter(&place, "5s/agent/agenT/");
	expect_export(&place, "altered", false, "content was altered");
	alter(&place, "5d");
	expect_export(&place, "altered", false, "stands where it should");
	alter(&place, "27d");
	expect_export(&place, "altered", false, "some were removed");
	alter(&place, "$d");
	expect_export(&place, "altered", false, "last line is not a manifest");
	alter(&place, "5s/.*/{}/");
	expect_export(&place, "altered", false, "line 5 is not a record");
	alter(&place, "5s/^/x/");
	expect_export(&place, "altered", false, "line 5 is not JSON");
	scratch_text(&place.scratch, "empty", "");
	expect_export(&place, "empty", false, "last line is not a manifest");
	place_end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_epochs),
		cmocka_unit_test(test_each_column),
		cmocka_unit_test(test_rehashed),
		cmocka_unit_test(test_derived_tables),
		cmocka_unit_test(test_missing_event),
		cmocka_unit_test(test_anchor),
		cmocka_unit_test(test_prune_by_age),
		cmocka_unit_test(test_prune_sums),
		cmocka_unit_test(test_prune_by_size),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_export),
	};

	return cmocka_run_group_tests_name("evidence_chain", tests, NULL, NULL);
}
