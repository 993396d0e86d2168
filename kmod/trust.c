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

/* Nobody possesses a keyring of ours, so that only we may add to it. */
#define LOOK ((KEY_POS_ALL & ~KEY_POS_SETATTR) | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH)

static struct key *make_keyring(void)
{
	return keyring_alloc(".debar", GLOBAL_ROOT_UID, GLOBAL_ROOT_GID, current_cred(),
			     LOOK, KEY_ALLOC_NOT_IN_QUOTA, NULL, NULL);
}

static int add_certificate(struct key *keyring, size_t i)
{
	key_ref_t key;

	key = key_create_or_update(make_key_ref(keyring, 1), "asymmetric", NULL,
				   certificates[i].data, certificates[i].size, LOOK,
				   KEY_ALLOC_NOT_IN_QUOTA);
	if (IS_ERR(key))
		return PTR_ERR(key);
	key_ref_put(key);
	return 0;
}

static int add(size_t i)
{
	struct key *keyring;
	int err;

	err = debar_digest_memory(certificates[i].data, certificates[i].size,
				  signers[i].sha256);
	if (err)
		return err;
	keyring = make_keyring();
	if (IS_ERR(keyring))
		return PTR_ERR(keyring);
	err = add_certificate(keyring, i);
	if (err) {
		key_put(keyring);
		return err;
	}
	signers[n_signers++].keyring = keyring;
	return 0;
}

/*
 * Whoever @issuer has issued a certificate to counts as @issuer. If that certificate
 * were built in too, he could sign once as himself and once as @issuer.
 */
static int check_issued(size_t issuer)
{
	char restriction[sizeof("key_or_keyring:-2147483648")];
	struct key *issued;
	size_t i;
	int err;

	issued = make_keyring();
	if (IS_ERR(issued))
		return PTR_ERR(issued);
	/* It only takes what is signed with a key of that keyring. */
	snprintf(restriction, sizeof(restriction), "key_or_keyring:%d",
		 key_serial(signers[issuer].keyring));
	err = keyring_restrict(make_key_ref(issued, 1), "asymmetric", restriction);
	for (i = 0; !err && i < n_signers; i++) {
		int refused = i == issuer ? -ENOKEY : add_certificate(issued, i);

		if (refused == -ENOMEM)
			err = refused;
		if (refused)
			continue;
		pr_err("debar: built-in certificate %s was issued with %s, which is built in, too: one signer would count as two\n",
		       certificates[i].name, certificates[issuer].name);
		err = -EINVAL;
	}
	key_put(issued);
	return err;
}

int debar_trust_init(bool system_keys)
{
	size_t i;
	int err = 0;

	use_system_keys = system_keys;
	for (i = 0; !err && i < ARRAY_SIZE(certificates); i++) {
		err = add(i);
		if (err)
			pr_err("debar: built-in certificate %s cannot be used (error %d)\n",
			       certificates[i].name, -err);
	}
	for (i = 0; !err && i < n_signers; i++)
		err = check_issued(i);
	if (err) {
		debar_trust_exit();
		return err;
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

static int verify_one(const void *data, u32 length,
		      const struct debar_signature *signature, struct debar_signers *all,
		      const char **ret_why)
{
	static const u8 system[DEBAR_SHA256_SIZE];
	const u8 *signer = NULL;
	int err;
	u32 i;

	for (i = 0; i < n_signers; i++) {
		err = verify(data, length, signature, signers[i].keyring);
		if (err == -ENOMEM)
			goto no_memory;
		if (err)
			continue;
		/* With a certificate between the two: check_issued() cannot see that. */
		if (signer) {
			*ret_why = "a signature leads to two certificates that are built in";
			return -EKEYREJECTED;
		}
		signer = signers[i].sha256;
	}
	if (!signer && use_system_keys) {
		err = verify(data, length, signature, VERIFY_USE_SECONDARY_KEYRING);
		if (err == -ENOMEM)
			goto no_memory;
		if (!err)
			signer = system;
	}
	if (!signer) {
		*ret_why = "a signature is not of this image, or not by a signer that is trusted";
		return -EKEYREJECTED;
	}
	add_signer(all, signer);
	return 0;

no_memory:
	*ret_why = "no memory to verify a signature";
	return err;
}

int debar_trust_verify(const void *data, u32 length,
		       const struct debar_signature *signatures, u32 n,
		       struct debar_signers *ret_signers, const char **ret_why)
{
	int err = 0;
	u32 i;

	memset(ret_signers, 0, sizeof(*ret_signers));
	if (n_signers == 0 && !use_system_keys)
		return 0;
	for (i = 0; !err && i < n; i++) {
		if (!is_whole(&signatures[i])) {
			*ret_why = "a signature is not one CMS object in DER";
			return -EKEYREJECTED;
		}
		err = verify_one(data, length, &signatures[i], ret_signers, ret_why);
	}
	return err;
}
