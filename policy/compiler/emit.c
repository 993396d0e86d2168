// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model to image, in the one form that a policy has: everything sorted, nothing
 * twice, nothing that is not referred to.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "huge.h"
#include "sort.h"

struct emitter {
	const struct policy_model *model;
	uint64_t *sizes;		/* ascending, distinct */
	size_t n_sizes;
	uint32_t *size_of;		/* of each ban in order, its size's index there */
	const char **texts;		/* ascending, distinct */
	uint32_t *offsets;		/* of each in the image's text */
	size_t n_texts;
	size_t text_length;
	struct row *rows;		/* in the image's order */
	size_t n_rows;
	uint32_t *ranks;		/* of each of the model's releases, its row */
	struct exception *exceptions;	/* in the image's order */
	size_t n_exceptions;
};

/* What the image calls a product: a release, or a product of which nothing is banned. */
struct row {
	const struct policy_product *product;
	const struct policy_release *release;	/* NULL: none */
	const char *vendor;
};

/* One of a file, or of one row of a product. */
struct exception {
	const struct policy_exception *from;
	uint32_t row;		/* DEBAR_IMAGE_NONE: of a file */
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *version_of(const struct row *row)
{
	return row->release ? row->release->version : NULL;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->vendor, y->vendor);

	if (order == 0)
		order = strcmp(x->product->name, y->product->name);
	if (order == 0)
		order = strcmp(version_of(x) ?: "", version_of(y) ?: "");
	return order;
}

static int compare_exceptions(const void *a, const void *b)
{
	const struct exception *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->row == DEBAR_IMAGE_NONE ?
		memcmp(x->from->sha256, y->from->sha256, DEBAR_SHA256_SIZE) : 0;
}

static void free_emitter(struct emitter *e)
{
	free(e->sizes);
	free(e->size_of);
	free(e->texts);
	free(e->offsets);
	free(e->rows);
	free(e->ranks);
	free(e->exceptions);
}

/* One more than needed each: an allocation of 0 bytes may give NULL. */
static int allocate(struct emitter *e)
{
	const struct policy_model *model = e->model;

	e->sizes = calloc(model->n_order + 1, sizeof(*e->sizes));
	e->size_of = calloc(model->n_order + 1, sizeof(*e->size_of));
	e->rows = calloc(model->n_products + model->n_releases + 1, sizeof(*e->rows));
	e->ranks = calloc(model->n_releases + 1, sizeof(*e->ranks));
	e->exceptions = calloc(model->n_exceptions + DEBAR_IMAGE_EXCEPTIONS_MAX + 1,
			       sizeof(*e->exceptions));
	if (!e->sizes || !e->size_of || !e->rows || !e->ranks || !e->exceptions)
		return -ENOMEM;
	return 0;
}

static int collect_sizes(struct emitter *e)
{
	const struct policy_model *model = e->model;
	struct policy_sort_key *keys;
	size_t length, i, n = 0;

	length = (model->n_order + 1) * sizeof(*keys);
	keys = policy_prefer_huge(malloc(length), length);
	if (!keys)
		return -ENOMEM;
	for (i = 0; i < model->n_order; i++) {
		uint64_t size = model->bans[model->order[i]].size;

		e->size_of[i] = DEBAR_IMAGE_UNSIZED;
		if (size > 0)
			keys[n++] = (struct policy_sort_key) { size, i };
	}
	if (policy_sort(keys, n) < 0) {
		free(keys);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		if (i == 0 || keys[i].number != keys[i - 1].number)
			e->sizes[e->n_sizes++] = keys[i].number;
		e->size_of[keys[i].index] = e->n_sizes - 1;
	}
	free(keys);
	return 0;
}

/* A row for each release with a ban, and for each product without any. */
static int collect_rows(struct emitter *e)
{
	const struct policy_model *model = e->model;
	bool *releases = calloc(model->n_releases + 1, sizeof(*releases));
	bool *products = calloc(model->n_products + 1, sizeof(*products));
	size_t i;

	if (!releases || !products) {
		free(releases);
		free(products);
		return -ENOMEM;
	}
	for (i = 0; i < model->n_order; i++) {
		uint32_t release = model->bans[model->order[i]].release;

		releases[release] = true;
		products[model->releases[release].product] = true;
	}
	for (i = 0; i < model->n_releases; i++)
		if (releases[i])
			e->rows[e->n_rows++] = (struct row) {
				.product = &model->products[model->releases[i].product],
				.release = &model->releases[i],
			};
	for (i = 0; i < model->n_products; i++)
		if (!products[i])
			e->rows[e->n_rows++].product = &model->products[i];
	for (i = 0; i < e->n_rows; i++)
		e->rows[i].vendor = model->vendors[e->rows[i].product->vendor].name;
	qsort(e->rows, e->n_rows, sizeof(*e->rows), compare_rows);
	for (i = 0; i < e->n_rows; i++)
		if (e->rows[i].release)
			e->ranks[e->rows[i].release - model->releases] = i;
	free(releases);
	free(products);
	return 0;
}

/*
 * An exception of a product is one of each of its rows. Of two for the same the one
 * that ends last counts. More than the image holds are counted, not kept.
 */
static void collect_exceptions(struct emitter *e)
{
	const struct policy_model *model = e->model;
	size_t i, row, n = 0;

	for (i = 0; i < model->n_exceptions; i++) {
		const struct policy_exception *from = &model->exceptions[i];

		if (from->product == POLICY_NO_PRODUCT)
			e->exceptions[n++] = (struct exception) { from, DEBAR_IMAGE_NONE };
		for (row = 0; from->product != POLICY_NO_PRODUCT && row < e->n_rows; row++) {
			if (e->rows[row].product != &model->products[from->product])
				continue;
			if (n < model->n_exceptions + DEBAR_IMAGE_EXCEPTIONS_MAX)
				e->exceptions[n] = (struct exception) { from, row };
			n++;
		}
		if (n > model->n_exceptions + DEBAR_IMAGE_EXCEPTIONS_MAX)
			break;
	}
	e->n_exceptions = n;
	if (n > DEBAR_IMAGE_EXCEPTIONS_MAX)
		return;
	qsort(e->exceptions, n, sizeof(*e->exceptions), compare_exceptions);
	for (i = 0, e->n_exceptions = 0; i < n; i++) {
		struct exception *last = i > 0 ? &e->exceptions[e->n_exceptions - 1] : NULL;

		if (last && compare_exceptions(last, &e->exceptions[i]) == 0) {
			if (e->exceptions[i].from->expires > last->from->expires)
				*last = e->exceptions[i];
			continue;
		}
		e->exceptions[e->n_exceptions++] = e->exceptions[i];
	}
}

static int collect_texts(struct emitter *e)
{
	const struct policy_model *model = e->model;
	size_t i, n = 0, room = 4 * e->n_rows + 2 * e->n_exceptions + 1;

	e->texts = calloc(room, sizeof(*e->texts));
	e->offsets = calloc(room, sizeof(*e->offsets));
	if (!e->texts || !e->offsets)
		return -ENOMEM;
	for (i = 0; i < e->n_rows; i++) {
		const struct row *row = &e->rows[i];

		e->texts[n++] = row->vendor;
		e->texts[n++] = row->product->name;
		if (version_of(row))
			e->texts[n++] = version_of(row);
		e->texts[n++] = model->authorities[row->product->authority].id;
	}
	for (i = 0; i < e->n_exceptions; i++) {
		e->texts[n++] = e->exceptions[i].from->approver;
		e->texts[n++] = e->exceptions[i].from->reason;
	}
	qsort(e->texts, n, sizeof(*e->texts), compare_texts);
	for (i = 0; i < n; i++) {
		if (e->n_texts > 0 && strcmp(e->texts[i], e->texts[e->n_texts - 1]) == 0)
			continue;
		e->texts[e->n_texts] = e->texts[i];
		e->offsets[e->n_texts] = e->text_length;
		e->text_length += strlen(e->texts[i]) + 1;
		e->n_texts++;
	}
	return 0;
}

static __le32 text_offset(const struct emitter *e, const char *text)
{
	const char **found;

	if (!text)
		return cpu_to_le32(DEBAR_IMAGE_NONE);
	found = bsearch(&text, e->texts, e->n_texts, sizeof(*e->texts), compare_texts);

	return cpu_to_le32(e->offsets[found - e->texts]);
}

static char *put_sizes(const struct emitter *e, char *at)
{
	__le64 *sizes = (__le64 *)at;
	size_t i;

	for (i = 0; i < e->n_sizes; i++)
		sizes[i] = cpu_to_le64(e->sizes[i]);
	return at + e->n_sizes * sizeof(*sizes);
}

/* Instants before 1970 are as good as always, and the image has no room for them. */
static __le64 instant(int64_t at, int64_t none)
{
	return cpu_to_le64(at == none || at < 0 ? 0 : at);
}

static char *put_products(const struct emitter *e, char *at)
{
	struct debar_image_product *out = (struct debar_image_product *)at;
	const struct policy_model *model = e->model;
	size_t i;

	for (i = 0; i < e->n_rows; i++) {
		const struct row *row = &e->rows[i];
		const struct policy_product *product = row->product;

		out[i].vendor = text_offset(e, row->vendor);
		out[i].product = text_offset(e, product->name);
		out[i].release = text_offset(e, version_of(row));
		out[i].authority =
			text_offset(e, model->authorities[product->authority].id);
		out[i].action = cpu_to_le32(product->action);
		out[i].effective = instant(row->release ? row->release->effective :
						product->effective, POLICY_ALWAYS);
		out[i].expires = instant(row->release ? row->release->expires :
					      product->expires, POLICY_NEVER);
	}
	return at + e->n_rows * sizeof(*out);
}

static char *put_exceptions(const struct emitter *e, char *at)
{
	struct debar_image_exception *out = (struct debar_image_exception *)at;
	size_t i;

	for (i = 0; i < e->n_exceptions; i++) {
		const struct policy_exception *from = e->exceptions[i].from;

		out[i].product = cpu_to_le32(e->exceptions[i].row);
		out[i].approver = text_offset(e, from->approver);
		out[i].reason = text_offset(e, from->reason);
		/* One that ended before 1970 has ended in 1970. */
		out[i].expires = cpu_to_le64(from->expires > 0 ? from->expires : 1);
		if (e->exceptions[i].row == DEBAR_IMAGE_NONE)
			memcpy(out[i].sha256, from->sha256, sizeof(out[i].sha256));
	}
	return at + e->n_exceptions * sizeof(*out);
}

static char *put_bans(const struct emitter *e, char *at)
{
	struct debar_image_ban *out = (struct debar_image_ban *)at;
	const struct policy_model *model = e->model;
	size_t i;

	for (i = 0; i < model->n_order; i++) {
		const struct policy_ban *ban = &model->bans[model->order[i]];

		memcpy(out[i].sha256, ban->sha256, sizeof(out[i].sha256));
		out[i].index = cpu_to_le32(e->size_of[i] << DEBAR_IMAGE_PRODUCT_BITS |
					   e->ranks[ban->release]);
	}
	return at + model->n_order * sizeof(*out);
}

static void put_texts(const struct emitter *e, char *at)
{
	size_t i;

	for (i = 0; i < e->n_texts; i++)
		memcpy(at + e->offsets[i], e->texts[i], strlen(e->texts[i]) + 1);
}

static void put_image(const struct emitter *e, char *image, size_t length)
{
	struct debar_image_header *header = (struct debar_image_header *)image;
	const struct policy_model *model = e->model;
	char *at = image + sizeof(*header);

	memcpy(header->magic, DEBAR_IMAGE_MAGIC, sizeof(header->magic));
	header->version = cpu_to_le32(DEBAR_IMAGE_VERSION);
	header->length = cpu_to_le32(length);
	header->serial = cpu_to_le64(model->serial);
	memcpy(header->name, model->name, strlen(model->name));
	header->n_sizes = cpu_to_le32(e->n_sizes);
	header->n_products = cpu_to_le32(e->n_rows);
	header->n_exceptions = cpu_to_le32(e->n_exceptions);
	header->signers = cpu_to_le32(model->signers);
	header->flags = cpu_to_le32(model->allow_local ? DEBAR_IMAGE_ALLOWS_LOCAL : 0);
	header->n_bans = cpu_to_le32(model->n_order);
	header->n_unsized = cpu_to_le32(model->n_unsized);
	header->text_length = cpu_to_le32(e->text_length);
	at = put_sizes(e, at);
	at = put_products(e, at);
	at = put_exceptions(e, at);
	at = put_bans(e, at);
	put_texts(e, at);
}

static bool within(struct policy_compiler *compiler, size_t n, size_t most,
		   const char *what)
{
	if (n <= most)
		return true;
	policy_error(&compiler->report, (struct policy_place) { 0, 0, 0 },
		     "the policy has %zu %s; it may have %zu at most", n, what, most);
	return false;
}

/* What no other limit keeps in bounds. */
static bool fits(const struct emitter *e, struct policy_compiler *compiler)
{
	bool sizes, rows, exceptions;

	/* All are asked, for each reports what is wrong. */
	sizes = within(compiler, e->n_sizes, DEBAR_IMAGE_SIZES_MAX, "different sizes of files");
	rows = within(compiler, e->n_rows, DEBAR_IMAGE_PRODUCTS_MAX, "products and releases");
	exceptions = within(compiler, e->n_exceptions, DEBAR_IMAGE_EXCEPTIONS_MAX,
			    "exceptions, one for each release");
	return sizes && rows && exceptions;
}

/* The image must pass what the kernel will ask of it. */
static int check_image(struct policy_compiler *compiler, const void *data, size_t length)
{
	enum debar_image_error error;
	struct debar_image image;

	error = debar_image_check(&image, data, length);
	if (error == DEBAR_IMAGE_OK)
		return 0;
	policy_error(&compiler->report, (struct policy_place) { 0, 0, 0 },
		     "a fault of the compiler, please report it: %s",
		     debar_image_error_text(error));
	return -EBADMSG;
}

int policy_emit(struct policy_compiler *compiler, void **ret_image, size_t *ret_length)
{
	struct emitter e = { .model = &compiler->model };
	char *image = NULL;
	size_t length;
	int error;

	error = allocate(&e);
	if (!error)
		error = collect_sizes(&e);
	if (!error)
		error = collect_rows(&e);
	if (error)
		goto out;
	collect_exceptions(&e);
	error = -EBADMSG;
	if (!fits(&e, compiler))
		goto out;
	error = collect_texts(&e);
	if (error)
		goto out;
	length = sizeof(struct debar_image_header) + e.n_sizes * sizeof(__le64) +
		 e.n_rows * sizeof(struct debar_image_product) +
		 e.n_exceptions * sizeof(struct debar_image_exception) +
		 e.model->n_order * sizeof(struct debar_image_ban) + e.text_length;
	image = policy_prefer_huge(calloc(1, length), length);
	error = -ENOMEM;
	if (!image)
		goto out;
	put_image(&e, image, length);
	error = check_image(compiler, image, length);
	if (error)
		goto out;
	*ret_image = image;
	*ret_length = length;
	image = NULL;
out:
	free(image);
	free_emitter(&e);
	return error;
}
