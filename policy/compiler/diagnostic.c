// SPDX-License-Identifier: GPL-2.0-only
/*
 * Collecting what there is to say about a policy.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostic.h"
#include "utf8.h"

/* Characters of a long line that are kept on each side of the place. */
#define WINDOW 120

__attribute__((format(printf, 4, 0)))
static void add(struct policy_report *report, enum policy_severity severity,
		struct policy_place place, const char *format, va_list arguments)
{
	struct policy_report_entry *entry;
	size_t *count;

	count = severity == POLICY_ERROR ? &report->n_errors : &report->n_warnings;
	if ((*count)++ >= POLICY_DIAGNOSTICS_KEPT)
		return;
	entry = &report->list[report->n];
	if (vasprintf(&entry->message, format, arguments) < 0) {
		report->no_memory = true;
		return;
	}
	entry->severity = severity;
	entry->place = place;
	report->n++;
}

void policy_error(struct policy_report *report, struct policy_place place,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, POLICY_ERROR, place, format, arguments);
	va_end(arguments);
}

void policy_warning(struct policy_report *report, struct policy_place place,
		    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(report, POLICY_WARNING, place, format, arguments);
	va_end(arguments);
}

struct policy_quote policy_quote(const char *text, size_t length)
{
	/* What the last step may add: an escape, "...", quote mark and NUL. */
	const size_t room = sizeof(((struct policy_quote *)NULL)->text) - 9;
	struct policy_quote quote;
	size_t at = 0, i = 0;

	quote.text[at++] = '\'';
	while (i < length && at < room) {
		uint32_t character;
		size_t n = policy_utf8_decode(text + i, length - i, &character);

		if (n == 0 || policy_utf8_deceives(character)) {
			at += sprintf(quote.text + at, "\\x%02x",
				      (unsigned char)text[i]);
			i++;
			continue;
		}
		memcpy(quote.text + at, text + i, n);
		at += n;
		i += n;
	}
	if (i < length) {
		memcpy(quote.text + at, "...", 3);
		at += 3;
	}
	quote.text[at++] = '\'';
	quote.text[at] = '\0';
	return quote;
}

struct policy_where policy_where(const struct policy_sources *sources,
				 struct policy_place there, struct policy_place here)
{
	const char *path = sources->list[there.source].path;
	struct policy_where where;

	if (there.source == here.source)
		snprintf(where.text, sizeof(where.text), "line %u", there.line);
	else
		snprintf(where.text, sizeof(where.text), "line %u of %s", there.line,
			 policy_quote(path, strlen(path)).text);
	return where;
}

/* By place; what stands in one place, in the order it was found. */
static int compare_entries(const void *a, const void *b)
{
	const struct policy_report_entry *x = *(struct policy_report_entry *const *)a;
	const struct policy_report_entry *y = *(struct policy_report_entry *const *)b;

	if (x->place.source != y->place.source)
		return x->place.source < y->place.source ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* A walk through the lines of one source after the other. */
struct cursor {
	uint32_t source;
	uint32_t line;
	const char *at;		/* start of that line */
};

/* Go forward to @place. Returns the line's length without its end. */
static size_t seek_line(struct cursor *cursor, const struct policy_sources *sources,
			struct policy_place place)
{
	const struct policy_source *source = &sources->list[place.source];
	const char *end = source->data + source->length;
	const char *newline;
	size_t length;

	if (cursor->line == 0 || cursor->source != place.source)
		*cursor = (struct cursor) { place.source, 1, source->data };
	while (cursor->line < place.line) {
		newline = memchr(cursor->at, '\n', end - cursor->at);
		cursor->at = newline ? newline + 1 : end;
		cursor->line++;
	}
	newline = memchr(cursor->at, '\n', end - cursor->at);
	length = (newline ? newline : end) - cursor->at;
	if (length > 0 && cursor->at[length - 1] == '\r')
		length--;
	return length;
}

/* Bytes of the @n characters at @text; what is no UTF-8 counts by the byte. */
static size_t skip_characters(const char *text, size_t length, size_t n)
{
	size_t i = 0;

	while (n-- > 0 && i < length) {
		uint32_t character;
		size_t bytes = policy_utf8_decode(text + i, length - i, &character);

		i += bytes > 0 ? bytes : 1;
	}
	return i;
}

/* Copy the line at @place, of a long one what surrounds its column. */
static int copy_line(struct policy_diagnostic *diagnostic, const char *line,
		     size_t length, struct policy_place place)
{
	size_t start = 1;	/* column */
	size_t skip;

	if (place.column > WINDOW + 1)
		start = place.column - WINDOW;
	skip = skip_characters(line, length, start - 1);
	line += skip;
	length -= skip;
	length = skip_characters(line, length, 2 * WINDOW);
	/* Not strndup(): the line may hold a NUL, which shows as \x00. */
	diagnostic->source = malloc(length + 1);
	if (!diagnostic->source)
		return -ENOMEM;
	memcpy(diagnostic->source, line, length);
	diagnostic->source[length] = '\0';
	diagnostic->source_length = length;
	diagnostic->source_column = start;
	return 0;
}

static int fill(struct policy_diagnostic *diagnostic, struct policy_report_entry *entry,
		const struct policy_sources *sources, struct cursor *cursor)
{
	const struct policy_source *source = &sources->list[entry->place.source];
	size_t length;

	diagnostic->severity = entry->severity;
	diagnostic->line = entry->place.line;
	diagnostic->column = entry->place.column;
	diagnostic->message = entry->message;
	entry->message = NULL;
	diagnostic->file = strdup(source->path);
	if (!diagnostic->file)
		return -ENOMEM;
	if (!source->data || entry->place.line == 0)
		return 0;
	length = seek_line(cursor, sources, entry->place);
	return copy_line(diagnostic, cursor->at, length, entry->place);
}

int policy_report_finish(struct policy_report *report,
			 const struct policy_sources *sources,
			 struct policy_diagnostics *diagnostics)
{
	struct policy_report_entry *order[2 * POLICY_DIAGNOSTICS_KEPT];
	int error = report->no_memory ? -ENOMEM : 0;
	struct cursor cursor = { 0 };
	size_t i;

	memset(diagnostics, 0, sizeof(*diagnostics));
	diagnostics->n_errors = report->n_errors;
	diagnostics->n_dropped = report->n_errors + report->n_warnings - report->n;
	if (report->n == 0)
		goto out;
	diagnostics->list = calloc(report->n, sizeof(*diagnostics->list));
	if (!diagnostics->list) {
		error = -ENOMEM;
		diagnostics->n_dropped += report->n;
		goto out;
	}
	for (i = 0; i < report->n; i++)
		order[i] = &report->list[i];
	qsort(order, report->n, sizeof(order[0]), compare_entries);
	diagnostics->n = report->n;
	for (i = 0; i < report->n; i++)
		if (fill(&diagnostics->list[i], order[i], sources, &cursor) < 0)
			error = -ENOMEM;
out:
	for (i = 0; i < report->n; i++)
		free(report->list[i].message);
	memset(report, 0, sizeof(*report));
	return error;
}

void policy_diagnostics_free(struct policy_diagnostics *diagnostics)
{
	size_t i;

	for (i = 0; i < diagnostics->n; i++) {
		free(diagnostics->list[i].file);
		free(diagnostics->list[i].message);
		free(diagnostics->list[i].source);
	}
	free(diagnostics->list);
	memset(diagnostics, 0, sizeof(*diagnostics));
}
