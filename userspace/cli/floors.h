/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lowest serial that policies of a name may have, kept over a restart: the
 * kernel forgets its floors, this file does not. And which image was loaded last,
 * so that what was accepted once is not questioned when the machine is started.
 */
#ifndef DEBAR_FLOORS_H
#define DEBAR_FLOORS_H

#include "libdebar.h"
#include "verbs.h"

#define FLOORS_FILE "/var/lib/debar/floors"
#define FLOORS_VARIABLE "DEBAR_FLOORS"	/* environment: another file */

struct floor {
	char name[DEBAR_NAME_MAX + 1];
	uint64_t serial;
	bool has_sha256;
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* of the image that was loaded last */
};

struct floors {
	struct floor list[DEBAR_FLOORS_MAX];
	size_t n;
	bool damaged;		/* some lines of the file could not be read */
	bool unreadable;	/* all of it: nothing may be written over it */
};

/**
 * floors_read() - what the file holds
 * @cli: context; what is wrong with the file is a warning
 * @ret_floors: set to what could be read; a file that is missing holds nothing
 */
void floors_read(struct cli *cli, struct floors *ret_floors);

/**
 * floors_know() - is this the image of that name that was loaded last?
 * @floors: what the file holds
 * @name: of a policy
 * @sha256: of its image
 */
bool floors_know(const struct floors *floors, const char *name,
		 const uint8_t sha256[DEBAR_SHA256_SIZE]);

/**
 * floors_hand_over() - tell the kernel what the file holds
 * @cli: context; what the kernel refuses is a warning
 * @debar: connection
 */
void floors_hand_over(struct cli *cli, struct debar *debar);

/**
 * floors_keep() - write a floor to the file
 * @cli: context; what goes wrong is a warning, for the policy is live
 * @name: of the policy that was loaded
 * @serial: of it
 * @sha256: of its image
 * @lower: even where a higher one stands there
 *
 * Reads the file anew under a lock, so that nobody's floor is lost; the file is
 * replaced whole. Of a damaged one a copy is left beside it.
 */
void floors_keep(struct cli *cli, const char *name, uint64_t serial,
		 const uint8_t sha256[DEBAR_SHA256_SIZE], bool lower);

#endif
