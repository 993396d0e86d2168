/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Digests as other programs write them, and files that have several.
 */
#ifndef DEBAR_IMPORT_DIGEST_H
#define DEBAR_IMPORT_DIGEST_H

#include "import.h"

enum import_digest {
	IMPORT_DIGEST_SHA256,	/* usable */
	IMPORT_DIGEST_OTHER,	/* well-formed, and no ban */
	IMPORT_DIGEST_WRONG,	/* malformed; reported */
};

/**
 * import_digest_read() - look at one digest
 * @import: import; told what is malformed, not what is of another algorithm
 * @algorithm: its name, as the file has it; NULL: tell by the length
 * @algorithm_length: bytes at @algorithm
 * @text: hex digits of either case
 * @length: bytes at @text
 * @ret_sha256: set if it is a SHA-256
 * @ret_reason: set for another algorithm: constant, a plural, "MD5 digests"
 *
 * Return: which of them it is.
 */
enum import_digest import_digest_read(struct import *import, const char *algorithm,
				      size_t algorithm_length, const char *text,
				      size_t length, uint8_t ret_sha256[DEBAR_SHA256_SIZE],
				      const char **ret_reason);

/**
 * import_digest_refuse() - the entry at hand has only a digest that is no ban
 * @import: import
 * @reason: from import_digest_read()
 */
void import_digest_refuse(struct import *import, const char *reason);

/* Is @name the name of a digest algorithm or something like it? */
bool import_digest_known(const char *name, size_t length);

/*
 * One file's digests. A SHA-256 among them is taken and the others are only
 * counted; without one each of them is refused. All zero: empty.
 */
#define IMPORT_FILE_OTHERS 16

struct import_file {
	struct import_row row;
	bool has_sha256;
	bool wrong;		/* something about it was reported */
	struct {
		const char *reason;
		uint64_t line;
	} others[IMPORT_FILE_OTHERS];
	size_t n_others;
};

/** import_file_begin() - empty @file. */
void import_file_begin(struct import_file *file);

/** import_file_digest() - one more of its digests; parameters as import_digest_read(). */
void import_file_digest(struct import *import, struct import_file *file,
			const char *algorithm, size_t algorithm_length,
			const char *text, size_t length);

/**
 * import_file_end() - take or refuse it
 * @import: import
 * @file: with name, size and source in its row
 *
 * Return: false if it has no digest at all and nothing was reported.
 */
bool import_file_end(struct import *import, struct import_file *file);

#endif
