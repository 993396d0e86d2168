/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The evidence store: one SQLite file of chained records. docs/evidence.md says what
 * is in it.
 *
 * Functions return 0 or a negative errno, and evidence_error() then says why:
 * -ENOSPC: no room (nothing was stored); -EBADMSG: the file is damaged, or is no
 * store; -EPROTO: a newer debard made it; -EBUSY: another debard has it; else what
 * opening or reading gave.
 */
#ifndef DEBAR_EVIDENCE_STORE_H
#define DEBAR_EVIDENCE_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"
#include "libdebar.h"

#define EVIDENCE_STORE "/var/lib/debar/evidence.db"

struct sqlite3;
struct sqlite3_stmt;
struct evidence;

/**
 * evidence_open() - open a store for reading
 * @path: of the file
 * @ret_evidence: set in any case but without memory, so that evidence_error() can be
 *	asked; free with evidence_close()
 *
 * Nothing is ever written, and debard may go on writing meanwhile.
 */
int evidence_open(const char *path, struct evidence **ret_evidence);

/**
 * evidence_open_write() - open a store for writing, made if it is not there
 * @path: of the file; PATH.lock beside it keeps others out
 * @ret_evidence: as above
 *
 * The end of the chain is checked, the whole is not: see evidence_verify().
 */
int evidence_open_write(const char *path, struct evidence **ret_evidence);

/** evidence_close() - free a store; what was not committed is dropped. Accepts NULL. */
void evidence_close(struct evidence *evidence);

/* Why the last call failed, one sentence; valid until the next call. */
const char *evidence_error(const struct evidence *evidence);

/* For queries of one's own, which must not write. */
struct sqlite3 *evidence_database(struct evidence *evidence);

/* Has this file, however damaged, the mark of an evidence store in its header? */
bool evidence_is_store(const char *path);

/**
 * evidence_set_aside() - give a damaged store another name
 * @path: of the store
 * @time_ns: now
 * @ret_name: receives PATH.corrupt-YYYYMMDDTHHMMSSZ, with -2, -3... behind it if that
 *	is taken; free with free()
 *
 * Write-ahead log and index go with it. The store must be closed.
 */
int evidence_set_aside(const char *path, uint64_t time_ns, char **ret_name);

/* All that is appended between these is stored whole or not at all. */
int evidence_begin(struct evidence *evidence);
int evidence_commit(struct evidence *evidence);
void evidence_rollback(struct evidence *evidence);

/**
 * evidence_append() - add a record
 * @evidence: store, between evidence_begin() and evidence_commit()
 * @epoch: of the record
 * @time_ns: since 1970
 * @kind: word
 * @body: object; always freed by this call, NULL gives -ENOMEM
 */
int evidence_append(struct evidence *evidence, int64_t epoch, uint64_t time_ns,
		    const char *kind, json_t *body);

/** evidence_append_event() - add an event, and what reports read of it */
int evidence_append_event(struct evidence *evidence, int64_t epoch,
			  const struct debar_event *event);

/* The chain's end: id 0 and a hash of 0 if nothing was stored yet. */
void evidence_head(const struct evidence *evidence, int64_t *ret_id,
		   uint8_t ret_hash[EVIDENCE_HASH]);

/* Which records evidence_each() goes through. */
struct evidence_query {
	uint64_t since_ns;	/* the first with this time or a later one... */
	uint64_t until_ns;	/* ...to the last before this; 0: no bound */
	int64_t first_id;	/* 0: no bound */
	const char *kind;	/* NULL: all */
};

/* Called in the order of ids; a non-zero return ends it and is returned. */
typedef int (*evidence_fn)(const struct evidence_record *record, void *data);

/**
 * evidence_each() - read records
 *
 * A record is handed over as it is stored, its kind and body with NUL behind them;
 * it is not checked.
 */
int evidence_each(struct evidence *evidence, const struct evidence_query *query,
		  evidence_fn fn, void *data);

/* For the other files of the library. */

/* Run statements without parameters. */
int evidence_run(struct evidence *evidence, const char *sql);

/* Prepare a statement; NULL where that fails, see evidence_fail(). */
struct sqlite3_stmt *evidence_prepare(struct evidence *evidence, const char *sql);

/* The errno for what SQLite said last, its text kept for evidence_error(). */
int evidence_fail(struct evidence *evidence);

/* The same for what is found out here. Return: @err. */
__attribute__((format(printf, 3, 4)))
int evidence_fail_text(struct evidence *evidence, int err, const char *format, ...);

/* A row that begins with id, epoch, seq, time_ns, kind, body, hash. Return: is it whole? */
bool evidence_read_row(struct sqlite3_stmt *row, struct evidence_record *ret_record);

#endif
