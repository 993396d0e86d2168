// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model to image, in the one form that a policy has: everything sorted, nothing
 * twice, nothing that is not referred to.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
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
	uint32_t *products;		/* indices into the model, in the image's order */
	uint32_t *ranks;		/* of each of the model's, its index there */
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_products(const void *a, const void *b, void *model_)
{
	const struct policy_model *model = model_;
	const struct policy_product *x = &model->products[*(const uint32_t *)a];
	const struct policy_product *y = &model->products[*(const uint32_t *)b];
	int order = strcmp(model->vendors[x->vendor].name,
			   model->vendors[y->vendor].name);

	return order != 0 ? order : strcmp(x->name, y->name);
}

static void free_emitter(struct emitter *e)
{
	free(e->sizes);
	free(e->size_of);
	free(e->texts);
	free(e->offsets);
	free(e->products);
	free(e->ranks);
}

/* One more than needed each: an allocation of 0 bytes may give NULL. */
static int allocate(struct emitter *e)
{
	const struct policy_model *model = e->model;

	e->sizes = calloc(model->n_order + 1, sizeof(*e->sizes));
	e->size_of = calloc(model->n_order + 1, sizeof(*e->size_of));
	e->texts = calloc(3 * model->n_products + 1, sizeof(*e->texts));
	e->offsets = calloc(3 * model->n_products + 1, sizeof(*e->offsets));
	e->products = calloc(model->n_products + 1, sizeof(*e->products));
	e->ranks = calloc(model->n_products + 1, sizeof(*e->ranks));
	if (!e->sizes || !e->size_of || !e->texts || !e->offsets || !e->products || !e->ranks)
		return -ENOMEM;
	return 0;
}

static int collect_sizes(struct emitter *e)
{
	const struct policy_model *model = e->model;
	struct policy_sort_key *keys;
	size_t i, n = 0;

	keys = malloc((model->n_order + 1) * sizeof(*keys));
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

static void collect_products(struct emitter *e)
{
	const struct policy_model *model = e->model;
	size_t i;

	for (i = 0; i < model->n_products; i++)
		e->products[i] = i;
	qsort_r(e->products, model->n_products, sizeof(*e->products), compare_products,
		(void *)model);
	for (i = 0; i < model->n_products; i++)
		e->ranks[e->products[i]] = i;
}

static void collect_texts(struct emitter *e)
{
	const struct policy_model *model = e->model;
	size_t i, n = 0;

	for (i = 0; i < model->n_products; i++) {
		const struct policy_product *product = &model->products[i];

		e->texts[n++] = model->vendors[product->vendor].name;
		e->texts[n++] = product->name;
		e->texts[n++] = model->authorities[product->authority].id;
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
}

static __le32 text_offset(const struct emitter *e, const char *text)
{
	const char **found = bsearch(&text, e->texts, e->n_texts, sizeof(*e->texts),
				     compare_texts);

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

static char *put_products(const struct emitter *e, char *at)
{
	struct debar_image_product *out = (struct debar_image_product *)at;
	const struct policy_model *model = e->model;
	size_t i;

	for (i = 0; i < model->n_products; i++) {
		const struct policy_product *product = &model->products[e->products[i]];

		out[i].vendor = text_offset(e, model->vendors[product->vendor].name);
		out[i].product = text_offset(e, product->name);
		out[i].authority =
			text_offset(e, model->authorities[product->authority].id);
		out[i].action = cpu_to_le32(product->action);
	}
	return at + model->n_products * sizeof(*out);
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
					   e->ranks[policy_model_product(model, ban)]);
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
	header->n_products = cpu_to_le32(model->n_products);
	header->n_bans = cpu_to_le32(model->n_order);
	header->n_unsized = cpu_to_le32(model->n_unsized);
	header->text_length = cpu_to_le32(e->text_length);
	at = put_sizes(e, at);
	at = put_products(e, at);
	at = put_bans(e, at);
	put_texts(e, at);
}

/*
 * What would change a verdict and has no room in this version of the image is
 * refused, never dropped.
 */
static bool can_carry(struct policy_compiler *compiler)
{
	const struct policy_model *model = &compiler->model;
	struct policy_report *report = &compiler->report;
	size_t i;

	for (i = 0; i < model->n_releases; i++) {
		const struct policy_release *release = &model->releases[i];

		if (release->effective != POLICY_ALWAYS)
			policy_error(report, release->place,
				     "this image format cannot carry 'effective'");
		if (release->expires != POLICY_NEVER)
			policy_error(report, release->place,
				     "this image format cannot carry 'expires'");
	}
	for (i = 0; i < model->n_exceptions; i++)
		policy_error(report, model->exceptions[i].place,
			     "this image format cannot carry exceptions");
	return report->n_errors == 0;
}

/* What no other limit keeps in bounds. */
static bool fits(const struct emitter *e, struct policy_compiler *compiler)
{
	if (e->n_sizes <= DEBAR_IMAGE_SIZES_MAX)
		return true;
	policy_error(&compiler->report, (struct policy_place) { 0, 0, 0 },
		     "the bans have %zu different sizes; a policy has %u at most",
		     e->n_sizes, DEBAR_IMAGE_SIZES_MAX);
	return false;
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

	if (!can_carry(compiler))
		return -EBADMSG;
	error = allocate(&e);
	if (!error)
		error = collect_sizes(&e);
	if (error)
		goto out;
	collect_products(&e);
	collect_texts(&e);
	error = -EBADMSG;
	if (!fits(&e, compiler))
		goto out;
	length = sizeof(struct debar_image_header) + e.n_sizes * sizeof(__le64) +
		 e.model->n_products * sizeof(struct debar_image_product) +
		 e.model->n_order * sizeof(struct debar_image_ban) + e.text_length;
	image = calloc(1, length);
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
