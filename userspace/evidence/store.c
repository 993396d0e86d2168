// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open, close, and transactions.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema.h"
#include "store_private.h"

#define BUSY_MS 5000
#define LOG_PAGES 1000	/* of the write-ahead log, before they are moved */

static int errno_of(sqlite3 *database, int code)
{
	int system = sqlite3_system_errno(database);

	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
	case SQLITE_FORMAT:
		return -EBADMSG;
	/* A table that is missing or is another: the statements are right. */
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CANTOPEN:
		return system ? -system : -ENOENT;
	default:
		if (system == ENOSPC || system == EDQUOT || system == EFBIG)
			return -ENOSPC;
		/* Past a limit of the size of files, SQLite does not keep the errno. */
		if (code == SQLITE_IOERR_WRITE && !system)
			return -ENOSPC;
		return system ? -system : -EIO;
	}
}

int evidence_fail(struct evidence *evidence)
{
	int code = sqlite3_extended_errcode(evidence->database);

	snprintf(evidence->error, sizeof(evidence->error), "%s",
		 sqlite3_errmsg(evidence->database));
	return errno_of(evidence->database, code);
}

int evidence_fail_text(struct evidence *evidence, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(evidence->error, sizeof(evidence->error), format, args);
	va_end(args);
	return err;
}

const char *evidence_error(const struct evidence *evidence)
{
	return evidence->error;
}

sqlite3 *evidence_database(struct evidence *evidence)
{
	return evidence->database;
}

int evidence_run(struct evidence *evidence, const char *sql)
{
	if (sqlite3_exec(evidence->database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return evidence_fail(evidence);
	return 0;
}

sqlite3_stmt *evidence_prepare(struct evidence *evidence, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	sqlite3_prepare_v2(evidence->database, sql, -1, &statement, NULL);
	return statement;
}

/* The integer that a statement gives. */
static int read_integer(struct evidence *evidence, const char *sql, int64_t *ret_value)
{
	sqlite3_stmt *row = evidence_prepare(evidence, sql);
	int err;

	if (row && sqlite3_step(row) == SQLITE_ROW) {
		*ret_value = sqlite3_column_int64(row, 0);
		err = 0;
	} else {
		err = evidence_fail(evidence);
	}
	sqlite3_finalize(row);
	return err;
}

int evidence_load_head(struct evidence *evidence)
{
	sqlite3_stmt *row;
	int code, err = 0;

	row = evidence_prepare(evidence, "SELECT head, head_hash FROM anchor");
	code = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (code == SQLITE_ROW && sqlite3_column_bytes(row, 1) == EVIDENCE_HASH) {
		evidence->head = sqlite3_column_int64(row, 0);
		memcpy(evidence->head_hash, sqlite3_column_blob(row, 1), EVIDENCE_HASH);
	} else if (code == SQLITE_ROW || code == SQLITE_DONE) {
		err = evidence_fail_text(evidence, -EBADMSG, "the chain's anchor is missing");
	} else {
		err = evidence_fail(evidence);
	}
	sqlite3_finalize(row);
	return err;
}

/* What is appended continues the last record, so that one has to be right. */
static int check_tail(struct evidence *evidence)
{
	struct evidence_record record;
	uint8_t hash[EVIDENCE_HASH];
	sqlite3_stmt *row;
	bool right = false;
	int err;

	if (!evidence->head)
		return 0;
	row = evidence_prepare(evidence,
			       "SELECT id, epoch, seq, time_ns, kind, body, hash,"
			       " coalesce((SELECT hash FROM record p WHERE p.id = r.id - 1),"
			       "          (SELECT previous FROM anchor WHERE pruned = r.id - 1))"
			       " FROM record r ORDER BY id DESC LIMIT 1");
	if (!row || (sqlite3_step(row) == SQLITE_ROW ? false : sqlite3_errcode(
			evidence->database) != SQLITE_DONE)) {
		err = evidence_fail(evidence);
		sqlite3_finalize(row);
		return err;
	}
	if (sqlite3_data_count(row) && evidence_read_row(row, &record) &&
	    sqlite3_column_bytes(row, 7) == EVIDENCE_HASH &&
	    !evidence_chain_hash(sqlite3_column_blob(row, 7), &record, hash))
		right = record.id == evidence->head &&
			!memcmp(hash, record.hash, EVIDENCE_HASH) &&
			!memcmp(hash, evidence->head_hash, EVIDENCE_HASH);
	sqlite3_finalize(row);
	return right ? 0 : evidence_fail_text(evidence, -EBADMSG,
					      "the chain's last record is not the one that it"
					      " ended with");
}

/* Is this a store, of a form that is known here? */
static int check_form(struct evidence *evidence)
{
	int64_t application = 0, schema = 0;
	int err;

	err = read_integer(evidence, "PRAGMA application_id", &application);
	if (!err)
		err = read_integer(evidence, "PRAGMA user_version", &schema);
	if (err)
		return err;
	if (application != EVIDENCE_APPLICATION)
		return evidence_fail_text(evidence, -EBADMSG, "it is no evidence store");
	if (schema != EVIDENCE_SCHEMA)
		return evidence_fail_text(evidence, -EPROTO,
					  "its form is %lld, and only %d is known here",
					  (long long)schema, EVIDENCE_SCHEMA);
	return evidence_load_head(evidence);
}

static int make_tables(struct evidence *evidence)
{
	char marks[96];
	int64_t tables = 0;
	int err;

	err = read_integer(evidence, "SELECT count(*) FROM sqlite_schema", &tables);
	if (err || tables)
		return err;
	snprintf(marks, sizeof(marks), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 EVIDENCE_APPLICATION, EVIDENCE_SCHEMA);
	err = evidence_run(evidence, "BEGIN IMMEDIATE");
	if (!err)
		err = evidence_run(evidence, evidence_schema);
	if (!err)
		err = evidence_run(evidence, marks);
	if (!err)
		err = evidence_run(evidence, "COMMIT");
	/* So that the file has its mark, see evidence_is_store(). */
	if (!err)
		sqlite3_wal_checkpoint_v2(evidence->database, NULL, SQLITE_CHECKPOINT_PASSIVE,
					  NULL, NULL);
	if (err && !sqlite3_get_autocommit(evidence->database))
		sqlite3_exec(evidence->database, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

static int take_lock(struct evidence *evidence, const char *path)
{
	char *name;

	if (asprintf(&name, "%s.lock", path) < 0)
		return -ENOMEM;
	evidence->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(name);
	if (evidence->lock < 0)
		return evidence_fail_text(evidence, -errno, "opening its lock failed: %s",
					  strerror(errno));
	if (flock(evidence->lock, LOCK_EX | LOCK_NB))
		return evidence_fail_text(evidence, errno == EWOULDBLOCK ? -EBUSY : -errno,
					  "another debard has it");
	return 0;
}

static int open_database(struct evidence *evidence, const char *path, int flags)
{
	int code;

	sqlite3_close(evidence->database);
	evidence->database = NULL;
	code = sqlite3_open_v2(path, &evidence->database,
			       flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (!evidence->database)
		return -ENOMEM;
	if (code != SQLITE_OK)
		return evidence_fail(evidence);
	sqlite3_busy_timeout(evidence->database, BUSY_MS);
	/* Whatever a tampered schema holds, it runs no code of its own. */
	sqlite3_db_config(evidence->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(evidence->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(evidence->database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(evidence->database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	return 0;
}

/* A store on a medium that cannot be written has nowhere to put SQLite's index. */
static int open_immutable(struct evidence *evidence, const char *path)
{
	char *uri, *log;
	bool whole;
	int err;

	if (strpbrk(path, "?#%") || asprintf(&log, "%s-wal", path) < 0)
		return -EROFS;
	whole = access(log, F_OK) != 0;
	free(log);
	if (!whole)
		return evidence_fail_text(evidence, -EROFS,
					  "a part is in its write-ahead log, and the directory "
					  "cannot be written: copy both elsewhere");
	if (asprintf(&uri, "file:%s?immutable=1", path) < 0)
		return -ENOMEM;
	err = open_database(evidence, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	free(uri);
	return err ? err : check_form(evidence);
}

static struct evidence *make(void)
{
	struct evidence *evidence = calloc(1, sizeof(*evidence));

	if (evidence)
		evidence->lock = -1;
	return evidence;
}

int evidence_open(const char *path, struct evidence **ret_evidence)
{
	struct evidence *evidence = make();
	struct stat st;
	int err;

	*ret_evidence = evidence;
	if (!evidence)
		return -ENOMEM;
	if (stat(path, &st))
		return evidence_fail_text(evidence, -errno, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return evidence_fail_text(evidence, -EINVAL, "it is not a regular file");
	if (access(path, R_OK))
		return evidence_fail_text(evidence, -errno, "%s", strerror(errno));
	err = open_database(evidence, path, SQLITE_OPEN_READONLY);
	if (!err)
		err = check_form(evidence);
	if (err == -EROFS || err == -EACCES || err == -ENOENT)
		err = open_immutable(evidence, path);
	return err;
}

/*
 * SQLite's own would make a commit that is done fail where there is no room to move the
 * log into the database, and the caller would do it twice. The log only grows then.
 */
static int checkpoint(void *data, sqlite3 *database, const char *name, int pages)
{
	(void)data;
	if (pages >= LOG_PAGES)
		sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, NULL,
					  NULL);
	return SQLITE_OK;
}

/* A database of somebody else is not touched. */
static int check_mark(struct evidence *evidence)
{
	int64_t application = 0, tables = 0;
	int err;

	err = read_integer(evidence, "PRAGMA application_id", &application);
	if (!err)
		err = read_integer(evidence, "SELECT count(*) FROM sqlite_schema", &tables);
	if (!err && tables && application != EVIDENCE_APPLICATION)
		err = evidence_fail_text(evidence, -EBADMSG, "it is no evidence store");
	return err;
}

/*
 * The mode is not an error of SQLite's where it cannot be had, but readers and a power
 * cut would find something else than is promised.
 */
static int use_log(struct evidence *evidence)
{
	sqlite3_stmt *row = evidence_prepare(evidence, "PRAGMA journal_mode = WAL");
	int err = 0;

	if (!row || sqlite3_step(row) != SQLITE_ROW)
		err = evidence_fail(evidence);
	else if (strcmp((const char *)sqlite3_column_text(row, 0), "wal") != 0)
		err = evidence_fail_text(evidence, -ENOTSUP,
					 "its filesystem does not do for a write-ahead log");
	sqlite3_finalize(row);
	return err;
}

int evidence_open_write(const char *path, struct evidence **ret_evidence)
{
	struct evidence *evidence = make();
	mode_t mask;
	int err;

	*ret_evidence = evidence;
	if (!evidence)
		return -ENOMEM;
	err = take_lock(evidence, path);
	if (err)
		return err;
	/* Who ran what is nobody's business. */
	mask = umask(0077);
	err = open_database(evidence, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					    SQLITE_OPEN_NOFOLLOW);
	if (!err)
		err = check_mark(evidence);
	if (!err)
		err = evidence_run(evidence, "PRAGMA auto_vacuum = INCREMENTAL");
	if (!err)
		err = use_log(evidence);
	/*
	 * FULL: what was committed is there after a power cut; the ring, which could
	 * tell it again, is not.
	 */
	if (!err)
		err = evidence_run(evidence, "PRAGMA synchronous = FULL;"
					     "PRAGMA journal_size_limit = 16777216;"
					     "PRAGMA temp_store = MEMORY");
	if (!err) {
		sqlite3_wal_hook(evidence->database, checkpoint, NULL);
		err = make_tables(evidence);
	}
	umask(mask);
	if (!err)
		err = check_form(evidence);
	return err ? err : check_tail(evidence);
}

void evidence_close(struct evidence *evidence)
{
	size_t i;

	if (!evidence)
		return;
	for (i = 0; i < N_STATEMENTS; i++)
		sqlite3_finalize(evidence->statements[i]);
	sqlite3_close(evidence->database);
	if (evidence->lock >= 0)
		close(evidence->lock);
	free(evidence);
}

int evidence_begin(struct evidence *evidence)
{
	return evidence_run(evidence, "BEGIN IMMEDIATE");
}

static int save_head(struct evidence *evidence)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence, "UPDATE anchor SET head = ?, head_hash = ?");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, evidence->head);
	sqlite3_bind_blob(row, 2, evidence->head_hash, EVIDENCE_HASH, SQLITE_STATIC);
	if (sqlite3_step(row) != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

int evidence_commit(struct evidence *evidence)
{
	int err = save_head(evidence);

	if (!err)
		err = evidence_run(evidence, "COMMIT");
	if (err)
		evidence_rollback(evidence);
	return err;
}

void evidence_rollback(struct evidence *evidence)
{
	char error[sizeof(evidence->error)];

	/* What went wrong is what evidence_error() has to tell afterwards. */
	memcpy(error, evidence->error, sizeof(error));
	if (!sqlite3_get_autocommit(evidence->database))
		sqlite3_exec(evidence->database, "ROLLBACK", NULL, NULL, NULL);
	evidence_load_head(evidence);
	memcpy(evidence->error, error, sizeof(error));
}

void evidence_head(const struct evidence *evidence, int64_t *ret_id,
		   uint8_t ret_hash[EVIDENCE_HASH])
{
	*ret_id = evidence->head;
	memcpy(ret_hash, evidence->head_hash, EVIDENCE_HASH);
}
