// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many machines' summaries as one: what is refused, what counts once, and what a
 * machine that lies can do to the numbers of others. What comes of true summaries is in
 * tests/cli/report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "fleet_output.h"

/* A summary, with what is given in place of what is always the same. */
static json_t *make_summary(const char *id, const char *since, const char *until,
			    const char *products)
{
	json_error_t error;
	json_t *summary;
	char text[2048];

	snprintf(text, sizeof(text), "{\"schema\": \"debar-report/1\", \"directive\": {\"id\": "
		 "\"d\"}, \"asset\": {\"asset_id\": \"%s\", \"hostname\": \"host-%s\"}, \"period\": "
		 "{\"since\": \"%s\", \"until\": \"%s\"}, \"coverage\": {\"spans\": [], "
		 "\"events_lost\": 3}, \"products\": [%s]}", id, id, since, until, products);
	summary = json_loads(text, 0, &error);
	if (!summary)
		fail_msg("%s: %s", error.text, text);
	return summary;
}

#define PRODUCT(name, finding, denied) \
	"{\"vendor\": \"V\", \"product\": \"" name "\", \"authority\": \"A\", \"in_scope\": true, " \
	"\"finding\": \"" finding "\", \"denied\": " denied "}"

static void add(struct fleet *fleet, json_t *summary)
{
	struct fleet_error error;

	if (fleet_add(fleet, "f", summary, &error))
		fail_msg("%s", error.text);
}

static void test_refused(void **state)
{
	static const struct {
		const char *path, *value;	/* of a member, "a.b"; value "": without it */
		const char *said;
	} rows[] = {
		{ "schema", "", "it has no schema" },
		{ "schema", "5", "it has no schema" },
		{ "schema", "\"debar-report/2\"", "its schema is 'debar-report/2'" },
		{ "products", "{}", "products, coverage or directive are missing" },
		{ "coverage", "[]", "products, coverage or directive are missing" },
		{ "directive.id", "\"\"", "products, coverage or directive are missing" },
		{ "directive", "5", "products, coverage or directive are missing" },
		{ "directive.id", "\"other\"", "it is about the directive 'other', and those "
					       "before about 'd'" },
		{ "asset", "\"ws1\"", "it names no machine" },
		{ "period.until", "\"2026-11-01\"", "its period is not valid" },
		{ "period.until", "\"2026-02-30\"", "its period is not valid" },
		{ "period.until", "7", "its period is not valid" },
		{ "period", "", "its period is not valid" },
	};
	struct fleet fleet = { 0 };
	struct fleet_error error;
	size_t i;

	(void)state;
	add(&fleet, make_summary("a", "2026-11-01", "2026-11-02", ""));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *summary = make_summary("b", "2026-11-01", "2026-11-02", "");
		const char *dot = strchr(rows[i].path, '.');
		char name[16];
		json_t *object = summary;

		snprintf(name, sizeof(name), "%.*s", dot ? (int)(dot - rows[i].path) : 15,
			 rows[i].path);
		if (dot)
			object = json_object_get(summary, name);
		if (*rows[i].value)
			json_object_set_new(object, dot ? dot + 1 : name,
					    json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		else
			json_object_del(object, name);
		assert_int_equal(fleet_add(&fleet, "f", summary, &error), -EBADMSG);
		if (!strstr(error.text, rows[i].said))
			fail_msg("%s: %s", rows[i].said, error.text);
	}
	assert_int_equal(fleet.n_sources, 1);
	fleet_free(&fleet);
}

/* What a form of the report comes to; free with free(). */
static char *written(const struct fleet *fleet, void (*write)(const struct fleet *fleet,
							      FILE *stream))
{
	size_t length;
	char *text;
	FILE *stream = open_memstream(&text, &length);

	write(fleet, stream);
	fclose(stream);
	return text;
}

static void expect_written(const struct fleet *fleet,
			   void (*write)(const struct fleet *fleet, FILE *stream),
			   const char *what)
{
	char *text = written(fleet, write);

	if (strchr(text, '\033') || !strstr(text, what))
		fail_msg("%s is not in: %s", what, text);
	free(text);
}

static uint64_t denied(const struct fleet *fleet, size_t product)
{
	return fleet->products[product].count.n[HISTORY_DENIED];
}

/* Of periods that overlap the larger count, of others the sum; the same one counts once. */
static void test_counts(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	add(&fleet, make_summary("a", "2026-11-03", "2026-11-05", PRODUCT("P", "attempted", "7")));
	add(&fleet, make_summary("a", "2026-11-01", "2026-11-03", PRODUCT("P", "attempted", "10")));
	add(&fleet, make_summary("a", "2026-11-02", "2026-11-04", PRODUCT("P", "used", "20")));
	add(&fleet, make_summary("a", "2026-11-02", "2026-11-04", PRODUCT("P", "used", "20")));
	add(&fleet, make_summary("a", "2026-12-01", "2026-12-02", PRODUCT("P", "none", "4")));
	add(&fleet, make_summary("b", "2026-12-01", "2026-12-02", PRODUCT("P", "none", "1") ", "
				 PRODUCT("Q", "not-watched", "0")));
	assert_int_equal(fleet_settle(&fleet), 0);
	assert_int_equal(fleet.n_assets, 2);
	assert_int_equal(fleet.n_products, 2);
	assert_int_equal(denied(&fleet, 0), 20 + 4 + 1);
	assert_int_equal(fleet.n_duplicates, 1);
	assert_true(fleet.assets[0].overlapping);
	assert_false(fleet.assets[1].overlapping);
	assert_int_equal(fleet.assets[0].n_lost, 3 + 3);
	assert_int_equal(fleet.products[0].n_used, 1);
	assert_int_equal(fleet.products[0].finding, REPORT_USED);
	assert_int_equal(fleet.products[1].finding, REPORT_NOT_WATCHED);
	fleet_free(&fleet);
}

/* A finding that is none, or of a list that is none, claims nothing. */
static void test_nonsense(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	add(&fleet, make_summary("a", "2026-11-01", "2026-11-02", "5, null, {}, [], "
				 PRODUCT("P", "never", "-4") ", " PRODUCT("P", "none", "\"9\"")));
	assert_int_equal(fleet_settle(&fleet), 0);
	assert_int_equal(fleet.n_products, 2);
	assert_int_equal(denied(&fleet, 0), 0);
	assert_int_equal(fleet.products[0].finding, REPORT_NONE_WATCHED);
	assert_string_equal(fleet.products[1].product, "");
	assert_int_equal(fleet_overall(&fleet), REPORT_NONE_WATCHED);
	fleet_free(&fleet);
}

/* However large the number is that one machine tells, the others' are still in it. */
static void test_overflow(void **state)
{
	static const char all[] = PRODUCT("P", "used", "9223372036854775807, \"observed\": "
					  "9223372036854775807, \"excepted\": 2");
	struct fleet fleet = { 0 };
	const json_t *product;
	json_t *object;
	char *text;

	(void)state;
	add(&fleet, make_summary("a", "2026-11-01", "2026-11-02", all));
	add(&fleet, make_summary("b", "2026-11-01", "2026-11-02", PRODUCT("P", "attempted", "40")));
	add(&fleet, make_summary("c", "2026-11-01", "2026-11-02", all));
	assert_int_equal(fleet_settle(&fleet), 0);
	assert_true(denied(&fleet, 0) > INT64_MAX / 8);
	text = written(&fleet, fleet_json);
	object = json_loads(text, 0, NULL);
	product = json_array_get(json_object_get(object, "products"), 0);
	assert_true(json_integer_value(json_object_get(product, "denied")) > 40);
	assert_true(json_integer_value(json_object_get(product, "observed")) > 40);
	json_decref(object);
	free(text);
	/* Nor do they come to nothing together. */
	expect_written(&fleet, fleet_text, "  events         ");
	fleet_free(&fleet);
}

static void test_hosts(void **state)
{
	struct fleet fleet = { 0 };

	(void)state;
	add(&fleet, make_summary("a", "2026-11-01", "2026-11-02", ""));
	add(&fleet, make_summary("b", "2026-11-01", "2026-11-02", ""));
	/* By host name or asset id, once; what is a comment or empty is no host. */
	assert_int_equal(fleet_expect(&fleet, "# all\n\n \thost-a \t# that\r\na\r\nz\n z z\nz"), 0);
	assert_int_equal(fleet_settle(&fleet), 0);
	assert_int_equal(fleet.n_hosts, 4);
	assert_int_equal(fleet.n_silent, 2);
	assert_int_equal(fleet.n_unexpected, 1);
	assert_true(fleet.assets[0].expected);
	assert_false(fleet.assets[1].expected);
	expect_written(&fleet, fleet_text, "\nz  Silent\nz z  Silent\n");
	expect_written(&fleet, fleet_text, "\nhost-b  Cannot say, watched 0.00 %, not expected\n");
	fleet_free(&fleet);
}

/* Texts of a summary are bytes that somebody else chose. */
static void test_clean(void **state)
{
	json_t *summary = make_summary("=a", "2026-11-01", "2026-11-02",
				       PRODUCT("<script>\\u001b[2J", "used", "1"));
	json_t *directive = json_object_get(summary, "directive");
	struct fleet fleet = { 0 };
	char *page;

	(void)state;
	json_object_set_new(directive, "title", json_string("T\033<b>\n"));
	json_object_set_new(directive, "plan", json_loads("[{\"heading\": \"=1\\u0007\", \"fill\": "
			    "\"product\"}, 5, {\"fill\": \"endpoints\"}]", 0, NULL));
	add(&fleet, summary);
	assert_int_equal(fleet_settle(&fleet), 0);
	expect_written(&fleet, fleet_html, "<h1>T\\x1b&lt;b&gt;\\x0a</h1>");
	page = written(&fleet, fleet_html);
	assert_null(strstr(page, "<b>"));
	assert_null(strstr(page, "<script"));
	free(page);
	expect_written(&fleet, fleet_csv_plan, "\"'=1\\x07\",\"\",\"\"\r\n"
		       "\"V: <script>\\x1b[2J\",\"\",1\r\n");
	expect_written(&fleet, fleet_csv_endpoints, "\"'=a\"");
	expect_written(&fleet, fleet_text, "T\\x1b<b>\\x0a");
	fleet_free(&fleet);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
