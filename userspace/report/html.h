/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages: one file that needs nothing else, no scripts, right in light and dark, on a
 * small screen and on paper, and readable without seeing it.
 */
#ifndef DEBAR_HTML_H
#define DEBAR_HTML_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * From <!doctype> to <body>; the page may load nothing, whatever stands in it. @wide: its
 * tables have many columns.
 */
void html_begin(FILE *stream, const char *title, bool wide);
void html_end(FILE *stream);

/* Bytes that others chose: escaped as for a terminal, then for HTML. NULL: nothing. */
void html_text(FILE *stream, const char *text);

/* "<TAG class='CLASS'>text</TAG>"; @class may be NULL. */
void html_element(FILE *stream, const char *tag, const char *class, const char *text);

/* A table with caption and column headings (up to NULL) that may be scrolled sideways. */
void html_table_begin(FILE *stream, const char *caption, const char *const *headings);
void html_table_end(FILE *stream);

/* <td>: text, a number, a time (0: "-"), bytes that are to be read exactly. */
void html_cell(FILE *stream, const char *text);
void html_cell_number(FILE *stream, uint64_t number);
void html_cell_time(FILE *stream, uint64_t ns);
void html_cell_short(FILE *stream, const char *text);	/* never broken into lines */
void html_cell_code(FILE *stream, const char *text);

/* <time>, YYYY-MM-DD hh:mm:ss; "-" for 0. Pages say that times are UTC. */
void html_time(FILE *stream, uint64_t ns);

/* A figure of the summary: a large value and what it is. */
void html_figure(FILE *stream, const char *value, const char *label, const char *class);

/* A row of a description list; nothing if @text is empty. */
void html_field(FILE *stream, const char *label, const char *text);

extern const char html_style[];

#endif
