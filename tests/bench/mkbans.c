// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a policy image with many sized bans, each of another size, none of them
 * the size of a file in the guest: the compiler's hash lists have no sizes.
 *
 * mkbans IMAGE NAME BANS DIRECTORY
 *	DIRECTORY holds all files that may run in the guest
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image.h"

#define AVOID_MAX 4096

static __u64 avoided[AVOID_MAX];
static size_t n_avoided;

static int avoid(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	if (n_avoided == AVOID_MAX)
		return 1;
	avoided[n_avoided++] = st->st_size;
	return 0;
}

static bool is_avoided(__u64 size)
{
	size_t i;

	for (i = 0; i < n_avoided; i++)
		if (avoided[i] == size)
			return true;
	return false;
}

/* Spread over the sizes that programs have, so that looking one up goes deep. */
static void make_sizes(__le64 *sizes, __u32 n)
{
	__u64 size = 1000, step = 8000000 / n;
	__u32 i;

	for (i = 0; i < n; i++) {
		while (is_avoided(size))
			size++;
		sizes[i] = cpu_to_le64(size);
		size += step;
	}
}

/* Ascending, and spread like digests. */
static void make_bans(struct debar_image_ban *bans, __u32 n)
{
	__u64 state = 1;
	__u32 i;
	int j;

	for (i = 0; i < n; i++) {
		__u32 high = i * (0xffffffffu / n);

		for (j = 0; j < 4; j++)
			bans[i].sha256[j] = high >> (24 - 8 * j);
		for (; j < DEBAR_SHA256_SIZE; j++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			bans[i].sha256[j] = state >> 56;
		}
		bans[i].index = cpu_to_le32((i * 7919ull % n) << DEBAR_IMAGE_PRODUCT_BITS);
	}
}

int main(int argc, char **argv)
{
	static const char text[] = "Acme\0Widget\0BENCH-1";
	struct debar_image_header *header;
	struct debar_image_product *product;
	enum debar_image_error error;
	struct debar_image image;
	size_t length;
	__le64 *sizes;
	FILE *out;
	__u32 n;

	if (argc != 5) {
		fprintf(stderr, "usage: mkbans IMAGE NAME BANS DIRECTORY\n");
		return 2;
	}
	n = strtoul(argv[3], NULL, 10);
	if (n < 1 || n > DEBAR_IMAGE_SIZES_MAX || nftw(argv[4], avoid, 16, FTW_PHYS)) {
		fprintf(stderr, "mkbans: too many bans or files\n");
		return 2;
	}
	length = sizeof(*header) + n * (sizeof(*sizes) + sizeof(struct debar_image_ban)) +
		 sizeof(*product) + sizeof(text);
	header = calloc(1, length);
	if (!header) {
		fprintf(stderr, "mkbans: no memory\n");
		return 1;
	}
	memcpy(header->magic, DEBAR_IMAGE_MAGIC, sizeof(header->magic));
	header->version = cpu_to_le32(DEBAR_IMAGE_VERSION);
	header->length = cpu_to_le32(length);
	header->serial = cpu_to_le64(1);
	strncpy(header->name, argv[2], DEBAR_NAME_MAX);
	header->n_sizes = cpu_to_le32(n);
	header->n_products = cpu_to_le32(1);
	header->n_bans = cpu_to_le32(n);
	header->text_length = cpu_to_le32(sizeof(text));
	sizes = (__le64 *)(header + 1);
	make_sizes(sizes, n);
	product = (struct debar_image_product *)(sizes + n);
	product->product = cpu_to_le32(sizeof("Acme"));
	product->authority = cpu_to_le32(sizeof("Acme\0Widget"));
	product->action = cpu_to_le32(DEBAR_ACTION_DENY);
	make_bans((struct debar_image_ban *)(product + 1), n);
	memcpy((struct debar_image_ban *)(product + 1) + n, text, sizeof(text));

	error = debar_image_check(&image, header, length);
	if (error != DEBAR_IMAGE_OK) {
		fprintf(stderr, "mkbans: %s\n", debar_image_error_text(error));
		return 1;
	}
	out = fopen(argv[1], "w");
	if (!out || fwrite(header, 1, length, out) != length || fclose(out)) {
		fprintf(stderr, "mkbans: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
