/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verb below "debar report".
 */
#ifndef DEBAR_REPORT_VERBS_H
#define DEBAR_REPORT_VERBS_H

#include "verbs.h"

extern const char verb_merge_text[];
extern const struct option_row verb_merge_options[];
enum status verb_merge_run(struct cli *cli);

#endif
