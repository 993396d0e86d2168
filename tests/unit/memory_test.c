// SPDX-License-Identifier: GPL-2.0-only
/*
 * The compiler and directives when memory runs out: each allocation in turn fails,
 * their own and libyaml's. They have to say so, and to leave nothing behind (ASan looks).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "directive.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

/*
 * These stand in front of the C library's, for the whole program. Behind them is
 * ASan's allocator where it is linked in, else the C library's own.
 */
void *__interceptor_malloc(size_t size) __attribute__((weak));
void *__interceptor_calloc(size_t n, size_t size) __attribute__((weak));
void *__interceptor_realloc(void *memory, size_t size) __attribute__((weak));
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *reallocarray(void *memory, size_t n, size_t size);

static bool armed;
static unsigned long n_until_failure;

static bool fails(void)
{
	return armed && n_until_failure-- == 0;
}

void *malloc(size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_calloc ? __interceptor_calloc(n, size) :
				      __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	return __interceptor_realloc ? __interceptor_realloc(memory, size) :
				       __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t n, size_t size)
{
	return realloc(memory, n * size);	/* never near overflow here */
}

static struct scratch scratch;

struct result {
	int error;
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length;
};

static void run(const char *path, struct result *result)
{
	*result = (struct result) { 0 };
	result->error = policy_compile(path, &result->diagnostics, &result->image,
				       &result->length, NULL);
}

static void free_result(struct result *result)
{
	policy_diagnostics_free(&result->diagnostics);
	free(result->image);
}

/* The C library can do without some of what it asks for. Then all must be well. */
static bool same(const struct result *a, const struct result *b)
{
	size_t i;

	for (i = 0; i < a->diagnostics.n && i < b->diagnostics.n; i++)
		if (!a->diagnostics.list[i].file != !b->diagnostics.list[i].file ||
		    !a->diagnostics.list[i].source != !b->diagnostics.list[i].source)
			return false;
	return a->error == b->error && a->diagnostics.n == b->diagnostics.n &&
	       a->length == b->length &&
	       (a->length == 0 || memcmp(a->image, b->image, a->length) == 0);
}

/* Fail allocation 0, 1, 2, ... until none is left to fail. Returns how many. */
static unsigned long fail_each(const char *path, int expected)
{
	struct result good, result;
	unsigned long n;
	bool failed;

	run(path, &good);
	assert_int_equal(good.error, expected);
	for (n = 0, failed = true; failed; n++) {
		n_until_failure = n;
		armed = true;
		run(path, &result);
		armed = false;
		failed = n_until_failure > n;	/* it went below 0 */
		if (!same(&result, &good) && (!failed || result.error != -ENOMEM))
			fail_msg("%s: allocation %lu failed, result %d", path, n,
				 result.error);
		free_result(&result);
	}
	free_result(&good);
	return n;
}

static void test_good(void **state)
{
	const char *path = scratch_text(&scratch, "good.yaml",
		BANS ONE_BAN "    - list: list\n" MORE "include: [more.yaml]\n");

	(void)state;
	scratch_text(&scratch, "list", DF "  name\n");
	scratch_text(&scratch, "table.csv", "sha256,size,name\n" DE ",9,name\n");
	scratch_text(&scratch, "more.yaml", "debar: 1\nauthorities: [{id: B, citation: c, "
		     "basis: state}]\nvendors: [{name: W, aliases: [X], identity: {units: "
		     "[x.service]}, products: [{name: P, action: deny, authority: B, "
		     "releases: [{version: '1', packages: [{name: p, sha256: " D1 "}], "
		     "files: [list: table.csv]}]}]}]\n");
	assert_true(fail_each(path, 0) > 20);
}

static void test_bad(void **state)
{
	const char *path = scratch_text(&scratch, "bad.yaml",
		BANS ONE_BAN ONE_BAN "    - list: missing\n"
		"    - {sha265: 12}\n    - list: bad\n" MORE
		"exceptions: [{product: V/Q, approver: a, reason: r, expires: 2027-01-01}]"
		"\ninclude: [gone.yaml, bad.yaml]\n");

	(void)state;
	scratch_text(&scratch, "bad", "12  name\n");
	assert_true(fail_each(path, -EBADMSG) > 20);
}

static void test_not_yaml(void **state)
{
	(void)state;
	fail_each(scratch_text(&scratch, "not.yaml", BANS ONE_BAN "  x"), -EBADMSG);
	fail_each(scratch_text(&scratch, "alias.yaml", "debar: &a [!!int 1, *a]"),
		  -EBADMSG);
	fail_each(scratch_path(&scratch, "missing.yaml"), -ENOENT);
}

/* A directive's profile, which the same parser reads. */
static void test_directive(void **state)
{
	const char *path = source_path("policy/directives/bod-17-01.yaml");
	struct policy_diagnostics diagnostics;
	struct directive *directive;
	unsigned long n;
	bool failed;
	int error;

	(void)state;
	for (n = 0, failed = true; failed; n++) {
		n_until_failure = n;
		armed = true;
		error = directive_read(path, &directive, &diagnostics);
		armed = false;
		failed = n_until_failure > n;
		if (error && (!failed || error != -ENOMEM))
			fail_msg("allocation %lu failed, result %d", n, error);
		if (!error) {
			assert_string_equal(directive->id, "bod-17-01");
			assert_int_equal(directive->n_deadlines, 3);
			directive_free(directive);
		}
		policy_diagnostics_free(&diagnostics);
	}
	assert_true(n > 20);
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
		cmocka_unit_test(test_not_yaml),
		cmocka_unit_test(test_directive),
	};

	return cmocka_run_group_tests_name("memory", tests, setup, teardown);
}
