/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns of STIX 2.1 indicators, as far as they list files by their SHA-256.
 */
#ifndef DEBAR_STIX_PATTERN_H
#define DEBAR_STIX_PATTERN_H

#include "import.h"

/**
 * stix_pattern_read() - take the files of a pattern
 * @import: import
 * @text: pattern
 * @length: bytes at @text
 * @source: what the rows say about their source
 * @source_length: bytes at @source
 *
 * Taken are terms [file:hashes.'SHA-256' = '...'], joined by OR; a term may add
 * file:size and file:name with AND. A pattern that says anything else about files
 * is refused whole, one about other things is ignored, one that breaks off is an
 * error.
 */
void stix_pattern_read(struct import *import, const char *text, size_t length,
		       const char *source, size_t source_length);

#endif
