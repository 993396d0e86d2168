// SPDX-License-Identifier: GPL-2.0
/*
 * The one upload that may be under way.
 */
#include "upload.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "digest.h"
#include "limits.h"
#include "policy.h"
#include "trust.h"

/**
 * struct upload - an image that is not whole yet; guarded by upload_lock
 * @data: from kvmalloc(), owned; NULL when no upload is under way
 * @id: number of this upload
 * @port: netlink port that owns it
 * @length: bytes of the whole image
 * @received: bytes of @data that have arrived, always the first ones
 * @last: when its owner was last heard of, in jiffies
 * @sha256: announced digest
 * @signatures: owned
 * @n_signatures: entries of @signatures
 */
struct upload {
	void *data;
	u32 id;
	u32 port;
	u32 length;
	u32 received;
	unsigned long last;
	u8 sha256[DEBAR_SHA256_SIZE];
	struct debar_signature signatures[DEBAR_SIGNATURES_MAX];
	u32 n_signatures;
};

/* Never held while an image is checked or committed. */
static DEFINE_MUTEX(upload_lock);
static struct upload current_upload;
static u32 last_id;

static void drop_signatures(struct upload *upload)
{
	while (upload->n_signatures > 0)
		kvfree(upload->signatures[--upload->n_signatures].data);
}

static void drop(void)
{
	lockdep_assert_held(&upload_lock);
	kvfree(current_upload.data);
	current_upload.data = NULL;
	drop_signatures(&current_upload);
}

static bool owns(u32 port, u32 id, const char **ret_why)
{
	lockdep_assert_held(&upload_lock);
	if (current_upload.data && current_upload.port == port &&
	    current_upload.id == id)
		return true;
	*ret_why = "no such upload: it was never begun by this socket, or it has ended";
	return false;
}

static bool busy(u32 port)
{
	return current_upload.data && current_upload.port != port &&
	       time_before(jiffies, current_upload.last + DEBAR_UPLOAD_IDLE);
}

int debar_upload_begin(u32 port, u32 length, const u8 sha256[DEBAR_SHA256_SIZE],
		       u32 *ret_id, const char **ret_why)
{
	void *data;
	int err = 0;

	if (length < sizeof(struct debar_image_header) || length > DEBAR_IMAGE_MAX) {
		*ret_why = "length is not one that a policy image can have";
		return -EMSGSIZE;
	}
	mutex_lock(&upload_lock);
	if (busy(port)) {
		*ret_why = "another upload is under way";
		err = -EBUSY;
		goto out;
	}
	/* First, so that two images are never held at once. */
	drop();
	data = kvmalloc(length, GFP_KERNEL);
	if (!data) {
		*ret_why = "no memory for the image";
		err = -ENOMEM;
		goto out;
	}
	if (++last_id == 0)
		last_id = 1;
	current_upload.data = data;
	current_upload.id = last_id;
	current_upload.port = port;
	current_upload.length = length;
	current_upload.received = 0;
	current_upload.last = jiffies;
	memcpy(current_upload.sha256, sha256, sizeof(current_upload.sha256));
	*ret_id = last_id;
out:
	mutex_unlock(&upload_lock);
	return err;
}

int debar_upload_chunk(u32 port, u32 id, u32 offset, const void *data, u32 length,
		       const char **ret_why)
{
	int err = 0;

	mutex_lock(&upload_lock);
	if (!owns(port, id, ret_why)) {
		err = -ENOENT;
	} else if (offset != current_upload.received) {
		*ret_why = "chunk does not begin where the last one ended";
		err = -ERANGE;
	} else if (length > current_upload.length - current_upload.received) {
		*ret_why = "chunk runs past the announced length";
		err = -ERANGE;
	}
	if (err == -ERANGE) {
		drop();
	} else if (!err) {
		memcpy(current_upload.data + offset, data, length);
		current_upload.received += length;
		current_upload.last = jiffies;
	}
	mutex_unlock(&upload_lock);
	return err;
}

int debar_upload_signature(u32 port, u32 id, const void *data, u32 length,
			   const char **ret_why)
{
	struct debar_signature *signature;
	int err = 0;

	mutex_lock(&upload_lock);
	if (!owns(port, id, ret_why)) {
		err = -ENOENT;
		goto out;
	}
	if (current_upload.n_signatures == DEBAR_SIGNATURES_MAX) {
		*ret_why = "too many signatures";
		err = -ENOSPC;
		drop();
		goto out;
	}
	signature = &current_upload.signatures[current_upload.n_signatures];
	signature->data = kvmalloc(length, GFP_KERNEL);
	if (!signature->data) {
		*ret_why = "no memory for a signature";
		err = -ENOMEM;
		drop();
		goto out;
	}
	memcpy(signature->data, data, length);
	signature->length = length;
	current_upload.n_signatures++;
	current_upload.last = jiffies;
out:
	mutex_unlock(&upload_lock);
	return err;
}

/* Take the upload out of the common place, so that it can be checked unlocked. */
static int take(u32 port, u32 id, struct upload *ret_upload, const char **ret_why)
{
	int err = 0;

	mutex_lock(&upload_lock);
	if (owns(port, id, ret_why)) {
		*ret_upload = current_upload;
		current_upload.data = NULL;
		current_upload.n_signatures = 0;
	} else {
		err = -ENOENT;
	}
	mutex_unlock(&upload_lock);
	return err;
}

/* Is it what was announced, and who signed it? */
static int check(const struct upload *upload, struct debar_signers *ret_signers,
		 const char **ret_why)
{
	u8 sha256[DEBAR_SHA256_SIZE];
	int err;

	if (upload->received != upload->length) {
		*ret_why = "chunks are missing";
		return -ENODATA;
	}
	err = debar_digest_memory(upload->data, upload->length, sha256);
	if (err) {
		*ret_why = "computing the digest of the image failed";
		return err;
	}
	if (memcmp(sha256, upload->sha256, sizeof(sha256)) != 0) {
		*ret_why = "digest of the image differs from the one announced";
		return -EKEYREJECTED;
	}
	return debar_trust_verify(upload->data, upload->length, upload->signatures,
				  upload->n_signatures, ret_signers, ret_why);
}

int debar_upload_commit(u32 port, u32 id, bool allow_rollback,
			u8 ret_announced[DEBAR_SHA256_SIZE],
			struct debar_policy_set **ret_set,
			const struct debar_policy **ret_policy, const char **ret_why)
{
	struct debar_signers signers;
	struct upload upload;
	int err;

	err = take(port, id, &upload, ret_why);
	if (err)
		return err;
	memcpy(ret_announced, upload.sha256, sizeof(upload.sha256));
	err = check(&upload, &signers, ret_why);
	drop_signatures(&upload);
	if (err) {
		kvfree(upload.data);
		return err;
	}
	return debar_policy_commit(upload.data, upload.length, upload.sha256, &signers,
				   allow_rollback, ret_set, ret_policy, ret_why);
}

int debar_upload_abort(u32 port, u32 id, const char **ret_why)
{
	int err = 0;

	mutex_lock(&upload_lock);
	if (owns(port, id, ret_why))
		drop();
	else
		err = -ENOENT;
	mutex_unlock(&upload_lock);
	return err;
}

void debar_upload_port_closed(u32 port)
{
	mutex_lock(&upload_lock);
	if (current_upload.data && current_upload.port == port)
		drop();
	mutex_unlock(&upload_lock);
}

void debar_upload_exit(void)
{
	mutex_lock(&upload_lock);
	drop();
	mutex_unlock(&upload_lock);
}
