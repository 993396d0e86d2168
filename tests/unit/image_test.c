// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image checker and lookup of kmod/image.c, against images of the naive writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After those that it needs. */
#include <cmocka.h>

#include "image.h"
#include "image_builder.h"
#include "keep.h"
#include "sizes.h"

/* A small image with everything in it; where its parts are. */
#define N_SIZES		2
#define N_PRODUCTS	3
#define N_EXCEPTIONS	2
#define N_BANS		4
#define AT_SIZES	HEADER_BYTES
#define AT_PRODUCTS	(AT_SIZES + 8 * N_SIZES)
#define AT_EXCEPTIONS	(AT_PRODUCTS + PRODUCT_BYTES * N_PRODUCTS)
#define AT_BANS		(AT_EXCEPTIONS + EXCEPTION_BYTES * N_EXCEPTIONS)
#define AT_TEXT		(AT_BANS + BAN_BYTES * N_BANS)

/* Texts in order: "A" 0, "Corp" 2, "One" 7, "Two" 11, "Zeta" 15; 20 bytes. */
static const struct naive_product small_products[N_PRODUCTS] = {
	{ "Zeta", "One", "A", 1, NULL, 0, 0 },
	{ "Corp", "Two", "A", 2, "One", 1000, 2000 },
	{ "Corp", "One", "A", 2, NULL, 0, 5 },
};

static const struct naive_exception small_exceptions[N_EXCEPTIONS] = {
	{ NAIVE_FILE, { 0x80, 0 }, "A", "One", 3000 },
	{ 2, { 0 }, "A", "Two", 1 },
};

static const struct naive_ban small_bans[N_BANS] = {
	{ { 0x80, 1 }, 500, 0 },
	{ { 0x00, 7 }, 0, 1 },
	{ { 0xff, 9 }, 500, 2 },
	{ { 0x80, 0 }, UINT64_C(1) << 40, 1 },
};

static const struct naive_policy small_policy = {
	"small", 7, small_products, N_PRODUCTS, small_bans, N_BANS,
	small_exceptions, N_EXCEPTIONS, 2, 1
};

static enum debar_image_error check(const void *data, size_t length)
{
	struct debar_image image;

	keep_input("image", data, length);
	return debar_image_check(&image, data, length);
}

static bool may_ban_size(const struct debar_image *image, uint64_t size)
{
	static struct debar_sizes sizes;

	debar_sizes_init(&sizes, image);
	return debar_sizes_may_ban(&sizes, image, size);
}

static void test_round_trip(void **state)
{
	struct debar_image image;
	__u64 size = 0;
	size_t length;
	uint8_t *data = naive_image(&small_policy, &length);
	const struct debar_image_ban *ban;

	(void)state;
	assert_int_equal(length, AT_TEXT + 20);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
	assert_ptr_equal(image.header, data);
	assert_int_equal(image.n_sizes, N_SIZES);
	assert_int_equal(image.n_products, N_PRODUCTS);
	assert_int_equal(image.n_exceptions, N_EXCEPTIONS);
	assert_int_equal(image.n_bans, N_BANS);
	assert_int_equal(image.n_unsized, 1);
	assert_int_equal(le32_to_cpu(image.header->signers), 2);
	assert_int_equal(le32_to_cpu(image.header->flags), DEBAR_IMAGE_ALLOWS_LOCAL);
	assert_int_equal(le64_to_cpu(image.header->serial), 7);
	assert_string_equal(image.header->name, "small");
	assert_string_equal(image.text + le32_to_cpu(image.products[0].vendor), "Corp");
	assert_string_equal(image.text + le32_to_cpu(image.products[0].product), "One");
	assert_string_equal(image.text + le32_to_cpu(image.products[2].vendor), "Zeta");
	assert_string_equal(image.text + le32_to_cpu(image.products[2].authority), "A");
	assert_int_equal(le32_to_cpu(image.products[2].action), DEBAR_ACTION_OBSERVE);
	assert_int_equal(le32_to_cpu(image.products[0].release), DEBAR_IMAGE_NONE);
	assert_string_equal(image.text + le32_to_cpu(image.products[1].release), "One");
	assert_int_equal(le64_to_cpu(image.products[1].effective), 1000);
	assert_int_equal(le64_to_cpu(image.products[1].expires), 2000);

	ban = debar_image_find(&image, small_bans[3].sha256);
	assert_ptr_equal(ban, &image.bans[1]);
	assert_ptr_equal(debar_image_exception(&image, ban), &image.exceptions[1]);
	assert_int_equal(le64_to_cpu(image.exceptions[1].expires), 3000);
	assert_string_equal(image.text + le32_to_cpu(image.exceptions[1].reason), "One");
	ban = debar_image_find(&image, small_bans[2].sha256);
	assert_ptr_equal(debar_image_exception(&image, ban), &image.exceptions[0]);
	ban = debar_image_find(&image, small_bans[0].sha256);
	assert_null(debar_image_exception(&image, ban));
	ban = debar_image_find(&image, small_bans[3].sha256);
	assert_int_equal(debar_image_ban_product(ban), 1);
	assert_true(debar_image_ban_size(&image, ban, &size));
	assert_int_equal(size, UINT64_C(1) << 40);
	ban = debar_image_find(&image, small_bans[1].sha256);
	assert_ptr_equal(ban, &image.bans[0]);
	assert_false(debar_image_ban_size(&image, ban, &size));
	free(data);
}

/* No products, no bans, no text: a policy that bans nothing is one. */
static void test_empty(void **state)
{
	static const struct naive_policy empty = { .name = "e", .serial = UINT64_MAX };
	const uint8_t sha256[32] = { 0 };
	struct debar_image image;
	size_t length;
	uint8_t *data = naive_image(&empty, &length);

	(void)state;
	assert_int_equal(length, HEADER_BYTES);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
	assert_false(may_ban_size(&image, 0));
	assert_false(may_ban_size(&image, 1));
	assert_null(debar_image_find(&image, sha256));
	free(data);
}

/* Each in a buffer of its own length, so that ASan sees a read past it. */
static void test_truncated(void **state)
{
	size_t length, n;
	uint8_t *data = naive_image(&small_policy, &length);

	(void)state;
	for (n = 0; n < length; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, data, n);
		assert_int_equal(check(cut, n), n < HEADER_BYTES ? DEBAR_IMAGE_E_SHORT :
						DEBAR_IMAGE_E_LENGTH);
		if (n >= HEADER_BYTES) {	/* and with a header that agrees */
			put32(cut + AT_LENGTH, n);
			assert_int_equal(check(cut, n), DEBAR_IMAGE_E_LENGTH);
		}
		free(cut);
	}
	data = realloc(data, length + 1);
	data[length] = 0;
	assert_int_equal(check(data, length + 1), DEBAR_IMAGE_E_LENGTH);
	put32(data + AT_LENGTH, length + 1);
	assert_int_equal(check(data, length + 1), DEBAR_IMAGE_E_LENGTH);
	free(data);
}

struct corruption {
	const char *what;
	enum debar_image_error error;
	size_t at;
	size_t n;		/* bytes to put there */
	const char *bytes;
};

#define SIZE_INDEX(size, product) \
	(const char[4]) { (product), (size) << 4, 0, 0 }

static const struct corruption corruptions[] = {
	{ "magic", DEBAR_IMAGE_E_MAGIC, AT_MAGIC, 1, "d" },
	{ "last byte of magic", DEBAR_IMAGE_E_MAGIC, AT_MAGIC + 7, 1, "\0" },
	{ "version 0", DEBAR_IMAGE_E_VERSION, AT_VERSION, 1, "\0" },
	{ "version 1", DEBAR_IMAGE_E_VERSION, AT_VERSION, 1, "\1" },
	{ "version 3", DEBAR_IMAGE_E_VERSION, AT_VERSION, 1, "\3" },
	{ "big-endian version", DEBAR_IMAGE_E_VERSION, AT_VERSION, 4, "\0\0\0\1" },
	{ "length", DEBAR_IMAGE_E_LENGTH, AT_LENGTH, 1, "\0" },
	{ "length of 4 GiB", DEBAR_IMAGE_E_LENGTH, AT_LENGTH, 4, "\xff\xff\xff\xff" },
	{ "serial 0", DEBAR_IMAGE_E_SERIAL, AT_SERIAL, 1, "\0" },
	{ "no name", DEBAR_IMAGE_E_NAME, AT_NAME, 5, "\0\0\0\0\0" },
	{ "upper case", DEBAR_IMAGE_E_NAME, AT_NAME, 1, "S" },
	{ "begins with a dot", DEBAR_IMAGE_E_NAME, AT_NAME, 1, "." },
	{ "slash", DEBAR_IMAGE_E_NAME, AT_NAME + 1, 1, "/" },
	{ "bytes after the name", DEBAR_IMAGE_E_NAME, AT_NAME + 6, 1, "x" },
	{ "last byte of the name", DEBAR_IMAGE_E_NAME, AT_NAME + 63, 1, "x" },
	{ "no NUL in the name", DEBAR_IMAGE_E_NAME, AT_NAME, 64,
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "9 signers", DEBAR_IMAGE_E_SIGNERS, AT_SIGNERS, 1, "\x09" },
	{ "2^24 signers", DEBAR_IMAGE_E_SIGNERS, AT_SIGNERS + 3, 1, "\1" },
	{ "flag 2", DEBAR_IMAGE_E_FLAGS, AT_FLAGS, 1, "\2" },
	{ "last flag", DEBAR_IMAGE_E_FLAGS, AT_FLAGS + 3, 1, "\x80" },
	{ "reserved", DEBAR_IMAGE_E_RESERVED, AT_RESERVED, 1, "\1" },
	{ "reserved, high byte", DEBAR_IMAGE_E_RESERVED, AT_RESERVED + 7, 1, "\x80" },
	{ "1025 exceptions", DEBAR_IMAGE_E_COUNTS, AT_N_EXCEPTIONS, 4, "\1\4\0\0" },
	{ "1024 exceptions", DEBAR_IMAGE_E_LENGTH, AT_N_EXCEPTIONS, 4, "\0\4\0\0" },
	{ "2^20 sizes", DEBAR_IMAGE_E_COUNTS, AT_N_SIZES, 4, "\0\0\x10\0" },
	{ "2^20 - 1 sizes", DEBAR_IMAGE_E_LENGTH, AT_N_SIZES, 4, "\xff\xff\x0f\0" },
	{ "4097 products", DEBAR_IMAGE_E_COUNTS, AT_N_PRODUCTS, 4, "\1\x10\0\0" },
	{ "4096 products", DEBAR_IMAGE_E_LENGTH, AT_N_PRODUCTS, 4, "\0\x10\0\0" },
	{ "2^20 + 1 bans", DEBAR_IMAGE_E_COUNTS, AT_N_BANS, 4, "\1\0\x10\0" },
	{ "2^20 bans", DEBAR_IMAGE_E_LENGTH, AT_N_BANS, 4, "\0\0\x10\0" },
	{ "2^32 - 1 bans", DEBAR_IMAGE_E_COUNTS, AT_N_BANS, 4, "\xff\xff\xff\xff" },
	{ "text too long", DEBAR_IMAGE_E_COUNTS, AT_TEXT_LENGTH, 4, "\1\0\x48\0" },
	{ "longest text", DEBAR_IMAGE_E_LENGTH, AT_TEXT_LENGTH, 4, "\0\0\x48\0" },
	{ "text length", DEBAR_IMAGE_E_LENGTH, AT_TEXT_LENGTH, 1, "\x13" },
	{ "one ban less", DEBAR_IMAGE_E_LENGTH, AT_N_BANS, 1, "\3" },
	{ "unsized, too many", DEBAR_IMAGE_E_UNSIZED, AT_N_UNSIZED, 1, "\2" },
	{ "unsized, too few", DEBAR_IMAGE_E_UNSIZED, AT_N_UNSIZED, 1, "\0" },
	{ "sizes equal", DEBAR_IMAGE_E_SIZE_ORDER, AT_SIZES + 8, 8,
	  "\xf4\1\0\0\0\0\0\0" },
	{ "sizes descend", DEBAR_IMAGE_E_SIZE_ORDER, AT_SIZES + 8, 8,
	  "\xf3\1\0\0\0\0\0\0" },
	{ "text without NUL", DEBAR_IMAGE_E_TEXT, AT_TEXT + 19, 1, "x" },
	{ "vendor past the text", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS, 1, "\x14" },
	{ "vendor far past it", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS, 4,
	  "\xff\xff\xff\xff" },
	{ "product past the text", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS + 4, 1,
	  "\x14" },
	{ "release past the text", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS + 8, 4,
	  "\x14\0\0\0" },
	{ "authority past the text", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS + 12, 1,
	  "\x14" },
	{ "no authority", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS + 12, 4,
	  "\xff\xff\xff\xff" },
	{ "text inside another", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_PRODUCTS, 1, "\3" },
	{ "text at a NUL", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_TEXT + 2, 1, "\0" },
	{ "newline in a text", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_TEXT + 3, 1, "\n" },
	{ "bad UTF-8", DEBAR_IMAGE_E_PRODUCT_TEXT, AT_TEXT + 5, 1, "\xc3" },
	{ "action 0", DEBAR_IMAGE_E_PRODUCT_ACTION, AT_PRODUCTS + 16, 1, "\0" },
	{ "action 3", DEBAR_IMAGE_E_PRODUCT_ACTION, AT_PRODUCTS + 16, 1, "\3" },
	{ "action, high byte", DEBAR_IMAGE_E_PRODUCT_ACTION, AT_PRODUCTS + 19, 1,
	  "\x80" },
	{ "product's reserved", DEBAR_IMAGE_E_RESERVED, AT_PRODUCTS + 20, 1, "\1" },
	{ "expires as it begins", DEBAR_IMAGE_E_PRODUCT_TIME,
	  AT_PRODUCTS + PRODUCT_BYTES + 32, 2, "\xe8\3" },
	{ "products equal", DEBAR_IMAGE_E_PRODUCT_ORDER, AT_PRODUCTS + PRODUCT_BYTES + 4, 8,
	  "\7\0\0\0\xff\xff\xff\xff" },
	{ "releases equal", DEBAR_IMAGE_E_PRODUCT_ORDER, AT_PRODUCTS + 4, 8,
	  "\x0b\0\0\0\x07\0\0\0" },
	{ "releases descend", DEBAR_IMAGE_E_PRODUCT_ORDER, AT_PRODUCTS + 4, 8,
	  "\x0b\0\0\0\x0f\0\0\0" },
	{ "exception of product 3", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS, 1, "\3" },
	{ "exception without approver", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS + 4, 4,
	  "\xff\xff\xff\xff" },
	{ "exception with a bad reason", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS + 8, 1, "\1" },
	{ "exception's reserved", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS + 12, 1, "\1" },
	{ "exception without end", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS + 16, 1, "\0" },
	{ "exception of product and file", DEBAR_IMAGE_E_EXCEPTION, AT_EXCEPTIONS + 24, 1,
	  "\1" },
	{ "exceptions descend", DEBAR_IMAGE_E_EXCEPTION_ORDER, AT_EXCEPTIONS, 25,
	  "\xff\xff\xff\xff" "\0\0\0\0" "\x0b\0\0\0" "\0\0\0\0"
	  "\1\0\0\0\0\0\0\0" "\x81" },
	{ "products descend", DEBAR_IMAGE_E_PRODUCT_ORDER, AT_PRODUCTS + 4, 1, "\xf" },
	{ "vendors descend", DEBAR_IMAGE_E_PRODUCT_ORDER, AT_PRODUCTS, 1, "\xf" },
	{ "digests equal", DEBAR_IMAGE_E_BAN_DUPLICATE, AT_BANS + BAN_BYTES, 32,
	  "\0\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
	{ "digests descend", DEBAR_IMAGE_E_BAN_ORDER, AT_BANS, 1, "\x81" },
	{ "last digests descend", DEBAR_IMAGE_E_BAN_ORDER, AT_BANS + 3 * BAN_BYTES, 1,
	  "\x7f" },
	{ "ban of product 3", DEBAR_IMAGE_E_BAN_PRODUCT, AT_BANS + BAN_BYTES + 32, 4,
	  SIZE_INDEX(0, 3) },
	{ "ban of product 255", DEBAR_IMAGE_E_BAN_PRODUCT, AT_BANS + 32, 1, "\xff" },
	{ "ban of size 2", DEBAR_IMAGE_E_BAN_SIZE, AT_BANS + BAN_BYTES + 32, 4,
	  SIZE_INDEX(2, 0) },
	{ "ban of the last size", DEBAR_IMAGE_E_BAN_SIZE, AT_BANS + BAN_BYTES + 32, 4,
	  "\0\xe0\xff\xff" },
	{ "ban loses its size", DEBAR_IMAGE_E_UNSIZED, AT_BANS + BAN_BYTES + 32, 4,
	  "\0\xf0\xff\xff" },
};

static void test_corrupted(void **state)
{
	bool seen[__DEBAR_IMAGE_E_LAST] = { [DEBAR_IMAGE_OK] = true };
	size_t length, i;
	uint8_t *good = naive_image(&small_policy, &length);
	uint8_t *bad = malloc(length);

	(void)state;
	for (i = 0; i < sizeof(corruptions) / sizeof(corruptions[0]); i++) {
		const struct corruption *c = &corruptions[i];
		enum debar_image_error error;

		memcpy(bad, good, length);
		memcpy(bad + c->at, c->bytes, c->n);
		error = check(bad, length);
		if (error != c->error)
			fail_msg("%s: %s", c->what, debar_image_error_text(error));
		seen[error] = true;
	}
	assert_int_equal(check(good, 0), DEBAR_IMAGE_E_SHORT);
	seen[DEBAR_IMAGE_E_SHORT] = true;
	/* Refused before anything behind the header is read. */
	assert_int_equal(check(good, DEBAR_IMAGE_MAX + 1), DEBAR_IMAGE_E_LARGE);
	seen[DEBAR_IMAGE_E_LARGE] = true;
	for (i = 0; i < __DEBAR_IMAGE_E_LAST; i++)
		if (!seen[i])
			fail_msg("no case for: %s", debar_image_error_text(i));
	free(bad);
	free(good);
}

/*
 * Flip each bit. In the header only serial, name, signers and flags may have another valid value;
 * nowhere may a wrong image make lookups run astray.
 */
static void test_bit_flips(void **state)
{
	size_t length, bit;
	uint8_t *data = naive_image(&small_policy, &length);

	(void)state;
	for (bit = 0; bit < 8 * length; bit++) {
		size_t at = bit / 8;
		struct debar_image image;
		size_t i;

		data[at] ^= 1 << bit % 8;
		if (debar_image_check(&image, data, length) == DEBAR_IMAGE_OK) {
			assert_true(at >= AT_SERIAL);
			assert_true(at < AT_N_SIZES || at == AT_SIGNERS ||
				    at == AT_FLAGS || at >= HEADER_BYTES);
			for (i = 0; i < N_BANS; i++) {
				const struct debar_image_ban *ban =
					debar_image_find(&image, small_bans[i].sha256);

				if (ban)
					debar_image_exception(&image, ban);
				may_ban_size(&image, small_bans[i].size);
			}
		}
		data[at] ^= 1 << bit % 8;
	}
	assert_int_equal(check(data, length), DEBAR_IMAGE_OK);
	free(data);
}

static void test_refused_image_is_left_alone(void **state)
{
	struct debar_image image, before;
	size_t length;
	uint8_t *data = naive_image(&small_policy, &length);

	(void)state;
	memset(&image, 0xa5, sizeof(image));
	before = image;
	put32(data + AT_N_UNSIZED, 3);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_E_UNSIZED);
	assert_memory_equal(&image, &before, sizeof(image));
	free(data);
}

/* Digests and sizes that lie close together, so that near misses are common. */
static void make_ban(struct naive_ban *ban, uint64_t *seed, size_t n_products)
{
	uint32_t r = next_random(seed);

	memset(ban, 0, sizeof(*ban));
	ban->sha256[0] = r % 3;
	ban->sha256[15] = r / 3 % 7 * 40;
	ban->sha256[31] = next_random(seed) % 8;
	ban->size = 1 + next_random(seed) % 40;
	if (next_random(seed) % 4 == 0)
		ban->size <<= 35;
	ban->product = next_random(seed) % n_products;
}

static bool has_digest(const struct naive_ban *bans, size_t n, const uint8_t *sha256)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (memcmp(bans[i].sha256, sha256, 32) == 0)
			return true;
	return false;
}

static const struct naive_ban *naive_find(const struct naive_policy *policy,
					  const uint8_t *sha256)
{
	size_t i;

	for (i = 0; i < policy->n_bans; i++)
		if (memcmp(policy->bans[i].sha256, sha256, 32) == 0)
			return &policy->bans[i];
	return NULL;
}

static bool naive_may_ban_size(const struct naive_policy *policy, uint64_t size)
{
	size_t i;

	for (i = 0; i < policy->n_bans; i++)
		if (policy->bans[i].size == 0 || policy->bans[i].size == size)
			return true;
	return false;
}

static void compare_lookups(const struct naive_policy *policy,
			    const struct debar_image *image, uint64_t *seed)
{
	struct naive_ban probe;
	unsigned int i;

	for (i = 0; i < 200; i++) {
		const struct debar_image_ban *found;
		const struct naive_ban *expected;
		__u64 size = 0;

		make_ban(&probe, seed, 1);
		assert_int_equal(may_ban_size(image, probe.size),
				 naive_may_ban_size(policy, probe.size));
		found = debar_image_find(image, probe.sha256);
		expected = naive_find(policy, probe.sha256);
		assert_int_equal(!!found, !!expected);
		if (!found)
			continue;
		assert_memory_equal(found->sha256, expected->sha256, 32);
		assert_int_equal(debar_image_ban_product(found),
				 naive_rank(policy, expected->product));
		assert_int_equal(debar_image_ban_size(image, found, &size),
				 expected->size != 0);
		assert_int_equal(size, expected->size);
	}
}

static void test_random_images(void **state)
{
	struct naive_ban bans[64];
	uint64_t seed = 20170913;
	unsigned int round;

	(void)state;
	for (round = 0; round < 300; round++) {
		struct naive_policy policy = small_policy;
		struct debar_image image;
		size_t length, n = next_random(&seed) % 65;
		bool unsized = next_random(&seed) % 3 == 0;
		uint8_t *data;

		policy.bans = bans;
		policy.n_bans = 0;
		while (policy.n_bans < n) {
			make_ban(&bans[policy.n_bans], &seed, N_PRODUCTS);
			if (unsized && policy.n_bans == n / 2)
				bans[n / 2].size = 0;
			if (!has_digest(bans, policy.n_bans, bans[policy.n_bans].sha256))
				policy.n_bans++;
		}
		data = naive_image(&policy, &length);
		assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
		compare_lookups(&policy, &image, &seed);
		free(data);
	}
}

static void test_size_filter_edges(void **state)
{
	static const struct naive_ban ban = { { 1 }, UINT64_MAX, 0 };
	struct naive_policy policy = small_policy;
	struct debar_image image;
	size_t length;
	uint8_t *data;

	(void)state;
	policy.bans = &ban;
	policy.n_bans = 1;
	data = naive_image(&policy, &length);
	assert_int_equal(debar_image_check(&image, data, length), DEBAR_IMAGE_OK);
	assert_true(may_ban_size(&image, UINT64_MAX));
	assert_false(may_ban_size(&image, UINT64_MAX - 1));
	assert_false(may_ban_size(&image, 0));
	free(data);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		size_t length;
		bool valid;
	} cases[] = {
		{ "a", 1, true }, { "0", 1, true }, { "a.b_c-d9", 8, true },
		{ "", 0, false }, { "-a", 2, false }, { "_a", 2, false },
		{ ".", 1, false }, { "..", 2, false }, { "A", 1, false },
		{ "a b", 3, false }, { "a/b", 3, false }, { "a\0b", 3, false },
		{ "a\n", 2, false }, { "\xc3\xa4", 2, false }, { "a@", 2, false },
		{ "a`", 2, false }, { "a{", 2, false }, { "a:", 2, false },
	};
	char long_name[DEBAR_NAME_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(debar_image_name_valid(cases[i].name, cases[i].length),
				 cases[i].valid);
	memset(long_name, 'x', sizeof(long_name));
	assert_true(debar_image_name_valid(long_name, DEBAR_NAME_MAX));
	assert_false(debar_image_name_valid(long_name, DEBAR_NAME_MAX + 1));
}

/* Is code point @c, written in @n bytes, what a text may have? */
static bool naive_character_valid(uint32_t c, size_t n)
{
	size_t shortest = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	return n == shortest && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) &&
	       c >= 0x20 && !(c >= 0x7f && c <= 0x9f);
}

/* Every code point in every length that could hold it, overlong ones too. */
static void test_text_characters(void **state)
{
	uint32_t c;

	(void)state;
	for (c = 0; c < 0x200000; c++) {
		char two[] = { 0xc0 | c >> 6, 0x80 | (c & 0x3f) };
		char three[] = { 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f),
				 0x80 | (c & 0x3f) };
		char four[] = { 0xf0 | c >> 18, 0x80 | (c >> 12 & 0x3f),
				0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f) };
		char one = c;

		if (c < 0x80)
			assert_int_equal(debar_image_text_valid(&one, 1),
					 naive_character_valid(c, 1));
		if (c < 0x800)
			assert_int_equal(debar_image_text_valid(two, 2),
					 naive_character_valid(c, 2));
		if (c < 0x10000)
			assert_int_equal(debar_image_text_valid(three, 3),
					 naive_character_valid(c, 3));
		assert_int_equal(debar_image_text_valid(four, 4),
				 naive_character_valid(c, 4));
	}
}

static void test_text_bytes(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool valid;
	} cases[] = {
		{ "a", 1, true }, { " ~", 2, true }, { "\xe4\xbe\x8b", 3, true },
		{ "", 0, false }, { "a\tb", 3, false }, { "a\0", 2, false },
		{ "\x80", 1, false }, { "\xbf", 1, false }, { "\xff", 1, false },
		{ "\xfe", 1, false }, { "\xc3", 1, false }, { "\xe4\xbe", 2, false },
		{ "\xf0\x9f\x98", 3, false }, { "\xc3(", 2, false },
		{ "\xe4(\x8b", 3, false }, { "\xe4\xbe(", 3, false },
		{ "\xf0\x9f\x98(", 4, false }, { "\xf8\x88\x80\x80\x80", 5, false },
		{ "a\xc3\xa4" "b\xe4\xbe\x8b", 7, true },
	};
	char long_text[DEBAR_TEXT_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* In a buffer of its length, so that ASan sees a read past it. */
		char *text = malloc(cases[i].length + !cases[i].length);

		memcpy(text, cases[i].text, cases[i].length);
		assert_int_equal(debar_image_text_valid(text, cases[i].length),
				 cases[i].valid);
		free(text);
	}
	memset(long_text, 'x', sizeof(long_text));
	assert_true(debar_image_text_valid(long_text, DEBAR_TEXT_MAX));
	assert_false(debar_image_text_valid(long_text, DEBAR_TEXT_MAX + 1));
}

/* A text of 255 bytes fits in an image, one of 256 does not. */
static void test_longest_text(void **state)
{
	struct naive_product product = {
		.vendor = "V", .product = "P", .authority = "A", .action = 2
	};
	struct naive_policy policy = {
		.name = "p", .serial = 1, .products = &product, .n_products = 1
	};
	char text[DEBAR_TEXT_MAX + 2];
	size_t length;
	uint8_t *data;

	(void)state;
	memset(text, 'x', sizeof(text));
	product.product = text;
	text[DEBAR_TEXT_MAX] = '\0';
	data = naive_image(&policy, &length);
	assert_int_equal(check(data, length), DEBAR_IMAGE_OK);
	free(data);
	text[DEBAR_TEXT_MAX] = 'x';
	text[DEBAR_TEXT_MAX + 1] = '\0';
	data = naive_image(&policy, &length);
	assert_int_equal(check(data, length), DEBAR_IMAGE_E_PRODUCT_TEXT);
	free(data);
}

static void test_error_texts(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < __DEBAR_IMAGE_E_LAST; i++) {
		assert_non_null(debar_image_error_text(i));
		for (j = 0; j < i; j++)
			assert_string_not_equal(debar_image_error_text(i),
						debar_image_error_text(j));
	}
	assert_string_equal(debar_image_error_text(__DEBAR_IMAGE_E_LAST),
			    "unknown image error");
	assert_string_equal(debar_image_error_text(-1), "unknown image error");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_corrupted),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_refused_image_is_left_alone),
		cmocka_unit_test(test_random_images),
		cmocka_unit_test(test_size_filter_edges),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_text_characters),
		cmocka_unit_test(test_text_bytes),
		cmocka_unit_test(test_longest_text),
		cmocka_unit_test(test_error_texts),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
