// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store: append, read, and what does not fit or is not one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "evidence.h"
#include "event_body.h"
#include "facts.h"

/* SHA-256 of 32 zero bytes, 1, 3, 0, 5, 1 "k", 2 "{}", as docs/evidence.md has it. */
static void test_hash(void **state)
{
	/* printf '%064d' 0 | xxd -r -p; then the numbers, with sha256sum */
	static const char expected[] = "19d2aad814aa87d2caba372d01938853de68a7d5bcc7e8377c788c2aba358a99";
	const struct evidence_record record = {
		.id = 1, .epoch = 3, .time_ns = 5, .kind = "k", .body = "{}", .body_length = 2,
	};
	uint8_t hash[EVIDENCE_HASH] = { 0 };
	char hex[2 * EVIDENCE_HASH + 1];
	size_t i;

	(void)state;
	assert_int_equal(evidence_chain_hash(hash, &record, hash), 0);
	for (i = 0; i < sizeof(hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	assert_string_equal(hex, expected);
}

static int keep_record(const struct evidence_record *record, void *data)
{
	struct debar_event *events = data;
	size_t n = 0;

	while (events[n].seq)
		n++;
	return evidence_event_decode(record, &events[n]);
}

static void expect_same(const struct debar_event *event)
{
	const struct evidence_query all = { 0 };
	struct debar_event *events = calloc(4, sizeof(*events));
	struct place place;

	place_begin(&place);
	place_append(&place, event);
	assert_int_equal(evidence_each(place.evidence, &all, keep_record, events), 0);
	assert_int_equal(events[1].seq, 0);
	assert_memory_equal(events, event, sizeof(*event));
	expect_proven(&place);
	place_end(&place);
	free(events);
}

static void test_events_come_back(void **state)
{
	struct debar_event event = make_denial(1);

	(void)state;
	expect_same(&event);
	event.auid = 0;
	event.excepted = true;
	event.verdict = DEBAR_VERDICT_OBSERVE;
	event.path_truncated = true;
	event.inode = UINT64_MAX;
	event.file_size = INT64_MAX;
	event.dev_major = 8;
	expect_same(&event);

	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_UNREADABLE,
		.kind = DEBAR_KIND_MMAP, .verdict = DEBAR_VERDICT_ALLOW, .path = "",
		.comm = "x", .error = EIO, .auid = 5,
	};
	expect_same(&event);
	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_GAP,
		.kind = DEBAR_KIND_KEXEC, .error = ENOMEM, .comm = "x",
	};
	expect_same(&event);
	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_START, .comm = "insmod",
		.version = "0.1.0", .off = true,
	};
	expect_same(&event);
	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_POLICY_REPLACE,
		.comm = "debar", .policy = "base", .serial = UINT64_MAX, .old_serial = 11,
		.sha256 = { 1 }, .n_bans = 4000000000u,
	};
	expect_same(&event);
	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_POLICY_REJECT,
		.comm = "debar", .sha256 = { 2 }, .error = EBADMSG, .text = "the image is short",
	};
	expect_same(&event);
	event = (struct debar_event){
		.seq = 9, .time_ns = BEGIN_NS, .reason = DEBAR_REASON_MODE, .comm = "debar",
		.mode = DEBAR_MODE_ENFORCE, .old_mode = DEBAR_MODE_PERMISSIVE,
	};
	expect_same(&event);
	event.reason = DEBAR_REASON_SEAL;
	event.old_mode = 0;
	expect_same(&event);
}

static void test_hostile_bytes_come_back(void **state)
{
	static const char *const hostile[] = {
		"/opt/a\nb", "/opt/\"q\"", "/opt/\033[31m", "/opt/\xff\xfe", "=1+1", "<b>&amp;",
		"\\x41", "\xc3\x28", "\xed\xa0\x80", "/opt/\xf0\x9f\x92\xa9", "\177", " ",
	};
	struct debar_event event;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		event = make_denial(1);
		strncpy(event.path, hostile[i], sizeof(event.path) - 1);
		strncpy(event.comm, hostile[i], sizeof(event.comm) - 1);
		strncpy(event.vendor, hostile[i], sizeof(event.vendor) - 1);
		expect_same(&event);
	}
	event = make_denial(1);
	memset(event.path, '\xff', sizeof(event.path) - 1);
	expect_same(&event);
	memset(event.path, '\n', sizeof(event.path) - 1);
	expect_same(&event);
}

/* A body that is altered is an error, never an event that never was. */
static void test_bodies_that_are_none(void **state)
{
	static const char *const bodies[] = {
		"", "[]", "{}", "{\"reason\":\"ban\"}", "{\"mode\":\"enforce\",\"reason\":\"x\"}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"pid\":-1}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"pid\":4294967296}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"serial\":\"1x\"}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"comm_hex\":\"f\"}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"comm_hex\":\"00\"}",
		"{\"mode\":\"enforce\",\"reason\":\"seal\",\"sha256\":\"aa\"}",
		"{\"mode\":\"enforce\",\"reason\":\"gap\"}",
	};
	struct evidence_record record = { .seq = 1, .kind = "event" };
	struct debar_event event;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		record.body = bodies[i];
		record.body_length = strlen(bodies[i]);
		if (evidence_event_decode(&record, &event) != -EBADMSG)
			fail_msg("taken for an event: %s", bodies[i]);
	}
	record.body = "{\"mode\":\"enforce\",\"reason\":\"seal\"}";
	record.body_length = strlen(record.body);
	assert_int_equal(evidence_event_decode(&record, &event), 0);
}

/* What was not committed was never there. */
static void test_rollback(void **state)
{
	struct debar_event event = make_denial(1);
	uint8_t before[EVIDENCE_HASH], after[EVIDENCE_HASH];
	struct place place;
	int64_t id;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	evidence_head(place.evidence, &id, before);
	assert_int_equal(id, 3);
	event.seq = 4;
	strcpy(event.path, "/never");
	assert_int_equal(evidence_begin(place.evidence), 0);
	assert_int_equal(evidence_append_event(place.evidence, 1, &event), 0);
	evidence_rollback(place.evidence);
	evidence_head(place.evidence, &id, after);
	assert_int_equal(id, 3);
	assert_memory_equal(before, after, sizeof(before));
	/* Killed in the middle: the same. */
	assert_int_equal(evidence_begin(place.evidence), 0);
	assert_int_equal(evidence_append_event(place.evidence, 1, &event), 0);
	place_close(&place);
	place_open(&place);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM file"), 1);
	place_fill(&place, 4, 5);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM record"), 5);
	assert_int_equal(place_count(&place, "SELECT sum(n) FROM tally"), 5);
	expect_proven(&place);
	place_end(&place);
}

static void test_query(void **state)
{
	struct evidence_query query = { 0 };
	struct debar_event *events = calloc(16, sizeof(*events));
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 9);
	query.since_ns = BEGIN_NS + 3 * NS;
	query.until_ns = BEGIN_NS + 6 * NS;
	assert_int_equal(evidence_each(place.evidence, &query, keep_record, events), 0);
	assert_int_equal(events[0].seq, 3);
	assert_int_equal(events[2].seq, 5);
	assert_int_equal(events[3].seq, 0);
	memset(events, 0, 16 * sizeof(*events));
	query = (struct evidence_query){ .since_ns = BEGIN_NS + 60 * NS };
	assert_int_equal(evidence_each(place.evidence, &query, keep_record, events), 0);
	query = (struct evidence_query){ .until_ns = 1 };
	assert_int_equal(evidence_each(place.evidence, &query, keep_record, events), 0);
	query = (struct evidence_query){ .kind = "watch" };
	assert_int_equal(evidence_each(place.evidence, &query, keep_record, events), 0);
	assert_int_equal(events[0].seq, 0);
	query = (struct evidence_query){ .first_id = 9, .kind = "event" };
	assert_int_equal(evidence_each(place.evidence, &query, keep_record, events), 0);
	assert_int_equal(events[0].seq, 9);
	assert_int_equal(events[1].seq, 0);
	free(events);
	place_end(&place);
}

/* Two writers would make two chains. */
static void test_lock(void **state)
{
	struct evidence *other;
	struct place place;

	(void)state;
	place_begin(&place);
	assert_int_equal(evidence_open_write(place.path, &other), -EBUSY);
	assert_string_equal(evidence_error(other), "another debard has it");
	evidence_close(other);
	/* Reading is free. */
	place_fill(&place, 1, 1);
	expect_proven(&place);
	place_close(&place);
	place_open(&place);
	place_end(&place);
}

static void test_reading_changes_nothing(void **state)
{
	struct evidence *evidence;
	struct stat before, after;
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_close(&place);
	assert_int_equal(stat(place.path, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	expect_proven(&place);
	assert_int_equal(evidence_open(place.path, &evidence), 0);
	assert_int_not_equal(evidence_run(evidence, "DELETE FROM record"), 0);
	evidence_close(evidence);
	assert_int_equal(stat(place.path, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	assert_int_equal(before.st_size, after.st_size);
	place_end(&place);
}

/* Each is told apart from the others. */
static void test_what_is_no_store(void **state)
{
	struct evidence *evidence;
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_close(&place);
	assert_int_equal(evidence_open(scratch_path(&place.scratch, "absent"), &evidence),
			 -ENOENT);
	evidence_close(evidence);
	assert_int_equal(evidence_open(place.scratch.path, &evidence), -EINVAL);
	evidence_close(evidence);
	scratch_text(&place.scratch, "text", "this is not a database, and it is long enough to "
		     "have a header that could be one, one hundred bytes at the least, yes");
	assert_int_equal(evidence_open(scratch_path(&place.scratch, "text"), &evidence),
			 -EBADMSG);
	evidence_close(evidence);
	assert_int_equal(evidence_open_write(scratch_path(&place.scratch, "text"), &evidence),
			 -EBADMSG);
	evidence_close(evidence);
	scratch_text(&place.scratch, "empty", "");
	assert_int_equal(evidence_open(scratch_path(&place.scratch, "empty"), &evidence),
			 -EBADMSG);
	evidence_close(evidence);
	place_sql(&place, "PRAGMA user_version = 2");
	assert_int_equal(evidence_open_write(place.path, &evidence), -EPROTO);
	evidence_close(evidence);
	place_sql(&place, "PRAGMA user_version = 1; DELETE FROM record WHERE id = 3");
	assert_int_equal(evidence_open_write(place.path, &evidence), -EBADMSG);
	evidence_close(evidence);
	place_sql(&place, "DROP TABLE anchor");
	assert_int_equal(evidence_open_write(place.path, &evidence), -EBADMSG);
	evidence_close(evidence);
	place_end(&place);
}

/* Whatever somebody added to the schema, only what is here runs. */
static void test_trigger(void **state)
{
	struct debar_event event = make_denial(4);
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_close(&place);
	place_sql(&place, "CREATE TRIGGER t AFTER INSERT ON record BEGIN"
			  " DELETE FROM hit WHERE record = 1; END");
	place_open(&place);
	place_append(&place, &event);
	assert_int_equal(place_count(&place, "SELECT count(*) FROM hit"), 4);
	place_end(&place);
}

static void test_set_aside(void **state)
{
	struct place place;
	char *name;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 2);
	/* As a power cut leaves it. */
	scratch_text(&place.scratch, "evidence.db-wal", "log");
	assert_int_equal(evidence_set_aside(place.path, BEGIN_NS, &name), 0);
	assert_non_null(strstr(name, "/evidence.db.corrupt-20270115T080000Z"));
	assert_int_equal(access(name, F_OK), 0);
	assert_int_not_equal(access(place.path, F_OK), 0);
	assert_int_not_equal(access(scratch_path(&place.scratch, "evidence.db-wal"), F_OK), 0);
	free(name);
	place_close(&place);
	place_open(&place);
	assert_int_equal(evidence_set_aside(place.path, BEGIN_NS, &name), 0);
	assert_non_null(strstr(name, "Z-2"));
	free(name);
	place_end(&place);
}

/* No room: nothing is stored, and it goes on when there is some again. */
static void fill_up(struct place *place, void (*limit)(struct place *place, bool on))
{
	struct debar_event event = make_denial(0);
	uint64_t seq = 0;
	int err = 0;

	limit(place, true);
	while (!err && seq < 20000) {
		event.seq++;
		snprintf(event.path, sizeof(event.path), "/opt/%04000lu", (long)event.seq);
		err = evidence_begin(place->evidence);
		if (!err)
			err = evidence_append_event(place->evidence, 1, &event);
		if (err)
			evidence_rollback(place->evidence);
		else
			err = evidence_commit(place->evidence);
		seq += !err;
	}
	if (err != -ENOSPC)
		fail_msg("%d: %s", err, evidence_error(place->evidence));
	limit(place, false);
	assert_true(seq > 0);
	assert_int_equal(place_count(place, "SELECT max(seq) FROM record"), seq);
	event = make_denial(seq + 1);
	place_append(place, &event);
	assert_int_equal(place_count(place, "SELECT count(*) FROM record"), seq + 1);
	expect_proven(place);
}

static void limit_pages(struct place *place, bool on)
{
	assert_int_equal(evidence_run(place->evidence, on ? "PRAGMA max_page_count = 60" :
							    "PRAGMA max_page_count = 100000"),
			 0);
}

static void limit_file_size(struct place *place, bool on)
{
	struct rlimit limit;

	(void)place;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = on ? 300000 : limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

static void test_no_room(void **state)
{
	struct place place;

	(void)state;
	place_begin(&place);
	fill_up(&place, limit_pages);
	place_end(&place);
	place_begin(&place);
	fill_up(&place, limit_file_size);
	place_end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_events_come_back),
		cmocka_unit_test(test_hostile_bytes_come_back),
		cmocka_unit_test(test_bodies_that_are_none),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_reading_changes_nothing),
		cmocka_unit_test(test_what_is_no_store),
		cmocka_unit_test(test_trigger),
		cmocka_unit_test(test_set_aside),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests_name("evidence_store", tests, NULL, NULL);
}
