// SPDX-License-Identifier: GPL-2.0
/*
 * The lowest serial that a policy of a name may have.
 */
#include "floor.h"

#include <linux/errno.h>
#include <linux/string.h>

#include "uapi/debar.h"

static struct {
	char name[DEBAR_NAME_MAX + 1];
	u64 serial;
} floors[DEBAR_FLOORS_MAX];
static u32 n_floors;

static u64 *find(const char *name)
{
	u32 i;

	for (i = 0; i < n_floors; i++)
		if (strcmp(floors[i].name, name) == 0)
			return &floors[i].serial;
	return NULL;
}

u64 debar_floor_get(const char *name)
{
	const u64 *serial = find(name);

	return serial ? *serial : 0;
}

int debar_floor_raise(const char *name, u64 serial)
{
	u64 *known = find(name);

	if (known) {
		if (serial > *known)
			*known = serial;
		return 0;
	}
	if (n_floors == DEBAR_FLOORS_MAX)
		return -ENOSPC;
	strscpy(floors[n_floors].name, name, sizeof(floors[0].name));
	floors[n_floors++].serial = serial;
	return 0;
}

void debar_floor_lower(const char *name, u64 serial)
{
	u64 *known = find(name);

	if (known)
		*known = serial;
}
