/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy compiler: reviewed text in, image out. No root, no network, no
 * global state.
 */
#ifndef DEBAR_POLICY_H
#define DEBAR_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum policy_severity {
	POLICY_WARNING,
	POLICY_ERROR,
};

/*
 * One thing to tell the author. Strings are owned by the list. Whoever shows
 * file or source to a person has to escape them (policy_diagnostics_print()
 * does): a file from elsewhere may hold terminal escapes.
 */
struct policy_diagnostic {
	enum policy_severity severity;
	char *file;		/* as the user named it; any bytes but NUL */
	unsigned int line;	/* from 1; 0 where it concerns the whole file */
	unsigned int column;	/* from 1, in characters; 0: the whole line */
	char *message;		/* one sentence of printable UTF-8, no full stop */
	/*
	 * The line it stands in, or of a long one what surrounds the column;
	 * raw bytes, NUL among them. NULL where there is no line to show.
	 */
	char *source;
	size_t source_length;	/* bytes */
	unsigned int source_column;	/* of the first character of source */
};

/* In order of file, line and column. */
struct policy_diagnostics {
	struct policy_diagnostic *list;
	size_t n;
	size_t n_errors;	/* all that were found, dropped ones too */
	size_t n_dropped;	/* errors and warnings beyond 100 of each */
};

struct policy_summary {
	char name[64];
	uint64_t serial;
	size_t n_files;		/* YAML files */
	size_t n_authorities;
	size_t n_vendors;
	size_t n_products;
	size_t n_products_open;	/* of them, without a ban */
	size_t n_releases;	/* with a version */
	size_t n_packages;
	size_t n_packages_unverified;
	size_t n_exceptions;
	size_t n_bans;		/* distinct digests */
	size_t n_unsized;	/* of them, without a size */
	size_t n_left_out;	/* distinct digests that are no bans, for they are unverified */
};

/* What a policy has of one vendor, as written: of digests that stand twice, both. */
struct policy_vendor_counts {
	const char *name;	/* the compiler's */
	size_t n_products;
	size_t n_releases;	/* with a version */
	size_t n_packages;
	size_t n_packages_unverified;
	size_t n_files;
	size_t n_files_unverified;
};

/* A package that a policy knows by its digest. Texts are the compiler's. */
struct policy_anchor {
	const char *vendor, *product, *authority;
	const char *version;	/* NULL: of no known release */
	bool observe;		/* the product's action; else deny */
	bool unverified;
	const uint8_t *sha256;	/* 32 bytes */
};

/* What there is to compile. */
struct policy_input {
	/* YAML files; all but the first are as if it included them. */
	const char *const *paths;
	size_t n_paths;
	bool include_unverified;	/* bans that are marked as unverified count, too */
	/*
	 * Called now and then while hash lists are read, with the bytes of them that
	 * are done; what is not 0 ends the compilation. May be NULL.
	 */
	int (*progress)(uint64_t done, void *data);
	/*
	 * Told of each package that a policy without errors knows; what is not 0 ends
	 * the compilation. May be NULL.
	 */
	int (*anchor)(const struct policy_anchor *anchor, void *data);
	/* The same, of each vendor. */
	int (*vendor)(const struct policy_vendor_counts *counts, void *data);
	void *data;		/* for all */
};

/**
 * policy_build() - compile a policy into an image, or only check it
 * @input: sources; files that they name are looked up beside them
 * @diagnostics: overwritten with everything there is to say, warnings included;
 *	free with policy_diagnostics_free(), whatever is returned
 * @ret_image: on success the image, free with free(); NULL: check only, also what
 *	the image cannot hold
 * @ret_length: on success its bytes; may be NULL if @ret_image is
 * @ret_summary: on success what it holds; may be NULL
 *
 * All errors of a run are reported, not only the first. The same sources give
 * the same image, byte for byte. Never waits for a file that is no regular one.
 *
 * Return: 0; -EBADMSG if the policy is wrong, a file that it names and that cannot
 * be read included; -EISDIR, -EINVAL (no regular file), -EFBIG or what open(2) and
 * read(2) gave for one of the paths themselves; -ENOMEM; what progress, anchor or
 * vendor returned.
 * If it is -EBADMSG or about a path, @diagnostics holds at least one error that
 * says why.
 */
int policy_build(const struct policy_input *input,
		 struct policy_diagnostics *diagnostics, void **ret_image,
		 size_t *ret_length, struct policy_summary *ret_summary);

/** policy_compile() - policy_build() of one file, without progress */
int policy_compile(const char *path, struct policy_diagnostics *diagnostics,
		   void **ret_image, size_t *ret_length,
		   struct policy_summary *ret_summary);

/**
 * policy_diagnostics_print() - like a compiler: file:line:column, text, caret
 * @diagnostics: list
 * @out: stream
 *
 * Writes no byte that a terminal would take for a command.
 */
void policy_diagnostics_print(const struct policy_diagnostics *diagnostics, FILE *out);

/** policy_diagnostics_free() - free what the list holds and empty it. */
void policy_diagnostics_free(struct policy_diagnostics *diagnostics);

#endif
