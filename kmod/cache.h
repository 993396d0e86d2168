/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Digests of files that had to be hashed, kept for as long as the content cannot
 * have changed. A hint that saves work: what is not certain is not kept.
 */
#ifndef DEBAR_CACHE_H
#define DEBAR_CACHE_H

#include <linux/fs.h>
#include <linux/types.h>

#include "uapi/debar.h"

/**
 * struct debar_cache_key - what a content cannot change without
 * @sb: filesystem; only compared. Its memory may serve another filesystem later:
 *	@epoch tells them apart
 * @epoch: filesystems that were given up until then
 * @inode: number
 * @generation: of the inode, where its number is used again
 * @size: bytes
 * @ctime: of the last change
 * @version: change counter, where the filesystem has one
 */
struct debar_cache_key {
	const struct super_block *sb;
	u64 epoch;
	u64 inode;
	u64 size;
	u64 version;
	s64 ctime_s;
	u32 ctime_ns;
	u32 generation;
};

int debar_cache_init(void);
void debar_cache_exit(void);

/**
 * debar_cache_key() - key of a file's content, if it can be relied on
 * @file: the file; the inode that really holds its data counts
 * @ret_key: set on success
 *
 * Context: any that may look at @file.
 * Return: false if a later change could go unnoticed: then neither look it up
 * nor keep it.
 */
bool debar_cache_key(struct file *file, struct debar_cache_key *ret_key);

/**
 * debar_cache_get() - look a digest up
 * @key: from debar_cache_key(), now
 * @sha256: set on success
 *
 * Context: process or atomic. Return: true if it is known.
 */
bool debar_cache_get(const struct debar_cache_key *key, u8 sha256[DEBAR_SHA256_SIZE]);

/**
 * debar_cache_put() - keep a digest
 * @file: the file
 * @before: its key from before it was read
 * @sha256: digest of what was read
 *
 * Keeps nothing if the key is another by now, or so young that a further change
 * could leave it as it is.
 *
 * Context: as debar_cache_key().
 */
void debar_cache_put(struct file *file, const struct debar_cache_key *before,
		     const u8 sha256[DEBAR_SHA256_SIZE]);

/* A filesystem's memory is being given back. Any context. */
void debar_cache_filesystem_gone(void);

/**
 * debar_cache_enable() - may the cache be used?
 * @enabled: filesystems that go are reported by debar_cache_filesystem_gone()
 *
 * What was kept before a change is not used again.
 */
void debar_cache_enable(bool enabled);

/* Digests found since the module was loaded. */
u64 debar_cache_hits(void);

#endif
