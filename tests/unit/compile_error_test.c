// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies that are wrong, and what the compiler says of them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
/* After those that it needs. */
#include <cmocka.h>

#include "bad_case.h"
#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;

static const struct bad_case errors[] = {
	/* YAML and text */
	{ "", "the file is empty", 0, 0 },
	{ "# only a comment\n", "the file is empty", 0, 0 },
	{ "---\n...\n",
	  "a policy must be a mapping (key: value), this is nothing", 2, 1 },
	{ "just text\n", "a policy must be a mapping (key: value), this is a plain value",
	  1, 1 },
	{ "- a\n- b\n", "a policy must be a mapping (key: value), this is a list", 1, 1 },
	{ "debar: 1\n\tpolicy: x\n", "a tab where YAML allows only spaces", 2, 1 },
	{ "debar: [1\n", "not YAML: did not find expected ',' or ']'", 2, 1 },
	{ "debar: 1\n  policy: x\n", "not YAML: mapping values are not allowed", 2, 9 },
	{ "debar: \"1\n", "not YAML: found unexpected end of stream", 2, 1 },
	{ "debar: @1\n", "not YAML: found character that cannot start any token", 1, 8 },
	{ "%YAML 1.1\n---\ndebar: 1\n", "directives (%) are not part", 1, 1 },
	{ "%TAG ! tag:x,1:\n---\ndebar: 1\n", "directives (%) are not part", 1, 1 },
	{ "debar: 1\n---\ndebar: 1\n", "a second document begins here", 2, 1 },
	{ "debar: &a 1\n", "anchors (&) and aliases (*) are not part", 1, 8 },
	{ "debar: &a 1\npolicy: *a\n", "anchors (&) and aliases (*) are not part", 2, 9 },
	{ "debar: !!int 1\n", "tags (!) are not part of the language", 1, 8 },
	{ "debar: !x [1]\n", "tags (!) are not part of the language", 1, 8 },
	{ TOP "vendors:\n- <<: {name: V}\n", "merge keys (<<) are not part", 7, 3 },
	{ "debar: 1\n[a]: 1\n", "a key must be text, this is a list", 2, 1 },
	{ "debar: 1\n? {a: b}\n: 1\n", "a key must be text, this is a mapping", 2, 3 },
	{ "debar: 1\npolicy: x\ndebar: 1\n",
	  "key 'debar' stands twice in this mapping, first in line 1", 3, 1 },
	{ "debar: 1\n\"debar\": 1\n", "key 'debar' stands twice", 2, 1 },
	{ "debar: [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]\n", "nested more than 16 deep",
	  1, 23 },
	{ "policy: caf\xe9\n", "byte 0xe9 is not UTF-8", 1, 12 },
	{ "policy: \xc0\xaf\n", "byte 0xc0 is not UTF-8", 1, 9 },
	{ "policy: a\x1b[31m\n", "control character 0x1b", 1, 10 },
	{ "policy: a\x7f\n", "control character 0x7f", 1, 10 },
	{ "policy: a\rserial: 1\n",
	  "a carriage return that does not end the line", 1, 10 },
	{ "\xef\xbb\xbf" "debar: 1\n", "byte order mark", 1, 1 },
	{ "\xff\xfe" "d", "the file is UTF-16", 1, 1 },
	{ "# \xe2\x80\xae\n", "character U+202E cannot be seen", 1, 3 },
	{ "# \xc2\x85\n", "character U+0085 cannot be seen", 1, 3 },
	{ "# a\xe2\x80\xa8\n", "character U+2028 cannot be seen", 1, 4 },
	{ "# \xef\xbb\xbf\n", "character U+FEFF cannot be seen", 1, 3 },
	/* top */
	{ "policy: p\nserial: 1\n", "a policy needs the key 'debar'", 1, 1 },
	{ "debar: 2\nnonsense: 1\n", "knows version 1 of the language only", 1, 8 },
	{ "debar: one\n", "'debar' must be a whole number in decimal digits, not 'one'",
	  1, 8 },
	{ "debar: 1\nserial: 1\n", "a policy needs the key 'policy'", 1, 1 },
	{ "debar: 1\npolicy: p\n", "a policy needs the key 'serial'", 1, 1 },
	{ "debar: 1\npolicy: p\n", "a policy needs the key 'authorities'", 1, 1 },
	{ "debar: 1\npolicy: p\n", "a policy needs the key 'vendors'", 1, 1 },
	{ TOP "vendor: []\n", "has no key 'vendor'; did you mean 'vendors'?", 6, 1 },
	{ TOP "colour: red\n", "has no key 'colour'; it has 'debar', 'policy', 'serial', "
	  "'include', 'authorities', 'vendors' and 'exceptions'", 6, 1 },
	{ TOP "vendors: x\n", "'vendors' must be a list (- item), this is a plain value",
	  6, 10 },
	{ TOP "vendors:\n", "'vendors' must be a list (- item), this is nothing", 6, 9 },
	{ "debar: 1\npolicy: Federal\n", "'policy' must be 1 to 63 of a-z", 2, 9 },
	{ "debar: 1\npolicy: -p\n", "'policy' must be 1 to 63 of a-z", 2, 9 },
	{ "debar: 1\npolicy: a b\n", "'policy' must be 1 to 63 of a-z", 2, 9 },
	{ "debar: 1\npolicy: " TEN("abcdef") "abcd\n", "'policy' must be 1 to 63", 2, 9 },
	{ "debar: 1\npolicy: ~\n", "'policy' must be text, this is nothing", 2, 9 },
	{ "debar: 1\npolicy: ''\n", "'policy' is empty", 2, 9 },
	{ "debar: 1\npolicy: [a]\n", "'policy' must be text, this is a list", 2, 9 },
	{ "serial: 0\n", "'serial' must be 1 or more", 1, 9 },
	{ "debar: 1\nserial: -4\n", "'serial' must be 1 or more", 2, 9 },
	{ "debar: 1\nserial: 9223372036854775808\n",
	  "'serial' is beyond 9223372036854775807", 2, 9 },
	{ "debar: 1\nserial: 99999999999999999999999\n", "'serial' is beyond", 2, 9 },
	{ "debar: 1\nserial: 1.5\n", "'serial' must be a whole number", 2, 9 },
	{ "debar: 1\nserial: 0x10\n", "'serial' must be a whole number", 2, 9 },
	{ "debar: 1\nserial: 1_000\n", "'serial' must be a whole number", 2, 9 },
	{ "debar: 1\nserial: +1\n", "'serial' must be a whole number", 2, 9 },
	{ "debar: 1\nserial: 017\n", "'serial' begins with 0", 2, 9 },
	{ "debar: 1\nserial: \"17\"\n",
	  "'serial' must be a whole number, this is text in quotes", 2, 9 },
	{ "debar: 1\nserial:\n",
	  "'serial' must be a whole number, this is nothing", 2, 8 },
	/* authorities */
	{ "authorities:\n- x\n", "an authority must be a mapping", 2, 3 },
	{ "authorities:\n- {citation: c}\n", "an authority needs the key 'id'", 2, 3 },
	{ "authorities:\n- {id: A}\n", "an authority needs the key 'citation'", 2, 3 },
	{ "authorities:\n- {id: A, citation: c, efective: 1}\n",
	  "has no key 'efective'; did you mean 'effective'?", 2, 24 },
	{ "authorities:\n- {id: A, citation: c, effective: 2017-02-29}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 2100-02-29}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 2017-13-01}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 2017-04-31}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 2017-04-00}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 0017-04-01}\n",
	  "'effective' is no day of the calendar", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 13.09.2017}\n",
	  "'effective' must be a date (YYYY-MM-DD), not '13.09.2017'", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: 2017-9-13}\n",
	  "'effective' must be a date", 2, 35 },
	{ "authorities:\n- {id: A, citation: c, effective: }\n",
	  "'effective' must be a date (YYYY-MM-DD), this is nothing", 2, 35 },
	{ "authorities:\n- {id: A, citation: c}\n- {id: A, citation: d}\n",
	  "an authority with this id is already in line 2", 3, 8 },
	{ "authorities:\n- {id: ' A', citation: c}\n", "'id' begins or ends with a space",
	  2, 8 },
	{ "authorities:\n- {id: \"A\\e[0m\", citation: c}\n",
	  "'id' has a character that cannot be seen (U+001B)", 2, 8 },
	{ "authorities:\n- {id: \"A\\0\", citation: c}\n",
	  "'id' has a character that cannot be seen (U+0000)", 2, 8 },
	{ "authorities:\n- {id: \"A\\u202e\", citation: c}\n",
	  "'id' has a character that cannot be seen (U+202E)", 2, 8 },
	{ "authorities:\n- id: A\n  citation: |\n    two\n    lines\n",
	  "'citation' must be one line", 3, 13 },
	{ "authorities:\n- {id: A, citation: " TEN("abcdefghijklmnopqrstuvwxyz") "}\n",
	  "'citation' has 260 bytes; 255 are the most", 2, 21 },
	/* vendors */
	{ TOP "vendors:\n- {products: []}\n", "a vendor needs the key 'name'", 7, 3 },
	{ TOP "vendors:\n- {name: V}\n", "a vendor needs the key 'products'", 7, 3 },
	{ TOP "vendors:\n- {name: V, product: []}\n",
	  "has no key 'product'; did you mean 'products'?", 7, 13 },
	{ VENDORS "   []\n- {name: V, products: []}\n",
	  "a vendor of this name is already in line 7", 10, 10 },
	/* products */
	{ VENDORS "  - {action: deny, authority: A, files: []}\n",
	  "a product needs the key 'name'", 9, 5 },
	{ VENDORS "  - {name: P, authority: A, files: []}\n",
	  "a product needs the key 'action'", 9, 5 },
	{ VENDORS "  - {name: P, action: deny, files: []}\n",
	  "a product needs the key 'authority'", 9, 5 },
	{ VENDORS "  - {name: P, action: deny, authority: A}\n",
	  "a product needs the key 'files' or 'releases'", 9, 5 },
	{ VENDORS "  - {name: P, action: dney, authority: A, files: []}\n",
	  "'action' must be 'deny' or 'observe', not 'dney'; did you mean 'deny'?",
	  9, 23 },
	{ VENDORS "  - {name: P, action: allow, authority: A, files: []}\n",
	  "'action' must be 'deny' or 'observe', not 'allow'", 9, 23 },
	{ VENDORS "  - {name: P, action: Deny, authority: A, files: []}\n",
	  "'action' must be 'deny' or 'observe', not 'Deny'", 9, 23 },
	{ VENDORS "  - {name: P, action: deny, authority: B, files: []}\n",
	  "no authority has the id 'B'; add it to 'authorities'", 9, 40 },
	{ "debar: 1\npolicy: p\nserial: 1\nauthorities:\n- {id: BOD-17-01, citation: c}\n"
	  "vendors: [{name: V, products: [{name: P, action: deny, authority: BOD-1701, "
	  "files: []}]}]\n",
	  "no authority has the id 'BOD-1701'; did you mean 'BOD-17-01'?", 6, 67 },
	{ BANS ONE_BAN MORE "  - {name: P, action: deny, authority: A, files: []}\n",
	  "a product of this vendor and name is already in line 9", 15, 12 },
	{ BANS "     x\n",
	  "'files' must be a list (- item), this is a plain value", 13, 6 },
	/* files */
	{ BANS "    - " D1 "\n", "a file must be a mapping (key: value)", 13, 7 },
	{ BANS "    - {size: 1}\n", "a file needs the key 'sha256' or 'list'", 13, 7 },
	{ BANS "    - {sha265: " D1 "}\n", "has no key 'sha265'; did you mean 'sha256'?",
	  13, 8 },
	{ BANS "    - {md5: d41d8cd98f00b204e9800998ecf8427e}\n",
	  "a file has no key 'md5'", 13, 8 },
	{ BANS "    - {sha256: d41d8cd98f00b204e9800998ecf8427e}\n",
	  "32 hex digits are an MD5 digest; a ban is a SHA-256 (64)", 13, 16 },
	{ BANS "    - {sha256: da39a3ee5e6b4b0d3255bfef95601890afd80709}\n",
	  "40 hex digits are a SHA-1 digest", 13, 16 },
	{ BANS "    - {sha256: " D1 D2 "}\n",
	  "128 hex digits are a SHA-512 or BLAKE2b-512 digest", 13, 16 },
	{ BANS "    - {sha256: " TEN("12345678") "1234567812345678}\n",
	  "96 hex digits are a SHA-384 digest", 13, 16 },
	{ BANS "    - {sha256: 1" D1 "}\n",
	  "a SHA-256 has 64 hex digits, this has 65", 13, 16 },
	{ BANS "    - {sha256: 1}\n", "a SHA-256 has 64 hex digits, this has 1", 13, 16 },
	{ BANS "    - {sha256: 11g}\n", "'g' is not a hex digit", 13, 18 },
	{ BANS "    - {sha256: \"11\xc3\xa9\"}\n",
	  "'\xc3\xa9' is not a hex digit", 13, 19 },
	{ BANS "    - {sha256: \"sha256:" D1 "\"}\n", "write the 64 hex digits alone", 13,
	  17 },
	{ BANS "    - {sha256: 0x" D1 "}\n", "write the 64 hex digits alone", 13, 16 },
	{ BANS "    - {sha256: sha256-47DEQpj8HBSa=}\n", "this is base64", 13, 16 },
	{ BANS "    - {sha256: }\n", "'sha256' must be text, this is nothing", 13, 16 },
	{ BANS "    - {sha256: [1]}\n", "'sha256' must be text, this is a list", 13, 16 },
	{ BANS "    - {sha256: " EMPTY_FILE "}\n",
	  "the SHA-256 of the empty file", 13, 16 },
	{ BANS "    - {sha256: " D1 ", size: 0}\n", "'size' must be 1 or more", 13, 88 },
	{ BANS "    - {sha256: " D1 ", size: -1}\n", "'size' must be 1 or more", 13, 88 },
	{ BANS "    - {sha256: " D1 ", size: 9223372036854775808}\n",
	  "'size' is beyond", 13, 88 },
	{ BANS "    - {sha256: " D1 ", size: 12 KiB}\n",
	  "'size' must be a whole number", 13, 88 },
	{ BANS "    - {sha256: " D1 ", size: unknown}\n",
	  "'size' must be a whole number in decimal digits, not 'unknown'", 13, 88 },
	{ BANS "    - {sha256: " D1 ", name: ''}\n", "'name' is empty", 13, 88 },
	{ BANS "    - {sha256: " D1 ", name: {}}\n",
	  "'name' must be text, this is a mapping", 13, 88 },
	{ BANS "    - {sha256: " D1 ", list: x}\n", "'list' stands alone", 13, 7 },
	{ BANS "    - {list: x, size: 1}\n", "'list' stands alone", 13, 7 },
	/* hash lists that cannot be had */
	{ BANS "    - {list: missing}\n",
	  "cannot read the hash list 'missing': No such file or directory", 13, 14 },
	{ BANS "    - {list: /etc/passwd}\n",
	  "'list' must name a file beside or below", 13, 14 },
	{ BANS "    - {list: ../x}\n",
	  "'list' must name a file beside or below", 13, 14 },
	{ BANS "    - {list: a/../../x}\n", "'list' must name a file beside or below", 13,
	  14 },
	{ BANS "    - {list: ./x}\n", "'list' must name a file beside or below", 13, 14 },
	{ BANS "    - {list: a//x}\n",
	  "'list' must name a file beside or below", 13, 14 },
	{ BANS "    - {list: x/}\n", "'list' must name a file beside or below", 13, 14 },
	{ BANS "    - {list: directory}\n", "it is a directory", 13, 14 },
	{ BANS "    - {list: fifo}\n", "it is not a regular file", 13, 14 },
	{ BANS "    - {list: link}\n", "a symbolic link is in the way", 13, 14 },
	{ BANS "    - {list: dirlink/x}\n", "no directory, or a symbolic link", 13, 14 },
	{ BANS "    - {list: large}\n", "it is too large", 13, 14 },
	/* duplicates that contradict */
	{ BANS ONE_BAN "    - {sha256: " D1 ", size: 8}\n",
	  "this SHA-256 is already banned, there with size 9 and here with 8, in line 13 "
	  "of '", 14, 16 },
	{ BANS ONE_BAN "    - {sha256: " D1 "}\n",
	  "there with size 9 and here without", 14, 16 },
	{ BANS "    - {sha256: " D1 "}\n" ONE_BAN, "there without a size and here with 9",
	  14, 16 },
	{ BANS ONE_BAN "  - {name: Q, action: deny, authority: A, files: [{sha256: " D1
	  ", size: 9}]}\n",
	  "already banned, for another product ('P' of 'V'), in line 13 of '", 14, 60 },
};

static const struct bad_case warnings[] = {
	{ TOP "vendors: []\n", "no product refers to this authority", 5, 8 },
	{ VENDORS "   []\n", "this vendor has no products", 7, 9 },
	{ BANS "     []\n", "this product has no bans", 9, 11 },
	{ BANS ONE_BAN "    - {sha256: " D2 "}\n",
	  "1 of 2 bans of this product have no size: every program", 9, 11 },
	{ BANS ONE_BAN ONE_BAN,
	  "this SHA-256 is already banned in line 13 of '", 14, 16 },
	{ BANS "    - {sha256: abcdef" TEN("1") TEN("2") TEN("3") TEN("4") TEN("5")
	  "66666666, size: 9}\n    - {sha256: ABCDEF" TEN("1") TEN("2") TEN("3") TEN("4")
	  TEN("5") "66666666, size: 9}\n", "this SHA-256 is already banned", 14, 16 },
};

static void test_errors(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_error(&scratch, &errors[i]);
}

static void test_warnings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++)
		assert_warning(&scratch, &warnings[i]);
}

/* One mistake is one error: nothing follows from it. */
static void test_no_cascades(void **state)
{
	static const char *const texts[] = {
		"debar: 2\nnonsense: [x]\n",
		TOP "vendors:\n- {name: [], products: [{name: P, action: deny, "
		"authority: A, files: [{sha256: " D1 ", size: 1}]}]}\n",
		TOP "vendors:\n- {name: V, products: [{name: P, action: deny, "
		"authority: A, files: [{sha256: " D1 ", size: *x}]}]}\n",
		"debar: 1\npolicy: p\nserial: 1\nauthorities:\n- {id: '', citation: c}\n"
		"vendors:\n- {name: V, products: [{name: P, action: deny, authority: A, "
		"files: [{sha256: " D1 ", size: 1}]}]}\n",
		"debar: 1\npolicy: p\nserial: 1\nauthorities: x\n"
		"vendors:\n- {name: V, products: [{name: P, action: deny, authority: A, "
		"files: [{sha256: " D1 ", size: 1}]}]}\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct policy_diagnostics diagnostics;
		void *image;
		size_t length;

		assert_int_equal(policy_compile(scratch_text(&scratch, "one.yaml",
							     texts[i]),
						&diagnostics, &image, &length, NULL),
				 -EBADMSG);
		if (diagnostics.n != 1)
			policy_diagnostics_print(&diagnostics, stderr);
		assert_int_equal(diagnostics.n, 1);
		assert_int_equal(diagnostics.n_errors, 1);
		policy_diagnostics_free(&diagnostics);
	}
}

static void test_unusable_files(void **state)
{
	static const struct {
		const char *name;
		int error;
	} cases[] = {
		{ "missing.yaml", -ENOENT }, { "directory", -EISDIR },
		{ "fifo", -EINVAL },
		{ "missing/x.yaml", -ENOENT }, { "large", -EFBIG },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct policy_diagnostics diagnostics;
		void *image;
		size_t length;

		assert_int_equal(policy_compile(scratch_path(&scratch, cases[i].name),
						&diagnostics, &image, &length, NULL),
				 cases[i].error);
		assert_int_equal(diagnostics.n, 1);
		assert_int_equal(diagnostics.list[0].line, 0);
		assert_non_null(strstr(diagnostics.list[0].message, "cannot read it"));
		policy_diagnostics_free(&diagnostics);
	}
}

/* A policy with @n products of one ban each, or of none. */
static const char *write_products(unsigned int n)
{
	struct scratch_file text;
	unsigned int i;

	scratch_open(&text);
	fputs(VENDORS, text.stream);
	for (i = 0; i < n; i++)
		fprintf(text.stream, "  - {name: p%u, action: deny, authority: A, "
			"files: [{sha256: %064x, size: %u}]}\n", i, i, i + 1);
	return scratch_close(&text, &scratch, "products.yaml");
}

static void compile_wrong(const char *path, const char *message)
{
	struct policy_diagnostics diagnostics;
	void *image;
	size_t length, i;

	assert_int_equal(policy_compile(path, &diagnostics, &image, &length, NULL),
			 -EBADMSG);
	assert_int_equal(diagnostics.n_errors, 1);
	for (i = 0; diagnostics.list[i].severity != POLICY_ERROR; i++)
		;
	if (!strstr(diagnostics.list[i].message, message))
		fail_msg("%s: %s", message, diagnostics.list[i].message);
	policy_diagnostics_free(&diagnostics);
}

static void test_products_limit(void **state)
{
	struct policy_diagnostics diagnostics;
	struct policy_summary summary;
	size_t length;
	void *image;

	(void)state;
	assert_int_equal(policy_compile(write_products(4096), &diagnostics, &image,
					&length, &summary), 0);
	assert_int_equal(diagnostics.n, 0);
	assert_int_equal(summary.n_products, 4096);
	free(image);
	compile_wrong(write_products(4098), "a policy has 4096 products at most");
}

static void test_other_limits(void **state)
{
	struct scratch_file text;
	unsigned int i;

	(void)state;
	scratch_open(&text);
	fputs("debar: 1\npolicy: p\nserial: 1\nvendors: []\nauthorities:\n", text.stream);
	for (i = 0; i < 1030; i++)
		fprintf(text.stream, "- {id: a%u, citation: c}\n", i);
	compile_wrong(scratch_close(&text, &scratch, "authorities.yaml"),
		      "a policy has 1024 authorities at most");

	scratch_open(&text);
	fputs(TOP "vendors:\n", text.stream);
	for (i = 0; i < 4100; i++)
		fprintf(text.stream, "- {name: v%u, products: []}\n", i);
	compile_wrong(scratch_close(&text, &scratch, "vendors.yaml"),
		      "a policy has 4096 vendors at most");

	scratch_open(&text);
	for (i = 0; i < 65; i++)
		fprintf(text.stream, "k%u: 1\n", i);
	compile_wrong(scratch_close(&text, &scratch, "keys.yaml"),
		      "a mapping has 64 keys at most");

	scratch_open(&text);
	fputs("debar: [", text.stream);
	for (i = 0; i < (1 << 20); i++)
		fputs("1,", text.stream);
	fputs("]\n", text.stream);
	compile_wrong(scratch_close(&text, &scratch, "nodes.yaml"),
		      "has more than 1048576 values");
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	if (mkdir(scratch_path(&scratch, "directory"), 0755) < 0 ||
	    mkfifo(scratch_path(&scratch, "fifo"), 0644) < 0 ||
	    symlink("good", scratch_path(&scratch, "link")) < 0 ||
	    symlink("directory", scratch_path(&scratch, "dirlink")) < 0)
		return -1;
	scratch_text(&scratch, "good", D1 "  x\n");
	scratch_text(&scratch, "directory/x", D1 "  x\n");
	scratch_text(&scratch, "large", "");
	return truncate(scratch_path(&scratch, "large"), (1l << 28) + 1);
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
		cmocka_unit_test(test_no_cascades),
		cmocka_unit_test(test_unusable_files),
		cmocka_unit_test(test_products_limit),
		cmocka_unit_test(test_other_limits),
	};

	return cmocka_run_group_tests_name("compile_error", tests, setup, teardown);
}
