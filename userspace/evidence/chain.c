// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chain of hashes.
 */
#include <endian.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "chain.h"

static bool add_number(EVP_MD_CTX *context, uint64_t number)
{
	uint64_t big = htobe64(number);

	return EVP_DigestUpdate(context, &big, sizeof(big)) == 1;
}

/* With its length, so that no byte can move from one text to the next. */
static bool add_text(EVP_MD_CTX *context, const char *text, size_t length)
{
	return add_number(context, length) && EVP_DigestUpdate(context, text, length) == 1;
}

int evidence_chain_hash(const uint8_t previous[EVIDENCE_HASH],
			const struct evidence_record *record,
			uint8_t ret_hash[EVIDENCE_HASH])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good;

	good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	       EVP_DigestUpdate(context, previous, EVIDENCE_HASH) == 1 &&
	       add_number(context, record->id) && add_number(context, record->epoch) &&
	       add_number(context, record->seq) && add_number(context, record->time_ns) &&
	       add_text(context, record->kind, strlen(record->kind)) &&
	       add_text(context, record->body, record->body_length) &&
	       EVP_DigestFinal_ex(context, ret_hash, NULL) == 1;
	EVP_MD_CTX_free(context);
	return good ? 0 : -EIO;
}
