// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy language: YAML tree to model. What a mapping may hold stands in a
 * table above the function that reads it.
 */
#include <errno.h>
#include <string.h>

#include "bounds.h"
#include "compiler.h"
#include "digest.h"
#include "field.h"

#define LANGUAGE_VERSION 1

struct check {
	struct policy_compiler *compiler;
	struct policy_report *report;
	struct policy_model *model;
	size_t n_hashlists;
	/* One was wrong and is missing: a reference to it may be right. */
	bool authorities_incomplete;
	bool vendors_full;	/* said so */
	bool products_full;
};

/* Read an item of a list. Returns 0, or -ENOMEM. */
typedef int (*item_fn)(struct check *check, const struct policy_node *item,
		       uint32_t parent);

static int each_item(struct check *check, const struct policy_node *list,
		     const char *key, uint32_t parent, item_fn read)
{
	const struct policy_node *item;
	int error = 0;

	if (!policy_field_list(check->report, list, key))
		return 0;
	for (item = list->first; item && !error; item = item->next)
		error = read(check, item, parent);
	return error;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

enum {
	AUTHORITY_ID,
	AUTHORITY_CITATION,
	AUTHORITY_TITLE,
	AUTHORITY_EFFECTIVE,
	N_AUTHORITY
};

static const struct policy_field authority_fields[N_AUTHORITY] = {
	[AUTHORITY_ID] = { "id", true },
	[AUTHORITY_CITATION] = { "citation", true },
	[AUTHORITY_TITLE] = { "title", false },
	[AUTHORITY_EFFECTIVE] = { "effective", false },
};

static int read_authority(struct check *check, const struct policy_node *item,
			  uint32_t parent)
{
	const struct policy_node *values[N_AUTHORITY];
	struct policy_authority authority = { 0 };
	const struct policy_model *model = check->model;
	size_t i;

	(void)parent;
	policy_fields(check->report, item, "an authority", authority_fields, N_AUTHORITY,
		      values);
	authority.id = policy_field_text(check->report, values[AUTHORITY_ID], "id");
	authority.citation = policy_field_text(check->report, values[AUTHORITY_CITATION],
					       "citation");
	authority.title = policy_field_text(check->report, values[AUTHORITY_TITLE],
					    "title");
	policy_field_date(check->report, values[AUTHORITY_EFFECTIVE], "effective",
			  &authority.effective);
	if (!authority.id) {
		check->authorities_incomplete = true;
		return 0;
	}
	authority.place = values[AUTHORITY_ID]->place;
	for (i = 0; i < model->n_authorities; i++) {
		if (!same(model->authorities[i].id, authority.id))
			continue;
		policy_error(check->report, authority.place,
			     "an authority with this id is already in line %u",
			     model->authorities[i].place.line);
		return 0;
	}
	if (model->n_authorities == POLICY_AUTHORITIES_MAX) {
		if (!check->authorities_incomplete)
			policy_error(check->report, authority.place,
				     "a policy has %u authorities at most, and this is "
				     "one more", POLICY_AUTHORITIES_MAX);
		check->authorities_incomplete = true;
		return 0;
	}
	return policy_model_add_authority(check->model, &authority);
}

/* The authority that @node names. Returns true on success. */
static bool find_authority(struct check *check, const struct policy_node *node,
			   uint32_t *ret_index)
{
	const char *id = policy_field_text(check->report, node, "authority");
	struct policy_model *model = check->model;
	const char *words[POLICY_AUTHORITIES_MAX];
	const char *nearest;
	size_t i;

	if (!id)
		return false;
	for (i = 0; i < model->n_authorities; i++) {
		words[i] = model->authorities[i].id;
		if (!same(words[i], id))
			continue;
		model->authorities[i].used = true;
		*ret_index = i;
		return true;
	}
	if (check->authorities_incomplete)
		return false;
	nearest = policy_nearest(id, strlen(id), words, model->n_authorities);
	if (nearest)
		policy_error(check->report, node->place,
			     "no authority has the id %s; did you mean '%s'?",
			     policy_quote(id, strlen(id)).text, nearest);
	else
		policy_error(check->report, node->place,
			     "no authority has the id %s; add it to 'authorities'",
			     policy_quote(id, strlen(id)).text);
	return false;
}

static bool read_action(struct check *check, const struct policy_node *node,
			enum debar_action *ret_action)
{
	static const char *const words[] = { "deny", "observe" };
	static const enum debar_action actions[] = {
		DEBAR_ACTION_DENY, DEBAR_ACTION_OBSERVE
	};
	const char *word = policy_field_text(check->report, node, "action");
	const char *nearest;
	size_t i;

	if (!word)
		return false;
	for (i = 0; i < 2; i++) {
		if (!same(word, words[i]))
			continue;
		*ret_action = actions[i];
		return true;
	}
	nearest = policy_nearest(word, strlen(word), words, 2);
	policy_error(check->report, node->place,
		     "'action' must be 'deny' or 'observe', not %s%s%s%s",
		     policy_quote(word, strlen(word)).text,
		     nearest ? "; did you mean '" : "", nearest ? nearest : "",
		     nearest ? "'?" : "");
	return false;
}

/* Relative, and without a component that leads elsewhere or to nowhere. */
static bool list_path_valid(const char *path)
{
	for (;;) {
		const char *slash = strchrnul(path, '/');
		size_t length = slash - path;

		if (length == 0 || (length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (*slash == '\0')
			return true;
		path = slash + 1;
	}
}

static int read_hashlist(struct check *check, const struct policy_node *node,
			 uint32_t product)
{
	const char *path = policy_field_text(check->report, node, "list");
	struct policy_compiler *compiler = check->compiler;
	uint32_t source;
	int error;

	if (!path)
		return 0;
	if (!list_path_valid(path)) {
		policy_error(check->report, node->place,
			     "'list' must name a file beside or below this one, by a "
			     "relative path without '.' and '..'");
		return 0;
	}
	if (check->n_hashlists == POLICY_HASHLISTS_MAX) {
		policy_error(check->report, node->place,
			     "a policy has %u hash lists at most", POLICY_HASHLISTS_MAX);
		return 0;
	}
	check->n_hashlists++;
	error = policy_sources_add_list(&compiler->sources, path, &source);
	if (error == -ENOMEM)
		return error;
	if (error) {
		policy_error(check->report, node->place,
			     "cannot read the hash list %s: %s",
			     policy_quote(path, strlen(path)).text,
			     policy_source_error_text(error));
		return 0;
	}
	if (!policy_source_text_valid(&compiler->sources, source, check->report))
		return 0;
	return policy_hashlist_read(compiler, source, product);
}

enum { BAN_SHA256, BAN_SIZE, BAN_NAME, BAN_LIST, N_BAN };

static const struct policy_field ban_fields[N_BAN] = {
	[BAN_SHA256] = { "sha256", false },
	[BAN_SIZE] = { "size", false },
	[BAN_NAME] = { "name", false },
	[BAN_LIST] = { "list", false },
};

/* Where the digits of a digest begin: behind a quote mark, if there is one. */
static struct policy_place digits_place(const struct policy_node *node)
{
	struct policy_place place = node->place;

	if (!node->plain)
		place.column++;
	return place;
}

static int read_file_ban(struct check *check, const struct policy_node **values,
			 uint32_t product)
{
	const struct policy_node *digest = values[BAN_SHA256];
	struct policy_ban ban = { .product = product };
	bool valid;

	valid = policy_field_text(check->report, digest, "sha256") &&
		policy_digest_read(check->report, digits_place(digest), digest->text,
				   digest->length, ban.sha256);
	if (values[BAN_SIZE] &&
	    !policy_field_number(check->report, values[BAN_SIZE], "size", &ban.size))
		valid = false;
	policy_field_text(check->report, values[BAN_NAME], "name");
	if (!valid)
		return 0;
	ban.place = digest->place;
	return policy_model_add_ban(check->compiler, &ban);
}

static int read_ban(struct check *check, const struct policy_node *item,
		    uint32_t product)
{
	const struct policy_node *values[N_BAN];

	if (check->model->full)
		return 0;
	if (!policy_fields(check->report, item, "a ban", ban_fields, N_BAN, values))
		return 0;
	if (!values[BAN_LIST] && !values[BAN_SHA256]) {
		policy_error(check->report, item->place,
			     "a ban needs the key 'sha256' or 'list'");
		return 0;
	}
	if (!values[BAN_LIST])
		return read_file_ban(check, values, product);
	if (values[BAN_SHA256] || values[BAN_SIZE] || values[BAN_NAME]) {
		policy_error(check->report, item->place,
			     "'list' stands alone: the list has the digests and names");
		return 0;
	}
	return read_hashlist(check, values[BAN_LIST], product);
}

enum { PRODUCT_NAME, PRODUCT_ACTION, PRODUCT_AUTHORITY, PRODUCT_BANS, N_PRODUCT };

static const struct policy_field product_fields[N_PRODUCT] = {
	[PRODUCT_NAME] = { "name", true },
	[PRODUCT_ACTION] = { "action", true },
	[PRODUCT_AUTHORITY] = { "authority", true },
	[PRODUCT_BANS] = { "bans", true },
};

static const struct policy_product *find_product(const struct policy_model *model,
						 uint32_t vendor, const char *name)
{
	size_t i;

	for (i = 0; i < model->n_products; i++)
		if (model->products[i].vendor == vendor &&
		    same(model->products[i].name, name))
			return &model->products[i];
	return NULL;
}

/* Only of policies without an error so far: a ban may be missing for that. */
static void warn_of_bans(struct check *check, uint32_t index, size_t n_bans)
{
	const struct policy_product *product = &check->model->products[index];

	if (n_bans == 0)
		policy_warning(check->report, product->place, "this product has no bans");
	if (product->n_unsized > 0)
		policy_warning(check->report, product->place,
			       "%u of %zu bans of this product have no size: every "
			       "program on the machine has to be hashed",
			       product->n_unsized, n_bans);
}

static int read_product(struct check *check, const struct policy_node *item,
			uint32_t vendor)
{
	const struct policy_node *values[N_PRODUCT];
	struct policy_product product = { .vendor = vendor };
	struct policy_model *model = check->model;
	size_t n_bans = model->n_bans;
	const struct policy_product *other;
	uint32_t index;
	int error;

	if (!policy_fields(check->report, item, "a product", product_fields, N_PRODUCT,
			   values))
		return 0;
	product.name = policy_field_text(check->report, values[PRODUCT_NAME], "name");
	find_authority(check, values[PRODUCT_AUTHORITY], &product.authority);
	read_action(check, values[PRODUCT_ACTION], &product.action);
	product.place = product.name ? values[PRODUCT_NAME]->place : item->place;
	other = product.name ? find_product(model, vendor, product.name) : NULL;
	if (other)
		policy_error(check->report, product.place,
			     "a product of this vendor and name is already in line %u",
			     other->place.line);
	if (model->n_products == DEBAR_IMAGE_PRODUCTS_MAX) {
		if (!check->products_full)
			policy_error(check->report, product.place,
				     "a policy has %u products at most, and this is one "
				     "more", DEBAR_IMAGE_PRODUCTS_MAX);
		check->products_full = true;
		return 0;
	}
	/* Also where it is wrong: its bans are to be checked. */
	if (!product.name)
		product.name = "?";
	index = model->n_products;
	error = policy_model_add_product(model, &product);
	if (error)
		return error;
	error = each_item(check, values[PRODUCT_BANS], "bans", index, read_ban);
	if (!error && check->report->n_errors == 0)
		warn_of_bans(check, index, model->n_bans - n_bans);
	return error;
}

enum { VENDOR_NAME, VENDOR_PRODUCTS, N_VENDOR };

static const struct policy_field vendor_fields[N_VENDOR] = {
	[VENDOR_NAME] = { "name", true },
	[VENDOR_PRODUCTS] = { "products", true },
};

static int read_vendor(struct check *check, const struct policy_node *item,
		       uint32_t parent)
{
	const struct policy_node *values[N_VENDOR];
	struct policy_model *model = check->model;
	const struct policy_node *products;
	struct policy_vendor vendor;
	uint32_t index;
	size_t i;
	int error;

	(void)parent;
	if (!policy_fields(check->report, item, "a vendor", vendor_fields, N_VENDOR,
			   values))
		return 0;
	vendor.name = policy_field_text(check->report, values[VENDOR_NAME], "name");
	vendor.place = vendor.name ? values[VENDOR_NAME]->place : item->place;
	if (model->n_vendors == POLICY_VENDORS_MAX) {
		if (!check->vendors_full)
			policy_error(check->report, vendor.place,
				     "a policy has %u vendors at most, and this is one "
				     "more", POLICY_VENDORS_MAX);
		check->vendors_full = true;
		return 0;
	}
	for (i = 0; vendor.name && i < model->n_vendors; i++) {
		if (!same(model->vendors[i].name, vendor.name))
			continue;
		policy_error(check->report, vendor.place,
			     "a vendor of this name is already in line %u: put the "
			     "products together", model->vendors[i].place.line);
		break;
	}
	if (!vendor.name)
		vendor.name = "?";
	index = model->n_vendors;
	error = policy_model_add_vendor(model, &vendor);
	if (error)
		return error;
	products = values[VENDOR_PRODUCTS];
	if (products && products->kind == POLICY_NODE_LIST && products->n == 0)
		policy_warning(check->report, vendor.place,
			       "this vendor has no products");
	return each_item(check, products, "products", index, read_product);
}

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

/*
 * Look before all else whether this is another language: then nothing that this
 * one finds wrong means anything. A version that is missing is found later.
 */
static bool version_known(struct check *check, const struct policy_node *root)
{
	const struct policy_node *node = policy_field_find(root, "debar");
	uint64_t version;

	if (!node)
		return true;
	if (!policy_field_number(check->report, node, "debar", &version))
		return false;
	if (version == LANGUAGE_VERSION)
		return true;
	policy_error(check->report, node->place,
		     "this compiler knows version %d of the language only",
		     LANGUAGE_VERSION);
	return false;
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

enum { TOP_DEBAR, TOP_POLICY, TOP_SERIAL, TOP_AUTHORITIES, TOP_VENDORS, N_TOP };

static const struct policy_field top_fields[N_TOP] = {
	[TOP_DEBAR] = { "debar", true },
	[TOP_POLICY] = { "policy", true },
	[TOP_SERIAL] = { "serial", true },
	[TOP_AUTHORITIES] = { "authorities", true },
	[TOP_VENDORS] = { "vendors", true },
};

int policy_check(struct policy_compiler *compiler, const struct policy_node *root)
{
	const struct policy_node *values[N_TOP];
	struct check check = {
		.compiler = compiler,
		.report = &compiler->report,
		.model = &compiler->model,
	};
	int error;

	if (!version_known(&check, root) ||
	    !policy_fields(check.report, root, "a policy", top_fields, N_TOP, values))
		return 0;
	read_name(&check, values[TOP_POLICY]);
	policy_field_number(check.report, values[TOP_SERIAL], "serial",
			    &compiler->model.serial);
	if (!values[TOP_AUTHORITIES] || values[TOP_AUTHORITIES]->kind != POLICY_NODE_LIST)
		check.authorities_incomplete = true;
	error = each_item(&check, values[TOP_AUTHORITIES], "authorities", 0,
			  read_authority);
	if (!error)
		error = each_item(&check, values[TOP_VENDORS], "vendors", 0, read_vendor);
	/* A product that is wrong may be the one that refers to it. */
	if (!error && check.report->n_errors == 0)
		warn_of_authorities(&check);
	return error;
}
