/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Characters of source text, without regard to the locale.
 */
#ifndef DEBAR_POLICY_UTF8_H
#define DEBAR_POLICY_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * policy_utf8_decode() - the character at the start of some bytes
 * @text: bytes
 * @length: bytes at @text, 1 or more
 * @ret_character: its code point, set on success
 *
 * Return: its length in bytes, or 0 where there is no well-formed UTF-8.
 */
size_t policy_utf8_decode(const char *text, size_t length, uint32_t *ret_character);

/**
 * policy_utf8_deceives() - can a character make text look like other text?
 * @character: code point
 *
 * Return: true for controls (tab, CR and LF too), line separators, direction
 * marks and characters without width that no script needs.
 */
bool policy_utf8_deceives(uint32_t character);

/**
 * policy_utf8_columns() - how wide a terminal shows a character
 * @character: code point
 *
 * Return: 0 to 2; an approximation that puts carets where people expect them.
 */
unsigned int policy_utf8_columns(uint32_t character);

#endif
