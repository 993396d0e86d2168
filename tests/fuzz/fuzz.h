/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput(),
 * which libFuzzer calls with @data of exactly @size bytes on the heap, aligned as
 * malloc() aligns, so that ASan sees a byte too far. It always returns 0; what must
 * not be ends it.
 */
#ifndef DEBAR_FUZZ_H
#define DEBAR_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "policy.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert(), and never compiled out. */
#define fuzz_require(condition) \
	((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))

static inline _Noreturn void fuzz_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
	abort();
}

/* An unnamed file that holds @data, at its start; to be closed. */
static inline int fuzz_file(const void *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	fuzz_require(fd >= 0);
	fuzz_require(write(fd, data, size) == (ssize_t)size);
	fuzz_require(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/*
 * Well-formed UTF-8 that neither commands a terminal nor deceives a reader, but for
 * line feeds and tabs where @lines.
 */
static inline bool fuzz_is_clean(const char *text, size_t length, bool lines)
{
	size_t i, n;

	for (i = 0; i < length; i += n) {
		uint32_t character;

		n = policy_utf8_decode(text + i, length - i, &character);
		if (n == 0)
			return false;
		if (lines && (character == '\n' || character == '\t'))
			continue;
		if (policy_utf8_deceives(character))
			return false;
	}
	return true;
}

/*
 * What diagnostics promise: counts that agree, messages that are clean, and output
 * that is safe on a terminal. @failed: there has to be an error; else none may be.
 */
static inline void fuzz_check_diagnostics(const struct policy_diagnostics *diagnostics,
					  bool failed)
{
	size_t i, errors = 0, length;
	char *text = NULL;
	FILE *out;

	for (i = 0; i < diagnostics->n; i++) {
		const struct policy_diagnostic *d = &diagnostics->list[i];

		errors += d->severity == POLICY_ERROR;
		fuzz_require(d->message && *d->message && d->file);
		fuzz_require(fuzz_is_clean(d->message, strlen(d->message), false));
	}
	fuzz_require(errors <= diagnostics->n_errors);
	fuzz_require((diagnostics->n_errors > 0) == failed);
	out = open_memstream(&text, &length);
	fuzz_require(out);
	policy_diagnostics_print(diagnostics, out);
	fclose(out);
	fuzz_require(fuzz_is_clean(text, length, true));
	free(text);
}

/* Input as a sequence of choices: when it is used up there are only zeros. */
struct fuzz_choices {
	const uint8_t *data;
	size_t size;
};

static inline uint8_t fuzz_byte(struct fuzz_choices *choices)
{
	if (choices->size == 0)
		return 0;
	choices->size--;
	return *choices->data++;
}

#endif
