// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of the kinds that bodies hold.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "event_body.h"

#define EXACT UINT64_C(9007199254740992)	/* 2^53: a double has it exactly */

char *evidence_canonical(const json_t *value)
{
	return json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}

int evidence_put_bytes(json_t *object, const char *key, const char *text)
{
	char name[64], *utf8, *hex;
	bool exact;
	int err;

	utf8 = escape_utf8(text, &exact);
	if (!utf8)
		return -1;
	err = json_object_set_new(object, key, json_string(utf8));
	free(utf8);
	if (err || exact)
		return err;
	hex = malloc(2 * strlen(text) + 1);
	if (!hex)
		return -1;
	escape_hex(text, strlen(text), hex);
	snprintf(name, sizeof(name), "%s_hex", key);
	err = json_object_set_new(object, name, json_string(hex));
	free(hex);
	return err;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? at - digits : -1;
}

static bool read_hex(const char *hex, char *ret_bytes, size_t n)
{
	while (n--) {
		int high = digit(hex[0]), low = high < 0 ? -1 : digit(hex[1]);

		if (low < 0)
			return false;
		*ret_bytes++ = high << 4 | low;
		hex += 2;
	}
	return !*hex;
}

bool evidence_get_bytes(const json_t *object, const char *key, char *ret_text, size_t size)
{
	const char *text;
	char name[64];
	size_t length;

	snprintf(name, sizeof(name), "%s_hex", key);
	text = json_string_value(json_object_get(object, name));
	if (text) {
		length = strlen(text) / 2;
		if (length >= size || !read_hex(text, ret_text, length))
			return false;
		ret_text[length] = '\0';
		return strlen(ret_text) == length;
	}
	text = json_string_value(json_object_get(object, key));
	length = text ? strlen(text) : 0;
	if (length >= size)
		return false;
	memcpy(ret_text, text ? text : "", length + 1);
	return true;
}

int evidence_put_number(json_t *object, const char *key, uint64_t number)
{
	char text[24];

	if (number <= EXACT)
		return json_object_set_new(object, key, json_integer(number));
	snprintf(text, sizeof(text), "%" PRIu64, number);
	return json_object_set_new(object, key, json_string(text));
}

bool evidence_get_number(const json_t *object, const char *key, uint64_t *ret_number)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	char *end;

	*ret_number = 0;
	if (!value)
		return true;
	if (json_is_integer(value)) {
		*ret_number = json_integer_value(value);
		return json_integer_value(value) >= 0;
	}
	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return !errno && !*end;
}

int evidence_put_hash(json_t *object, const char *key, const uint8_t hash[EVIDENCE_HASH])
{
	char hex[2 * EVIDENCE_HASH + 1];

	escape_hex(hash, EVIDENCE_HASH, hex);
	return json_object_set_new(object, key, json_string(hex));
}
