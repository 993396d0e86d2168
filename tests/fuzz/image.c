// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as an image: what passes the check is what policy/FORMAT.md says, seen a
 * second time without the checker's code, and every ban of it is found.
 */
#include "fuzz.h"
#include "image.h"
#include "sizes.h"

static void check_text(const struct debar_image *image, __le32 offset, bool optional)
{
	size_t text_length = le32_to_cpu(image->header->text_length);
	size_t at = le32_to_cpu(offset), length;

	if (optional && at == DEBAR_IMAGE_NONE)
		return;
	fuzz_require(at < text_length);
	length = strnlen(image->text + at, text_length - at);
	fuzz_require(length > 0 && length <= DEBAR_TEXT_MAX && at + length < text_length);
}

static void check_products(const struct debar_image *image)
{
	size_t i;

	for (i = 0; i < image->n_products; i++) {
		const struct debar_image_product *p = &image->products[i];

		check_text(image, p->vendor, false);
		check_text(image, p->product, false);
		check_text(image, p->authority, false);
		check_text(image, p->release, true);
	}
}

static void check_exceptions(const struct debar_image *image)
{
	size_t i;

	for (i = 0; i < image->n_exceptions; i++) {
		const struct debar_image_exception *e = &image->exceptions[i];

		check_text(image, e->approver, false);
		check_text(image, e->reason, false);
		fuzz_require(le32_to_cpu(e->product) == DEBAR_IMAGE_NONE ||
			     le32_to_cpu(e->product) < image->n_products);
		fuzz_require(e->expires != 0);
	}
}

static void check_bans(const struct debar_image *image)
{
	static struct debar_sizes sizes;
	size_t i, unsized = 0;

	debar_sizes_init(&sizes, image);
	for (i = 0; i < image->n_bans; i++) {
		const struct debar_image_ban *ban = &image->bans[i];
		const struct debar_image_exception *e;
		__u64 size;

		fuzz_require(debar_image_find(image, ban->sha256) == ban);
		fuzz_require(debar_image_ban_product(ban) < image->n_products);
		if (!debar_image_ban_size(image, ban, &size))
			unsized++;
		else
			fuzz_require(debar_sizes_may_ban(&sizes, image, size));
		e = debar_image_exception(image, ban);
		fuzz_require(!e || (e >= image->exceptions &&
				    e < image->exceptions + image->n_exceptions));
	}
	fuzz_require(unsized == image->n_unsized);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct debar_image image = { 0 };
	enum debar_image_error error = debar_image_check(&image, data, size);

	fuzz_require(*debar_image_error_text(error));
	if (error != DEBAR_IMAGE_OK) {
		fuzz_require(!image.header);
		return 0;
	}
	fuzz_require(image.header == (const void *)data);
	check_products(&image);
	check_exceptions(&image);
	check_bans(&image);
	return 0;
}
