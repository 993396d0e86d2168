// SPDX-License-Identifier: GPL-2.0-only
/*
 * Authorities, identities, dates, releases, packages and exceptions that are wrong.
 * Every case has exactly one mistake, of which one error must come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
/* After those that it needs. */
#include <cmocka.h>

#include "bad_case.h"
#include "image_builder.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

/* What a case adds to an authority stands in line 5, to the others in line 6. */
#define AUTHORITY(more) "debar: 1\npolicy: p\nserial: 1\nvendors: []\n" \
	"authorities: [{id: A, citation: c, " more "}]\n"
#define IDENTITY(more) TOP "vendors: [{name: V, identity: {" more "}, products: []}]\n"
#define VENDOR(more) TOP "vendors: [{name: V, products: [], " more "}]\n"
#define PRODUCT(more) TOP "vendors: [{name: V, products: [{name: P, action: deny, " \
	"authority: A, files: [{sha256: " D1 ", size: 9}],\n" more "}]}]\n"
#define RELEASES(more) TOP "vendors: [{name: V, products: [{name: P, action: deny, " \
	"authority: A, releases: [\n" more "]}]}]\n"
#define RELEASE(more) RELEASES("{version: '1', files: [],\n" more "}")
#define EXCEPTIONS(more) BANS ONE_BAN "exceptions:\n" more
#define BY "approver: a, reason: r, expires: 2027-01-01"

static const struct bad_case errors[] = {
	/* authorities */
	{ AUTHORITY("basis: federal"),
	  "'basis' must be 'mandatory', 'agency', 'state' or 'operator', not 'federal'",
	  5, 43 },
	{ AUTHORITY("basis: operater"), "did you mean 'operator'?", 5, 43 },
	{ AUTHORITY("basis: [agency]"), "'basis' must be text, this is a list", 5, 43 },
	{ AUTHORITY("scope: ''"), "'scope' is empty", 5, 43 },
	{ AUTHORITY("binding: {}"), "'binding' must be text, this is a mapping", 5, 45 },
	{ AUTHORITY("source: ~"), "'source' must be text, this is nothing", 5, 44 },
	{ AUTHORITY("effective: 2017-09-13T00:00:00Z"),
	  "'effective' must be a date (YYYY-MM-DD), not", 5, 47 },
	{ AUTHORITY("url: x"), "an authority has no key 'url'; it has 'id', 'citation', "
	  "'title', 'scope', 'basis', 'binding', 'effective' and 'source'", 5, 36 },
	/* vendors */
	{ VENDOR("aliases: W"), "'aliases' must be a list", 6, 44 },
	{ VENDOR("aliases: [W, W]"), "'W' stands twice in 'aliases'", 6, 48 },
	{ VENDOR("aliases: [[W]]"), "'aliases' must be text, this is a list", 6, 45 },
	{ VENDOR("successors: [\"\"]"), "'successors' is empty", 6, 48 },
	{ VENDOR("succesors: [W]"), "did you mean 'successors'?", 6, 35 },
	{ VENDOR("identity: [x]"), "an identity must be a mapping", 6, 45 },
	{ VENDOR("identity: ~"), "an identity must be a mapping (key: value), this is "
	  "nothing", 6, 45 },
	{ IDENTITY("package: [x]"),
	  "an identity has no key 'package'; did you mean 'packages'?", 6, 32 },
	{ IDENTITY("packages: ['*']"), "this matches what everybody makes", 6, 43 },
	{ IDENTITY("maintainers: [\"?*\"]"), "this matches what everybody makes", 6, 46 },
	{ IDENTITY("packages: ['lib[ab']"), "a '[' that no ']' closes", 6, 43 },
	{ IDENTITY("packages: ['lib[]']"), "a '[' that no ']' closes", 6, 43 },
	{ IDENTITY("prefixes: [opt/x]"), "a prefix must be an absolute path", 6, 43 },
	{ IDENTITY("prefixes: [/]"), "a prefix must be an absolute path", 6, 43 },
	{ IDENTITY("prefixes: [/opt/../x]"), "a prefix must be an absolute path", 6, 43 },
	{ IDENTITY("prefixes: [/opt/x/]"), "a prefix must be an absolute path", 6, 43 },
	{ IDENTITY("prefixes: [/opt//x]"), "a prefix must be an absolute path", 6, 43 },
	{ IDENTITY("units: [example]"), "a unit must be named with its type", 6, 40 },
	{ IDENTITY("units: [.service]"), "a unit must be named with its type", 6, 40 },
	{ IDENTITY("units: [a/b.service]"), "a unit must be named with its type", 6, 40 },
	{ IDENTITY("units: [x.servce]"), "a unit must be named with its type", 6, 40 },
	/* instants */
	{ PRODUCT("effective: soon"), "'effective' must be a date (YYYY-MM-DD) or an "
	  "instant in UTC (YYYY-MM-DDThh:mm:ssZ), not 'soon'", 7, 12 },
	{ PRODUCT("effective: 2026-12-01 08:00:00"), "'effective' must be a date", 7, 12 },
	{ PRODUCT("effective: 2026-12-01T08:00Z"), "'effective' must be a date", 7, 12 },
	{ PRODUCT("effective: 2026-12-01T08:00:00"), "'effective' must be a date", 7, 12 },
	{ PRODUCT("effective: 2026-12-01T08:00:00+01:00"), "'effective' must be a date", 7,
	  12 },
	{ PRODUCT("effective: 2026-12-01T24:00:00Z"), "'effective' is no time of the day",
	  7, 12 },
	{ PRODUCT("effective: 2026-12-31T23:59:60Z"), "'effective' is no time of the day",
	  7, 12 },
	{ PRODUCT("effective: 2026-12-01T08:60:00Z"), "'effective' is no time of the day",
	  7, 12 },
	{ PRODUCT("effective: 2026-02-29T08:00:00Z"), "'effective' is no day of the calen",
	  7, 12 },
	{ PRODUCT("effective: 1969-12-31"), "'effective' is before 1970", 7, 12 },
	{ PRODUCT("effective: "), "'effective' must be a date (YYYY-MM-DD) or an instant "
	  "in UTC (YYYY-MM-DDThh:mm:ssZ), this is nothing", 7, 12 },
	{ PRODUCT("expires: [2026-12-01]"), "'expires' must be a date", 7, 10 },
	{ PRODUCT("effective: 2026-12-01, expires: 2026-12-01"),
	  "'expires' must be later than 'effective'", 7, 33 },
	{ PRODUCT("expires: 2026-12-01, effective: 2026-12-01T00:00:01Z"),
	  "'expires' must be later than 'effective'", 7, 10 },
	/* products and releases */
	{ TOP "vendors: [{name: V, products: [{name: P, action: deny, authority: A}]}]\n",
	  "a product needs the key 'files' or 'releases'", 6, 32 },
	{ PRODUCT("bans: []"), "a product has no key 'bans'; it has 'name', 'action', "
	  "'authority', 'also', 'effective', 'expires', 'releases' and 'files'", 7, 1 },
	{ RELEASES("1.2"), "a release must be a mapping", 7, 1 },
	{ RELEASES("{files: []}"), "a release needs the key 'version'", 7, 1 },
	{ RELEASES("{version: '1'}"), "a release needs the key 'files' or 'packages'", 7, 1 },
	{ RELEASES("{version: '', files: []}"), "'version' is empty", 7, 11 },
	{ RELEASES("{version: '1', files: []}, {version: 1, files: []}"),
	  "this release is already in line 7: put the files together", 7, 38 },
	{ RELEASE("files: []"), "key 'files' stands twice", 8, 1 },
	{ RELEASE("effective: 2026"), "'effective' must be a date", 8, 12 },
	{ RELEASE("action: deny"), "a release has no key 'action'", 8, 1 },
	{ RELEASES("{version: '1', files: [{sha256: " D1 ", size: 9}]},\n"
		   "{version: '2', effective: 2026-12-01, files: [{sha256: " D1
		   ", size: 9}]}"),
	  "already banned, with another 'effective' or 'expires', in line 7 of", 8, 56 },
	{ RELEASES("{version: '1', files: [{sha256: " D1 ", size: 9}]},\n"
		   "{version: '2', files: [{sha256: " D1 ", size: 8}]}"),
	  "there with size 9 and here with 8, in line 7 of", 8, 33 },
	{ RELEASES("{version: '1', expires: 2026-12-01, files: [{sha256: " D1 ", size: 9}]"
		   "}],\nfiles: [{sha256: " D1 ", size: 9}"),
	  "already banned, with another 'effective' or 'expires', in line 7 of", 8, 18 },
	/* packages */
	{ RELEASE("packages: {}"), "'packages' must be a list", 8, 11 },
	{ RELEASE("packages: [x]"), "a package must be a mapping", 8, 12 },
	{ RELEASE("packages: [{name: x}]"), "a package needs the key 'sha256'", 8, 12 },
	{ RELEASE("packages: [{sha256: " D1 "}]"), "a package needs the key 'name'", 8,
	  12 },
	{ RELEASE("packages: [{name: x, sha256: 12}]"), "a SHA-256 has 64 hex digits", 8,
	  30 },
	{ RELEASE("packages: [{name: x, sha256: " D1 ", size: 0}]"),
	  "'size' must be 1 or more", 8, 102 },
	{ RELEASE("packages: [{name: x, sha256: " D1 ", url: y}]"),
	  "a package has no key 'url'; it has 'name', 'sha256', 'size', 'source' and "
	  "'verified'", 8, 96 },
	{ RELEASE("packages: [{name: x, sha256: " D1 "},\n{name: y, sha256: " D1 "}]"),
	  "a package with this SHA-256 is already in line 8", 9, 19 },
	/* further authorities */
	{ PRODUCT("also: A"), "'also' must be a list", 7, 7 },
	{ PRODUCT("also: [[A]]"), "'authority' must be text, this is a list", 7, 8 },
	{ PRODUCT("also: [A, BCDEFG]"), "no authority has the id 'BCDEFG'", 7, 11 },
	/* what is not verified */
	{ RELEASE("packages: [{name: x, sha256: " D1 ", verified: maybe}]"),
	  "'verified' must be 'yes' or 'no', not 'maybe'", 8, 106 },
	{ RELEASE("packages: [{name: x, sha256: " D1 ", verified: false}]"),
	  "'verified' must be 'yes' or 'no', not 'false'", 8, 106 },
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D2 ", verified: []}]}]"),
	  "'verified' must be text, this is a list", 7, 120 },
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D2 ", verified: }]}]"),
	  "'verified' must be text, this is nothing", 7, 120 },
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D2 ", veryfied: no}]}]"),
	  "did you mean 'verified'?", 7, 110 },
	{ PRODUCT("releases: [{version: '1', verified: no, files: []}]"),
	  "a release has no key 'verified'", 7, 27 },
	{ PRODUCT("releases: [{version: '1', files: [{list: x, verified: no, size: 1}]}]"),
	  "'list' stands alone, or with 'verified'", 7, 35 },
	/* checked all the same */
	{ PRODUCT("releases: [{version: '1', files: [{sha256: 12, verified: no}]}]"),
	  "a SHA-256 has 64 hex digits", 7, 44 },
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D1 ", size: 8, verified: no}]}]"),
	  "already banned, there with size 8 and here with 9, in line 7 of", 6, 87 },
	/* files */
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D2 ", source: 1, list: x}]"
		  "}]"), "'list' stands alone", 7, 35 },
	{ PRODUCT("releases: [{version: '1', files: [{sha256: " D2 ", source: ''}]}]"),
	  "'source' is empty", 7, 118 },
	/* exceptions */
	{ EXCEPTIONS("- " D1 "\n"), "an exception must be a mapping", 15, 3 },
	{ EXCEPTIONS("- {" BY "}\n"), "an exception needs the key 'file' or 'product'",
	  15, 3 },
	{ EXCEPTIONS("- {file: " D1 ", product: V/P, " BY "}\n"),
	  "needs the key 'file' or 'product', and not both", 15, 3 },
	{ EXCEPTIONS("- {file: " D1 ", reason: r, expires: 2027-01-01}\n"),
	  "an exception needs the key 'approver'", 15, 3 },
	{ EXCEPTIONS("- {file: " D1 ", approver: a, expires: 2027-01-01}\n"),
	  "an exception needs the key 'reason'", 15, 3 },
	{ EXCEPTIONS("- {file: " D1 ", approver: a, reason: r}\n"),
	  "an exception needs the key 'expires'", 15, 3 },
	{ EXCEPTIONS("- {file: " D1 ", approver: a, reason: r, expires: never}\n"),
	  "'expires' must be a date", 15, 109 },
	{ EXCEPTIONS("- {file: bin/agent, " BY "}\n"), "'i' is not a hex digit", 15, 11 },
	{ EXCEPTIONS("- {product: P, " BY "}\n"),
	  "no product of this policy is 'P': write \"vendor/product\"", 15, 13 },
	{ EXCEPTIONS("- {product: V/Q, " BY "}\n"), "no product of this policy is 'V/Q'",
	  15, 13 },
	{ EXCEPTIONS("- {product: V/P, " BY "}\n- {product: V/P, " BY "}\n"),
	  "an exception for this is already in line 15", 16, 13 },
	{ EXCEPTIONS("- {file: " D1 ", " BY "}\n- {file: " D1 ", " BY "}\n"),
	  "an exception for this is already in line 15", 16, 10 },
	{ TOP "vendors: [{name: V, products: [{name: W/P, action: deny, authority: A, "
	  "files: []}]}, {name: V/W, products: [{name: P, action: deny, authority: A, "
	  "files: []}]}]\nexceptions: [{product: V/W/P, " BY "}]\n",
	  "'V/W/P' can mean 2 products", 7, 24 },
	/* who signs it */
	{ PRODUCT("") "signers: 9\n", "'signers' must be 1 to 8", 8, 10 },
	{ PRODUCT("") "signers: 0\n", "'signers'", 8, 10 },
	{ PRODUCT("") "local: yes\n", "'local' must be 'signed' or 'unsigned'", 8, 8 },
};

static const struct bad_case warnings[] = {
	{ EXCEPTIONS("- {file: " D2 ", " BY "}\n"),
	  "this policy does not ban this file", 15, 10 },
	{ RELEASES("{version: '1', files: []}"), "this product has no bans", 6, 39 },
	{ RELEASES("{version: '1', files: [{sha256: " D1 ", size: 9}]},\n"
		   "{version: '2', files: [{sha256: " D1 ", size: 9}]}"),
	  "this SHA-256 is already banned in line 7 of", 8, 33 },
	{ RELEASES("{version: '1', files: [{sha256: " D1 "}]},\n"
		   "{version: '2', files: [{sha256: " D2 "}]}"),
	  "2 of 2 bans of this product have no size", 6, 39 },
	/* What is left out counts for nothing. */
	{ RELEASES("{version: '1', files: [{sha256: " D1 "}]},\n"
		   "{version: '2', files: [{sha256: " D2 ", verified: no}]}"),
	  "1 of 1 bans of this product have no size", 6, 39 },
	{ RELEASES("{version: '1', files: [{sha256: " D1 ", size: 9, verified: no}]}")
	  "exceptions: [{file: " D1 ", " BY "}]\n", "this policy does not ban this file", 8,
	  21 },
};

static void test_errors(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_one_error(&scratch, &errors[i]);
}

static void test_warnings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++)
		assert_warning(&scratch, &warnings[i]);
}

/* The limits of what there may be, each with one more. */
static void test_limits(void **state)
{
	static const struct {
		const char *text;
		const char *before, *after;	/* of each number, instead of "@" */
		unsigned int max;
		const char *message;
	} cases[] = {
		{ RELEASES("@"), "{version: v", ", files: []},\n", 16384,
		  "a policy has 16384 releases at most" },
		{ RELEASE("packages: [@]"), "{name: n, sha256: ", "},\n", 16384,
		  "a policy has 16384 packages at most" },
		{ BANS ONE_BAN "exceptions: [@]\n", "{file: ", ", " BY "},\n", 1024,
		  "a policy has 1024 exceptions at most" },
		{ VENDOR("aliases: [@]"), "a", ",\n", 256,
		  "'aliases' has 257 items; 256 are the most" },
	};
	size_t i, extra;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = strchr(cases[i].text, '@');

		for (extra = 0; extra < 2; extra++) {
			struct policy_diagnostics diagnostics;
			struct policy_input input = { .n_paths = 1 };
			struct scratch_file text;
			const char *path;
			unsigned int j;
			int error;

			scratch_open(&text);
			fprintf(text.stream, "%.*s", (int)(at - cases[i].text),
				cases[i].text);
			for (j = 1; j <= cases[i].max + extra; j++)
				fprintf(text.stream, "%s%064x%s", cases[i].before, j,
					cases[i].after);
			fputs(at + 1, text.stream);
			path = scratch_close(&text, &scratch, "limit.yaml");
			input.paths = &path;
			error = policy_build(&input, &diagnostics, NULL, NULL, NULL);
			if (error != (extra ? -EBADMSG : 0) ||
			    diagnostics.n_errors != extra ||
			    (extra && !strstr(diagnostics.list[diagnostics.n - 1].message,
					      cases[i].message))) {
				policy_diagnostics_print(&diagnostics, stderr);
				fail_msg("%s", cases[i].message);
			}
			policy_diagnostics_free(&diagnostics);
		}
	}
}

/* The example with a few of its bytes changed or gone: an answer, no crash. */
static void test_mutated(void **state)
{
	static const char bytes[] = "{}[]:,-'\"/*? \nA1Z";
	static char whole[16384], text[16384];
	FILE *file = fopen(source_path("policy/examples/agency.yaml"), "r");
	size_t length = file ? fread(whole, 1, sizeof(whole), file) : 0;
	uint64_t seed = 115;
	unsigned int round;

	(void)state;
	assert_true(length > 1000 && length < sizeof(whole));
	fclose(file);
	for (round = 0; round < 3000; round++) {
		unsigned int n = 1 + next_random(&seed) % 4;
		struct policy_diagnostics diagnostics;
		struct policy_input input = { .n_paths = 1 };
		size_t left = length;
		const char *path;
		int error;

		memcpy(text, whole, length);
		while (n-- > 0) {
			size_t at = next_random(&seed) % left;
			size_t gone = next_random(&seed) % 40;

			if (round % 2) {
				text[at] = bytes[next_random(&seed) % (sizeof(bytes) - 1)];
				continue;
			}
			gone = gone < left - at ? gone : left - at - 1;
			memmove(text + at, text + at + gone, left - at - gone);
			left -= gone;
		}
		path = scratch_write(&scratch, "mutated.yaml", text, left);
		input.paths = &path;
		error = policy_build(&input, &diagnostics, NULL, NULL, NULL);
		assert_true(error == 0 ? diagnostics.n_errors == 0 :
			    error == -EBADMSG && diagnostics.n_errors > 0);
		policy_diagnostics_free(&diagnostics);
	}
}

/* The files that the example names are there, so that they are read, too. */
static void copy_example(const char *name)
{
	char path[64], text[4096];
	FILE *file;
	size_t length;

	snprintf(path, sizeof(path), "policy/examples/%s", name);
	file = fopen(source_path(path), "r");
	length = file ? fread(text, 1, sizeof(text), file) : 0;
	assert_true(length > 0 && length < sizeof(text));
	fclose(file);
	scratch_write(&scratch, name, text, length);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	if (mkdir(scratch_path(&scratch, "vendors"), 0755) < 0)
		return -1;
	copy_example("agency.sha256");
	copy_example("agency-updater.csv");
	copy_example("vendors/kaigi.yaml");
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
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_mutated),
	};

	return cmocka_run_group_tests_name("language", tests, setup, teardown);
}
