/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Directive profiles: what a law or order asks a report to say. A profile is a
 * data file (docs/report.md); a name stands for one that is installed.
 */
#ifndef DEBAR_DIRECTIVE_H
#define DEBAR_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

/* Who fills in a column of the plan. */
enum directive_fill {
	DIRECTIVE_BLANK,	/* the agency */
	DIRECTIVE_AGENCY,
	DIRECTIVE_CONTACT,
	DIRECTIVE_PRODUCT,
	DIRECTIVE_ENDPOINTS,
	DIRECTIVE_METHODS,
	DIRECTIVE_COMPONENT,
};

struct directive_deadline {
	uint64_t day;		/* from issuance */
	const char *what;
};

struct directive_element {
	const char *heading;
	enum directive_fill fill;
};

struct directive {
	const char *id, *title, *citation, *issuer, *issued, *scope, *binding;	/* or NULL */
	const char **asks;		/* what a report has to say */
	size_t n_asks;
	const char **authorities;	/* products that rest on these are in scope */
	size_t n_authorities;
	const char **vendors;		/* and products of these */
	size_t n_vendors;
	struct directive_deadline *deadlines;
	size_t n_deadlines;
	struct directive_element *plan;
	size_t n_plan;
	const char *plan_name;		/* file name of the plan, without ".csv"; or NULL */
	void *owner;			/* of all memory */
};

/**
 * directive_path() - where a profile is
 * @name: a name, or a path: what has a '/' in it or ends in ".yaml"
 *
 * Return: allocated path, or NULL without memory.
 */
char *directive_path(const char *name);

/**
 * directive_read() - read a profile
 * @path: file
 * @ret_directive: set on success; free with directive_free()
 * @diagnostics: overwritten; free with policy_diagnostics_free()
 *
 * Return: 0; -EBADMSG if it is not a profile, @diagnostics says why; -ENOMEM; or what
 * open(2) and read(2) gave.
 */
int directive_read(const char *path, struct directive **ret_directive,
		   struct policy_diagnostics *diagnostics);

/** directive_free() - accepts NULL. */
void directive_free(struct directive *directive);

/* Is a product what the directive is about? One without lists is about all. */
bool directive_covers(const struct directive *directive, const char *vendor,
		      const char *authority);

/* blank agency contact product endpoints methods component */
const char *directive_fill_name(enum directive_fill fill);

#endif
