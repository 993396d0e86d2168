// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of fapolicyd: "decision perm=... subject : object". A deny rule that
 * names nothing but a file's SHA-256, for everybody, is a ban.
 */
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_lines.h"

#define WORDS_MAX 32

struct word {
	const char *text;
	size_t length;
};

struct rule {
	struct word words[WORDS_MAX];
	size_t n;
	size_t colon;		/* index of ":"; n: none */
};

static bool is(struct word word, const char *text)
{
	return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

/* The value of "NAME=value". */
static bool has_value(struct word word, const char *name, struct word *ret_value)
{
	size_t n = strlen(name);

	if (word.length <= n || memcmp(word.text, name, n) != 0 || word.text[n] != '=')
		return false;
	*ret_value = (struct word) { word.text + n + 1, word.length - n - 1 };
	return true;
}

static bool is_hash(struct word word, struct word *ret_value)
{
	return has_value(word, "filehash", ret_value) ||
	       has_value(word, "sha256hash", ret_value);
}

/* Returns false, reported, if there are too many words. */
static bool split(struct import *import, const char *text, size_t length,
		  struct rule *rule)
{
	const char *end = text + length, *start;

	rule->n = 0;
	rule->colon = SIZE_MAX;
	for (;;) {
		while (text < end && (*text == ' ' || *text == '\t'))
			text++;
		if (text == end)
			break;
		for (start = text; text < end && *text != ' ' && *text != '\t'; text++)
			;
		if (rule->n == WORDS_MAX) {
			import_error(import, "a rule with more than %u words", WORDS_MAX);
			return false;
		}
		rule->words[rule->n] = (struct word) { start, text - start };
		if (rule->colon == SIZE_MAX && is(rule->words[rule->n], ":"))
			rule->colon = rule->n;
		rule->n++;
	}
	if (rule->colon == SIZE_MAX)
		rule->colon = rule->n;
	return true;
}

static bool is_decision(struct word word, const char *what)
{
	static const char *const ends[] = { "", "_audit", "_syslog", "_log" };
	size_t n = strlen(what), i;

	if (word.length < n || memcmp(word.text, what, n) != 0)
		return false;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (is((struct word) { word.text + n, word.length - n }, ends[i]))
			return true;
	return false;
}

/* Is the subject "all", with a permission or without? */
static bool for_everybody(const struct rule *rule)
{
	struct word value;
	size_t i = 1;

	if (i < rule->colon && has_value(rule->words[i], "perm", &value))
		i++;
	return i + 1 == rule->colon && is(rule->words[i], "all");
}

static void read_deny(struct import *import, const struct rule *rule)
{
	struct import_row row = { .size = IMPORT_SIZE_UNKNOWN };
	struct word hash = { 0 }, value;
	const char *reason;
	size_t i, n_hashes = 0;

	for (i = 0; i < rule->n; i++) {
		if (is_hash(rule->words[i], &value)) {
			hash = value;
			n_hashes++;
		}
	}
	if (n_hashes == 0) {
		import_ignore(import, "deny rules without a file's digest", 1);
		return;
	}
	if (!for_everybody(rule) || rule->n != rule->colon + 2 || n_hashes > 1) {
		import_refuse(import, "rules with more conditions than a digest",
			      "the rule has more conditions than the file's digest: a ban is "
			      "for everybody and everywhere");
		return;
	}
	if (hash.length > 0 && hash.text[0] == '%') {
		import_refuse(import, "rules with a set of digests", "the set %s instead of a "
			      "digest: write a rule for each",
			      policy_quote(hash.text, hash.length).text);
		return;
	}
	switch (import_digest_read(import, NULL, 0, hash.text, hash.length, row.sha256,
				   &reason)) {
	case IMPORT_DIGEST_SHA256:
		import_take(import, &row);
		break;
	case IMPORT_DIGEST_OTHER:
		import_digest_refuse(import, reason);
		break;
	case IMPORT_DIGEST_WRONG:
		break;
	}
}

static void read_line(struct import *import, const char *text, size_t length)
{
	struct rule rule;

	if (!split(import, text, length, &rule) || rule.n == 0)
		return;
	if (rule.words[0].text[0] == '%') {
		if (rule.n != 1 || !memchr(text, '=', length))
			import_error(import, "expected a set as '%%name=value,value'");
		return;
	}
	if (text[0] == '/') {
		import_refuse(import, "lines of a trust file", "a line of a trust file, which "
			      "names files that may run");
		return;
	}
	if (rule.colon == rule.n || rule.colon + 1 >= rule.n || rule.colon < 2) {
		import_error(import, "expected 'decision perm=... subject : object'");
		return;
	}
	if (is_decision(rule.words[0], "deny"))
		read_deny(import, &rule);
	else if (is_decision(rule.words[0], "allow"))
		import_ignore(import, "allow rules", 1);
	else
		import_error(import, "%s is no decision of fapolicyd",
			     policy_quote(rule.words[0].text, rule.words[0].length).text);
}

int import_fapolicyd(struct import *import)
{
	struct import_lines lines = { .import = import };
	const char *text;
	size_t length;
	int found;

	while ((found = import_lines_next(&lines, &text, &length)) > 0)
		if (!import_lines_blank(text, length))
			read_line(import, text, length);
	import_lines_free(&lines);
	return found;
}
