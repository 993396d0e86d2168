// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the language's parts from YAML nodes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "field.h"
#include "utf8.h"

/* No word of the language or of a policy that is worth guessing is longer. */
#define WORD_MAX	40
/* All keys of the mapping that has most, with what stands between them. */
#define KEYS_LENGTH 512

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with their neighbour to make b of a. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *two_ago = rows[0], *last = rows[1], *now = rows[2];
	size_t i, j;

	for (j = 0; j <= m; j++)
		last[j] = j;
	for (i = 1; i <= n; i++) {
		size_t *free_row = two_ago;

		now[0] = i;
		for (j = 1; j <= m; j++) {
			now[j] = least(last[j], now[j - 1]) + 1;
			now[j] = least(now[j], last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], two_ago[j - 2] + 1);
		}
		two_ago = last;
		last = now;
		now = free_row;
	}
	return last[m];
}

const char *policy_nearest(const char *text, size_t length, const char *const *words,
			   size_t n)
{
	const char *nearest = NULL;
	size_t nearest_distance = 3;	/* two slips at most */
	size_t i;

	if (length > WORD_MAX)
		return NULL;
	for (i = 0; i < n; i++) {
		size_t word_length = strlen(words[i]);
		size_t distance;

		if (word_length > WORD_MAX)
			continue;
		distance = edit_distance(text, length, words[i], word_length);
		/* Of a short word most letters must be right. */
		if (distance < nearest_distance && 2 * distance < word_length) {
			nearest = words[i];
			nearest_distance = distance;
		}
	}
	return nearest;
}

/* "'a', 'b' and 'c'", cut where there is no room. */
static void list_words(const char *const *words, size_t n, const char *last, char *list,
		       size_t size)
{
	size_t i, at = 0;

	for (i = 0; i < n && at < size; i++)
		at += snprintf(list + at, size - at, "%s'%s'",
			       i == 0 ? "" : i + 1 == n ? last : ", ", words[i]);
}

void policy_field_report_kind(struct policy_report *report,
			      const struct policy_node *node, const char *key,
			      const char *expected)
{
	if (node->kind == POLICY_NODE_BROKEN)
		return;
	policy_error(report, node->place, "'%s' must be %s, this is %s", key, expected,
		     policy_node_kind_text(node));
}

static void report_unknown_key(struct policy_report *report,
			       const struct policy_node *key, const char *what,
			       const struct policy_field *fields, size_t n)
{
	struct policy_quote quote = policy_quote(key->text, key->length);
	const char *words[POLICY_KEYS_MAX];
	char list[KEYS_LENGTH] = "";
	const char *nearest;
	size_t i;

	for (i = 0; i < n; i++)
		words[i] = fields[i].name;
	list_words(words, n, " and ", list, sizeof(list));
	nearest = policy_nearest(key->text, key->length, words, n);
	if (nearest)
		policy_error(report, key->place,
			     "%s has no key %s; did you mean '%s'?", what, quote.text,
			     nearest);
	else
		policy_error(report, key->place, "%s has no key %s; it has %s", what,
			     quote.text, list);
}

static bool is_word(const struct policy_node *node, const char *word)
{
	return node->length == strlen(word) &&
	       memcmp(node->text, word, node->length) == 0;
}

const struct policy_node *policy_field_find(const struct policy_node *node,
					    const char *name)
{
	const struct policy_node *key;

	if (node->kind != POLICY_NODE_MAPPING)
		return NULL;
	for (key = node->first; key; key = key->next->next)
		if (key->kind == POLICY_NODE_TEXT && is_word(key, name))
			return key->next;
	return NULL;
}

bool policy_fields(struct policy_report *report, const struct policy_node *node,
		   const char *what, const struct policy_field *fields, size_t n,
		   const struct policy_node **ret_values)
{
	const struct policy_node *key;
	size_t i;

	for (i = 0; i < n; i++)
		ret_values[i] = NULL;
	if (!node || node->kind == POLICY_NODE_BROKEN)
		return false;
	if (node->kind != POLICY_NODE_MAPPING) {
		policy_error(report, node->place,
			     "%s must be a mapping (key: value), this is %s", what,
			     policy_node_kind_text(node));
		return false;
	}
	for (key = node->first; key; key = key->next->next) {
		if (key->kind != POLICY_NODE_TEXT ||
		    (key->plain && strcmp(key->text, "<<") == 0))
			continue;
		for (i = 0; i < n; i++)
			if (is_word(key, fields[i].name))
				break;
		if (i == n)
			report_unknown_key(report, key, what, fields, n);
		else if (!ret_values[i])
			ret_values[i] = key->next;
	}
	for (i = 0; i < n; i++)
		if (fields[i].required && !ret_values[i])
			policy_error(report, node->place, "%s needs the key '%s'", what,
				     fields[i].name);
	return true;
}

bool policy_field_list(struct policy_report *report, const struct policy_node *node,
		       const char *key)
{
	if (!node)
		return false;
	if (node->kind != POLICY_NODE_LIST) {
		policy_field_report_kind(report, node, key, "a list (- item)");
		return false;
	}
	return true;
}

/* Escapes in quotes can make what the file itself may not hold. */
static bool report_invisible(struct policy_report *report,
			     const struct policy_node *node, const char *key)
{
	size_t i, n;

	for (i = 0; i < node->length; i += n) {
		uint32_t character;

		n = policy_utf8_decode(node->text + i, node->length - i, &character);
		if (n == 0) {	/* libyaml makes only well-formed text */
			policy_error(report, node->place, "'%s' is not UTF-8", key);
			return true;
		}
		if (!policy_utf8_deceives(character))
			continue;
		if (character == '\n')
			policy_error(report, node->place, "'%s' must be one line", key);
		else
			policy_error(report, node->place,
				     "'%s' has a character that cannot be seen (U+%04X)",
				     key, character);
		return true;
	}
	return false;
}

const char *policy_field_text(struct policy_report *report,
			      const struct policy_node *node, const char *key)
{
	if (!node)
		return NULL;
	if (node->kind != POLICY_NODE_TEXT || policy_node_is_null(node)) {
		policy_field_report_kind(report, node, key, "text");
		return NULL;
	}
	if (node->length == 0) {
		policy_error(report, node->place, "'%s' is empty", key);
		return NULL;
	}
	if (report_invisible(report, node, key))
		return NULL;
	if (node->length > DEBAR_TEXT_MAX) {
		policy_error(report, node->place,
			     "'%s' has %zu bytes; %u are the most", key, node->length,
			     DEBAR_TEXT_MAX);
		return NULL;
	}
	/* In a report nobody could tell them from the same text without. */
	if (node->text[0] == ' ' || node->text[node->length - 1] == ' ') {
		policy_error(report, node->place, "'%s' begins or ends with a space",
			     key);
		return NULL;
	}
	return node->text;
}

static void report_number(struct policy_report *report, struct policy_place place,
			  const char *text, size_t length, const char *key)
{
	size_t i = 1;

	while (i < length && text[i] >= '0' && text[i] <= '9')
		i++;
	if (length > 1 && text[0] == '-' && i == length)
		policy_error(report, place, "'%s' must be 1 or more", key);
	else
		policy_error(report, place,
			     "'%s' must be a whole number in decimal digits, not %s", key,
			     policy_quote(text, length).text);
}

bool policy_number_read(struct policy_report *report, struct policy_place place,
			const char *text, size_t length, const char *key,
			uint64_t *ret_number)
{
	uint64_t number = 0;
	bool beyond = false;
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned int digit = text[i] - '0';

		if (digit > 9) {
			report_number(report, place, text, length, key);
			return false;
		}
		if (number > (POLICY_NUMBER_MAX - digit) / 10)
			beyond = true;
		else
			number = 10 * number + digit;
	}
	if (text[0] == '0' && length > 1) {
		/* YAML 1.1 would read it as octal, people as decimal. */
		policy_error(report, place, "'%s' begins with 0", key);
		return false;
	}
	if (beyond) {
		policy_error(report, place, "'%s' is beyond %" PRIu64, key,
			     POLICY_NUMBER_MAX);
		return false;
	}
	if (number == 0) {
		policy_error(report, place, "'%s' must be 1 or more", key);
		return false;
	}
	*ret_number = number;
	return true;
}

bool policy_field_number(struct policy_report *report, const struct policy_node *node,
			 const char *key, uint64_t *ret_number)
{
	if (!node)
		return false;
	if (node->kind != POLICY_NODE_TEXT || !node->plain || policy_node_is_null(node)) {
		policy_field_report_kind(report, node, key, "a whole number");
		return false;
	}
	return policy_number_read(report, node->place, node->text, node->length, key,
				  ret_number);
}

bool policy_field_choice(struct policy_report *report, const struct policy_node *node,
			 const char *key, const char *const *words, size_t n,
			 size_t *ret_index)
{
	const char *word = policy_field_text(report, node, key);
	const char *nearest;
	char list[KEYS_LENGTH] = "";
	size_t i;

	if (!word)
		return false;
	for (i = 0; i < n; i++) {
		if (strcmp(word, words[i]) != 0)
			continue;
		*ret_index = i;
		return true;
	}
	list_words(words, n, " or ", list, sizeof(list));
	nearest = policy_nearest(word, strlen(word), words, n);
	policy_error(report, node->place, "'%s' must be %s, not %s%s%s%s", key, list,
		     policy_quote(word, strlen(word)).text,
		     nearest ? "; did you mean '" : "", nearest ? nearest : "",
		     nearest ? "'?" : "");
	return false;
}
