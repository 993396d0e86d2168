// SPDX-License-Identifier: GPL-2.0
/*
 * The index behind the size filter.
 */
#include "sizes.h"

void debar_sizes_init(struct debar_sizes *sizes, const struct debar_image *image)
{
	__u32 bucket, i = 0;

	for (bucket = 0; bucket < DEBAR_SIZE_BUCKETS; bucket++) {
		while (i < image->n_sizes &&
		       debar_sizes_bucket(le64_to_cpu(image->sizes[i])) < bucket)
			if (++i % DEBAR_IMAGE_YIELD_EVERY == 0)
				debar_image_yield();
		sizes->first[bucket] = i;
	}
	sizes->first[bucket] = image->n_sizes;
}
