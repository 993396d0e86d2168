/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One archive, or one compressed file, read by libarchive from front to back. Of
 * its formats only the one that was recognised is enabled, and none of its
 * filters that would run a program.
 */
#ifndef DEBAR_PACKAGE_LAYER_H
#define DEBAR_PACKAGE_LAYER_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kind.h"

/* Where a layer's own bytes come from. */
struct package_source {
	/* Return: bytes at @ret_block, valid until the next call; 0: end; -errno. */
	ssize_t (*read)(struct package_source *source, const void **ret_block);
	/* As lseek(2); NULL: this source has no way back. Return: offset; -errno. */
	int64_t (*seek)(struct package_source *source, int64_t offset, int whence);
};

struct package_layer {
	enum package_kind kind;
	struct archive *archive;
	struct archive_entry *entry;	/* the present one; the archive owns it */
	struct package_source *source;
	int source_err;			/* what its read() or seek() failed with */
	bool broken;			/* nothing more can be read */
	/* Of the entry that is being read. */
	uint64_t position;
	const void *block;
	size_t block_length;
	uint64_t block_offset;
	bool ended;
};

/**
 * package_layer_open() - begin to read
 * @layer: overwritten; package_layer_close() whatever this returns
 * @kind: what it is, readable
 * @source: its bytes, valid until it is closed
 *
 * Return: 0, -ENOMEM, or -EBADMSG: package_layer_error() says why.
 */
int package_layer_open(struct package_layer *layer, enum package_kind kind,
		       struct package_source *source);

/**
 * package_layer_next() - go to the next entry
 * @layer: layer
 *
 * Return: 1, layer->entry is set; 0 at the end; -EBADMSG: no more can be read.
 */
int package_layer_next(struct package_layer *layer);

/**
 * package_layer_data() - more of the entry's content, holes as zeros
 * @layer: layer
 * @ret_block: set to bytes that are valid until the next call
 * @ret_length: bytes at @ret_block; 0 at the end
 *
 * Return: 0, or -EBADMSG: this entry cannot be read, and if layer->broken is set
 * none after it.
 */
int package_layer_data(struct package_layer *layer, const void **ret_block,
		       size_t *ret_length);

/* Why the last call failed; valid until the next. */
const char *package_layer_error(const struct package_layer *layer);

void package_layer_close(struct package_layer *layer);

#endif
