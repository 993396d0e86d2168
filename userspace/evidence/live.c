// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live policies, and their fingerprint.
 */
#include <endian.h>
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "event_body.h"
#include "facts.h"

#define TRIES 5	/* when the policies change while they are read */

struct reading {
	json_t *policies, *products, *exceptions;
	EVP_MD_CTX *digest;
	char policy[DEBAR_NAME_MAX + 1];	/* that products belong to */
};

/* In order of name, as the module lists them; each part has its length. */
static int add_to_fingerprint(struct reading *reading, const struct debar_policy *policy)
{
	uint64_t numbers[2] = { htobe64(strlen(policy->name)), htobe64(policy->serial) };

	return EVP_DigestUpdate(reading->digest, numbers, sizeof(numbers)) != 1 ||
	       EVP_DigestUpdate(reading->digest, policy->name, strlen(policy->name)) != 1 ||
	       EVP_DigestUpdate(reading->digest, policy->sha256, DEBAR_SHA256_SIZE) != 1;
}

static int read_policy(const struct debar_policy *policy, void *data)
{
	static const uint8_t system_key[DEBAR_SHA256_SIZE];
	json_t *object = json_object(), *signers = json_array();
	struct reading *reading = data;
	int err = 0;
	size_t i;

	strcpy(reading->policy, policy->name);
	err |= evidence_put_bytes(object, "name", policy->name);
	err |= evidence_put_number(object, "serial", policy->serial);
	err |= evidence_put_hash(object, "sha256", policy->sha256);
	err |= evidence_put_number(object, "committed_ns", policy->time_ns);
	err |= evidence_put_number(object, "n_products", policy->n_products);
	err |= evidence_put_number(object, "n_bans", policy->n_bans);
	err |= evidence_put_number(object, "n_exceptions", policy->n_exceptions);
	err |= evidence_put_number(object, "n_signers_needed", policy->n_signers_needed);
	for (i = 0; i < policy->n_signers; i++) {
		json_t *signer = json_object();

		if (memcmp(policy->signers[i], system_key, sizeof(system_key)) == 0)
			err |= json_object_set_new(signer, "system_key", json_true());
		else
			err |= evidence_put_hash(signer, "certificate", policy->signers[i]);
		err |= json_array_append_new(signers, signer);
	}
	err |= json_object_set_new(object, "signers", signers);
	err |= json_array_append_new(reading->policies, object);
	err |= add_to_fingerprint(reading, policy);
	return err ? -ENOMEM : 0;
}

static int read_product(const struct debar_product *product, void *data)
{
	json_t *object = json_object();
	struct reading *reading = data;
	int err = 0;

	err |= evidence_put_bytes(object, "policy", reading->policy);
	err |= evidence_put_number(object, "id", product->id);
	err |= evidence_put_bytes(object, "vendor", product->vendor);
	err |= evidence_put_bytes(object, "product", product->product);
	err |= evidence_put_bytes(object, "release", product->release);
	err |= evidence_put_bytes(object, "authority", product->authority);
	err |= json_object_set_new(object, "action",
				   json_string(debar_action_name(product->action)));
	err |= evidence_put_number(object, "effective", product->effective);
	err |= evidence_put_number(object, "expires", product->expires);
	err |= json_array_append_new(reading->products, object);
	return err ? -ENOMEM : 0;
}

static int read_exception(const struct debar_exception *exception, void *data)
{
	json_t *object = json_object();
	struct reading *reading = data;
	int err = 0;

	err |= evidence_put_bytes(object, "policy", reading->policy);
	if (exception->of_file)
		err |= evidence_put_hash(object, "sha256", exception->sha256);
	else
		err |= evidence_put_number(object, "product_id", exception->product_id);
	err |= evidence_put_bytes(object, "approver", exception->approver);
	err |= evidence_put_bytes(object, "justification", exception->reason);
	err |= evidence_put_number(object, "expires", exception->expires);
	err |= json_array_append_new(reading->exceptions, object);
	return err ? -ENOMEM : 0;
}

static void drop(struct reading *reading)
{
	json_decref(reading->policies);
	json_decref(reading->products);
	json_decref(reading->exceptions);
	EVP_MD_CTX_free(reading->digest);
}

/* Read them, and begin anew if they changed meanwhile. */
static int read_all(struct debar *debar, struct reading *reading)
{
	static const struct debar_list_ops ops = {
		.policy = read_policy, .product = read_product, .exception = read_exception,
	};
	int err, tries = TRIES;

	do {
		drop(reading);
		*reading = (struct reading){
			.policies = json_array(),
			.products = json_array(),
			.exceptions = json_array(),
			.digest = EVP_MD_CTX_new(),
		};
		if (!reading->digest ||
		    EVP_DigestInit_ex(reading->digest, EVP_sha256(), NULL) != 1)
			return -ENOMEM;
		err = debar_list(debar, DEBAR_DETAIL_PRODUCTS, NULL, &ops, reading);
	} while (err == -EAGAIN && --tries);
	return err;
}

int evidence_live_read(struct debar *debar, struct evidence_live *ret_live)
{
	struct reading reading = { 0 };
	struct evidence_live live = { 0 };
	int err;

	err = read_all(debar, &reading);
	if (!err && EVP_DigestFinal_ex(reading.digest, live.fingerprint, NULL) != 1)
		err = -EIO;
	if (!err) {
		live.policies = json_pack("{sO}", "policies", reading.policies);
		live.products = json_pack("{sOsO}", "products", reading.products,
					  "exceptions", reading.exceptions);
		if (!live.policies || !live.products ||
		    evidence_put_hash(live.policies, "fingerprint", live.fingerprint))
			err = -ENOMEM;
	}
	drop(&reading);
	if (err)
		evidence_live_free(&live);
	else
		*ret_live = live;
	return err;
}

void evidence_live_free(struct evidence_live *live)
{
	json_decref(live->policies);
	json_decref(live->products);
	live->policies = NULL;
	live->products = NULL;
}
