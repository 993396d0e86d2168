// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was live, as records are read in order of time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report_live.h"

#define NS_PER_S UINT64_C(1000000000)

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

void report_live_open(struct report_live *l, const struct history_policy *new, uint64_t ns)
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

void report_live_policies(struct report_live *l, const struct history_record *record)
{
	struct report *r = l->report;
	size_t i, j;

	for (j = 0; j < r->n_policies; j++) {
		bool stays = false;

		for (i = 0; i < record->n_policies; i++)
			stays |= strcmp(record->policies[i].name, r->policies[j].name) == 0;
		if (r->policies[j].open && !stays)
			close_policy(&r->policies[j], record->time_ns);
	}
	for (i = 0; i < record->n_policies; i++)
		report_live_open(l, &record->policies[i], record->time_ns);
}

static int list_product(struct report_product *product, uint64_t ns, uint64_t until_ns)
{
	struct report_interval *bigger;

	if (product->listed_now)
		return 0;
	bigger = reallocarray(product->listed, product->n_listed + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	product->listed = bigger;
	bigger[product->n_listed++] = (struct report_interval){ ns, until_ns };
	product->listed_now = true;
	return 0;
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
}

/* Until when does a ban match? */
static uint64_t expiry_ns(const struct history_product *ban)
{
	if (!ban->expires || ban->expires > UINT64_MAX / NS_PER_S)
		return UINT64_MAX;
	return ban->expires * NS_PER_S;
}

/*
 * Until when do all bans of a product match? With the first that expires, some of its
 * files may pass. Return: ns since 1970; 0: there is no ban of it.
 */
static uint64_t listed_until(const struct history_record *record,
			     const struct report_product *product)
{
	uint64_t until_ns = UINT64_MAX;
	bool named = false;
	size_t i;

	for (i = 0; i < record->n_products; i++) {
		const struct history_product *p = &record->products[i];

		if (strcmp(p->product, product->product) != 0 ||
		    strcmp(p->vendor, product->vendor) != 0 ||
		    strcmp(p->authority, product->authority) != 0)
			continue;
		named = true;
		if (expiry_ns(p) < until_ns)
			until_ns = expiry_ns(p);
	}
	return named ? until_ns : 0;
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
	uint64_t until_ns;
	size_t i, j;

	for (i = 0; i < r->n_products; i++) {
		product = &r->products[i];
		if (!product->listed_now)
			continue;
		until_ns = listed_until(record, product);
		if (until_ns <= record->time_ns ||
		    product->listed[product->n_listed - 1].to_ns <= record->time_ns)
			unlist_product(product, record->time_ns);
		else
			product->listed[product->n_listed - 1].to_ns = until_ns;
	}
	for (j = 0; j < record->n_products && !l->err; j++) {
		const struct history_product *p = &record->products[j];

		l->err = report_find_product(r, p->vendor, p->product, p->authority, &product);
		if (l->err)
			return;
		/* The strictest counts, as in the kernel. */
		if (!product->listed_now || p->action >= product->action) {
			product->action = p->action;
			product->effective = p->effective;
			product->expires = p->expires;
		}
		until_ns = listed_until(record, product);
		if (until_ns > record->time_ns)
			l->err = list_product(product, record->time_ns, until_ns);
	}
	take_exceptions(l, record);
}

void report_live_close(struct report_live *l, const char *name, uint64_t ns)
{
	struct report_policy *policy = find_open(l->report, name);

	if (policy)
		close_policy(policy, ns);
}

void report_live_end(struct report_live *l, uint64_t ns)
{
	struct report *r = l->report;
	size_t i;

	for (i = 0; i < r->n_policies; i++)
		if (r->policies[i].open)
			close_policy(&r->policies[i], ns);
	for (i = 0; i < r->n_products; i++)
		unlist_product(&r->products[i], ns);
}
