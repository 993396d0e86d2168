/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One import: what a format's reader says about each entry. An entry is
 *
 *	taken		a file's SHA-256, and it becomes a ban
 *	refused		it means a file, but not by a SHA-256 of its content: an
 *			error, or a warning with options->skip_unusable
 *	ignored		it does not say that a file is to be banned: counted
 *	wrong		malformed: always an error
 *
 * The place of all of them is import->line, and what import->where adds.
 */
#ifndef DEBAR_IMPORT_H
#define DEBAR_IMPORT_H

#include "diagnostic.h"
#include "import_rows.h"
#include "importer.h"

/*
 * A line of text, a CSV record or a value of JSON or XML: far above what is
 * sensible, far below what hurts.
 */
#define IMPORT_TEXT_MAX		(1u << 20)	/* bytes */
/* Bytes that are read at once, and after which progress is shown. */
#define IMPORT_CHUNK		(256u << 10)
/* Nesting in JSON and XML: the deepest format needs about ten. */
#define IMPORT_DEPTH_MAX	64
/* Lines about the whole document that are kept in the head of the list. */
#define IMPORT_NOTES_MAX	32

struct import {
	const struct import_options *options;
	struct import_result *result;
	int fd;
	uint64_t line;		/* of the entry at hand; 0: the whole file */
	/* Writes the place inside the line, e.g. "objects[3].pattern"; or NULL. */
	void (*where)(const void *data, char *text, size_t size);
	const void *where_data;
	struct import_rows rows;
	char *notes[IMPORT_NOTES_MAX];
	size_t n_notes;
	uint64_t done;		/* bytes read */
	int error;		/* what ends the import, e.g. -ENOMEM */
	bool stopped;		/* reading on makes no sense; an error was reported */
};

/** import_error() - the entry at hand, or the file, is malformed. */
void import_error(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** import_warning() - the entry at hand is taken, but something has to be known. */
void import_warning(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * import_refuse() - the entry at hand cannot be taken
 * @import: import
 * @reason: constant, a plural, for the summary: "MD5 digests"
 * @format: one sentence about this one, as printf(3)
 */
void import_refuse(struct import *import, const char *reason, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** import_ignore() - @n entries are not about banning a file; @reason as above. */
void import_ignore(struct import *import, const char *reason, uint64_t n);

/**
 * import_take() - the entry at hand is a ban
 * @import: import
 * @row: what it says; copied
 *
 * The digest of the empty file is ignored instead. A digest that is there already
 * is folded into the first; two sizes of one digest are an error.
 */
void import_take(struct import *import, const struct import_row *row);

/** import_note() - keep a line of text about the whole document. */
void import_note(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** import_stop() - give up with -errno @error. Return: @error. */
int import_stop(struct import *import, int error);

/**
 * import_read() - the next bytes of the file
 * @import: import
 * @buffer: for them
 * @size: bytes at @buffer
 * @ret_length: set to how many came, 0 at the end
 *
 * Return: 0; -errno.
 */
int import_read(struct import *import, void *buffer, size_t size, size_t *ret_length);

/**
 * import_head() - bytes before the text: a byte order mark
 * @import: import
 * @bytes: the first of the file
 * @length: how many
 * @ret_skip: bytes to leave out
 *
 * Return: false, reported, if the file is UTF-16, or compressed.
 */
bool import_head(struct import *import, const char *bytes, size_t length,
		 size_t *ret_skip);

/**
 * import_size() - a size in bytes
 * @import: import
 * @text: decimal digits; nothing: unknown
 * @length: bytes at @text
 * @ret_size: set on success
 *
 * Return: true; false, reported, if it is none.
 */
bool import_size(struct import *import, const char *text, size_t length,
		 uint64_t *ret_size);

/* Does @text read @word, without regard to case? */
bool import_same(const char *text, size_t length, const char *word);

#endif
