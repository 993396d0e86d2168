// SPDX-License-Identifier: GPL-2.0-only
/*
 * One file of a package as a stream.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "member.h"

#define READ_SIZE	(128u << 10)
#define FIRST_CAPACITY	4096		/* most members are small */
#define PROGRESS_EVERY	(16u << 20)	/* bytes; a few times a second */

int package_stop(struct package_walk *walk, int err, const char *member,
		 const char *format, ...)
{
	const char *package = walk->package->name;
	char *text;
	va_list args;
	int n;

	if (walk->err)
		return walk->err;
	walk->err = err;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text)
		return err;
	if (!member || strcmp(member, package) == 0)
		n = asprintf(&walk->error, "%s: %s", package, text);
	else
		n = asprintf(&walk->error, "%s: %s: %s", package, member, text);
	if (n < 0)
		walk->error = NULL;
	free(text);
	return err;
}

int package_no_memory(struct package_walk *walk)
{
	return package_stop(walk, -ENOMEM, NULL, "out of memory");
}

int package_problem(struct package_walk *walk, const char *member, const char *text)
{
	struct package *package = walk->package;
	struct package_problem *problem;

	if (!walk->options->keep_going)
		return package_stop(walk, -EBADMSG, member, "%s", text);
	if (package->n_problems == PACKAGE_PROBLEMS_MAX)
		return package_stop(walk, -EBADMSG, member,
				    "%s; this is one problem too many", text);
	if (!package->problems)
		package->problems = calloc(PACKAGE_PROBLEMS_MAX, sizeof(*problem));
	if (!package->problems)
		return package_no_memory(walk);
	problem = &package->problems[package->n_problems++];
	problem->member = strdup(member);
	problem->text = strdup(text);
	if (!problem->member || !problem->text)
		return package_no_memory(walk);
	return -EBADMSG;
}

static int tell(struct package_walk *walk)
{
	const struct package_options *options = walk->options;
	uint64_t now = walk->fd_done + walk->bytes;
	int err;

	if (!options->progress || now - walk->told < PROGRESS_EVERY)
		return 0;
	walk->told = now;
	err = options->progress(walk->fd_done, options->data);
	return err ? package_stop(walk, err, NULL, "stopped") : 0;
}

/* Count what came out of a layer. */
static int count(struct package_member *member, size_t n)
{
	struct package_walk *walk = member->walk;
	const struct package_bounds *bounds = &walk->options->bounds;

	walk->bytes += n;
	if (walk->bytes > bounds->bytes)
		return package_stop(walk, -E2BIG, member->shown,
				    "here the package exceeds the %" PRIu64
				    " bytes that one may unpack to", bounds->bytes);
	if (walk->bytes > bounds->ratio_floor &&
	    walk->bytes / bounds->ratio > walk->package->size)
		return package_stop(walk, -E2BIG, member->shown,
				    "here the package exceeds %" PRIu64
				    " times its own size, as only a bomb does",
				    bounds->ratio);
	return tell(walk);
}

ssize_t package_pread(struct package_walk *walk, void *data, size_t size, uint64_t at)
{
	ssize_t n;

	do {
		n = pread(walk->fd, data, size, at);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return package_stop(walk, -errno, NULL, "%s", strerror(errno));
	if (at + n > walk->fd_done)
		walk->fd_done = at + n;
	return n;
}

static int reserve(struct package_member *member, size_t n)
{
	size_t capacity = member->capacity ? member->capacity : FIRST_CAPACITY;
	unsigned char *buffer;

	if (member->start) {
		member->filled -= member->start;
		memmove(member->buffer, member->buffer + member->start, member->filled);
		member->start = 0;
	}
	while (capacity - member->filled < n)
		capacity *= 2;
	if (member->buffer && capacity == member->capacity)
		return 0;
	buffer = realloc(member->buffer, capacity);
	if (!buffer)
		return package_no_memory(member->walk);
	member->buffer = buffer;
	member->capacity = capacity;
	return 0;
}

/* Bytes have come: count them and add them to the digest. */
static int came(struct package_member *member, const void *block, size_t n)
{
	member->size += n;
	member->ended = n == 0;
	if (member->md && !EVP_DigestUpdate(member->md, block, n))
		return package_no_memory(member->walk);
	return member->layer ? count(member, n) : tell(member->walk);
}

/* The next block of an entry, which stays where libarchive has it. */
static int pull(struct package_member *member, const void **ret_block, size_t *ret_length)
{
	int err;

	/* What is wrong has been reported. */
	if (member->failed)
		return -EBADMSG;
	err = package_layer_data(member->layer, ret_block, ret_length);
	member->failed = err;
	/* What the layer itself could not get has been reported already. */
	if (err && member->layer->source_err)
		return err;
	if (err)
		return package_problem(member->walk, member->shown,
				       package_layer_error(member->layer));
	return came(member, *ret_block, *ret_length);
}

static int keep(struct package_member *member, const void *bytes, size_t n)
{
	int err = n ? reserve(member, n) : 0;

	if (err || !n)
		return err;
	memcpy(member->buffer + member->filled, bytes, n);
	member->filled += n;
	return 0;
}

/* More of the member behind what the buffer holds. */
static int append(struct package_member *member)
{
	const void *block;
	ssize_t n;
	size_t length;
	int err;

	if (!member->layer) {
		err = reserve(member, READ_SIZE);
		if (err)
			return err;
		n = package_pread(member->walk, member->buffer + member->filled, READ_SIZE,
			    member->size);
		if (n < 0)
			return n;
		member->filled += n;
		return came(member, member->buffer + member->filled - n, n);
	}
	err = pull(member, &block, &length);
	return err ? err : keep(member, block, length);
}

int member_fill(struct package_member *member, size_t want)
{
	int err = 0;

	while (!err && !member->ended && member->filled - member->start < want)
		err = append(member);
	return err;
}

int member_take(struct package_member *member, const void **ret_block, size_t *ret_length)
{
	int err;

	*ret_length = 0;
	if (member->start == member->filled && member->layer && !member->ended)
		return pull(member, ret_block, ret_length);
	err = member_fill(member, 1);
	if (err)
		return err;
	*ret_block = member_head(member);
	*ret_length = member->filled - member->start;
	member->start = member->filled;
	return 0;
}

ssize_t member_read(struct package_source *source, const void **ret_block)
{
	size_t length;
	int err;

	err = member_take((struct package_member *)source, ret_block, &length);
	return err ? err : (ssize_t)length;
}

int member_go(struct package_member *member, uint64_t position)
{
	uint64_t at = member->size - (member->filled - member->start);
	const void *block;
	size_t length;
	int err;

	while (at < position) {
		if (member->start < member->filled) {
			length = member->filled - member->start;
			if (length > position - at)
				length = position - at;
			member->start += length;
			at += length;
			continue;
		}
		if (member->ended)
			return 0;
		if (!member->layer) {
			err = append(member);
			if (err)
				return err;
			continue;
		}
		err = pull(member, &block, &length);
		if (err)
			return err;
		if (length > position - at) {
			err = keep(member, (const char *)block + (position - at),
				   length - (position - at));
			if (err)
				return err;
			length = position - at;
		}
		at += length;
	}
	return 0;
}

int member_hash(struct package_member *member)
{
	member->md = EVP_MD_CTX_new();
	if (!member->md || !EVP_DigestInit_ex(member->md, EVP_sha256(), NULL) ||
	    !EVP_DigestUpdate(member->md, member->buffer, member->filled))
		return package_no_memory(member->walk);
	return 0;
}

void member_free(struct package_member *member)
{
	EVP_MD_CTX_free(member->md);
	free(member->buffer);
	member->md = NULL;
	member->buffer = NULL;
}
