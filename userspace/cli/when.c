// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instants as people write them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "when.h"

#define NS_PER_S UINT64_C(1000000000)
#define LAST_S (INT64_MAX / 1000000000)

uint64_t when_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static bool parse_ago(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	uint64_t n, unit;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || end == text || !*end || end[1])
		return false;
	switch (*end) {
	case 'd':
		unit = 86400;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'm':
		unit = 60;
		break;
	case 's':
		unit = 1;
		break;
	default:
		return false;
	}
	if (n > now_ns / NS_PER_S / unit)
		return false;
	*ret_ns = now_ns - n * unit * NS_PER_S;
	return true;
}

/* ".5", up to nine digits. Return: behind it, or NULL. */
static const char *parse_fraction(const char *at, uint64_t *ret_ns)
{
	uint64_t unit = NS_PER_S / 10;

	*ret_ns = 0;
	if (*at != '.')
		return at;
	if (!isdigit((unsigned char)*++at))
		return NULL;
	for (; isdigit((unsigned char)*at); at++, unit /= 10)
		*ret_ns += (*at - '0') * unit;
	return at;
}

/* "Z" or "+01:00". */
static bool parse_zone(const char *at, int64_t *ret_seconds)
{
	int hours, minutes, n = 0;

	*ret_seconds = 0;
	if (strcmp(at, "Z") == 0 || strcmp(at, "z") == 0)
		return true;
	if ((*at != '+' && *at != '-') || !isdigit((unsigned char)at[1]) ||
	    sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2 || n != 5 || at[6] ||
	    hours > 23 || minutes > 59)
		return false;
	*ret_seconds = (hours * 3600 + minutes * 60) * (*at == '-' ? -1 : 1);
	return true;
}

bool when_parse(const char *text, uint64_t now_ns, uint64_t *ret_ns)
{
	uint64_t fraction = 0;
	struct tm tm = { 0 }, same;
	int64_t seconds, zone = 0;
	const char *rest;

	if (!isdigit((unsigned char)*text))
		return false;
	if (parse_ago(text, now_ns, ret_ns))
		return true;
	rest = strptime(text, "%Y-%m-%d", &tm);
	if (!rest || rest - text != 10)
		return false;
	if (*rest) {
		if (*rest != 'T' && *rest != 't' && *rest != ' ')
			return false;
		text = rest + 1;
		rest = strptime(text, "%H:%M:%S", &tm);
		rest = rest && rest - text == 8 ? parse_fraction(rest, &fraction) : NULL;
		if (!rest || !parse_zone(rest, &zone))
			return false;
	}
	same = tm;
	seconds = timegm(&tm) - zone;
	/* The 31st of February would become another day. */
	if (tm.tm_mday != same.tm_mday || seconds < 0 || seconds >= LAST_S)
		return false;
	*ret_ns = seconds * NS_PER_S + fraction;
	return true;
}
