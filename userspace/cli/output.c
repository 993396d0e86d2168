// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results as text or as JSON, from the same calls.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"
#include "output.h"

#define LABEL_WIDTH 16
#define NS_PER_S 1000000000u
#define S_PER_DAY 86400
#define YEAR_10000 UINT64_C(253402300800)	/* seconds; strftime() gets wider there */

void out_init(struct out *out, FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	*out = (struct out){ .stream = stream };
	out->colour = isatty(fileno(stream)) && !(no_color && *no_color);
}

static void free_cells(struct out *out)
{
	if (out->held)
		fclose(out->held);
	free(out->texts);
	free(out->cells);
	out->held = NULL;
	out->texts = NULL;
	out->cells = NULL;
	out->n_cells = 0;
	out->max_cells = 0;
	out->n_headings = 0;
}

int out_finish(struct out *out)
{
	free_cells(out);
	errno = 0;
	if ((fflush(out->stream) || ferror(out->stream)) && !out->err)
		out->err = errno ? -errno : -EIO;
	return out->err;
}

const char *out_paint(const struct out *out, enum out_colour colour)
{
	static const char *const codes[] = {
		[OUT_PLAIN] = "",
		[OUT_GOOD] = "\033[32m",
		[OUT_WARN] = "\033[33m",
		[OUT_BAD] = "\033[1;31m",
	};

	return out->colour ? codes[colour] : "";
}

const char *out_unpaint(const struct out *out)
{
	return out->colour ? "\033[0m" : "";
}

static struct out_level *innermost(struct out *out)
{
	assert(out->depth);
	return &out->levels[out->depth - 1];
}

static void push(struct out *out, bool row, enum out_list list)
{
	assert(out->depth < OUT_DEPTH);
	out->levels[out->depth++] = (struct out_level){ .row = row, .list = list };
}

/* JSON: the comma before one more member or element, and its key. */
static void separate(struct out *out, const char *key)
{
	struct out_level *level = innermost(out);

	if (level->filled)
		fputs(level->row ? ", " : ",", out->stream);
	level->filled = true;
	if (key)
		fprintf(out->stream, "\"%s\": ", key);
}

void out_document(struct out *out, const char *schema)
{
	push(out, true, OUT_RECORDS);
	if (!out->json)
		return;
	fputc('{', out->stream);
	separate(out, "schema");
	fprintf(out->stream, "\"%s\"", schema);
}

void out_list(struct out *out, const char *key, enum out_list list)
{
	if (out->json) {
		separate(out, key);
		fputc('[', out->stream);
	} else if (list == OUT_TABLE) {
		free_cells(out);
	}
	push(out, false, list);
}

void out_row(struct out *out)
{
	struct out_level *list = innermost(out);

	if (out->json) {
		separate(out, NULL);
		fprintf(out->stream, "\n%*s{", (int)out->depth, "");
	} else if (list->list == OUT_RECORDS) {
		if (list->filled)
			fputc('\n', out->stream);
		list->filled = true;
	}
	out->column = 0;
	push(out, true, list->list);
}

static void print_cell(struct out *out, const char *text, enum out_colour colour,
		       bool right, size_t width, bool last)
{
	size_t columns = escape_columns(text);
	int pad = columns < width ? width - columns : 0;

	fprintf(out->stream, "%*s%s%s%s%*s", right ? pad : 0, "",
		out_paint(out, colour), text, out_unpaint(out),
		right || last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", out->stream);
}

static void print_table(struct out *out)
{
	size_t width[OUT_COLUMNS] = { 0 };
	unsigned int n = out->n_headings;
	size_t i;

	if (n && fflush(out->held))
		out->err = -ENOMEM;
	if (!n || out->err)
		return;
	for (i = 0; i < n; i++)
		width[i] = escape_columns(out->headings[i]);
	for (i = 0; i < out->n_cells; i++) {
		size_t columns = escape_columns(out->texts + out->cells[i].text);

		if (columns > width[i % n])
			width[i % n] = columns;
	}
	for (i = 0; i < n; i++)
		print_cell(out, out->headings[i], OUT_PLAIN, out->cells[i].right,
			   width[i], i == n - 1);
	for (i = 0; i < out->n_cells; i++) {
		const struct out_cell *cell = &out->cells[i];

		print_cell(out, out->texts + cell->text, cell->colour, cell->right,
			   width[i % n], i % n == n - 1);
	}
}

void out_end(struct out *out)
{
	struct out_level level = *innermost(out);

	out->depth--;
	if (out->json) {
		if (level.row)
			fputc('}', out->stream);
		else
			fprintf(out->stream, level.filled ? "\n%*s]" : "]",
				(int)out->depth - 1, "");
		if (!out->depth)
			fputc('\n', out->stream);
		return;
	}
	if (level.row && level.list == OUT_LINES)
		fputc('\n', out->stream);
	if (!level.row && level.list == OUT_TABLE) {
		print_table(out);
		free_cells(out);
	}
}

/* Room for one more cell, and for its text. */
static bool make_room(struct out *out)
{
	size_t max = out->max_cells ? 2 * out->max_cells : 64;
	struct out_cell *cells;

	if (!out->held)
		out->held = open_memstream(&out->texts, &out->texts_length);
	if (!out->held)
		return false;
	if (out->n_cells < out->max_cells)
		return true;
	cells = realloc(out->cells, max * sizeof(*cells));
	if (!cells)
		return false;
	out->cells = cells;
	out->max_cells = max;
	return true;
}

static void add_cell(struct out *out, const char *label, const char *text,
		     enum out_colour colour, bool right)
{
	/* The first row says what the columns are called. */
	if (out->column == out->n_headings) {
		assert(out->n_headings < OUT_COLUMNS);
		out->headings[out->n_headings++] = label;
	}
	out->column++;
	if (!make_room(out)) {
		out->err = out->err ? out->err : -ENOMEM;
		return;
	}
	out->cells[out->n_cells++] = (struct out_cell){
		.text = ftello(out->held),
		.colour = colour,
		.right = right,
	};
	fputs(text, out->held);
	fputc('\0', out->held);
}

static void print_field(struct out *out, const char *label, const char *text,
			enum out_colour colour, bool right)
{
	struct out_level *level = innermost(out);

	if (!label)
		return;
	switch (level->list) {
	case OUT_HIDDEN:
		return;
	case OUT_RECORDS:
		fprintf(out->stream, "%-*s %s%s%s\n", LABEL_WIDTH, label,
			out_paint(out, colour), text, out_unpaint(out));
		break;
	case OUT_TABLE:
		add_cell(out, label, text, colour, right);
		break;
	case OUT_LINES:
		if (level->filled)
			fputc('\t', out->stream);
		fputs(text, out->stream);
		break;
	}
	level->filled = true;
}

static bool begin_json(struct out *out, const char *key)
{
	if (out->json && key)
		separate(out, key);
	return out->json;
}

void out_json_string(FILE *stream, const char *text)
{
	json_t *string = NULL;
	bool exact;
	char *utf8;

	utf8 = escape_utf8(text, &exact);
	if (utf8)
		string = json_string(utf8);
	/* Without memory for it, an empty string at least keeps JSON valid. */
	if (!string || json_dumpf(string, stream, JSON_ENCODE_ANY))
		fputs("\"\"", stream);
	json_decref(string);
	free(utf8);
}

void out_word(struct out *out, const char *key, const char *label,
	      enum out_colour colour, const char *word)
{
	if (!begin_json(out, key))
		print_field(out, label, word, colour, false);
	else if (key)
		out_json_string(out->stream, word);
}

static bool is_utf8(const char *text)
{
	bool exact = true;

	free(escape_utf8(text, &exact));
	return exact;
}

void out_bytes(struct out *out, const char *key, const char *label, const char *text)
{
	char *escaped;

	if (!begin_json(out, key)) {
		escaped = escape_terminal(text);
		if (!escaped) {
			out->err = -ENOMEM;
			return;
		}
		print_field(out, label, escaped, OUT_PLAIN, false);
		free(escaped);
		return;
	}
	if (!key)
		return;
	out_json_string(out->stream, text);
	if (is_utf8(text))
		return;
	fprintf(out->stream, ", \"%s_hex\": \"", key);
	for (; *text; text++)
		fprintf(out->stream, "%02x", (unsigned char)*text);
	fputc('"', out->stream);
}

void out_number(struct out *out, const char *key, const char *label, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	if (!begin_json(out, key))
		print_field(out, label, text, OUT_PLAIN, true);
	else if (key)
		fputs(text, out->stream);
}

void out_flag(struct out *out, const char *key, const char *label, bool flag)
{
	if (!begin_json(out, key))
		print_field(out, label, flag ? "yes" : "no", OUT_PLAIN, false);
	else if (key)
		fputs(flag ? "true" : "false", out->stream);
}

static size_t format_seconds(time_t seconds, char ret_text[48])
{
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return strftime(ret_text, 32, "%Y-%m-%dT%H:%M:%S", &tm);
}

void out_format_time(uint64_t ns, int digits, char ret_text[48])
{
	size_t n = format_seconds(ns / NS_PER_S, ret_text);
	char fraction[16];

	if (digits) {
		snprintf(fraction, sizeof(fraction), ".%09u",
			 (unsigned int)(ns % NS_PER_S));
		memcpy(ret_text + n, fraction, digits + 1);
		n += digits + 1;
	}
	memcpy(ret_text + n, "Z", 2);
}

void out_format_instant(uint64_t seconds, char ret_text[48])
{
	size_t n;

	if (seconds >= YEAR_10000) {
		snprintf(ret_text, 48, "@%" PRIu64, seconds);
		return;
	}
	n = format_seconds(seconds, ret_text);
	if (seconds % S_PER_DAY == 0)
		ret_text[strlen("YYYY-MM-DD")] = '\0';
	else
		memcpy(ret_text + n, "Z", 2);
}

void out_instant(struct out *out, const char *key, const char *label, uint64_t seconds,
		 const char *none)
{
	char text[48];

	out_format_instant(seconds, text);
	if (!begin_json(out, key))
		print_field(out, label, seconds ? text : none, OUT_PLAIN, false);
	else if (key)
		fprintf(out->stream, seconds ? "\"%s\"" : "null", text);
}

void out_time(struct out *out, const char *key, const char *label, uint64_t ns,
	      const char *never)
{
	char text[48];

	if (ns)
		out_format_time(ns, out->json ? 9 : 0, text);
	if (!begin_json(out, key))
		print_field(out, label, ns ? text : never, OUT_PLAIN, false);
	else if (key)
		fprintf(out->stream, ns ? "\"%s\"" : "null", text);
}

void out_sha256(struct out *out, const char *key, const char *label,
		const uint8_t *sha256)
{
	char hex[2 * 32 + 1];

	escape_hex(sha256, 32, hex);
	if (!begin_json(out, key))
		print_field(out, label, hex, OUT_PLAIN, false);
	else if (key)
		fprintf(out->stream, "\"%s\"", hex);
}

void out_none(struct out *out, const char *key, const char *label)
{
	if (!begin_json(out, key))
		print_field(out, label, "-", OUT_PLAIN, false);
	else if (key)
		fputs("null", out->stream);
}

void out_note(struct out *out, const char *format, ...)
{
	va_list args;

	if (out->json)
		return;
	va_start(args, format);
	vfprintf(out->stream, format, args);
	va_end(args);
	fputc('\n', out->stream);
}
