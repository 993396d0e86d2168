// SPDX-License-Identifier: GPL-2.0-only
/*
 * Showing diagnostics to a person, as compilers do.
 */
#include <string.h>

#include "policy.h"
#include "utf8.h"

/* Columns of a source line that are shown, and how many of them before the caret. */
#define SHOWN		96
#define BEFORE_CARET	64

/*
 * Show the character at @s in a form that is safe on a terminal; where @out is
 * NULL only measure it. Returns its bytes, adds the columns it takes.
 */
static size_t show_character(const char *s, size_t length, FILE *out,
			     unsigned int *columns)
{
	uint32_t character;
	size_t n = policy_utf8_decode(s, length, &character);
	size_t i;

	if (n > 0 && character == '\t') {	/* one column, or the caret is off */
		if (out)
			fputc(' ', out);
		*columns += 1;
		return n;
	}
	if (n > 0 && !policy_utf8_deceives(character)) {
		if (out)
			fwrite(s, 1, n, out);
		*columns += policy_utf8_columns(character);
		return n;
	}
	if (n == 0)
		n = 1;
	for (i = 0; i < n; i++) {
		if (out)
			fprintf(out, "\\x%02x", (unsigned char)s[i]);
		*columns += 4;
	}
	return n;
}

static void show_text(const char *text, FILE *out)
{
	size_t length = strlen(text);
	unsigned int columns = 0;
	size_t i = 0;

	while (i < length)
		i += show_character(text + i, length - i, out, &columns);
}

/* The byte at which to begin so that the caret at byte @caret is in the window. */
static size_t window_start(const char *text, size_t length, size_t caret)
{
	size_t start = 0;
	size_t i;

	/* Quadratic, but the collector keeps lines short. */
	for (;;) {
		unsigned int columns = 0;

		for (i = start; i < caret;)
			i += show_character(text + i, length - i, NULL, &columns);
		if (columns <= BEFORE_CARET)
			return start;
		columns = 0;
		start += show_character(text + start, length - start, NULL, &columns);
	}
}

static void show_source(const struct policy_diagnostic *d, FILE *out)
{
	const char *text = d->source;
	size_t length = d->source_length;
	unsigned int columns = 0, caret_at = 0;
	size_t caret = 0, start, i;
	unsigned int column;

	for (column = d->source_column; column < d->column && caret < length; column++)
		caret += show_character(text + caret, length - caret, NULL, &columns);
	start = window_start(text, length, caret);
	fputs("  ", out);
	columns = 0;
	if (start > 0 || d->source_column > 1) {
		fputs("...", out);
		columns += 3;
	}
	for (i = start; i < length && columns < SHOWN;) {
		if (i == caret)
			caret_at = columns;
		i += show_character(text + i, length - i, out, &columns);
	}
	if (i == caret)
		caret_at = columns;
	if (i < length)
		fputs("...", out);
	fputc('\n', out);
	if (d->column > 0)
		fprintf(out, "  %*s^\n", (int)caret_at, "");
}

static void show(const struct policy_diagnostic *d, FILE *out)
{
	if (d->file)
		show_text(d->file, out);
	if (d->line > 0)
		fprintf(out, ":%u", d->line);
	if (d->line > 0 && d->column > 0)
		fprintf(out, ":%u", d->column);
	fputs(d->severity == POLICY_ERROR ? ": error: " : ": warning: ", out);
	show_text(d->message, out);
	fputc('\n', out);
	if (d->source && d->source_length > 0)
		show_source(d, out);
}

void policy_diagnostics_print(const struct policy_diagnostics *diagnostics, FILE *out)
{
	size_t i;

	for (i = 0; i < diagnostics->n; i++)
		show(&diagnostics->list[i], out);
	if (diagnostics->n_dropped > 0)
		fprintf(out, "and %zu more errors and warnings\n",
			diagnostics->n_dropped);
}
