/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy in memory, free of the form it was written in. Texts belong to the
 * compilation's arena.
 */
#ifndef DEBAR_POLICY_MODEL_H
#define DEBAR_POLICY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "source.h"

struct policy_compiler;

/* Instants are seconds since 1970-01-01T00:00:00Z. */
#define POLICY_ALWAYS	INT64_MIN	/* "effective" that is not given */
#define POLICY_NEVER	INT64_MAX	/* "expires" that is not given */

enum policy_basis {
	POLICY_BASIS_NONE,	/* not given */
	POLICY_BASIS_MANDATORY,
	POLICY_BASIS_AGENCY,
	POLICY_BASIS_STATE,
	POLICY_BASIS_OPERATOR,
};

/* Texts are NULL where they are not given; none but the id decides anything. */
struct policy_authority {
	const char *id;
	const char *citation;
	const char *title;
	const char *scope;
	const char *binding;
	const char *url;	/* its "source" */
	enum policy_basis basis;
	uint32_t effective;	/* year * 10000 + month * 100 + day; 0: not given */
	bool used;
	struct policy_place place;
};

struct policy_texts {
	const char **list;
	size_t n;
};

/* All but the name is for scanning, never for the kernel. */
struct policy_vendor {
	const char *name;
	struct policy_texts aliases;
	struct policy_texts successors;
	struct policy_texts packages;		/* globs */
	struct policy_texts maintainers;	/* globs */
	struct policy_texts prefixes;		/* absolute folders */
	struct policy_texts units;
	struct policy_place place;
};

struct policy_product {
	uint32_t vendor;	/* index */
	const char *name;
	uint32_t authority;	/* index */
	enum debar_action action;
	int64_t effective;	/* POLICY_ALWAYS or the instant from which it is banned */
	int64_t expires;	/* POLICY_NEVER or the instant from which it is not */
	/* Duplicates included; of the bans that are unverified, only those that count. */
	size_t n_bans;
	size_t n_unsized;	/* of them, without a size */
	bool known;		/* by a package or a ban that is left out */
	struct policy_place place;
};

/* Every ban is of a release: files of none that is known are of one without version. */
struct policy_release {
	uint32_t product;	/* index */
	const char *version;	/* NULL: not known */
	int64_t effective;	/* its own or else the product's */
	int64_t expires;
	struct policy_place place;
};

/* A package that files come from: provenance, never for the kernel. */
struct policy_package {
	uint32_t release;	/* index */
	const char *name;
	const char *url;	/* its "source"; NULL: none */
	uint64_t size;		/* bytes; 0: unknown */
	uint8_t sha256[DEBAR_SHA256_SIZE];
	bool unverified;
	struct policy_place place;
};

/* One of up to a million: no pointer, no padding worth the name. */
struct policy_ban {
	uint64_t size;		/* bytes; 0: unknown */
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint32_t release : 31;	/* index */
	uint32_t unverified : 1;
	struct policy_place place;
};

#define POLICY_NO_PRODUCT UINT32_MAX

struct policy_exception {
	uint32_t product;	/* index; POLICY_NO_PRODUCT: it is for a file */
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* of that file */
	const char *approver;
	const char *reason;
	int64_t expires;	/* always given */
	struct policy_place place;
};

/* All zero: empty. */
struct policy_model {
	const char *name;
	uint64_t serial;
	uint32_t signers;	/* different ones that have to sign it */
	bool allow_local;	/* one called "local" may be unsigned */
	struct policy_authority *authorities;
	struct policy_vendor *vendors;
	struct policy_product *products;
	struct policy_release *releases;
	struct policy_package *packages;
	struct policy_ban *bans;
	struct policy_exception *exceptions;
	size_t n_authorities, authorities_capacity;
	size_t n_vendors, vendors_capacity;
	size_t n_products, products_capacity;
	size_t n_releases, releases_capacity;
	size_t n_packages, packages_capacity;
	size_t n_bans, bans_capacity;
	size_t n_exceptions, exceptions_capacity;
	bool full;		/* a ban was refused for want of room in the image */
	/*
	 * Set by policy_model_settle(): the bans that count, in order of digest, each
	 * digest once; of a digest that stands in several releases, the one whose
	 * version is least.
	 */
	uint32_t *order;
	size_t n_order;
	size_t n_unsized;	/* of those */
	size_t n_left_out;	/* digests that only unverified bans have */
};

/**
 * policy_model_add_authority() and the like - append one
 * @model: model
 * @authority: copied
 *
 * Return: 0, or -ENOMEM.
 */
int policy_model_add_authority(struct policy_model *model,
			       const struct policy_authority *authority);
int policy_model_add_vendor(struct policy_model *model,
			    const struct policy_vendor *vendor);
int policy_model_add_product(struct policy_model *model,
			     const struct policy_product *product);
int policy_model_add_release(struct policy_model *model,
			     const struct policy_release *release);
int policy_model_add_package(struct policy_model *model,
			     const struct policy_package *package);
int policy_model_add_exception(struct policy_model *model,
			       const struct policy_exception *exception);

/* Does a ban get into the image? */
bool policy_model_counts(const struct policy_compiler *compiler,
			 const struct policy_ban *ban);

/**
 * policy_model_add_ban() - append a ban and count it with its product
 * @compiler: compilation; its report is told once when the image is full
 * @ban: copied
 *
 * Return: 0, or -ENOMEM.
 */
int policy_model_add_ban(struct policy_compiler *compiler, const struct policy_ban *ban);

/* The product of a ban. */
static inline uint32_t policy_model_product(const struct policy_model *model,
					    const struct policy_ban *ban)
{
	return model->releases[ban->release].product;
}

/**
 * policy_model_settle() - sort the bans and judge digests that stand twice
 * @compiler: compilation; duplicates within a product are folded with a warning,
 *	contradictions are errors, an exception for what is not banned is a warning
 *
 * Return: 0, or -ENOMEM.
 */
int policy_model_settle(struct policy_compiler *compiler);

/** policy_model_free() - free the model's arrays and empty it. */
void policy_model_free(struct policy_model *model);

#endif
