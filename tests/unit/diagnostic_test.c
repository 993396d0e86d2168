// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the compiler keeps of what there is to say, and how it shows it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "image_builder.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

/* All errors of a run, in the order in which they stand in the file. */
static void test_all_errors_in_order(void **state)
{
	static const unsigned int lines[] = { 2, 3, 5, 7, 10, 11, 12 };
	const char *path = scratch_text(&scratch, "many.yaml",
		"debar: 1\n"
		"policy: UPPER\n"
		"serial: x\n"
		"authorities:\n"
		"- {id: A, citation: c, effective: never}\n"
		"vendors:\n"
		"- name: ''\n"
		"  products:\n"
		"  - name: P\n"
		"    action: kill\n"
		"    authority: B\n"
		"    files: [{sha256: 12}]\n");
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length, i, n = sizeof(lines) / sizeof(lines[0]);

	(void)state;
	assert_int_equal(policy_compile(path, &diagnostics, &image, &length, NULL),
			 -EBADMSG);
	assert_int_equal(diagnostics.n_errors, n);
	assert_int_equal(diagnostics.n, n);
	for (i = 0; i < n; i++)
		assert_int_equal(diagnostics.list[i].line, lines[i]);
	policy_diagnostics_free(&diagnostics);
}

/* 100 errors and 100 warnings are kept, the rest is counted. */
static void test_kept(void **state)
{
	struct policy_diagnostics diagnostics;
	struct scratch_file text;
	size_t length, n_warnings = 0, i;
	const char *path;
	void *image;

	(void)state;
	scratch_open(&text);
	fputs(BANS, text.stream);
	for (i = 0; i < 150; i++)
		fprintf(text.stream, "    - {sha256: %064x, size: 1}\n", 7);
	for (i = 0; i < 170; i++)
		fputs("    - {sha256: 12}\n", text.stream);
	path = scratch_close(&text, &scratch, "kept.yaml");
	assert_int_equal(policy_compile(path, &diagnostics, &image, &length, NULL),
			 -EBADMSG);
	for (i = 0; i < diagnostics.n; i++)
		n_warnings += diagnostics.list[i].severity == POLICY_WARNING;
	assert_int_equal(diagnostics.n, 200);
	assert_int_equal(n_warnings, 100);
	assert_int_equal(diagnostics.n_errors, 170);
	assert_int_equal(diagnostics.n_dropped, 70 + 49);
	policy_diagnostics_free(&diagnostics);
}

/* What policy_diagnostics_print() prints for a policy; free it with free(). */
static char *printed(const char *path)
{
	struct policy_diagnostics diagnostics;
	size_t length;
	void *image = NULL;
	char *output;
	FILE *file;

	policy_compile(path, &diagnostics, &image, &length, NULL);
	file = open_memstream(&output, &length);
	policy_diagnostics_print(&diagnostics, file);
	fclose(file);
	policy_diagnostics_free(&diagnostics);
	free(image);
	return output;
}

static void assert_printed(const char *text, const char *expected)
{
	char *output = printed(scratch_text(&scratch, "print.yaml", text));

	if (!strstr(output, expected))
		fail_msg("%s\nis not in\n%s", expected, output);
	free(output);
}

static void test_printed(void **state)
{
	(void)state;
	assert_printed("debar: 1\nserial: x\n",
		       "print.yaml:2:9: error: 'serial' must be a whole number in "
		       "decimal digits, not 'x'\n  serial: x\n          ^\n");
	/* The caret stands under the 8th character, whose column is the 9th. */
	assert_printed("{\xe4\xbc\x9a: 1, \xe8\xad\xb0: 2}\n",
		       "  {\xe4\xbc\x9a: 1, \xe8\xad\xb0: 2}\n          ^\n");
	assert_printed("{x: 1, \x1b]0;\x07: 2}\n",
		       "print.yaml:1:8: error: control character 0x1b\n"
		       "  {x: 1, \\x1b]0;\\x07: 2}\n         ^\n");
	/* Both ends of a long line are cut. */
	assert_printed("{" TEN("aaaaaaaaaa: 1, bbbbbbbbbbb: 1, ") "x: 1, "
		       TEN("cccccccccccc: 1, dddddddddd: 1, ") "}\n", "x: 1, cccc");
	assert_printed("{" TEN("aaaaaaaaaa: 1, bbbbbbbbbbb: 1, ") "x: 1, "
		       TEN("cccccccccccc: 1, dddddddddd: 1, ") "}\n", "  ...");
}

/* Nothing that a terminal would obey comes out, whatever goes in. */
static void test_printed_safely(void **state)
{
	static const char bytes[] = "{}[]:,-#&*!|>'\"% \nab1\x1b\t";
	uint64_t seed = 1634;
	char text[200];
	unsigned int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		size_t i, n = next_random(&seed) % sizeof(text);
		char *output, *at;

		for (i = 0; i < n; i++)
			text[i] = round % 2 ? (char)next_random(&seed) :
				  bytes[next_random(&seed) % (sizeof(bytes) - 1)];
		output = printed(scratch_write(&scratch, "\x1b[31m.yaml", text, n));
		for (at = output; *at; at++)
			assert_true(*at == '\n' || (unsigned char)*at >= ' ');
		free(output);
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
		cmocka_unit_test(test_all_errors_in_order),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_printed),
		cmocka_unit_test(test_printed_safely),
	};

	return cmocka_run_group_tests_name("diagnostic", tests, setup, teardown);
}
