// SPDX-License-Identifier: GPL-2.0-only
/*
 * Untrusted bytes made safe to show.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "utf8.h"

static const char digits[] = "0123456789abcdef";

static char *put_escaped(char *to, const char *from, size_t n)
{
	while (n--) {
		unsigned char byte = *from++;

		*to++ = '\\';
		*to++ = 'x';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	return to;
}

char *escape_terminal(const char *text)
{
	size_t left = strlen(text);
	char *out, *to;

	/* No byte becomes more than four. */
	out = malloc(4 * left + 1);
	if (!out)
		return NULL;
	to = out;
	while (left) {
		uint32_t character = 0;
		size_t n = policy_utf8_decode(text, left, &character);

		if (!n || policy_utf8_deceives(character)) {
			n = n ? n : 1;
			to = put_escaped(to, text, n);
		} else {
			if (character == '\\')
				*to++ = '\\';
			memcpy(to, text, n);
			to += n;
		}
		text += n;
		left -= n;
	}
	*to = '\0';
	return out;
}

char *escape_utf8(const char *text, bool *ret_exact)
{
	size_t left = strlen(text);
	char *out, *to;

	out = malloc(4 * left + 1);
	if (!out)
		return NULL;
	to = out;
	*ret_exact = true;
	while (left) {
		uint32_t character;
		size_t n = policy_utf8_decode(text, left, &character);

		if (n) {
			memcpy(to, text, n);
			to += n;
		} else {
			n = 1;
			to = put_escaped(to, text, n);
			*ret_exact = false;
		}
		text += n;
		left -= n;
	}
	*to = '\0';
	return out;
}

void escape_hex(const void *bytes, size_t length, char *ret_hex)
{
	const unsigned char *from = bytes;

	while (length--) {
		*ret_hex++ = digits[*from >> 4];
		*ret_hex++ = digits[*from++ & 15];
	}
	*ret_hex = '\0';
}

size_t escape_columns(const char *text)
{
	size_t left = strlen(text), columns = 0;

	while (left) {
		uint32_t character;
		size_t n = policy_utf8_decode(text, left, &character);

		columns += n ? policy_utf8_columns(character) : 1;
		n = n ? n : 1;
		text += n;
		left -= n;
	}
	return columns;
}
