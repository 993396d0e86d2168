/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that lives as long as one compilation and is freed at once.
 */
#ifndef DEBAR_POLICY_ARENA_H
#define DEBAR_POLICY_ARENA_H

#include <stddef.h>

struct policy_arena_block;

/* All zero: empty. */
struct policy_arena {
	struct policy_arena_block *blocks;	/* newest first */
};

/**
 * policy_arena_alloc() - memory for any type
 * @arena: owns the memory
 * @size: bytes
 *
 * Return: @size zero bytes, or NULL without memory.
 */
void *policy_arena_alloc(struct policy_arena *arena, size_t size);

/**
 * policy_arena_text() - copy bytes and put a NUL behind them
 * @arena: owns the copy
 * @text: bytes
 * @length: bytes at @text
 *
 * Return: the copy, or NULL without memory.
 */
char *policy_arena_text(struct policy_arena *arena, const char *text, size_t length);

/** policy_arena_free() - free all that came from @arena and empty it. */
void policy_arena_free(struct policy_arena *arena);

#endif
