/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report for machines: schema debar-report/1 (docs/report.md).
 */
#ifndef DEBAR_REPORT_JSON_H
#define DEBAR_REPORT_JSON_H

#include <jansson.h>

#include "report_model.h"

#define REPORT_SCHEMA "debar-report/1"

/**
 * report_json() - a report as one object
 *
 * Return: the object, free with json_decref(); NULL without memory.
 */
json_t *report_json(const struct report *report);

/* Write it with sorted keys, indented; the same object gives the same bytes. */
void report_json_write(const json_t *object, FILE *stream);

#endif
