// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions: a file or product that somebody has let through for a time.
 */
#include <string.h>

#include "check.h"
#include "date.h"

enum {
	EXCEPTION_FILE,
	EXCEPTION_PRODUCT,
	EXCEPTION_APPROVER,
	EXCEPTION_REASON,
	EXCEPTION_EXPIRES,
	N_EXCEPTION
};

static const struct policy_field exception_fields[N_EXCEPTION] = {
	[EXCEPTION_FILE] = { "file", false },
	[EXCEPTION_PRODUCT] = { "product", false },
	[EXCEPTION_APPROVER] = { "approver", true },
	[EXCEPTION_REASON] = { "reason", true },
	[EXCEPTION_EXPIRES] = { "expires", true },
};

/* Is @text the vendor's name, "/" and the product's? Names may hold a "/", too. */
static bool is_product(const struct policy_model *model,
		       const struct policy_product *product, const char *text)
{
	const char *vendor = model->vendors[product->vendor].name;
	size_t length = strlen(vendor);

	return strncmp(text, vendor, length) == 0 && text[length] == '/' &&
	       strcmp(text + length + 1, product->name) == 0;
}

static bool find_product(struct check *check, const struct policy_node *node,
			 uint32_t *ret_index)
{
	const char *text = policy_field_text(check->report, node, "product");
	const struct policy_model *model = check->model;
	size_t i, n = 0;

	if (!text)
		return false;
	for (i = 0; i < model->n_products; i++) {
		if (!is_product(model, &model->products[i], text))
			continue;
		*ret_index = i;
		n++;
	}
	if (n == 1)
		return true;
	if (n > 1)
		policy_error(check->report, node->place, "%s can mean %zu products",
			     policy_quote(text, strlen(text)).text, n);
	else if (!check->products_incomplete)
		policy_error(check->report, node->place,
			     "no product of this policy is %s: write \"vendor/product\"",
			     policy_quote(text, strlen(text)).text);
	return false;
}

/* Of what is excepted: which file or product. */
static bool read_subject(struct check *check, const struct policy_node *item,
			 const struct policy_node **values,
			 struct policy_exception *exception)
{
	exception->product = POLICY_NO_PRODUCT;
	exception->place = item->place;
	if (!values[EXCEPTION_FILE] == !values[EXCEPTION_PRODUCT]) {
		policy_error(check->report, item->place,
			     "an exception needs the key 'file' or 'product', and not "
			     "both");
		return false;
	}
	if (values[EXCEPTION_FILE]) {
		exception->place = values[EXCEPTION_FILE]->place;
		return check_sha256(check, values[EXCEPTION_FILE], "file",
				    exception->sha256);
	}
	exception->place = values[EXCEPTION_PRODUCT]->place;
	return find_product(check, values[EXCEPTION_PRODUCT], &exception->product);
}

static const struct policy_exception *find_same(const struct policy_model *model,
						const struct policy_exception *exception)
{
	size_t i;

	for (i = 0; i < model->n_exceptions; i++) {
		const struct policy_exception *other = &model->exceptions[i];

		if (other->product == exception->product &&
		    memcmp(other->sha256, exception->sha256, DEBAR_SHA256_SIZE) == 0)
			return other;
	}
	return NULL;
}

int check_exception(struct check *check, const struct policy_node *item, uint32_t parent)
{
	const struct policy_node *values[N_EXCEPTION];
	struct policy_report *report = check->report;
	struct policy_exception exception = { 0 };
	const struct policy_exception *other;
	bool valid;

	(void)parent;
	if (!policy_fields(report, item, "an exception", exception_fields, N_EXCEPTION,
			   values))
		return 0;
	valid = read_subject(check, item, values, &exception);
	exception.approver = policy_field_text(report, values[EXCEPTION_APPROVER],
					       "approver");
	exception.reason = policy_field_text(report, values[EXCEPTION_REASON], "reason");
	valid &= policy_field_instant(report, values[EXCEPTION_EXPIRES], "expires",
				      &exception.expires);
	if (!valid)
		return 0;
	other = find_same(check->model, &exception);
	if (other) {
		policy_error(report, exception.place, "an exception for this is already in %s",
			     policy_where(&check->compiler->sources, other->place,
					  exception.place).text);
		return 0;
	}
	if (!check_room(check, CHECK_EXCEPTIONS, check->model->n_exceptions,
			exception.place))
		return 0;
	return policy_model_add_exception(check->model, &exception);
}
