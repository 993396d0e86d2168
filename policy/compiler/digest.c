// SPDX-License-Identifier: GPL-2.0-only
/*
 * A SHA-256 as people write it.
 */
#include <string.h>

#include "digest.h"
#include "utf8.h"

#define DIGITS (2 * DEBAR_SHA256_SIZE)

static const uint8_t empty_file[DEBAR_SHA256_SIZE] = {
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
	0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
	0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

/* What a digest of another length is. */
static const struct {
	size_t digits;
	const char *name;
} other_algorithms[] = {
	{ 32, "an MD5" },
	{ 40, "a SHA-1" },
	{ 56, "a SHA-224" },
	{ 96, "a SHA-384" },
	{ 128, "a SHA-512 or BLAKE2b-512" },
};

/* Value of each hex digit plus 1; 0: no digit. A list has 64 million of them. */
static const uint8_t hex_digit[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5,
	['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

static unsigned int hex_value(char c)
{
	return hex_digit[(unsigned char)c] - 1;
}

size_t policy_digest_span(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length && hex_digit[(unsigned char)text[i]] > 0)
		i++;
	return i;
}

static bool has_prefix(const char *text, size_t length, const char *prefix)
{
	size_t n = strlen(prefix);

	return length > n && strncasecmp(text, prefix, n) == 0;
}

static void report_length(struct policy_report *report, struct policy_place place,
			  size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(other_algorithms) / sizeof(other_algorithms[0]); i++) {
		if (other_algorithms[i].digits != length)
			continue;
		policy_error(report, place,
			     "%zu hex digits are %s digest; a ban is a SHA-256 (%u)",
			     length, other_algorithms[i].name, DIGITS);
		return;
	}
	policy_error(report, place, "a SHA-256 has %u hex digits, this has %zu", DIGITS,
		     length);
}

bool policy_digest_read(struct policy_report *report, struct policy_place place,
			const char *text, size_t length,
			uint8_t ret_sha256[DEBAR_SHA256_SIZE])
{
	uint8_t sha256[DEBAR_SHA256_SIZE];
	size_t span = policy_digest_span(text, length);
	uint32_t character;
	size_t i;

	if (span < length) {
		if (has_prefix(text, length, "sha256:") ||
		    has_prefix(text, length, "0x")) {
			policy_error(report, place, "write the %u hex digits alone",
				     DIGITS);
			return false;
		}
		if (has_prefix(text, length, "sha256-")) {
			policy_error(report, place,
				     "this is base64; write a SHA-256 as %u hex digits",
				     DIGITS);
			return false;
		}
		place.column += span;
		i = policy_utf8_decode(text + span, length - span, &character);
		policy_error(report, place,
			     "%s is not a hex digit; a SHA-256 is %u hex digits",
			     policy_quote(text + span, i > 0 ? i : 1).text, DIGITS);
		return false;
	}
	if (length != DIGITS) {
		report_length(report, place, length);
		return false;
	}
	for (i = 0; i < DEBAR_SHA256_SIZE; i++)
		sha256[i] = hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]);
	if (memcmp(sha256, empty_file, sizeof(sha256)) == 0) {
		policy_error(report, place,
			     "this is the SHA-256 of the empty file, which is no "
			     "program");
		return false;
	}
	memcpy(ret_sha256, sha256, sizeof(sha256));
	return true;
}
