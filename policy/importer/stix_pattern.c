// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns of STIX 2.1 indicators. The grammar that is taken:
 *
 *	pattern		= observation { "OR" observation }
 *	observation	= "[" file { "OR" file } "]"
 *	file		= term { "AND" term }
 *	term		= path "=" value
 *
 * The rest of the language (NOT, LIKE, FOLLOWEDBY, WITHIN, parentheses, ...) is
 * known by not being that.
 */
#include <string.h>

#include "import_digest.h"
#include "stix_pattern.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,		/* a path, a keyword or a number */
	TOKEN_STRING,		/* in '', with escapes */
	TOKEN_MARK,		/* any other character */
	TOKEN_BROKEN,		/* a string without end */
};

struct token {
	enum token_kind kind;
	const char *text;	/* of a string, what is between the quotes */
	size_t length;
};

enum outcome {
	TAKEN,
	REFUSED,		/* another language than that above */
	MALFORMED,		/* reported */
};

struct pattern {
	struct import *import;
	const char *at;
	const char *end;
	struct token token;
	char name[POLICY_LINE_MAX];
	bool take;		/* else only look: a pattern is taken whole or not */
	const char *source;
	size_t source_length;
};

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("_-:.", c);
}

/* The end of a quoted text that begins at @at; NULL if there is none. */
static const char *skip_string(const char *at, const char *end)
{
	for (at++; at < end; at++) {
		if (*at == '\\')
			at++;
		else if (*at == '\'')
			return at + 1;
	}
	return NULL;
}

/* A path may hold quoted keys: file:hashes.'SHA-256'. */
static void read_word(struct pattern *pattern)
{
	const char *at = pattern->at;

	while (at && at < pattern->end &&
	       (is_word_byte(*at) || (*at == '\'' && at > pattern->at && at[-1] == '.')))
		at = *at == '\'' ? skip_string(at, pattern->end) : at + 1;
	pattern->token.kind = at ? TOKEN_WORD : TOKEN_BROKEN;
	pattern->token.length = at ? at - pattern->at : 0;
	pattern->at = at ? at : pattern->end;
}

static void next(struct pattern *pattern)
{
	const char *end;

	while (pattern->at < pattern->end && strchr(" \t\r\n", *pattern->at))
		pattern->at++;
	pattern->token = (struct token) { TOKEN_END, pattern->at, 0 };
	if (pattern->at == pattern->end)
		return;
	if (*pattern->at == '\'') {
		end = skip_string(pattern->at, pattern->end);
		pattern->token.kind = end ? TOKEN_STRING : TOKEN_BROKEN;
		pattern->token.text = pattern->at + 1;
		pattern->token.length = end ? end - pattern->at - 2 : 0;
		pattern->at = end ? end : pattern->end;
	} else if (is_word_byte(*pattern->at)) {
		read_word(pattern);
	} else {
		pattern->token.kind = TOKEN_MARK;
		pattern->token.length = 1;
		pattern->at++;
	}
}

static bool is_mark(const struct pattern *pattern, char mark)
{
	return pattern->token.kind == TOKEN_MARK && pattern->token.text[0] == mark;
}

static bool is_keyword(const struct pattern *pattern, const char *word)
{
	return pattern->token.kind == TOKEN_WORD &&
	       pattern->token.length == strlen(word) &&
	       memcmp(pattern->token.text, word, strlen(word)) == 0;
}

static enum outcome broken(struct pattern *pattern)
{
	if (pattern->token.kind == TOKEN_BROKEN || pattern->token.kind == TOKEN_END) {
		import_error(pattern->import, "the pattern breaks off: %s",
			     policy_quote(pattern->token.text,
					  pattern->end - pattern->token.text).text);
		return MALFORMED;
	}
	return REFUSED;
}

/* "file:hashes.'SHA-256'" gives "SHA-256". */
static bool is_hash(const struct token *path, const char **ret_name, size_t *ret_length)
{
	static const char prefix[] = "file:hashes.";
	size_t n = strlen(prefix);

	if (path->length <= n || memcmp(path->text, prefix, n) != 0)
		return false;
	*ret_name = path->text + n;
	*ret_length = path->length - n;
	if (**ret_name == '\'' && *ret_length >= 2) {
		*ret_name += 1;
		*ret_length -= 2;
	}
	return true;
}

static void set_name(struct pattern *pattern, struct import_file *file,
		     const struct token *value)
{
	size_t at = 0, i;

	for (i = 0; i < value->length && at < sizeof(pattern->name); i++) {
		if (value->text[i] == '\\' && i + 1 < value->length)
			i++;
		pattern->name[at++] = value->text[i];
	}
	file->row.name = pattern->name;
	file->row.name_length = at;
}

static enum outcome read_term(struct pattern *pattern, struct import_file *file)
{
	struct token path = pattern->token, value;
	const char *name;
	size_t length;

	if (path.kind != TOKEN_WORD)
		return broken(pattern);
	next(pattern);
	if (!is_mark(pattern, '='))
		return broken(pattern);
	next(pattern);
	value = pattern->token;
	if (value.kind != TOKEN_STRING && value.kind != TOKEN_WORD)
		return broken(pattern);
	next(pattern);
	if (is_hash(&path, &name, &length)) {
		/* Of two in one file nobody could say which is meant. */
		if (value.kind != TOKEN_STRING || file->has_sha256 || file->n_others)
			return REFUSED;
		import_file_digest(pattern->import, file, name, length, value.text,
				   value.length);
	} else if (import_same(path.text, path.length, "file:size")) {
		if (value.kind != TOKEN_WORD)
			return REFUSED;
		if (!import_size(pattern->import, value.text, value.length,
				 &file->row.size))
			return MALFORMED;
	} else if (import_same(path.text, path.length, "file:name")) {
		if (value.kind != TOKEN_STRING)
			return REFUSED;
		set_name(pattern, file, &value);
	} else {
		return REFUSED;
	}
	return file->wrong ? MALFORMED : TAKEN;
}

static enum outcome read_file(struct pattern *pattern)
{
	struct import_file file;
	enum outcome outcome;

	import_file_begin(&file);
	file.row.source = pattern->source;
	file.row.source_length = pattern->source_length;
	outcome = read_term(pattern, &file);
	while (outcome == TAKEN && is_keyword(pattern, "AND")) {
		next(pattern);
		outcome = read_term(pattern, &file);
	}
	if (outcome != TAKEN)
		return outcome;
	if (!file.has_sha256 && file.n_others == 0)
		return REFUSED;
	if (pattern->take)
		import_file_end(pattern->import, &file);
	return TAKEN;
}

static enum outcome read_observation(struct pattern *pattern)
{
	enum outcome outcome;

	if (!is_mark(pattern, '['))
		return broken(pattern);
	do {
		next(pattern);
		outcome = read_file(pattern);
		if (outcome != TAKEN)
			return outcome;
	} while (is_keyword(pattern, "OR"));
	if (!is_mark(pattern, ']'))
		return broken(pattern);
	next(pattern);
	return TAKEN;
}

static enum outcome read_pattern(struct pattern *pattern)
{
	enum outcome outcome;

	next(pattern);
	outcome = read_observation(pattern);
	while (outcome == TAKEN && is_keyword(pattern, "OR")) {
		next(pattern);
		outcome = read_observation(pattern);
	}
	if (outcome == TAKEN && pattern->token.kind != TOKEN_END)
		return broken(pattern);
	return outcome;
}

/* Does the pattern name a property of a file? Says too whether it is one at all. */
static bool is_about_files(struct pattern pattern, bool *ret_broken)
{
	int depth = 0;
	bool about = false;

	*ret_broken = false;
	for (next(&pattern); pattern.token.kind != TOKEN_END; next(&pattern)) {
		depth += is_mark(&pattern, '[');
		depth -= is_mark(&pattern, ']');
		if (pattern.token.kind == TOKEN_BROKEN || depth < 0 || depth > 1)
			break;
		if (pattern.token.kind == TOKEN_WORD && pattern.token.length > 5 &&
		    memcmp(pattern.token.text, "file:", 5) == 0)
			about = true;
	}
	*ret_broken = pattern.token.kind != TOKEN_END || depth != 0;
	return about;
}

void stix_pattern_read(struct import *import, const char *text, size_t length,
		       const char *source, size_t source_length)
{
	struct pattern pattern = {
		.import = import,
		.at = text,
		.end = text + length,
		.source = source,
		.source_length = source_length,
	};
	bool is_broken;

	if (!is_about_files(pattern, &is_broken) && !is_broken && length > 0) {
		import_ignore(import, "indicators of other things than files", 1);
		return;
	}
	if (is_broken || length == 0) {
		import_error(import, "%s is no pattern: it breaks off, or its brackets do not "
			     "match", policy_quote(text, length).text);
		return;
	}
	switch (read_pattern(&pattern)) {
	case TAKEN:
		pattern.at = text;
		pattern.take = true;
		read_pattern(&pattern);
		break;
	case REFUSED:
		import_refuse(import, "patterns that are more than a list of digests",
			      "the pattern %s is more than [file:hashes.'SHA-256' = '...'] "
			      "terms joined by OR", policy_quote(text, length).text);
		break;
	case MALFORMED:
		break;
	}
}
