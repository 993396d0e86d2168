// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bundles: what is written is read; what is cut, altered or too much is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "keep.h"

/* Where policy/BUNDLE.md says the fields are. */
#define AT_VERSION	8
#define AT_LENGTH	12
#define AT_N		16
#define AT_RESERVED	20
#define AT_IMAGE	24

static const char image[] = "an image, as far as bundles care";
static const char longest[DEBAR_CHUNK_MAX];

struct bytes {
	void *data;
	size_t length;
};

static struct bytes make(size_t n)
{
	struct bundle bundle = {
		.image = image,
		.length = sizeof(image),
		.signatures = { { "one", 3 }, { "2", 1 }, { longest, sizeof(longest) } },
		.n_signatures = n,
	};
	struct bytes bytes;

	for (; n > 3; n--)
		bundle.signatures[n - 1] = (struct debar_signature){ "more", 4 };
	assert_int_equal(bundle_write(&bundle, &bytes.data, &bytes.length), 0);
	return bytes;
}

/* From an exact copy on the heap, so that ASan sees a byte too far. */
static const char *read_copy(const void *data, size_t length)
{
	void *copy = malloc(length ? length : 1);
	struct bundle bundle;
	const char *why;

	assert_non_null(copy);
	memcpy(copy, data, length);
	keep_input("bundle", data, length);
	why = bundle_read(&bundle, copy, length);
	free(copy);
	return why;
}

static void put_u32(struct bytes *bytes, size_t at, uint32_t value)
{
	uint8_t *to = (uint8_t *)bytes->data + at;
	int i;

	for (i = 0; i < 4; i++)
		to[i] = value >> 8 * i;
}

static void test_layout(void **state)
{
	static const uint8_t expected[] = {
		'D', 'E', 'B', 'A', 'R', 'B', 'D', 'L', 1, 0, 0, 0, 2, 0, 0, 0,
		1, 0, 0, 0, 0, 0, 0, 0, 'i', 'm', 3, 0, 0, 0, 's', 'i', 'g',
	};
	const struct bundle bundle = {
		.image = "im", .length = 2, .signatures = { { "sig", 3 } }, .n_signatures = 1,
	};
	struct bytes b;

	(void)state;
	assert_int_equal(bundle_write(&bundle, &b.data, &b.length), 0);
	assert_int_equal(b.length, sizeof(expected));
	assert_memory_equal(b.data, expected, sizeof(expected));
	free(b.data);
}

static void test_round_trip(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n <= DEBAR_SIGNATURES_MAX; n++) {
		struct bytes b = make(n);
		struct bundle bundle;

		assert_null(bundle_read(&bundle, b.data, b.length));
		assert_int_equal(bundle.length, sizeof(image));
		assert_memory_equal(bundle.image, image, sizeof(image));
		assert_int_equal(bundle.n_signatures, n);
		if (n > 0)
			assert_memory_equal(bundle.signatures[0].data, "one", 3);
		if (n > 2)
			assert_int_equal(bundle.signatures[2].length, DEBAR_CHUNK_MAX);
		if (n > 3)
			assert_memory_equal(bundle.signatures[n - 1].data, "more", 4);
		free(b.data);
	}
}

static void test_cut_at_every_byte(void **state)
{
	struct bytes b = make(2);
	size_t length;

	(void)state;
	for (length = 0; length < b.length; length++)
		assert_non_null(read_copy(b.data, length));
	assert_null(read_copy(b.data, b.length));
	free(b.data);
}

static void test_bytes_behind(void **state)
{
	struct bytes b = make(2);
	char *longer = calloc(1, b.length + 1);

	(void)state;
	assert_non_null(longer);
	memcpy(longer, b.data, b.length);
	assert_string_equal(read_copy(longer, b.length + 1),
			    "bundle has bytes behind its last signature");
	free(longer);
	free(b.data);
}

/*
 * Each byte of what is not content: refused. None changes image or signatures
 * without being noticed, for a length that differs leaves bytes over or lacks some.
 */
static void test_mutations(void **state)
{
	struct bytes b = make(2);
	uint8_t *bytes = b.data;
	size_t at, bit;

	(void)state;
	for (at = 0; at < b.length; at++) {
		size_t signatures = AT_IMAGE + sizeof(image);
		bool content = (at >= AT_IMAGE && at < signatures) ||
			(at >= signatures + 4 && at < signatures + 7) ||
			at == signatures + 11;

		for (bit = 0; bit < 8; bit++) {
			bytes[at] ^= 1 << bit;
			assert_int_equal(read_copy(b.data, b.length) == NULL, content);
			bytes[at] ^= 1 << bit;
		}
	}
	free(b.data);
}

static const struct {
	size_t at;
	uint32_t value;
	const char *why;
} fields[] = {
	{ 0, 0x41424545, "not a Debar bundle (wrong magic)" },
	{ AT_VERSION, 0, "bundle has a format version that is not supported" },
	{ AT_VERSION, 2, "bundle has a format version that is not supported" },
	{ AT_LENGTH, UINT32_MAX, "bundle ends within its image" },
	{ AT_LENGTH, 0x7fffffff, "bundle ends within its image" },
	{ AT_N, 9, "bundle has more signatures than there can be" },
	{ AT_N, UINT32_MAX, "bundle has more signatures than there can be" },
	{ AT_N, 3, "bundle ends within its signatures" },
	{ AT_N, 1, "bundle has bytes behind its last signature" },
	{ AT_RESERVED, 1, "bundle has a reserved field that is not 0" },
	{ AT_IMAGE + sizeof(image), 0,
	  "bundle has a signature of a length that none can have" },
	{ AT_IMAGE + sizeof(image), DEBAR_CHUNK_MAX + 1,
	  "bundle has a signature of a length that none can have" },
	{ AT_IMAGE + sizeof(image), UINT32_MAX,
	  "bundle has a signature of a length that none can have" },
	{ AT_IMAGE + sizeof(image), DEBAR_CHUNK_MAX,
	  "bundle ends within its signatures" },
};

static void test_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct bytes b = make(2);
		const char *why;

		put_u32(&b, fields[i].at, fields[i].value);
		why = read_copy(b.data, b.length);
		assert_non_null(why);
		assert_string_equal(why, fields[i].why);
		free(b.data);
	}
}

static void test_write_limits(void **state)
{
	struct bundle bundle = { .image = image, .length = sizeof(image) };
	struct bytes b;

	(void)state;
	bundle.n_signatures = DEBAR_SIGNATURES_MAX + 1;
	assert_int_equal(bundle_write(&bundle, &b.data, &b.length), -EINVAL);
	bundle.n_signatures = 1;
	assert_int_equal(bundle_write(&bundle, &b.data, &b.length), -EINVAL);
	bundle.signatures[0] = (struct debar_signature){ longest, DEBAR_CHUNK_MAX + 1 };
	assert_int_equal(bundle_write(&bundle, &b.data, &b.length), -EINVAL);
	bundle.n_signatures = 0;
	bundle.length = DEBAR_IMAGE_MAX + 1;
	assert_int_equal(bundle_write(&bundle, &b.data, &b.length), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_at_every_byte),
		cmocka_unit_test(test_bytes_behind),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_write_limits),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
