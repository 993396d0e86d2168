// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image and its signatures in one file.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"

/* All numbers are little-endian. */
struct header {
	char magic[8];
	__le32 version;
	__le32 image_length;	/* bytes */
	__le32 n_signatures;
	__le32 reserved;	/* 0 */
};

static_assert(sizeof(struct header) == BUNDLE_HEADER, "header layout");
static_assert(BUNDLE_HEADER % 8 == 0, "the image behind it is aligned");

/* Signatures need not be aligned. */
static uint32_t get_u32(const char *at)
{
	__le32 number;

	memcpy(&number, at, sizeof(number));
	return le32_to_cpu(number);
}

static char *put_u32(char *at, uint32_t number)
{
	__le32 little = cpu_to_le32(number);

	memcpy(at, &little, sizeof(little));
	return at + sizeof(little);
}

static const char *check_header(const struct header *header, size_t length)
{
	if (length < sizeof(*header))
		return "bundle is shorter than its header";
	if (memcmp(header->magic, BUNDLE_MAGIC, sizeof(header->magic)) != 0)
		return "not a Debar bundle (wrong magic)";
	if (le32_to_cpu(header->version) != BUNDLE_VERSION)
		return "bundle has a format version that is not supported";
	if (header->reserved != 0)
		return "bundle has a reserved field that is not 0";
	if (le32_to_cpu(header->n_signatures) > DEBAR_SIGNATURES_MAX)
		return "bundle has more signatures than there can be";
	if (le32_to_cpu(header->image_length) > length - sizeof(*header))
		return "bundle ends within its image";
	return NULL;
}

const char *bundle_read(struct bundle *ret_bundle, const void *data, size_t length)
{
	const struct header *header = data;
	const char *at = data, *end = at + length, *why;
	struct bundle b = { 0 };
	size_t i;

	why = check_header(header, length);
	if (why)
		return why;
	at += sizeof(*header);
	b.image = at;
	b.length = le32_to_cpu(header->image_length);
	at += b.length;
	b.n_signatures = le32_to_cpu(header->n_signatures);
	for (i = 0; i < b.n_signatures; i++) {
		struct debar_signature *signature = &b.signatures[i];

		if ((size_t)(end - at) < sizeof(__le32))
			return "bundle ends within its signatures";
		signature->length = get_u32(at);
		at += sizeof(__le32);
		if (signature->length == 0 || signature->length > DEBAR_CHUNK_MAX)
			return "bundle has a signature of a length that none can have";
		if ((size_t)(end - at) < signature->length)
			return "bundle ends within its signatures";
		signature->data = at;
		at += signature->length;
	}
	if (at != end)
		return "bundle has bytes behind its last signature";
	*ret_bundle = b;
	return NULL;
}

static bool is_within_limits(const struct bundle *bundle)
{
	size_t i;

	for (i = 0; i < bundle->n_signatures && i < DEBAR_SIGNATURES_MAX; i++)
		if (bundle->signatures[i].length == 0 ||
		    bundle->signatures[i].length > DEBAR_CHUNK_MAX)
			return false;
	return bundle->n_signatures <= DEBAR_SIGNATURES_MAX &&
	       bundle->length <= DEBAR_IMAGE_MAX;
}

int bundle_write(const struct bundle *bundle, void **ret_data, size_t *ret_length)
{
	size_t length = sizeof(struct header) + bundle->length, i;
	struct header header = {
		.version = cpu_to_le32(BUNDLE_VERSION),
		.image_length = cpu_to_le32(bundle->length),
		.n_signatures = cpu_to_le32(bundle->n_signatures),
	};
	char *data, *at;

	if (!is_within_limits(bundle))
		return -EINVAL;
	for (i = 0; i < bundle->n_signatures; i++)
		length += sizeof(__le32) + bundle->signatures[i].length;
	data = malloc(length);
	if (!data)
		return -ENOMEM;
	memcpy(header.magic, BUNDLE_MAGIC, sizeof(header.magic));
	at = mempcpy(data, &header, sizeof(header));
	at = mempcpy(at, bundle->image, bundle->length);
	for (i = 0; i < bundle->n_signatures; i++) {
		const struct debar_signature *signature = &bundle->signatures[i];

		at = put_u32(at, signature->length);
		at = mempcpy(at, signature->data, signature->length);
	}
	*ret_data = data;
	*ret_length = length;
	return 0;
}
