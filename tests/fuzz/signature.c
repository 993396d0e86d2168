// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a signature of two images. Those whose keys could have signed them
 * signed the first one once, for the corpus; the keys are gone. So nothing but what
 * they signed is to be trusted.
 */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "fuzz.h"
#include "signature.h"

#define NOW INT64_C(1800000000)

static const char officer[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBjzCCATWgAwIBAgIUScWoMfU1j9T9/HJkAmDfMRlqrQgwCgYIKoZIzj0EAwIw\n"
	"FzEVMBMGA1UEAwwMRnV6eiBvZmZpY2VyMCAXDTI2MTEyODAzNDMyNFoYDzIxMjYx\n"
	"MTA0MDM0MzI0WjAXMRUwEwYDVQQDDAxGdXp6IG9mZmljZXIwWTATBgcqhkjOPQIB\n"
	"BggqhkjOPQMBBwNCAAQ2A7Kv/BaUexcegHyD50phHDRfuFDJJXxpAHWf98rmzFEG\n"
	"+gfPzrxALzVymczZonUN5BvWBP9Ge8iDWKXaPlBQo10wWzAdBgNVHQ4EFgQU02oS\n"
	"scAB4D1c2/x7MV3Y+tuj8HAwHwYDVR0jBBgwFoAU02oSscAB4D1c2/x7MV3Y+tuj\n"
	"8HAwDAYDVR0TAQH/BAIwADALBgNVHQ8EBAMCB4AwCgYIKoZIzj0EAwIDSAAwRQIg\n"
	"O/v1OXKADl3VXM2xWNAql+im4wjuA6puELNVwjlA7icCIQCoQfZbi3LQaqQ64401\n"
	"AvblSfHvZwXh5ArF/RLthpT1EQ==\n"
	"-----END CERTIFICATE-----\n";

static const char agency[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBwTCCAUagAwIBAgIUFfxoLywQlSQ8OwaoBabSxGbgPaQwCgYIKoZIzj0EAwIw\n"
	"FjEUMBIGA1UEAwwLRnV6eiBhZ2VuY3kwIBcNMjYxMTI4MDM0MzI0WhgPMjEyNjEx\n"
	"MDQwMzQzMjRaMBYxFDASBgNVBAMMC0Z1enogYWdlbmN5MHYwEAYHKoZIzj0CAQYF\n"
	"K4EEACIDYgAE5y/cZo6lhmTwVDjImQV2fQ5kIxhpmlmx3Dm9yLrnFrSvMuSmOuPS\n"
	"ZKQKpOAiQ1XEDgwk1E9nLkVB6150YYV0ArWY10pJSOjLKSKgeAjoBTQY13PF3S90\n"
	"M5BB3qOSkPD1o1MwUTAdBgNVHQ4EFgQU75eOdNem6hyo4CF0y8kUXsSr7/4wHwYD\n"
	"VR0jBBgwFoAU75eOdNem6hyo4CF0y8kUXsSr7/4wDwYDVR0TAQH/BAUwAwEB/zAK\n"
	"BggqhkjOPQQDAgNpADBmAjEAptKLF4rxY4dIHhWdiR7aYHB/RlKLfV6Fo68E4/P2\n"
	"cOcRPnYjqHcMtryfjG1vumLeAjEApke2g3H400Xya7258uQxirwyh9/pEEudp9YK\n"
	"RyUerHogIoDED0TPCXpSmzsr3hgg\n"
	"-----END CERTIFICATE-----\n";

static X509 *read_certificate(const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	fuzz_require(certificate);
	BIO_free(bio);
	return certificate;
}

static void check_info(const struct signature_info *info)
{
	fuzz_require((info->state == SIGNATURE_TRUSTED) == !info->why);
	fuzz_require(!info->why || *info->why);
	fuzz_require(info->state != SIGNATURE_TRUSTED || info->anchor < 2);
	/* Without a certificate there is no name to show. */
	fuzz_require(info->known || !info->subject);
	fuzz_require(info->known || info->state == SIGNATURE_BAD ||
		     info->state == SIGNATURE_UNKNOWN);
	if (info->subject)
		fuzz_require(!strpbrk(info->subject, "\n\r\t\033"));
}

static enum signature_state check(const char *image, const struct debar_signature *signature,
				  const struct signature_trust *trust)
{
	struct signature_info info;
	enum signature_state state;

	signature_check(image, strlen(image), signature, trust, NOW, &info);
	check_info(&info);
	state = info.state;
	signature_info_free(&info);
	ERR_clear_error();
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct debar_signature signature = { data, size };
	static X509 *list[2];
	const struct signature_trust trust = { list, 2 };

	if (!list[0]) {
		list[0] = read_certificate(officer);
		list[1] = read_certificate(agency);
	}
	check("what is signed", &signature, &trust);
	fuzz_require(check("what is not signed", &signature, &trust) != SIGNATURE_TRUSTED);
	fuzz_require(check("what is signed", &signature, NULL) != SIGNATURE_TRUSTED);
	return 0;
}
