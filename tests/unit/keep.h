/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests feed to Debar, kept as seeds for fuzzing. See tests/fuzz/seed.
 */
#ifndef DEBAR_TEST_KEEP_H
#define DEBAR_TEST_KEEP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define KEEP_MAX 400	/* inputs of a test: mutations of one are not worth more */

/* Write a copy to a file of its own in the directory that DEBAR_KEEP names, if it does. */
static inline void keep_input(const char *kind, const void *data, size_t length)
{
	const char *directory = getenv("DEBAR_KEEP");
	static unsigned int n;
	char path[512];
	FILE *file;

	if (!directory || n == KEEP_MAX)
		return;
	snprintf(path, sizeof(path), "%s/%s-%s-%u", directory, kind,
		 program_invocation_short_name, n++);
	file = fopen(path, "w");
	if (!file || fwrite(data, 1, length, file) != length || fclose(file) != 0)
		abort();
}

#endif
