// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text and JSON from the same calls; untrusted bytes made safe in both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "output.h"

/* An output into memory. */
struct capture {
	struct out out;
	char *text;
	size_t length;
};

static void begin(struct capture *c, bool json)
{
	FILE *stream = open_memstream(&c->text, &c->length);

	assert_non_null(stream);
	out_init(&c->out, stream);
	c->out.json = json;
	assert_false(c->out.colour);
}

static void expect(struct capture *c, const char *text)
{
	assert_int_equal(out_finish(&c->out), 0);
	assert_int_equal(c->out.depth, 0);
	fclose(c->out.stream);
	assert_string_equal(c->text, text);
	free(c->text);
}

static const struct {
	const char *bytes, *terminal, *utf8;
	bool exact;
} escapes[] = {
	{ "", "", "", true },
	{ "/usr/bin/agent", "/usr/bin/agent", "/usr/bin/agent", true },
	{ "Касперский 会議", "Касперский 会議", "Касперский 会議", true },
	{ "a\\x0ab", "a\\\\x0ab", "a\\x0ab", true },
	{ "a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd", "a\nb\tc\rd", true },
	{ "\033[2J", "\\x1b[2J", "\033[2J", true },
	{ "\x7f", "\\x7f", "\x7f", true },
	{ "\xff/\x80", "\\xff/\\x80", "\\xff/\\x80", false },
	/* C1 control CSI, as a lone byte and as U+009B. */
	{ "\x9b" "2J", "\\x9b2J", "\\x9b2J", false },
	{ "\xc2\x9b" "2J", "\\xc2\\x9b2J", "\xc2\x9b" "2J", true },
	/* Right-to-left override: would show "cod.exe" as "exe.doc". */
	{ "\xe2\x80\xae" "cod", "\\xe2\\x80\\xaecod", "\xe2\x80\xae" "cod", true },
	/* Overlong "/", a surrogate, beyond U+10FFFF, cut off. */
	{ "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf", false },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", false },
	{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80", false },
	{ "\xe4\xbc", "\\xe4\\xbc", "\\xe4\\xbc", false },
};

static void test_escapes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		bool exact = !escapes[i].exact;
		char *text;

		text = escape_terminal(escapes[i].bytes);
		assert_string_equal(text, escapes[i].terminal);
		free(text);
		text = escape_utf8(escapes[i].bytes, &exact);
		assert_string_equal(text, escapes[i].utf8);
		assert_int_equal(exact, escapes[i].exact);
		free(text);
	}
}

/* Every byte alone: JSON parses, the terminal gets nothing that it obeys. */
static void test_every_byte(void **state)
{
	unsigned int byte;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		char bytes[2] = { byte, '\0' };
		struct capture c;
		json_t *json, *hex;
		char *text, *p;

		begin(&c, true);
		out_document(&c.out, "test/1");
		out_bytes(&c.out, "path", "Path", bytes);
		out_end(&c.out);
		assert_int_equal(out_finish(&c.out), 0);
		fclose(c.out.stream);
		json = json_loads(c.text, 0, NULL);
		assert_non_null(json);
		hex = json_object_get(json, "path_hex");
		assert_int_equal(hex != NULL, byte >= 0x80);
		json_decref(json);
		free(c.text);

		text = escape_terminal(bytes);
		for (p = text; *p; p++)
			assert_true(*p >= 0x20 && *p < 0x7f);
		free(text);
	}
}

static void fill(struct out *out)
{
	static const uint8_t digest[32] = { 0xab, 0xcd };
	unsigned int i;

	out_document(out, "test/1");
	out_word(out, "mode", "Mode", OUT_GOOD, "enforce");
	out_number(out, "denied", "Denied", UINT64_MAX);
	out_flag(out, "off", NULL, false);
	out_word(out, NULL, "Hint", OUT_PLAIN, "for people");
	out_time(out, "last", "Last", 0, "never");
	out_time(out, "then", "Then", UINT64_C(1505313000000000001), "never");
	out_none(out, "size", "Size");
	out_sha256(out, "sha256", "SHA-256", digest);
	out_note(out, "--");
	out_list(out, "rows", OUT_TABLE);
	for (i = 0; i < 2; i++) {
		out_row(out);
		out_bytes(out, "name", "NAME", i ? "a\n" : "会議");
		out_number(out, "n", "N", i ? 7 : 1000);
		out_flag(out, "hidden", NULL, i);
		out_word(out, NULL, "LAST", OUT_PLAIN, "x");
		out_end(out);
	}
	out_end(out);
	out_list(out, "empty", OUT_TABLE);
	out_end(out);
	out_list(out, "lines", OUT_LINES);
	out_row(out);
	out_number(out, "a", "A", 1);
	out_bytes(out, NULL, "B", "two");
	out_none(out, "c", "C");
	out_end(out);
	out_end(out);
	out_end(out);
}

static void test_text(void **state)
{
	struct capture c;

	(void)state;
	begin(&c, false);
	fill(&c.out);
	expect(&c, "Mode             enforce\n"
		   "Denied           18446744073709551615\n"
		   "Hint             for people\n"
		   "Last             never\n"
		   "Then             2017-09-13T14:30:00Z\n"
		   "Size             -\n"
		   "SHA-256          abcd"
		   "000000000000000000000000000000000000000000000000000000000000\n"
		   "--\n"
		   "NAME      N  LAST\n"
		   "会議   1000  x\n"
		   "a\\x0a     7  x\n"
		   "1\ttwo\t-\n");
}

static void test_json(void **state)
{
	struct capture c;

	(void)state;
	begin(&c, true);
	fill(&c.out);
	expect(&c, "{\"schema\": \"test/1\", \"mode\": \"enforce\", "
		   "\"denied\": 18446744073709551615, \"off\": false, \"last\": null, "
		   "\"then\": \"2017-09-13T14:30:00.000000001Z\", \"size\": null, "
		   "\"sha256\": \"abcd"
		   "000000000000000000000000000000000000000000000000000000000000\", "
		   "\"rows\": [\n"
		   "  {\"name\": \"会議\", \"n\": 1000, \"hidden\": false},\n"
		   "  {\"name\": \"a\\n\", \"n\": 7, \"hidden\": true}\n"
		   "], \"empty\": [], \"lines\": [\n"
		   "  {\"a\": 1, \"c\": null}\n"
		   "]}\n");
}

static void test_nested_json(void **state)
{
	struct capture c;

	(void)state;
	begin(&c, true);
	out_document(&c.out, "test/1");
	out_list(&c.out, "a", OUT_RECORDS);
	out_row(&c.out);
	out_list(&c.out, "b", OUT_TABLE);
	out_row(&c.out);
	out_number(&c.out, "c", "C", 1);
	out_end(&c.out);
	out_end(&c.out);
	out_end(&c.out);
	out_end(&c.out);
	out_end(&c.out);
	expect(&c, "{\"schema\": \"test/1\", \"a\": [\n"
		   "  {\"b\": [\n"
		   "    {\"c\": 1}\n"
		   "  ]}\n"
		   "]}\n");
}

static void test_times(void **state)
{
	char text[48];

	(void)state;
	out_format_time(0, 0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	out_format_time(UINT64_C(1709164799123456789), 3, text);
	assert_string_equal(text, "2024-02-28T23:59:59.123Z");
	out_format_time(UINT64_MAX, 9, text);
	assert_string_equal(text, "2554-07-21T23:34:33.709551615Z");
}

static void test_write_error(void **state)
{
	FILE *full = fopen("/dev/full", "we");
	struct out out;

	(void)state;
	assert_non_null(full);
	out_init(&out, full);
	out_document(&out, "test/1");
	out_note(&out, "does not fit");
	out_end(&out);
	assert_int_equal(out_finish(&out), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_nested_json),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_write_error),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
