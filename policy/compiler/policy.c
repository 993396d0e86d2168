// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy compiler from end to end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

static int read_policy(struct policy_compiler *compiler, const char *path)
{
	struct policy_node *root;
	uint32_t source;
	int error;

	error = policy_sources_add_file(&compiler->sources, path, &source);
	if (error == -ENOMEM)
		return error;
	if (error) {
		policy_error(&compiler->report, (struct policy_place) { source, 0, 0 },
			     "cannot read it: %s", policy_source_error_text(error));
		return error;
	}
	if (!policy_source_text_valid(&compiler->sources, source, &compiler->report))
		return -EBADMSG;
	error = policy_node_parse(compiler, source, &root);
	if (error)
		return error;
	return policy_check(compiler, root);
}

static int compile(struct policy_compiler *compiler, const char *path, void **ret_image,
		   size_t *ret_length)
{
	int error;

	error = read_policy(compiler, path);
	if (error)
		return error;
	error = policy_model_settle(compiler);
	if (error)
		return error;
	if (compiler->report.n_errors > 0)
		return -EBADMSG;
	return policy_emit(compiler, ret_image, ret_length);
}

static void summarize(const struct policy_model *model,
		      struct policy_summary *ret_summary)
{
	memset(ret_summary, 0, sizeof(*ret_summary));
	memcpy(ret_summary->name, model->name, strlen(model->name));
	ret_summary->serial = model->serial;
	ret_summary->n_vendors = model->n_vendors;
	ret_summary->n_products = model->n_products;
	ret_summary->n_bans = model->n_order;
	ret_summary->n_unsized = model->n_unsized;
}

int policy_compile(const char *path, struct policy_diagnostics *diagnostics,
		   void **ret_image, size_t *ret_length,
		   struct policy_summary *ret_summary)
{
	struct policy_compiler *compiler;
	void *image = NULL;
	size_t length = 0;
	int error;

	memset(diagnostics, 0, sizeof(*diagnostics));
	compiler = calloc(1, sizeof(*compiler));
	if (!compiler)
		return -ENOMEM;
	compiler->sources.directory = -1;
	error = compile(compiler, path, &image, &length);
	if (policy_report_finish(&compiler->report, &compiler->sources, diagnostics) < 0)
		error = -ENOMEM;
	if (error) {
		free(image);
	} else {
		*ret_image = image;
		*ret_length = length;
		if (ret_summary)
			summarize(&compiler->model, ret_summary);
	}
	policy_model_free(&compiler->model);
	policy_sources_free(&compiler->sources);
	policy_arena_free(&compiler->arena);
	free(compiler);
	return error;
}
