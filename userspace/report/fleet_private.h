/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of a fleet share.
 */
#ifndef DEBAR_FLEET_PRIVATE_H
#define DEBAR_FLEET_PRIVATE_H

#include "fleet.h"

/* A member of a summary: text, "" where there is none; time in ns, 0 likewise. */
const char *fleet_text_of(const json_t *object, const char *key);
uint64_t fleet_time_of(const json_t *object, const char *key);

/* What two findings come to. */
enum report_finding fleet_join(enum report_finding a, enum report_finding b);

/* A number of events: what four outcomes come to is still one that JSON has. */
#define FLEET_COUNT_MAX (INT64_MAX / HISTORY_OUTCOMES)

/* Two of them together, FLEET_COUNT_MAX at most. */
uint64_t fleet_sum(uint64_t a, uint64_t b);

/* Counts of others are added, and times widened. */
void fleet_add_counts(struct report_count *to, const struct report_count *from);

/**
 * fleet_take_asset() - all summaries of one machine, which are next to each other
 * @fleet: an asset and its findings are added
 * @from: index of its first source
 * @to: behind its last
 *
 * Return: 0 or -ENOMEM.
 */
int fleet_take_asset(struct fleet *fleet, size_t from, size_t to);

#endif
