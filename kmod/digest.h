/* SPDX-License-Identifier: GPL-2.0 */
/* SHA-256 of files and of memory, by the kernel's crypto. */
#ifndef DEBAR_DIGEST_H
#define DEBAR_DIGEST_H

#include <linux/types.h>
#include "uapi/debar.h"

struct file;

int debar_digest_init(void);
void debar_digest_exit(void);

/**
 * debar_digest_file() - SHA-256 of a file's content from start to end
 * @file: its position is neither used nor changed
 * @sha256: set on success
 * @ret_reason: set on failure, for the failure table
 *
 * Context: process, may sleep, no lock held. Ends early when the process is
 * killed. Uses one buffer of DEBAR_DIGEST_CHUNK bytes whatever the file's size.
 * Return: 0; -ENOMEM; -EINTR when killed; -EBADF: @file is not open for reading;
 * what reading or the crypto returned.
 */
int debar_digest_file(struct file *file, u8 sha256[DEBAR_SHA256_SIZE],
		      enum debar_reason *ret_reason);

/**
 * debar_digest_mapped_file() - the same through the page cache
 * @file: a file that is mapped
 * @sha256: set on success
 * @ret_reason: set on failure, for the failure table
 *
 * For callers that hold mmap_lock: takes only locks that a page fault takes, as
 * reading the file could wait for a process that waits for mmap_lock. It takes those
 * of the page cache; on Linux 5.10 a fault takes one more that is the filesystem's
 * own. Allocates nothing for holes of files that are memory.
 *
 * Context and errors as debar_digest_file(); -EOPNOTSUPP where the filesystem has
 * no page cache to read.
 */
int debar_digest_mapped_file(struct file *file, u8 sha256[DEBAR_SHA256_SIZE],
			     enum debar_reason *ret_reason);

/**
 * debar_digest_memory() - SHA-256 of memory
 * @data: bytes
 * @length: how many
 * @sha256: set on success
 *
 * Context: process, may sleep.
 * Return: 0 or what the crypto returned.
 */
int debar_digest_memory(const void *data, size_t length,
			u8 sha256[DEBAR_SHA256_SIZE]);

/* Name of the driver that the kernel's crypto chose. */
const char *debar_digest_driver(void);

/* Files hashed since the module was loaded. */
u64 debar_digest_count(void);

#endif
