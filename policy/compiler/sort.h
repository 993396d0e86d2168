/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorting a million numbers: with a comparison for each step, this was most of
 * what a compilation took.
 */
#ifndef DEBAR_POLICY_SORT_H
#define DEBAR_POLICY_SORT_H

#include <stddef.h>
#include <stdint.h>

struct policy_sort_key {
	uint64_t number;
	uint32_t index;		/* of what it belongs to */
};

/**
 * policy_sort() - sort by number; of equal ones the first stays first
 * @keys: sorted in place
 * @n: entries of @keys
 *
 * Return: 0, or -ENOMEM, and then nothing has changed.
 */
int policy_sort(struct policy_sort_key *keys, size_t n);

#endif
