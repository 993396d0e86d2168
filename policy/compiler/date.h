/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Days and instants of the language, in UTC and without regard to the machine's
 * time zone.
 */
#ifndef DEBAR_POLICY_DATE_H
#define DEBAR_POLICY_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnostic.h"
#include "node.h"

/**
 * policy_field_date() - a day of the calendar, YYYY-MM-DD
 * @report: told what is wrong
 * @node: value
 * @key: its key, for messages
 * @ret_date: set on success to year * 10000 + month * 100 + day
 *
 * Return: true on success.
 */
bool policy_field_date(struct policy_report *report, const struct policy_node *node,
		       const char *key, uint32_t *ret_date);

/**
 * policy_field_instant() - the beginning of a day, or YYYY-MM-DDThh:mm:ssZ
 * @report: told what is wrong
 * @node: value
 * @key: its key, for messages
 * @ret_seconds: set on success to the seconds since 1970-01-01T00:00:00Z, 0 or more
 *
 * Return: true on success.
 */
bool policy_field_instant(struct policy_report *report, const struct policy_node *node,
			  const char *key, int64_t *ret_seconds);

#endif
