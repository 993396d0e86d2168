// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bans and exceptions come to at an instant, and how instants are written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "terms.h"

#define DAY UINT64_C(1796083200)	/* 2026-12-01 */
#define YEAR (365 * UINT64_C(86400))

static const struct {
	uint64_t seconds;
	const char *text;
} instants[] = {
	{ DAY, "2026-12-01" },
	{ DAY + 8 * 3600, "2026-12-01T08:00:00Z" },
	{ DAY - 1, "2026-11-30T23:59:59Z" },
	{ 86400, "1970-01-02" },
	{ UINT64_C(951782400), "2000-02-29" },
	{ UINT64_C(253402300799), "9999-12-31T23:59:59Z" },
	{ UINT64_C(253402300800), "@253402300800" },
	{ UINT64_MAX, "@18446744073709551615" },
};

static void test_instants(void **state)
{
	char text[48];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		out_format_instant(instants[i].seconds, text);
		assert_string_equal(text, instants[i].text);
	}
}

static const struct {
	enum debar_action action;
	uint64_t effective, expires, now;
	const char *text;
} bans[] = {
	{ DEBAR_ACTION_DENY, 0, 0, DAY, "deny" },
	{ DEBAR_ACTION_OBSERVE, 0, 0, DAY, "observe" },
	{ DEBAR_ACTION_DENY, DAY, 0, DAY - 1, "observe until 2026-12-01" },
	{ DEBAR_ACTION_DENY, DAY, 0, DAY, "deny" },
	{ DEBAR_ACTION_OBSERVE, DAY, 0, DAY - 1, "observe" },
	{ DEBAR_ACTION_DENY, DAY, DAY + YEAR, DAY - 1, "observe until 2026-12-01" },
	{ DEBAR_ACTION_DENY, DAY, DAY + YEAR, DAY, "deny until 2027-12-01" },
	{ DEBAR_ACTION_DENY, DAY, DAY + YEAR, DAY + YEAR - 1, "deny until 2027-12-01" },
	{ DEBAR_ACTION_DENY, DAY, DAY + YEAR, DAY + YEAR, "expired" },
	{ DEBAR_ACTION_OBSERVE, DAY, DAY + YEAR, DAY - 1, "observe until 2027-12-01" },
	{ DEBAR_ACTION_DENY, 0, UINT64_MAX, DAY, "deny until @18446744073709551615" },
};

static void test_bans(void **state)
{
	char text[TERMS_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bans) / sizeof(bans[0]); i++) {
		terms_of_ban(bans[i].action, bans[i].effective, bans[i].expires, bans[i].now,
			     text);
		assert_string_equal(text, bans[i].text);
	}
}

static void test_exceptions(void **state)
{
	const char *word;

	(void)state;
	terms_of_exception(DAY, DAY - 1, &word);
	assert_string_equal(word, "in force");
	terms_of_exception(DAY, DAY, &word);
	assert_string_equal(word, "expired");
}

static void test_names(void **state)
{
	char *name = terms_name("V", "P", NULL);

	(void)state;
	assert_string_equal(name, "V/P");
	free(name);
	name = terms_name("V", "P", "");
	assert_string_equal(name, "V/P");
	free(name);
	name = terms_name("V", "P", "1.0");
	assert_string_equal(name, "V/P 1.0");
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_bans),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
