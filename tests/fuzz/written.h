/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every file of a report promises, whoever chose the texts in it.
 */
#ifndef DEBAR_FUZZ_WRITTEN_H
#define DEBAR_FUZZ_WRITTEN_H

#include <jansson.h>

#include "fuzz.h"

/* One file of a report, in memory. */
struct written {
	char *text;
	size_t length;
	FILE *stream;
};

static inline FILE *written_begin(struct written *file)
{
	file->stream = open_memstream(&file->text, &file->length);
	fuzz_require(file->stream);
	return file->stream;
}

static inline void written_end(struct written *file)
{
	fuzz_require(!ferror(file->stream) && fclose(file->stream) == 0);
}

static inline void written_text(struct written *file)
{
	written_end(file);
	fuzz_require(fuzz_is_clean(file->text, file->length, true));
	free(file->text);
}

/* Where a field of a table ends; no spreadsheet takes it for a formula. */
static inline const char *written_field(const char *at)
{
	const char *from;

	/* Numbers, times, and our own headings. */
	if (*at != '"') {
		fuzz_require(*at != '-');
		return at + strspn(at, "0123456789abcdefghijklmnopqrstuvwxyz_.:TZ-");
	}
	from = ++at;
	fuzz_require(!strchr("=+-@", at[strspn(at, " ")]));
	for (; *at != '"' || at[1] == '"'; at++)
		at += *at == '"';
	fuzz_require(fuzz_is_clean(from, at - from, false));
	return at + 1;
}

/* A table: each row has as many fields as the first. */
static inline void written_table(struct written *file)
{
	size_t columns = 0, n;
	const char *at;

	written_end(file);
	for (at = file->text; *at; at += 2) {
		for (n = 1; *(at = written_field(at)) == ','; n++)
			at++;
		fuzz_require(at[0] == '\r' && at[1] == '\n');
		fuzz_require(!columns || n == columns);
		columns = n;
	}
	free(file->text);
}

/* A page: what others chose makes no element in it. */
static inline void written_page(struct written *file)
{
	written_end(file);
	fuzz_require(fuzz_is_clean(file->text, file->length, true));
	fuzz_require(!strcasestr(file->text, "<script") && !strcasestr(file->text, "<img"));
	fuzz_require(!strcasestr(file->text, "<iframe"));
	free(file->text);
}

/* JSON with a schema. */
static inline void written_json(struct written *file, const char *schema)
{
	json_t *object;

	written_end(file);
	object = json_loadb(file->text, file->length, JSON_REJECT_DUPLICATES, NULL);
	fuzz_require(json_is_object(object));
	fuzz_require(strcmp(json_string_value(json_object_get(object, "schema")), schema) == 0);
	json_decref(object);
	free(file->text);
}

#endif
