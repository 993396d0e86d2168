// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash lists: the lines that are taken, those that are refused, and a million.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "image.h"
#include "image_builder.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

/* Compile a policy with the list @text; 0 errors expected or not. */
static int compile_list(const void *text, size_t length,
			struct policy_diagnostics *diagnostics, void **ret_image,
			struct policy_summary *ret_summary)
{
	const char *path;
	size_t image_length;

	scratch_write(&scratch, "list", text, length);
	path = scratch_text(&scratch, "policy.yaml", BANS "    - list: list\n");
	return policy_compile(path, diagnostics, ret_image, &image_length, ret_summary);
}

static const struct {
	const char *text;
	size_t n_bans;
} good[] = {
	{ D1 "  name\n", 1 },
	{ D1 " *name\n", 1 },
	{ D1 "  name", 1 },
	{ D1 "  name\r\n" D2 " *name\r\n", 2 },
	{ D1 "   name begins with a space\n", 1 },
	{ D1 "  *\n", 1 },
	{ D1 "  a\tb\n", 1 },
	{ D1 "  opt/\xe8\x8f\xaf\xe7\x82\xba/\xc3\xa9\n", 1 },
	{ "\\" D1 "  a\\\\b\\nc\\rd\n", 1 },
	{ D1 "  a\\b\n", 1 },
	{ "SHA256 (name) = " D1 "\n", 1 },
	{ "SHA256 (a (1) = b) = " D1 "\n", 1 },
	{ "\\SHA256 (a\\nb) = " D1 "\n", 1 },
	{ "# comment\n\n  \n\t\n" D1 "  name\n#" D2 "  name\n\r\n", 1 },
	{ DF "  f\n" D2 "  2\n" D1 "  1\n", 3 },
	{ "", 0 },
	{ "# nothing\n", 0 },
};

static void test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct policy_diagnostics diagnostics;
		struct policy_summary summary;
		void *image;

		if (compile_list(good[i].text, strlen(good[i].text), &diagnostics, &image,
				 &summary) != 0) {
			policy_diagnostics_print(&diagnostics, stderr);
			fail_msg("%s", good[i].text);
		}
		assert_int_equal(summary.n_bans, good[i].n_bans);
		assert_int_equal(summary.n_unsized, good[i].n_bans);
		policy_diagnostics_free(&diagnostics);
		free(image);
	}
}

static const struct {
	const char *text;
	const char *message;
	unsigned int line;
	unsigned int column;
} bad[] = {
	{ "name\n", "expected a SHA-256 of 64 hex digits, two spaces and a file name", 1,
	  1 },
	{ " " D1 "  name\n", "expected a SHA-256 of 64 hex digits", 1, 1 },
	{ D1 "\n", "expected two spaces, or a space and '*', and the file name", 1, 65 },
	{ D1 " \n", "expected two spaces, or a space and '*', and the file name", 1, 65 },
	{ D1 "  \n", "a file name is missing", 1, 67 },
	{ D1 " *\n", "a file name is missing", 1, 67 },
	{ D1 " name\n", "expected two spaces", 1, 65 },
	{ D1 "\tname\n", "expected two spaces", 1, 65 },
	{ D1 "*name\n", "expected two spaces", 1, 65 },
	{ D1 "  ok\n" D2 ",name\n", "',' is not a hex digit", 2, 65 },
	{ D1 "  ok\n\n\n" D2 "1  name\n",
	  "a SHA-256 has 64 hex digits, this has 65", 4, 1 },
	{ "11111  name\n", "a SHA-256 has 64 hex digits, this has 5", 1, 1 },
	{ "111g1  name\n", "'g' is not a hex digit", 1, 4 },
	{ "d41d8cd98f00b204e9800998ecf8427e  name\n", "32 hex digits are an MD5", 1, 1 },
	{ "da39a3ee5e6b4b0d3255bfef95601890afd80709 *name\n", "40 hex digits are a SHA-1",
	  1, 1 },
	{ D1 D1 "  name\n", "128 hex digits are a SHA-512 or BLAKE2b-512", 1, 1 },
	{ "\\d41d8cd98f00b204e9800998ecf8427e  name\n",
	  "32 hex digits are an MD5", 1, 2 },
	{ "MD5 (name) = d41d8cd98f00b204e9800998ecf8427e\n",
	  "a digest of the algorithm 'MD5'; a ban is a SHA256", 1, 1 },
	{ "SHA512 (name) = " D1 D1 "\n", "a digest of the algorithm 'SHA512'", 1, 1 },
	{ "SHA3-256 (name) = " D1 "\n", "a digest of the algorithm 'SHA3-256'", 1, 1 },
	{ "SHA256 (name) = 12\n", "a SHA-256 has 64 hex digits, this has 2", 1, 1 },
	{ "SHA256 (name) =" D1 "\n",
	  "expected 'SHA256 (name) = ' and 64 hex digits", 1, 1 },
	{ "SHA256 (name " D1 "\n",
	  "expected 'SHA256 (name) = ' and 64 hex digits", 1, 1 },
	{ "SHA256 (name)\n", "expected 'SHA256 (name) = ' and 64 hex digits", 1, 1 },
	{ "SHA256 () = " D1 "\n", "a file name is missing", 1, 9 },
	{ "SHA256 (\n", "expected 'SHA256 (name) = ' and 64 hex digits", 1, 1 },
	{ "\\" D1 "  a\\x\n", "the file name has an escape other than", 1, 1 },
	{ "\\" D1 "  a\\\n", "the file name has an escape other than", 1, 1 },
	{ "\\\n", "expected a SHA-256 of 64 hex digits", 1, 2 },
	{ EMPTY_FILE "  __init__.py\n", "the SHA-256 of the empty file", 1, 1 },
	{ D1 "  ok\n" D2 "  caf\xe9\n", "byte 0xe9 is not UTF-8", 2, 70 },
	{ D1 "  a\x1b[2J\n", "control character 0x1b", 1, 68 },
	{ D1 "  a\rb\n", "a carriage return that does not end the line", 1, 68 },
	{ "\xef\xbb\xbf" D1 "  a\n", "byte order mark", 1, 1 },
	{ D1 "  a\xe2\x80\xae" "b\n", "character U+202E", 1, 68 },
};

static bool said(const struct policy_diagnostics *diagnostics, size_t i)
{
	size_t j;

	for (j = 0; j < diagnostics->n; j++) {
		const struct policy_diagnostic *d = &diagnostics->list[j];

		if (d->line == bad[i].line && d->column == bad[i].column &&
		    strcmp(d->file + strlen(d->file) - 5, "/list") == 0 &&
		    strstr(d->message, bad[i].message))
			return true;
	}
	return false;
}

static void test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct policy_diagnostics diagnostics;
		void *image;

		assert_int_equal(compile_list(bad[i].text, strlen(bad[i].text),
					      &diagnostics, &image, NULL), -EBADMSG);
		if (!said(&diagnostics, i)) {
			policy_diagnostics_print(&diagnostics, stderr);
			fail_msg("%s: %s", bad[i].text, bad[i].message);
		}
		assert_int_equal(diagnostics.n_errors, 1);
		policy_diagnostics_free(&diagnostics);
	}
}

/* Progress is told, and what it says ends the compilation. */
static int count_calls(uint64_t done, void *data)
{
	uint64_t *last = data;

	assert_true(done >= *last);
	*last = done;
	return 0;
}

static int interrupt(uint64_t done, void *data)
{
	(void)done;
	(void)data;
	return -EINTR;
}

/* NUL bytes, which the tables above cannot hold. */
static void test_nul(void **state)
{
	static const char *const texts[] = {
		D1 "  a\0b\n", "\0" D1 "  a\n", D1 "\0 a\n", D1 "  a\n\0"
	};
	static const size_t lengths[] = { 70, 69, 68, 69 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct policy_diagnostics diagnostics;
		void *image;

		assert_int_equal(compile_list(texts[i], lengths[i], &diagnostics, &image,
					      NULL), -EBADMSG);
		assert_string_equal(diagnostics.list[0].message,
				    "a NUL byte: this is not a text file");
		policy_diagnostics_free(&diagnostics);
	}
}

static void test_line_length(void **state)
{
	struct policy_diagnostics diagnostics;
	struct policy_summary summary;
	static char text[9216 + 2];
	void *image;

	(void)state;
	memset(text, 'n', sizeof(text));
	memcpy(text, D1 "  ", 66);
	text[9216] = '\n';
	assert_int_equal(compile_list(text, 9217, &diagnostics, &image, &summary), 0);
	policy_diagnostics_free(&diagnostics);
	free(image);
	text[9216] = 'n';
	text[9217] = '\n';
	assert_int_equal(compile_list(text, 9218, &diagnostics, &image, &summary),
			 -EBADMSG);
	assert_string_equal(diagnostics.list[0].message,
			    "the line has more than 9216 bytes");
	policy_diagnostics_free(&diagnostics);
}

/* Both lists, and the line in each, are named where digests contradict. */
static void test_two_lists(void **state)
{
	struct policy_diagnostics diagnostics;
	const struct policy_diagnostic *d;
	size_t length;
	void *image;

	(void)state;
	scratch_text(&scratch, "one", "\n" D1 "  x\n" D2 "  y\n");
	scratch_text(&scratch, "two", D2 "  z\n");
	assert_int_equal(policy_compile(scratch_text(&scratch, "two.yaml",
			BANS "    - list: one\n"
			"  - {name: Q, action: deny, authority: A, files: [list: two]}\n"),
			&diagnostics, &image, &length, NULL), -EBADMSG);
	assert_int_equal(diagnostics.n_errors, 1);
	while (diagnostics.list[diagnostics.n - 1].severity != POLICY_ERROR)
		diagnostics.n--;
	d = &diagnostics.list[diagnostics.n - 1];
	assert_non_null(strstr(d->file, "/two"));
	assert_int_equal(d->line, 1);
	assert_non_null(strstr(d->message, "in line 3 of"));
	assert_non_null(strstr(d->message, "/one'"));
	policy_diagnostics_free(&diagnostics);
}

/* A list in a folder below the policy; and one that is there but not readable. */
static void test_places(void **state)
{
	struct policy_diagnostics diagnostics;
	size_t length;
	void *image;

	(void)state;
	if (mkdir(scratch_path(&scratch, "below"), 0755) < 0)
		fail();
	scratch_text(&scratch, "below/list", D1 "  x\n");
	assert_int_equal(policy_compile(scratch_text(&scratch, "below.yaml",
						     BANS "    - list: below/list\n"),
					&diagnostics, &image, &length, NULL), 0);
	free(image);
	policy_diagnostics_free(&diagnostics);
	if (geteuid() == 0)	/* root reads everything */
		return;
	if (chmod(scratch_path(&scratch, "below/list"), 0) < 0)
		fail();
	assert_int_equal(policy_compile(scratch_path(&scratch, "below.yaml"),
					&diagnostics, &image, &length, NULL), -EBADMSG);
	assert_non_null(strstr(diagnostics.list[0].message, "Permission denied"));
	policy_diagnostics_free(&diagnostics);
}

/*
 * Lines @first to @last of a long list: each another digest, in no order. Returns
 * the path of a policy with that list.
 */
static const char *write_long(uint32_t first, uint32_t last)
{
	FILE *file = fopen(scratch_path(&scratch, "long"), first == 1 ? "w" : "a");
	uint32_t i;

	assert_non_null(file);
	for (i = first; i <= last; i++)
		fprintf(file, "%08x%056x  opt/vendor/lib/file-%u\n", i * 2654435761u, i,
			i);
	fclose(file);
	return scratch_text(&scratch, "long.yaml", BANS "    - list: long\n");
}

/* As many bans as an image holds, then three more. */
static void test_full(void **state)
{
	struct policy_diagnostics diagnostics;
	struct debar_image image;
	size_t length;
	void *data;
	uint32_t i;

	(void)state;
	assert_int_equal(policy_compile(write_long(1, 1 << 20), &diagnostics, &data,
					&length, NULL), 0);
	policy_diagnostics_free(&diagnostics);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
	assert_int_equal(image.n_bans, 1 << 20);
	for (i = 1; i <= 1 << 20; i += 997) {
		uint8_t sha256[32] = { 0 };
		int j;

		for (j = 0; j < 4; j++) {
			sha256[j] = i * 2654435761u >> (24 - 8 * j);
			sha256[28 + j] = i >> (24 - 8 * j);
		}
		assert_non_null(debar_image_find(&image, sha256));
		sha256[27] = 1;
		assert_null(debar_image_find(&image, sha256));
	}
	free(data);

	assert_int_equal(policy_compile(write_long((1 << 20) + 1, (1 << 20) + 3),
					&diagnostics, &data, &length, NULL), -EBADMSG);
	assert_int_equal(diagnostics.n_errors, 1);
	assert_int_equal(diagnostics.list[diagnostics.n - 1].line, (1 << 20) + 1);
	assert_string_equal(diagnostics.list[diagnostics.n - 1].message,
			    "a policy has 1048576 bans at most, and this is one more");
	policy_diagnostics_free(&diagnostics);
}

static void test_progress(void **state)
{
	const char *path = write_long(1, 100000);
	uint64_t last = 0;
	struct policy_input input = {
		.paths = &path, .n_paths = 1, .progress = count_calls, .data = &last
	};
	struct policy_diagnostics diagnostics;
	size_t length;
	void *image = NULL;

	(void)state;
	assert_int_equal(policy_build(&input, &diagnostics, &image, &length, NULL), 0);
	assert_true(last > 3 * 1024 * 1024);
	policy_diagnostics_free(&diagnostics);
	free(image);
	input.progress = interrupt;
	image = NULL;
	assert_int_equal(policy_build(&input, &diagnostics, &image, &length, NULL),
			 -EINTR);
	assert_null(image);
	policy_diagnostics_free(&diagnostics);
}

/* Any bytes at all: an answer, no crash. */
static void test_random(void **state)
{
	static const char *const parts[] = {
		D1, D2, "SHA256 (", ") = ", "  ", " *", "\\", "\n", "\r\n", "name", "#",
		"\xc3\xa9", "MD5 (", "\t", "g", "(", ")", EMPTY_FILE, ",", ",9,", "\"",
		"sha256,size,name\n",
	};
	const size_t n_parts = sizeof(parts) / sizeof(parts[0]);
	uint64_t seed = 889;
	unsigned int round;

	(void)state;
	for (round = 0; round < 2000; round++) {
		struct policy_diagnostics diagnostics;
		struct scratch_file file;
		size_t length;
		unsigned int i, n = next_random(&seed) % 12;
		void *image = NULL;
		int error;

		scratch_open(&file);
		for (i = 0; i < n; i++)
			fputs(parts[next_random(&seed) % n_parts], file.stream);
		scratch_close(&file, &scratch, round % 2 ? "random" : "random.csv");
		error = policy_compile(scratch_text(&scratch, "random.yaml", round % 2 ?
						    BANS "    - list: random\n" :
						    BANS "    - list: random.csv\n"),
				       &diagnostics, &image, &length, NULL);
		assert_true(error == 0 ? diagnostics.n_errors == 0 :
			    error == -EBADMSG && diagnostics.n_errors > 0);
		policy_diagnostics_free(&diagnostics);
		free(image);
	}
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_line_length),
		cmocka_unit_test(test_two_lists),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("hashlist", tests, setup, teardown);
}
