/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text files by the line, of any length but with bounded lines.
 */
#ifndef DEBAR_IMPORT_LINES_H
#define DEBAR_IMPORT_LINES_H

#include "import.h"

/* All zero but import: at the start. */
struct import_lines {
	struct import *import;
	char *buffer;		/* IMPORT_TEXT_MAX + IMPORT_CHUNK bytes */
	size_t start;		/* of the present line */
	size_t end;		/* behind its line feed */
	size_t filled;
	uint64_t next;		/* number of the line at end, from 1 */
	bool at_end;		/* there is no more to read */
};

/**
 * import_lines_next() - go to the next line
 * @lines: lines; import->line is set
 * @ret_text: set to the line; valid until the next call
 * @ret_length: its bytes without LF or CR LF
 *
 * Lines with a NUL are reported and left out. A line that is too long ends the
 * import, reported.
 *
 * Return: 1; 0 at the end or if the import is stopped; -errno.
 */
int import_lines_next(struct import_lines *lines, const char **ret_text,
		      size_t *ret_length);

/**
 * import_lines_extend() - have the next line behind the present one, as one text
 * @lines: after import_lines_next() returned 1
 * @ret_text: set to both, with the line end between them
 * @ret_length: its bytes without the last line end
 *
 * Return: as import_lines_next(); 0 if there is none, the present one unchanged.
 */
int import_lines_extend(struct import_lines *lines, const char **ret_text,
			size_t *ret_length);

/* Is it a line without content: blank, or a comment that begins with '#'? */
bool import_lines_blank(const char *text, size_t length);

/** import_lines_free() - free the buffer. */
void import_lines_free(struct import_lines *lines);

#endif
