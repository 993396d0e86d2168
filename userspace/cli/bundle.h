/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bundle: a policy image and its detached signatures in one file, so that they
 * travel together. policy/BUNDLE.md describes it for people. Pure code: no I/O;
 * neither image nor signatures are looked into.
 */
#ifndef DEBAR_BUNDLE_H
#define DEBAR_BUNDLE_H

#include <stddef.h>

#include "image.h"
#include "libdebar.h"

#define BUNDLE_MAGIC	"DEBARBDL"	/* 8 bytes, without NUL */
#define BUNDLE_VERSION	1
#define BUNDLE_HEADER	24		/* bytes; a multiple of 8, as images are aligned */

/* The largest: what the kernel would take, and the lengths of it. */
#define BUNDLE_MAX \
	(BUNDLE_HEADER + DEBAR_IMAGE_MAX + \
	 DEBAR_SIGNATURES_MAX * (sizeof(__le32) + DEBAR_CHUNK_MAX))

/* Its parts; all point into memory of the caller. */
struct bundle {
	const void *image;
	size_t length;			/* bytes at image */
	struct debar_signature signatures[DEBAR_SIGNATURES_MAX];
	size_t n_signatures;
};

/**
 * bundle_read() - take a bundle apart
 * @ret_bundle: on success its parts, which point into @data
 * @data: the bundle, aligned to 8 bytes
 * @length: bytes at @data
 *
 * Reads nothing outside @data.
 *
 * Return: NULL; or one sentence, without a period, that says what is wrong first.
 */
const char *bundle_read(struct bundle *ret_bundle, const void *data, size_t length);

/**
 * bundle_write() - put a bundle together
 * @bundle: image and signatures, each within the limits of the format
 * @ret_data: set to the bundle; free with free()
 * @ret_length: set to its bytes
 *
 * Return: 0; -ENOMEM; -EINVAL if a part is out of the limits.
 */
int bundle_write(const struct bundle *bundle, void **ret_data, size_t *ret_length);

#endif
