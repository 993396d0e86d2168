/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML as a tree whose nodes know where they stand.
 */
#ifndef DEBAR_POLICY_NODE_H
#define DEBAR_POLICY_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "source.h"

struct policy_compiler;

enum policy_node_kind {
	POLICY_NODE_TEXT,	/* a scalar */
	POLICY_NODE_LIST,	/* a sequence */
	POLICY_NODE_MAPPING,
	POLICY_NODE_BROKEN,	/* what was refused; nothing more need be said of it */
};

struct policy_node {
	enum policy_node_kind kind;
	bool plain;		/* text without quotes */
	struct policy_place place;
	/* Of text: its bytes, with a NUL behind them and perhaps among them. */
	const char *text;
	size_t length;
	/* Of a list: its items. Of a mapping: key, value, key, value, ... */
	struct policy_node *first;
	struct policy_node *last;
	size_t n;		/* items, or keys */
	struct policy_node *next;	/* in the list or mapping this belongs to */
};

/**
 * policy_node_parse() - the tree of a YAML file
 * @compiler: its arena owns the tree, its report is told what is wrong
 * @source: index of the file, which is valid text
 * @ret_root: set on success
 *
 * Only what YAML itself needs for lists, mappings and text is taken: anchors,
 * aliases, tags, merge keys, directives and a second document are errors, and
 * so is a key that stands twice in one mapping.
 *
 * Return: 0, perhaps with errors in the report; -EBADMSG if there is no tree,
 * for which the report has the reason; -ENOMEM.
 */
int policy_node_parse(struct policy_compiler *compiler, uint32_t source,
		      struct policy_node **ret_root);

/* Does nothing stand there? (An empty value, "~" or "null" without quotes.) */
bool policy_node_is_null(const struct policy_node *node);

/* What kind of thing it is, for messages: "a list". */
const char *policy_node_kind_text(const struct policy_node *node);

#endif
