/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fleet's report in each form. JSON: schema debar-fleet/1 (docs/report.md).
 */
#ifndef DEBAR_FLEET_OUTPUT_H
#define DEBAR_FLEET_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "fleet.h"

/* One sentence that says what was found. */
void fleet_statement(const struct fleet *fleet, FILE *stream);

/* The strongest that is found of any product in scope on any machine. */
enum report_finding fleet_overall(const struct fleet *fleet);

/* What the report cannot know, one sentence a call. */
void fleet_limits(const struct fleet *fleet, void (*say)(const char *sentence, void *data),
		  void *data);

void fleet_json(const struct fleet *fleet, FILE *stream);
void fleet_csv_products(const struct fleet *fleet, FILE *stream);
void fleet_csv_endpoints(const struct fleet *fleet, FILE *stream);
/* The plan that the directive asks for; only if the summaries have one. */
void fleet_csv_plan(const struct fleet *fleet, FILE *stream);
void fleet_text(const struct fleet *fleet, FILE *stream);
void fleet_html(const struct fleet *fleet, FILE *stream);

#endif
