// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every value of an enum has a name of its own; any other value is "unknown".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "libdebar.h"

typedef const char *(*name_fn)(unsigned int value);

static const char *mode_name(unsigned int value)
{
	return debar_mode_name(value);
}

static const char *action_name(unsigned int value)
{
	return debar_action_name(value);
}

static const char *verdict_name(unsigned int value)
{
	return debar_verdict_name(value);
}

static const char *kind_name(unsigned int value)
{
	return debar_kind_name(value);
}

static const char *reason_name(unsigned int value)
{
	return debar_reason_name(value);
}

static void check_names(name_fn name, unsigned int first, unsigned int last)
{
	static const unsigned int beyond[] = { 0x7fffffff, 0x80000000, 0xffffffff };
	unsigned int i, j;

	for (i = first; i < last; i++) {
		assert_string_not_equal(name(i), "unknown");
		for (j = first; j < i; j++)
			assert_string_not_equal(name(i), name(j));
	}
	if (first)
		assert_string_equal(name(0), "unknown");
	assert_string_equal(name(last), "unknown");
	for (i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		assert_string_equal(name(beyond[i]), "unknown");
}

static void test_all_named(void **state)
{
	(void)state;
	check_names(mode_name, 0, __DEBAR_MODE_LAST);
	check_names(action_name, 1, __DEBAR_ACTION_LAST);
	check_names(verdict_name, 0, __DEBAR_VERDICT_LAST);
	check_names(kind_name, 1, __DEBAR_KIND_LAST);
	check_names(reason_name, 1, __DEBAR_REASON_LAST);
}

/* Scripts compare with these words: they do not change. */
static void test_words(void **state)
{
	(void)state;
	assert_string_equal(debar_mode_name(DEBAR_MODE_PERMISSIVE), "permissive");
	assert_string_equal(debar_mode_name(DEBAR_MODE_ENFORCE), "enforce");
	assert_string_equal(debar_action_name(DEBAR_ACTION_OBSERVE), "observe");
	assert_string_equal(debar_action_name(DEBAR_ACTION_DENY), "deny");
	assert_string_equal(debar_verdict_name(DEBAR_VERDICT_ALLOW), "allow");
	assert_string_equal(debar_verdict_name(DEBAR_VERDICT_OBSERVE), "observe");
	assert_string_equal(debar_verdict_name(DEBAR_VERDICT_DENY), "deny");
	assert_string_equal(debar_kind_name(DEBAR_KIND_EXEC), "exec");
	assert_string_equal(debar_reason_name(DEBAR_REASON_BAN), "ban");
	assert_string_equal(debar_reason_name(DEBAR_REASON_NO_MEMORY), "no-memory");
	assert_string_equal(debar_reason_name(DEBAR_REASON_UNREADABLE), "unreadable");
	assert_string_equal(debar_reason_name(DEBAR_REASON_CRYPTO), "crypto");
	assert_string_equal(debar_reason_name(DEBAR_REASON_KILLED), "killed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_named),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
