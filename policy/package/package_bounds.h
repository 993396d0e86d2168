/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bounds on what a package may cost. It comes from somebody who may not wish us
 * well: exceeding one is an error that names the member.
 */
#ifndef DEBAR_PACKAGE_BOUNDS_H
#define DEBAR_PACKAGE_BOUNDS_H

#include <stddef.h>
#include <stdint.h>

/* These a caller may lower, which tests do. */
struct package_bounds {
	/*
	 * Bytes that come out of all layers together; a tar.xz counts as tar and as
	 * the files in it. The largest packages known (GPU toolkits) unpack to 10 GiB.
	 */
	uint64_t bytes;
	/*
	 * The same for each byte of the package, once they exceed ratio_floor.
	 * Deflate reaches 1032, but only with content that is nothing.
	 */
	uint64_t ratio;
	uint64_t ratio_floor;
	/* Members of all archives: Debian's largest packages have 100,000 files. */
	uint64_t entries;
	/*
	 * Archives and compressions around a file: a tar.gz in a .deb in a .zip takes
	 * six (zip, ar, xz, tar, gzip, tar).
	 */
	unsigned int layers;
	/*
	 * Bytes held in memory of nested archives that have to be read back and forth
	 * (zip, 7-Zip, ISO 9660), all that are open together.
	 */
	size_t held;
	/* Bytes of a member's name, with those of the archives around it. */
	size_t name;
	/* Bytes of all names of code that are kept for the result. */
	size_t names;
};

#define PACKAGE_BOUNDS_DEFAULT { \
	.bytes = UINT64_C(64) << 30, \
	.ratio = 1000, \
	.ratio_floor = 256u << 20, \
	.entries = 1u << 20, \
	.layers = 8, \
	.held = 256u << 20, \
	.name = 8192, \
	.names = 64u << 20, \
}

/* Enough of a file to recognise it: ISO 9660 says what it is 32 KiB in. */
#define PACKAGE_HEAD		(64u << 10)
/* How far into a script an appended archive is looked for. Installers' scripts have up to 100 KB. */
#define PACKAGE_SCRIPT_SEARCH	(4u << 20)
/* Metadata that is worth reading: Debian's longest control file has 30 KB. */
#define PACKAGE_FACTS_MAX	PACKAGE_HEAD
/* Problems that are kept for the report. */
#define PACKAGE_PROBLEMS_MAX	100

#endif
