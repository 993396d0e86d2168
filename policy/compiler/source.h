/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that a policy is made of, whole in memory.
 */
#ifndef DEBAR_POLICY_SOURCE_H
#define DEBAR_POLICY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy_report;

/* Where something stands. Small: each ban has one. */
struct policy_place {
	uint32_t source;	/* index in struct policy_sources */
	uint32_t line;		/* from 1; 0: the whole file */
	uint32_t column;	/* from 1, in characters; 0: the whole line */
};

struct policy_source {
	char *path;		/* as a person would name it */
	char *data;		/* NULL unless it was read; a NUL follows */
	size_t length;		/* bytes of data, without that NUL */
};

/* All zero but directory -1: empty. */
struct policy_sources {
	struct policy_source *list;
	size_t n;
	size_t capacity;
	size_t length;		/* bytes of all data */
	int directory;		/* of the first file; hash lists are below it */
};

/**
 * policy_sources_add_file() - read the policy file itself
 * @sources: list to add to; its directory is opened too
 * @path: file
 * @ret_index: set to its index, whenever an entry was added
 *
 * Never waits: what is no regular file is refused.
 *
 * Return: 0; -EISDIR, -EINVAL if it is no regular file; -EFBIG if it is too
 * large; -ENOMEM (then no entry may have been added); or what open(2) and
 * read(2) gave. Then the entry has no data.
 */
int policy_sources_add_file(struct policy_sources *sources, const char *path,
			    uint32_t *ret_index);

/**
 * policy_sources_add_list() - read a hash list beside or below the policy file
 * @sources: list to add to
 * @path: relative, without empty, "." and ".." components
 * @ret_index: set to its index, whenever an entry was added
 *
 * Follows no symbolic link, so that nothing from elsewhere slips in.
 *
 * Return: as policy_sources_add_file(); -ELOOP or -ENOTDIR for a symbolic link.
 */
int policy_sources_add_list(struct policy_sources *sources, const char *path,
			    uint32_t *ret_index);

/**
 * policy_source_error_text() - why a source could not be read
 * @error: what one of the above returned
 *
 * Return: constant text that continues "cannot read it: ".
 */
const char *policy_source_error_text(int error);

/**
 * policy_source_text_valid() - is a source text that can be reviewed?
 * @sources: list
 * @index: source with data
 * @report: told about each line with a NUL or control byte, malformed UTF-8, or
 *	a character that can make text look like other text
 *
 * Return: true if there is no such line.
 */
bool policy_source_text_valid(const struct policy_sources *sources, uint32_t index,
			      struct policy_report *report);

/* The byte that stands at a place, or -1 where there is none. */
int policy_source_byte(const struct policy_source *source, struct policy_place place);

/** policy_sources_free() - free all sources and empty the list. */
void policy_sources_free(struct policy_sources *sources);

#endif
