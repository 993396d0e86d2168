// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a policy: those that were named, and those that they include.
 */
#include <errno.h>
#include <string.h>

#include "compiler.h"
#include "field.h"

#define LANGUAGE_VERSION 1

/* The files that are being read, from the one that was named inwards. */
struct chain {
	uint32_t sources[POLICY_INCLUDE_DEPTH_MAX + 1];
	size_t n;
};

static int follow(struct policy_compiler *compiler, const struct policy_node *root,
		  struct chain *chain);

/*
 * Look before all else whether this is another language: then nothing that this
 * one finds wrong means anything. A version that is missing is found later.
 */
static bool version_known(struct policy_compiler *compiler, const struct policy_node *root)
{
	const struct policy_node *node = policy_field_find(root, "debar");
	uint64_t version;

	if (!node)
		return true;
	if (!policy_field_number(&compiler->report, node, "debar", &version))
		return false;
	if (version == LANGUAGE_VERSION)
		return true;
	policy_error(&compiler->report, node->place,
		     "this compiler knows version %d of the language only",
		     LANGUAGE_VERSION);
	return false;
}

/* Parse a file that was read, and go on to what it includes. 0 or -ENOMEM. */
static int take(struct policy_compiler *compiler, uint32_t source, bool included,
		struct chain *chain)
{
	struct policy_node *root;
	int error;

	error = -EBADMSG;
	if (policy_source_text_valid(&compiler->sources, source, &compiler->report))
		error = policy_node_parse(compiler, source, &root);
	if (error == -ENOMEM)
		return error;
	if (error || !version_known(compiler, root)) {
		compiler->incomplete = true;
		return 0;
	}
	compiler->files[compiler->n_files++] = (struct policy_file) {
		.source = source, .included = included, .root = root,
	};
	chain->sources[chain->n++] = source;
	error = follow(compiler, root, chain);
	chain->n--;
	return error;
}

static bool is_in(const struct chain *chain, uint32_t source)
{
	size_t i;

	for (i = 0; i < chain->n; i++)
		if (chain->sources[i] == source)
			return true;
	return false;
}

/* One path of a list of includes. */
static int include(struct policy_compiler *compiler, const struct policy_node *item,
		   struct chain *chain)
{
	const char *path = policy_field_text(&compiler->report, item, "include");
	uint32_t source;
	int error;

	if (!path) {
		compiler->incomplete = true;
		return 0;
	}
	error = -EBADMSG;
	if (!policy_source_path_valid(path))
		policy_error(&compiler->report, item->place,
			     "'include' must name a file beside or below this one, by a "
			     "relative path without '.' and '..'");
	else if (chain->n > POLICY_INCLUDE_DEPTH_MAX)
		policy_error(&compiler->report, item->place,
			     "files include each other more than %u deep",
			     POLICY_INCLUDE_DEPTH_MAX);
	else if (compiler->n_files == POLICY_FILES_MAX)
		policy_error(&compiler->report, item->place,
			     "a policy has %u files at most", POLICY_FILES_MAX);
	else
		error = 0;
	if (error) {
		compiler->incomplete = true;
		return 0;
	}
	error = policy_sources_add_below(&compiler->sources, POLICY_SOURCE_YAML,
					 item->place.source, path, &source);
	if (error == -ENOMEM)
		return error;
	if (error == -EEXIST) {
		if (is_in(chain, source))
			policy_error(&compiler->report, item->place,
				     "%s includes itself, by way of this line",
				     policy_quote(path, strlen(path)).text);
		return 0;
	}
	if (error) {
		compiler->incomplete = true;
		policy_error(&compiler->report, item->place, "cannot read %s: %s",
			     policy_quote(path, strlen(path)).text,
			     policy_source_error_text(error));
		return 0;
	}
	return take(compiler, source, true, chain);
}

/* The includes of a file. */
static int follow(struct policy_compiler *compiler, const struct policy_node *root,
		  struct chain *chain)
{
	const struct policy_node *list = policy_field_find(root, "include");
	const struct policy_node *item;
	int error = 0;

	if (!list)
		return 0;
	if (!policy_field_list(&compiler->report, list, "include")) {
		compiler->incomplete = true;
		return 0;
	}
	for (item = list->first; item && !error; item = item->next)
		error = include(compiler, item, chain);
	return error;
}

/* A file that was named by itself: all but the first are as if included. */
static int read_named(struct policy_compiler *compiler, const char *path, bool included)
{
	struct chain chain = { .n = 0 };
	uint32_t source;
	int error;

	if (compiler->n_files == POLICY_FILES_MAX) {
		policy_error(&compiler->report, (struct policy_place) { 0, 0, 0 },
			     "a policy has %u files at most", POLICY_FILES_MAX);
		return -EBADMSG;
	}
	error = policy_sources_add_file(&compiler->sources, path, &source);
	if (error == -EEXIST)
		return 0;
	if (error == -ENOMEM)
		return error;
	if (error) {
		policy_error(&compiler->report, (struct policy_place) { source, 0, 0 },
			     "cannot read it: %s", policy_source_error_text(error));
		return error;
	}
	return take(compiler, source, included, &chain);
}

int policy_files_read(struct policy_compiler *compiler)
{
	const struct policy_input *input = compiler->input;
	int error = 0;
	size_t i;

	for (i = 0; i < input->n_paths && !error; i++)
		error = read_named(compiler, input->paths[i], i > 0);
	return error;
}
