/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The compiler's bounds. Those of the image are in image.h; these keep a source
 * that is wrong, or hostile, from taking the machine's memory or time.
 */
#ifndef DEBAR_POLICY_BOUNDS_H
#define DEBAR_POLICY_BOUNDS_H

#include "image.h"

/* A YAML file: 100,000 bans written out take about 11 MiB. */
#define POLICY_YAML_MAX		(16u << 20)	/* bytes */
/* A hash list: as many lines as an image has bans, each with a 180-byte path. */
#define POLICY_LIST_MAX		(256u << 20)	/* bytes */
/* All sources of a policy together: they stay in memory for the diagnostics. */
#define POLICY_SOURCES_MAX	(512u << 20)	/* bytes */
/* The longest path, every byte of it escaped, with its digest. */
#define POLICY_LINE_MAX		9216		/* bytes of a line in a hash list */

/* The longest way is top, vendor, product, release, file: 9 deep. */
#define POLICY_DEPTH_MAX	16
/* In all YAML files together: a value takes about 100 bytes. */
#define POLICY_NODES_MAX	(1u << 20)
/* Keys are compared with each other, and no mapping of the language has 20. */
#define POLICY_KEYS_MAX		64

/* A file for each of many vendors, by way of one for each group of them. */
#define POLICY_FILES_MAX	256	/* YAML files */
#define POLICY_INCLUDE_DEPTH_MAX 8	/* files that include each other in a row */

#define POLICY_AUTHORITIES_MAX	1024
#define POLICY_VENDORS_MAX	DEBAR_IMAGE_PRODUCTS_MAX
/* Each is looked up among those of its product, or before it. */
#define POLICY_RELEASES_MAX	16384
#define POLICY_PACKAGES_MAX	16384
#define POLICY_EXCEPTIONS_MAX	1024
#define POLICY_HASHLISTS_MAX	POLICY_RELEASES_MAX
/* Aliases, globs and the like in one list: each is compared with the others. */
#define POLICY_TEXTS_MAX	256

/* Serials and sizes fit a signed 64-bit number, as SQL, JSON and off_t have them. */
#define POLICY_NUMBER_MAX	((uint64_t)INT64_MAX)

/* Of errors, and of warnings, the first so many in the order they are found. */
#define POLICY_DIAGNOSTICS_KEPT	100

#endif
