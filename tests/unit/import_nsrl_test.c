// SPDX-License-Identifier: GPL-2.0-only
/*
 * Importing NSRL databases, good ones and hostile ones.
 */
#include <sqlite3.h>

#include "import_test.h"

/* The tables, as far as they are read. */
#define MFG	"CREATE TABLE MFG (manufacturer_id INTEGER, name VARCHAR);" \
		"INSERT INTO MFG VALUES (1, 'Example Corp'), (2, 'Other');"
#define PKG	"CREATE TABLE PKG (package_id INTEGER, manufacturer_id INTEGER);" \
		"INSERT INTO PKG VALUES (10, 1), (20, 2);"
#define FILE_TABLE \
		"CREATE TABLE FILE (sha256 VARCHAR, file_name VARCHAR, file_size, " \
		"package_id INTEGER);"
#define ROW(sha, name, size) \
		"INSERT INTO FILE VALUES ('" sha "', " name ", " size ", 10);"
#define ALL	MFG PKG FILE_TABLE

static struct scratch scratch;

static const char *make(const char *name, const char *sql)
{
	const char *path = scratch_path(&scratch, name);
	char *message = NULL;
	sqlite3 *db;

	unlink(path);
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
	return path;
}

static int run(const char *path, const char *manufacturer, struct import_result *result)
{
	return import_path("nsrl", path, false, &manufacturer, 1, result);
}

static void test_file(void **state)
{
	struct import_result result;
	char sql[8192], list[4096];
	size_t n;
	FILE *file;

	(void)state;
	file = fopen(source_path("tests/unit/import/nsrl.sql"), "r");
	assert_non_null(file);
	n = fread(sql, 1, sizeof(sql) - 1, file);
	sql[n] = '\0';
	fclose(file);
	file = fopen(source_path("tests/unit/import/nsrl.sql.list"), "r");
	assert_non_null(file);
	n = fread(list, 1, sizeof(list) - 1, file);
	list[n] = '\0';
	fclose(file);
	assert_int_equal(run(make("nsrl.sql", sql), "example*", &result), 0);
	assert_string_equal(result.list, list);
	assert_true(import_has_reason(&result.ignored, "digests of the empty file"));
	import_result_free(&result);
	assert_int_equal(run(scratch_path(&scratch, "nsrl.sql"), "Example Labs", &result), 0);
	assert_int_equal(result.n_taken, 1);
	import_result_free(&result);
}

static const struct {
	const char *sql;
	const char *error;	/* NULL: it has one row */
} databases[] = {
	{ ALL ROW(A, "'a'", "5"), NULL },
	{ ALL ROW(A, "NULL", "NULL"), NULL },
	{ ALL ROW(UPPER, "'a'", "5") ROW(LOWER, "'a'", "5"), NULL },
	/* An index on the packages makes it faster and changes nothing. */
	{ ALL ROW(A, "'a'", "5") "CREATE INDEX i ON FILE (package_id);", NULL },
	{ ALL ROW(MD5, "'a'", "5"), "FILE row 1: a digest of 'SHA-256' has 64" },
	{ ALL ROW("", "'a'", "5"), "FILE row 1: the digest is missing" },
	{ ALL "INSERT INTO FILE VALUES (NULL, 'a', 5, 10);", "the sha256 is no text" },
	{ ALL "INSERT INTO FILE VALUES (x'00', 'a', 5, 10);", "the sha256 is no text" },
	{ ALL "INSERT INTO FILE VALUES (5, 'a', 5, 10);", "a digest of 'SHA-256' has 64" },
	{ ALL "INSERT INTO FILE VALUES (CAST(x'00' AS TEXT), 'a', 5, 10);", "is not a digest" },
	{ ALL ROW(A, "'a'", "-5"), "less than 0" },
	{ ALL ROW(A, "'a'", "'5'"), "no whole number" },
	{ ALL ROW(A, "'a'", "5.5"), "no whole number" },
	{ ALL ROW(A, "'a'", "0"), "the size is 0" },
	{ ALL ROW(A, "'a'", "5") ROW(A, "'a'", "6"), "another size further up" },
	{ ALL, "" },
	{ MFG PKG, "there is no table FILE" },
	{ PKG FILE_TABLE, "there is no table MFG" },
	{ "", "no SQLite database" },
	{ MFG PKG "CREATE TABLE FILE (x);", "no such column" },
	{ "CREATE TABLE MFG (manufacturer_id, name);" PKG FILE_TABLE, "no manufacturer" },
	/* Views and virtual tables run what their author wants. */
	{ MFG PKG "CREATE TABLE T (sha256, file_name, file_size, package_id);"
	  "CREATE VIEW FILE AS SELECT * FROM T;", "FILE is no table but computed" },
	{ MFG PKG "CREATE VIEW FILE AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
	  "FROM n) SELECT hex(i) AS sha256, '' AS file_name, 1 AS file_size, 10 AS package_id "
	  "FROM n;", "FILE is no table but computed" },
	{ MFG PKG "CREATE VIRTUAL TABLE FILE USING fts5(sha256, file_name, file_size, "
	  "package_id);", "FILE is no table but computed" },
	{ PKG FILE_TABLE "CREATE VIEW MFG AS SELECT 1 AS manufacturer_id, 'Example Corp' AS name;",
	  "MFG is no table but computed" },
	/* And so do columns that are computed. */
	{ MFG PKG "CREATE TABLE FILE (sha256 AS (hex(zeroblob(32))), file_name, file_size, "
	  "package_id);" "INSERT INTO FILE VALUES ('a', 5, 10);", "FILE has a column that is computed" },
	{ MFG PKG "CREATE TABLE FILE (sha256, file_name AS (hex(zeroblob(9))), "
	  "file_size, package_id);" "INSERT INTO FILE VALUES ('" A "', 5, 10);",
	  "FILE has a column that is computed" },
};

static void test_databases(void **state)
{
	struct import_result result;
	size_t i;
	int error;

	(void)state;
	for (i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		const char *wanted = databases[i].error;
		const struct policy_diagnostic *first;

		error = run(make("db", databases[i].sql), "Example Corp", &result);
		first = result.diagnostics.n > 0 ? &result.diagnostics.list[0] : NULL;
		if (wanted ? error != -EBADMSG || (*wanted && !first) ||
			     (*wanted && !strstr(first->message, wanted)) :
			     error != 0 || result.n_taken != 1) {
			import_print(&result, databases[i].sql);
			fail_msg("another outcome (%d) than wanted", error);
		}
		import_result_free(&result);
	}
}

/* A value that does not fit into the memory that SQLite is given. */
static void test_heap(void **state)
{
	struct import_result result;

	(void)state;
	assert_int_equal(run(make("big", ALL "INSERT INTO FILE VALUES (CAST(zeroblob(50000000) AS "
				  "TEXT), 'a', 5, 10);"), "Example Corp", &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "too big"));
	import_result_free(&result);
}

/* Whatever byte is wrong: an answer, no crash, and never another process's file. */
static void test_damaged(void **state)
{
	static char data[65536];
	struct import_result result;
	size_t length, i;
	FILE *file;
	int error;

	(void)state;
	file = fopen(make("whole", ALL ROW(A, "'a'", "5") ROW(B, "'b'", "6")), "r");
	length = fread(data, 1, sizeof(data), file);
	fclose(file);
	for (i = 0; i < length; i += i < 100 ? 1 : 251) {
		data[i] ^= 0xff;
		error = run(scratch_write(&scratch, "damaged", data, length), "Example Corp",
			    &result);
		assert_true(error == 0 || error == -EBADMSG);
		import_result_free(&result);
		data[i] ^= 0xff;
		/* Cut off in the middle. */
		error = run(scratch_write(&scratch, "damaged", data, i), "Example Corp",
			    &result);
		assert_int_equal(error, -EBADMSG);
		assert_int_equal(result.diagnostics.n_errors, 1);
		import_result_free(&result);
	}
}

static void test_other_files(void **state)
{
	struct import_result result;
	const char *path;

	(void)state;
	assert_int_equal(run(scratch_text(&scratch, "rds2", "\"SHA-1\",\"MD5\",\"CRC32\"\n"),
			     "x", &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "RDSv2 has no SHA-256"));
	import_result_free(&result);
	assert_int_equal(run(scratch_text(&scratch, "delta", "BEGIN;\nINSERT INTO FILE ...\n"),
			     "x", &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "a delta (.sql)"));
	import_result_free(&result);
	/* Somebody's transaction is not over. */
	path = make("busy", ALL ROW(A, "'a'", "5"));
	scratch_text(&scratch, "busy-wal", "x");
	assert_int_equal(run(path, "Example Corp", &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "'-wal'"));
	import_result_free(&result);
	assert_int_equal(unlink(scratch_path(&scratch, "busy-wal")), 0);
	assert_int_equal(run(path, "Nobody", &result), -EBADMSG);
	assert_non_null(strstr(result.diagnostics.list[0].message, "no manufacturer"));
	import_result_free(&result);
}

static int interrupt(uint64_t done, void *data)
{
	(void)done;
	return ++*(unsigned int *)data > 3 ? -EINTR : 0;
}

/* A signal is noticed although no row comes out. */
static void test_interrupt(void **state)
{
	static const char *const manufacturers[] = { "Example Corp" };
	unsigned int n = 0;
	const struct import_options options = {
		.path = "db", .manufacturers = manufacturers, .n_manufacturers = 1,
		.progress = interrupt, .progress_data = &n,
	};
	struct import_result result;
	int fd;

	(void)state;
	fd = open(make("slow", ALL "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
		       "WHERE i < 100000) INSERT INTO FILE SELECT '" A "', 'a', 5, 20 FROM n;"),
		  O_RDONLY);
	assert_int_equal(import_run(import_format_find("nsrl"), fd, &options, &result), -EINTR);
	assert_null(result.list);
	assert_int_equal(result.diagnostics.n, 0);
	import_result_free(&result);
	close(fd);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_databases),
		cmocka_unit_test(test_heap),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests_name("import_nsrl", tests, setup, teardown);
}
