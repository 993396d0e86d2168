/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON documents of any length, in bounded memory: a shape says which members a
 * format has a use for, everything else is only checked to be JSON.
 */
#ifndef DEBAR_IMPORT_JSON_H
#define DEBAR_IMPORT_JSON_H

#include "import.h"

enum json_kind {
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_TEXT,
	JSON_FLAG,
	JSON_SCALAR,		/* text or a number */
};

/* A member of an object or the elements of an array; lists end with kind 0 and no key. */
struct json_shape {
	const char *key;	/* "" for elements of an array */
	enum json_kind kind;
	int id;			/* for the hooks */
	const struct json_shape *inside;	/* members; or the one for elements */
};

/* Members of an object that a shape can list: a bit for each. */
#define JSON_MEMBERS_MAX 32

struct json_hooks {
	/* An object; import->line is that of its brace. */
	void (*begin)(void *data, int id);
	void (*end)(void *data, int id);
	/* Text, without NUL, or the digits of a number; valid during the call. */
	void (*text)(void *data, int id, const char *text, size_t length);
	void (*flag)(void *data, int id, bool flag);	/* NULL if the shape has none */
};

/**
 * json_read() - read the whole document
 * @import: import; told of what is no JSON, of a known member of another kind or
 *	that stands twice, and of what exceeds a bound
 * @root: shape of the document, an object
 * @hooks: told what is there, null being as good as nothing
 * @data: for the hooks
 *
 * Return: 0; -errno.
 */
int json_read(struct import *import, const struct json_shape *root,
	      const struct json_hooks *hooks, void *data);

/* A value that is kept; its memory is used again for the next. All zero: empty. */
struct json_text {
	char *text;		/* ended by NUL too */
	size_t length;
	size_t capacity;
	bool given;
};

/** json_text_set() - copy. Return: false without memory, and the import is stopped. */
bool json_text_set(struct import *import, struct json_text *text, const char *from,
		   size_t length);

/* Nothing is given, the memory stays. */
void json_text_clear(struct json_text *text);

void json_text_free(struct json_text *text);

/* Is it given, and does it read @word exactly? */
bool json_text_is(const struct json_text *text, const char *word);

#endif
