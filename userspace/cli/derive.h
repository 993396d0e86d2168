/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * debar policy derive: bans from packages.
 */
#ifndef DEBAR_DERIVE_H
#define DEBAR_DERIVE_H

#include "package.h"
#include "verbs.h"

/* A package, and where in a policy it belongs. */
struct derived {
	const char *path;	/* as the argument named it */
	struct package package;
	const char *vendor, *product, *version, *action, *authority;
	bool anchored;		/* a policy knows the package itself */
	bool unverified;	/* but only from an anchor that is marked so */
};

/** derive_print_yaml() - the part of a policy that bans the code in packages. */
void derive_print_yaml(FILE *stream, const struct derived *list, size_t n);

/** derive_print_csv() - a hash list of all packages together. */
void derive_print_csv(FILE *stream, const struct derived *list, size_t n);

/** derive_print_json() - everything that is known, as a document. */
void derive_print_json(struct out *out, const struct derived *list, size_t n);

/* The verb, which verb_policy.c lists. */
enum status verb_derive_run(struct cli *cli);
extern const struct option_row verb_derive_options[];

#endif
