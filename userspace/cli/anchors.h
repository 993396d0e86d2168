/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packages that a policy knows by their digest.
 */
#ifndef DEBAR_ANCHORS_H
#define DEBAR_ANCHORS_H

#include <stdint.h>

#include "verbs.h"

struct anchor {
	uint8_t sha256[32];
	char *vendor, *product, *authority;
	char *version;		/* NULL: of no known release */
	bool observe;		/* else deny */
	bool unverified;	/* nobody saw that it is this package */
};

/* All zero: empty. */
struct anchors {
	struct anchor *list;
	size_t n;
};

/**
 * anchors_read() - compile a policy for the packages that it knows
 * @cli: context
 * @path: its source, or a folder that has a policy.yaml
 * @anchors: empty; free with anchors_free() whatever this returns
 *
 * What is wrong with the policy goes to standard error.
 *
 * Return: status.
 */
enum status anchors_read(struct cli *cli, const char *path, struct anchors *anchors);

/** anchors_find() - the package with that digest, one that is verified if any is. Return: it, or NULL. */
const struct anchor *anchors_find(const struct anchors *anchors, const uint8_t *sha256);

void anchors_free(struct anchors *anchors);

#endif
