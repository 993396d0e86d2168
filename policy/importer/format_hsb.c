// SPDX-License-Identifier: GPL-2.0-only
/*
 * ClamAV's .hsb: "digest:size:name", then for a size of "*" at least the lowest
 * engine level, and for any the highest.
 */
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_lines.h"

#define FIELDS_MIN	3
#define FIELDS_MAX	5

struct field {
	const char *text;
	size_t length;
};

static size_t split(const char *text, size_t length, struct field *fields, size_t max)
{
	const char *end = text + length, *colon;
	size_t n = 0;

	for (;; text = colon + 1) {
		colon = memchr(text, ':', end - text);
		if (n < max)
			fields[n] = (struct field) { text, (colon ? colon : end) - text };
		n++;
		if (!colon)
			return n;
	}
}

static bool is_number(struct field field)
{
	size_t i;

	for (i = 0; i < field.length; i++)
		if (field.text[i] < '0' || field.text[i] > '9')
			return false;
	return field.length > 0;
}

static void read_line(struct import *import, const char *text, size_t length)
{
	struct import_row row = { .size = IMPORT_SIZE_UNKNOWN };
	struct field fields[FIELDS_MAX];
	size_t n = split(text, length, fields, FIELDS_MAX);
	const char *reason;

	if (n < FIELDS_MIN || n > FIELDS_MAX || fields[2].length == 0 ||
	    (n > 3 && !is_number(fields[3])) || (n > 4 && !is_number(fields[4]))) {
		import_error(import, "expected 'digest:size:name', and engine levels as "
			     "numbers");
		return;
	}
	if (fields[0].length < 32 && is_number(fields[0])) {
		import_refuse(import, "digests of sections", "a signature of a section of a "
			      "PE file, as .mdb and .msb have it, not of a file");
		return;
	}
	if (fields[1].length != 1 || fields[1].text[0] != '*') {
		if (fields[1].length == 0) {
			import_error(import, "the size is missing: '*' is an unknown one");
			return;
		}
		if (!import_size(import, fields[1].text, fields[1].length, &row.size))
			return;
	}
	row.name = fields[2].text;
	row.name_length = fields[2].length;
	switch (import_digest_read(import, NULL, 0, fields[0].text, fields[0].length,
				   row.sha256, &reason)) {
	case IMPORT_DIGEST_SHA256:
		import_take(import, &row);
		break;
	case IMPORT_DIGEST_OTHER:
		import_digest_refuse(import, reason);
		break;
	case IMPORT_DIGEST_WRONG:
		break;
	}
}

/* Lists of files that are good have the same form. */
static bool is_allow_list(struct import *import)
{
	const char *dot = strrchr(import->options->path, '.');

	if (!dot || (strcmp(dot, ".fp") != 0 && strcmp(dot, ".sfp") != 0))
		return false;
	import_error(import, "an allow list of ClamAV (%s): it names files that are good",
		     dot);
	return true;
}

int import_hsb(struct import *import)
{
	struct import_lines lines = { .import = import };
	const char *text;
	size_t length;
	int found;

	if (is_allow_list(import))
		return 0;
	while ((found = import_lines_next(&lines, &text, &length)) > 0)
		if (!import_lines_blank(text, length))
			read_line(import, text, length);
	import_lines_free(&lines);
	return found;
}
