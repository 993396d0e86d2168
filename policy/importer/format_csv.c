// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables in CSV (RFC 4180) whose header names their columns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_lines.h"

#define COLUMNS_MAX 128

enum column {
	COLUMN_OTHER,
	COLUMN_DIGEST,		/* of the algorithm that its heading names */
	COLUMN_ALGORITHM,
	COLUMN_HASH,		/* of the algorithm in COLUMN_ALGORITHM */
	COLUMN_SIZE,
	COLUMN_NAME,
	COLUMN_SOURCE,
	COLUMN_KIND,
};

static const struct {
	const char *heading;
	enum column column;
} headings[] = {
	{ "algo", COLUMN_ALGORITHM },
	{ "algorithm", COLUMN_ALGORITHM },
	{ "hash", COLUMN_HASH },
	{ "size", COLUMN_SIZE },
	{ "file_size", COLUMN_SIZE },
	{ "bytes", COLUMN_SIZE },
	{ "name", COLUMN_NAME },
	{ "file_name", COLUMN_NAME },
	{ "filename", COLUMN_NAME },
	{ "path", COLUMN_NAME },
	{ "artifact", COLUMN_NAME },
	{ "source", COLUMN_SOURCE },
	{ "kind", COLUMN_KIND },
};

struct field {
	const char *text;
	size_t length;
};

struct table {
	struct import *import;
	enum column columns[COLUMNS_MAX];
	char names[COLUMNS_MAX][32];	/* headings of COLUMN_DIGEST */
	size_t n_columns;
	struct field fields[COLUMNS_MAX];
	size_t n_fields;
	char *unquoted;		/* of the record at hand, IMPORT_TEXT_MAX bytes */
};

/*
 * A quoted field from @at, behind the quote, into @to. Returns what follows its
 * closing quote, NULL where there is none.
 */
static const char *unquote(const char *at, const char *end, char **to)
{
	while (at < end) {
		const char *quote = memchr(at, '"', end - at);

		if (!quote)
			return NULL;
		memcpy(*to, at, quote - at);
		*to += quote - at;
		at = quote + 1;
		if (at == end || *at != '"')
			return at;
		*(*to)++ = '"';
		at++;
	}
	return NULL;
}

/*
 * Split a record. Returns 1; 0 where it is wrong, reported; -1 where a quoted
 * field goes on in the next line.
 */
static int split(struct table *table, const char *text, size_t length)
{
	const char *at = text, *end = text + length, *stop;
	char *to = table->unquoted;

	for (table->n_fields = 0;; at = stop + 1) {
		struct field field = { at, 0 };

		if (table->n_fields == COLUMNS_MAX) {
			import_error(table->import, "more than %u columns", COLUMNS_MAX);
			return 0;
		}
		if (at < end && *at == '"') {
			field.text = to;
			stop = unquote(at + 1, end, &to);
			if (!stop)
				return -1;
			field.length = to - field.text;
			if (stop < end && *stop != ',') {
				import_error(table->import, "something follows a closing "
					     "quote; a quote in a quoted field is written "
					     "twice");
				return 0;
			}
			stop = stop < end ? stop : NULL;
		} else {
			stop = memchr(at, ',', end - at);
			field.length = (stop ? stop : end) - at;
			if (memchr(at, '"', field.length)) {
				import_error(table->import, "a quote inside a field that "
					     "does not begin with one");
				return 0;
			}
		}
		table->fields[table->n_fields++] = field;
		if (!stop)
			return 1;
	}
}

/* The next record that is not blank. Returns 1; 0 at the end; -errno. */
static int next_record(struct table *table, struct import_lines *lines)
{
	const char *text;
	size_t length;
	int found, is;

	for (;;) {
		found = import_lines_next(lines, &text, &length);
		if (found <= 0)
			return found;
		if (import_lines_blank(text, length))
			continue;
		is = split(table, text, length);
		while (is < 0) {
			found = import_lines_extend(lines, &text, &length);
			if (found < 0)
				return found;
			if (found == 0) {
				if (!table->import->stopped)
					import_error(table->import, "a quote is not closed");
				return 0;
			}
			is = split(table, text, length);
		}
		if (is > 0)
			return 1;
	}
}

static enum column find_column(struct field heading)
{
	size_t i;

	for (i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (import_same(heading.text, heading.length, headings[i].heading))
			return headings[i].column;
	return import_digest_known(heading.text, heading.length) ? COLUMN_DIGEST :
								   COLUMN_OTHER;
}

static size_t n_of(const struct table *table, enum column column)
{
	size_t i, n = 0;

	for (i = 0; i < table->n_columns; i++)
		n += table->columns[i] == column;
	return n;
}

static bool has_sha256(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->n_columns; i++)
		if (table->columns[i] == COLUMN_DIGEST && strstr(table->names[i], "256"))
			return true;
	return n_of(table, COLUMN_HASH) == 1 && n_of(table, COLUMN_ALGORITHM) == 1;
}

static bool read_header(struct table *table)
{
	struct import *import = table->import;
	size_t i;

	table->n_columns = table->n_fields;
	for (i = 0; i < table->n_fields; i++) {
		const struct field *heading = &table->fields[i];

		table->columns[i] = find_column(*heading);
		if (heading->length < sizeof(table->names[i]))
			memcpy(table->names[i], heading->text, heading->length);
		/* Of several names or sizes nobody could say which is meant. */
		if (table->columns[i] != COLUMN_OTHER && table->columns[i] != COLUMN_DIGEST &&
		    n_of(table, table->columns[i]) > 1) {
			import_error(import, "the heading %s: another column means the same",
				     policy_quote(heading->text, heading->length).text);
			return false;
		}
	}
	if (has_sha256(table))
		return true;
	if (table->n_fields == 1 && memchr(table->fields[0].text, ';',
					   table->fields[0].length))
		import_error(import, "the columns are separated by ';': write them with ','");
	else
		import_error(import, "the first line has to name the columns: 'sha256', or "
			     "'algo' and 'hash'; 'size', 'name' and 'source' are used too");
	return false;
}

static void read_record(struct table *table)
{
	struct import *import = table->import;
	struct field algorithm = { 0 }, hash = { 0 };
	struct import_file file;
	bool package = false;
	size_t i;

	if (table->n_fields != table->n_columns) {
		import_error(import, "%zu columns, but the header has %zu", table->n_fields,
			     table->n_columns);
		return;
	}
	import_file_begin(&file);
	for (i = 0; i < table->n_fields; i++) {
		const struct field *field = &table->fields[i];

		switch (table->columns[i]) {
		case COLUMN_OTHER:
			break;
		case COLUMN_DIGEST:
			if (field->length > 0)
				import_file_digest(import, &file, table->names[i],
						   strlen(table->names[i]), field->text,
						   field->length);
			break;
		case COLUMN_ALGORITHM:
			algorithm = *field;
			break;
		case COLUMN_HASH:
			hash = *field;
			break;
		case COLUMN_SIZE:
			if (!import_size(import, field->text, field->length, &file.row.size))
				file.wrong = true;
			break;
		case COLUMN_NAME:
			file.row.name = field->text;
			file.row.name_length = field->length;
			break;
		case COLUMN_SOURCE:
			file.row.source = field->text;
			file.row.source_length = field->length;
			break;
		case COLUMN_KIND:
			package = import_same(field->text, field->length, "package");
			break;
		}
	}
	if (hash.length > 0)
		import_file_digest(import, &file, algorithm.text, algorithm.length, hash.text,
				   hash.length);
	if (package && !file.wrong && file.has_sha256)
		import_refuse(import, "digests of packages", "the digest of a package, which "
			      "never runs itself: give it to 'packages' of a release");
	else if (!import_file_end(import, &file))
		import_error(import, "the digest is missing");
}

int import_csv(struct import *import)
{
	struct import_lines lines = { .import = import };
	struct table *table = calloc(1, sizeof(*table));
	int found = -ENOMEM;

	if (table) {
		table->import = import;
		table->unquoted = malloc(IMPORT_TEXT_MAX + IMPORT_CHUNK);
	}
	if (table && table->unquoted) {
		found = next_record(table, &lines);
		if (found > 0 && read_header(table))
			while ((found = next_record(table, &lines)) > 0 && !import->stopped)
				read_record(table);
	}
	import_lines_free(&lines);
	if (table)
		free(table->unquoted);
	free(table);
	return found < 0 ? found : 0;
}
