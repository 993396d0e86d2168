/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of a store. docs/evidence.md explains them; raise EVIDENCE_SCHEMA with
 * every change that an older reader would misunderstand.
 */
#ifndef DEBAR_EVIDENCE_SCHEMA_H
#define DEBAR_EVIDENCE_SCHEMA_H

#define EVIDENCE_APPLICATION 0x44454241	/* "DEBA": PRAGMA application_id */
#define EVIDENCE_SCHEMA 1		/* PRAGMA user_version */

#define EVIDENCE_NS_PER_HOUR INT64_C(3600000000000)

static const char evidence_schema[] =
	/* The evidence itself. */
	"CREATE TABLE record("
	" id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER,"
	" time_ns INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,"
	" hash BLOB NOT NULL);"
	"CREATE INDEX record_time ON record(time_ns);"
	"CREATE INDEX record_kind ON record(kind, id) WHERE kind <> 'event';"
	/* The chain's two ends. */
	"CREATE TABLE anchor("
	" one INTEGER PRIMARY KEY CHECK (one = 1),"
	" pruned INTEGER NOT NULL, previous BLOB NOT NULL,"
	" head INTEGER NOT NULL, head_hash BLOB NOT NULL);"
	"INSERT INTO anchor VALUES(1, 0, zeroblob(32), 0, zeroblob(32));"
	/* Where debard goes on. */
	"CREATE TABLE epoch("
	" id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, loaded_ns INTEGER NOT NULL,"
	" started_ns INTEGER NOT NULL, alive_ns INTEGER NOT NULL, ended_ns INTEGER,"
	" last_seq INTEGER NOT NULL, offset_ns INTEGER NOT NULL);"
	/* Derived from the events, for reports: verify computes it anew. */
	"CREATE TABLE subject("
	" id INTEGER PRIMARY KEY, vendor BLOB NOT NULL, product BLOB NOT NULL,"
	" release BLOB NOT NULL, authority BLOB NOT NULL, policy BLOB NOT NULL,"
	" UNIQUE(vendor, product, release, authority, policy));"
	"CREATE TABLE file("
	" id INTEGER PRIMARY KEY, path BLOB NOT NULL, sha256 BLOB NOT NULL,"
	" size INTEGER NOT NULL, UNIQUE(path, sha256, size));"
	"CREATE TABLE hit("
	" time_ns INTEGER NOT NULL, record INTEGER NOT NULL, epoch INTEGER NOT NULL,"
	" subject INTEGER NOT NULL, file INTEGER NOT NULL, uid INTEGER NOT NULL,"
	" auid INTEGER NOT NULL, kind INTEGER NOT NULL, reason INTEGER NOT NULL,"
	" outcome INTEGER NOT NULL, PRIMARY KEY(time_ns, record)) WITHOUT ROWID;"
	"CREATE TABLE tally("
	" hour INTEGER NOT NULL, epoch INTEGER NOT NULL, subject INTEGER NOT NULL,"
	" file INTEGER NOT NULL, uid INTEGER NOT NULL, auid INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, reason INTEGER NOT NULL, outcome INTEGER NOT NULL,"
	" n INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,"
	" PRIMARY KEY(hour, epoch, subject, file, uid, auid, kind, reason, outcome))"
	" WITHOUT ROWID;";

#endif
