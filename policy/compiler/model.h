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

struct policy_authority {
	const char *id;
	const char *citation;
	const char *title;	/* NULL: none */
	uint32_t effective;	/* year * 10000 + month * 100 + day; 0: not given */
	bool used;
	struct policy_place place;
};

struct policy_vendor {
	const char *name;
	struct policy_place place;
};

struct policy_product {
	uint32_t vendor;	/* index */
	const char *name;
	uint32_t authority;	/* index */
	enum debar_action action;
	uint32_t n_unsized;	/* of its bans, duplicates included */
	struct policy_place place;
};

/* One of up to a million: no pointer, no padding worth the name. */
struct policy_ban {
	uint64_t size;		/* bytes; 0: unknown */
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint32_t product;	/* index */
	struct policy_place place;
};

/* All zero: empty. */
struct policy_model {
	const char *name;
	uint64_t serial;
	struct policy_authority *authorities;
	struct policy_vendor *vendors;
	struct policy_product *products;
	struct policy_ban *bans;
	size_t n_authorities, authorities_capacity;
	size_t n_vendors, vendors_capacity;
	size_t n_products, products_capacity;
	size_t n_bans, bans_capacity;
	bool full;		/* a ban was refused for want of room in the image */
	/* Set by policy_model_settle(): bans in order of digest, each digest once. */
	uint32_t *order;
	size_t n_order;
	size_t n_unsized;	/* of those */
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

/**
 * policy_model_add_ban() - append a ban and count it with its product
 * @compiler: compilation; its report is told once when the image is full
 * @ban: copied
 *
 * Return: 0, or -ENOMEM.
 */
int policy_model_add_ban(struct policy_compiler *compiler, const struct policy_ban *ban);

/**
 * policy_model_settle() - sort the bans and judge digests that stand twice
 * @compiler: compilation; duplicates within a product are folded with a warning,
 *	contradictions are errors
 *
 * Return: 0, or -ENOMEM.
 */
int policy_model_settle(struct policy_compiler *compiler);

/** policy_model_free() - free the model's arrays and empty it. */
void policy_model_free(struct policy_model *model);

#endif
