/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One compilation, and its steps in order:
 *
 *	source, node	files -> text -> YAML trees
 *	include		the files that belong together
 *	check, hashlist	trees and hash lists -> model, each part checked alone
 *	model		the whole checked: duplicates, limits
 *	emit		model -> image
 *
 * A step reports what is wrong and goes on as far as it can. Steps return
 * -ENOMEM, -EINTR, or 0 even when they reported errors; policy_build() looks at
 * the report between them.
 */
#ifndef DEBAR_POLICY_COMPILER_H
#define DEBAR_POLICY_COMPILER_H

#include "arena.h"
#include "bounds.h"
#include "diagnostic.h"
#include "model.h"
#include "node.h"
#include "policy.h"
#include "source.h"

/* A YAML file whose language is known. */
struct policy_file {
	uint32_t source;
	bool included;		/* it belongs to a policy that begins in another */
	const struct policy_node *root;
};

struct policy_compiler {
	const struct policy_input *input;
	struct policy_arena arena;	/* nodes and texts */
	struct policy_sources sources;
	struct policy_report report;
	struct policy_file files[POLICY_FILES_MAX];	/* the first has the name */
	size_t n_files;
	bool incomplete;	/* a file is missing: what it holds may be referred to */
	size_t n_nodes;		/* of all files */
	uint64_t done;		/* bytes of hash lists */
	struct policy_model model;
};

/**
 * policy_files_read() - the files of a policy, with those that they include
 * @compiler: compilation; its files are set
 *
 * Return: 0; -ENOMEM; or, reported too, why a file that was named by itself
 * cannot be read.
 */
int policy_files_read(struct policy_compiler *compiler);

/**
 * policy_check() - the policy of all files into the model
 * @compiler: compilation, after policy_files_read()
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int policy_check(struct policy_compiler *compiler);

/**
 * policy_hashlist_read() - ban the files of a hash list
 * @compiler: compilation
 * @source: index of the list, which is valid text
 * @release: index of the release that they belong to
 * @unverified: are they?
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int policy_hashlist_read(struct policy_compiler *compiler, uint32_t source,
			 uint32_t release, bool unverified);

/**
 * policy_emit() - write the image of a model without errors
 * @compiler: compilation, after policy_model_settle()
 * @ret_image: set on success, free with free()
 * @ret_length: set on success, bytes
 *
 * Return: 0; -ENOMEM; -EBADMSG, with an error in the report, if the model
 * exceeds what the image can hold.
 */
int policy_emit(struct policy_compiler *compiler, void **ret_image, size_t *ret_length);

#endif
