// SPDX-License-Identifier: GPL-2.0
/*
 * Who may sign policies.
 */
#include "trust.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/key.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/verification.h>

#include "digest.h"
#include "limits.h"

/* Made from the certificates; without any, it says so. */
#include "certificates.h"

static_assert(ARRAY_SIZE(certificates) <= DEBAR_CERTIFICATES_MAX, "too many certificates");

/*
 * A keyring for each, so that it can be told who signed. Set up when the module
 * starts, then only read.
 */
static struct {
	struct key *keyring;
	u8 sha256[DEBAR_SHA256_SIZE];
} signers[DEBAR_CERTIFICATES_MAX];
static u32 n_signers;
static bool use_system_keys;

u32 debar_trust_count(void)
{
	return n_signers;
}

bool debar_trust_system_keys(void)
{
	return use_system_keys;
}

static int add(const void *data, size_t size)
{
	/* Nobody possesses it, so that only we may add to it. */
	const key_perm_t look = (KEY_POS_ALL & ~KEY_POS_SETATTR) | KEY_USR_VIEW |
				KEY_USR_READ | KEY_USR_SEARCH;
	struct key *keyring;
	key_ref_t key;
	int err;

	err = debar_digest_memory(data, size, signers[n_signers].sha256);
	if (err)
		return err;
	keyring = keyring_alloc(".debar", GLOBAL_ROOT_UID, GLOBAL_ROOT_GID, current_cred(),
				look, KEY_ALLOC_NOT_IN_QUOTA, NULL, NULL);
	if (IS_ERR(keyring))
		return PTR_ERR(keyring);
	key = key_create_or_update(make_key_ref(keyring, 1), "asymmetric", NULL, data,
				   size, look, KEY_ALLOC_NOT_IN_QUOTA);
	if (IS_ERR(key)) {
		key_put(keyring);
		return PTR_ERR(key);
	}
	key_ref_put(key);
	signers[n_signers++].keyring = keyring;
	return 0;
}

int debar_trust_init(bool system_keys)
{
	size_t i;

	use_system_keys = system_keys;
	for (i = 0; i < ARRAY_SIZE(certificates); i++) {
		int err = add(certificates[i].data, certificates[i].size);

		if (err) {
			pr_err("debar: built-in certificate %s cannot be used (error %d)\n",
			       certificates[i].name, -err);
			debar_trust_exit();
			return err;
		}
	}
	if (n_signers == 0 && !system_keys)
		pr_notice("debar: unsigned policies accepted: no certificate is built in\n");
	return 0;
}

void debar_trust_exit(void)
{
	while (n_signers > 0)
		key_put(signers[--n_signers].keyring);
}

static void add_signer(struct debar_signers *all, const u8 sha256[DEBAR_SHA256_SIZE])
{
	u32 i;

	for (i = 0; i < all->n; i++)
		if (memcmp(all->sha256[i], sha256, DEBAR_SHA256_SIZE) == 0)
			return;
	memcpy(all->sha256[all->n++], sha256, DEBAR_SHA256_SIZE);
}

/*
 * Is this one DER SEQUENCE (X.690, 8.1.3) and nothing behind it? The kernel's
 * parser would not mind what follows, and two files would be the same signature.
 */
static bool is_whole(const struct debar_signature *signature)
{
	const u8 *der = signature->data;
	u32 n, i, length = 0;

	if (signature->length < 2 || der[0] != 0x30)
		return false;
	if (der[1] < 0x80)
		return signature->length == 2 + der[1];
	n = der[1] & 0x7f;
	if (n == 0 || n > sizeof(length) - 1 || signature->length < 2 + n)
		return false;
	for (i = 0; i < n; i++)
		length = length << 8 | der[2 + i];
	return signature->length == 2 + n + length;
}

static int verify(const void *data, u32 length, const struct debar_signature *signature,
		  struct key *trusted)
{
	return verify_pkcs7_signature(data, length, signature->data, signature->length,
				      trusted, VERIFYING_UNSPECIFIED_SIGNATURE, NULL, NULL);
}

static bool verify_one(const void *data, u32 length,
		       const struct debar_signature *signature, struct debar_signers *all)
{
	static const u8 system[DEBAR_SHA256_SIZE];
	u32 i;

	for (i = 0; i < n_signers; i++) {
		if (verify(data, length, signature, signers[i].keyring))
			continue;
		add_signer(all, signers[i].sha256);
		return true;
	}
	if (!use_system_keys ||
	    verify(data, length, signature, VERIFY_USE_SECONDARY_KEYRING))
		return false;
	add_signer(all, system);
	return true;
}

int debar_trust_verify(const void *data, u32 length,
		       const struct debar_signature *signatures, u32 n,
		       struct debar_signers *ret_signers, const char **ret_why)
{
	u32 i;

	memset(ret_signers, 0, sizeof(*ret_signers));
	if (n_signers == 0 && !use_system_keys)
		return 0;
	for (i = 0; i < n; i++) {
		if (!is_whole(&signatures[i])) {
			*ret_why = "a signature is not one CMS object in DER";
			return -EKEYREJECTED;
		}
		if (verify_one(data, length, &signatures[i], ret_signers))
			continue;
		*ret_why = "a signature is not of this image, or not by a signer that is trusted";
		return -EKEYREJECTED;
	}
	return 0;
}
