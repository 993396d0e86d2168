// SPDX-License-Identifier: GPL-2.0-only
/*
 * The schema for editors and the compiler know the same keys and words. What the
 * compiler knows is taken from what it says when something is wrong.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>
#include <jansson.h>

#include "policy.h"
#include "policy_text.h"
#include "scratch.h"

static struct scratch scratch;
static json_t *schema;

#define PRODUCT TOP "vendors: [{name: V, products: [{name: P, action: deny, authority: A, "
#define RELEASE PRODUCT "releases: [{version: '1', files: [], "
#define UNKNOWN "zzzzzzzz: 1"

/* A mapping of each kind: one with a key that is none, and one without keys. */
static const struct {
	const char *name;	/* in the schema's $defs */
	const char *what;	/* in messages */
	const char *unknown;
	const char *empty;
} kinds[] = {
	{ "policy", "a policy", TOP "vendors: []\n" UNKNOWN "\n", "{}\n" },
	{ "included", "an included file", "debar: 1\n" UNKNOWN "\n", "{}\n" },
	{ "authority", "an authority", "authorities: [{id: A, " UNKNOWN "}]\n",
	  "authorities: [{}]\n" },
	{ "vendor", "a vendor", TOP "vendors: [{" UNKNOWN "}]\n", TOP "vendors: [{}]\n" },
	{ "identity", "an identity", TOP "vendors: [{identity: {" UNKNOWN "}}]\n",
	  TOP "vendors: [{identity: {}}]\n" },
	{ "product", "a product", PRODUCT UNKNOWN "}]}]\n",
	  TOP "vendors: [{products: [{}]}]\n" },
	{ "release", "a release", RELEASE UNKNOWN "}]}]}]\n",
	  PRODUCT "releases: [{}]}]}]\n" },
	{ "package", "a package", RELEASE "packages: [{" UNKNOWN "}]}]}]}]\n",
	  RELEASE "packages: [{}]}]}]}]\n" },
	{ "file", "a file", PRODUCT "files: [{" UNKNOWN "}]}]}]\n",
	  PRODUCT "files: [{}]}]}]\n" },
	{ "exception", "an exception", TOP "exceptions: [{" UNKNOWN "}]\n",
	  TOP "exceptions: [{}]\n" },
};

/* Compile a policy, of @included the text is what it includes. */
static void compile(const char *text, bool included,
		    struct policy_diagnostics *diagnostics)
{
	const char *path = scratch_text(&scratch, included ? "included.yaml" : "p.yaml",
					text);
	void *image;
	size_t length;

	if (included)
		path = scratch_text(&scratch, "p.yaml", "include: [included.yaml]\n");
	assert_int_equal(policy_compile(path, diagnostics, &image, &length, NULL),
			 -EBADMSG);
}

/* Add the words in single quotes of @text to @set, a JSON object. */
static void add_words(json_t *set, const char *text)
{
	while ((text = strchr(text, '\''))) {
		const char *end = strchr(++text, '\'');
		char word[64];

		assert_non_null(end);
		snprintf(word, sizeof(word), "%.*s", (int)(end - text), text);
		json_object_set_new(set, word, json_true());
		text = end + 1;
	}
}

/* The words that stand in messages behind @before. */
static json_t *words_of(const struct policy_diagnostics *diagnostics, const char *before)
{
	json_t *set = json_object();
	size_t i;

	for (i = 0; i < diagnostics->n; i++) {
		const char *at = strstr(diagnostics->list[i].message, before);

		if (at == diagnostics->list[i].message)
			add_words(set, at + strlen(before));
	}
	return set;
}

static void assert_same(const char *name, json_t *compiler, json_t *other)
{
	char *mine = json_dumps(compiler, JSON_SORT_KEYS);
	char *theirs = json_dumps(other, JSON_SORT_KEYS);

	assert_true(json_object_size(other) > 0 || json_object_size(compiler) == 0);
	if (strcmp(mine, theirs) != 0)
		fail_msg("%s: the compiler has %s, the schema %s", name, mine, theirs);
	free(mine);
	free(theirs);
	json_decref(compiler);
	json_decref(other);
}

static json_t *definition(const char *name)
{
	json_t *found = json_object_get(json_object_get(schema, "$defs"), name);

	if (!found)
		fail_msg("the schema does not define %s", name);
	return found;
}

static json_t *set_of_keys(json_t *object)
{
	json_t *set = json_object(), *value;
	const char *key;

	json_object_foreach(object, key, value)
		json_object_set_new(set, key, json_true());
	return set;
}

static json_t *set_of_words(json_t *array)
{
	json_t *set = json_object(), *word;
	size_t i;

	json_array_foreach(array, i, word)
		json_object_set_new(set, json_string_value(word), json_true());
	return set;
}

static void test_keys(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct policy_diagnostics diagnostics;
		json_t *kind = definition(kinds[i].name);
		char before[64];

		compile(kinds[i].unknown, strcmp(kinds[i].name, "included") == 0,
			&diagnostics);
		snprintf(before, sizeof(before), "%s has no key 'zzzzzzzz'; it has ",
			 kinds[i].what);
		assert_same(kinds[i].name, words_of(&diagnostics, before),
			    set_of_keys(json_object_get(kind, "properties")));
		assert_true(json_is_false(json_object_get(kind, "additionalProperties")));
		policy_diagnostics_free(&diagnostics);
	}
}

/*
 * Keys that are required by themselves: of a product, a release, a file or an
 * exception one of two is, and of a policy in all its files there must be two.
 */
static void test_required(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct policy_diagnostics diagnostics;
		json_t *required = json_object_get(definition(kinds[i].name), "required");
		json_t *words;
		char before[64];

		compile(kinds[i].empty, strcmp(kinds[i].name, "included") == 0,
			&diagnostics);
		snprintf(before, sizeof(before), "%s needs the key ", kinds[i].what);
		words = words_of(&diagnostics, before);
		if (strcmp(kinds[i].name, "policy") == 0) {
			assert_int_equal(json_object_del(words, "authorities"), 0);
			assert_int_equal(json_object_del(words, "vendors"), 0);
		} else if (strcmp(kinds[i].name, "product") == 0) {
			assert_int_equal(json_object_del(words, "releases"), 0);
			assert_int_equal(json_object_del(words, "files"), 0);
		} else if (strcmp(kinds[i].name, "release") == 0) {
			assert_int_equal(json_object_del(words, "packages"), 0);
			assert_int_equal(json_object_del(words, "files"), 0);
		} else if (strcmp(kinds[i].name, "file") == 0) {
			assert_int_equal(json_object_del(words, "sha256"), 0);
			assert_int_equal(json_object_del(words, "list"), 0);
		} else if (strcmp(kinds[i].name, "exception") == 0) {
			assert_int_equal(json_object_del(words, "file"), 0);
			assert_int_equal(json_object_del(words, "product"), 0);
		}
		assert_same(kinds[i].name, words, set_of_words(required));
		policy_diagnostics_free(&diagnostics);
	}
}

/* Words that a value must be one of. */
static void test_words(void **state)
{
	static const struct {
		const char *kind, *key, *text;
	} cases[] = {
		{ "authority", "basis", "authorities: [{basis: zzzzzzzz}]\n" },
		{ "product", "action", TOP "vendors: [{products: [{action: zzzzzzzz}]}]\n" },
		{ "file", "verified", PRODUCT "files: [{sha256: " D1 ", verified: zzzzzzzz}]}]}]\n" },
		{ "package", "verified", RELEASE "packages: [{verified: zzzzzzzz}]}]}]}]\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *key = json_object_get(json_object_get(definition(cases[i].kind),
							      "properties"),
					      cases[i].key);
		const char *other = json_string_value(json_object_get(key, "$ref"));
		struct policy_diagnostics diagnostics;
		char before[64];
		json_t *words;

		if (other)	/* #/$defs/NAME */
			key = definition(strrchr(other, '/') + 1);
		compile(cases[i].text, false, &diagnostics);
		snprintf(before, sizeof(before), "'%s' must be ", cases[i].key);
		words = words_of(&diagnostics, before);
		assert_int_equal(json_object_del(words, "zzzzzzzz"), 0);
		assert_same(cases[i].key, words, set_of_words(json_object_get(key, "enum")));
		policy_diagnostics_free(&diagnostics);
	}
}

static int setup(void **state)
{
	json_error_t error;

	(void)state;
	scratch_make(&scratch);
	schema = json_load_file(source_path("policy/policy.schema.json"), 0, &error);
	if (!schema)
		fprintf(stderr, "policy.schema.json:%d: %s\n", error.line, error.text);
	return schema ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	json_decref(schema);
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_required),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("schema", tests, setup, teardown);
}
