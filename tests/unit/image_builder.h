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
#define AT_N_EXCEPTIONS	104
#define AT_TEXT_LENGTH	108
#define AT_SIGNERS	112
#define AT_FLAGS	116
#define AT_RESERVED	120
#define HEADER_BYTES	128
#define PRODUCT_BYTES	40
#define EXCEPTION_BYTES	56
#define BAN_BYTES	36

struct naive_product {
	const char *vendor;
	const char *product;
	const char *authority;
	uint32_t action;	/* 1 observe, 2 deny */
	const char *release;	/* NULL: none */
	uint64_t effective;
	uint64_t expires;
};

/* One of each file or product at most. */
struct naive_exception {
	uint32_t product;	/* index into the policy's products; NAIVE_FILE: of a file */
	uint8_t sha256[32];	/* of that file */
	const char *approver;
	const char *reason;
	uint64_t expires;
};

#define NAIVE_FILE 0xffffffff

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
	const struct naive_exception *exceptions;
	size_t n_exceptions;
	uint32_t signers;
	uint32_t flags;
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

	if (!order)
		order = strcmp(a->product, b->product);
	if (!order)
		order = strcmp(a->release ? a->release : "", b->release ? b->release : "");
	return order < 0;
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

/* How many exceptions stand before exception @e. */
static inline uint32_t naive_exception_rank(const struct naive_policy *policy, size_t e)
{
	const struct naive_exception *x = &policy->exceptions[e];
	uint32_t rank = 0;
	size_t i;

	for (i = 0; i < policy->n_exceptions; i++) {
		const struct naive_exception *y = &policy->exceptions[i];

		if (x->product == NAIVE_FILE)
			rank += y->product != NAIVE_FILE || memcmp(y->sha256, x->sha256, 32) < 0;
		else if (y->product != NAIVE_FILE)
			rank += naive_rank(policy, y->product) < naive_rank(policy, x->product);
	}
	return rank;
}

static inline void naive_add_text(const char **texts, size_t *n, const char *text)
{
	size_t i = 0, j;

	if (!text)
		return;
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

	if (!text)
		return 0xffffffff;
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
	const char **texts = calloc(4 * policy->n_products + 2 * policy->n_exceptions + 1,
				    sizeof(*texts));
	uint64_t *sizes = calloc(policy->n_bans + 1, sizeof(*sizes));
	size_t n_texts = 0, n_sizes = 0, n_unsized = 0, text_length = 0, length;
	size_t i, j, k;
	uint8_t *image, *at;

	if (!texts || !sizes)
		abort();
	for (i = 0; i < policy->n_products; i++) {
		naive_add_text(texts, &n_texts, policy->products[i].vendor);
		naive_add_text(texts, &n_texts, policy->products[i].product);
		naive_add_text(texts, &n_texts, policy->products[i].release);
		naive_add_text(texts, &n_texts, policy->products[i].authority);
	}
	for (i = 0; i < policy->n_exceptions; i++) {
		naive_add_text(texts, &n_texts, policy->exceptions[i].approver);
		naive_add_text(texts, &n_texts, policy->exceptions[i].reason);
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
		 EXCEPTION_BYTES * policy->n_exceptions + BAN_BYTES * policy->n_bans + text_length;
	image = calloc(1, length);
	if (!image)
		abort();
	memcpy(image + AT_MAGIC, "DEBARIMG", 8);
	put32(image + AT_VERSION, 2);
	put32(image + AT_LENGTH, length);
	put64(image + AT_SERIAL, policy->serial);
	memcpy(image + AT_NAME, policy->name, strlen(policy->name));
	put32(image + AT_N_SIZES, n_sizes);
	put32(image + AT_N_PRODUCTS, policy->n_products);
	put32(image + AT_N_BANS, policy->n_bans);
	put32(image + AT_N_UNSIZED, n_unsized);
	put32(image + AT_N_EXCEPTIONS, policy->n_exceptions);
	put32(image + AT_TEXT_LENGTH, text_length);
	put32(image + AT_SIGNERS, policy->signers);
	put32(image + AT_FLAGS, policy->flags);

	at = image + HEADER_BYTES;
	for (i = 0; i < n_sizes; i++, at += 8)
		put64(at, sizes[i]);
	for (i = 0; i < policy->n_products; i++) {
		const struct naive_product *p = &policy->products[i];
		uint8_t *out = at + PRODUCT_BYTES * naive_rank(policy, i);

		put32(out, naive_text_offset(texts, p->vendor));
		put32(out + 4, naive_text_offset(texts, p->product));
		put32(out + 8, naive_text_offset(texts, p->release));
		put32(out + 12, naive_text_offset(texts, p->authority));
		put32(out + 16, p->action);
		put64(out + 24, p->effective);
		put64(out + 32, p->expires);
	}
	at += PRODUCT_BYTES * policy->n_products;
	for (i = 0; i < policy->n_exceptions; i++) {
		const struct naive_exception *e = &policy->exceptions[i];
		uint8_t *out = at + EXCEPTION_BYTES * naive_exception_rank(policy, i);

		put32(out, e->product == NAIVE_FILE ? NAIVE_FILE : naive_rank(policy, e->product));
		put32(out + 4, naive_text_offset(texts, e->approver));
		put32(out + 8, naive_text_offset(texts, e->reason));
		put64(out + 16, e->expires);
		if (e->product == NAIVE_FILE)
			memcpy(out + 24, e->sha256, 32);
	}
	at += EXCEPTION_BYTES * policy->n_exceptions;
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
