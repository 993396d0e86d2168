/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that a policy is made of, whole in memory.
 */
#ifndef DEBAR_POLICY_SOURCE_H
#define DEBAR_POLICY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct policy_report;

/* Where something stands. Small: each ban has one. */
struct policy_place {
	uint32_t source;	/* index in struct policy_sources */
	uint32_t line;		/* from 1; 0: the whole file */
	uint32_t column;	/* from 1, in characters; 0: the whole line */
};

enum policy_source_kind {
	POLICY_SOURCE_YAML,
	POLICY_SOURCE_LIST,	/* a hash list */
};

struct policy_source {
	enum policy_source_kind kind;
	char *path;		/* as a person would name it */
	char *data;		/* NULL unless it was read; a NUL follows */
	size_t length;		/* bytes of data, without that NUL */
	/*
	 * The file that was named by itself and in whose folder this one is, and
	 * where in path the part begins that leads there from that folder.
	 */
	uint32_t root;
	size_t below;
	int directory;		/* of a file that was named by itself; else -1 */
	dev_t device;		/* these two say which file it is, once it is read */
	ino_t inode;
};

/* All zero: empty. */
struct policy_sources {
	struct policy_source *list;
	size_t n;
	size_t capacity;
	size_t length;		/* bytes of all data */
};

/**
 * policy_sources_add_file() - read a YAML file that was named by itself
 * @sources: list to add to; its directory is opened too
 * @path: file
 * @ret_index: set to its index, whenever an entry was added
 *
 * Never waits: what is no regular file is refused.
 *
 * Return: 0; -EEXIST if this very file is in the list already, *@ret_index then
 * says where; -EISDIR, -EINVAL if it is no regular file; -EFBIG if it is too
 * large; -ENOMEM (then no entry may have been added); or what open(2) and
 * read(2) gave. Then the entry has no data.
 */
int policy_sources_add_file(struct policy_sources *sources, const char *path,
			    uint32_t *ret_index);

/**
 * policy_sources_add_below() - read a file that another one names
 * @sources: list to add to
 * @kind: what it is, which decides how large it may be
 * @beside: index of the file that names it
 * @path: policy_source_path_valid(), relative to the folder of @beside
 * @ret_index: set to its index, whenever an entry was added
 *
 * Follows no symbolic link, so that nothing from elsewhere slips in.
 *
 * Return: as policy_sources_add_file(), -EEXIST for YAML files only; -ELOOP or
 * -ENOTDIR for a symbolic link.
 */
int policy_sources_add_below(struct policy_sources *sources,
			     enum policy_source_kind kind, uint32_t beside,
			     const char *path, uint32_t *ret_index);

/* Is @path relative, without empty, "." and ".." components? */
bool policy_source_path_valid(const char *path);

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
