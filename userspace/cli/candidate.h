/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy that is to be loaded, written or looked at: sources compiled, or an
 * image read and checked, which may come in a bundle with its signatures.
 */
#ifndef DEBAR_CANDIDATE_H
#define DEBAR_CANDIDATE_H

#include "libdebar.h"
#include "policy.h"
#include "verbs.h"

struct candidate {
	const char *path;	/* as the first argument named it */
	void *data;		/* what image and signatures point into; owned */
	const void *image;	/* checked */
	size_t length;
	struct debar_signature signatures[DEBAR_SIGNATURES_MAX];
	size_t n_signatures;
	bool bundled;		/* it was a bundle, be it one without signatures */
	bool compiled;		/* it was a source */
	bool include_unverified;	/* it was compiled so */
	size_t n_left_out;	/* of a source: bans that are not in it, for they are unverified */
	uint8_t sha256[DEBAR_SHA256_SIZE];
	char name[DEBAR_NAME_MAX + 1];
	uint64_t serial;
	uint32_t n_vendors;
	uint32_t n_products;
	uint32_t n_bans;
	uint32_t n_unsized;
	uint32_t n_exceptions;
	uint32_t n_signers_needed;
	/* What the kernel has, for load. */
	bool live;
	uint64_t live_serial;
	uint8_t live_sha256[DEBAR_SHA256_SIZE];
	bool loaded;
};

/* What there is to say of sources. */
struct candidate_findings {
	struct policy_summary summary;
	size_t n_warnings;
	struct policy_vendor_counts *vendors;	/* their names are owned */
	size_t n_vendors;
};

/**
 * candidate_read() - compile or read a policy
 * @cli: context
 * @paths: an image or bundle, or the sources of one policy: the first is the policy, the
 *	rest are as if it included them; a folder stands for its policy.yaml
 * @n: entries of @paths, 1 or more
 * @ret_candidate: set on success; free with candidate_free()
 *
 * What is wrong with it, and the compiler's warnings, go to standard error.
 *
 * Return: status.
 */
enum status candidate_read(struct cli *cli, char *const *paths, size_t n,
			   struct candidate *ret_candidate);

/** candidate_build() - candidate_read(), with unverified bans or without. */
enum status candidate_build(struct cli *cli, char *const *paths, size_t n,
			    bool include_unverified, struct candidate *ret_candidate);

/**
 * candidate_lint() - check sources without making an image of them
 * @cli: context
 * @paths: as candidate_read(), but no image
 * @n: entries of @paths
 * @ret_findings: set on success; free with candidate_findings_free(), whatever this
 *	returns
 *
 * Return: status.
 */
enum status candidate_lint(struct cli *cli, char *const *paths, size_t n,
			   struct candidate_findings *ret_findings);

void candidate_findings_free(struct candidate_findings *findings);

/**
 * candidate_file() - the file that an argument means: a folder is its policy.yaml
 * @path: argument
 *
 * Return: the file, to be freed; NULL without memory.
 */
char *candidate_file(const char *path);

/** candidate_print_diagnostics() - to standard error, as text or JSON. */
void candidate_print_diagnostics(struct cli *cli, const struct policy_diagnostics *list);

void candidate_free(struct candidate *candidate);

/* Name, serial, counts and digest as fields of the present row or document. */
void candidate_print(struct out *out, const struct candidate *candidate);

/* How many bans are not in it because they are unverified, for people; nothing if none. */
void candidate_note_left_out(struct out *out, const struct candidate *candidate);

#endif
