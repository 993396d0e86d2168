// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text files by the line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_lines.h"

#define CAPACITY (IMPORT_TEXT_MAX + IMPORT_CHUNK)

/* More bytes behind those that are there. */
static int fill(struct import_lines *lines)
{
	size_t n;
	int error;

	memmove(lines->buffer, lines->buffer + lines->start,
		lines->filled - lines->start);
	lines->filled -= lines->start;
	lines->end -= lines->start;
	lines->start = 0;
	if (lines->filled > IMPORT_TEXT_MAX) {
		import_error(lines->import, "a line with more than %u bytes: this is not "
			     "the format that was named, or damaged", IMPORT_TEXT_MAX);
		lines->import->stopped = true;
		return 0;
	}
	error = import_read(lines->import, lines->buffer + lines->filled,
			    CAPACITY - lines->filled, &n);
	if (error)
		return error;
	lines->filled += n;
	lines->at_end = n == 0;
	return 0;
}

static int begin(struct import_lines *lines)
{
	size_t skip;
	int error;

	lines->buffer = malloc(CAPACITY);
	if (!lines->buffer)
		return import_stop(lines->import, -ENOMEM);
	lines->next = 1;
	error = fill(lines);
	if (error)
		return error;
	if (import_head(lines->import, lines->buffer, lines->filled, &skip))
		lines->end = skip;
	return 0;
}

/* Set end behind the first line feed from @from on. Returns as next does. */
static int find_end(struct import_lines *lines, size_t from)
{
	size_t before = from - lines->start;
	char *newline;
	int error;

	while (!lines->import->stopped) {
		newline = memchr(lines->buffer + from, '\n', lines->filled - from);
		if (newline) {
			lines->end = newline + 1 - lines->buffer;
			return 1;
		}
		if (lines->at_end) {
			lines->end = lines->filled;
			return lines->filled - lines->start > before;
		}
		from = lines->filled - lines->start;
		error = fill(lines);
		if (error)
			return error;
	}
	return 0;
}

static void give(const struct import_lines *lines, const char **ret_text,
		 size_t *ret_length)
{
	size_t end = lines->end;

	if (end > lines->start && lines->buffer[end - 1] == '\n')
		end--;
	if (end > lines->start && lines->buffer[end - 1] == '\r')
		end--;
	*ret_text = lines->buffer + lines->start;
	*ret_length = end - lines->start;
}

int import_lines_next(struct import_lines *lines, const char **ret_text,
		      size_t *ret_length)
{
	int found = lines->buffer ? 0 : begin(lines);

	if (found < 0)
		return found;
	for (;;) {
		lines->start = lines->end;
		found = find_end(lines, lines->start);
		if (found <= 0)
			return found;
		lines->import->line = lines->next++;
		give(lines, ret_text, ret_length);
		if (!memchr(*ret_text, '\0', *ret_length))
			return 1;
		import_error(lines->import, "a NUL byte: this is no text");
	}
}

int import_lines_extend(struct import_lines *lines, const char **ret_text,
			size_t *ret_length)
{
	size_t before = lines->end - lines->start;
	int found = find_end(lines, lines->end);

	if (found <= 0)
		return found;
	lines->next++;
	give(lines, ret_text, ret_length);
	if (memchr(*ret_text + before, '\0', *ret_length - before)) {
		import_error(lines->import, "a NUL byte: this is no text");
		return 0;
	}
	return 1;
}

bool import_lines_blank(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i == length || text[0] == '#';
}

void import_lines_free(struct import_lines *lines)
{
	free(lines->buffer);
	lines->buffer = NULL;
}
