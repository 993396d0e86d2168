/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "debar load" does with the guard's findings: show, refuse, record.
 */
#ifndef DEBAR_GUARD_REPORT_H
#define DEBAR_GUARD_REPORT_H

#include "candidate.h"
#include "verbs.h"

struct guard_options {
	bool force;		/* go on in spite of hits */
	bool dry_run;		/* nothing will be loaded, so nothing is recorded */
};

/**
 * guard_run() - would these policies deny what this machine cannot live without?
 * @cli: context
 * @candidates: compiled and checked
 * @n: entries of @candidates
 * @options: see above
 *
 * What would be denied, and what could not be looked at, goes to standard error.
 * Where that is overridden it is recorded in the system's log, a line a policy.
 *
 * Return: status; STATUS_BANNED if they would.
 */
enum status guard_run(struct cli *cli, const struct candidate *candidates, size_t n,
		      const struct guard_options *options);

#endif
