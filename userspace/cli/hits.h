/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which products were hit, how often and when last, and by which files.
 */
#ifndef DEBAR_HITS_H
#define DEBAR_HITS_H

#include "libdebar.h"
#include "verbs.h"

/**
 * hits_print_products() - a table of the products that were hit, as a list of the
 * present document
 * @cli: context
 * @debar: connection
 * @name: only of this policy, or NULL for all
 * @apart: people see an empty line before it
 *
 * Return: 0, or what debar_list() gave.
 */
int hits_print_products(struct cli *cli, struct debar *debar, const char *name,
			bool apart);

/**
 * hits_list() - that, and the files, as a document
 * @cli: context
 * @debar: connection
 * @name: only of this policy, or NULL for all
 *
 * The kernel counts hits of products, not of bans. Files are counted from the
 * events that its ring still holds, so they may come to less.
 *
 * Return: status.
 */
enum status hits_list(struct cli *cli, struct debar *debar, const char *name);

#endif
