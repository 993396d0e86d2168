// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Make an image a live policy: begin, chunks, signatures, commit.
 */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <openssl/evp.h>
#include <string.h>

#include "client.h"
#include "wire.h"

static int read_upload(const struct nlmsghdr *hdr, void *data)
{
	return debar_wire_upload(hdr, data);
}

static int begin(struct debar *debar, const void *image, size_t length,
		 uint32_t *ret_upload)
{
	uint8_t sha256[DEBAR_SHA256_SIZE];
	struct nl_msg *msg;

	/* The length has 32 bits in the message; what is less the kernel judges. */
	if (length > UINT32_MAX)
		return -EMSGSIZE;
	if (!EVP_Digest(image, length, sha256, NULL, EVP_sha256(), NULL))
		return -EIO;
	msg = debar_client_request(DEBAR_CMD_POLICY_BEGIN, 2 * 64);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, DEBAR_A_LENGTH, length) ||
	    nla_put(msg, DEBAR_A_SHA256, sizeof(sha256), sha256)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, read_upload, ret_upload);
}

static int send_chunk(struct debar *debar, uint32_t upload, size_t offset,
		      const void *data, size_t length)
{
	struct nl_msg *msg;

	msg = debar_client_request(DEBAR_CMD_POLICY_CHUNK, length + 64);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, DEBAR_A_UPLOAD, upload) ||
	    nla_put_u32(msg, DEBAR_A_OFFSET, offset) ||
	    nla_put(msg, DEBAR_A_DATA, length, data)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

static int send_signature(struct debar *debar, uint32_t upload,
			  const struct debar_signature *signature)
{
	struct nl_msg *msg;

	/* An attribute's length has 16 bits: a longer one would be cut. */
	if (signature->length == 0 || signature->length > DEBAR_CHUNK_MAX)
		return -EMSGSIZE;
	msg = debar_client_request(DEBAR_CMD_POLICY_SIGNATURE, signature->length + 64);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, DEBAR_A_UPLOAD, upload) ||
	    nla_put(msg, DEBAR_A_DATA, signature->length, signature->data)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

static int commit(struct debar *debar, uint32_t upload, bool allow_rollback)
{
	struct nl_msg *msg;

	msg = debar_client_request(DEBAR_CMD_POLICY_COMMIT, 64);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, DEBAR_A_UPLOAD, upload) ||
	    (allow_rollback && nla_put_flag(msg, DEBAR_A_ALLOW_ROLLBACK))) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

/* What went wrong before matters, not whether this works: closing aborts too. */
static void give_up(struct debar *debar, uint32_t upload)
{
	char text[sizeof(debar->error_text)];
	struct nl_msg *msg;

	msg = debar_client_request(DEBAR_CMD_POLICY_ABORT, 64);
	if (!msg || nla_put_u32(msg, DEBAR_A_UPLOAD, upload)) {
		nlmsg_free(msg);
		return;
	}
	memcpy(text, debar->error_text, sizeof(text));
	debar_client_call(debar, msg, NULL, NULL);
	memcpy(debar->error_text, text, sizeof(text));
}

int debar_upload(struct debar *debar, const void *image, size_t length,
		 const struct debar_signature *signatures, size_t n_signatures,
		 bool allow_rollback,
		 int (*progress)(size_t sent, size_t length, void *data), void *data)
{
	size_t sent = 0, i;
	uint32_t upload;
	int err;

	err = begin(debar, image, length, &upload);
	if (err)
		return err;
	while (sent < length) {
		size_t n = length - sent;

		if (n > DEBAR_CHUNK_MAX)
			n = DEBAR_CHUNK_MAX;
		err = send_chunk(debar, upload, sent, (const char *)image + sent, n);
		if (err)
			goto fail;
		sent += n;
		err = progress ? progress(sent, length, data) : 0;
		if (err)
			goto fail;
	}
	for (i = 0; i < n_signatures; i++) {
		err = send_signature(debar, upload, &signatures[i]);
		if (err)
			goto fail;
	}
	err = commit(debar, upload, allow_rollback);
	if (err)
		goto fail;
	return 0;

fail:
	give_up(debar, upload);
	return err;
}
