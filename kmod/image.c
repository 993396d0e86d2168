// SPDX-License-Identifier: GPL-2.0
/*
 * Check a policy image and look things up in it. Pure code: see image.h.
 */
#include "image.h"

static const char *const error_text[] = {
	[DEBAR_IMAGE_OK] = "the image is valid",
	[DEBAR_IMAGE_E_SHORT] = "image is shorter than its header",
	[DEBAR_IMAGE_E_LARGE] = "image is larger than the format allows",
	[DEBAR_IMAGE_E_MAGIC] = "not a Debar policy image (wrong magic)",
	[DEBAR_IMAGE_E_VERSION] = "image has a format version that is not supported",
	[DEBAR_IMAGE_E_LENGTH] = "image length differs from what its header says",
	[DEBAR_IMAGE_E_SERIAL] = "image serial is 0",
	[DEBAR_IMAGE_E_NAME] = "image has an invalid policy name",
	[DEBAR_IMAGE_E_SIGNERS] = "image asks for more signers than there can be",
	[DEBAR_IMAGE_E_FLAGS] = "image has an unknown flag",
	[DEBAR_IMAGE_E_RESERVED] = "image has a reserved field that is not 0",
	[DEBAR_IMAGE_E_COUNTS] = "image has counts beyond the limits of the format",
	[DEBAR_IMAGE_E_SIZE_ORDER] = "image sizes are not in ascending order",
	[DEBAR_IMAGE_E_TEXT] = "image text does not end with NUL",
	[DEBAR_IMAGE_E_PRODUCT_TEXT] = "image has a product with an invalid text",
	[DEBAR_IMAGE_E_PRODUCT_ACTION] = "image has a product with an unknown action",
	[DEBAR_IMAGE_E_PRODUCT_TIME] = "image has a product that expires before it is effective",
	[DEBAR_IMAGE_E_PRODUCT_ORDER] = "image products are not in ascending order",
	[DEBAR_IMAGE_E_EXCEPTION] = "image has an invalid exception",
	[DEBAR_IMAGE_E_EXCEPTION_ORDER] = "image exceptions are not in ascending order",
	[DEBAR_IMAGE_E_BAN_ORDER] = "image bans are not in ascending order of digest",
	[DEBAR_IMAGE_E_BAN_DUPLICATE] = "image bans the same digest twice",
	[DEBAR_IMAGE_E_BAN_PRODUCT] = "image has a ban of a product that is not there",
	[DEBAR_IMAGE_E_BAN_SIZE] = "image has a ban of a size that is not there",
	[DEBAR_IMAGE_E_UNSIZED] = "image counts its bans without size wrongly",
};

static_assert(ARRAY_SIZE(error_text) == __DEBAR_IMAGE_E_LAST, "an error without a text");
static_assert(DEBAR_IMAGE_PRODUCTS_MAX == 1u << DEBAR_IMAGE_PRODUCT_BITS, "index layout");
static_assert(DEBAR_IMAGE_UNSIZED == ~0u >> DEBAR_IMAGE_PRODUCT_BITS, "index layout");
static_assert(sizeof(struct debar_image_header) == 128, "header layout");
static_assert(sizeof(struct debar_image_product) == 40, "product layout");
static_assert(sizeof(struct debar_image_exception) == 56, "exception layout");
static_assert(sizeof(struct debar_image_ban) == 36, "ban layout");

const char *debar_image_error_text(enum debar_image_error error)
{
	if ((unsigned int)error >= __DEBAR_IMAGE_E_LAST)
		return "unknown image error";
	return error_text[error];
}

bool debar_image_name_valid(const char *name, size_t length)
{
	size_t i;

	if (length < 1 || length > DEBAR_NAME_MAX)
		return false;
	for (i = 0; i < length; i++) {
		char c = name[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			continue;
		if (i > 0 && (c == '.' || c == '_' || c == '-'))
			continue;
		return false;
	}
	return true;
}

/*
 * Length in bytes of the well-formed UTF-8 sequence at @s that is no control
 * character, 0 if there is none (Unicode 15, table 3-7).
 */
static size_t utf8_printable(const __u8 *s, size_t length)
{
	__u8 low = 0x80, high = 0xbf;
	size_t n, i;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (length < n)
		return 0;
	switch (s[0]) {
	case 0xc2:	/* C1 controls */
		low = 0xa0;
		break;
	case 0xe0:	/* overlong */
		low = 0xa0;
		break;
	case 0xed:	/* surrogates */
		high = 0x9f;
		break;
	case 0xf0:	/* overlong */
		low = 0x90;
		break;
	case 0xf4:	/* beyond U+10FFFF */
		high = 0x8f;
		break;
	}
	if (s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

bool debar_image_text_valid(const char *text, size_t length)
{
	const __u8 *s = (const __u8 *)text;
	size_t i, n;

	if (length < 1 || length > DEBAR_TEXT_MAX)
		return false;
	for (i = 0; i < length; i += n) {
		n = utf8_printable(s + i, length - i);
		if (n == 0)
			return false;
	}
	return true;
}

/* The name must be followed by nothing but NUL: one name, one image. */
static bool name_field_valid(const char name[DEBAR_NAME_MAX + 1])
{
	size_t length = strnlen(name, DEBAR_NAME_MAX + 1);
	size_t i;

	for (i = length; i < DEBAR_NAME_MAX + 1; i++)
		if (name[i] != '\0')
			return false;
	return debar_image_name_valid(name, length);
}

/* A text starts at 0 or behind a NUL, so that each byte belongs to one string. */
static bool text_at_valid(const struct debar_image *image, __u32 text_length,
			  __u32 offset)
{
	const char *s = image->text + offset;
	__u32 left;

	if (offset >= text_length)
		return false;
	if (offset > 0 && s[-1] != '\0')
		return false;
	left = text_length - offset;
	if (left > DEBAR_TEXT_MAX + 1)
		left = DEBAR_TEXT_MAX + 1;
	return debar_image_text_valid(s, strnlen(s, left));
}

static enum debar_image_error check_sizes(const struct debar_image *image)
{
	__u32 i;

	for (i = 1; i < image->n_sizes; i++) {
		if (le64_to_cpu(image->sizes[i - 1]) >= le64_to_cpu(image->sizes[i]))
			return DEBAR_IMAGE_E_SIZE_ORDER;
		if (i % DEBAR_IMAGE_YIELD_EVERY == 0)
			debar_image_yield();
	}
	return DEBAR_IMAGE_OK;
}

/* Strings of the text part by their offsets; no release comes before all others. */
static int compare_texts(const struct debar_image *image, __le32 a, __le32 b)
{
	if (a == b)
		return 0;
	if (le32_to_cpu(a) == DEBAR_IMAGE_NONE)
		return -1;
	if (le32_to_cpu(b) == DEBAR_IMAGE_NONE)
		return 1;
	return strcmp(image->text + le32_to_cpu(a), image->text + le32_to_cpu(b));
}

static int compare_products(const struct debar_image *image,
			    const struct debar_image_product *a,
			    const struct debar_image_product *b)
{
	int order = compare_texts(image, a->vendor, b->vendor);

	if (order == 0)
		order = compare_texts(image, a->product, b->product);
	if (order == 0)
		order = compare_texts(image, a->release, b->release);
	return order;
}

static enum debar_image_error check_products(const struct debar_image *image,
					     __u32 text_length)
{
	__u32 i;

	if (text_length > 0 && image->text[text_length - 1] != '\0')
		return DEBAR_IMAGE_E_TEXT;
	for (i = 0; i < image->n_products; i++) {
		const struct debar_image_product *p = &image->products[i];
		__u32 action = le32_to_cpu(p->action);
		__u32 release = le32_to_cpu(p->release);
		__u64 expires = le64_to_cpu(p->expires);

		if (!text_at_valid(image, text_length, le32_to_cpu(p->vendor)) ||
		    !text_at_valid(image, text_length, le32_to_cpu(p->product)) ||
		    !text_at_valid(image, text_length, le32_to_cpu(p->authority)) ||
		    (release != DEBAR_IMAGE_NONE &&
		     !text_at_valid(image, text_length, release)))
			return DEBAR_IMAGE_E_PRODUCT_TEXT;
		if (action < DEBAR_ACTION_OBSERVE || action >= __DEBAR_ACTION_LAST)
			return DEBAR_IMAGE_E_PRODUCT_ACTION;
		if (p->reserved != 0)
			return DEBAR_IMAGE_E_RESERVED;
		if (expires != 0 && expires <= le64_to_cpu(p->effective))
			return DEBAR_IMAGE_E_PRODUCT_TIME;
		if (i > 0 && compare_products(image, p - 1, p) >= 0)
			return DEBAR_IMAGE_E_PRODUCT_ORDER;
	}
	return DEBAR_IMAGE_OK;
}

static bool exception_valid(const struct debar_image *image, __u32 text_length,
			    const struct debar_image_exception *e)
{
	static const __u8 none[DEBAR_SHA256_SIZE];
	__u32 product = le32_to_cpu(e->product);

	if (product != DEBAR_IMAGE_NONE &&
	    (product >= image->n_products || memcmp(e->sha256, none, sizeof(none)) != 0))
		return false;
	return text_at_valid(image, text_length, le32_to_cpu(e->approver)) &&
	       text_at_valid(image, text_length, le32_to_cpu(e->reason)) &&
	       e->reserved == 0 && e->expires != 0;
}

static int compare_exceptions(__u32 product, const __u8 sha256[DEBAR_SHA256_SIZE],
			      const struct debar_image_exception *e)
{
	if (product != le32_to_cpu(e->product))
		return product < le32_to_cpu(e->product) ? -1 : 1;
	return memcmp(sha256, e->sha256, DEBAR_SHA256_SIZE);
}

static enum debar_image_error check_exceptions(const struct debar_image *image,
					       __u32 text_length)
{
	__u32 i;

	for (i = 0; i < image->n_exceptions; i++) {
		const struct debar_image_exception *e = &image->exceptions[i];

		if (!exception_valid(image, text_length, e))
			return DEBAR_IMAGE_E_EXCEPTION;
		if (i > 0 && compare_exceptions(le32_to_cpu(e[-1].product),
						e[-1].sha256, e) >= 0)
			return DEBAR_IMAGE_E_EXCEPTION_ORDER;
	}
	return DEBAR_IMAGE_OK;
}

static enum debar_image_error check_bans(const struct debar_image *image)
{
	__u32 unsized_seen = 0;
	__u32 i;

	for (i = 0; i < image->n_bans; i++) {
		const struct debar_image_ban *ban = &image->bans[i];
		__u32 size = le32_to_cpu(ban->index) >> DEBAR_IMAGE_PRODUCT_BITS;

		if (debar_image_ban_product(ban) >= image->n_products)
			return DEBAR_IMAGE_E_BAN_PRODUCT;
		if (size == DEBAR_IMAGE_UNSIZED)
			unsized_seen++;
		else if (size >= image->n_sizes)
			return DEBAR_IMAGE_E_BAN_SIZE;
		if (i > 0) {
			int order = memcmp(ban[-1].sha256, ban->sha256,
					   DEBAR_SHA256_SIZE);

			if (order == 0)
				return DEBAR_IMAGE_E_BAN_DUPLICATE;
			if (order > 0)
				return DEBAR_IMAGE_E_BAN_ORDER;
		}
		if (i % DEBAR_IMAGE_YIELD_EVERY == 0)
			debar_image_yield();
	}
	if (unsized_seen != image->n_unsized)
		return DEBAR_IMAGE_E_UNSIZED;
	return DEBAR_IMAGE_OK;
}

enum debar_image_error debar_image_check(struct debar_image *image,
					 const void *data, size_t length)
{
	const struct debar_image_header *h = data;
	enum debar_image_error error;
	struct debar_image im;
	__u32 text_length;
	const char *at;
	__u64 sum;

	if (length < sizeof(*h))
		return DEBAR_IMAGE_E_SHORT;
	if (memcmp(h->magic, DEBAR_IMAGE_MAGIC, sizeof(h->magic)) != 0)
		return DEBAR_IMAGE_E_MAGIC;
	if (le32_to_cpu(h->version) != DEBAR_IMAGE_VERSION)
		return DEBAR_IMAGE_E_VERSION;
	if (length > DEBAR_IMAGE_MAX)
		return DEBAR_IMAGE_E_LARGE;
	if (le32_to_cpu(h->length) != length)
		return DEBAR_IMAGE_E_LENGTH;
	if (le64_to_cpu(h->serial) == 0)
		return DEBAR_IMAGE_E_SERIAL;
	if (!name_field_valid(h->name))
		return DEBAR_IMAGE_E_NAME;
	if (le32_to_cpu(h->signers) > DEBAR_IMAGE_SIGNERS_MAX)
		return DEBAR_IMAGE_E_SIGNERS;
	if (le32_to_cpu(h->flags) & ~DEBAR_IMAGE_FLAGS)
		return DEBAR_IMAGE_E_FLAGS;
	if (h->reserved != 0)
		return DEBAR_IMAGE_E_RESERVED;

	text_length = le32_to_cpu(h->text_length);
	im.n_sizes = le32_to_cpu(h->n_sizes);
	im.n_products = le32_to_cpu(h->n_products);
	im.n_exceptions = le32_to_cpu(h->n_exceptions);
	im.n_bans = le32_to_cpu(h->n_bans);
	im.n_unsized = le32_to_cpu(h->n_unsized);
	if (im.n_sizes > DEBAR_IMAGE_SIZES_MAX ||
	    im.n_products > DEBAR_IMAGE_PRODUCTS_MAX ||
	    im.n_exceptions > DEBAR_IMAGE_EXCEPTIONS_MAX ||
	    im.n_bans > DEBAR_IMAGE_BANS_MAX ||
	    text_length > DEBAR_IMAGE_TEXT_MAX)
		return DEBAR_IMAGE_E_COUNTS;
	/* Within those limits the sum cannot wrap. */
	sum = sizeof(*h) + (__u64)im.n_sizes * sizeof(__le64) +
	      (__u64)im.n_products * sizeof(struct debar_image_product) +
	      (__u64)im.n_exceptions * sizeof(struct debar_image_exception) +
	      (__u64)im.n_bans * sizeof(struct debar_image_ban) + text_length;
	if (sum != length)
		return DEBAR_IMAGE_E_LENGTH;

	at = (const char *)data + sizeof(*h);
	im.header = h;
	im.sizes = (const __le64 *)at;
	at += (size_t)im.n_sizes * sizeof(__le64);
	im.products = (const struct debar_image_product *)at;
	at += (size_t)im.n_products * sizeof(struct debar_image_product);
	im.exceptions = (const struct debar_image_exception *)at;
	at += (size_t)im.n_exceptions * sizeof(struct debar_image_exception);
	im.bans = (const struct debar_image_ban *)at;
	at += (size_t)im.n_bans * sizeof(struct debar_image_ban);
	im.text = at;

	error = check_sizes(&im);
	if (error == DEBAR_IMAGE_OK)
		error = check_products(&im, text_length);
	if (error == DEBAR_IMAGE_OK)
		error = check_exceptions(&im, text_length);
	if (error == DEBAR_IMAGE_OK)
		error = check_bans(&im);
	if (error == DEBAR_IMAGE_OK)
		*image = im;
	return error;
}

const struct debar_image_ban *
debar_image_find(const struct debar_image *image,
		 const __u8 sha256[DEBAR_SHA256_SIZE])
{
	__u32 low = 0, high = image->n_bans;

	while (low < high) {
		__u32 middle = low + (high - low) / 2;
		const struct debar_image_ban *ban = &image->bans[middle];
		int order = memcmp(ban->sha256, sha256, DEBAR_SHA256_SIZE);

		if (order == 0)
			return ban;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const struct debar_image_exception *
find_exception(const struct debar_image *image, __u32 product,
	       const __u8 sha256[DEBAR_SHA256_SIZE])
{
	__u32 low = 0, high = image->n_exceptions;

	while (low < high) {
		__u32 middle = low + (high - low) / 2;
		const struct debar_image_exception *e = &image->exceptions[middle];
		int order = compare_exceptions(product, sha256, e);

		if (order == 0)
			return e;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct debar_image_exception *
debar_image_exception(const struct debar_image *image,
		      const struct debar_image_ban *ban)
{
	static const __u8 none[DEBAR_SHA256_SIZE];
	const struct debar_image_exception *of_file, *of_product;

	of_file = find_exception(image, DEBAR_IMAGE_NONE, ban->sha256);
	of_product = find_exception(image, debar_image_ban_product(ban), none);
	if (of_file && of_product)
		return le64_to_cpu(of_product->expires) > le64_to_cpu(of_file->expires) ?
			of_product : of_file;
	return of_file ?: of_product;
}
