// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the compiler keeps of a policy beside what today's image has room for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "compiler.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

/* The model of a policy; free it with forget(). */
static struct policy_compiler *read_model_with(const char *path, bool include_unverified)
{
	static const char *paths[1];
	static struct policy_input input = { .paths = paths, .n_paths = 1 };
	struct policy_compiler *compiler = calloc(1, sizeof(*compiler));

	assert_non_null(compiler);
	paths[0] = path;
	input.include_unverified = include_unverified;
	compiler->input = &input;
	assert_int_equal(policy_files_read(compiler), 0);
	assert_int_equal(policy_check(compiler), 0);
	assert_int_equal(policy_model_settle(compiler), 0);
	assert_int_equal(compiler->report.n_errors, 0);
	return compiler;
}

static struct policy_compiler *read_model(const char *path)
{
	return read_model_with(path, false);
}

static void forget(struct policy_compiler *compiler)
{
	struct policy_diagnostics diagnostics;

	policy_report_finish(&compiler->report, &compiler->sources, &diagnostics);
	policy_diagnostics_free(&diagnostics);
	policy_model_free(&compiler->model);
	policy_sources_free(&compiler->sources);
	policy_arena_free(&compiler->arena);
	free(compiler);
}

static void assert_texts(const struct policy_texts *texts, const char *first,
			 const char *last, size_t n)
{
	assert_int_equal(texts->n, n);
	assert_string_equal(texts->list[0], first);
	assert_string_equal(texts->list[n - 1], last);
}

/* The example, which shows every part of the language. */
static void test_example(void **state)
{
	struct policy_compiler *compiler =
		read_model(source_path("policy/examples/agency.yaml"));
	const struct policy_model *m = &compiler->model;
	const struct policy_vendor *vendor = &m->vendors[0];

	(void)state;
	assert_int_equal(m->n_authorities, 2);
	assert_string_equal(m->authorities[0].scope,
			    "Products and services of Example Corp and of its successors");
	assert_string_equal(m->authorities[0].url, "https://www.example.gov/dir-17-01");
	assert_string_equal(m->authorities[0].binding,
			    "federal executive branch, without national security systems");
	assert_int_equal(m->authorities[0].basis, POLICY_BASIS_MANDATORY);
	assert_int_equal(m->authorities[0].effective, 20170913);
	assert_int_equal(m->authorities[1].basis, POLICY_BASIS_OPERATOR);
	assert_null(m->authorities[1].title);

	assert_int_equal(m->n_vendors, 2);
	assert_texts(&vendor->aliases, "Example Corporation", "Example Corp., Ltd.", 2);
	assert_texts(&vendor->successors, "Newcorp", "Newcorp", 1);
	assert_texts(&vendor->packages, "example-agent", "libexample-*", 2);
	assert_texts(&vendor->maintainers, "*@example.com>", "*Example Corp*", 2);
	assert_texts(&vendor->prefixes, "/opt/example", "/opt/example", 1);
	assert_texts(&vendor->units, "example-agent.service", "example-update.timer", 2);
	assert_int_equal(m->vendors[1].units.n, 0);

	assert_int_equal(m->n_products, 3);
	/* 2026-12-01T00:00:00Z, 2026-12-01T08:00:00Z, 2027-12-01T00:00:00Z */
	assert_int_equal(m->products[0].effective, 1796083200);
	assert_int_equal(m->products[0].expires, POLICY_NEVER);
	assert_int_equal(m->products[1].effective, POLICY_ALWAYS);
	assert_int_equal(m->n_releases, 4);
	assert_string_equal(m->releases[0].version, "11.2");
	assert_int_equal(m->releases[0].effective, 1796083200);
	assert_int_equal(m->releases[0].expires, POLICY_NEVER);
	assert_string_equal(m->releases[1].version, "11.3");
	assert_int_equal(m->releases[1].effective, 1796083200 + 8 * 3600);
	assert_int_equal(m->releases[1].expires, 1796083200 + 365 * 86400);
	assert_null(m->releases[2].version);
	assert_int_equal(m->releases[2].product, 1);
	assert_int_equal(m->releases[3].product, 2);

	assert_int_equal(m->n_packages, 1);
	assert_string_equal(m->packages[0].name, "example-agent_11.2_amd64.deb");
	assert_int_equal(m->packages[0].size, 21504122);
	assert_int_equal(m->packages[0].sha256[0], 0x3a);
	assert_int_equal(m->packages[0].release, 0);
	assert_true(m->packages[0].unverified);

	assert_int_equal(m->n_bans, 9);
	assert_int_equal(m->bans[0].release, 0);
	assert_int_equal(m->bans[2].release, 1);
	assert_int_equal(m->bans[6].release, 2);
	assert_int_equal(m->bans[6].size, 90112);
	assert_int_equal(policy_model_product(m, &m->bans[8]), 2);

	assert_int_equal(m->n_exceptions, 2);
	assert_int_equal(m->exceptions[0].product, POLICY_NO_PRODUCT);
	assert_memory_equal(m->exceptions[0].sha256, m->bans[1].sha256, 32);
	assert_string_equal(m->exceptions[0].approver, "J. Doe, security officer");
	assert_int_equal(m->exceptions[1].product, 2);
	/* 2026-12-31T17:00:00Z */
	assert_int_equal(m->exceptions[1].expires, 1798736400);
	forget(compiler);
}

/* Instants, as "date -u -d ... +%s" gives them. */
static void test_instants(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00:01Z", 1 },
		{ "'2000-02-29'", 951782400 },
		{ "2000-03-01T23:59:59Z", 951955199 },
		{ "2024-12-31", 1735603200 },
		{ "2038-01-19T03:14:08Z", INT64_C(2147483648) },
		{ "2100-03-01", INT64_C(4107542400) },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) },
	};
	static const char *const zones[] = { "UTC", "America/New_York", "Asia/Tokyo" };
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct policy_compiler *compiler;

		setenv("TZ", zones[i % 3], 1);
		snprintf(text, sizeof(text), TOP "vendors: [{name: V, products: [{name: "
			 "P, action: deny, authority: A, effective: %s, files: []}]}]\n",
			 cases[i].text);
		compiler = read_model(scratch_text(&scratch, "instant.yaml", text));
		assert_int_equal(compiler->model.releases[0].effective,
				 cases[i].seconds);
		forget(compiler);
	}
	unsetenv("TZ");
}

/* The release of a file that is in several does not depend on the order. */
static void test_folded(void **state)
{
	static const char *const texts[] = {
		"releases: [{version: '1.9', files: [{sha256: " D1 ", size: 9}]}, "
		"{version: '1.10', files: [{sha256: " D1 ", size: 9}]}], "
		"files: [{sha256: " D1 ", size: 9}]",
		"files: [{sha256: " D1 ", size: 9}], "
		"releases: [{version: '1.10', files: [{sha256: " D1 ", size: 9}]}, "
		"{version: '1.9', files: [{sha256: " D1 ", size: 9}]}]",
	};
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct policy_compiler *compiler;
		const struct policy_model *m;

		snprintf(text, sizeof(text), TOP "vendors: [{name: V, products: [{name: "
			 "P, action: deny, authority: A, %s}]}]\n", texts[i]);
		compiler = read_model(scratch_text(&scratch, "fold.yaml", text));
		m = &compiler->model;
		assert_int_equal(m->n_bans, 3);
		assert_int_equal(m->n_order, 1);
		assert_string_equal(m->releases[m->bans[m->order[0]].release].version,
				    "1.10");
		forget(compiler);
	}
}

/* An unverified ban counts only where that is asked for, and never hides one that is verified. */
static void test_unverified(void **state)
{
	static const struct {
		const char *text;
		size_t n, n_unsized, n_left_out;	/* by default */
		const char *version;			/* of the first ban */
		size_t n_all, n_all_unsized;		/* if asked for */
		const char *all_version;
	} cases[] = {
		{ "files: [{sha256: " D1 ", verified: no}, {sha256: " D2 ", size: 9, verified: yes}]",
		  1, 0, 1, NULL, 2, 1, NULL },
		{ "files: [{sha256: " D1 ", verified: no}]", 0, 0, 1, NULL, 1, 1, NULL },
		{ "files: [{list: unverified.csv, verified: no}, {sha256: " DE ", size: 3}]",
		  1, 0, 2, NULL, 3, 1, NULL },
		{ "files: [{list: unverified.csv}]", 2, 1, 0, NULL, 2, 1, NULL },
		/* The same digest both ways, in both orders. */
		{ "releases: [{version: '1', files: [{sha256: " D1 ", size: 9, verified: no}]}, "
		  "{version: '2', files: [{sha256: " D1 ", size: 9}]}]",
		  1, 0, 0, "2", 1, 0, "1" },
		{ "releases: [{version: '2', files: [{sha256: " D1 ", size: 9}]}, "
		  "{version: '1', files: [{sha256: " D1 ", size: 9, verified: no}]}]",
		  1, 0, 0, "2", 1, 0, "1" },
		{ "releases: [{version: '1', files: [{sha256: " D1 ", verified: no}]}, "
		  "{version: '2', files: [{sha256: " D1 ", verified: no}]}]",
		  0, 0, 1, NULL, 1, 1, "1" },
	};
	size_t i;
	int all;

	(void)state;
	scratch_text(&scratch, "unverified.csv", "sha256,size,name\n" D1 ",9,a\n" D2 ",,b\n");
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct policy_compiler *compiler;
		const struct policy_model *m;
		const char *version;
		char text[1024];

		all = i % 2;
		snprintf(text, sizeof(text), TOP "vendors: [{name: V, products: [{name: "
			 "P, action: deny, authority: A, %s}]}]\n", cases[i / 2].text);
		compiler = read_model_with(scratch_text(&scratch, "u.yaml", text), all);
		m = &compiler->model;
		assert_int_equal(m->n_order, all ? cases[i / 2].n_all : cases[i / 2].n);
		assert_int_equal(m->n_unsized,
				 all ? cases[i / 2].n_all_unsized : cases[i / 2].n_unsized);
		assert_int_equal(m->n_left_out, all ? 0 : cases[i / 2].n_left_out);
		version = all ? cases[i / 2].all_version : cases[i / 2].version;
		if (version)
			assert_string_equal(
				m->releases[m->bans[m->order[0]].release].version, version);
		forget(compiler);
	}
}

/* An exception names a product whose vendor, or itself, has a slash in it. */
static void test_slashes(void **state)
{
	struct policy_compiler *compiler = read_model(scratch_text(&scratch, "s.yaml", TOP
		"vendors: [{name: V/W, products: [{name: P/Q, action: deny, authority: A, "
		"files: []}, {name: P, action: deny, authority: A, files: []}]}]\n"
		"exceptions: [{product: V/W/P, approver: a, reason: r, expires: 2027-01-01},"
		" {product: V/W/P/Q, approver: a, reason: r, expires: 2027-01-01}]\n"));

	(void)state;
	assert_int_equal(compiler->model.exceptions[0].product, 1);
	assert_int_equal(compiler->model.exceptions[1].product, 0);
	forget(compiler);
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
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_unverified),
		cmocka_unit_test(test_slashes),
	};

	return cmocka_run_group_tests_name("model", tests, setup, teardown);
}
