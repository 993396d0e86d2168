/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a ban or an exception comes to at an instant, in words.
 */
#ifndef DEBAR_TERMS_H
#define DEBAR_TERMS_H

#include <stddef.h>

#include "libdebar.h"
#include "output.h"

#define TERMS_TEXT 96	/* bytes; the longest of the words below is shorter */

/**
 * terms_of_ban() - what happens to a product's files now
 * @action: as written
 * @effective: seconds since 1970; 0: at once
 * @expires: seconds since 1970; 0: never
 * @now: seconds since 1970
 * @ret_text: receives e.g. "deny", "observe until 2026-12-01", "expired"
 *
 * Return: a colour for it.
 */
enum out_colour terms_of_ban(enum debar_action action, uint64_t effective,
			     uint64_t expires, uint64_t now, char ret_text[TERMS_TEXT]);

/** terms_of_exception() - "in force" or "expired". Return: a colour for it. */
enum out_colour terms_of_exception(uint64_t expires, uint64_t now, const char **ret_word);

/**
 * terms_name() - a product as people call it
 * @vendor: text
 * @product: text
 * @release: text; NULL or "" where there is none
 *
 * Return: "VENDOR/PRODUCT RELEASE", as exceptions of a policy name it; free with
 * free(); NULL without memory.
 */
char *terms_name(const char *vendor, const char *product, const char *release);

#endif
