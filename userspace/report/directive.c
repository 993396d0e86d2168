// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directive profiles: what a law or order asks a report to say.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "date.h"
#include "directive.h"
#include "field.h"

#define LIST_MAX 64	/* items of any list in a profile */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *const fills[] = {
	[DIRECTIVE_BLANK] = "blank",
	[DIRECTIVE_AGENCY] = "agency",
	[DIRECTIVE_CONTACT] = "contact",
	[DIRECTIVE_PRODUCT] = "product",
	[DIRECTIVE_ENDPOINTS] = "endpoints",
	[DIRECTIVE_METHODS] = "methods",
	[DIRECTIVE_COMPONENT] = "component",
};

struct owner {
	struct directive directive;
	struct policy_arena arena;
};

enum {
	DIRECTIVE_VERSION,
	DIRECTIVE_ID,
	DIRECTIVE_TITLE,
	DIRECTIVE_CITATION,
	DIRECTIVE_ISSUER,
	DIRECTIVE_ISSUED,
	DIRECTIVE_BINDING,
	DIRECTIVE_SCOPE,
	DIRECTIVE_ASKS,
	DIRECTIVE_AUTHORITIES,
	DIRECTIVE_VENDORS,
	DIRECTIVE_DEADLINES,
	DIRECTIVE_PLAN_FILE,
	DIRECTIVE_PLAN,
	N_DIRECTIVE
};

static const struct policy_field directive_fields[N_DIRECTIVE] = {
	[DIRECTIVE_VERSION] = { "debar-directive", true },
	[DIRECTIVE_ID] = { "id", true },
	[DIRECTIVE_TITLE] = { "title", true },
	[DIRECTIVE_CITATION] = { "citation", false },
	[DIRECTIVE_ISSUER] = { "issuer", false },
	[DIRECTIVE_ISSUED] = { "issued", false },
	[DIRECTIVE_BINDING] = { "binding", false },
	[DIRECTIVE_SCOPE] = { "scope", false },
	[DIRECTIVE_ASKS] = { "asks", true },
	[DIRECTIVE_AUTHORITIES] = { "authorities", false },
	[DIRECTIVE_VENDORS] = { "vendors", false },
	[DIRECTIVE_DEADLINES] = { "deadlines", false },
	[DIRECTIVE_PLAN_FILE] = { "plan-file", false },
	[DIRECTIVE_PLAN] = { "plan", false },
};

/* Read a list's length, or say that it is none, or too long. */
static bool begin_list(struct policy_report *report, const struct policy_node *node,
		       const char *key)
{
	if (!policy_field_list(report, node, key))
		return false;
	if (node->n <= LIST_MAX)
		return true;
	policy_error(report, node->place, "'%s' has more than %d items", key, LIST_MAX);
	return false;
}

static int read_texts(struct policy_compiler *compiler, const struct policy_node *node,
		      const char *key, const char ***ret_list, size_t *ret_n)
{
	struct policy_report *report = &compiler->report;
	const struct policy_node *item;
	const char **list;

	if (!begin_list(report, node, key))
		return 0;
	list = policy_arena_alloc(&compiler->arena, (node->n + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	*ret_list = list;
	for (item = node->first; item; item = item->next)
		list[(*ret_n)++] = policy_field_text(report, item, key);
	return 0;
}

static int read_deadlines(struct policy_compiler *compiler, const struct policy_node *node,
			  struct directive *d)
{
	static const struct policy_field fields[] = { { "day", true }, { "what", true } };
	struct policy_report *report = &compiler->report;
	const struct policy_node *values[2], *item;

	if (!begin_list(report, node, "deadlines"))
		return 0;
	d->deadlines = policy_arena_alloc(&compiler->arena,
					  (node->n + 1) * sizeof(*d->deadlines));
	if (!d->deadlines)
		return -ENOMEM;
	for (item = node->first; item; item = item->next) {
		struct directive_deadline *deadline = &d->deadlines[d->n_deadlines++];

		policy_fields(report, item, "a deadline", fields, 2, values);
		policy_field_number(report, values[0], "day", &deadline->day);
		deadline->what = policy_field_text(report, values[1], "what");
	}
	return 0;
}

static int read_plan(struct policy_compiler *compiler, const struct policy_node *node,
		     struct directive *d)
{
	static const struct policy_field fields[] = { { "heading", true }, { "fill", false } };
	struct policy_report *report = &compiler->report;
	const struct policy_node *values[2], *item;

	if (!begin_list(report, node, "plan"))
		return 0;
	d->plan = policy_arena_alloc(&compiler->arena, (node->n + 1) * sizeof(*d->plan));
	if (!d->plan)
		return -ENOMEM;
	for (item = node->first; item; item = item->next) {
		struct directive_element *element = &d->plan[d->n_plan++];
		size_t fill = DIRECTIVE_BLANK;

		policy_fields(report, item, "an element of the plan", fields, 2, values);
		element->heading = policy_field_text(report, values[0], "heading");
		policy_field_choice(report, values[1], "fill", fills, ARRAY_SIZE(fills), &fill);
		element->fill = fill;
	}
	return 0;
}

/* It becomes a file's name: nothing but letters, digits and '-'. */
static void check_name(struct policy_report *report, const struct policy_node *node,
		       const char *name, const char *key)
{
	if (name && (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
		     *name == '-'))
		policy_error(report, node->place,
			     "'%s' has only small letters, digits and '-', which is not first",
			     key);
}

/* Other files of a report, or of many, have these. */
static void check_plan_name(struct policy_report *report, const struct policy_node *node,
			    const char *name)
{
	static const char *const taken[] = { "products", "endpoints", "evidence" };
	size_t i;

	check_name(report, node, name, "plan-file");
	for (i = 0; name && i < ARRAY_SIZE(taken); i++)
		if (strcmp(name, taken[i]) == 0)
			policy_error(report, node->place,
				     "'plan-file' cannot be '%s': a report has such a file", name);
}

static int read_profile(struct policy_compiler *compiler, const struct policy_node *root,
			struct directive *d)
{
	const struct policy_node *values[N_DIRECTIVE];
	struct policy_report *report = &compiler->report;
	uint32_t date;
	uint64_t version;
	int err;

	if (!policy_fields(report, root, "a directive", directive_fields, N_DIRECTIVE, values))
		return 0;
	if (policy_field_number(report, values[DIRECTIVE_VERSION], "debar-directive", &version) &&
	    version != 1)
		policy_error(report, values[DIRECTIVE_VERSION]->place,
			     "'debar-directive' must be 1, the version of its language");
	d->id = policy_field_text(report, values[DIRECTIVE_ID], "id");
	check_name(report, values[DIRECTIVE_ID], d->id, "id");
	d->title = policy_field_text(report, values[DIRECTIVE_TITLE], "title");
	d->citation = policy_field_text(report, values[DIRECTIVE_CITATION], "citation");
	d->issuer = policy_field_text(report, values[DIRECTIVE_ISSUER], "issuer");
	if (policy_field_date(report, values[DIRECTIVE_ISSUED], "issued", &date))
		d->issued = values[DIRECTIVE_ISSUED]->text;
	d->binding = policy_field_text(report, values[DIRECTIVE_BINDING], "binding");
	d->scope = policy_field_text(report, values[DIRECTIVE_SCOPE], "scope");
	d->plan_name = policy_field_text(report, values[DIRECTIVE_PLAN_FILE], "plan-file");
	check_plan_name(report, values[DIRECTIVE_PLAN_FILE], d->plan_name);
	if (!!values[DIRECTIVE_PLAN] != !!values[DIRECTIVE_PLAN_FILE])
		policy_error(report, root->place, "'plan' and 'plan-file' go together");
	err = read_texts(compiler, values[DIRECTIVE_ASKS], "asks", &d->asks, &d->n_asks);
	if (!err)
		err = read_texts(compiler, values[DIRECTIVE_AUTHORITIES], "authorities",
				 &d->authorities, &d->n_authorities);
	if (!err)
		err = read_texts(compiler, values[DIRECTIVE_VENDORS], "vendors", &d->vendors,
				 &d->n_vendors);
	if (!err)
		err = read_deadlines(compiler, values[DIRECTIVE_DEADLINES], d);
	if (!err)
		err = read_plan(compiler, values[DIRECTIVE_PLAN], d);
	return err;
}

static int read_source(struct policy_compiler *compiler, const char *path,
		       struct directive *d)
{
	struct policy_node *root;
	uint32_t source;
	int err;

	err = policy_sources_add_file(&compiler->sources, path, &source);
	if (err)
		return err;
	if (!policy_source_text_valid(&compiler->sources, source, &compiler->report))
		return -EBADMSG;
	err = policy_node_parse(compiler, source, &root);
	if (!err)
		err = read_profile(compiler, root, d);
	if (!err && compiler->report.n_errors)
		err = -EBADMSG;
	return err;
}

int directive_read(const char *path, struct directive **ret_directive,
		   struct policy_diagnostics *diagnostics)
{
	struct policy_compiler *compiler = calloc(1, sizeof(*compiler));
	struct owner *owner = calloc(1, sizeof(*owner));
	int err = -ENOMEM;

	memset(diagnostics, 0, sizeof(*diagnostics));
	if (owner)
		owner->directive.owner = owner;
	if (compiler && owner) {
		err = read_source(compiler, path, &owner->directive);
		if (policy_report_finish(&compiler->report, &compiler->sources,
					 diagnostics) < 0)
			err = -ENOMEM;
		policy_sources_free(&compiler->sources);
		/* The texts outlive the compilation. */
		owner->arena = compiler->arena;
	}
	free(compiler);
	if (!err)
		*ret_directive = &owner->directive;
	else if (owner)
		directive_free(&owner->directive);
	return err;
}

void directive_free(struct directive *directive)
{
	struct owner *owner;

	if (!directive)
		return;
	owner = directive->owner;
	policy_arena_free(&owner->arena);
	free(owner);
}

char *directive_path(const char *name)
{
	const char *dot = strrchr(name, '.');
	char *path;
	int n;

	if (strchr(name, '/') || (dot && strcmp(dot, ".yaml") == 0))
		return strdup(name);
	n = asprintf(&path, "%s/directives/%s.yaml", DEBAR_DATADIR, name);
	return n < 0 ? NULL : path;
}

static bool is_among(const char *word, const char *const *list, size_t n)
{
	while (n--)
		if (strcmp(list[n], word) == 0)
			return true;
	return false;
}

bool directive_covers(const struct directive *directive, const char *vendor,
		      const char *authority)
{
	if (!directive->n_authorities && !directive->n_vendors)
		return true;
	return is_among(authority, directive->authorities, directive->n_authorities) ||
	       is_among(vendor, directive->vendors, directive->n_vendors);
}

const char *directive_fill_name(enum directive_fill fill)
{
	return fills[fill];
}
