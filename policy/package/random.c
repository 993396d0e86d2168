// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is read back and forth.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "random.h"

#define BLOCK_SIZE	(64u << 10)

struct random_source {
	struct package_source source;
	struct package_walk *walk;
	const unsigned char *memory;	/* NULL: the package */
	uint64_t base;			/* where in the package it begins */
	uint64_t gone;			/* bytes before @memory */
	uint64_t size;			/* those included */
	uint64_t position;
	unsigned char block[BLOCK_SIZE];
};

static ssize_t read_random(struct package_source *source, const void **ret_block)
{
	struct random_source *random = (struct random_source *)source;
	uint64_t left = random->position < random->size ?
			random->size - random->position : 0;
	ssize_t n = left < sizeof(random->block) ? left : sizeof(random->block);

	*ret_block = random->block;
	if (!random->memory) {
		n = package_pread(random->walk, random->block, n,
				  random->base + random->position);
	} else if (random->position < random->gone) {
		memset(random->block, 0, sizeof(random->block));
		if ((uint64_t)n > random->gone - random->position)
			n = random->gone - random->position;
	} else {
		*ret_block = random->memory + (random->position - random->gone);
	}
	if (n > 0)
		random->position += n;
	return n;
}

static int64_t seek_random(struct package_source *source, int64_t offset, int whence)
{
	struct random_source *random = (struct random_source *)source;
	int64_t base = 0;

	if (whence == SEEK_CUR)
		base = random->position;
	else if (whence == SEEK_END)
		base = random->size;
	if (__builtin_add_overflow(base, offset, &base) || base < 0)
		return -EINVAL;
	random->position = base;
	return base;
}

struct package_source *package_random_open(const struct package_member *member, bool whole)
{
	uint64_t begins_at = member->size - (member->filled - member->start);
	struct package_walk *walk = member->walk;
	struct random_source *random = malloc(sizeof(*random));

	if (!random)
		return NULL;
	*random = (struct random_source){
		.source = { .read = read_random, .seek = seek_random },
		.walk = walk,
		.size = member->layer ? member->size : walk->package->size,
	};
	if (member->layer)
		random->memory = member_head(member);
	if (!whole) {
		random->base = begins_at;
		random->size -= begins_at;
	} else if (member->layer) {
		random->gone = begins_at;
	}
	return &random->source;
}
