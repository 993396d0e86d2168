/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Texts in another program's format, and what an importer has to say about them.
 */
#ifndef DEBAR_TEST_IMPORT_H
#define DEBAR_TEST_IMPORT_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "importer.h"
#include "scratch.h"

#define A	"1111111111111111111111111111111111111111111111111111111111111111"
#define B	"2222222222222222222222222222222222222222222222222222222222222222"
#define UPPER	"ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"
#define LOWER	"abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
#define EMPTY	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define MD5	"0123456789abcdef0123456789abcdef"
#define SHA1	MD5 "01234567"
#define SHA224	MD5 "0123456789abcdef01234567"
#define SHA384	A MD5
#define SHA512	A B

/* One of these says what is to come out. */
struct import_sample {
	const char *text;
	const char *rows;	/* of the list, without its comments and header */
	const char *error;	/* in the first diagnostic */
	const char *refused;	/* a reason */
	const char *ignored;	/* a reason, beside rows or alone */
	unsigned int line;	/* of the first diagnostic, if there is one */
};

static inline int import_path(const char *format, const char *path, bool skip,
			      const char *const *manufacturers, size_t n_manufacturers,
			      struct import_result *result)
{
	const struct import_options options = {
		.path = path,
		.skip_unusable = skip,
		.manufacturers = manufacturers,
		.n_manufacturers = n_manufacturers,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		fail_msg("%s: %m", path);
	error = import_run(import_format_find(format), fd, &options, result);
	close(fd);
	return error;
}

/* What is in the list but for comments and header; free with free(). */
static inline char *import_rows_of(const struct import_result *result)
{
	char *rows = calloc(1, result->length + 1), *to = rows;
	const char *at = result->list;

	while (at && *at) {
		const char *end = strchr(at, '\n') + 1;

		if (*at != '#' && strncmp(at, "sha256,size,name\n", 17) != 0) {
			memcpy(to, at, end - at);
			to += end - at;
		}
		at = end;
	}
	return rows;
}

static inline bool import_has_reason(const struct import_tally *tally, const char *reason)
{
	size_t i;

	for (i = 0; i < tally->n; i++)
		if (strcmp(tally->list[i].reason, reason) == 0)
			return true;
	return false;
}

static inline void import_print(const struct import_result *result, const char *text)
{
	size_t i;

	print_error("%.2000s\n", text);
	policy_diagnostics_print(&result->diagnostics, stderr);
	for (i = 0; i < result->refused.n; i++)
		print_error("refused: %s\n", result->refused.list[i].reason);
	for (i = 0; i < result->ignored.n; i++)
		print_error("ignored: %s\n", result->ignored.list[i].reason);
	print_error("%s", result->list ? result->list : "no list\n");
}

/* Import @length bytes of @sample->text, whose text may hold NUL. */
static inline void import_check_bytes(const struct scratch *scratch, const char *format,
				      const struct import_sample *sample, size_t length)
{
	const char *path = scratch_write(scratch, "sample", sample->text, length);
	const struct policy_diagnostic *first;
	struct import_result result;
	bool good = true;
	char *rows;
	int error;

	error = import_path(format, path, false, NULL, 0, &result);
	first = result.diagnostics.n > 0 ? &result.diagnostics.list[0] : NULL;
	rows = import_rows_of(&result);
	if (sample->rows)
		good = error == 0 && strcmp(rows, sample->rows) == 0 &&
		       result.diagnostics.n_errors == 0;
	else
		good = error == -EBADMSG && !result.list;
	if (sample->error)
		good = good && first && first->severity == POLICY_ERROR &&
		       strstr(first->message, sample->error) &&
		       first->line == sample->line && result.refused.total == 0;
	if (sample->refused)
		good = good && first && import_has_reason(&result.refused, sample->refused) &&
		       first->line == sample->line &&
		       result.diagnostics.n_errors == result.refused.total;
	if (sample->ignored)
		good = good && import_has_reason(&result.ignored, sample->ignored);
	if (!sample->error && !sample->refused)
		good = good && result.diagnostics.n_errors == 0;
	if (!good) {
		import_print(&result, sample->text);
		fail_msg("%s: another outcome (%d) than the sample asks for", format, error);
	}
	free(rows);
	import_result_free(&result);
}

static inline void import_check_list(const struct scratch *scratch, const char *format,
				     const struct import_sample *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		import_check_bytes(scratch, format, &list[i], strlen(list[i].text));
}

#define import_check(scratch, format, samples) \
	import_check_list(scratch, format, samples, sizeof(samples) / sizeof(samples[0]))

/* A sample of tests/unit/import gives, byte for byte, the list beside it. */
static inline void import_check_file(const char *format, const char *name)
{
	struct import_result result;
	char path[256], list[65536];
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "tests/unit/import/%s.list", name);
	file = fopen(source_path(path), "r");
	if (!file)
		fail_msg("%s is missing", path);
	length = fread(list, 1, sizeof(list) - 1, file);
	list[length] = '\0';
	fclose(file);
	path[strlen(path) - strlen(".list")] = '\0';
	if (import_path(format, source_path(path), true, NULL, 0, &result) != 0) {
		import_print(&result, name);
		fail_msg("%s is refused", name);
	}
	assert_string_equal(result.list, list);
	assert_int_equal(result.length, length);
	import_result_free(&result);
}

/* Beginnings of a sample, as if it had been cut off: an answer, no crash. */
static inline void import_check_cut(const struct scratch *scratch, const char *format,
				    const char *name, int at_most_ok)
{
	char path[256], text[65536];
	size_t length, cut;
	int n_ok = 0;
	FILE *file;

	snprintf(path, sizeof(path), "tests/unit/import/%s", name);
	file = fopen(source_path(path), "r");
	assert_non_null(file);
	length = fread(text, 1, sizeof(text), file);
	fclose(file);
	/* All that cut its first or last words, and some between. */
	for (cut = 0; cut < length; cut += cut < 50 || cut + 50 > length ? 1 : 29) {
		struct import_result result;
		int error;

		error = import_path(format, scratch_write(scratch, "cut", text, cut), true,
				    NULL, 0, &result);
		assert_true(error == 0 || error == -EBADMSG);
		assert_true((error == 0) == (result.list != NULL));
		n_ok += error == 0;
		import_result_free(&result);
	}
	/* A line more or less is a shorter list; a document that ends early is none. */
	if (n_ok > at_most_ok)
		fail_msg("%s: %d beginnings were taken for whole", name, n_ok);
}

#endif
