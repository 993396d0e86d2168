// SPDX-License-Identifier: GPL-2.0-only
/*
 * Characters of source text, without regard to the locale.
 */
#include "utf8.h"

struct range {
	uint32_t first;
	uint32_t last;
};

static const struct range deceiving[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f },	/* controls */
	{ 0x061c, 0x061c }, { 0x200e, 0x200f },	/* direction marks */
	{ 0x200b, 0x200b }, { 0x2060, 0x2064 },	/* no width */
	{ 0x2028, 0x2029 },			/* separate lines */
	{ 0x202a, 0x202e }, { 0x2066, 0x206f },	/* embed and override direction */
	{ 0xfeff, 0xfeff },			/* byte order mark */
	{ 0xfff9, 0xfffb },			/* hide annotations */
	{ 0xe0000, 0xe0fff },			/* tags: invisible letters */
};

static const struct range combining[] = {
	{ 0x0300, 0x036f }, { 0x200c, 0x200d }, { 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

static const struct range wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff },
	{ 0x20000, 0x3fffd },
};

#define IN(ranges, character) \
	in_ranges(ranges, sizeof(ranges) / sizeof(ranges[0]), character)

static bool in_ranges(const struct range *ranges, size_t n, uint32_t character)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

size_t policy_utf8_decode(const char *text, size_t length, uint32_t *ret_character)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t character, least;
	size_t n, i;

	if (s[0] < 0x80) {
		*ret_character = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		n = 2;
		least = 0x80;
		character = s[0] & 0x1f;
	} else if ((s[0] & 0xf0) == 0xe0) {
		n = 3;
		least = 0x800;
		character = s[0] & 0x0f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		n = 4;
		least = 0x10000;
		character = s[0] & 0x07;
	} else {
		return 0;
	}
	if (length < n)
		return 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (s[i] & 0x3f);
	}
	if (character < least || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*ret_character = character;
	return n;
}

bool policy_utf8_deceives(uint32_t character)
{
	return IN(deceiving, character);
}

unsigned int policy_utf8_columns(uint32_t character)
{
	if (character < 0x300)
		return 1;
	if (IN(combining, character))
		return 0;
	return IN(wide, character) ? 2 : 1;
}
