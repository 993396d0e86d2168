/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One file of a package, or the package itself, as a stream: what has been looked
 * at is kept until it is taken, everything else goes by once.
 */
#ifndef DEBAR_PACKAGE_MEMBER_H
#define DEBAR_PACKAGE_MEMBER_H

#include <openssl/evp.h>

#include "findings.h"
#include "layer.h"

/* The work on one package. */
struct package_walk {
	const struct package_options *options;
	struct package *package;
	int fd;
	struct findings findings;
	uint64_t fd_done;	/* bytes of the package that have been read */
	uint64_t bytes;		/* that came out of all layers */
	uint64_t told;		/* fd_done + bytes when progress() was last called */
	uint64_t archives;	/* layers that are not only compression */
	uint64_t entries;
	size_t held;
	int err;		/* of what ends the work; error says why */
	char *error;
};

struct package_member {
	struct package_source source;	/* first: a layer in this member reads from it */
	struct package_walk *walk;
	struct package_layer *layer;	/* that it is an entry of; NULL: the package itself */
	const char *path;	/* what names of files in it begin with; "": nothing */
	const char *shown;	/* its name in messages and in the result */
	const char *entry;	/* its name in its archive */
	unsigned int depth;	/* layers around it */
	bool in_control;	/* part of a .deb's metadata */
	EVP_MD_CTX *md;		/* NULL: its digest is not wanted */
	uint64_t size;		/* bytes that have come, those in the buffer too */
	bool ended;		/* and there are no more */
	bool failed;		/* the rest cannot be read */
	/* Bytes that have come and were not taken. */
	unsigned char *buffer;
	size_t start, filled, capacity;
};

/* What was looked at and not taken; never NULL, though of a member that is empty there is no buffer. */
static inline const unsigned char *member_head(const struct package_member *member)
{
	return member->buffer ? member->buffer + member->start : (const unsigned char *)"";
}

/**
 * package_stop() - end the work
 * @walk: work; the first reason is kept
 * @err: what package_read() is to return
 * @member: which member; NULL: the package
 * @format: a sentence without a period, printf(3)
 *
 * Return: @err, or that of the first reason.
 */
__attribute__((format(printf, 4, 5)))
int package_stop(struct package_walk *walk, int err, const char *member,
		 const char *format, ...);

/** package_no_memory() - likewise. Return: -ENOMEM. */
int package_no_memory(struct package_walk *walk);

/**
 * package_problem() - something in a package cannot be read
 * @walk: work; ended unless it is to keep going
 * @member: which member
 * @text: why
 *
 * Return: -EBADMSG; walk->err is set if the work ends.
 */
int package_problem(struct package_walk *walk, const char *member, const char *text);

/**
 * package_pread() - bytes of the package itself
 * @walk: work
 * @data: where they go
 * @size: most that are wanted
 * @at: offset
 *
 * Return: bytes, 0 at the end, or as package_stop().
 */
ssize_t package_pread(struct package_walk *walk, void *data, size_t size, uint64_t at);

/**
 * member_fill() - look ahead
 * @member: member
 * @want: bytes that the buffer should hold; it has less at the end of the member
 *
 * Return: 0, or as package_stop() or package_problem().
 */
int member_fill(struct package_member *member, size_t want);

/**
 * member_take() - take the next bytes, from the buffer if it holds any
 * @member: member
 * @ret_block: set to them, valid until the next call
 * @ret_length: bytes at @ret_block; 0: the end
 *
 * Return: as member_fill().
 */
int member_take(struct package_member *member, const void **ret_block,
		size_t *ret_length);

/** member_read() - member_take() as the source of a layer in the member. */
ssize_t member_read(struct package_source *source, const void **ret_block);

/**
 * member_go() - take bytes until a place in the member is next
 * @member: member
 * @position: in bytes, not before what was taken; beyond the end: the end
 *
 * Return: as member_fill().
 */
int member_go(struct package_member *member, uint64_t position);

/** member_hash() - want its digest; before anything is taken. Return: 0, -errno. */
int member_hash(struct package_member *member);

void member_free(struct package_member *member);

#endif
