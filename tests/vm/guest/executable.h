/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUEST_EXECUTABLE_H
#define GUEST_EXECUTABLE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Whether the page at @at may be executed, as the kernel says. */
static inline bool is_executable(const void *at)
{
	unsigned long from, to;
	bool found = false;
	char line[512], prot[5];
	FILE *maps = fopen("/proc/self/maps", "r");

	if (!maps) {
		perror("/proc/self/maps");
		exit(2);
	}
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %4s", &from, &to, prot) == 3 &&
		    from <= (unsigned long)at && (unsigned long)at < to)
			found = prot[2] == 'x';
	fclose(maps);
	return found;
}

#endif
