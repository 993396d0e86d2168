// SPDX-License-Identifier: GPL-2.0-only
/*
 * Authorities: the laws and orders that bans rest on.
 */
#include <string.h>

#include "check.h"
#include "date.h"

enum {
	AUTHORITY_ID,
	AUTHORITY_CITATION,
	AUTHORITY_TITLE,
	AUTHORITY_SCOPE,
	AUTHORITY_BASIS,
	AUTHORITY_BINDING,
	AUTHORITY_EFFECTIVE,
	AUTHORITY_SOURCE,
	N_AUTHORITY
};

static const struct policy_field authority_fields[N_AUTHORITY] = {
	[AUTHORITY_ID] = { "id", true },
	[AUTHORITY_CITATION] = { "citation", true },
	[AUTHORITY_TITLE] = { "title", false },
	[AUTHORITY_SCOPE] = { "scope", false },
	[AUTHORITY_BASIS] = { "basis", false },
	[AUTHORITY_BINDING] = { "binding", false },
	[AUTHORITY_EFFECTIVE] = { "effective", false },
	[AUTHORITY_SOURCE] = { "source", false },
};

static enum policy_basis read_basis(struct check *check, const struct policy_node *node)
{
	static const char *const words[] = { "mandatory", "agency", "state", "operator" };
	size_t i;

	if (!policy_field_choice(check->report, node, "basis", words, 4, &i))
		return POLICY_BASIS_NONE;
	return POLICY_BASIS_MANDATORY + i;
}

int check_authority(struct check *check, const struct policy_node *item, uint32_t parent)
{
	const struct policy_node *values[N_AUTHORITY];
	struct policy_report *report = check->report;
	const struct policy_model *model = check->model;
	struct policy_authority authority = { 0 };
	size_t i;

	(void)parent;
	policy_fields(report, item, "an authority", authority_fields, N_AUTHORITY, values);
	authority.id = policy_field_text(report, values[AUTHORITY_ID], "id");
	authority.citation = policy_field_text(report, values[AUTHORITY_CITATION],
					       "citation");
	authority.title = policy_field_text(report, values[AUTHORITY_TITLE], "title");
	authority.scope = policy_field_text(report, values[AUTHORITY_SCOPE], "scope");
	authority.basis = read_basis(check, values[AUTHORITY_BASIS]);
	authority.binding = policy_field_text(report, values[AUTHORITY_BINDING],
					      "binding");
	policy_field_date(report, values[AUTHORITY_EFFECTIVE], "effective",
			  &authority.effective);
	authority.url = policy_field_text(report, values[AUTHORITY_SOURCE], "source");
	if (!authority.id) {
		check->authorities_incomplete = true;
		return 0;
	}
	authority.place = values[AUTHORITY_ID]->place;
	for (i = 0; i < model->n_authorities; i++) {
		const struct policy_authority *other = &model->authorities[i];

		if (strcmp(other->id, authority.id) != 0)
			continue;
		policy_error(report, authority.place,
			     "an authority with this id is already in %s",
			     policy_where(&check->compiler->sources, other->place,
					  authority.place).text);
		return 0;
	}
	if (!check_room(check, CHECK_AUTHORITIES, model->n_authorities,
			authority.place)) {
		check->authorities_incomplete = true;
		return 0;
	}
	return policy_model_add_authority(check->model, &authority);
}

bool check_authority_find(struct check *check, const struct policy_node *node,
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
		if (strcmp(words[i], id) != 0)
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
