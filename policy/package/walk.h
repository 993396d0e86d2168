/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A member may be a container, and a container has members.
 */
#ifndef DEBAR_PACKAGE_WALK_H
#define DEBAR_PACKAGE_WALK_H

#include "member.h"

/**
 * package_walk_member() - record a member if it is code, and all code in it
 * @member: member, nothing of it taken
 * @ret_code: set to what it is
 *
 * Return: 0; -EBADMSG: it cannot be read, which has been reported; or, with
 * walk->err set, as package_stop().
 */
int package_walk_member(struct package_member *member, enum package_code *ret_code);

/**
 * package_walk_container() - walk the members that a member holds
 * @member: member; the container begins where its buffer does
 * @kind: what the container is
 * @ret_code: set to what the last entry is: of a compressed file, its content
 *
 * Return: as package_walk_member().
 */
int package_walk_container(struct package_member *member, enum package_kind kind,
			   enum package_code *ret_code);

/**
 * package_check_findings() - end the work if keeping a name failed
 * @walk: work
 * @err: what findings_add() or its like returned
 * @name: the name
 *
 * Return: 0, or as package_stop().
 */
int package_check_findings(struct package_walk *walk, int err, const char *name);

#endif
