// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests as other programs write them.
 */
#include <string.h>
#include <strings.h>

#include "digest.h"
#include "import_digest.h"

#define SHA256_DIGITS (2 * DEBAR_SHA256_SIZE)

/*
 * Names without '-', '_' and '/', in lower case. The first with a number of
 * digits is what a digest of that length without a name is taken for.
 */
static const struct algorithm {
	const char *name;
	const char *reason;
	size_t digits;		/* 0: not checked */
} algorithms[] = {
	{ "sha256", "SHA-256 digests", SHA256_DIGITS },
	{ "md5", "MD5 digests", 32 },
	{ "sha1", "SHA-1 digests", 40 },
	{ "sha224", "SHA-224 digests", 56 },
	{ "sha384", "SHA-384 digests", 96 },
	{ "sha512", "SHA-512 digests", 128 },
	{ "blake2b512", "BLAKE2b digests", 128 },
	{ "blake2b", "BLAKE2b digests", 128 },
	{ "blake2b384", "BLAKE2b digests", 96 },
	{ "blake2b256", "BLAKE2b digests", 64 },
	{ "blake3", "BLAKE3 digests", 0 },
	{ "sha512224", "SHA-512/224 digests", 56 },
	{ "sha512256", "SHA-512/256 digests", 64 },
	{ "sha3224", "SHA-3 digests", 56 },
	{ "sha3256", "SHA-3 digests", 64 },
	{ "sha3384", "SHA-3 digests", 96 },
	{ "sha3512", "SHA-3 digests", 128 },
	{ "md2", "MD2 digests", 32 },
	{ "md4", "MD4 digests", 32 },
	{ "md6", "MD6 digests", 0 },
	{ "adler32", "checksums", 8 },
	{ "crc32", "checksums", 8 },
	{ "streebog256", "Streebog digests", 64 },
	{ "streebog512", "Streebog digests", 128 },
	{ "authentihash", "Authenticode hashes", 0 },
	{ "authenticode", "Authenticode hashes", 0 },
	{ "imphash", "similarity hashes", 0 },
	{ "impfuzzy", "similarity hashes", 0 },
	{ "pehash", "similarity hashes", 0 },
	{ "ssdeep", "similarity hashes", 0 },
	{ "tlsh", "similarity hashes", 0 },
	{ "telfhash", "similarity hashes", 0 },
	{ "vhash", "similarity hashes", 0 },
	{ "cdhash", "CDHash identities", 40 },
};

static const struct algorithm unknown = { "", "digests of unknown algorithms", 0 };

#define N_ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

static bool is_name(const char *text, size_t length, const char *name)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (strchr("-_/ ", text[i]))
			continue;
		if (!*name || strncasecmp(text + i, name, 1) != 0)
			return false;
		name++;
	}
	return !*name;
}

static const struct algorithm *by_name(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < N_ALGORITHMS; i++)
		if (is_name(text, length, algorithms[i].name))
			return &algorithms[i];
	return &unknown;
}

static const struct algorithm *by_digits(size_t digits)
{
	size_t i;

	for (i = 0; i < N_ALGORITHMS; i++)
		if (algorithms[i].digits == digits)
			return &algorithms[i];
	return NULL;
}

bool import_digest_known(const char *name, size_t length)
{
	return by_name(name, length) != &unknown;
}

static unsigned int value(char digit)
{
	return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static bool is_hex(struct import *import, const char *text, size_t length)
{
	size_t span = policy_digest_span(text, length);
	static const char *const marks[] = { "sha256:", "sha256-", "0x" };
	size_t i;

	if (span == length && length > 0)
		return true;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (length > strlen(marks[i]) &&
		    strncasecmp(text, marks[i], strlen(marks[i])) == 0) {
			import_error(import, "%s: a digest is hex digits alone, without "
				     "'%s'", policy_quote(text, length).text, marks[i]);
			return false;
		}
	}
	if (length == 0)
		import_error(import, "the digest is missing");
	else
		import_error(import, "%s is not a digest: it has a character that is no "
			     "hex digit", policy_quote(text, length).text);
	return false;
}

enum import_digest import_digest_read(struct import *import, const char *name,
				      size_t name_length, const char *text,
				      size_t length, uint8_t ret_sha256[DEBAR_SHA256_SIZE],
				      const char **ret_reason)
{
	const struct algorithm *algorithm = NULL;
	size_t i;

	if (name)
		algorithm = by_name(name, name_length);
	/* What similarity hashes look like is nothing to us. */
	if ((!algorithm || algorithm->digits > 0) && !is_hex(import, text, length))
		return IMPORT_DIGEST_WRONG;
	if (!algorithm)
		algorithm = by_digits(length);
	if (!algorithm) {
		import_error(import, "a SHA-256 has %u hex digits, this has %zu",
			     SHA256_DIGITS, length);
		return IMPORT_DIGEST_WRONG;
	}
	if (algorithm->digits > 0 && length != algorithm->digits) {
		import_error(import, "a digest of %s has %zu hex digits, this has %zu",
			     policy_quote(name ? name : "", name ? name_length : 0).text,
			     algorithm->digits, length);
		return IMPORT_DIGEST_WRONG;
	}
	if (algorithm != &algorithms[0]) {
		*ret_reason = algorithm->reason;
		return IMPORT_DIGEST_OTHER;
	}
	for (i = 0; i < DEBAR_SHA256_SIZE; i++)
		ret_sha256[i] = value(text[2 * i]) << 4 | value(text[2 * i + 1]);
	return IMPORT_DIGEST_SHA256;
}

void import_digest_refuse(struct import *import, const char *reason)
{
	import_refuse(import, reason, "no SHA-256 of a file, which is what a ban is: %s "
		      "are refused", reason);
}

void import_file_begin(struct import_file *file)
{
	memset(file, 0, sizeof(*file));
	file->row.size = IMPORT_SIZE_UNKNOWN;
}

void import_file_digest(struct import *import, struct import_file *file,
			const char *algorithm, size_t algorithm_length,
			const char *text, size_t length)
{
	uint8_t sha256[DEBAR_SHA256_SIZE];
	const char *reason;

	switch (import_digest_read(import, algorithm, algorithm_length, text, length,
				   sha256, &reason)) {
	case IMPORT_DIGEST_SHA256:
		if (file->has_sha256 &&
		    memcmp(file->row.sha256, sha256, sizeof(sha256)) != 0) {
			import_error(import, "one file with two SHA-256 digests");
			file->wrong = true;
		}
		memcpy(file->row.sha256, sha256, sizeof(sha256));
		file->has_sha256 = true;
		break;
	case IMPORT_DIGEST_OTHER:
		if (file->n_others == IMPORT_FILE_OTHERS) {
			import_error(import, "one file with more than %u digests",
				     IMPORT_FILE_OTHERS);
			file->wrong = true;
			break;
		}
		file->others[file->n_others].reason = reason;
		file->others[file->n_others++].line = import->line;
		break;
	case IMPORT_DIGEST_WRONG:
		file->wrong = true;
		break;
	}
}

bool import_file_end(struct import *import, struct import_file *file)
{
	uint64_t line = import->line;
	size_t i;

	if (file->wrong)
		return true;
	if (file->has_sha256) {
		if (file->n_others > 0)
			import_ignore(import, "other digests of files that have a SHA-256",
				      file->n_others);
		import_take(import, &file->row);
		return true;
	}
	for (i = 0; i < file->n_others; i++) {
		import->line = file->others[i].line;
		import_digest_refuse(import, file->others[i].reason);
	}
	import->line = line;
	return file->n_others > 0;
}
