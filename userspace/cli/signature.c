// SPDX-License-Identifier: GPL-2.0-only
/*
 * Detached CMS signatures of images, by OpenSSL.
 */
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "signature.h"

/* Certificates in one signature: a few between the signer and whom one trusts. */
#define CERTIFICATES_MAX 8

/* The kernel takes RSA from 1024 bits on; today nobody should sign with less than this. */
#define RSA_BITS_MIN 2048

bool signature_certificate_sha256(const X509 *certificate,
				  uint8_t ret_sha256[DEBAR_SHA256_SIZE])
{
	return X509_digest(certificate, EVP_sha256(), ret_sha256, NULL) == 1;
}

/* What the kernels that Debar is for can check. */
static const char *check_key(EVP_PKEY *key)
{
	char group[32] = "";

	if (EVP_PKEY_is_a(key, "RSA"))
		return EVP_PKEY_get_bits(key) >= RSA_BITS_MIN ? NULL :
			"an RSA key needs 2048 bits or more";
	if (!EVP_PKEY_is_a(key, "EC"))
		return "the kernel takes only RSA and ECDSA keys";
	EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	if (strcmp(group, SN_X9_62_prime256v1) == 0 || strcmp(group, SN_secp384r1) == 0)
		return NULL;
	return "of ECDSA keys the kernel takes only those on P-256 and P-384";
}

static const char *copy_der(CMS_ContentInfo *cms, void **ret_data, size_t *ret_length)
{
	unsigned char *der = NULL;
	int length = i2d_CMS_ContentInfo(cms, &der);
	void *copy;

	if (length <= 0)
		return "encoding the signature failed";
	copy = length <= DEBAR_CHUNK_MAX ? malloc(length) : NULL;
	if (copy)
		memcpy(copy, der, length);
	OPENSSL_free(der);
	if (!copy)
		return length > DEBAR_CHUNK_MAX ? "the certificate is too long" :
						  "out of memory";
	*ret_data = copy;
	*ret_length = length;
	return NULL;
}

const char *signature_make(const void *image, size_t length, EVP_PKEY *key,
			   X509 *certificate, void **ret_data, size_t *ret_length)
{
	/* Without attributes, or the kernel would compare times; see policy/BUNDLE.md. */
	const unsigned int flags = CMS_BINARY | CMS_DETACHED | CMS_NOATTR | CMS_PARTIAL;
	const char *why = check_key(key);
	CMS_ContentInfo *cms = NULL;
	BIO *content;

	if (why)
		return why;
	if (length > INT_MAX)
		return "the image is too long";
	content = BIO_new_mem_buf(image, length);
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	if (!content || !cms)
		why = "out of memory";
	else if (!CMS_add1_signer(cms, certificate, key, EVP_sha256(), flags))
		why = "the key does not belong to the certificate, or cannot sign";
	else if (!CMS_final(cms, content, NULL, flags))
		why = "signing failed";
	else
		why = copy_der(cms, ret_data, ret_length);
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	return why;
}

/* In no other form would the kernel accept it; sets the only signer. */
static const char *check_form(CMS_ContentInfo *cms, CMS_SignerInfo **ret_signer)
{
	STACK_OF(CMS_SignerInfo) *signers;
	ASN1_OBJECT *digest_name = NULL;
	X509_ALGOR *digest = NULL;
	ASN1_OCTET_STRING *id = NULL;

	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return "it is CMS, but not signed data";
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data ||
	    CMS_is_detached(cms) != 1)
		return "it is not detached from plain data";
	signers = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(signers) != 1)
		return "it has not exactly one signer";
	*ret_signer = sk_CMS_SignerInfo_value(signers, 0);
	if (!CMS_SignerInfo_get0_signer_id(*ret_signer, &id, NULL, NULL) || id)
		return "its signer is not named by issuer and serial number";
	CMS_SignerInfo_get0_algs(*ret_signer, NULL, NULL, &digest, NULL);
	X509_ALGOR_get0((const ASN1_OBJECT **)&digest_name, NULL, NULL, digest);
	switch (OBJ_obj2nid(digest_name)) {
	case NID_sha256:
	case NID_sha384:
	case NID_sha512:
		return NULL;
	default:
		return "its digest is weaker than SHA-256, or unknown";
	}
}

/* The signer's certificate: one that it carries, or one that is trusted. */
static X509 *find_certificate(CMS_SignerInfo *signer, STACK_OF(X509) *carried,
			      const struct signature_trust *trust)
{
	size_t i;
	int k;

	for (k = 0; k < sk_X509_num(carried); k++)
		if (CMS_SignerInfo_cert_cmp(signer, sk_X509_value(carried, k)) == 0)
			return sk_X509_value(carried, k);
	for (i = 0; trust && i < trust->n; i++)
		if (CMS_SignerInfo_cert_cmp(signer, trust->list[i]) == 0)
			return trust->list[i];
	return NULL;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm tm;

	return ASN1_TIME_to_tm(time, &tm) ? timegm(&tm) : 0;
}

static void note_dates(X509 *certificate, int64_t now, struct signature_info *info)
{
	if (seconds_of(X509_get0_notBefore(certificate)) > now)
		info->premature = true;
	if (seconds_of(X509_get0_notAfter(certificate)) < now)
		info->expired = true;
}

static void describe(X509 *certificate, int64_t now, struct signature_info *info)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes;
	long n;

	if (text && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0,
				       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		n = BIO_get_mem_data(text, &bytes);
		info->subject = strndup(bytes, n);
	}
	BIO_free(text);
	signature_certificate_sha256(certificate, info->sha256);
	info->not_before = seconds_of(X509_get0_notBefore(certificate));
	info->not_after = seconds_of(X509_get0_notAfter(certificate));
	info->known = true;
	note_dates(certificate, now, info);
}

/* Is it @anchor, or issued by it, by way of those that the signature carries? */
static bool leads_to(X509 *certificate, STACK_OF(X509) *carried, X509 *anchor,
		     int64_t now, struct signature_info *info)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *chain;
	bool ok;
	int i;

	ok = context && store && X509_STORE_add_cert(store, anchor) &&
	     X509_STORE_CTX_init(context, store, certificate, carried);
	if (ok) {
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN |
						  X509_V_FLAG_NO_CHECK_TIME);
		X509_STORE_CTX_set_depth(context, CERTIFICATES_MAX);
		ok = X509_verify_cert(context) == 1;
	}
	chain = ok ? X509_STORE_CTX_get0_chain(context) : NULL;
	for (i = 0; chain && i < sk_X509_num(chain); i++)
		note_dates(sk_X509_value(chain, i), now, info);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return ok;
}

static void check_trust(X509 *certificate, STACK_OF(X509) *carried,
			const struct signature_trust *trust, int64_t now,
			struct signature_info *info)
{
	size_t i;

	info->state = SIGNATURE_UNTRUSTED;
	info->why = "its signer is not trusted";
	for (i = 0; trust && i < trust->n; i++) {
		if (!leads_to(certificate, carried, trust->list[i], now, info))
			continue;
		if (info->state != SIGNATURE_TRUSTED) {
			info->state = SIGNATURE_TRUSTED;
			info->anchor = i;
			info->why = NULL;
		} else if (X509_cmp(trust->list[info->anchor], trust->list[i]) != 0) {
			/* He could sign once as himself and once as who issued his certificate. */
			info->state = SIGNATURE_UNTRUSTED;
			info->why = "it leads to two trusted certificates, one issued with the other";
			return;
		}
	}
}

/*
 * Bytes to be read through a filter that does nothing: of a memory BIO itself,
 * CMS_verify() makes a copy, which it loses where a digest is unknown.
 */
static BIO *open_content(const void *image, size_t length)
{
	BIO *memory = BIO_new_mem_buf(image, length);
	BIO *filter = BIO_new(BIO_f_null());

	if (memory && filter)
		return BIO_push(filter, memory);
	BIO_free(memory);
	BIO_free(filter);
	return NULL;
}

static bool is_of(const void *image, size_t length, CMS_ContentInfo *cms,
		  X509 *certificate)
{
	BIO *content = open_content(image, length);
	STACK_OF(X509) *one = sk_X509_new_null();
	bool ok;

	ok = content && one && sk_X509_push(one, certificate) &&
	     CMS_verify(cms, one, NULL, content, NULL,
			CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN) == 1;
	sk_X509_free(one);
	BIO_free_all(content);
	return ok;
}

static void check(const void *image, size_t length, CMS_ContentInfo *cms,
		  const struct signature_trust *trust, int64_t now,
		  struct signature_info *info)
{
	STACK_OF(X509) *carried = NULL;
	CMS_SignerInfo *signer;
	X509 *certificate = NULL;

	info->why = check_form(cms, &signer);
	if (info->why)
		return;
	carried = CMS_get1_certs(cms);
	if (sk_X509_num(carried) > CERTIFICATES_MAX) {
		info->why = "it carries too many certificates";
		goto out;
	}
	certificate = find_certificate(signer, carried, trust);
	if (!certificate) {
		info->state = SIGNATURE_UNKNOWN;
		info->why = "its signer's certificate is neither in it nor trusted";
		goto out;
	}
	describe(certificate, now, info);
	info->why = check_key(X509_get0_pubkey(certificate));
	if (!info->why && !is_of(image, length, cms, certificate))
		info->why = "it is not a signature of this image";
	if (!info->why)
		check_trust(certificate, carried, trust, now, info);
out:
	sk_X509_pop_free(carried, X509_free);
}

void signature_check(const void *image, size_t length,
		     const struct debar_signature *signature,
		     const struct signature_trust *trust, int64_t now,
		     struct signature_info *ret_info)
{
	const unsigned char *at = signature->data;
	CMS_ContentInfo *cms;

	*ret_info = (struct signature_info){ .why = "it is not CMS in DER" };
	cms = length <= INT_MAX ? d2i_CMS_ContentInfo(NULL, &at, signature->length) : NULL;
	if (cms && at == (const unsigned char *)signature->data + signature->length)
		check(image, length, cms, trust, now, ret_info);
	CMS_ContentInfo_free(cms);
}

void signature_info_free(struct signature_info *info)
{
	free(info->subject);
	info->subject = NULL;
}
