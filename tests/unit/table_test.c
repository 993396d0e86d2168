// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash lists as tables with sizes: the rows that are taken and those that are not.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

#define HEADER "sha256,size,name\n"

static const struct {
	const char *text;
	size_t n_bans, n_unsized;
} good_tables[] = {
	{ HEADER D1 ",9,name\n", 1, 0 },
	{ HEADER D1 ",9,name", 1, 0 },
	{ HEADER D1 ",,name\n" D2 ",9223372036854775807,name\n", 2, 1 },
	{ "# source\n\n" HEADER "# more\n" D1 ",9,name\n\n", 1, 0 },
	{ "sha256,size,name\r\n" D1 ",9,name\r\n" D2 ",9,\"name\"\r\n", 2, 0 },
	{ HEADER D1 ",9,\"a, \"\"b\"\"\"\n", 1, 0 },
	{ HEADER D1 ",9,\"\"\"\"\n", 1, 0 },
	{ HEADER D1 ",9, opt/\xe8\x8f\xaf\xe7\x82\xba/\xc3\xa9 x\\y\n", 1, 0 },
	{ HEADER D1 ",9,same name\n" D2 ",9,same name\n", 2, 0 },
	{ HEADER, 0, 0 },
};

/* Compile a policy with the table @text. */
static int compile_table(const char *text, struct policy_diagnostics *diagnostics,
			 void **ret_image, struct policy_summary *ret_summary)
{
	const char *path;
	size_t length;

	scratch_text(&scratch, "list.csv", text);
	path = scratch_text(&scratch, "policy.yaml", BANS "    - list: list.csv\n");
	return policy_compile(path, diagnostics, ret_image, &length, ret_summary);
}

static void test_good_tables(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good_tables) / sizeof(good_tables[0]); i++) {
		struct policy_diagnostics diagnostics;
		struct policy_summary summary;
		void *image;

		if (compile_table(good_tables[i].text, &diagnostics, &image, &summary)) {
			policy_diagnostics_print(&diagnostics, stderr);
			fail_msg("%s", good_tables[i].text);
		}
		assert_int_equal(summary.n_bans, good_tables[i].n_bans);
		assert_int_equal(summary.n_unsized, good_tables[i].n_unsized);
		policy_diagnostics_free(&diagnostics);
		free(image);
	}
}

static const struct {
	const char *text;
	const char *message;
	unsigned int line;
	unsigned int column;
} bad_tables[] = {
	{ "", "a table begins with the line 'sha256,size,name'", 0, 0 },
	{ "# only a comment\n", "a table begins with the line", 0, 0 },
	{ D1 ",9,name\n", "a table begins with the line 'sha256,size,name'", 1, 1 },
	{ D1 "  name\n", "a table begins with the line 'sha256,size,name'", 1, 1 },
	{ "\n#\nsha256,name,size\n", "a table begins with the line", 3, 1 },
	{ "sha256,size,name,source\n", "a table begins with the line", 1, 1 },
	{ "sha256, size, name\n", "a table begins with the line", 1, 1 },
	{ HEADER HEADER, "'s' is not a hex digit", 2, 1 },
	{ HEADER D1 "\n", "expected three columns: sha256,size,name", 2, 1 },
	{ HEADER D1 ",9\n", "expected three columns: sha256,size,name", 2, 1 },
	{ HEADER D1 ";9;name\n", "expected three columns: sha256,size,name", 2, 1 },
	{ HEADER D1 "  name\n", "expected three columns: sha256,size,name", 2, 1 },
	{ HEADER ",9,name\n", "a SHA-256 has 64 hex digits, this has 0", 2, 1 },
	{ HEADER "12,9,name\n", "a SHA-256 has 64 hex digits, this has 2", 2, 1 },
	{ HEADER "\"" D1 "\",9,name\n", "'\"' is not a hex digit", 2, 1 },
	{ HEADER " " D1 ",9,name\n", "' ' is not a hex digit", 2, 1 },
	{ HEADER "d41d8cd98f00b204e9800998ecf8427e,9,x\n", "32 hex digits are an MD5", 2, 1 },
	{ HEADER EMPTY_FILE ",9,x\n", "the SHA-256 of the empty file", 2, 1 },
	{ HEADER D1 ",0,name\n", "'size' must be 1 or more", 2, 66 },
	{ HEADER D1 ",-1,name\n", "'size' must be 1 or more", 2, 66 },
	{ HEADER D1 ",-,name\n", "'size' must be a whole number", 2, 66 },
	{ HEADER D1 ",09,name\n", "'size' begins with 0", 2, 66 },
	{ HEADER D1 ", 9,name\n", "'size' must be a whole number in decimal digits, not "
	  "' 9'", 2, 66 },
	{ HEADER D1 ",1e3,name\n", "'size' must be a whole number", 2, 66 },
	{ HEADER D1 ",9223372036854775808,name\n", "'size' is beyond", 2, 66 },
	{ HEADER D1 ",9,\n", "a file name is missing", 2, 68 },
	{ HEADER D1 ",9,\"\"\n", "a file name is missing", 2, 68 },
	{ HEADER D1 ",9,a,b\n", "a name with a comma or quote mark must be in quotes", 2,
	  68 },
	{ HEADER D1 ",9,a\"b\"\n", "a name with a comma or quote mark must be in quotes",
	  2, 68 },
	{ HEADER D1 ",9,\"a\n", "a quote mark that is not closed in this line", 2, 68 },
	{ HEADER D1 ",9,\"a\n" D2 ",9,b\"\n", "a quote mark that is not closed in this "
	  "line", 2, 68 },
	{ HEADER D1 ",9,\"a\" \n", "the line goes on behind the name in quotes", 2, 68 },
	{ HEADER D1 ",9,\"a\",b\n", "the line goes on behind the name in quotes", 2, 68 },
	{ HEADER D1 ",9,caf\xe9\n", "byte 0xe9 is not UTF-8", 2, 71 },
	{ HEADER D1 ",9,x\n" D1 ",8,x\n", "there with size 9 and here with 8, in line 2",
	  3, 1 },
	{ HEADER D1 ",9,x\n" D1 ",,x\n", "there with size 9 and here without", 3, 1 },
};

static void test_bad_tables(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_tables) / sizeof(bad_tables[0]); i++) {
		struct policy_diagnostics diagnostics;
		const struct policy_diagnostic *d;
		void *image;
		size_t j;
		int error;

		error = compile_table(bad_tables[i].text, &diagnostics, &image, NULL);
		for (j = 0; j < diagnostics.n; j++) {
			d = &diagnostics.list[j];
			if (d->line == bad_tables[i].line &&
			    d->column == bad_tables[i].column &&
			    strcmp(strrchr(d->file, '/'), "/list.csv") == 0 &&
			    strstr(d->message, bad_tables[i].message))
				break;
		}
		if (error != -EBADMSG || j == diagnostics.n || diagnostics.n_errors !=
		    (strncmp(bad_tables[i].message, "a quote", 7) == 0 &&
		     strstr(bad_tables[i].text, "b\"") ? 2 : 1)) {
			policy_diagnostics_print(&diagnostics, stderr);
			fail_msg("%s: %s", bad_tables[i].text, bad_tables[i].message);
		}
		policy_diagnostics_free(&diagnostics);
	}
}

/* A table and a list of sha256sum's contradict each other by the size. */
static void test_table_and_list(void **state)
{
	struct policy_diagnostics diagnostics;
	size_t length;
	void *image;

	(void)state;
	scratch_text(&scratch, "t.csv", HEADER D1 ",9,x\n");
	scratch_text(&scratch, "t.sha256", D1 "  x\n");
	assert_int_equal(policy_compile(scratch_text(&scratch, "t.yaml",
			BANS "    - list: t.csv\n    - list: t.sha256\n"),
			&diagnostics, &image, &length, NULL), -EBADMSG);
	assert_int_equal(diagnostics.n_errors, 1);
	assert_non_null(strstr(diagnostics.list[diagnostics.n - 1].message,
			       "there with size 9 and here without, in line 2 of"));
	policy_diagnostics_free(&diagnostics);
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
		cmocka_unit_test(test_good_tables),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_table_and_list),
	};

	return cmocka_run_group_tests_name("table", tests, setup, teardown);
}
