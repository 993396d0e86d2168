/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many machines' reports as one: each machine counts once, whatever it sent.
 */
#ifndef DEBAR_FLEET_H
#define DEBAR_FLEET_H

#include <jansson.h>

#include "report_model.h"

/* One summary.json. */
struct fleet_source {
	const char *path;		/* as it was named */
	json_t *summary;
	const char *asset, *since, *until;	/* within summary, or in the arena */
	uint64_t since_ns, until_ns;
	bool duplicate;			/* of one before it, byte for byte the same content */
};

struct fleet_product {
	const char *vendor, *product, *authority;
	bool in_scope;
	enum report_finding finding;	/* the strongest of any machine */
	size_t n_used, n_attempted;	/* machines */
	size_t n_findings;		/* machines that say something about it */
	struct report_count count;
};

/* What one machine says of one product. */
struct fleet_finding {
	size_t asset, product;		/* indices */
	enum report_finding finding;
	struct report_count count;
};

struct fleet_asset {
	const char *id, *hostname, *os, *kernel, *agency, *component;
	uint64_t since_ns, until_ns;	/* first and last instant of all its periods */
	uint64_t window_ns, watched_ns;	/* all its periods together, each instant once */
	uint64_t n_lost, n_unjudged;
	size_t n_summaries, n_duplicates;
	bool overlapping;		/* periods of several summaries overlap */
	bool expected;			/* it is on the list of hosts, or there is no list */
	enum report_finding finding;	/* of the products in scope */
};

struct fleet {
	struct policy_arena arena;
	const json_t *directive;	/* of the first summary */
	const char *directive_id;
	REPORT_LIST(fleet_source, sources);	/* by asset, period */
	REPORT_LIST(fleet_asset, assets);	/* by id */
	REPORT_LIST(fleet_product, products);	/* in scope first; vendor, product, authority */
	REPORT_LIST(fleet_finding, findings);	/* by asset, product */
	const char **hosts;		/* that are expected */
	size_t n_hosts;
	bool *silent;			/* of each of them */
	size_t n_silent;
	size_t n_unexpected;
	size_t n_duplicates;
	uint64_t since_ns, until_ns;
};

/* What is wrong with a summary, in one sentence that continues "FILE: ". */
struct fleet_error {
	char text[256];
};

/**
 * fleet_add() - take a summary
 * @fleet: fleet; owns @summary from now on, whatever is returned
 * @path: of the file, for messages; copied
 * @summary: parsed
 * @ret_error: set on failure
 *
 * Return: 0; -EBADMSG if it is no summary of a schema that is known, or is about
 * another directive; -ENOMEM.
 */
int fleet_add(struct fleet *fleet, const char *path, json_t *summary,
	      struct fleet_error *ret_error);

/**
 * fleet_expect() - say which machines there are
 * @fleet: fleet
 * @list: text: a host name or asset id a line, '#' begins a comment
 *
 * Return: 0 or -ENOMEM.
 */
int fleet_expect(struct fleet *fleet, const char *list);

/**
 * fleet_settle() - bring all summaries together
 *
 * Of periods that overlap, the larger count is taken, for the same events may be in
 * both; of others the sum.
 *
 * Return: 0 or -ENOMEM.
 */
int fleet_settle(struct fleet *fleet);

/** fleet_free() - free everything. */
void fleet_free(struct fleet *fleet);

#endif
