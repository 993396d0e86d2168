/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One compilation, and its steps in order:
 *
 *	source, node	files -> text -> YAML trees
 *	check, hashlist	trees and hash lists -> model, each part checked alone
 *	model		the whole checked: duplicates, limits
 *	emit		model -> image
 *
 * A step reports what is wrong and goes on as far as it can. Steps return
 * -ENOMEM, or 0 even when they reported errors; policy_compile() looks at the
 * report between them.
 */
#ifndef DEBAR_POLICY_COMPILER_H
#define DEBAR_POLICY_COMPILER_H

#include "arena.h"
#include "diagnostic.h"
#include "model.h"
#include "node.h"
#include "source.h"

struct policy_compiler {
	struct policy_arena arena;	/* nodes and texts */
	struct policy_sources sources;
	struct policy_report report;
	struct policy_model model;
};

/**
 * policy_check() - the policy of a YAML file into the model
 * @compiler: compilation
 * @root: tree of the file
 *
 * Return: 0, or -ENOMEM.
 */
int policy_check(struct policy_compiler *compiler, const struct policy_node *root);

/**
 * policy_hashlist_read() - ban the files of a hash list
 * @compiler: compilation
 * @source: index of the list, which is valid text
 * @product: index of the product that they belong to
 *
 * Return: 0, or -ENOMEM.
 */
int policy_hashlist_read(struct policy_compiler *compiler, uint32_t source,
			 uint32_t product);

/**
 * policy_emit() - write the image of a model without errors
 * @compiler: compilation, after policy_model_settle()
 * @ret_image: set on success, free with free()
 * @ret_length: set on success, bytes
 *
 * Return: 0; -ENOMEM; -EBADMSG, with an error in the report, if the model
 * exceeds a limit of the image.
 */
int policy_emit(struct policy_compiler *compiler, void **ret_image, size_t *ret_length);

#endif
