/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stores that arguments name.
 */
#ifndef DEBAR_STORE_OPEN_H
#define DEBAR_STORE_OPEN_H

#include "store.h"
#include "verbs.h"

/**
 * store_open() - open a store for reading
 * @cli: context
 * @path: of the file
 * @ret_evidence: set on success; free with evidence_close()
 *
 * Return: status; what is wrong has been reported.
 */
enum status store_open(struct cli *cli, const char *path, struct evidence **ret_evidence);

/** store_fail() - reading a store gave @err. Return: status. */
enum status store_fail(struct cli *cli, const char *path, const struct evidence *evidence,
		       int err);

#endif
