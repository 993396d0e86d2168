// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size filter of kmod/sizes.h against looking at every size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
/* After those that it needs. */
#include <cmocka.h>

#include "sizes.h"

static struct debar_sizes sizes;

static bool naive(const struct debar_image *image, uint64_t size)
{
	for (uint32_t i = 0; i < image->n_sizes; i++)
		if (le64toh(image->sizes[i]) == size)
			return true;
	return image->n_unsized > 0;
}

static void agree(const struct debar_image *image, uint64_t size)
{
	assert_int_equal(debar_sizes_may_ban(&sizes, image, size), naive(image, size));
}

/* Around each size, and around every power of two. */
static void compare(const struct debar_image *image)
{
	debar_sizes_init(&sizes, image);
	for (int bit = 0; bit < 64; bit++)
		for (int off = -1; off <= 1; off++)
			agree(image, (UINT64_C(1) << bit) + off);
	agree(image, UINT64_MAX);
	for (uint32_t i = 0; i < image->n_sizes; i++)
		for (int off = -1; off <= 1; off++)
			agree(image, le64toh(image->sizes[i]) + off);
}

static int order(const void *a, const void *b)
{
	uint64_t x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static void test_none(void **state)
{
	struct debar_image image = { 0 };

	(void)state;
	compare(&image);
	image.n_unsized = 1;
	compare(&image);
	assert_true(debar_sizes_may_ban(&sizes, &image, 1));
}

static void test_powers_of_two(void **state)
{
	__u64 list[63];
	struct debar_image image = { .sizes = list, .n_sizes = 63 };

	(void)state;
	for (int bit = 0; bit < 63; bit++)
		list[bit] = htole64(UINT64_C(1) << bit);
	compare(&image);
	image.n_sizes = 62;
	list[61] = htole64(INT64_MAX);
	compare(&image);
}

/* Of all magnitudes, many in one bucket and many in none. */
static void test_random(void **state)
{
	enum { N = 1000 };
	static __u64 list[N];
	struct debar_image image = { .sizes = list };

	(void)state;
	srandom(1);
	for (int round = 0; round < 50; round++) {
		uint32_t n = 0;

		for (int i = 0; i < N; i++) {
			uint64_t size = (uint64_t)random() << 31 | (uint64_t)random();

			list[i] = (size >> (round == 0 ? 50 : random() % 62)) + 1;
		}
		qsort(list, N, sizeof(*list), order);
		for (int i = 0; i < N; i++)
			if (i == 0 || list[i] != list[n - 1])
				list[n++] = list[i];
		for (uint32_t i = 0; i < n; i++)
			list[i] = htole64(list[i]);
		image.n_sizes = n;
		compare(&image);
	}
}

static void test_buckets(void **state)
{
	uint32_t last = 0;

	(void)state;
	assert_int_equal(debar_sizes_bucket(0), 0);
	assert_int_equal(debar_sizes_bucket(UINT64_MAX), DEBAR_SIZE_BUCKETS - 1);
	for (int bit = 0; bit < 64; bit++) {
		uint32_t bucket = debar_sizes_bucket(UINT64_C(1) << bit);

		assert_true(bucket >= last);
		last = bucket;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_powers_of_two),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
