/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instants as people write them.
 */
#ifndef DEBAR_WHEN_H
#define DEBAR_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define WHEN_FORMS "a time such as 2026-11-28T03:00:00Z, a date (00:00 UTC), or 30d, 12h, 15m ago"

/**
 * when_parse() - an instant
 * @text: RFC 3339 with Z or an offset, YYYY-MM-DD, or a number and d, h, m or s: so long
 *	before @now_ns
 * @now_ns: since 1970
 * @ret_ns: set on success
 *
 * Return: is it one, between 1970 and 2262?
 */
bool when_parse(const char *text, uint64_t now_ns, uint64_t *ret_ns);

/* By the machine's clock, ns since 1970. */
uint64_t when_now(void);

#endif
