// SPDX-License-Identifier: GPL-2.0-only
/*
 * Products: what is done about which files, and by what authority.
 */
#include <string.h>

#include "check.h"

enum {
	PRODUCT_NAME,
	PRODUCT_ACTION,
	PRODUCT_AUTHORITY,
	PRODUCT_ALSO,
	PRODUCT_EFFECTIVE,
	PRODUCT_EXPIRES,
	PRODUCT_RELEASES,
	PRODUCT_FILES,
	N_PRODUCT
};

static const struct policy_field product_fields[N_PRODUCT] = {
	[PRODUCT_NAME] = { "name", true },
	[PRODUCT_ACTION] = { "action", true },
	[PRODUCT_AUTHORITY] = { "authority", true },
	[PRODUCT_ALSO] = { "also", false },
	[PRODUCT_EFFECTIVE] = { "effective", false },
	[PRODUCT_EXPIRES] = { "expires", false },
	[PRODUCT_RELEASES] = { "releases", false },
	[PRODUCT_FILES] = { "files", false },
};

static void read_action(struct check *check, const struct policy_node *node,
			enum debar_action *ret_action)
{
	static const char *const words[] = { "deny", "observe" };
	static const enum debar_action actions[] = {
		DEBAR_ACTION_DENY, DEBAR_ACTION_OBSERVE
	};
	size_t i;

	if (policy_field_choice(check->report, node, "action", words, 2, &i))
		*ret_action = actions[i];
}

/* Further authorities: for people, so that it is enough that there are such. */
static int read_also(struct check *check, const struct policy_node *item, uint32_t parent)
{
	uint32_t index;

	(void)parent;
	check_authority_find(check, item, &index);
	return 0;
}

static void report_same_name(struct check *check, const struct policy_product *product)
{
	const struct policy_model *model = check->model;
	size_t i;

	for (i = 0; i < model->n_products; i++) {
		const struct policy_product *other = &model->products[i];

		if (other->vendor != product->vendor ||
		    strcmp(other->name, product->name) != 0)
			continue;
		policy_error(check->report, product->place,
			     "a product of this vendor and name is already in %s",
			     policy_where(&check->compiler->sources, other->place,
					  product->place).text);
		return;
	}
}

/* Only of policies without an error so far: a ban may be missing for that. */
static void warn_of_bans(struct check *check, uint32_t index)
{
	const struct policy_product *product = &check->model->products[index];

	if (check->report->n_errors > 0)
		return;
	if (product->n_bans == 0 && !product->known)
		policy_warning(check->report, product->place, "this product has no bans");
	if (product->n_unsized > 0)
		policy_warning(check->report, product->place,
			       "%zu of %zu bans of this product have no size: every "
			       "program on the machine has to be hashed",
			       product->n_unsized, product->n_bans);
}

/* Files that belong to no known release belong to one without a version. */
static int read_files(struct check *check, const struct policy_node *files,
		      uint32_t index)
{
	struct policy_model *model = check->model;
	const struct policy_product *product = &model->products[index];
	struct policy_release release = {
		.product = index,
		.effective = product->effective,
		.expires = product->expires,
		.place = product->place,
	};
	int error;

	if (!files || !check_room(check, CHECK_RELEASES, model->n_releases, files->place))
		return 0;
	error = policy_model_add_release(model, &release);
	if (error)
		return error;
	return check_each(check, files, "files", model->n_releases - 1, check_file);
}

int check_product(struct check *check, const struct policy_node *item, uint32_t vendor)
{
	const struct policy_node *values[N_PRODUCT];
	struct policy_product product = {
		.vendor = vendor,
		.effective = POLICY_ALWAYS,
		.expires = POLICY_NEVER,
	};
	struct policy_model *model = check->model;
	uint32_t index;
	int error;

	if (!policy_fields(check->report, item, "a product", product_fields, N_PRODUCT,
			   values)) {
		check->products_incomplete = true;
		return 0;
	}
	product.name = policy_field_text(check->report, values[PRODUCT_NAME], "name");
	check_authority_find(check, values[PRODUCT_AUTHORITY], &product.authority);
	read_action(check, values[PRODUCT_ACTION], &product.action);
	check_window(check, values[PRODUCT_EFFECTIVE], values[PRODUCT_EXPIRES],
		     &product.effective, &product.expires);
	if (!values[PRODUCT_RELEASES] && !values[PRODUCT_FILES])
		policy_error(check->report, item->place,
			     "a product needs the key 'files' or 'releases'");
	product.place = product.name ? values[PRODUCT_NAME]->place : item->place;
	if (product.name)
		report_same_name(check, &product);
	if (!check_room(check, CHECK_PRODUCTS, model->n_products, product.place)) {
		check->products_incomplete = true;
		return 0;
	}
	/* Also where it is wrong: its bans are to be checked. */
	if (!product.name) {
		product.name = "?";
		check->products_incomplete = true;
	}
	index = model->n_products;
	error = policy_model_add_product(model, &product);
	if (!error)
		error = check_each(check, values[PRODUCT_ALSO], "also", index, read_also);
	if (!error)
		error = check_each(check, values[PRODUCT_RELEASES], "releases", index,
				   check_release);
	if (!error)
		error = read_files(check, values[PRODUCT_FILES], index);
	if (!error)
		warn_of_bans(check, index);
	return error;
}
