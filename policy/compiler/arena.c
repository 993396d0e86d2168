// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that lives as long as one compilation and is freed at once.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define BLOCK_SIZE	(64u << 10)
#define ALIGNMENT	_Alignof(max_align_t)

struct policy_arena_block {
	struct policy_arena_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char data[];
};

static struct policy_arena_block *new_block(size_t size)
{
	struct policy_arena_block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	return block;
}

void *policy_arena_alloc(struct policy_arena *arena, size_t size)
{
	struct policy_arena_block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX - ALIGNMENT)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!block || size > block->size - block->used) {
		block = new_block(size > BLOCK_SIZE ? size : BLOCK_SIZE);
		if (!block)
			return NULL;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	memory = block->data + block->used;
	block->used += size;
	return memory;
}

char *policy_arena_text(struct policy_arena *arena, const char *text, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		return NULL;
	copy = policy_arena_alloc(arena, length + 1);
	if (copy && length > 0)
		memcpy(copy, text, length);
	return copy;
}

void policy_arena_free(struct policy_arena *arena)
{
	while (arena->blocks) {
		struct policy_arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}
