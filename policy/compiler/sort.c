// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sorting numbers by radix: a pass for each byte, from the least to the greatest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "huge.h"
#include "sort.h"

#define BYTES	sizeof(uint64_t)

static unsigned int byte_of(const struct policy_sort_key *key, unsigned int i)
{
	return key->number >> 8 * i & 0xff;
}

/* Move @from to @to in order of byte @i, of which each value occurs counts[] times. */
static void pass(const struct policy_sort_key *from, struct policy_sort_key *to, size_t n,
		 unsigned int i, const size_t counts[256])
{
	size_t at[256];
	size_t sum = 0, j;

	for (j = 0; j < 256; j++) {
		at[j] = sum;
		sum += counts[j];
	}
	for (j = 0; j < n; j++)
		to[at[byte_of(&from[j], i)]++] = from[j];
}

int policy_sort(struct policy_sort_key *keys, size_t n)
{
	size_t counts[BYTES][256] = { 0 };
	struct policy_sort_key *from = keys, *to, *spare;
	unsigned int i;
	size_t j;

	if (n == 0)
		return 0;
	spare = policy_prefer_huge(malloc(n * sizeof(*spare)), n * sizeof(*spare));
	if (!spare)
		return -ENOMEM;
	for (j = 0; j < n; j++)
		for (i = 0; i < BYTES; i++)
			counts[i][byte_of(&keys[j], i)]++;
	to = spare;
	for (i = 0; i < BYTES; i++) {
		struct policy_sort_key *swap = from;

		if (counts[i][byte_of(&keys[0], i)] == n)
			continue;	/* the same in all of them */
		pass(from, to, n, i, counts[i]);
		from = to;
		to = swap;
	}
	if (from != keys)
		memcpy(keys, from, n * sizeof(*keys));
	free(spare);
	return 0;
}
