// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sha256sum(1) writes, in its own form and the BSD form.
 */
#include <string.h>

#include "digest.h"
#include "import_digest.h"
#include "import_formats.h"
#include "import_lines.h"

struct sum {
	const char *algorithm;	/* NULL: not said */
	size_t algorithm_length;
	const char *digest;
	size_t digest_length;
	const char *name;
	size_t name_length;
};

/* "ALGORITHM (name) = digest". Returns false if it does not look like that. */
static bool split_bsd(const char *text, size_t length, struct sum *sum)
{
	const char *end = text + length;
	const char *open = memmem(text, length, " (", 2);
	const char *equals;

	if (!open || open == text)
		return false;
	for (equals = end - 4; equals > open; equals--)
		if (memcmp(equals, ") = ", 4) == 0)
			break;
	if (equals <= open || memchr(text, ' ', open - text))
		return false;
	sum->algorithm = text;
	sum->algorithm_length = open - text;
	sum->name = open + 2;
	sum->name_length = equals - sum->name;
	sum->digest = equals + 4;
	sum->digest_length = end - sum->digest;
	return true;
}

/* "digest", a space, a space or "*", "name". */
static bool split_plain(const char *text, size_t length, struct sum *sum)
{
	size_t span = policy_digest_span(text, length);

	if (span == 0 || length < span + 3 || text[span] != ' ' ||
	    (text[span + 1] != ' ' && text[span + 1] != '*'))
		return false;
	sum->digest = text;
	sum->digest_length = span;
	sum->name = text + span + 2;
	sum->name_length = length - span - 2;
	return true;
}

/* Undo the escapes of a marked line, in @to. Returns the length; 0, reported. */
static size_t unescape(struct import *import, const struct sum *sum, char *to)
{
	size_t at = 0, i;

	for (i = 0; i < sum->name_length; i++) {
		char c = sum->name[i];

		if (c == '\\') {
			c = ++i < sum->name_length ? sum->name[i] : '\0';
			if (c != '\\' && c != 'n' && c != 'r') {
				import_error(import, "the file name has an escape other "
					     "than \\\\, \\n and \\r");
				return 0;
			}
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
		}
		to[at++] = c;
	}
	return at;
}

static void read_line(struct import *import, const char *text, size_t length)
{
	bool escaped = length > 0 && text[0] == '\\';
	struct import_row row = { .size = IMPORT_SIZE_UNKNOWN };
	char name[2 * POLICY_LINE_MAX];
	struct sum sum = { 0 };
	const char *reason;

	if (!split_bsd(text + escaped, length - escaped, &sum) &&
	    !split_plain(text + escaped, length - escaped, &sum)) {
		import_error(import, "expected 64 hex digits, two spaces and a file name, or "
			     "'SHA256 (name) = ' and the digits");
		return;
	}
	if (sum.name_length == 0 || sum.name_length > sizeof(name)) {
		import_error(import, sum.name_length ? "the file name is too long" :
						       "the file name is missing");
		return;
	}
	row.name = sum.name;
	row.name_length = sum.name_length;
	if (escaped) {
		row.name = name;
		row.name_length = unescape(import, &sum, name);
		if (row.name_length == 0)
			return;
	}
	switch (import_digest_read(import, sum.algorithm, sum.algorithm_length, sum.digest,
				   sum.digest_length, row.sha256, &reason)) {
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

int import_sha256sum(struct import *import)
{
	struct import_lines lines = { .import = import };
	const char *text;
	size_t length;
	int found;

	while ((found = import_lines_next(&lines, &text, &length)) > 0)
		if (!import_lines_blank(text, length))
			read_line(import, text, length);
	import_lines_free(&lines);
	return found;
}
