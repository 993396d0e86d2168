/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters per product. They outlive the policy that named the product, so that
 * replacing or removing a policy loses no hit.
 */
#ifndef DEBAR_TALLY_H
#define DEBAR_TALLY_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

/**
 * struct debar_tally - hits of one product
 * @node: in the table; under policy_lock
 * @next_fresh: made before this one, for the same policy; under policy_lock
 * @denied: execs refused
 * @observed: execs that matched and were let through
 * @last_ns: time of the newest hit, ns since 1970; 0 before the first
 * @product: points into @vendor, behind its NUL; set once
 * @vendor: both names, each ended by NUL; set once
 *
 * Lives until the module is unloaded, once it has been kept.
 */
struct debar_tally {
	struct hlist_node node;
	struct debar_tally *next_fresh;
	atomic64_t denied;
	atomic64_t observed;
	atomic64_t last_ns;
	const char *product;
	char vendor[];
};

/**
 * debar_tally_get() - the counters of a product, made if need be
 * @vendor: name of the vendor
 * @product: name of the product
 *
 * Context: process, may sleep; under policy_lock.
 * Return: the tally; ERR_PTR(-ENOMEM); ERR_PTR(-ENOSPC) when there are
 * DEBAR_TALLIES_MAX others.
 */
struct debar_tally *debar_tally_get(const char *vendor, const char *product);

/* What was made since the last of these stays, or goes: nobody may have seen it. */
void debar_tally_keep(void);
void debar_tally_forget(void);

/* Free all. Nobody may hold a tally any more. */
void debar_tally_exit(void);

#endif
