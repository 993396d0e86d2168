/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy image: the canonical binary form of a policy, checked once and then
 * used in place. policy/FORMAT.md describes it for people.
 *
 * Pure code, compiled into the module and into userspace: no allocation, no
 * lock, no I/O.
 */
#ifndef DEBAR_IMAGE_H
#define DEBAR_IMAGE_H

#include "image_port.h"
#include "uapi/debar.h"

#define DEBAR_IMAGE_MAGIC	"DEBARIMG"	/* 8 bytes, without NUL */
#define DEBAR_IMAGE_VERSION	2

/*
 * A ban names its product and its size by index, packed in 32 bits, so that a
 * ban and its size take at most 44 bytes.
 */
#define DEBAR_IMAGE_PRODUCT_BITS	12
#define DEBAR_IMAGE_PRODUCTS_MAX	4096u
#define DEBAR_IMAGE_UNSIZED		0xfffffu
#define DEBAR_IMAGE_SIZES_MAX		DEBAR_IMAGE_UNSIZED
#define DEBAR_IMAGE_BANS_MAX		1048576u
#define DEBAR_IMAGE_EXCEPTIONS_MAX	1024u
/* The longest texts of all products and exceptions, each with its NUL. */
#define DEBAR_IMAGE_TEXT_MAX \
	((4 * DEBAR_IMAGE_PRODUCTS_MAX + 2 * DEBAR_IMAGE_EXCEPTIONS_MAX) * \
	 (DEBAR_TEXT_MAX + 1))
/* In place of an offset or an index: there is none. */
#define DEBAR_IMAGE_NONE		0xffffffffu
/* Different signers that a policy can ask for. */
#define DEBAR_IMAGE_SIGNERS_MAX		8u

/* Where a signed policy says so, one of the name "local" may be unsigned. */
#define DEBAR_IMAGE_ALLOWS_LOCAL	1u
#define DEBAR_IMAGE_FLAGS		DEBAR_IMAGE_ALLOWS_LOCAL

/*
 * The whole image: header, sizes, products, exceptions, bans, text, in this order
 * with nothing between or after. All numbers are little-endian, all instants in
 * seconds since 1970, UTC.
 */
struct debar_image_header {
	__u8	magic[8];
	__le32	version;
	__le32	length;		/* bytes of the whole image */
	__le64	serial;		/* 1 or more */
	char	name[DEBAR_NAME_MAX + 1];	/* filled up with NUL */
	__le32	n_sizes;
	__le32	n_products;
	__le32	n_bans;
	__le32	n_unsized;	/* bans without a size */
	__le32	n_exceptions;
	__le32	text_length;	/* bytes */
	__le32	signers;	/* different ones that have to sign it */
	__le32	flags;		/* DEBAR_IMAGE_FLAGS */
	__le64	reserved;	/* 0 */
};

/*
 * A product, or one release of it, in strictly ascending order of (vendor,
 * product, release), compared as bytes; no release comes first.
 */
struct debar_image_product {
	__le32	vendor;		/* offset into text of a string of 1 to */
	__le32	product;	/* DEBAR_TEXT_MAX bytes of UTF-8 without */
	__le32	release;	/* control characters, ended by NUL; or, of */
	__le32	authority;	/* a release, DEBAR_IMAGE_NONE */
	__le32	action;		/* enum debar_action */
	__le32	reserved;	/* 0 */
	__le64	effective;	/* until then it is observed; 0: at once */
	__le64	expires;	/* from then on it is not banned; 0: never */
};

/*
 * Something that may run in spite of its ban, until it expires: a product, or a
 * file. In strictly ascending order of (product, sha256).
 */
struct debar_image_exception {
	__le32	product;	/* index; DEBAR_IMAGE_NONE: of a file */
	__le32	approver;	/* texts as above */
	__le32	reason;
	__le32	reserved;	/* 0 */
	__le64	expires;	/* 1 or more */
	__u8	sha256[DEBAR_SHA256_SIZE];	/* 0 where it is of a product */
};

/* In strictly ascending order of sha256, compared as bytes. */
struct debar_image_ban {
	__u8	sha256[DEBAR_SHA256_SIZE];
	__le32	index;		/* size << DEBAR_IMAGE_PRODUCT_BITS | product */
};

#define DEBAR_IMAGE_MAX \
	(sizeof(struct debar_image_header) + \
	 sizeof(__le64) * DEBAR_IMAGE_SIZES_MAX + \
	 sizeof(struct debar_image_product) * DEBAR_IMAGE_PRODUCTS_MAX + \
	 sizeof(struct debar_image_exception) * DEBAR_IMAGE_EXCEPTIONS_MAX + \
	 sizeof(struct debar_image_ban) * DEBAR_IMAGE_BANS_MAX + \
	 DEBAR_IMAGE_TEXT_MAX)

/**
 * struct debar_image - a checked image
 * @header: the start of the image; the caller owns that memory
 * @sizes: banned file sizes in bytes, strictly ascending
 * @products: see struct debar_image_product
 * @exceptions: see struct debar_image_exception
 * @bans: see struct debar_image_ban
 * @text: strings that products and exceptions refer to
 * @n_sizes: entries of @sizes
 * @n_products: entries of @products
 * @n_exceptions: entries of @exceptions
 * @n_bans: entries of @bans
 * @n_unsized: entries of @bans whose size is unknown
 *
 * Valid as long as the memory is and nobody writes to it.
 */
struct debar_image {
	const struct debar_image_header *header;
	const __le64 *sizes;
	const struct debar_image_product *products;
	const struct debar_image_exception *exceptions;
	const struct debar_image_ban *bans;
	const char *text;
	__u32 n_sizes;
	__u32 n_products;
	__u32 n_exceptions;
	__u32 n_bans;
	__u32 n_unsized;
};

enum debar_image_error {
	DEBAR_IMAGE_OK,
	DEBAR_IMAGE_E_SHORT,
	DEBAR_IMAGE_E_LARGE,
	DEBAR_IMAGE_E_MAGIC,
	DEBAR_IMAGE_E_VERSION,
	DEBAR_IMAGE_E_LENGTH,
	DEBAR_IMAGE_E_SERIAL,
	DEBAR_IMAGE_E_NAME,
	DEBAR_IMAGE_E_SIGNERS,
	DEBAR_IMAGE_E_FLAGS,
	DEBAR_IMAGE_E_RESERVED,
	DEBAR_IMAGE_E_COUNTS,
	DEBAR_IMAGE_E_SIZE_ORDER,
	DEBAR_IMAGE_E_TEXT,
	DEBAR_IMAGE_E_PRODUCT_TEXT,
	DEBAR_IMAGE_E_PRODUCT_ACTION,
	DEBAR_IMAGE_E_PRODUCT_TIME,
	DEBAR_IMAGE_E_PRODUCT_ORDER,
	DEBAR_IMAGE_E_EXCEPTION,
	DEBAR_IMAGE_E_EXCEPTION_ORDER,
	DEBAR_IMAGE_E_BAN_ORDER,
	DEBAR_IMAGE_E_BAN_DUPLICATE,
	DEBAR_IMAGE_E_BAN_PRODUCT,
	DEBAR_IMAGE_E_BAN_SIZE,
	DEBAR_IMAGE_E_UNSIZED,
	__DEBAR_IMAGE_E_LAST,
};

/**
 * debar_image_check() - check an image and find its parts
 * @image: filled in when the image is valid, else left alone
 * @data: the image, aligned to 8 bytes
 * @length: bytes at @data
 *
 * Reads each byte a bounded number of times and nothing outside @data. In the
 * kernel it may sleep.
 *
 * Return: DEBAR_IMAGE_OK, or the first thing that is wrong.
 */
enum debar_image_error debar_image_check(struct debar_image *image,
					 const void *data, size_t length);

/**
 * debar_image_error_text() - one sentence for a person
 * @error: what debar_image_check() returned
 *
 * Return: constant text, never NULL.
 */
const char *debar_image_error_text(enum debar_image_error error);

/**
 * debar_image_name_valid() - may a policy have this name?
 * @name: bytes, not necessarily ended by NUL
 * @length: bytes at @name
 *
 * Return: true for 1 to DEBAR_NAME_MAX of [a-z0-9._-] that begin with a letter
 * or digit.
 */
bool debar_image_name_valid(const char *name, size_t length);

/**
 * debar_image_text_valid() - may a vendor, product or authority be called so?
 * @text: bytes, not necessarily ended by NUL
 * @length: bytes at @text
 *
 * Return: true for 1 to DEBAR_TEXT_MAX bytes of well-formed UTF-8 without
 * control characters (U+0000 to U+001F, U+007F to U+009F).
 */
bool debar_image_text_valid(const char *text, size_t length);

/**
 * debar_image_find() - look up a digest
 * @image: a checked image
 * @sha256: the digest
 *
 * Return: the ban, which points into the image, or NULL.
 */
const struct debar_image_ban *
debar_image_find(const struct debar_image *image,
		 const __u8 sha256[DEBAR_SHA256_SIZE]);

/**
 * debar_image_exception() - the exception that covers a ban, if there is one
 * @image: a checked image
 * @ban: of it
 *
 * Return: the one that expires last of those for the file and for its product,
 * expired or not, or NULL.
 */
const struct debar_image_exception *
debar_image_exception(const struct debar_image *image,
		      const struct debar_image_ban *ban);

/* Index of a ban's product in image->products. */
static inline __u32 debar_image_ban_product(const struct debar_image_ban *ban)
{
	return le32_to_cpu(ban->index) & (DEBAR_IMAGE_PRODUCTS_MAX - 1);
}

/* A ban's size in bytes in @ret_size; false where it is unknown. */
static inline bool debar_image_ban_size(const struct debar_image *image,
					const struct debar_image_ban *ban,
					__u64 *ret_size)
{
	__u32 i = le32_to_cpu(ban->index) >> DEBAR_IMAGE_PRODUCT_BITS;

	if (i == DEBAR_IMAGE_UNSIZED)
		return false;
	*ret_size = le64_to_cpu(image->sizes[i]);
	return true;
}

#endif
