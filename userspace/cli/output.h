/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results as text or as JSON, from the same calls, so that they cannot drift.
 *
 * A document is a record of fields and lists; a list has rows; a row has fields
 * and lists. A field has a key for JSON and a label for people: without a label
 * it appears only in JSON, without a key only in the text.
 *
 * As JSON, a document is an object whose first member is "schema", a list is an
 * array of objects, and everything is written as it comes: a list of a million
 * rows needs no memory.
 */
#ifndef DEBAR_OUTPUT_H
#define DEBAR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OUT_DEPTH 8
#define OUT_COLUMNS 12

/* How a list looks as text. */
enum out_list {
	OUT_HIDDEN,	/* not at all: the caller says it otherwise */
	OUT_RECORDS,	/* rows one after the other, a field a line */
	OUT_TABLE,	/* aligned columns under their labels; held until the end */
	OUT_LINES,	/* a line a row, fields separated by tabs, no heading */
};

enum out_colour {
	OUT_PLAIN,
	OUT_GOOD,
	OUT_WARN,
	OUT_BAD,
};

struct out_level {
	bool row;		/* else a list */
	enum out_list list;	/* of the list, or of the one that the row is in */
	bool filled;		/* something is in it: JSON needs a comma */
};

struct out_cell {
	size_t text;		/* where it begins in out->texts */
	enum out_colour colour;
	bool right;
};

struct out {
	FILE *stream;
	bool json;
	bool colour;
	int err;			/* first failure, e.g. -ENOMEM */
	struct out_level levels[OUT_DEPTH];
	unsigned int depth;
	/* The table that is being collected. */
	const char *headings[OUT_COLUMNS];
	unsigned int n_headings;
	struct out_cell *cells;
	size_t n_cells, max_cells;
	FILE *held;			/* memory stream behind texts */
	char *texts;			/* of the cells, each with its NUL */
	size_t texts_length;
	unsigned int column;		/* in the present row */
};

/** out_init() - write to @stream; colour if it is a terminal and NO_COLOR unset. */
void out_init(struct out *out, FILE *stream);

/**
 * out_finish() - flush, and free what an unfinished table holds
 *
 * Return: 0, or -errno of the first thing that could not be written.
 */
int out_finish(struct out *out);

void out_document(struct out *out, const char *schema);
void out_list(struct out *out, const char *key, enum out_list list);
void out_row(struct out *out);
/* Ends the innermost document, list or row. */
void out_end(struct out *out);

/* Text that we chose ourselves. */
void out_word(struct out *out, const char *key, const char *label,
	      enum out_colour colour, const char *word);
/* Bytes that somebody else chose; "KEY_hex" holds them where they are not UTF-8. */
void out_bytes(struct out *out, const char *key, const char *label, const char *text);
void out_number(struct out *out, const char *key, const char *label, uint64_t number);
void out_flag(struct out *out, const char *key, const char *label, bool flag);
/* ns since 1970; 0 is null, shown as @never. */
void out_time(struct out *out, const char *key, const char *label, uint64_t ns,
	      const char *never);
void out_sha256(struct out *out, const char *key, const char *label,
		const uint8_t *sha256);
/* Neither known nor applicable: null, shown as "-". */
void out_none(struct out *out, const char *key, const char *label);

/** out_note() - a line that only people see. */
__attribute__((format(printf, 2, 3)))
void out_note(struct out *out, const char *format, ...);

/* @text in @colour, or plain if there are no colours; valid until the next call. */
const char *out_paint(const struct out *out, enum out_colour colour);
const char *out_unpaint(const struct out *out);

/**
 * out_format_time() - RFC 3339, UTC
 * @ns: since 1970
 * @digits: of the fraction of a second, 0 to 9
 * @ret_text: receives it
 */
void out_format_time(uint64_t ns, int digits, char ret_text[48]);

/** out_json_string() - @text, quotes included, made valid Unicode where it is not. */
void out_json_string(FILE *stream, const char *text);

#endif
