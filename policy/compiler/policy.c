// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy compiler from end to end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

static int tell_anchors(const struct policy_compiler *compiler)
{
	const struct policy_model *model = &compiler->model;
	int error = 0;
	size_t i;

	for (i = 0; i < model->n_packages && !error; i++) {
		const struct policy_package *package = &model->packages[i];
		const struct policy_release *release = &model->releases[package->release];
		const struct policy_product *product = &model->products[release->product];
		const struct policy_anchor anchor = {
			.vendor = model->vendors[product->vendor].name,
			.product = product->name,
			.authority = model->authorities[product->authority].id,
			.version = release->version,
			.observe = product->action == DEBAR_ACTION_OBSERVE,
			.unverified = package->unverified,
			.sha256 = package->sha256,
		};

		error = compiler->input->anchor(&anchor, compiler->input->data);
	}
	return error;
}

static void count_vendors(const struct policy_model *model,
			  struct policy_vendor_counts *counts)
{
	size_t i;

	for (i = 0; i < model->n_vendors; i++)
		counts[i].name = model->vendors[i].name;
	for (i = 0; i < model->n_products; i++)
		counts[model->products[i].vendor].n_products++;
	for (i = 0; i < model->n_releases; i++) {
		const struct policy_release *release = &model->releases[i];

		counts[model->products[release->product].vendor].n_releases +=
			release->version != NULL;
	}
	for (i = 0; i < model->n_packages; i++) {
		const struct policy_package *package = &model->packages[i];
		uint32_t product = model->releases[package->release].product;
		struct policy_vendor_counts *c = &counts[model->products[product].vendor];

		c->n_packages++;
		c->n_packages_unverified += package->unverified;
	}
	for (i = 0; i < model->n_bans; i++) {
		const struct policy_ban *ban = &model->bans[i];
		uint32_t product = policy_model_product(model, ban);
		struct policy_vendor_counts *c = &counts[model->products[product].vendor];

		c->n_files++;
		c->n_files_unverified += ban->unverified;
	}
}

static int tell_vendors(const struct policy_compiler *compiler)
{
	const struct policy_model *model = &compiler->model;
	struct policy_vendor_counts *counts;
	int error = 0;
	size_t i;

	counts = calloc(model->n_vendors + 1, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	count_vendors(model, counts);
	for (i = 0; i < model->n_vendors && !error; i++)
		error = compiler->input->vendor(&counts[i], compiler->input->data);
	free(counts);
	return error;
}

static int compile(struct policy_compiler *compiler, void **ret_image, size_t *ret_length)
{
	int error;

	error = policy_files_read(compiler);
	if (error)
		return error;
	error = policy_check(compiler);
	if (error)
		return error;
	error = policy_model_settle(compiler);
	if (error)
		return error;
	if (compiler->report.n_errors > 0)
		return -EBADMSG;
	if (compiler->input->anchor) {
		error = tell_anchors(compiler);
		if (error)
			return error;
	}
	if (compiler->input->vendor) {
		error = tell_vendors(compiler);
		if (error)
			return error;
	}
	return ret_image ? policy_emit(compiler, ret_image, ret_length) : 0;
}

static void summarize(const struct policy_compiler *compiler,
		      struct policy_summary *ret_summary)
{
	const struct policy_model *model = &compiler->model;
	size_t i;

	memset(ret_summary, 0, sizeof(*ret_summary));
	memcpy(ret_summary->name, model->name, strlen(model->name));
	ret_summary->serial = model->serial;
	ret_summary->n_files = compiler->n_files;
	ret_summary->n_authorities = model->n_authorities;
	ret_summary->n_vendors = model->n_vendors;
	ret_summary->n_products = model->n_products;
	for (i = 0; i < model->n_products; i++)
		ret_summary->n_products_open += model->products[i].n_bans == 0;
	for (i = 0; i < model->n_releases; i++)
		ret_summary->n_releases += model->releases[i].version != NULL;
	ret_summary->n_packages = model->n_packages;
	for (i = 0; i < model->n_packages; i++)
		ret_summary->n_packages_unverified += model->packages[i].unverified;
	ret_summary->n_exceptions = model->n_exceptions;
	ret_summary->n_bans = model->n_order;
	ret_summary->n_unsized = model->n_unsized;
	ret_summary->n_left_out = model->n_left_out;
}

int policy_build(const struct policy_input *input,
		 struct policy_diagnostics *diagnostics, void **ret_image,
		 size_t *ret_length, struct policy_summary *ret_summary)
{
	struct policy_compiler *compiler;
	void *image = NULL;
	size_t length = 0;
	int error;

	memset(diagnostics, 0, sizeof(*diagnostics));
	compiler = calloc(1, sizeof(*compiler));
	if (!compiler)
		return -ENOMEM;
	compiler->input = input;
	error = compile(compiler, ret_image ? &image : NULL, &length);
	if (policy_report_finish(&compiler->report, &compiler->sources, diagnostics) < 0)
		error = -ENOMEM;
	if (error) {
		free(image);
	} else {
		if (ret_image) {
			*ret_image = image;
			*ret_length = length;
		}
		if (ret_summary)
			summarize(compiler, ret_summary);
	}
	policy_model_free(&compiler->model);
	policy_sources_free(&compiler->sources);
	policy_arena_free(&compiler->arena);
	free(compiler);
	return error;
}

int policy_compile(const char *path, struct policy_diagnostics *diagnostics,
		   void **ret_image, size_t *ret_length,
		   struct policy_summary *ret_summary)
{
	const struct policy_input input = { .paths = &path, .n_paths = 1 };

	return policy_build(&input, diagnostics, ret_image, ret_length, ret_summary);
}
