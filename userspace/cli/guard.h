/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guard: would a policy deny what this machine cannot live without?
 */
#ifndef DEBAR_GUARD_H
#define DEBAR_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

/* Different files that are looked at: a desktop has 4,000, a host of containers more. */
#define GUARD_FILES_MAX	65536u
/* Things that are listed as not looked at. More are counted. */
#define GUARD_GAPS_MAX	1000u
/* Bytes of a file that is hashed: no program comes near. */
#define GUARD_BYTES_MAX	(UINT64_C(8) << 30)

/* A file that is needed and would be denied. */
struct guard_hit {
	char *path;		/* any bytes */
	char *why;		/* it is needed; any bytes */
	size_t image;		/* which one denies it, index */
	const struct debar_image_product *product;	/* in that image */
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t from;		/* seconds since 1970; 0: now */
	uint64_t excepted;	/* until then an exception lets it run; 0: none does */
};

/* Something that could not be looked at. */
struct guard_gap {
	char *path;		/* any bytes */
	char *why;		/* any bytes */
	int err;		/* positive errno */
};

struct guard_result {
	struct guard_hit *hits;
	size_t n_hits;
	struct guard_gap *gaps;
	size_t n_gaps;
	size_t n_dropped;	/* gaps beyond GUARD_GAPS_MAX */
};

struct guard_input {
	const char *root;	/* see struct guard_visitor */
	const char *proc;
	const struct debar_image *images;	/* checked */
	size_t n_images;
	size_t max_files;	/* to look at, e.g. GUARD_FILES_MAX */
	uint64_t now;		/* seconds since 1970 */
	/* Called often, with the bytes that were hashed; what is not 0 ends it. */
	int (*progress)(uint64_t done, void *data);
	void *data;		/* for progress */
};

/**
 * guard_check() - find what is needed and would be denied
 * @input: where to look, and for what
 * @ret_result: overwritten; free with guard_free(), whatever is returned. A file
 *	that several images deny is a hit of each
 *
 * A ban counts if it denies, now or from some day on. Reads only files of a size
 * that is banned, or all if a ban has no size.
 *
 * Return: 0; -ENOMEM; what progress returned.
 */
int guard_check(const struct guard_input *input, struct guard_result *ret_result);

/** guard_free() - free what the result holds and empty it. */
void guard_free(struct guard_result *result);

#endif
