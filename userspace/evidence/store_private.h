/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An open store, as the files that write to it see it.
 */
#ifndef DEBAR_EVIDENCE_STORE_PRIVATE_H
#define DEBAR_EVIDENCE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "store.h"

enum evidence_statement {
	STATEMENT_RECORD,
	STATEMENT_SUBJECT_FIND,
	STATEMENT_SUBJECT_ADD,
	STATEMENT_FILE_FIND,
	STATEMENT_FILE_ADD,
	STATEMENT_HIT,
	STATEMENT_TALLY,
	N_STATEMENTS,
};

struct evidence {
	sqlite3 *database;
	int lock;		/* -1: reading only */
	int64_t head;
	uint8_t head_hash[EVIDENCE_HASH];
	sqlite3_stmt *statements[N_STATEMENTS];	/* prepared when first needed */
	char error[256];
};

/* Where the chain ends, as the table says it. */
int evidence_load_head(struct evidence *evidence);

#endif
