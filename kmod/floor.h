/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lowest serial that a policy of a name may have. Floors stay when policies
 * go, so that an old policy cannot be put in the place of a newer one by removing
 * that first. Userspace keeps them over a restart.
 */
#ifndef DEBAR_FLOOR_H
#define DEBAR_FLOOR_H

#include <linux/types.h>

/**
 * debar_floor_get() - the floor of a name
 * @name: of a policy
 *
 * Context: process; under policy_lock, as all of these.
 * Return: 0 if it has none.
 */
u64 debar_floor_get(const char *name);

/**
 * debar_floor_raise() - set the floor of a name, if that raises it
 * @name: of a policy, valid
 * @serial: the floor
 *
 * Return: 0; -ENOSPC: DEBAR_FLOORS_MAX names have a floor.
 */
int debar_floor_raise(const char *name, u64 serial);

/* Lower the floor of a name that has one, where a rollback was asked for. */
void debar_floor_lower(const char *name, u64 serial);

#endif
