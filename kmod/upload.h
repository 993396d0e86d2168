/* SPDX-License-Identifier: GPL-2.0 */
/* A policy image on its way in: begin, chunks, commit or abort. */
#ifndef DEBAR_UPLOAD_H
#define DEBAR_UPLOAD_H

#include <linux/types.h>
#include "uapi/debar.h"

struct debar_policy;
struct debar_policy_set;

/*
 * All of these: @port is the netlink port of the sender; on failure @ret_why is
 * one constant sentence; process context, may sleep; errors as uapi/debar.h
 * lists them for the command.
 */

/**
 * debar_upload_begin() - make room for an image
 * @port: becomes the owner
 * @length: bytes of the image
 * @sha256: its digest
 * @ret_id: on success the upload's number, never 0
 * @ret_why: see above
 *
 * Return: 0; -EMSGSIZE; -EBUSY; -ENOMEM.
 */
int debar_upload_begin(u32 port, u32 length, const u8 sha256[DEBAR_SHA256_SIZE],
		       u32 *ret_id, const char **ret_why);

/**
 * debar_upload_chunk() - take the next bytes
 * @port: must own the upload
 * @id: the upload's number
 * @offset: where in the image, bytes
 * @data: bytes
 * @length: how many
 * @ret_why: see above
 *
 * Return: 0; -ENOENT; -ERANGE, which ends the upload.
 */
int debar_upload_chunk(u32 port, u32 id, u32 offset, const void *data, u32 length,
		       const char **ret_why);

/**
 * debar_upload_signature() - take a signature of the image
 * @port: must own the upload
 * @id: the upload's number
 * @data: CMS in DER
 * @length: bytes of it
 * @ret_why: see above
 *
 * Return: 0; -ENOENT; -ENOSPC or -ENOMEM, which end the upload.
 */
int debar_upload_signature(u32 port, u32 id, const void *data, u32 length,
			   const char **ret_why);

/**
 * debar_upload_commit() - check the image and make it live
 * @port: must own the upload, which ends in any case
 * @id: the upload's number
 * @allow_rollback: see debar_policy_commit()
 * @ret_announced: digest that was announced; set but for -ENOENT
 * @ret_set: on success, see debar_policy_commit()
 * @ret_policy: on success, see debar_policy_commit()
 * @ret_why: see above
 *
 * Return: 0; -ENOENT; -ENODATA; -EKEYREJECTED; what debar_policy_commit()
 * returns.
 */
int debar_upload_commit(u32 port, u32 id, bool allow_rollback,
			u8 ret_announced[DEBAR_SHA256_SIZE],
			struct debar_policy_set **ret_set,
			const struct debar_policy **ret_policy, const char **ret_why);

/** debar_upload_abort() - drop an upload. Return: 0; -ENOENT. */
int debar_upload_abort(u32 port, u32 id, const char **ret_why);

/* The socket behind @port is closed: drop what it began. */
void debar_upload_port_closed(u32 port);

void debar_upload_exit(void);

#endif
