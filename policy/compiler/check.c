// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy language: YAML trees to model. Here is the top of each file, and
 * what its parts have in common.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "date.h"
#include "digest.h"

static const struct {
	size_t max;
	const char *name;
} limits[N_CHECK_PARTS] = {
	[CHECK_AUTHORITIES] = { POLICY_AUTHORITIES_MAX, "authorities" },
	[CHECK_VENDORS] = { POLICY_VENDORS_MAX, "vendors" },
	[CHECK_PRODUCTS] = { DEBAR_IMAGE_PRODUCTS_MAX, "products" },
	[CHECK_RELEASES] = { POLICY_RELEASES_MAX, "releases" },
	[CHECK_PACKAGES] = { POLICY_PACKAGES_MAX, "packages" },
	[CHECK_LISTS] = { POLICY_HASHLISTS_MAX, "hash lists" },
	[CHECK_EXCEPTIONS] = { POLICY_EXCEPTIONS_MAX, "exceptions" },
};

int check_each(struct check *check, const struct policy_node *list, const char *key,
	       uint32_t parent, check_item_fn read)
{
	const struct policy_node *item;
	int error = 0;

	if (!list || !policy_field_list(check->report, list, key))
		return 0;
	for (item = list->first; item && !error; item = item->next)
		error = read(check, item, parent);
	return error;
}

bool check_room(struct check *check, enum check_part part, size_t n,
		struct policy_place place)
{
	if (n < limits[part].max)
		return true;
	if (!check->full[part])
		policy_error(check->report, place,
			     "a policy has %zu %s at most, and this is one more",
			     limits[part].max, limits[part].name);
	check->full[part] = true;
	return false;
}

int check_texts(struct check *check, const struct policy_node *list, const char *key,
		struct policy_texts *ret_texts)
{
	struct policy_texts texts = { NULL, 0 };
	const struct policy_node *item;
	size_t i;

	if (!policy_field_list(check->report, list, key))
		return 0;
	if (list->n > POLICY_TEXTS_MAX) {
		policy_error(check->report, list->place, "'%s' has %zu items; %u are the "
			     "most", key, list->n, POLICY_TEXTS_MAX);
		return 0;
	}
	texts.list = policy_arena_alloc(&check->compiler->arena,
					(list->n + 1) * sizeof(*texts.list));
	if (!texts.list)
		return -ENOMEM;
	for (item = list->first; item; item = item->next) {
		const char *text = policy_field_text(check->report, item, key);

		if (!text)
			continue;
		for (i = 0; i < texts.n; i++)
			if (strcmp(texts.list[i], text) == 0)
				break;
		if (i < texts.n)
			policy_error(check->report, item->place,
				     "%s stands twice in '%s'",
				     policy_quote(text, strlen(text)).text, key);
		else
			texts.list[texts.n++] = text;
	}
	*ret_texts = texts;
	return 0;
}

bool check_sha256(struct check *check, const struct policy_node *node, const char *key,
		  uint8_t ret_sha256[DEBAR_SHA256_SIZE])
{
	struct policy_place place;

	if (!policy_field_text(check->report, node, key))
		return false;
	place = node->place;
	if (!node->plain)	/* the digits begin behind the quote mark */
		place.column++;
	return policy_digest_read(check->report, place, node->text, node->length,
				  ret_sha256);
}

bool check_unverified(struct check *check, const struct policy_node *node)
{
	static const char *const words[] = { "yes", "no" };
	size_t word;

	return node && policy_field_choice(check->report, node, "verified", words, 2, &word) &&
	       word == 1;
}

void check_window(struct check *check, const struct policy_node *effective,
		  const struct policy_node *expires, int64_t *from, int64_t *until)
{
	const struct policy_node *last = expires ? expires : effective;

	if (effective &&
	    !policy_field_instant(check->report, effective, "effective", from))
		return;
	if (expires && !policy_field_instant(check->report, expires, "expires", until))
		return;
	if (!last || *from < *until)
		return;
	policy_error(check->report, last->place, "'expires' must be later than 'effective'");
	/* Nothing is to follow from it. */
	*from = POLICY_ALWAYS;
	*until = POLICY_NEVER;
}

enum {
	TOP_DEBAR,
	TOP_POLICY,
	TOP_SERIAL,
	TOP_SIGNERS,
	TOP_LOCAL,
	TOP_INCLUDE,
	TOP_AUTHORITIES,
	TOP_VENDORS,
	TOP_EXCEPTIONS,
	N_TOP
};

static const struct policy_field top_fields[N_TOP] = {
	[TOP_DEBAR] = { "debar", true },
	[TOP_POLICY] = { "policy", true },
	[TOP_SERIAL] = { "serial", true },
	[TOP_SIGNERS] = { "signers", false },
	[TOP_LOCAL] = { "local", false },
	[TOP_INCLUDE] = { "include", false },
	[TOP_AUTHORITIES] = { "authorities", false },
	[TOP_VENDORS] = { "vendors", false },
	[TOP_EXCEPTIONS] = { "exceptions", false },
};

/* The same without the policy's own. */
enum {
	INCLUDED_DEBAR,
	INCLUDED_INCLUDE,
	INCLUDED_AUTHORITIES,
	INCLUDED_VENDORS,
	INCLUDED_EXCEPTIONS,
	N_INCLUDED
};

static const struct policy_field included_fields[N_INCLUDED] = {
	[INCLUDED_DEBAR] = { "debar", true },
	[INCLUDED_INCLUDE] = { "include", false },
	[INCLUDED_AUTHORITIES] = { "authorities", false },
	[INCLUDED_VENDORS] = { "vendors", false },
	[INCLUDED_EXCEPTIONS] = { "exceptions", false },
};

/* What the check goes on with of a file. */
struct top {
	const struct policy_node *authorities;
	const struct policy_node *vendors;
	const struct policy_node *exceptions;
};

static void read_name(struct check *check, const struct policy_node *node)
{
	const char *name = policy_field_text(check->report, node, "policy");

	if (!name)
		return;
	if (!debar_image_name_valid(name, strlen(name))) {
		policy_error(check->report, node->place,
			     "'policy' must be 1 to %u of a-z, 0-9, '.', '_' and '-', "
			     "the first a letter or digit", DEBAR_NAME_MAX);
		return;
	}
	check->model->name = name;
}

static void read_signers(struct check *check, const struct policy_node *node)
{
	uint64_t n;

	if (!node || !policy_field_number(check->report, node, "signers", &n))
		return;
	if (n > DEBAR_IMAGE_SIGNERS_MAX) {
		policy_error(check->report, node->place, "'signers' must be 1 to %u",
			     DEBAR_IMAGE_SIGNERS_MAX);
		return;
	}
	check->model->signers = n;
}

static void read_local(struct check *check, const struct policy_node *node)
{
	static const char *const words[] = { "signed", "unsigned" };
	size_t word;

	if (node && policy_field_choice(check->report, node, "local", words, 2, &word))
		check->model->allow_local = word == 1;
}

static void read_top(struct check *check, const struct policy_file *file, struct top *top)
{
	const struct policy_node *values[N_TOP];

	*top = (struct top) { 0 };
	if (file->included) {
		if (!policy_fields(check->report, file->root, "an included file",
				   included_fields, N_INCLUDED, values))
			return;
		top->authorities = values[INCLUDED_AUTHORITIES];
		top->vendors = values[INCLUDED_VENDORS];
		top->exceptions = values[INCLUDED_EXCEPTIONS];
		return;
	}
	if (!policy_fields(check->report, file->root, "a policy", top_fields, N_TOP,
			   values)) {
		check->compiler->incomplete = true;
		return;
	}
	read_name(check, values[TOP_POLICY]);
	policy_field_number(check->report, values[TOP_SERIAL], "serial",
			    &check->model->serial);
	read_signers(check, values[TOP_SIGNERS]);
	read_local(check, values[TOP_LOCAL]);
	top->authorities = values[TOP_AUTHORITIES];
	top->vendors = values[TOP_VENDORS];
	top->exceptions = values[TOP_EXCEPTIONS];
}

/* Each may stand in any of the files, but in one of them it must. */
static void require(struct check *check, const struct policy_node *root, bool authorities,
		    bool vendors)
{
	if (!authorities)
		check->authorities_incomplete = true;
	if (check->compiler->incomplete)
		return;
	if (!authorities)
		policy_error(check->report, root->place,
			     "a policy needs the key 'authorities'");
	if (!vendors)
		policy_error(check->report, root->place,
			     "a policy needs the key 'vendors'");
}

static void warn_of_authorities(struct check *check)
{
	const struct policy_model *model = check->model;
	size_t i;

	for (i = 0; i < model->n_authorities; i++)
		if (!model->authorities[i].used)
			policy_warning(check->report, model->authorities[i].place,
				       "no product refers to this authority");
}

int policy_check(struct policy_compiler *compiler)
{
	struct check check = {
		.compiler = compiler,
		.report = &compiler->report,
		.model = &compiler->model,
	};
	bool authorities = false, vendors = false;
	struct top tops[POLICY_FILES_MAX] = { 0 };
	int error = 0;
	size_t i;

	if (compiler->n_files == 0)
		return 0;
	for (i = 0; i < compiler->n_files; i++) {
		read_top(&check, &compiler->files[i], &tops[i]);
		authorities |= tops[i].authorities != NULL;
		vendors |= tops[i].vendors != NULL;
		if (tops[i].authorities && tops[i].authorities->kind != POLICY_NODE_LIST)
			check.authorities_incomplete = true;
		if (tops[i].vendors && tops[i].vendors->kind != POLICY_NODE_LIST)
			check.products_incomplete = true;
	}
	require(&check, compiler->files[0].root, authorities, vendors);
	check.authorities_incomplete |= compiler->incomplete;
	check.products_incomplete |= compiler->incomplete;
	/* What is referred to comes first, wherever it stands. */
	for (i = 0; i < compiler->n_files && !error; i++)
		error = check_each(&check, tops[i].authorities, "authorities", 0,
				   check_authority);
	for (i = 0; i < compiler->n_files && !error; i++)
		error = check_each(&check, tops[i].vendors, "vendors", 0, check_vendor);
	for (i = 0; i < compiler->n_files && !error; i++)
		error = check_each(&check, tops[i].exceptions, "exceptions", 0,
				   check_exception);
	/* A product that is wrong may be the one that refers to it. */
	if (!error && check.report->n_errors == 0)
		warn_of_authorities(&check);
	return error;
}
