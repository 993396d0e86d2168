// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON documents as a stream, by yajl.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "import_json.h"

/* What yajl's callbacks return. */
#define GO_ON	1
#define CANCEL	0

struct frame {
	const struct json_shape *shape;	/* of this object or array; NULL: unknown */
	const struct json_shape *member;	/* of the value that comes next */
	uint32_t seen;		/* members of the shape */
	uint64_t index;		/* of the element that comes next */
	bool is_array;
};

struct reader {
	struct import *import;
	const struct json_shape *root;
	const struct json_hooks *hooks;
	void *data;
	yajl_handle yajl;
	struct frame frames[IMPORT_DEPTH_MAX];
	size_t depth;
	/* The line of byte @counted of the chunk; the reader asks only sometimes. */
	const unsigned char *chunk;
	size_t counted;
	uint64_t line;
	/* Bytes since a value ended, in chunks before this: yajl keeps a long one. */
	size_t unfinished;
};

static const char *const kinds[] = {
	[JSON_OBJECT] = "an object",
	[JSON_ARRAY] = "an array",
	[JSON_TEXT] = "a text",
	[JSON_FLAG] = "true or false",
	[JSON_SCALAR] = "a text or a number",
};

static void count_lines(struct reader *reader, size_t to)
{
	const unsigned char *at = reader->chunk + reader->counted;
	const unsigned char *end = reader->chunk + to;

	while (at < end && (at = memchr(at, '\n', end - at))) {
		reader->line++;
		at++;
	}
	if (to > reader->counted)
		reader->counted = to;
	reader->import->line = reader->line;
}

static void set_line(struct reader *reader)
{
	count_lines(reader, yajl_get_bytes_consumed(reader->yajl));
}

/* "objects[3].pattern": the known keys, up to the first that is not. */
static void describe(const void *data, char *text, size_t size)
{
	const struct reader *reader = data;
	size_t at = 0, i;

	*text = '\0';
	for (i = 0; i < reader->depth && at < size; i++) {
		const struct frame *frame = &reader->frames[i];

		if (frame->is_array)
			at += snprintf(text + at, size - at, "[%" PRIu64 "]", frame->index);
		else if (frame->member)
			at += snprintf(text + at, size - at, "%s%s", at ? "." : "",
				       frame->member->key);
		else
			break;
	}
}

static struct frame *innermost(struct reader *reader)
{
	return reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;
}

/* The shape of the value that begins here; NULL: nobody asks for it. */
static const struct json_shape *expected(struct reader *reader)
{
	const struct frame *frame = innermost(reader);

	reader->unfinished = 0;
	return frame ? frame->member : reader->root;
}

/* A value has ended. */
static int ended(struct reader *reader)
{
	struct frame *frame = innermost(reader);

	if (frame && frame->is_array)
		frame->index++;
	else if (frame)
		frame->member = NULL;
	return reader->import->stopped ? CANCEL : GO_ON;
}

static void wrong_kind(struct reader *reader, const struct json_shape *shape)
{
	set_line(reader);
	import_error(reader->import, "expected %s here", kinds[shape->kind]);
}

static int on_null(void *data)
{
	expected(data);
	return ended(data);
}

static int on_boolean(void *data, int flag)
{
	struct reader *reader = data;
	const struct json_shape *shape = expected(reader);

	if (shape && shape->kind != JSON_FLAG)
		wrong_kind(reader, shape);
	else if (shape)
		reader->hooks->flag(reader->data, shape->id, flag);
	return ended(reader);
}

static int on_number(void *data, const char *text, size_t length)
{
	struct reader *reader = data;
	const struct json_shape *shape = expected(reader);

	if (shape && shape->kind != JSON_SCALAR)
		wrong_kind(reader, shape);
	else if (shape)
		reader->hooks->text(reader->data, shape->id, text, length);
	return ended(reader);
}

static int on_string(void *data, const unsigned char *text, size_t length)
{
	struct reader *reader = data;
	const struct json_shape *shape = expected(reader);

	if (shape && shape->kind != JSON_TEXT && shape->kind != JSON_SCALAR) {
		wrong_kind(reader, shape);
	} else if (shape && memchr(text, '\0', length)) {
		set_line(reader);
		import_error(reader->import, "a NUL in a text");
	} else if (shape) {
		reader->hooks->text(reader->data, shape->id, (const char *)text, length);
	}
	return ended(reader);
}

static int on_key(void *data, const unsigned char *key, size_t length)
{
	struct reader *reader = data;
	struct frame *frame = &reader->frames[reader->depth - 1];	/* an object's */
	size_t i;

	reader->unfinished = 0;
	frame->member = NULL;
	for (i = 0; frame->shape && frame->shape[i].key; i++) {
		const struct json_shape *member = &frame->shape[i];

		if (strlen(member->key) != length || memcmp(member->key, key, length) != 0)
			continue;
		frame->member = member;
		if (frame->seen & UINT32_C(1) << i) {
			set_line(reader);
			import_error(reader->import, "this key stands twice in its object");
		}
		frame->seen |= UINT32_C(1) << i;
		break;
	}
	return GO_ON;
}

/* Returns the shape if the container that begins is of @kind and wanted. */
static int push(struct reader *reader, enum json_kind kind)
{
	const struct json_shape *shape = expected(reader);
	struct frame frame = { .is_array = kind == JSON_ARRAY };

	if (shape && shape->kind != kind) {
		wrong_kind(reader, shape);
		shape = NULL;
	}
	if (reader->depth == IMPORT_DEPTH_MAX) {
		set_line(reader);
		import_error(reader->import, "nested more than %u deep", IMPORT_DEPTH_MAX);
		reader->import->stopped = true;
		return CANCEL;
	}
	if (shape) {
		frame.shape = shape->inside;
		frame.member = kind == JSON_ARRAY ? shape->inside : NULL;
		if (kind == JSON_OBJECT) {
			set_line(reader);
			reader->hooks->begin(reader->data, shape->id);
		}
	}
	reader->frames[reader->depth++] = frame;
	return reader->import->stopped ? CANCEL : GO_ON;
}

static int on_start_map(void *data)
{
	return push(data, JSON_OBJECT);
}

static int on_start_array(void *data)
{
	return push(data, JSON_ARRAY);
}

static int on_end(void *data)
{
	struct reader *reader = data;
	const struct json_shape *shape;
	bool known = reader->frames[reader->depth - 1].shape;

	reader->depth--;
	shape = expected(reader);
	if (known && shape && shape->kind == JSON_OBJECT)
		reader->hooks->end(reader->data, shape->id);
	return ended(reader);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

/* What yajl says is "parse error: ... \n" or "lexical error: ... \n". */
static void not_json(struct reader *reader)
{
	unsigned char *message = yajl_get_error(reader->yajl, 0, NULL, 0);
	size_t length = message ? strcspn((char *)message, "\n") : 0;

	set_line(reader);
	while (length > 0 && message[length - 1] == ' ')
		length--;
	import_error(reader->import, "not JSON from here on: %.*s", (int)length,
		     message ? (char *)message : "");
	yajl_free_error(reader->yajl, message);
	reader->import->stopped = true;
}

static int feed(struct reader *reader, const unsigned char *chunk, size_t length)
{
	yajl_status status;

	reader->chunk = chunk;
	reader->counted = 0;
	reader->unfinished += length;
	status = yajl_parse(reader->yajl, chunk, length);
	if (status == yajl_status_error)
		not_json(reader);
	if (reader->import->stopped)
		return reader->import->error;
	/* Above, each value set it to 0: what is left began in an earlier chunk. */
	if (reader->unfinished > IMPORT_TEXT_MAX) {
		import_error(reader->import, "a value with more than %u bytes",
			     IMPORT_TEXT_MAX);
		reader->import->stopped = true;
	}
	count_lines(reader, length);
	return 0;
}

static int read_all(struct reader *reader)
{
	unsigned char *chunk = malloc(IMPORT_CHUNK);
	bool first = true;
	size_t n, skip = 0;
	int error;

	if (!chunk)
		return import_stop(reader->import, -ENOMEM);
	do {
		error = import_read(reader->import, chunk, IMPORT_CHUNK, &n);
		if (!error && first)
			import_head(reader->import, (char *)chunk, n, &skip);
		if (!error && n > 0 && !reader->import->stopped)
			error = feed(reader, chunk + skip, n - skip);
		first = false;
		skip = 0;
	} while (!error && n > 0 && !reader->import->stopped);
	if (!error && !reader->import->stopped) {
		/* It parses a space of its own. */
		reader->chunk = (const unsigned char *)" ";
		reader->counted = 0;
		if (yajl_complete_parse(reader->yajl) != yajl_status_ok &&
		    !reader->import->stopped)
			not_json(reader);
	}
	free(chunk);
	return error;
}

int json_read(struct import *import, const struct json_shape *root,
	      const struct json_hooks *hooks, void *data)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int error;

	if (!reader)
		return import_stop(import, -ENOMEM);
	*reader = (struct reader) {
		.import = import,
		.root = root,
		.hooks = hooks,
		.data = data,
		.line = 1,
	};
	reader->yajl = yajl_alloc(&callbacks, NULL, reader);
	if (!reader->yajl) {
		free(reader);
		return import_stop(import, -ENOMEM);
	}
	import->line = 1;
	import->where = describe;
	import->where_data = reader;
	error = read_all(reader);
	import->where = NULL;
	yajl_free(reader->yajl);
	free(reader);
	return error;
}

bool json_text_set(struct import *import, struct json_text *text, const char *from,
		   size_t length)
{
	if (length + 1 > text->capacity) {
		char *bigger = realloc(text->text, 2 * length + 64);

		if (!bigger) {
			import_stop(import, -ENOMEM);
			return false;
		}
		text->text = bigger;
		text->capacity = 2 * length + 64;
	}
	memcpy(text->text, from, length);
	text->text[length] = '\0';
	text->length = length;
	text->given = true;
	return true;
}

void json_text_clear(struct json_text *text)
{
	text->length = 0;
	text->given = false;
}

void json_text_free(struct json_text *text)
{
	free(text->text);
	memset(text, 0, sizeof(*text));
}

bool json_text_is(const struct json_text *text, const char *word)
{
	return text->given && strcmp(text->text, word) == 0;
}
