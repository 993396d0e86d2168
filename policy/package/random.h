/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is read back and forth: the package itself, or what is left of a member
 * and held in memory.
 */
#ifndef DEBAR_PACKAGE_RANDOM_H
#define DEBAR_PACKAGE_RANDOM_H

#include "member.h"

/**
 * package_random_open() - a member as a source that can seek
 * @member: the package, or a member all of whose rest is in its buffer; not to be
 *	used until the source is freed
 * @whole: begin where the member begins, not where its buffer does. Bytes of a
 *	member that were taken already are zeros then: a zip counts those before it
 *	in its offsets but does not read them.
 *
 * Return: the source, to be freed with free(); NULL without memory.
 */
struct package_source *package_random_open(const struct package_member *member,
					   bool whole);

#endif
