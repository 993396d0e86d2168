/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second, naive writer of policy images, so that the compiler's and the checker's
 * idea of the format are tested against something that shares no code with them.
 * Written from policy/FORMAT.md: offsets are numbers, loops are quadratic.
 */
#ifndef DEBAR_TEST_IMAGE_BUILDER_H
#define DEBAR_TEST_IMAGE_BUILDER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Where the header's fields are. */
#define AT_MAGIC	0
#define AT_VERSION	8
#define AT_LENGTH	12
#define AT_SERIAL	16
#define AT_NAME		24
#define AT_N_SIZES	88
#define AT_N_PRODUCTS	92
#define AT_N_BANS	96
#define AT_N_UNSIZED	100
#define AT_TEXT_LENGTH	104
#define AT_RESERVED	108
#define HEADER_BYTES	112
#define PRODUCT_BYTES	16
#define BAN_BYTES	36

struct naive_product {
	const char *vendor;
	const char *product;
	const char *authority;
	uint32_t action;	/* 1 observe, 2 deny */
};

struct naive_ban {
	uint8_t sha256[32];
	uint64_t size;		/* 0: unknown */
	uint32_t product;	/* index into the policy's products */
};

struct naive_policy {
	const char *name;
	uint64_t serial;
	const struct naive_product *products;
	size_t n_products;
	const struct naive_ban *bans;
	size_t n_bans;
};

static inline void put32(uint8_t *at, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = value >> 8 * i;
}

static inline void put64(uint8_t *at, uint64_t value)
{
	put32(at, value);
	put32(at + 4, value >> 32);
}

static inline uint32_t get32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline int naive_product_before(const struct naive_product *a,
				       const struct naive_product *b)
{
	int order = strcmp(a->vendor, b->vendor);

	return (order ? order : strcmp(a->product, b->product)) < 0;
}

/* How many products stand before product @p: its index in the image. */
static inline uint32_t naive_rank(const struct naive_policy *policy, size_t p)
{
	uint32_t rank = 0;
	size_t i;

	for (i = 0; i < policy->n_products; i++)
		rank += naive_product_before(&policy->products[i], &policy->products[p]);
	return rank;
}

static inline void naive_add_text(const char **texts, size_t *n, const char *text)
{
	size_t i = 0, j;

	while (i < *n && strcmp(texts[i], text) < 0)
		i++;
	if (i < *n && strcmp(texts[i], text) == 0)
		return;
	for (j = (*n)++; j > i; j--)
		texts[j] = texts[j - 1];
	texts[i] = text;
}

static inline uint32_t naive_text_offset(const char **texts, const char *text)
{
	uint32_t offset = 0;

	for (; strcmp(*texts, text) != 0; texts++)
		offset += strlen(*texts) + 1;
	return offset;
}

/*
 * The image of a policy without duplicates; free it with free(). Aborts without
 * memory: tests have it.
 */
static inline uint8_t *naive_image(const struct naive_policy *policy, size_t *ret_length)
{
	const char **texts = calloc(3 * policy->n_products + 1, sizeof(*texts));
	uint64_t *sizes = calloc(policy->n_bans + 1, sizeof(*sizes));
	size_t n_texts = 0, n_sizes = 0, n_unsized = 0, text_length = 0, length;
	size_t i, j, k;
	uint8_t *image, *at;

	if (!texts || !sizes)
		abort();
	for (i = 0; i < policy->n_products; i++) {
		naive_add_text(texts, &n_texts, policy->products[i].vendor);
		naive_add_text(texts, &n_texts, policy->products[i].product);
		naive_add_text(texts, &n_texts, policy->products[i].authority);
	}
	for (i = 0; i < n_texts; i++)
		text_length += strlen(texts[i]) + 1;
	for (i = 0; i < policy->n_bans; i++) {
		uint64_t size = policy->bans[i].size;

		if (size == 0) {
			n_unsized++;
			continue;
		}
		for (j = 0; j < n_sizes && sizes[j] < size; j++)
			;
		if (j < n_sizes && sizes[j] == size)
			continue;
		for (k = n_sizes++; k > j; k--)
			sizes[k] = sizes[k - 1];
		sizes[j] = size;
	}

	length = HEADER_BYTES + 8 * n_sizes + PRODUCT_BYTES * policy->n_products +
		 BAN_BYTES * policy->n_bans + text_length;
	image = calloc(1, length);
	if (!image)
		abort();
	memcpy(image + AT_MAGIC, "DEBARIMG", 8);
	put32(image + AT_VERSION, 1);
	put32(image + AT_LENGTH, length);
	put64(image + AT_SERIAL, policy->serial);
	memcpy(image + AT_NAME, policy->name, strlen(policy->name));
	put32(image + AT_N_SIZES, n_sizes);
	put32(image + AT_N_PRODUCTS, policy->n_products);
	put32(image + AT_N_BANS, policy->n_bans);
	put32(image + AT_N_UNSIZED, n_unsized);
	put32(image + AT_TEXT_LENGTH, text_length);

	at = image + HEADER_BYTES;
	for (i = 0; i < n_sizes; i++, at += 8)
		put64(at, sizes[i]);
	for (i = 0; i < policy->n_products; i++) {
		const struct naive_product *p = &policy->products[i];
		uint8_t *out = at + PRODUCT_BYTES * naive_rank(policy, i);

		put32(out, naive_text_offset(texts, p->vendor));
		put32(out + 4, naive_text_offset(texts, p->product));
		put32(out + 8, naive_text_offset(texts, p->authority));
		put32(out + 12, p->action);
	}
	at += PRODUCT_BYTES * policy->n_products;
	for (i = 0; i < policy->n_bans; i++) {
		const struct naive_ban *ban = &policy->bans[i];
		uint32_t size = 0xfffff;
		size_t rank = 0;

		for (j = 0; j < policy->n_bans; j++)
			rank += memcmp(policy->bans[j].sha256, ban->sha256, 32) < 0;
		for (j = 0; j < n_sizes; j++)
			if (sizes[j] == ban->size)
				size = j;
		memcpy(at + BAN_BYTES * rank, ban->sha256, 32);
		put32(at + BAN_BYTES * rank + 32,
		      size << 12 | naive_rank(policy, ban->product));
	}
	at += BAN_BYTES * policy->n_bans;
	for (i = 0; i < n_texts; i++) {
		memcpy(at, texts[i], strlen(texts[i]) + 1);
		at += strlen(texts[i]) + 1;
	}
	free(texts);
	free(sizes);
	*ret_length = length;
	return image;
}

/* The same numbers in every run. */
static inline uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

#endif
