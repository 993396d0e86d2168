// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores and exports of somebody who can write the file, and so compute every hash:
 * numbers at the end of their range, and what a reader might overlook.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "evidence.h"
#include "history.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* Return: what is broken about an export, or "". */
static const char *verify_export(const char *text, size_t length)
{
	static struct evidence_proof proof;
	FILE *stream = fmemopen((void *)text, length, "r");

	keep_input("export", text, length);
	assert_int_equal(evidence_verify_export(stream, NULL, &proof), 0);
	fclose(stream);
	assert_true(proof.broken || !*proof.what);
	return proof.what;
}

/* An export of nothing that begins at an id. */
static const char *verify_first(const char *first)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "{\"schema\":\"debar-evidence-export/1\",\"count\":0,"
			 "\"first_id\":%s,\"last_id\":0,\"previous_hash\":\"" ZEROS "\","
			 "\"head_hash\":\"" ZEROS "\"}\n", first);

	return verify_export(text, n);
}

static void test_first_id(void **state)
{
	(void)state;
	assert_string_equal(verify_first("0"), "");
	assert_string_equal(verify_first("4611686018427387903"), "");
	assert_non_null(strstr(verify_first("4611686018427387904"), "is not a manifest"));
	assert_non_null(strstr(verify_first("\"9223372036854775807\""), "is not a manifest"));
	assert_non_null(strstr(verify_first("\"18446744073709551615\""), "is not a manifest"));
	assert_non_null(strstr(verify_first("-1"), "is not a manifest"));
}

/* Who reads the file sees more than what was proven. */
static void test_hidden(void **state)
{
	char text[4096] = "", *line;
	struct evidence_query query = { 0 };
	struct place place;
	FILE *stream;
	size_t length;
	uint64_t n;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	stream = fmemopen(text, sizeof(text) - 64, "w");
	assert_int_equal(evidence_export(place.evidence, &query, stream, &n), 0);
	fclose(stream);
	assert_int_equal(n, 3);
	length = strlen(text);
	assert_string_equal(verify_export(text, length), "");
	/* At the end of the second line. */
	line = strchr(strchr(text, '\n') + 1, '\n');
	memmove(line + 5, line, length - (line - text) + 1);
	memcpy(line, "\0junk", 5);
	assert_string_equal(verify_export(text, length + 5), "line 2 is not JSON");
	place_end(&place);
}

/* The number of records that retention took. */
static void test_pruned(void **state)
{
	static const char *const numbers[] = {
		"-1", "-9223372036854775808", "9223372036854775807", "4611686018427387904",
	};
	struct evidence_proof proof;
	struct place place;
	char sql[80];
	size_t i;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_close(&place);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(sql, sizeof(sql), "UPDATE anchor SET pruned = %s", numbers[i]);
		place_sql(&place, sql);
		place_verify(&place, &proof);
		assert_true(proof.broken);
		assert_non_null(strstr(proof.what, numbers[i]));
	}
	place_sql(&place, "UPDATE anchor SET pruned = 0");
	expect_proven(&place);
	place_end(&place);
}

struct seen {
	enum history_kind kind;
	int64_t jump_ns;
	size_t n;
};

static int note(const struct history_record *record, void *data)
{
	struct seen *seen = data;

	seen->kind = record->kind;
	seen->jump_ns = record->jump_ns;
	seen->n++;
	return 0;
}

/* What a report reads of one record with this kind and body. Return: err. */
static int read_one(const char *kind, const char *body, struct seen *ret_seen,
		    struct history_error *ret_error)
{
	struct history *history;
	struct place place;
	char sql[512];
	int err;

	memset(ret_seen, 0, sizeof(*ret_seen));
	memset(ret_error, 0, sizeof(*ret_error));
	place_begin(&place);
	place_close(&place);
	snprintf(sql, sizeof(sql), "INSERT INTO record VALUES(1, 1, NULL, 5, '%s', '%s',"
		 " zeroblob(32))", kind, body);
	place_sql(&place, sql);
	assert_int_equal(history_open(place.path, &history, ret_error), 0);
	err = history_records(history, note, ret_seen, ret_error);
	history_close(history);
	place_end(&place);
	return err;
}

static void test_clock(void **state)
{
	static const struct {
		const char *body;
		int64_t jump_ns;
	} rows[] = {
		{ "{\"jump_ns\":5}", 5 },
		{ "{\"jump_ns\":5,\"backwards\":true}", -5 },
		{ "{\"jump_ns\":\"9223372036854775808\",\"backwards\":true}", -INT64_MAX },
		{ "{\"jump_ns\":\"18446744073709551615\"}", INT64_MAX },
		{ "{\"jump_ns\":-5}", 0 },
		{ "{}", 0 },
	};
	struct history_error error;
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_one("clock", rows[i].body, &seen, &error), 0);
		assert_int_equal(seen.n, 1);
		assert_int_equal(seen.kind, HISTORY_CLOCK);
		assert_int_equal(seen.jump_ns, rows[i].jump_ns);
	}
}

/* What is no object is told, and nobody is handed it. */
static void test_bodies(void **state)
{
	static const char *const bodies[] = { "", "x", "[]", "5", "null", "{\"a\":", "\"{}\"" };
	struct history_error error;
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(read_one("status", bodies[i], &seen, &error), -EBADMSG);
		assert_string_equal(error.text, "record 1 is not what it should be");
		assert_int_equal(seen.n, 0);
	}
	/* A kind that is not known here says only that somebody listened. */
	assert_int_equal(read_one("later", "{}", &seen, &error), 0);
	assert_int_equal(seen.kind, HISTORY_ALIVE);
}

/* Ids from one end of the range to the other. */
static void test_bounds(void **state)
{
	struct history_bounds bounds;
	struct history_error error;
	struct history *history;
	struct place place;

	(void)state;
	place_begin(&place);
	place_fill(&place, 1, 3);
	place_close(&place);
	place_sql(&place, "UPDATE record SET id = 9223372036854775807 WHERE id = 3;"
			  " UPDATE record SET id = -9223372036854775807 WHERE id = 1");
	assert_int_equal(history_open(place.path, &history, &error), 0);
	assert_int_equal(history_bounds(history, &bounds, &error), 0);
	assert_true(bounds.n_records == UINT64_MAX);
	assert_int_equal(bounds.first_ns, BEGIN_NS + NS);
	assert_int_equal(bounds.last_ns, BEGIN_NS + 3 * NS);
	history_close(history);
	place_end(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_id),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_pruned),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("evidence_hostile", tests, NULL, NULL);
}
