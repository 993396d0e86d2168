/* SPDX-License-Identifier: GPL-2.0 */
/* The decision. Knows neither where a question comes from nor who reads records. */
#ifndef DEBAR_VERDICT_H
#define DEBAR_VERDICT_H

#include <linux/types.h>
#include "uapi/debar.h"

struct file;
struct debar_match;
struct debar_policy_set;

/**
 * debar_verdict_wanted() - could the content of this file be banned?
 * @file: any open file
 *
 * The quick answer for hooks that are asked often: no for nearly every file.
 *
 * Context: any but NMI.
 */
bool debar_verdict_wanted(struct file *file);

/* The same for content of @size bytes that is in memory. */
bool debar_verdict_wanted_size(u64 size);

/**
 * debar_verdict() - may the content of this file run?
 * @file: open for reading
 * @kind: of event that asks
 *
 * Records every match and every failure to judge; an allowed file leaves no
 * trace.
 *
 * Context: process, may sleep, no lock that reading a file could want.
 * Return: 0: yes; -EPERM: banned; another negative errno: it could not be
 * judged and the failure table denies it.
 */
int debar_verdict(struct file *file, enum debar_kind kind);

/**
 * debar_verdict_mapped() - the same for a file that is mapped
 *
 * For callers that hold mmap_lock; see debar_digest_mapped_file().
 */
int debar_verdict_mapped(struct file *file, enum debar_kind kind);

/**
 * debar_verdict_memory() - the same for content that is in memory
 * @data: all of it
 * @length: its bytes
 * @kind: of event that asks
 */
int debar_verdict_memory(const void *data, size_t length, enum debar_kind kind);

/**
 * debar_verdict_check() - what would happen to a file of this content
 * @set: live policies, from debar_policy_get_for_size(); may be NULL
 * @sha256: digest of the content
 * @ret_match: set unless DEBAR_VERDICT_ALLOW is returned
 * @ret_mode: the mode that the answer rests on
 *
 * Records nothing.
 */
enum debar_verdict debar_verdict_check(const struct debar_policy_set *set,
				       const u8 sha256[DEBAR_SHA256_SIZE],
				       struct debar_match *ret_match,
				       enum debar_mode *ret_mode);

/* The machine's mode. Any context. */
enum debar_mode debar_verdict_mode(void);
void debar_verdict_set_mode(enum debar_mode mode);

#endif
