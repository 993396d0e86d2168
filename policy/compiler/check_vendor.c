// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vendors, and what their software can be recognised by where no digest is known.
 */
#include <string.h>

#include "check.h"

enum { IDENTITY_PACKAGES, IDENTITY_MAINTAINERS, IDENTITY_PREFIXES, IDENTITY_UNITS,
       N_IDENTITY };

static const struct policy_field identity_fields[N_IDENTITY] = {
	[IDENTITY_PACKAGES] = { "packages", false },
	[IDENTITY_MAINTAINERS] = { "maintainers", false },
	[IDENTITY_PREFIXES] = { "prefixes", false },
	[IDENTITY_UNITS] = { "units", false },
};

/* The place of the item whose text was taken as @text. */
static struct policy_place place_of(const struct policy_node *list, const char *text)
{
	const struct policy_node *item = list->first;

	while (item->text != text)
		item = item->next;
	return item->place;
}

/* What is between '[' and ']' may be anything, but not nothing. */
static bool glob_closed(const char *glob)
{
	while ((glob = strchr(glob, '['))) {
		const char *end;

		glob++;
		if (*glob == '!' || *glob == '^')
			glob++;
		end = *glob ? strchr(glob + 1, ']') : NULL;
		if (!end)
			return false;
		glob = end + 1;
	}
	return true;
}

static void check_globs(struct check *check, const struct policy_node *list,
			const struct policy_texts *globs)
{
	size_t i;

	for (i = 0; i < globs->n; i++) {
		const char *glob = globs->list[i];

		if (strspn(glob, "*?") == strlen(glob))
			policy_error(check->report, place_of(list, glob),
				     "this matches what everybody makes: name something "
				     "of this vendor's");
		else if (!glob_closed(glob))
			policy_error(check->report, place_of(list, glob),
				     "a '[' that no ']' closes");
	}
}

/* Absolute, below the root, and as the kernel would spell it. */
static bool prefix_valid(const char *prefix)
{
	return prefix[0] == '/' && policy_source_path_valid(prefix + 1);
}

static void check_prefixes(struct check *check, const struct policy_node *list,
			   const struct policy_texts *prefixes)
{
	size_t i;

	for (i = 0; i < prefixes->n; i++)
		if (!prefix_valid(prefixes->list[i]))
			policy_error(check->report, place_of(list, prefixes->list[i]),
				     "a prefix must be an absolute path without '.', "
				     "'..', '//' and a '/' at its end");
}

static bool unit_valid(const char *unit)
{
	static const char *const types[] = {
		"service", "socket", "timer", "path", "mount", "automount", "target",
		"slice", "scope", "swap", "device",
	};
	const char *dot = strrchr(unit, '.');
	size_t i;

	if (!dot || dot == unit || strchr(unit, '/'))
		return false;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dot + 1, types[i]) == 0)
			return true;
	return false;
}

static void check_units(struct check *check, const struct policy_node *list,
			const struct policy_texts *units)
{
	size_t i;

	for (i = 0; i < units->n; i++)
		if (!unit_valid(units->list[i]))
			policy_error(check->report, place_of(list, units->list[i]),
				     "a unit must be named with its type, as in "
				     "'example.service'");
}

static int read_identity(struct check *check, const struct policy_node *node,
			 struct policy_vendor *vendor)
{
	const struct policy_node *values[N_IDENTITY];
	int error;

	if (!node || !policy_fields(check->report, node, "an identity", identity_fields,
				    N_IDENTITY, values))
		return 0;
	error = check_texts(check, values[IDENTITY_PACKAGES], "packages",
			    &vendor->packages);
	if (!error)
		error = check_texts(check, values[IDENTITY_MAINTAINERS], "maintainers",
				    &vendor->maintainers);
	if (!error)
		error = check_texts(check, values[IDENTITY_PREFIXES], "prefixes",
				    &vendor->prefixes);
	if (!error)
		error = check_texts(check, values[IDENTITY_UNITS], "units",
				    &vendor->units);
	if (error)
		return error;
	check_globs(check, values[IDENTITY_PACKAGES], &vendor->packages);
	check_globs(check, values[IDENTITY_MAINTAINERS], &vendor->maintainers);
	check_prefixes(check, values[IDENTITY_PREFIXES], &vendor->prefixes);
	check_units(check, values[IDENTITY_UNITS], &vendor->units);
	return 0;
}

enum {
	VENDOR_NAME,
	VENDOR_ALIASES,
	VENDOR_SUCCESSORS,
	VENDOR_IDENTITY,
	VENDOR_PRODUCTS,
	N_VENDOR
};

static const struct policy_field vendor_fields[N_VENDOR] = {
	[VENDOR_NAME] = { "name", true },
	[VENDOR_ALIASES] = { "aliases", false },
	[VENDOR_SUCCESSORS] = { "successors", false },
	[VENDOR_IDENTITY] = { "identity", false },
	[VENDOR_PRODUCTS] = { "products", true },
};

static void report_same_name(struct check *check, const struct policy_vendor *vendor)
{
	const struct policy_model *model = check->model;
	size_t i;

	for (i = 0; i < model->n_vendors; i++) {
		const struct policy_vendor *other = &model->vendors[i];

		if (strcmp(other->name, vendor->name) != 0)
			continue;
		policy_error(check->report, vendor->place,
			     "a vendor of this name is already in %s: put the products "
			     "together",
			     policy_where(&check->compiler->sources, other->place,
					  vendor->place).text);
		return;
	}
}

int check_vendor(struct check *check, const struct policy_node *item, uint32_t parent)
{
	const struct policy_node *values[N_VENDOR];
	struct policy_model *model = check->model;
	struct policy_vendor vendor = { 0 };
	const struct policy_node *products;
	uint32_t index;
	int error;

	(void)parent;
	if (!policy_fields(check->report, item, "a vendor", vendor_fields, N_VENDOR,
			   values)) {
		check->products_incomplete = true;
		return 0;
	}
	vendor.name = policy_field_text(check->report, values[VENDOR_NAME], "name");
	vendor.place = vendor.name ? values[VENDOR_NAME]->place : item->place;
	if (!check_room(check, CHECK_VENDORS, model->n_vendors, vendor.place)) {
		check->products_incomplete = true;
		return 0;
	}
	if (vendor.name)
		report_same_name(check, &vendor);
	else	/* its products are to be checked nevertheless */
		vendor.name = "?";
	error = check_texts(check, values[VENDOR_ALIASES], "aliases", &vendor.aliases);
	if (!error)
		error = check_texts(check, values[VENDOR_SUCCESSORS], "successors",
				    &vendor.successors);
	if (!error)
		error = read_identity(check, values[VENDOR_IDENTITY], &vendor);
	index = model->n_vendors;
	if (!error)
		error = policy_model_add_vendor(model, &vendor);
	if (error)
		return error;
	products = values[VENDOR_PRODUCTS];
	if (products && products->kind == POLICY_NODE_LIST && products->n == 0)
		policy_warning(check->report, vendor.place,
			       "this vendor has no products");
	return check_each(check, products, "products", index, check_product);
}
