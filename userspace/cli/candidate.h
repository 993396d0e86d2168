/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy that is to be loaded or written: a source file compiled, or an image
 * read and checked.
 */
#ifndef DEBAR_CANDIDATE_H
#define DEBAR_CANDIDATE_H

#include "libdebar.h"
#include "policy.h"
#include "verbs.h"

struct candidate {
	const char *path;	/* as the argument named it */
	void *image;		/* checked */
	size_t length;
	uint8_t sha256[DEBAR_SHA256_SIZE];
	char name[DEBAR_NAME_MAX + 1];
	uint64_t serial;
	uint32_t n_products;
	uint32_t n_bans;
	uint32_t n_unsized;
	/* What the kernel has, for load. */
	bool live;
	uint64_t live_serial;
	uint8_t live_sha256[DEBAR_SHA256_SIZE];
	bool loaded;
};

/**
 * candidate_read() - compile or read a file
 * @cli: context
 * @path: policy source or image
 * @ret_candidate: set on success; free with candidate_free()
 *
 * What is wrong with it, and the compiler's warnings, go to standard error.
 *
 * Return: status.
 */
enum status candidate_read(struct cli *cli, const char *path,
			   struct candidate *ret_candidate);

void candidate_free(struct candidate *candidate);

/* Name, serial, counts and digest as fields of the present row or document. */
void candidate_print(struct out *out, const struct candidate *candidate);

/* Errors and warnings about policy text, to standard error. */
void candidate_print_diagnostics(struct cli *cli, const struct policy_diagnostics *list);

#endif
