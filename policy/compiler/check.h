/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checking the parts of a policy. Each part has a file of its own, with the
 * table of its keys above the function that reads it. Functions return 0,
 * -ENOMEM or -EINTR, and report what is wrong.
 */
#ifndef DEBAR_POLICY_CHECK_H
#define DEBAR_POLICY_CHECK_H

#include "compiler.h"
#include "field.h"

/* Of what there is a limited number. */
enum check_part {
	CHECK_AUTHORITIES,
	CHECK_VENDORS,
	CHECK_PRODUCTS,
	CHECK_RELEASES,
	CHECK_PACKAGES,
	CHECK_LISTS,
	CHECK_EXCEPTIONS,
	N_CHECK_PARTS
};

struct check {
	struct policy_compiler *compiler;
	struct policy_report *report;
	struct policy_model *model;
	size_t n_lists;
	bool full[N_CHECK_PARTS];	/* said so */
	/* One was wrong and is missing: a reference to it may be right. */
	bool authorities_incomplete;
	bool products_incomplete;
};

/* Read an item of a list; @parent is the index of what the list belongs to. */
typedef int (*check_item_fn)(struct check *check, const struct policy_node *item,
			     uint32_t parent);

/**
 * check_each() - read the items of a list
 * @check: context
 * @list: value; NULL: there is none
 * @key: its key, for messages
 * @parent: for @read
 * @read: called for each item until it fails
 */
int check_each(struct check *check, const struct policy_node *list, const char *key,
	       uint32_t parent, check_item_fn read);

/**
 * check_room() - may there be one more?
 * @check: context; told once that there may not
 * @part: of what
 * @n: how many there are
 * @place: of the one that is to come
 *
 * Return: true if there may.
 */
bool check_room(struct check *check, enum check_part part, size_t n,
		struct policy_place place);

/**
 * check_texts() - a list of texts, each of them once
 * @check: context
 * @list: value; NULL: there is none
 * @key: its key, for messages
 * @ret_texts: set to those that are right; the arena's
 */
int check_texts(struct check *check, const struct policy_node *list, const char *key,
		struct policy_texts *ret_texts);

/**
 * check_sha256() - a digest
 * @check: context
 * @node: value
 * @key: its key, for messages
 * @ret_sha256: set on success
 *
 * Return: true on success.
 */
bool check_sha256(struct check *check, const struct policy_node *node, const char *key,
		  uint8_t ret_sha256[DEBAR_SHA256_SIZE]);

/**
 * check_unverified() - is what an item says marked as unverified?
 * @check: context
 * @node: value of 'verified'; NULL: it is not
 */
bool check_unverified(struct check *check, const struct policy_node *node);

/**
 * check_window() - from when to when
 * @check: context
 * @effective: value of 'effective'; NULL: *@from stays
 * @expires: value of 'expires'; NULL: *@until stays
 * @from: seconds since 1970, see struct policy_product
 * @until: the same
 */
void check_window(struct check *check, const struct policy_node *effective,
		  const struct policy_node *expires, int64_t *from, int64_t *until);

/* An item of each list of the language, as check_item_fn. */
int check_authority(struct check *check, const struct policy_node *item, uint32_t parent);
int check_vendor(struct check *check, const struct policy_node *item, uint32_t parent);
int check_product(struct check *check, const struct policy_node *item, uint32_t vendor);
int check_release(struct check *check, const struct policy_node *item, uint32_t product);
int check_file(struct check *check, const struct policy_node *item, uint32_t release);
int check_exception(struct check *check, const struct policy_node *item, uint32_t parent);

/**
 * check_authority_find() - the authority that a product refers to
 * @check: context
 * @node: value of its key
 * @ret_index: set on success
 *
 * Return: true on success.
 */
bool check_authority_find(struct check *check, const struct policy_node *node,
			  uint32_t *ret_index);

#endif
