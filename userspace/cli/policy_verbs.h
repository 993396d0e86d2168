/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Verbs of "debar policy" that have a file of their own.
 */
#ifndef DEBAR_POLICY_VERBS_H
#define DEBAR_POLICY_VERBS_H

#include "verbs.h"

extern const struct option_row verb_lint_options[];
extern const struct option_row verb_show_options[];
extern const struct option_row verb_diff_options[];

enum status verb_lint_run(struct cli *cli);
enum status verb_show_run(struct cli *cli);
enum status verb_diff_run(struct cli *cli);

#endif
