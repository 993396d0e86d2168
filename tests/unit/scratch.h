/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory for the files of one test.
 */
#ifndef DEBAR_TEST_SCRATCH_H
#define DEBAR_TEST_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keep.h"

struct scratch {
	char path[64];
};

static inline void scratch_make(struct scratch *scratch)
{
	strcpy(scratch->path, "/tmp/debar-test-XXXXXX");
	if (!mkdtemp(scratch->path))
		abort();
}

/* The path of @name in the directory; valid until the 8th next call. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name)
{
	static char paths[8][512];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch->path, name);
	return path;
}

static inline const char *scratch_write(const struct scratch *scratch, const char *name,
					const void *data, size_t length)
{
	const char *path = scratch_path(scratch, name);
	FILE *file = fopen(path, "w");

	if (!file || fwrite(data, 1, length, file) != length || fclose(file) != 0)
		abort();
	keep_input("file", data, length);
	return path;
}

static inline const char *scratch_text(const struct scratch *scratch, const char *name,
				       const char *text)
{
	return scratch_write(scratch, name, text, strlen(text));
}

/* A file that grows by fprintf() to its stream. */
struct scratch_file {
	char *data;
	size_t length;
	FILE *stream;
};

static inline void scratch_open(struct scratch_file *file)
{
	file->stream = open_memstream(&file->data, &file->length);
}

/* Write it as @name. Returns the path. */
static inline const char *scratch_close(struct scratch_file *file,
					const struct scratch *scratch, const char *name)
{
	const char *path;

	fclose(file->stream);
	path = scratch_write(scratch, name, file->data, file->length);
	free(file->data);
	return path;
}

static inline int scratch_unlink(const char *path, const struct stat *st, int type,
				 struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(const struct scratch *scratch)
{
	nftw(scratch->path, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS);
}

/* A file of the source tree; valid until the next call. */
static inline const char *source_path(const char *name)
{
	const char *root = getenv("DEBAR_SRC");
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
	return path;
}

#endif
