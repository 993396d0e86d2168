/* SPDX-License-Identifier: GPL-2.0-only */
/* Large memory on large pages. */
#ifndef POLICY_HUGE_H
#define POLICY_HUGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes; less is not worth asking for. */
#define POLICY_HUGE_FROM ((size_t)4 << 20)

/**
 * policy_prefer_huge() - ask for large pages
 * @memory: from malloc() or its like; may be NULL
 * @length: bytes
 *
 * A fault for each 4 KiB takes a third of the time of a list of a million bans. This
 * is a wish: nothing depends on it.
 *
 * Return: @memory.
 */
static inline void *policy_prefer_huge(void *memory, size_t length)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	const size_t before = -(uintptr_t)memory & (page - 1);

	if (memory && length >= POLICY_HUGE_FROM)
		madvise((char *)memory + before, (length - before) & ~(page - 1),
			MADV_HUGEPAGE);
	return memory;
}

#endif
