/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as a page, see html.h.
 */
#ifndef DEBAR_REPORT_HTML_H
#define DEBAR_REPORT_HTML_H

#include <stdio.h>

#include "report_model.h"

void report_html(const struct report *report, FILE *stream);

#endif
