/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has been found in a package so far: one record for each name of code.
 */
#ifndef DEBAR_PACKAGE_FINDINGS_H
#define DEBAR_PACKAGE_FINDINGS_H

#include "package.h"

struct finding {
	uint8_t sha256[PACKAGE_SHA256_SIZE];
	uint64_t size;
	enum package_code code;
	char *name;
};

/* All zero: empty. */
struct findings {
	struct finding *list;
	size_t n, capacity;
	size_t names_length;	/* bytes of all names */
};

/**
 * findings_add() - keep a record
 * @findings: list
 * @finding: copied, its name too
 * @names_max: bytes that all names may have
 *
 * Return: 0, -ENOMEM, or -E2BIG.
 */
int findings_add(struct findings *findings, const struct finding *finding,
		 size_t names_max);

/**
 * findings_fold() - one file for each content
 * @findings: emptied, except on failure
 * @package: its files are set
 *
 * Return: 0, or -ENOMEM.
 */
int findings_fold(struct findings *findings, struct package *package);

void findings_free(struct findings *findings);

/*
 * Hard links of one archive. A name can come before or after the content: tar
 * gives the content first, cpio last.
 */
struct links {
	void *root;		/* by name; tsearch(3) */
	size_t charged;		/* to names_length of the findings */
};

/**
 * links_content() - code was found under a name
 * @links: of the archive
 * @findings: where it is recorded as the last one
 * @name: what links call it by
 * @names_max: as for findings_add()
 *
 * Names that waited for it are recorded too.
 *
 * Return: 0, -ENOMEM, or -E2BIG.
 */
int links_content(struct links *links, struct findings *findings, const char *name,
		  size_t names_max);

/**
 * links_name() - another name of the same file
 * @links: of the archive
 * @findings: where it is recorded, at once or when there is a content
 * @target: what links call the content by
 * @name: the other name
 * @names_max: as for findings_add()
 *
 * Return: 0, -ENOMEM, or -E2BIG.
 */
int links_name(struct links *links, struct findings *findings, const char *target,
	       const char *name, size_t names_max);

/** links_free() - the archive is done. */
void links_free(struct links *links, struct findings *findings);

#endif
