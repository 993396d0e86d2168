/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Importers: lists of bad files in other programs' formats become hash lists.
 * No root, no network, no global state; nothing in a file is ever followed.
 */
#ifndef DEBAR_IMPORTER_H
#define DEBAR_IMPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct import;

struct import_format {
	const char *name;
	/*
	 * Reads import->fd to its end and says through import.h what is in it.
	 * Returns 0, or the -errno that stopped it; wrong content is no failure
	 * but reported.
	 */
	int (*read)(struct import *import);
	bool by_manufacturer;	/* it wants options->manufacturers */
};

struct import_options {
	const char *path;	/* as the user named the file, for the messages */
	const char *source;	/* where it came from; NULL: the file's name */
	bool skip_unusable;	/* entries that cannot be taken are warnings */
	const char *const *manufacturers;	/* shell patterns, case ignored */
	size_t n_manufacturers;
	/* Told how many bytes are read; not 0, e.g. -EINTR, ends the import. */
	int (*progress)(uint64_t done, void *data);
	void *progress_data;
};

/* Entries that were left out for one reason. */
struct import_count {
	const char *reason;	/* constant text, a plural: "MD5 digests" */
	uint64_t n;
	unsigned int line;	/* of the first; 0 where there are no lines */
};

#define IMPORT_REASONS 32

struct import_tally {
	struct import_count list[IMPORT_REASONS];
	size_t n;		/* in list */
	uint64_t total;		/* entries */
};

struct import_result {
	struct policy_diagnostics diagnostics;
	struct import_tally refused;	/* they name a file in a way that is no ban */
	struct import_tally ignored;	/* they name no file to ban */
	uint64_t n_entries;	/* looked at: taken, duplicates, refused, ignored, wrong */
	uint64_t n_taken;	/* distinct digests */
	uint64_t n_duplicates;
	uint64_t n_unsized;	/* of those taken */
	uint64_t n_escaped;	/* names with characters that had to be escaped */
	char *list;		/* the hash list; NULL where there was an error */
	size_t length;		/* bytes of list */
};

/** import_format_find() - a format by its name. Return: NULL if there is none. */
const struct import_format *import_format_find(const char *name);

/**
 * import_format_refusal() - why a format that people may ask for is not there
 * @name: of the format
 *
 * Return: one sentence without a full stop; NULL where there is nothing to say.
 */
const char *import_format_refusal(const char *name);

/**
 * import_run() - read a file
 * @format: its format
 * @fd: regular file, open for reading at its start
 * @options: see there
 * @ret_result: overwritten; free with import_result_free(), whatever is returned
 *
 * Return: 0; -EBADMSG if anything is wrong with the content (the diagnostics say
 * what) or nothing in it can be banned; -ENOMEM; what options->progress or
 * read(2) gave.
 */
int import_run(const struct import_format *format, int fd,
	       const struct import_options *options, struct import_result *ret_result);

/** import_result_free() - free what a result holds and empty it. */
void import_result_free(struct import_result *result);

#endif
