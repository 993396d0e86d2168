// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies of several files: what is put together, what is refused, and that
 * errors name the right one.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
/* After those that it needs. */
#include <cmocka.h>

#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

#define FILES 4
#define AUTHORITY_A "authorities: [{id: A, citation: c}]\n"
#define HEAD "debar: 1\npolicy: test\nserial: 5\n"
#define VENDOR_V "vendors: [{name: V, products: [{name: P, action: deny, authority: A, " \
	"files: [{sha256: " D1 ", size: 9}]}]}]\n"
#define VENDOR_W "vendors: [{name: W, products: [{name: P, action: deny, authority: A, " \
	"files: [{sha256: " D2 ", size: 9}]}]}]\n"

struct file {
	const char *name;
	const char *text;
};

static void write_files(const struct file *files)
{
	size_t i;

	for (i = 0; i < FILES && files[i].name; i++)
		scratch_text(&scratch, files[i].name, files[i].text);
}

static void *build(const char *const *paths, size_t n, size_t *ret_length)
{
	struct policy_input input = { .paths = paths, .n_paths = n };
	struct policy_diagnostics diagnostics;
	void *image = NULL;

	if (policy_build(&input, &diagnostics, &image, ret_length, NULL) ||
	    diagnostics.n > 0) {
		policy_diagnostics_print(&diagnostics, stderr);
		fail_msg("%s", paths[0]);
	}
	policy_diagnostics_free(&diagnostics);
	return image;
}

/* The same policy, in one file and in many ways in several. */
static void test_good(void **state)
{
	static const struct file whole[FILES] = {
		{ "whole.yaml", HEAD AUTHORITY_A "vendors:\n"
		  "- {name: V, products: [{name: P, action: deny, authority: A, "
		  "files: [{sha256: " D1 ", size: 9}]}]}\n"
		  "- {name: W, products: [{name: P, action: deny, authority: A, "
		  "files: [{sha256: " D2 ", size: 9}]}]}\n" }
	};
	static const struct file cases[][FILES] = {
		/* authorities that come after what refers to them */
		{ { "p.yaml", HEAD "include: [sub/w.yaml, sub/v.yaml]\n" },
		  { "sub/w.yaml", "debar: 1\n" VENDOR_W },
		  { "sub/v.yaml", "debar: 1\n" AUTHORITY_A VENDOR_V } },
		/* one in the other; paths are relative to who names them */
		{ { "p.yaml", HEAD "include: [sub/v.yaml]\n" },
		  { "sub/v.yaml", "debar: 1\ninclude: [w.yaml]\n" VENDOR_V },
		  { "sub/w.yaml", "debar: 1\ninclude: [below/a.yaml]\n" VENDOR_W },
		  { "sub/below/a.yaml", "debar: 1\n" AUTHORITY_A } },
		/* one twice is read once */
		{ { "p.yaml", HEAD "include: [v.yaml, w.yaml, v.yaml]\n" },
		  { "v.yaml", "debar: 1\ninclude: [a.yaml]\n" VENDOR_V },
		  { "w.yaml", "debar: 1\ninclude: [a.yaml]\n" VENDOR_W },
		  { "a.yaml", "debar: 1\n" AUTHORITY_A } },
		/* a list beside the file that names it */
		{ { "p.yaml", HEAD AUTHORITY_A "include: [sub/w.yaml]\n" VENDOR_V },
		  { "sub/w.yaml", "debar: 1\nvendors: [{name: W, products: [{name: P, "
		    "action: deny, authority: A, files: [list: below/l.csv]}]}]\n" },
		  { "sub/below/l.csv", "sha256,size,name\n" D2 ",9,x\n" } },
		{ { "p.yaml", HEAD "include: []\n" AUTHORITY_A VENDOR_V },
		  { "other.yaml", "debar: 1\n" VENDOR_W } },
	};
	const char *paths[2], *one;
	size_t length, expected_length, i;
	void *expected, *image;

	(void)state;
	write_files(whole);
	one = scratch_path(&scratch, "whole.yaml");
	expected = build(&one, 1, &expected_length);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_files(cases[i]);
		paths[0] = scratch_path(&scratch, "p.yaml");
		paths[1] = scratch_path(&scratch, cases[i][1].name);
		/* Also with a file that was named: it is read once in any case. */
		image = build(paths, 2, &length);
		assert_int_equal(length, expected_length);
		assert_memory_equal(image, expected, length);
		free(image);
		if (strcmp(cases[i][1].name, "other.yaml") == 0)
			continue;
		image = build(paths, 1, &length);
		assert_int_equal(length, expected_length);
		assert_memory_equal(image, expected, length);
		free(image);
	}
	free(expected);
}

struct include_case {
	struct file files[FILES];
	const char *file;	/* in which the error is */
	const char *message;
	unsigned int line;
	unsigned int column;
};

#define ONE(list) { { "p.yaml", HEAD "include: " list "\n" AUTHORITY_A VENDOR_V } }, "p.yaml"
#define TWO(text) { { "p.yaml", HEAD "include: [i.yaml]\n" AUTHORITY_A VENDOR_V }, \
		    { "i.yaml", text } }, "i.yaml"

static const struct include_case bad[] = {
	/* paths */
	{ ONE("i.yaml"), "'include' must be a list", 4, 10 },
	{ ONE("[]\ninclude: []"), "key 'include' stands twice", 5, 1 },
	{ ONE("[{a: b}]"), "'include' must be text, this is a mapping", 4, 11 },
	{ ONE("['']"), "'include' is empty", 4, 11 },
	{ ONE("[missing]"), "cannot read 'missing': No such file or directory", 4, 11 },
	{ ONE("[sub/missing]"), "cannot read 'sub/missing': No such file", 4, 11 },
	{ ONE("[/etc/passwd]"), "'include' must name a file beside or below", 4, 11 },
	{ ONE("[../x]"), "'include' must name a file beside or below", 4, 11 },
	{ ONE("[sub/../x]"), "'include' must name a file beside or below", 4, 11 },
	{ ONE("[./x]"), "'include' must name a file beside or below", 4, 11 },
	{ ONE("[link]"), "cannot read 'link': a symbolic link is in the way", 4, 11 },
	{ ONE("[dirlink/x]"), "no directory, or a symbolic link", 4, 11 },
	{ ONE("[sub]"), "cannot read 'sub': it is a directory", 4, 11 },
	{ ONE("[fifo]"), "cannot read 'fifo': it is not a regular file", 4, 11 },
	{ ONE("[large]"), "cannot read 'large': it is too large", 4, 11 },
	/* cycles */
	{ ONE("[p.yaml]"), "'p.yaml' includes itself, by way of this line", 4, 11 },
	{ ONE("[hardlink.yaml]"), "'hardlink.yaml' includes itself", 4, 11 },
	{ { { "p.yaml", HEAD "include: [i.yaml]\n" AUTHORITY_A VENDOR_V },
	    { "i.yaml", "debar: 1\ninclude: [j.yaml]\n" },
	    { "j.yaml", "debar: 1\ninclude:\n- i.yaml\n" } }, "j.yaml",
	  "'i.yaml' includes itself, by way of this line", 3, 3 },
	/* what an included file may hold */
	{ TWO(""), "the file is empty", 0, 0 },
	{ TWO("- a\n"), "an included file must be a mapping", 1, 1 },
	{ TWO("vendors: []\n"), "an included file needs the key 'debar'", 1, 1 },
	{ TWO("debar: 2\nnonsense: 1\n"), "knows version 1 of the language only", 1, 8 },
	{ TWO("debar: 1\npolicy: p\n"), "an included file has no key 'policy'; it has "
	  "'debar', 'include', 'authorities', 'vendors' and 'exceptions'", 2, 1 },
	{ TWO("debar: 1\nserial: 6\n"), "an included file has no key 'serial'", 2, 1 },
	{ TWO("debar: 1\nvendors: x\n"), "'vendors' must be a list", 2, 10 },
	{ TWO("debar: 1\n\tvendors: x\n"), "a tab where YAML allows only spaces", 2, 1 },
	{ TWO("debar: 1\n# \x1b[2J\n"), "control character 0x1b", 2, 3 },
	{ TWO("debar: 1\n---\n"), "a second document begins here", 2, 1 },
	{ TWO("debar: &a 1\n"), "anchors (&) and aliases (*) are not part", 1, 8 },
	/* what contradicts another file */
	{ TWO("debar: 1\nauthorities:\n- {id: A, citation: d}\n"),
	  "an authority with this id is already in line 5 of '", 3, 8 },
	{ TWO("debar: 1\nvendors:\n- {name: V, products: []}\n"),
	  "a vendor of this name is already in line 6 of '", 3, 10 },
	{ TWO("debar: 1\nvendors: [{name: W, products: [{name: P, action: deny, authority:"
	      " A, files: [{sha256: " D1 ", size: 9}]}]}]\n"),
	  "already banned, for another product ('P' of 'V'), in line 6 of '", 2, 87 },
	{ TWO("debar: 1\nvendors: [{name: W, products: [{name: P, action: deny, authority:"
	      " B, files: []}]}]\n"), "no authority has the id 'B'", 2, 67 },
	{ { { "p.yaml", HEAD "include: [i.yaml]\n" AUTHORITY_A VENDOR_V
	      "exceptions: [{product: V/P, approver: a, reason: r, expires: 2027-01-01}]\n"
	    }, { "i.yaml", "debar: 1\nexceptions:\n"
	      "- {product: V/P, approver: b, reason: r, expires: 2027-01-01}\n" } },
	  "i.yaml", "an exception for this is already in line 7 of '", 3, 13 },
	/* what no file has */
	{ { { "p.yaml", HEAD "include: [i.yaml]\n" AUTHORITY_A },
	    { "i.yaml", "debar: 1\n" } }, "p.yaml", "a policy needs the key 'vendors'", 1,
	  1 },
};

/* Is it the only error, in this file and line? */
static bool said(const struct policy_diagnostics *diagnostics,
		 const struct include_case *expected)
{
	size_t i;

	for (i = 0; i < diagnostics->n; i++) {
		const struct policy_diagnostic *d = &diagnostics->list[i];
		const char *name = strrchr(d->file, '/') + 1;

		if (d->severity == POLICY_ERROR)
			return diagnostics->n_errors == 1 &&
			       strcmp(name, expected->file) == 0 &&
			       d->line == expected->line &&
			       d->column == expected->column &&
			       strstr(d->message, expected->message);
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
		size_t length;
		int error;

		write_files(bad[i].files);
		unlink(scratch_path(&scratch, "hardlink.yaml"));
		if (link(scratch_path(&scratch, "p.yaml"),
			 scratch_path(&scratch, "hardlink.yaml")) < 0)
			fail();
		error = policy_compile(scratch_path(&scratch, "p.yaml"), &diagnostics,
				       &image, &length, NULL);
		if (error != -EBADMSG || !said(&diagnostics, &bad[i])) {
			policy_diagnostics_print(&diagnostics, stderr);
			fail_msg("%s:%u:%u: %s", bad[i].file, bad[i].line, bad[i].column,
				 bad[i].message);
		}
		policy_diagnostics_free(&diagnostics);
	}
}

/* A missing file is one error, though others refer to what may be in it. */
static void test_no_cascades(void **state)
{
	static const struct include_case expected = {
		.file = "p.yaml", .message = "cannot read 'missing'", .line = 4,
		.column = 11,
	};
	const char *path = scratch_text(&scratch, "p.yaml", HEAD "include: [missing]\n"
		VENDOR_V "exceptions: [{product: W/P, approver: a, reason: r, "
		"expires: 2027-01-01}]\n");
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length;

	(void)state;
	assert_int_equal(policy_compile(path, &diagnostics, &image, &length, NULL),
			 -EBADMSG);
	assert_true(said(&diagnostics, &expected));
	policy_diagnostics_free(&diagnostics);
}

/* Files in a row, each of which includes the next. Returns the first. */
static const char *write_row(unsigned int n)
{
	char name[16], text[64];
	unsigned int i;

	for (i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "r%u.yaml", i);
		snprintf(text, sizeof(text), i < n ? "debar: 1\ninclude: [r%u.yaml]\n" :
			 "debar: 1\n# %u\n", i + 1);
		scratch_text(&scratch, name, text);
	}
	return scratch_text(&scratch, "p.yaml", HEAD "include: [r1.yaml]\n" AUTHORITY_A
			    VENDOR_V);
}

/* A file that includes @n others. Returns it. */
static const char *write_many(unsigned int n)
{
	struct scratch_file text;
	unsigned int i;
	char name[16];

	scratch_open(&text);
	fputs(HEAD AUTHORITY_A VENDOR_V "include:\n", text.stream);
	for (i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "m%u.yaml", i);
		scratch_text(&scratch, name, "debar: 1\n");
		fprintf(text.stream, "- %s\n", name);
	}
	return scratch_close(&text, &scratch, "p.yaml");
}

static void assert_limit(const char *path, const char *message)
{
	struct policy_diagnostics diagnostics;
	void *image = NULL;
	size_t length;
	int error;

	error = policy_compile(path, &diagnostics, &image, &length, NULL);
	assert_int_equal(error, message ? -EBADMSG : 0);
	assert_int_equal(diagnostics.n_errors, message ? 1 : 0);
	if (message && !strstr(diagnostics.list[0].message, message))
		fail_msg("%s: %s", message, diagnostics.list[0].message);
	policy_diagnostics_free(&diagnostics);
	free(image);
}

static void test_limits(void **state)
{
	(void)state;
	assert_limit(write_row(8), NULL);
	assert_limit(write_row(9), "files include each other more than 8 deep");
	assert_limit(write_many(255), NULL);
	assert_limit(write_many(256), "a policy has 256 files at most");
}

/* Values are counted in all files together, so that memory is bounded. */
static void test_values(void **state)
{
	struct policy_diagnostics diagnostics;
	struct scratch_file text;
	unsigned int i, j;
	char name[16];
	size_t length;
	void *image;
	const char *path = scratch_text(&scratch, "p.yaml", HEAD
					"include: [m1.yaml, m2.yaml]\n");

	(void)state;
	for (j = 1; j <= 2; j++) {
		scratch_open(&text);
		fputs("debar: [", text.stream);
		for (i = 0; i < 600000; i++)
			fputs("1,", text.stream);
		fputs("]\n", text.stream);
		snprintf(name, sizeof(name), "m%u.yaml", j);
		scratch_close(&text, &scratch, name);
	}
	assert_int_equal(policy_compile(path, &diagnostics, &image, &length, NULL),
			 -EBADMSG);
	assert_int_equal(diagnostics.n_errors, 2);
	assert_non_null(strstr(diagnostics.list[0].message, "'debar' must be a whole"));
	assert_non_null(strstr(diagnostics.list[1].file, "m2.yaml"));
	assert_non_null(strstr(diagnostics.list[1].message,
			       "the policy has more than 1048576 values"));
	policy_diagnostics_free(&diagnostics);
}

/* Of several files that are named, one that is not there. */
static void test_named(void **state)
{
	const char *paths[] = {
		scratch_text(&scratch, "p.yaml", HEAD AUTHORITY_A VENDOR_V),
		scratch_path(&scratch, "missing.yaml"),
	};
	struct policy_input input = { .paths = paths, .n_paths = 2 };
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length;

	(void)state;
	assert_int_equal(policy_build(&input, &diagnostics, &image, &length, NULL),
			 -ENOENT);
	assert_int_equal(diagnostics.n_errors, 1);
	assert_non_null(strstr(diagnostics.list[0].file, "missing.yaml"));
	policy_diagnostics_free(&diagnostics);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	if (mkdir(scratch_path(&scratch, "sub"), 0755) < 0 ||
	    mkdir(scratch_path(&scratch, "sub/below"), 0755) < 0 ||
	    mkfifo(scratch_path(&scratch, "fifo"), 0644) < 0 ||
	    symlink("good", scratch_path(&scratch, "link")) < 0 ||
	    symlink("sub", scratch_path(&scratch, "dirlink")) < 0)
		return -1;
	scratch_text(&scratch, "good", "debar: 1\n");
	scratch_text(&scratch, "sub/x", "debar: 1\n");
	scratch_text(&scratch, "large", "");
	return truncate(scratch_path(&scratch, "large"), (1l << 24) + 1);
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
		cmocka_unit_test(test_no_cascades),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_named),
	};

	return cmocka_run_group_tests_name("include", tests, setup, teardown);
}
