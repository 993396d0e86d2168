// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy in memory, free of the form it was written in.
 */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "compiler.h"
#include "huge.h"
#include "sort.h"

/* Make room for one more entry of @size bytes. */
static int grow(void **list, size_t n, size_t *capacity, size_t size)
{
	size_t new_capacity = *capacity ? 2 * *capacity : 16;
	void *larger;

	if (n < *capacity)
		return 0;
	larger = policy_prefer_huge(reallocarray(*list, new_capacity, size),
				    new_capacity * size);
	if (!larger)
		return -ENOMEM;
	*list = larger;
	*capacity = new_capacity;
	return 0;
}

/* Through a void pointer of its own: a struct's may have another form. */
#define APPEND(list, n, capacity, entry) ({				\
	void *list_ = (list);						\
	int error_ = grow(&list_, (n), &(capacity), sizeof(*(list)));	\
									\
	(list) = list_;							\
	if (!error_)							\
		(list)[(n)++] = (entry);				\
	error_;								\
})

int policy_model_add_authority(struct policy_model *model,
			       const struct policy_authority *authority)
{
	return APPEND(model->authorities, model->n_authorities,
		      model->authorities_capacity, *authority);
}

int policy_model_add_vendor(struct policy_model *model,
			    const struct policy_vendor *vendor)
{
	return APPEND(model->vendors, model->n_vendors, model->vendors_capacity,
		      *vendor);
}

int policy_model_add_product(struct policy_model *model,
			     const struct policy_product *product)
{
	return APPEND(model->products, model->n_products, model->products_capacity,
		      *product);
}

int policy_model_add_release(struct policy_model *model,
			     const struct policy_release *release)
{
	return APPEND(model->releases, model->n_releases, model->releases_capacity,
		      *release);
}

int policy_model_add_package(struct policy_model *model,
			     const struct policy_package *package)
{
	return APPEND(model->packages, model->n_packages, model->packages_capacity,
		      *package);
}

int policy_model_add_exception(struct policy_model *model,
			       const struct policy_exception *exception)
{
	return APPEND(model->exceptions, model->n_exceptions,
		      model->exceptions_capacity, *exception);
}

bool policy_model_counts(const struct policy_compiler *compiler,
			 const struct policy_ban *ban)
{
	return !ban->unverified || compiler->input->include_unverified;
}

int policy_model_add_ban(struct policy_compiler *compiler, const struct policy_ban *ban)
{
	struct policy_model *model = &compiler->model;
	struct policy_product *product;

	if (model->n_bans == DEBAR_IMAGE_BANS_MAX) {
		if (!model->full)
			policy_error(&compiler->report, ban->place,
				     "a policy has %u bans at most, and this is one more",
				     DEBAR_IMAGE_BANS_MAX);
		model->full = true;
		return 0;
	}
	product = &model->products[policy_model_product(model, ban)];
	if (policy_model_counts(compiler, ban)) {
		product->n_bans++;
		product->n_unsized += ban->size == 0;
	} else {
		product->known = true;
	}
	return APPEND(model->bans, model->n_bans, model->bans_capacity, *ban);
}

/* By digest; the same digest in the order it was found. */
static int compare_keys(const void *a, const void *b, void *bans_)
{
	const struct policy_sort_key *x = a, *y = b;
	const struct policy_ban *bans = bans_;
	int order = memcmp(bans[x->index].sha256, bans[y->index].sha256,
			   DEBAR_SHA256_SIZE);

	if (order != 0)
		return order;
	return x->index < y->index ? -1 : 1;
}

/* The bans by digest: first by the bytes that fit a number, then by all. */
static struct policy_sort_key *sort_bans(const struct policy_model *model)
{
	struct policy_sort_key *keys;
	size_t length, i, start = 0;

	length = (model->n_bans + 1) * sizeof(*keys);
	keys = policy_prefer_huge(malloc(length), length);
	if (!keys)
		return NULL;
	for (i = 0; i < model->n_bans; i++) {
		memcpy(&keys[i].number, model->bans[i].sha256, sizeof(keys[i].number));
		keys[i].number = be64toh(keys[i].number);
		keys[i].index = i;
	}
	if (policy_sort(keys, model->n_bans) < 0) {
		free(keys);
		return NULL;
	}
	for (i = 1; i <= model->n_bans; i++) {
		if (i < model->n_bans && keys[i].number == keys[start].number)
			continue;
		if (i - start > 1)
			qsort_r(&keys[start], i - start, sizeof(*keys), compare_keys,
				model->bans);
		start = i;
	}
	return keys;
}

/* The sizes that two bans of the same digest disagree about. */
static void report_sizes(struct policy_compiler *compiler, const struct policy_ban *first,
			 const struct policy_ban *ban, const char *where)
{
	if (ban->size == 0)
		policy_error(&compiler->report, ban->place,
			     "this SHA-256 is already banned, there with size %" PRIu64
			     " and here without, in %s", first->size, where);
	else if (first->size == 0)
		policy_error(&compiler->report, ban->place,
			     "this SHA-256 is already banned, there without a size and "
			     "here with %" PRIu64 ", in %s", ban->size, where);
	else
		policy_error(&compiler->report, ban->place,
			     "this SHA-256 is already banned, there with size %" PRIu64
			     " and here with %" PRIu64 ", in %s", first->size, ban->size,
			     where);
}

/* What two bans of the same digest disagree about, or that they do not. */
static void judge_duplicate(struct policy_compiler *compiler,
			    const struct policy_ban *first, const struct policy_ban *ban)
{
	const struct policy_model *model = &compiler->model;
	const char *file = compiler->sources.list[first->place.source].path;
	const struct policy_release *r = &model->releases[ban->release];
	const struct policy_release *other = &model->releases[first->release];
	char where[160];

	snprintf(where, sizeof(where), "line %u of %s", first->place.line,
		 policy_quote(file, strlen(file)).text);
	if (r->product != other->product) {
		const struct policy_product *p = &model->products[other->product];
		const char *vendor = model->vendors[p->vendor].name;

		policy_error(&compiler->report, ban->place,
			     "this SHA-256 is already banned, for another product (%s of "
			     "%s), in %s", policy_quote(p->name, strlen(p->name)).text,
			     policy_quote(vendor, strlen(vendor)).text, where);
	} else if (ban->size != first->size) {
		report_sizes(compiler, first, ban, where);
	} else if (r->effective != other->effective || r->expires != other->expires) {
		policy_error(&compiler->report, ban->place,
			     "this SHA-256 is already banned, with another 'effective' or "
			     "'expires', in %s", where);
	} else {
		policy_warning(&compiler->report, ban->place,
			       "this SHA-256 is already banned in %s", where);
	}
}

/* Files of no known release come last. */
static bool version_before(const struct policy_model *model, const struct policy_ban *a,
			   const struct policy_ban *b)
{
	const char *x = model->releases[a->release].version;
	const char *y = model->releases[b->release].version;

	return x && (!y || strcmp(x, y) < 0);
}

/* The bans of one digest, @n keys: one of them counts, if any does. */
static void fold_digest(struct policy_compiler *compiler,
			const struct policy_sort_key *keys, size_t n)
{
	struct policy_model *model = &compiler->model;
	const struct policy_ban *first = &model->bans[keys[0].index], *chosen = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct policy_ban *ban = &model->bans[keys[i].index];

		if (i > 0)
			judge_duplicate(compiler, first, ban);
		/* So that the order of the source makes no difference. */
		if (policy_model_counts(compiler, ban) &&
		    (!chosen || version_before(model, ban, chosen)))
			chosen = ban;
	}
	if (!chosen) {
		model->n_left_out++;
		return;
	}
	model->order[model->n_order++] = chosen - model->bans;
	model->n_unsized += chosen->size == 0;
}

static void fold(struct policy_compiler *compiler, const struct policy_sort_key *keys)
{
	const struct policy_model *model = &compiler->model;
	size_t start = 0, i;

	for (i = 1; i <= model->n_bans; i++) {
		if (i < model->n_bans &&
		    memcmp(model->bans[keys[i].index].sha256,
			   model->bans[keys[start].index].sha256, DEBAR_SHA256_SIZE) == 0)
			continue;
		fold_digest(compiler, &keys[start], i - start);
		start = i;
	}
}

static bool is_banned(const struct policy_model *model, const uint8_t *sha256)
{
	size_t low = 0, high = model->n_order;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(model->bans[model->order[middle]].sha256, sha256,
				   DEBAR_SHA256_SIZE);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Only of policies without an error: the ban may be missing for that. */
static void warn_of_exceptions(struct policy_compiler *compiler)
{
	const struct policy_model *model = &compiler->model;
	size_t i;

	if (compiler->report.n_errors > 0)
		return;
	for (i = 0; i < model->n_exceptions; i++) {
		const struct policy_exception *exception = &model->exceptions[i];

		if (exception->product == POLICY_NO_PRODUCT &&
		    !is_banned(model, exception->sha256))
			policy_warning(&compiler->report, exception->place,
				       "this policy does not ban this file, so there is "
				       "nothing to except it from");
	}
}

int policy_model_settle(struct policy_compiler *compiler)
{
	struct policy_model *model = &compiler->model;
	struct policy_sort_key *keys;

	keys = sort_bans(model);
	if (!keys)
		return -ENOMEM;
	model->order = malloc((model->n_bans + 1) * sizeof(*model->order));
	if (!model->order) {
		free(keys);
		return -ENOMEM;
	}
	fold(compiler, keys);
	free(keys);
	warn_of_exceptions(compiler);
	return 0;
}

void policy_model_free(struct policy_model *model)
{
	free(model->authorities);
	free(model->vendors);
	free(model->products);
	free(model->releases);
	free(model->packages);
	free(model->bans);
	free(model->exceptions);
	free(model->order);
	memset(model, 0, sizeof(*model));
}
