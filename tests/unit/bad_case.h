/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Policies that are wrong, or odd, and what has to be said of them where.
 */
#ifndef DEBAR_TEST_BAD_CASE_H
#define DEBAR_TEST_BAD_CASE_H

#include <errno.h>

#include "policy.h"
#include "scratch.h"

struct bad_case {
	const char *text;
	const char *message;	/* part of it */
	unsigned int line;
	unsigned int column;
};

static inline bool said(const struct policy_diagnostics *diagnostics,
			enum policy_severity severity, const struct bad_case *expected)
{
	size_t i;

	for (i = 0; i < diagnostics->n; i++) {
		const struct policy_diagnostic *d = &diagnostics->list[i];

		if (d->severity == severity && d->line == expected->line &&
		    d->column == expected->column &&
		    strstr(d->message, expected->message))
			return true;
	}
	return false;
}

static inline void fail_case(const struct bad_case *expected, int error,
			     const struct policy_diagnostics *diagnostics)
{
	fprintf(stderr, "%s\nexpected %u:%u: %s\ngot %d and:\n", expected->text,
		expected->line, expected->column, expected->message, error);
	policy_diagnostics_print(diagnostics, stderr);
	fail();
}

/* The policy has this error, and perhaps others that follow from its brevity. */
static inline void assert_error(const struct scratch *scratch,
				const struct bad_case *expected)
{
	const char *path = scratch_text(scratch, "bad.yaml", expected->text);
	struct policy_diagnostics diagnostics;
	char untouched;
	void *image = &untouched;
	size_t length = 17;
	int error;

	error = policy_compile(path, &diagnostics, &image, &length, NULL);
	if (error != -EBADMSG || !said(&diagnostics, POLICY_ERROR, expected))
		fail_case(expected, error, &diagnostics);
	assert_ptr_equal(image, &untouched);	/* set only on success */
	assert_int_equal(length, 17);
	policy_diagnostics_free(&diagnostics);
}

/* The policy has this error and no other. */
static inline void assert_one_error(const struct scratch *scratch,
				    const struct bad_case *expected)
{
	const char *path = scratch_text(scratch, "bad.yaml", expected->text);
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length;
	int error;

	error = policy_compile(path, &diagnostics, &image, &length, NULL);
	if (error != -EBADMSG || diagnostics.n_errors != 1 ||
	    !said(&diagnostics, POLICY_ERROR, expected))
		fail_case(expected, error, &diagnostics);
	policy_diagnostics_free(&diagnostics);
}

/* The policy has no error, and this warning. */
static inline void assert_warning(const struct scratch *scratch,
				  const struct bad_case *expected)
{
	const char *path = scratch_text(scratch, "warn.yaml", expected->text);
	const struct policy_input input = { .paths = &path, .n_paths = 1 };
	struct policy_diagnostics diagnostics;
	int error;

	error = policy_build(&input, &diagnostics, NULL, NULL, NULL);
	if (error || !said(&diagnostics, POLICY_WARNING, expected))
		fail_case(expected, error, &diagnostics);
	assert_int_equal(diagnostics.n_errors, 0);
	policy_diagnostics_free(&diagnostics);
}

#endif
