/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An open history, as the files that read it see it.
 */
#ifndef DEBAR_HISTORY_PRIVATE_H
#define DEBAR_HISTORY_PRIVATE_H

#include <sqlite3.h>

#include "history.h"
#include "store.h"

struct history {
	struct evidence *evidence;
};

/* What SQLite said last. Return: -errno. */
int history_fail(struct history *history, struct history_error *ret_error);

/* A column as text that ends in NUL; what has a NUL in it is cut there. */
const char *history_text(sqlite3_stmt *row, int column);

/*
 * Prepare a query of a window: ?3 and ?4 are its first whole hour and the one behind its
 * last, which are added up already; ?1 to ?5 and ?6 to ?2 are its edges in ns.
 */
sqlite3_stmt *history_window(struct history *history, const char *sql, uint64_t since,
			     uint64_t until);

#endif
