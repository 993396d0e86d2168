// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy made up from the input, written by tests/unit's naive writer, and asked
 * for digests, sizes and exceptions: the answers are those of loops over the list.
 */
#include "fuzz.h"
#include "image.h"
#include "../unit/image_builder.h"
#include "sizes.h"

#define PRODUCTS_MAX	4
#define BANS_MAX	24
#define EXCEPTIONS_MAX	6
#define QUESTIONS	16

struct made {
	struct naive_product products[PRODUCTS_MAX];
	struct naive_ban bans[BANS_MAX];
	struct naive_exception exceptions[EXCEPTIONS_MAX];
	struct naive_policy policy;
};

/* Digests that share beginnings, so that all bytes decide. */
static void make_digest(struct fuzz_choices *choices, uint8_t sha256[32])
{
	memset(sha256, fuzz_byte(choices), 32);
	sha256[fuzz_byte(choices) % 32] = fuzz_byte(choices);
}

/* 1 to 2^63 and a bit, near powers of two; 0: unknown. */
static uint64_t make_size(struct fuzz_choices *choices)
{
	uint8_t shift = fuzz_byte(choices);

	return shift % 8 == 7 ? 0 : (UINT64_C(1) << shift % 64) + fuzz_byte(choices);
}

static const struct naive_ban *find(const struct made *made, const uint8_t sha256[32])
{
	size_t i;

	for (i = 0; i < made->policy.n_bans; i++)
		if (memcmp(made->bans[i].sha256, sha256, 32) == 0)
			return &made->bans[i];
	return NULL;
}

static const struct naive_exception *find_exception(const struct made *made,
						    uint32_t product, const uint8_t *sha256)
{
	const struct naive_exception *e;
	size_t i;

	for (i = 0; i < made->policy.n_exceptions; i++) {
		e = &made->exceptions[i];
		if (e->product == product &&
		    (product != NAIVE_FILE || memcmp(e->sha256, sha256, 32) == 0))
			return e;
	}
	return NULL;
}

static void make_bans(struct fuzz_choices *choices, struct made *made)
{
	size_t n = fuzz_byte(choices) % (BANS_MAX + 1), i;

	for (i = 0; i < n && made->policy.n_products; i++) {
		struct naive_ban *ban = &made->bans[made->policy.n_bans];

		make_digest(choices, ban->sha256);
		ban->size = make_size(choices);
		ban->product = fuzz_byte(choices) % made->policy.n_products;
		if (!find(made, ban->sha256))
			made->policy.n_bans++;
	}
}

static void make_exceptions(struct fuzz_choices *choices, struct made *made)
{
	size_t n = fuzz_byte(choices) % (EXCEPTIONS_MAX + 1), i;

	for (i = 0; i < n && made->policy.n_products; i++) {
		struct naive_exception *e = &made->exceptions[made->policy.n_exceptions];
		uint8_t of = fuzz_byte(choices);

		*e = (struct naive_exception){ .product = NAIVE_FILE, .approver = "a",
					       .reason = "r" };
		if (of % 2)
			e->product = of / 2 % made->policy.n_products;
		else
			make_digest(choices, e->sha256);
		e->expires = 1 + fuzz_byte(choices);
		if (!find_exception(made, e->product, e->sha256))
			made->policy.n_exceptions++;
	}
}

static void make(struct fuzz_choices *choices, struct made *made)
{
	static const struct naive_product all[PRODUCTS_MAX] = {
		{ "V", "Q", "A", 2, "1", 0, 0 }, { "V", "P", "A", 1, NULL, 0, 0 },
		{ "U", "P", "B", 2, NULL, 5, 9 }, { "V", "Q", "A", 2, NULL, 0, 0 },
	};

	memset(made, 0, sizeof(*made));
	memcpy(made->products, all, sizeof(all));
	made->policy = (struct naive_policy){
		.name = "made", .serial = 1, .products = made->products,
		.n_products = fuzz_byte(choices) % (PRODUCTS_MAX + 1), .bans = made->bans,
		.exceptions = made->exceptions,
	};
	make_bans(choices, made);
	make_exceptions(choices, made);
}

static void ask_exception(const struct made *made, const struct naive_ban *ban,
			  const struct debar_image *image,
			  const struct debar_image_ban *found)
{
	const struct naive_exception *of_file, *of_product;
	const struct debar_image_exception *e = debar_image_exception(image, found);
	uint64_t expires = 0;

	of_file = find_exception(made, NAIVE_FILE, ban->sha256);
	of_product = find_exception(made, ban->product, NULL);
	if (of_file)
		expires = of_file->expires;
	if (of_product && of_product->expires > expires)
		expires = of_product->expires;
	fuzz_require((e ? le64_to_cpu(e->expires) : 0) == expires);
}

static void ask(const struct made *made, const struct debar_image *image,
		const uint8_t sha256[32])
{
	const struct debar_image_ban *found = debar_image_find(image, sha256);
	const struct naive_ban *ban = find(made, sha256);
	__u64 size = 0;

	fuzz_require(!found == !ban);
	if (!ban)
		return;
	fuzz_require(memcmp(found->sha256, sha256, 32) == 0);
	fuzz_require(debar_image_ban_product(found) == naive_rank(&made->policy, ban->product));
	fuzz_require(debar_image_ban_size(image, found, &size) == (ban->size != 0));
	fuzz_require(size == ban->size);
	ask_exception(made, ban, image, found);
}

static void ask_size(const struct made *made, const struct debar_image *image,
		     const struct debar_sizes *sizes, uint64_t size)
{
	bool may = false;
	size_t i;

	for (i = 0; i < made->policy.n_bans; i++)
		may |= made->bans[i].size == 0 || made->bans[i].size == size;
	fuzz_require(debar_sizes_may_ban(sizes, image, size) == may);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_choices choices = { data, size };
	static struct debar_sizes sizes;
	struct debar_image image;
	uint8_t sha256[32], *bytes;
	struct made made;
	size_t length, i;

	make(&choices, &made);
	bytes = naive_image(&made.policy, &length);
	fuzz_require(debar_image_check(&image, bytes, length) == DEBAR_IMAGE_OK);
	debar_sizes_init(&sizes, &image);
	for (i = 0; i < made.policy.n_bans; i++)
		ask(&made, &image, made.bans[i].sha256);
	for (i = 0; i < QUESTIONS && choices.size; i++) {
		make_digest(&choices, sha256);
		ask(&made, &image, sha256);
		ask_size(&made, &image, &sizes, make_size(&choices));
	}
	free(bytes);
	return 0;
}
