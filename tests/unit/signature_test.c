// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures: made and checked; each byte cut or altered; forms that the kernel
 * does not take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keep.h"
#include "signature.h"

static const char image[] = "what is signed";

struct signer {
	EVP_PKEY *key;
	X509 *certificate;
};

/* Valid from a day ago, for two. */
static struct signer make_signer(EVP_PKEY *key, const char *name)
{
	struct signer s = { key, X509_new() };
	X509_NAME *subject;

	assert_non_null(s.key);
	assert_non_null(s.certificate);
	X509_set_version(s.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(s.certificate), 77);
	X509_gmtime_adj(X509_getm_notBefore(s.certificate), -86400);
	X509_gmtime_adj(X509_getm_notAfter(s.certificate), 86400);
	X509_set_pubkey(s.certificate, s.key);
	subject = X509_get_subject_name(s.certificate);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1,
				   -1, 0);
	X509_set_issuer_name(s.certificate, subject);
	assert_true(X509_sign(s.certificate, s.key, EVP_sha256()) > 0);
	return s;
}

static void free_signer(struct signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->certificate);
}

static struct debar_signature sign(const struct signer *s)
{
	struct debar_signature signature;
	void *data;

	assert_null(signature_make(image, sizeof(image), s->key, s->certificate, &data,
				   &signature.length));
	signature.data = data;
	return signature;
}

/* From an exact copy on the heap, so that ASan sees a byte too far. */
static enum signature_state check(const struct debar_signature *signature, size_t length,
				  X509 *trusted, int64_t now, const char **ret_why)
{
	struct signature_trust trust = { &trusted, trusted ? 1 : 0 };
	struct signature_info info;
	struct debar_signature copy = { .length = length };
	void *data = malloc(length ? length : 1);
	enum signature_state state;

	assert_non_null(data);
	memcpy(data, signature->data, length);
	copy.data = data;
	keep_input("signature", data, length);
	signature_check(image, sizeof(image), &copy, &trust, now, &info);
	state = info.state;
	if (ret_why)
		*ret_why = info.why;
	signature_info_free(&info);
	free(data);
	return state;
}

static void test_states(void **state)
{
	struct signer s = make_signer(EVP_EC_gen("P-256"), "Ünsal\nEvil");
	struct signer other = make_signer(EVP_EC_gen("P-384"), "other");
	struct debar_signature signature = sign(&s);
	struct signature_trust trust = { (X509 *[]){ other.certificate, s.certificate }, 2 };
	struct signature_info info;
	uint8_t sha256[DEBAR_SHA256_SIZE];
	const int64_t now = time(NULL);

	(void)state;
	signature_check(image, sizeof(image), &signature, &trust, now, &info);
	assert_int_equal(info.state, SIGNATURE_TRUSTED);
	assert_int_equal(info.anchor, 1);
	assert_null(info.why);
	assert_string_equal(info.subject, "CN=Ünsal\\0AEvil");
	assert_true(signature_certificate_sha256(s.certificate, sha256));
	assert_memory_equal(info.sha256, sha256, sizeof(sha256));
	assert_false(info.expired || info.premature);
	assert_in_range(info.not_before, now - 86410, now - 86390);
	assert_in_range(info.not_after, now + 86390, now + 86410);
	signature_info_free(&info);

	signature_check(image, sizeof(image), &signature, &trust, now + 100000, &info);
	assert_int_equal(info.state, SIGNATURE_TRUSTED);
	assert_true(info.expired && !info.premature);
	signature_info_free(&info);
	signature_check(image, sizeof(image), &signature, &trust, now - 100000, &info);
	assert_true(!info.expired && info.premature);
	signature_info_free(&info);

	signature_check(image, sizeof(image) - 1, &signature, &trust, now, &info);
	assert_int_equal(info.state, SIGNATURE_BAD);
	signature_info_free(&info);
	assert_int_equal(check(&signature, signature.length, other.certificate, now, NULL),
			 SIGNATURE_UNTRUSTED);
	assert_int_equal(check(&signature, signature.length, NULL, now, NULL),
			 SIGNATURE_UNTRUSTED);
	free((void *)signature.data);
	free_signer(&s);
	free_signer(&other);
}

static void test_cut_at_every_byte(void **state)
{
	struct signer s = make_signer(EVP_EC_gen("P-256"), "s");
	struct debar_signature signature = sign(&s);
	size_t length;
	char *longer;

	(void)state;
	for (length = 0; length < signature.length; length++)
		assert_int_equal(check(&signature, length, s.certificate, time(NULL), NULL),
				 SIGNATURE_BAD);
	/* And a byte behind it. */
	longer = calloc(1, signature.length + 1);
	assert_non_null(longer);
	memcpy(longer, signature.data, signature.length);
	assert_int_equal(check(&(struct debar_signature){ longer, 0 }, signature.length + 1,
			       s.certificate, time(NULL), NULL), SIGNATURE_BAD);
	free(longer);
	free((void *)signature.data);
	free_signer(&s);
}

/*
 * A byte altered anywhere: never a crash. If it is still trusted, then because the
 * byte is none that the trust rests on: not in the signer's part at the end.
 */
static void test_mutations(void **state)
{
	struct signer s = make_signer(EVP_EC_gen("P-256"), "s");
	struct debar_signature signature = sign(&s);
	uint8_t *bytes = (uint8_t *)signature.data;
	size_t i, trusted = 0;

	(void)state;
	for (i = 0; i < signature.length; i++) {
		bytes[i] ^= 1 << i % 8;
		if (check(&signature, signature.length, s.certificate, time(NULL), NULL) ==
		    SIGNATURE_TRUSTED) {
			trusted++;
			assert_true(i < signature.length - 72);
		}
		bytes[i] ^= 1 << i % 8;
	}
	assert_true(trusted < signature.length / 2);
	assert_int_equal(check(&signature, signature.length, s.certificate, time(NULL), NULL),
			 SIGNATURE_TRUSTED);
	free((void *)signature.data);
	free_signer(&s);
}

/* What other programs could make. */
struct form {
	unsigned int flags;
	const char *digest;
	enum signature_state state;
	const char *why;
};

static const struct form forms[] = {
	{ CMS_DETACHED | CMS_NOATTR, "SHA256", SIGNATURE_TRUSTED, NULL },
	{ CMS_DETACHED | CMS_NOATTR, "SHA512", SIGNATURE_TRUSTED, NULL },
	{ CMS_DETACHED, "SHA256", SIGNATURE_TRUSTED, NULL },
	{ CMS_DETACHED | CMS_NOCERTS, "SHA256", SIGNATURE_TRUSTED, NULL },
	{ CMS_DETACHED | CMS_NOATTR, "SHA1", SIGNATURE_BAD,
	  "its digest is weaker than SHA-256, or unknown" },
	{ CMS_DETACHED | CMS_NOATTR | CMS_USE_KEYID, "SHA256", SIGNATURE_BAD,
	  "its signer is not named by issuer and serial number" },
	{ CMS_NOATTR, "SHA256", SIGNATURE_BAD, "it is not detached from plain data" },
};

static struct debar_signature make_form(const struct form *form, const struct signer *s,
					int n_signers)
{
	const unsigned int flags = form->flags | CMS_BINARY | CMS_PARTIAL;
	BIO *content = BIO_new_mem_buf(image, sizeof(image));
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, content, flags);
	struct debar_signature signature = { 0 };
	unsigned char *der = NULL;

	assert_non_null(cms);
	while (n_signers--)
		assert_non_null(CMS_add1_signer(cms, s->certificate, s->key,
						EVP_get_digestbyname(form->digest), flags));
	assert_int_equal(CMS_final(cms, content, NULL, flags), 1);
	signature.length = i2d_CMS_ContentInfo(cms, &der);
	signature.data = der;
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	return signature;
}

static void expect_form(const struct form *form, const struct signer *s, int n_signers)
{
	struct debar_signature signature = make_form(form, s, n_signers);
	const char *why;

	assert_int_equal(check(&signature, signature.length, s->certificate, time(NULL),
			       &why), form->state);
	if (form->why)
		assert_string_equal(why, form->why);
	OPENSSL_free((void *)signature.data);
}

static void test_forms(void **state)
{
	struct signer s = make_signer(EVP_RSA_gen(2048), "s");
	const struct form two = { CMS_DETACHED | CMS_NOATTR | CMS_NOCERTS, "SHA256",
				  SIGNATURE_BAD, "it has not exactly one signer" };
	struct debar_signature unknown;
	unsigned char identifier[20] = { 1 };
	size_t i;

	(void)state;
	X509_add1_ext_i2d(s.certificate, NID_subject_key_identifier,
			  &(ASN1_OCTET_STRING){ .length = sizeof(identifier),
						.type = V_ASN1_OCTET_STRING,
						.data = identifier }, 0, 0);
	assert_true(X509_sign(s.certificate, s.key, EVP_sha256()) > 0);
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		expect_form(&forms[i], &s, 1);
	expect_form(&two, &s, 2);
	unknown = make_form(&forms[3], &s, 1);
	assert_int_equal(check(&unknown, unknown.length, NULL, time(NULL), NULL),
			 SIGNATURE_UNKNOWN);
	OPENSSL_free((void *)unknown.data);
	free_signer(&s);
}

static void test_keys(void **state)
{
	struct signer s = make_signer(EVP_EC_gen("P-521"), "s");
	struct debar_signature signature;
	void *data;

	(void)state;
	assert_string_equal(signature_make(image, sizeof(image), s.key, s.certificate, &data,
					   &signature.length),
			    "of ECDSA keys the kernel takes only those on P-256 and P-384");
	signature = make_form(&forms[0], &s, 1);
	assert_int_equal(check(&signature, signature.length, s.certificate, time(NULL), NULL),
			 SIGNATURE_BAD);
	OPENSSL_free((void *)signature.data);
	free_signer(&s);
	s = make_signer(EVP_RSA_gen(1024), "s");
	assert_string_equal(signature_make(image, sizeof(image), s.key, s.certificate, &data,
					   &signature.length),
			    "an RSA key needs 2048 bits or more");
	free_signer(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_cut_at_every_byte),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
