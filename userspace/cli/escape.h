/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes that somebody else chose (paths, process names, vendors) made safe to
 * show.
 */
#ifndef DEBAR_ESCAPE_H
#define DEBAR_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * escape_terminal() - for a person's terminal
 * @text: any bytes
 *
 * Bytes of control and direction characters and bytes that are not UTF-8 become
 * \xHH, a backslash becomes two, so that no two texts look alike.
 *
 * Return: allocated text; NULL without memory.
 */
char *escape_terminal(const char *text);

/**
 * escape_utf8() - for JSON, which holds only Unicode
 * @text: any bytes
 * @ret_exact: set to whether the result is @text unchanged
 *
 * Bytes that are not UTF-8 become \xHH; nothing else changes, so the result
 * alone does not tell them from a backslash that was there. Say the bytes in
 * hexadecimal too where @ret_exact is false.
 *
 * Return: allocated text; NULL without memory.
 */
char *escape_utf8(const char *text, bool *ret_exact);

/**
 * escape_hex() - bytes in lower-case hexadecimal
 * @bytes: any
 * @length: how many
 * @ret_hex: room for 2 * @length + 1
 */
void escape_hex(const void *bytes, size_t length, char *ret_hex);

/* Columns that a terminal needs for @text. */
size_t escape_columns(const char *text);

#endif
