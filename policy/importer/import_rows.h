/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rows of a hash list: each digest once, in the order of their coming.
 */
#ifndef DEBAR_IMPORT_ROWS_H
#define DEBAR_IMPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

#define IMPORT_SIZE_UNKNOWN UINT64_MAX

struct import_row {
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;		/* bytes, or IMPORT_SIZE_UNKNOWN */
	const char *name;	/* any bytes but NUL; NULL: none */
	size_t name_length;
	const char *source;	/* where this row says that it came from; NULL: nowhere */
	size_t source_length;
};

struct import_rows_entry {
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;
	uint32_t name;		/* offset in texts, 0: none */
	uint32_t source;
};

struct import_rows_slot {
	uint32_t hash;
	uint32_t row;		/* index plus 1; 0: free */
};

/* All zero: empty. */
struct import_rows {
	struct import_rows_entry *list;
	size_t n;
	size_t capacity;
	char *texts;		/* of names and sources, each with its NUL */
	size_t texts_length;
	size_t texts_capacity;
	uint32_t last_source;	/* many rows in a row have the same */
	struct import_rows_slot *slots;	/* hash table */
	uint64_t key[DEBAR_SHA256_SIZE / 4];
	size_t length;		/* bytes that the list will have */
	uint64_t n_escaped;
};

enum import_rows_outcome {
	IMPORT_ROW_ADDED,
	IMPORT_ROW_DUPLICATE,
	IMPORT_ROW_CONTRADICTS,	/* the digest is there with another size */
	IMPORT_ROW_TOO_LONG,	/* its name or source is */
	IMPORT_ROW_FULL,	/* no list can hold more */
	IMPORT_ROW_NO_MEMORY,
};

/**
 * import_rows_add() - one more row
 * @rows: rows
 * @row: copied; what a reviewed text may not hold is escaped
 *
 * Return: what became of it.
 */
enum import_rows_outcome import_rows_add(struct import_rows *rows,
					 const struct import_row *row);

/**
 * import_rows_print() - the rows as a hash list
 * @rows: rows; empty afterwards, for there may not be room for both
 * @head: text before the header line
 * @ret_list: set to the list on success, free with free()
 * @ret_length: its bytes
 *
 * Return: 0; -ENOMEM.
 */
int import_rows_print(struct import_rows *rows, const char *head, char **ret_list,
		      size_t *ret_length);

/** import_rows_free() - free all and empty it. */
void import_rows_free(struct import_rows *rows);

/**
 * import_escape() - make text from elsewhere fit for a reviewed list
 * @text: any bytes
 * @length: bytes at @text
 * @first: is it the first of its field, where spreadsheets look for formulas?
 * @to: room for 4 * @length bytes
 * @ret_changed: set to true if anything was escaped; else left alone
 *
 * Bytes that are not UTF-8, and characters that can make text look like other
 * text, become \xHH.
 *
 * Return: bytes at @to.
 */
size_t import_escape(const char *text, size_t length, bool first, char *to,
		     bool *ret_changed);

#endif
