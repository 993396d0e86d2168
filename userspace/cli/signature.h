/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Detached CMS signatures of images: made, and checked as the kernel checks them.
 */
#ifndef DEBAR_SIGNATURE_H
#define DEBAR_SIGNATURE_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdebar.h"

/* What is longer than this is no key and no certificate. */
#define SIGNATURE_FILE_MAX 65536

/* Certificates of which each is one signer, as those built into the module are. */
struct signature_trust {
	X509 **list;
	size_t n;
};

enum signature_state {
	SIGNATURE_BAD,		/* not of this image, or not in a form that is accepted */
	SIGNATURE_UNKNOWN,	/* its certificate is neither inside nor trusted */
	SIGNATURE_UNTRUSTED,	/* of this image, by somebody who is not trusted */
	SIGNATURE_TRUSTED,
};

/* What there is to say about a signature. */
struct signature_info {
	enum signature_state state;
	const char *why;	/* constant sentence; NULL if trusted */
	bool known;		/* the certificate is, and so are these: */
	char *subject;		/* RFC 2253, UTF-8; owned */
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* of the certificate */
	int64_t not_before, not_after;	/* of it; seconds since 1970 */
	bool premature, expired;	/* now, it or one between it and the anchor */
	size_t anchor;		/* where it is trusted: index of trust's list */
};

/**
 * signature_make() - sign an image
 * @image: bytes
 * @length: how many
 * @key: private key
 * @certificate: of that key
 * @ret_data: set on success to CMS in DER; free with free()
 * @ret_length: its bytes
 *
 * Return: NULL; or one constant sentence that says why not.
 */
const char *signature_make(const void *image, size_t length, EVP_PKEY *key,
			   X509 *certificate, void **ret_data, size_t *ret_length);

/**
 * signature_check() - who signed this, and is it to be trusted?
 * @image: bytes
 * @length: how many
 * @signature: of it, or not
 * @trust: whom to trust; NULL or empty: nobody
 * @now: seconds since 1970
 * @ret_info: filled in; free with signature_info_free()
 *
 * Dates do not make a signature untrusted, as in the kernel.
 */
void signature_check(const void *image, size_t length,
		     const struct debar_signature *signature,
		     const struct signature_trust *trust, int64_t now,
		     struct signature_info *ret_info);

void signature_info_free(struct signature_info *info);

/** signature_certificate_sha256() - of a certificate's DER. Return: success? */
bool signature_certificate_sha256(const X509 *certificate,
				  uint8_t ret_sha256[DEBAR_SHA256_SIZE]);

#endif
