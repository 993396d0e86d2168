/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "debar policy import", for the table of verbs in verb_policy.c.
 */
#ifndef DEBAR_VERB_IMPORT_H
#define DEBAR_VERB_IMPORT_H

#include "verbs.h"

extern const struct option_row verb_import_options[];
extern const char verb_import_text[];

enum status verb_import_run(struct cli *cli);

#endif
