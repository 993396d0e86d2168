/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A SHA-256 as people write it.
 */
#ifndef DEBAR_POLICY_DIGEST_H
#define DEBAR_POLICY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostic.h"
#include "image.h"

/**
 * policy_digest_read() - a digest to ban, from 64 hex digits of either case
 * @report: told what is wrong; other algorithms are recognised by their length
 * @place: of the first digit
 * @text: digits
 * @length: bytes at @text
 * @ret_sha256: set on success
 *
 * The digest of the empty file is refused too: nobody can mean to ban that.
 *
 * Return: true on success.
 */
bool policy_digest_read(struct policy_report *report, struct policy_place place,
			const char *text, size_t length,
			uint8_t ret_sha256[DEBAR_SHA256_SIZE]);

/* How many hex digits @text begins with. */
size_t policy_digest_span(const char *text, size_t length);

#endif
