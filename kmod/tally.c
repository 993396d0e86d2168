// SPDX-License-Identifier: GPL-2.0
/*
 * Counters per product.
 */
#include "tally.h"

#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "limits.h"

/* All of these under policy_lock, but not the counters. */
static DEFINE_HASHTABLE(table, 10);
static unsigned int n_tallies;
static struct debar_tally *fresh;	/* the newest that may still be forgotten */

static u32 key_of(const char *vendor, const char *product)
{
	return full_name_hash(NULL, vendor, strlen(vendor)) * 31 +
	       full_name_hash(NULL, product, strlen(product));
}

static struct debar_tally *find(const char *vendor, const char *product, u32 key)
{
	struct debar_tally *tally;

	hash_for_each_possible(table, tally, node, key)
		if (strcmp(tally->vendor, vendor) == 0 &&
		    strcmp(tally->product, product) == 0)
			return tally;
	return NULL;
}

static struct debar_tally *make(const char *vendor, const char *product)
{
	size_t vendor_size = strlen(vendor) + 1;
	size_t product_size = strlen(product) + 1;
	struct debar_tally *tally;

	if (n_tallies >= DEBAR_TALLIES_MAX)
		return ERR_PTR(-ENOSPC);
	tally = kzalloc(struct_size(tally, vendor, vendor_size + product_size),
			GFP_KERNEL);
	if (!tally)
		return ERR_PTR(-ENOMEM);
	memcpy(tally->vendor, vendor, vendor_size);
	memcpy(tally->vendor + vendor_size, product, product_size);
	tally->product = tally->vendor + vendor_size;
	return tally;
}

struct debar_tally *debar_tally_get(const char *vendor, const char *product)
{
	u32 key = key_of(vendor, product);
	struct debar_tally *tally;

	tally = find(vendor, product, key);
	if (tally)
		return tally;
	tally = make(vendor, product);
	if (IS_ERR(tally))
		return tally;
	hash_add(table, &tally->node, key);
	n_tallies++;
	tally->next_fresh = fresh;
	fresh = tally;
	return tally;
}

void debar_tally_keep(void)
{
	fresh = NULL;
}

void debar_tally_forget(void)
{
	while (fresh) {
		struct debar_tally *tally = fresh;

		fresh = tally->next_fresh;
		hash_del(&tally->node);
		n_tallies--;
		kfree(tally);
	}
}

void debar_tally_exit(void)
{
	struct debar_tally *tally;
	struct hlist_node *next;
	unsigned int bucket;

	hash_for_each_safe(table, bucket, next, tally, node) {
		hash_del(&tally->node);
		kfree(tally);
	}
}
