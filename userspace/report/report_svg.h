/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Charts, as SVG inside the page. Each has a title and a description that say in words
 * what it shows.
 */
#ifndef DEBAR_REPORT_SVG_H
#define DEBAR_REPORT_SVG_H

#include <stdio.h>

#include "report_model.h"

/* Patterns that the others use; once, before them. */
void report_svg_patterns(FILE *stream);

/* How the machine was watched and which policies were in force, over the window. */
void report_svg_timeline(FILE *stream, const struct report *report);

/* A small square as the timeline has it, for a legend. */
void report_svg_key(FILE *stream, const char *class);

/* When a product was met; @n: of the chart on the page, for its ids. */
void report_svg_product(FILE *stream, const struct report *report,
			const struct report_product *product, size_t n);

#endif
