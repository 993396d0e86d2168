// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages, and what they are made of.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "html.h"
#include "report_words.h"

void html_text(FILE *stream, const char *text)
{
	char *escaped = escape_terminal(text ? text : "");
	const char *at;

	for (at = escaped ? escaped : "?"; *at; at++) {
		switch (*at) {
		case '&':
			fputs("&amp;", stream);
			break;
		case '<':
			fputs("&lt;", stream);
			break;
		case '>':
			fputs("&gt;", stream);
			break;
		case '"':
			fputs("&quot;", stream);
			break;
		case '\'':
			fputs("&#39;", stream);
			break;
		default:
			fputc(*at, stream);
		}
	}
	free(escaped);
}

void html_element(FILE *stream, const char *tag, const char *class, const char *text)
{
	fprintf(stream, class ? "<%s class=\"%s\">" : "<%s>", tag, class);
	html_text(stream, text);
	fprintf(stream, "</%s>\n", tag);
}

void html_begin(FILE *stream, const char *title, bool wide)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"generator\" content=\"debar " DEBAR_VERSION "\">\n", stream);
	html_element(stream, "title", NULL, title);
	fprintf(stream, "<style>\n%s</style>\n</head>\n<body>\n<div class=\"page%s\">\n",
		html_style, wide ? " wide" : "");
}

void html_end(FILE *stream)
{
	fputs("</div>\n</body>\n</html>\n", stream);
}

void html_table_begin(FILE *stream, const char *caption, const char *const *headings)
{
	fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", stream);
	html_text(stream, caption);
	fputs("\">\n<table>\n", stream);
	html_element(stream, "caption", NULL, caption);
	fputs("<thead><tr>", stream);
	for (; *headings; headings++) {
		/* A '#' in front: the column is of numbers. */
		if (**headings == '#')
			fputs("<th scope=\"col\" class=\"n\">", stream);
		else
			fputs("<th scope=\"col\">", stream);
		html_text(stream, **headings == '#' ? *headings + 1 : *headings);
		fputs("</th>", stream);
	}
	fputs("</tr></thead>\n<tbody>\n", stream);
}

void html_table_end(FILE *stream)
{
	fputs("</tbody>\n</table>\n</div>\n", stream);
}

void html_cell(FILE *stream, const char *text)
{
	fputs("<td><bdi>", stream);
	html_text(stream, text);
	fputs("</bdi></td>", stream);
}

void html_cell_number(FILE *stream, uint64_t number)
{
	fprintf(stream, "<td class=\"n\">%" PRIu64 "</td>", number);
}

void html_time(FILE *stream, uint64_t ns)
{
	char text[48];

	report_time(ns, text);
	if (!*text) {
		fputc('-', stream);
		return;
	}
	fprintf(stream, "<time class=\"t\" datetime=\"%s\">", text);
	text[strlen("YYYY-MM-DD")] = ' ';
	text[strcspn(text, "Z")] = '\0';
	fprintf(stream, "%s</time>", text);
}

void html_cell_time(FILE *stream, uint64_t ns)
{
	fputs("<td>", stream);
	html_time(stream, ns);
	fputs("</td>", stream);
}

void html_cell_short(FILE *stream, const char *text)
{
	fputs("<td class=\"t\">", stream);
	html_text(stream, text);
	fputs("</td>", stream);
}

void html_cell_code(FILE *stream, const char *text)
{
	fputs("<td><code class=\"path\">", stream);
	html_text(stream, text);
	fputs("</code></td>", stream);
}

void html_figure(FILE *stream, const char *value, const char *label, const char *class)
{
	fprintf(stream, class ? "<div class=\"%s\"><dt>" : "<div><dt>", class);
	html_text(stream, label);
	fputs("</dt><dd>", stream);
	html_text(stream, value);
	fputs("</dd></div>\n", stream);
}

void html_field(FILE *stream, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	fputs("<dt>", stream);
	html_text(stream, label);
	fputs("</dt><dd><bdi>", stream);
	html_text(stream, text);
	fputs("</bdi></dd>\n", stream);
}
