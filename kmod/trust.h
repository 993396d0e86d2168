/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may sign policies.
 *
 * Certificates are compiled in from the directory that DEBAR_TRUST names; each of
 * them is one signer. A signature is detached CMS (RFC 5652) over the image, made
 * by one of them or by a certificate that it has issued and that the CMS carries.
 * Validity periods are not looked at: the clock of a machine that starts is not to
 * be relied on, and a policy must not end with a certificate. The tool that loads
 * looks at them.
 */
#ifndef DEBAR_TRUST_H
#define DEBAR_TRUST_H

#include <linux/types.h>

#include "uapi/debar.h"

/**
 * struct debar_signers - who signed an image
 * @n: different signers
 * @sha256: digest of the certificate of each, as it is built in; all 0: a key of
 *	the machine
 */
struct debar_signers {
	u32 n;
	u8 sha256[DEBAR_SIGNATURES_MAX][DEBAR_SHA256_SIZE];
};

/**
 * struct debar_signature - one signature that came with an image
 * @data: CMS in DER, from kvmalloc(), owned by whoever holds the upload
 * @length: bytes of it
 */
struct debar_signature {
	void *data;
	u32 length;
};

/**
 * debar_trust_init() - take over the certificates that are built in
 * @system_keys: trust the keys of the machine's secondary keyring as well
 *
 * Context: process, may sleep. After debar_digest_init().
 * Return: 0; -ENOMEM; -EINVAL: a certificate was issued with another one, and one
 * signer would count as two; another -errno if a certificate is none: the module must
 * not go on, since it would trust others than it was built to.
 */
int debar_trust_init(bool system_keys);
void debar_trust_exit(void);

/* Certificates that are built in. */
u32 debar_trust_count(void);
/* Are keys of the machine trusted too? */
bool debar_trust_system_keys(void);

/**
 * debar_trust_verify() - who signed this?
 * @data: the image
 * @length: bytes of it
 * @signatures: that came with it
 * @n: of them, at most DEBAR_SIGNATURES_MAX
 * @ret_signers: filled in; nobody, where nobody is trusted
 * @ret_why: on failure one constant sentence
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM; -EKEYREJECTED: a signature is not of this image, not by
 * somebody who is trusted, by way of two certificates that are built in, or no CMS in
 * DER from its first byte to its last.
 */
int debar_trust_verify(const void *data, u32 length,
		       const struct debar_signature *signatures, u32 n,
		       struct debar_signers *ret_signers, const char **ret_why);

#endif
