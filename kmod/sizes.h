/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The size filter: almost no file is as long as any that is banned, and is let
 * through for that. Asked for every exec and every executable mapping.
 *
 * Pure: compiled into the kernel module and into userspace.
 */
#ifndef DEBAR_SIZES_H
#define DEBAR_SIZES_H

#include "image.h"
#include "image_port.h"

/* 32 for each power of two, so that few sizes share one. */
#define DEBAR_SIZE_BUCKETS 1920

/**
 * struct debar_sizes - index of the sizes of an image
 * @first: for each bucket, the first of the image's sizes that is not below it;
 *	the last one is the number of sizes
 */
struct debar_sizes {
	__u32 first[DEBAR_SIZE_BUCKETS + 1];
};

/* Grows with @size, bytes. */
static __always_inline __u32 debar_sizes_bucket(__u64 size)
{
	__u32 shift = 58 - __builtin_clzll(size | 63);

	return shift * 32 + (__u32)(size >> shift);
}

/**
 * debar_sizes_init() - make the index
 * @sizes: filled in
 * @image: a checked image
 *
 * Goes through all sizes once; in the kernel it may sleep.
 */
void debar_sizes_init(struct debar_sizes *sizes, const struct debar_image *image);

/**
 * debar_sizes_may_ban() - can a file this long be banned?
 * @sizes: of @image
 * @image: a checked image
 * @size: bytes
 *
 * Return: true if a ban has exactly this size, or one has none.
 */
static __always_inline bool debar_sizes_may_ban(const struct debar_sizes *sizes,
						const struct debar_image *image,
						__u64 size)
{
	__u32 bucket = debar_sizes_bucket(size);
	__u32 low = sizes->first[bucket], high = sizes->first[bucket + 1];

	if (image->n_unsized > 0)
		return true;
	while (low < high) {
		__u32 middle = low + (high - low) / 2;
		__u64 at = le64_to_cpu(image->sizes[middle]);

		if (at < size)
			low = middle + 1;
		else if (at > size)
			high = middle;
		else
			return true;
	}
	return false;
}

#endif
