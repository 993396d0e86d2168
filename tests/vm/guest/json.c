// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check JSON and make it plain: one line for each value.
 *
 * json [-q] <DOCUMENTS
 *
 * Prints "KEY.KEY.INDEX=VALUE", strings without quotes and with their escapes
 * left as they are, an empty object or array as {} or []; an empty line ends
 * each document. Exits 1 where the input is not valid JSON (RFC 8259), UTF-8
 * included, or has a key twice. -q: only that.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32
#define MAX_PATH 4096
#define MAX_KEYS 64

static size_t position;
static char path[MAX_PATH];
static size_t path_length;
static bool quiet;

static int peek(void)
{
	int c = getchar();

	if (c != EOF)
		ungetc(c, stdin);
	return c;
}

static int next(void)
{
	position++;
	return getchar();
}

static void fail(const char *what)
{
	fflush(stdout);
	fprintf(stderr, "json: byte %zu: %s\n", position, what);
	exit(1);
}

static void skip_blanks(void)
{
	int c;

	while ((c = peek()) == ' ' || c == '\t' || c == '\n' || c == '\r')
		next();
}

static void expect(const char *word)
{
	for (; *word; word++)
		if (next() != *word)
			fail("unexpected character");
}

static void add(char *to, size_t *length, size_t max, int c)
{
	if (*length + 2 > max)
		fail("string too long");
	to[(*length)++] = c;
	to[*length] = '\0';
}

/* The rest of a UTF-8 sequence that began with @c. */
static void read_utf8(int c, char *to, size_t *length, size_t max)
{
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

	if (c < 0xc2 || c > 0xf4)
		fail("not UTF-8");
	add(to, length, max, c);
	while (more-- > 0) {
		c = next();
		if (c < 0x80 || c > 0xbf)
			fail("not UTF-8");
		add(to, length, max, c);
	}
}

static void read_string(char *to, size_t max)
{
	size_t length = 0;
	int c, i;

	to[0] = '\0';
	if (next() != '"')
		fail("string expected");
	while ((c = next()) != '"') {
		if (c == EOF)
			fail("string has no end");
		if (c < 0x20)
			fail("control character in a string");
		if (c >= 0x80) {
			read_utf8(c, to, &length, max);
			continue;
		}
		add(to, &length, max, c);
		if (c != '\\')
			continue;
		c = next();
		if (c == EOF || !strchr("\"\\/bfnrtu", c))
			fail("unknown escape");
		add(to, &length, max, c);
		for (i = 0; c == 'u' && i < 4; i++) {
			int digit = next();

			if (!isxdigit(digit))
				fail("bad \\u escape");
			add(to, &length, max, digit);
		}
	}
}

static void say(const char *value)
{
	if (!quiet)
		printf("%s=%s\n", path, value);
}

static void digits(char *to, size_t *length, size_t max)
{
	if (!isdigit(peek()))
		fail("digit expected");
	while (isdigit(peek()))
		add(to, length, max, next());
}

static void read_number(void)
{
	char text[64];
	size_t length = 0;

	if (peek() == '-')
		add(text, &length, sizeof(text), next());
	if (peek() == '0') {
		add(text, &length, sizeof(text), next());
		if (isdigit(peek()))
			fail("number begins with 0");
	} else {
		digits(text, &length, sizeof(text));
	}
	if (peek() == '.') {
		add(text, &length, sizeof(text), next());
		digits(text, &length, sizeof(text));
	}
	if (peek() == 'e' || peek() == 'E') {
		add(text, &length, sizeof(text), next());
		if (peek() == '+' || peek() == '-')
			add(text, &length, sizeof(text), next());
		digits(text, &length, sizeof(text));
	}
	say(text);
}

static void read_value(int depth);

static void read_member(const char *name, int depth)
{
	size_t before = path_length;

	path_length += snprintf(path + path_length, sizeof(path) - path_length, "%s%s",
				before ? "." : "", name);
	if (path_length >= sizeof(path))
		fail("names too long");
	read_value(depth);
	path_length = before;
	path[before] = '\0';
}

/* Between members: true if there is one more. */
static bool more(int end)
{
	int c;

	skip_blanks();
	c = next();
	if (c == end)
		return false;
	if (c != ',')
		fail("',' or an end expected");
	skip_blanks();
	return true;
}

static void read_object(int depth)
{
	char keys[MAX_KEYS][64];
	int n = 0, i;

	skip_blanks();
	if (peek() == '}') {
		next();
		say("{}");
		return;
	}
	do {
		if (n == MAX_KEYS)
			fail("too many keys");
		read_string(keys[n], sizeof(keys[n]));
		for (i = 0; i < n; i++)
			if (strcmp(keys[i], keys[n]) == 0)
				fail("a key is there twice");
		skip_blanks();
		expect(":");
		read_member(keys[n++], depth);
	} while (more('}'));
}

static void read_array(int depth)
{
	unsigned long i = 0;
	char name[24];

	skip_blanks();
	if (peek() == ']') {
		next();
		say("[]");
		return;
	}
	do {
		snprintf(name, sizeof(name), "%lu", i++);
		read_member(name, depth);
	} while (more(']'));
}

static void read_value(int depth)
{
	static char text[65536];
	int c;

	if (depth == MAX_DEPTH)
		fail("too deep");
	skip_blanks();
	c = peek();
	if (c == '{') {
		next();
		read_object(depth + 1);
	} else if (c == '[') {
		next();
		read_array(depth + 1);
	} else if (c == '"') {
		read_string(text, sizeof(text));
		say(text);
	} else if (c == 't') {
		expect("true");
		say("true");
	} else if (c == 'f') {
		expect("false");
		say("false");
	} else if (c == 'n') {
		expect("null");
		say("null");
	} else {
		read_number();
	}
}

int main(int argc, char **argv)
{
	quiet = argc > 1 && strcmp(argv[1], "-q") == 0;
	skip_blanks();
	if (peek() == EOF)
		fail("nothing is there");
	do {
		read_value(0);
		if (!quiet)
			putchar('\n');
		skip_blanks();
	} while (peek() != EOF);
	return 0;
}
