// SPDX-License-Identifier: GPL-2.0-only
/*
 * NSRL RDSv3, minimal set: an SQLite database with the tables FILE, PKG and MFG.
 * It is large (150 GB), so the files of the wanted manufacturers are filtered by
 * SQLite and never held.
 *
 * The database may be hostile: it is opened so that nothing can be written and no
 * code of its schema (views, triggers, functions, virtual tables) can run.
 */
#include <errno.h>
#include <fnmatch.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import_digest.h"
#include "import_formats.h"

/* SQLite's whole memory: pages, schema, the set of packages. */
#define HEAP_MAX	(128u << 20)
/* Operations of its virtual machine between two looks at the clock: about 1 ms. */
#define STEPS		100000
/* The head of a database: https://www.sqlite.org/fileformat.html, 1.3 */
#define MAGIC		"SQLite format 3"
#define HEAD_SIZE	100
#define HEAD_PAGE_SIZE	16	/* 2 bytes; 1 means 65536 */
#define HEAD_PAGES	28	/* 4 bytes */
/* Values: a file's name is the longest that is asked for. */
#define VALUE_MAX	(1 << 20)

struct nsrl {
	struct import *import;
	sqlite3 *db;
	uint64_t page;		/* bytes of a page of the database */
	uint64_t row;		/* that is looked at */
};

static void describe(const void *data, char *text, size_t size)
{
	const struct nsrl *nsrl = data;

	*text = '\0';
	if (nsrl->row > 0)
		snprintf(text, size, "FILE row %llu", (unsigned long long)nsrl->row);
}

/* Reports what SQLite says. */
static void fail(struct nsrl *nsrl)
{
	int code = sqlite3_errcode(nsrl->db);

	if (code == SQLITE_NOMEM) {
		import_error(nsrl->import, "SQLite needs more than %u MiB for it",
			     HEAP_MAX >> 20);
	} else if (code != SQLITE_INTERRUPT) {
		/* What it says may quote the schema. */
		const char *message = sqlite3_errmsg(nsrl->db);

		import_error(nsrl->import, "SQLite cannot read it: %s",
			     policy_quote(message, strlen(message)).text);
	}
	nsrl->import->stopped = true;
}

/* Told every now and then how much was read. */
static int on_steps(void *data)
{
	struct nsrl *nsrl = data;
	struct import *import = nsrl->import;
	int misses, highest, error;

	if (!import->options->progress)
		return 0;
	if (sqlite3_db_status(nsrl->db, SQLITE_DBSTATUS_CACHE_MISS, &misses, &highest,
			      0) == SQLITE_OK)
		import->done = nsrl->page * (unsigned int)misses;
	error = import->options->progress(import->done, import->options->progress_data);
	return error ? import_stop(import, error) : 0;
}

/* Reading tables is all that may happen, and writing to our own temporary ones. */
static int authorize(void *data, int action, const char *one, const char *two,
		     const char *database, const char *trigger)
{
	(void)data;
	(void)two;
	/* Nothing that a view or trigger does. */
	if (trigger)
		return SQLITE_DENY;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
		return SQLITE_OK;
	case SQLITE_INSERT:
		return database && strcmp(database, "temp") == 0 ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_PRAGMA:
		return strcmp(one, "table_xinfo") == 0 ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static uint32_t number_at(const char *head, size_t offset)
{
	const unsigned char *at = (const unsigned char *)head + offset;

	return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* SQLite reads what is missing of a page as zeros: rows would be lost in silence. */
static bool is_whole(struct nsrl *nsrl, const char *head)
{
	uint64_t page = number_at(head, HEAD_PAGE_SIZE) >> 16;
	struct stat st;

	if (fstat(nsrl->import->fd, &st)) {
		import_stop(nsrl->import, -errno);
		return false;
	}
	nsrl->page = page == 1 ? 65536 : page;
	if ((uint64_t)st.st_size >= nsrl->page * number_at(head, HEAD_PAGES))
		return true;
	import_error(nsrl->import, "the database is cut off: it should have %llu bytes",
		     (unsigned long long)nsrl->page * number_at(head, HEAD_PAGES));
	return false;
}

static bool is_database(struct nsrl *nsrl)
{
	char head[HEAD_SIZE] = "";
	ssize_t n = pread(nsrl->import->fd, head, sizeof(head), 0);
	size_t skip;

	if (n < 0) {
		import_stop(nsrl->import, -errno);
		return false;
	}
	if (n == sizeof(head) && memcmp(head, MAGIC, sizeof(MAGIC)) == 0)
		return is_whole(nsrl, head);
	if (!import_head(nsrl->import, head, n, &skip))
		return false;
	if (memmem(head, n, "\"SHA-1\"", 7))
		import_error(nsrl->import, "RDSv2 has no SHA-256: get RDSv3");
	else
		import_error(nsrl->import, "no SQLite database: get the RDSv3 minimal set; "
			     "a delta (.sql) is applied to it by sqlite3(1)");
	return false;
}

/* A journal beside it means that the file alone is not the database. */
static bool is_settled(struct nsrl *nsrl)
{
	static const char *const ends[] = { "-journal", "-wal" };
	char path[4096];
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (snprintf(path, sizeof(path), "%s%s", nsrl->import->options->path,
			     ends[i]) >= (int)sizeof(path))
			return true;
		if (stat(path, &st) == 0 && st.st_size > 0) {
			import_error(nsrl->import, "somebody is writing to it, or has not "
				     "finished: there is a file of the same name with '%s'",
				     ends[i]);
			return false;
		}
	}
	return true;
}

static bool open_database(struct nsrl *nsrl)
{
	static const struct {
		int what;
		int value;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};
	static const struct {
		int what;
		int value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, VALUE_MAX },
		{ SQLITE_LIMIT_SQL_LENGTH, 100000 },
		{ SQLITE_LIMIT_COLUMN, 200 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 20 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 3 },
		{ SQLITE_LIMIT_VDBE_OP, 25000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 10 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	char name[64];
	size_t i;

	sqlite3_hard_heap_limit64(HEAP_MAX);
	/* The very file that was opened and checked, whatever its name leads to now. */
	snprintf(name, sizeof(name), "file:/proc/self/fd/%d?immutable=1",
		 nsrl->import->fd);
	if (sqlite3_open_v2(name, &nsrl->db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return false;
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (sqlite3_db_config(nsrl->db, settings[i].what, settings[i].value,
				      NULL) != SQLITE_OK)
			return false;
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(nsrl->db, limits[i].what, limits[i].value);
	if (sqlite3_exec(nsrl->db, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; "
			 "PRAGMA mmap_size=0; "
			 "CREATE TABLE temp.wanted_mfg (id PRIMARY KEY); "
			 "CREATE TABLE temp.wanted_pkg (id PRIMARY KEY)",
			 NULL, NULL, NULL) != SQLITE_OK)
		return false;
	sqlite3_set_authorizer(nsrl->db, authorize, nsrl);
	sqlite3_progress_handler(nsrl->db, STEPS, on_steps, nsrl);
	return true;
}

static sqlite3_stmt *prepare(struct nsrl *nsrl, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(nsrl->db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail(nsrl);
	return statement;
}

static bool run(struct nsrl *nsrl, const char *sql)
{
	sqlite3_stmt *statement = prepare(nsrl, sql);
	bool done = statement && sqlite3_step(statement) == SQLITE_DONE;

	if (statement && !done)
		fail(nsrl);
	sqlite3_finalize(statement);
	return done;
}

/* Are the columns of a table what is stored, none of them computed? @sql asks that. */
static bool has_plain_columns(struct nsrl *nsrl, const char *name, const char *sql)
{
	sqlite3_stmt *statement = prepare(nsrl, sql);
	int step = SQLITE_ERROR;

	/* The column "hidden" of table_xinfo. */
	while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW)
		if (sqlite3_column_int(statement, 6) != 0)
			break;
	if (step == SQLITE_ROW)
		import_error(nsrl->import, "%s has a column that is computed: get the RDSv3 "
			     "minimal set, and nothing that was made from it", name);
	else if (statement && step != SQLITE_DONE)
		fail(nsrl);
	sqlite3_finalize(statement);
	return step == SQLITE_DONE;
}

/* Is @name a table, one that lies in the file itself? */
static bool is_table(struct nsrl *nsrl, const char *name)
{
	sqlite3_stmt *statement;
	bool is = false, other = false;
	const char *type;
	int step;

	statement = prepare(nsrl, "SELECT type, rootpage FROM main.sqlite_master "
			    "WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')");
	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW) {
		type = (const char *)sqlite3_column_text(statement, 0);
		is = type && strcmp(type, "table") == 0 &&
		     sqlite3_column_int64(statement, 1) > 0;
		other = !is;
	} else if (step != SQLITE_DONE) {
		fail(nsrl);
	}
	sqlite3_finalize(statement);
	if (other)
		import_error(nsrl->import, "%s is no table but computed (a view): get the "
			     "RDSv3 minimal set, and nothing that was made from it", name);
	else if (!is && step == SQLITE_DONE)
		import_error(nsrl->import, "there is no table %s: get the RDSv3 minimal set",
			     name);
	return is;
}

static bool has_tables(struct nsrl *nsrl)
{
	static const struct {
		const char *name;
		const char *columns;
	} tables[] = {
		{ "MFG", "PRAGMA main.table_xinfo(MFG)" },
		{ "PKG", "PRAGMA main.table_xinfo(PKG)" },
		{ "FILE", "PRAGMA main.table_xinfo(FILE)" },
	};
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!is_table(nsrl, tables[i].name) ||
		    !has_plain_columns(nsrl, tables[i].name, tables[i].columns))
			return false;
	return true;
}

static bool is_wanted(const struct nsrl *nsrl, const char *name)
{
	const struct import_options *options = nsrl->import->options;
	size_t i;

	for (i = 0; i < options->n_manufacturers; i++)
		if (fnmatch(options->manufacturers[i], name, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

/* Fill temp.mfg with the ids of the manufacturers that are wanted. */
static bool find_manufacturers(struct nsrl *nsrl)
{
	sqlite3_stmt *select, *insert;
	size_t n = 0;
	int step = SQLITE_ERROR;

	select = prepare(nsrl, "SELECT manufacturer_id, name FROM main.MFG");
	insert = select ? prepare(nsrl, "INSERT OR IGNORE INTO temp.wanted_mfg VALUES (?)") :
			  NULL;
	while (insert && (step = sqlite3_step(select)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(select, 1);

		if (!name || !is_wanted(nsrl, name))
			continue;
		sqlite3_bind_value(insert, 1, sqlite3_column_value(select, 0));
		if (sqlite3_step(insert) != SQLITE_DONE)
			break;
		sqlite3_reset(insert);
		import_note(nsrl->import, "manufacturer %s", name);
		n++;
	}
	if (step != SQLITE_DONE && insert)
		fail(nsrl);
	sqlite3_finalize(select);
	sqlite3_finalize(insert);
	if (step == SQLITE_DONE && n == 0)
		import_error(nsrl->import, "no manufacturer has that name: MFG has them all; "
			     "'*' and '?' stand for characters");
	return step == SQLITE_DONE && n > 0;
}

static void read_row(struct nsrl *nsrl, sqlite3_stmt *select)
{
	struct import_row row = { .size = IMPORT_SIZE_UNKNOWN };
	const char *digest, *reason;

	nsrl->row++;
	/* Before sqlite3_column_text() makes text of it. */
	if (sqlite3_column_type(select, 0) != SQLITE_TEXT) {
		import_error(nsrl->import, "the sha256 is no text");
		return;
	}
	digest = (const char *)sqlite3_column_text(select, 0);
	if (!digest) {
		import_stop(nsrl->import, -ENOMEM);
		return;
	}
	if (sqlite3_column_type(select, 1) == SQLITE_INTEGER) {
		row.size = sqlite3_column_int64(select, 1);
		if (row.size > POLICY_NUMBER_MAX) {
			import_error(nsrl->import, "the file_size is less than 0");
			return;
		}
	} else if (sqlite3_column_type(select, 1) != SQLITE_NULL) {
		import_error(nsrl->import, "the file_size is no whole number");
		return;
	}
	row.name = (const char *)sqlite3_column_text(select, 2);
	row.name_length = row.name ? strlen(row.name) : 0;
	if (import_digest_read(nsrl->import, "SHA-256", strlen("SHA-256"), digest,
			       sqlite3_column_bytes(select, 0), row.sha256,
			       &reason) == IMPORT_DIGEST_SHA256)
		import_take(nsrl->import, &row);
}

static void read_files(struct nsrl *nsrl)
{
	sqlite3_stmt *select;
	int step = SQLITE_DONE;

	select = prepare(nsrl, "SELECT sha256, file_size, file_name FROM main.FILE "
			 "WHERE package_id IN (SELECT id FROM temp.wanted_pkg)");
	if (!select)
		return;
	while (!nsrl->import->stopped && (step = sqlite3_step(select)) == SQLITE_ROW)
		read_row(nsrl, select);
	if (!nsrl->import->stopped && step != SQLITE_DONE)
		fail(nsrl);
	sqlite3_finalize(select);
}

static void read_database(struct nsrl *nsrl)
{
	if (has_tables(nsrl) && find_manufacturers(nsrl) &&
	    run(nsrl, "INSERT OR IGNORE INTO temp.wanted_pkg SELECT package_id FROM main.PKG "
		"WHERE manufacturer_id IN (SELECT id FROM temp.wanted_mfg)"))
		read_files(nsrl);
}

int import_nsrl(struct import *import)
{
	struct nsrl *nsrl = calloc(1, sizeof(*nsrl));

	if (!nsrl)
		return import_stop(import, -ENOMEM);
	nsrl->import = import;
	import->where = describe;
	import->where_data = nsrl;
	if (is_database(nsrl) && is_settled(nsrl)) {
		if (open_database(nsrl))
			read_database(nsrl);
		else
			fail(nsrl);
		sqlite3_close(nsrl->db);
	}
	import->where = NULL;
	free(nsrl);
	return import->error;
}
