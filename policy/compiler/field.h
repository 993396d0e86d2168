/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the language's parts from YAML nodes. Every function reports what is
 * wrong; given NULL or a broken node, of which something was said already, they
 * fail without a word.
 */
#ifndef DEBAR_POLICY_FIELD_H
#define DEBAR_POLICY_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostic.h"
#include "node.h"

struct policy_field {
	const char *name;
	bool required;
};

/**
 * policy_fields() - the values of a mapping's keys
 * @report: told of unknown and missing keys
 * @node: mapping
 * @what: what it describes, for messages: "a vendor"
 * @fields: the keys there may be
 * @n: entries of @fields
 * @ret_values: @n entries; set to the value of each key, NULL where it is absent
 *
 * Return: true if @node is a mapping; keys may be wrong or missing nevertheless.
 */
bool policy_fields(struct policy_report *report, const struct policy_node *node,
		   const char *what, const struct policy_field *fields, size_t n,
		   const struct policy_node **ret_values);

/* The value of a mapping's key, or NULL; without a word. */
const struct policy_node *policy_field_find(const struct policy_node *node,
					    const char *name);

/**
 * policy_field_list() - a list
 * @report: told if it is none
 * @node: value
 * @key: its key, for messages
 *
 * Return: true if @node is a list; it may be empty.
 */
bool policy_field_list(struct policy_report *report, const struct policy_node *node,
		       const char *key);

/**
 * policy_field_text() - one line of text fit for people, 1 to DEBAR_TEXT_MAX bytes
 * @report: told what is wrong
 * @node: value
 * @key: its key, for messages
 *
 * Return: the text, which lives as long as the tree, or NULL.
 */
const char *policy_field_text(struct policy_report *report,
			      const struct policy_node *node, const char *key);

/**
 * policy_field_number() - a whole number from 1 to POLICY_NUMBER_MAX
 * @report: told what is wrong
 * @node: value
 * @key: its key, for messages
 * @ret_number: set on success
 *
 * Return: true on success.
 */
bool policy_field_number(struct policy_report *report, const struct policy_node *node,
			 const char *key, uint64_t *ret_number);

/**
 * policy_number_read() - the same, of text that is no node
 * @report: told what is wrong
 * @place: of the first digit
 * @text: digits
 * @length: bytes at @text, 1 or more
 * @key: what it is, for messages
 * @ret_number: set on success
 *
 * Return: true on success.
 */
bool policy_number_read(struct policy_report *report, struct policy_place place,
			const char *text, size_t length, const char *key,
			uint64_t *ret_number);

/**
 * policy_field_choice() - one of a few words
 * @report: told what is wrong
 * @node: value
 * @key: its key, for messages
 * @words: what it may be
 * @n: entries of @words
 * @ret_index: set on success to the index of the word that it is
 *
 * Return: true on success.
 */
bool policy_field_choice(struct policy_report *report, const struct policy_node *node,
			 const char *key, const char *const *words, size_t n,
			 size_t *ret_index);

/**
 * policy_field_report_kind() - say that a value is of the wrong kind
 * @report: told so, unless that was said already
 * @node: value
 * @key: its key
 * @expected: what it must be: "a list"
 */
void policy_field_report_kind(struct policy_report *report,
			      const struct policy_node *node, const char *key,
			      const char *expected);

/**
 * policy_nearest() - did you mean ...?
 * @text: what was written
 * @length: bytes at @text
 * @words: what could have been meant
 * @n: entries of @words
 *
 * Return: the word that is near enough to be meant, or NULL.
 */
const char *policy_nearest(const char *text, size_t length, const char *const *words,
			   size_t n);

#endif
