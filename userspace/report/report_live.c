// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was live, as records are read in order of time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report_live.h"

#define NS_PER_S UINT64_C(1000000000)

/* How a product is listed by what is live. */
struct listing {
	uint64_t since_ns;	/* a policy that bans it is live, unchanged; 0: none is */
	uint64_t until_ns;	/* a ban of it expires */
};

const char *report_live_keep(struct report_live *l, const char *text)
{
	char *copy;

	if (!text || !*text)
		return "";
	copy = policy_arena_text(&l->report->arena, text, strlen(text));
	if (!copy)
		l->err = -ENOMEM;
	return copy ? copy : "";
}

static struct report_policy *find_open(struct report *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_policies; i++)
		if (r->policies[i].open && strcmp(r->policies[i].name, name) == 0)
			return &r->policies[i];
	return NULL;
}

static void close_policy(struct report_policy *policy, uint64_t ns)
{
	policy->open = false;
	policy->to_ns = ns;
}

static void open_policy(struct report_live *l, const struct history_policy *new, uint64_t ns)
{
	struct report_policy *old = find_open(l->report, new->name), *list;
	struct report *r = l->report;

	/* It became live before it was seen, but not before this load of the module. */
	if (new->from_ns && new->from_ns < ns)
		ns = new->from_ns > l->floor_ns ? new->from_ns : l->floor_ns;
	if (old && strcmp(old->sha256, new->sha256) == 0) {
		if (new->n_signers)
			old->n_signers = new->n_signers;
		return;
	}
	if (old)
		close_policy(old, ns);
	list = report_grow(r->policies, r->n_policies, &r->policies_capacity, sizeof(*list));
	if (!list) {
		l->err = -ENOMEM;
		return;
	}
	r->policies = list;
	r->policies[r->n_policies++] = (struct report_policy){
		.name = report_live_keep(l, new->name), .serial = new->serial,
		.sha256 = report_live_keep(l, new->sha256), .n_signers = new->n_signers,
		.from_ns = ns, .open = true,
	};
}

static void unlist_product(struct report_product *product, uint64_t ns)
{
	struct report_interval *last;

	if (!product->listed_now)
		return;
	/* It may have expired before. */
	last = &product->listed[product->n_listed - 1];
	if (last->to_ns > ns)
		last->to_ns = ns;
	product->listed_now = false;
	product->replaced = false;
}

static int list_product(struct report_product *product, const struct listing *listing,
			uint64_t ns)
{
	struct report_interval *last, *bigger;

	last = product->n_listed ? &product->listed[product->n_listed - 1] : NULL;
	if (product->replaced && last && listing->since_ns <= last->to_ns) {
		/* The list of the policy in its place is known now, and has it, too. */
		last->to_ns = listing->until_ns;
	} else {
		bigger = reallocarray(product->listed, product->n_listed + 1, sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		product->listed = bigger;
		bigger[product->n_listed++] = (struct report_interval){ ns, listing->until_ns };
	}
	product->listed_now = true;
	product->replaced = false;
	return 0;
}

static int list_again(struct report_product *product, const struct listing *listing, uint64_t ns,
		      bool replaced)
{
	struct report_interval *last;
	bool listed = listing->since_ns && listing->until_ns > ns;

	if (product->listed_now) {
		last = &product->listed[product->n_listed - 1];
		if (listed && last->to_ns > ns) {
			last->to_ns = listing->until_ns;
			return 0;
		}
		unlist_product(product, ns);
		product->replaced = replaced;
	}
	return listed ? list_product(product, listing, ns) : 0;
}

/*
 * Which products are listed from @ns on? Those that a policy bans which is live and has
 * told its bans. @replaced: another took the place of a policy, and what it bans is told
 * later: what was listed by the former is not, until that is known.
 */
static void list_products(struct report_live *l, uint64_t ns, bool replaced)
{
	const struct report_policy *policy = NULL;
	struct report *r = l->report;
	struct listing *listings, *listing;
	const char *name = NULL;
	size_t i;

	listings = calloc(r->n_products + 1, sizeof(*listings));
	if (!listings)
		l->err = -ENOMEM;
	for (i = 0; i < l->n_bans && !l->err; i++) {
		const struct report_ban *ban = &l->bans[i];

		if (ban->policy != name)
			policy = find_open(r, ban->policy);
		name = ban->policy;
		if (!policy || strcmp(policy->sha256, ban->sha256) != 0)
			continue;
		listing = &listings[ban->product];
		/* With the first ban that expires, some of its files may pass. */
		if (!listing->since_ns || ban->until_ns < listing->until_ns)
			listing->until_ns = ban->until_ns;
		if (!listing->since_ns || policy->from_ns < listing->since_ns)
			listing->since_ns = policy->from_ns;
	}
	for (i = 0; i < r->n_products && !l->err; i++)
		l->err = list_again(&r->products[i], &listings[i], ns, replaced);
	free(listings);
}

/* The policies were told, and no bans with them: these are as they were told before. */
static void settle(struct report_live *l)
{
	const struct report_policy *policy;
	size_t i;

	if (!l->bans_due)
		return;
	l->bans_due = false;
	for (i = 0; i < l->n_bans; i++) {
		policy = find_open(l->report, l->bans[i].policy);
		l->bans[i].sha256 = policy ? policy->sha256 : "";
	}
	list_products(l, l->told_ns, false);
}

void report_live_open(struct report_live *l, const struct history_policy *new, uint64_t ns)
{
	settle(l);
	open_policy(l, new, ns);
	list_products(l, ns, true);
}

void report_live_policies(struct report_live *l, const struct history_record *record)
{
	struct report *r = l->report;
	size_t i, j;

	settle(l);
	for (j = 0; j < r->n_policies; j++) {
		bool stays = false;

		for (i = 0; i < record->n_policies; i++)
			stays |= strcmp(record->policies[i].name, r->policies[j].name) == 0;
		if (r->policies[j].open && !stays)
			close_policy(&r->policies[j], record->time_ns);
	}
	for (i = 0; i < record->n_policies; i++)
		open_policy(l, &record->policies[i], record->time_ns);
	l->bans_due = true;
	l->told_ns = record->time_ns;
}

/* Until when does a ban match? */
static uint64_t expiry_ns(const struct history_product *ban)
{
	if (!ban->expires || ban->expires > UINT64_MAX / NS_PER_S)
		return UINT64_MAX;
	return ban->expires * NS_PER_S;
}

static void add_ban(struct report_live *l, const struct history_product *p, size_t product)
{
	const struct report_policy *policy = find_open(l->report, p->policy);
	struct report_ban *bans;

	if (!policy)
		return;
	bans = report_grow(l->bans, l->n_bans, &l->bans_capacity, sizeof(*bans));
	if (!bans) {
		l->err = -ENOMEM;
		return;
	}
	l->bans = bans;
	l->bans[l->n_bans++] = (struct report_ban){
		policy->name, policy->sha256, product, expiry_ns(p),
	};
}

/* Into a list with @n entries, unless it is there. */
static int add_exception(struct report_live *l, struct report_exception **list, size_t *n,
			 const struct history_exception *e)
{
	struct report_exception *bigger;
	size_t i;

	for (i = 0; i < *n; i++) {
		const struct report_exception *old = &(*list)[i];

		if (old->expires == e->expires && strcmp(old->policy, e->policy) == 0 &&
		    strcmp(old->sha256, e->sha256) == 0 &&
		    strcmp(old->approver, e->approver) == 0 &&
		    strcmp(old->justification, e->justification) == 0)
			return 0;
	}
	bigger = reallocarray(*list, *n + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	*list = bigger;
	bigger[(*n)++] = (struct report_exception){
		report_live_keep(l, e->policy), report_live_keep(l, e->sha256), report_live_keep(l, e->approver),
		report_live_keep(l, e->justification), e->expires,
	};
	return 0;
}

/* Exceptions that were over before the window say nothing about it. */
static void take_exceptions(struct report_live *l, const struct history_record *record)
{
	struct report *r = l->report;
	size_t i, j;

	for (i = 0; i < record->n_exceptions && !l->err; i++) {
		const struct history_exception *e = &record->exceptions[i];

		if (e->expires <= r->since_ns / NS_PER_S || record->time_ns >= r->until_ns)
			continue;
		if (*e->sha256)
			l->err = add_exception(l, &r->exceptions, &r->n_exceptions, e);
		for (j = 0; !*e->sha256 && j < r->n_products && !l->err; j++) {
			struct report_product *p = &r->products[j];

			if (strcmp(p->vendor, e->vendor) == 0 &&
			    strcmp(p->product, e->product) == 0)
				l->err = add_exception(l, &p->exceptions, &p->n_exceptions, e);
		}
	}
}

void report_live_products(struct report_live *l, const struct history_record *record)
{
	struct report *r = l->report;
	struct report_product *product;
	size_t i, j;

	if (record->time_ns != l->told_ns)
		settle(l);
	l->bans_due = false;
	l->n_bans = 0;
	for (i = 0; i < r->n_products; i++)
		r->products[i].told = false;
	for (j = 0; j < record->n_products && !l->err; j++) {
		const struct history_product *p = &record->products[j];

		l->err = report_find_product(r, p->vendor, p->product, p->authority, &product);
		if (l->err)
			return;
		/* The strictest counts, as in the kernel. */
		if (!product->told || p->action >= product->action) {
			product->action = p->action;
			product->effective = p->effective;
			product->expires = p->expires;
		}
		product->told = true;
		add_ban(l, p, product - r->products);
	}
	list_products(l, record->time_ns, false);
	take_exceptions(l, record);
}

void report_live_close(struct report_live *l, const char *name, uint64_t ns)
{
	struct report_policy *policy;

	settle(l);
	policy = find_open(l->report, name);
	if (policy)
		close_policy(policy, ns);
	list_products(l, ns, false);
}

void report_live_end(struct report_live *l, uint64_t ns)
{
	struct report *r = l->report;
	size_t i;

	settle(l);
	for (i = 0; i < r->n_policies; i++)
		if (r->policies[i].open)
			close_policy(&r->policies[i], ns);
	l->n_bans = 0;
	for (i = 0; i < r->n_products; i++)
		unlist_product(&r->products[i], ns);
}

void report_live_finish(struct report_live *l)
{
	settle(l);
	free(l->bans);
	l->bans = NULL;
	l->n_bans = l->bans_capacity = 0;
}
