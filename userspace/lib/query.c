// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Ask the module: status, mode, seal, floors, check, and the live policies.
 */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "client.h"
#include "wire.h"

static int read_status(const struct nlmsghdr *hdr, void *data)
{
	return debar_wire_status(hdr, data);
}

int debar_get_status(struct debar *debar, struct debar_status *ret_status)
{
	struct debar_status status;
	int err;

	err = debar_client_call(debar, debar_client_request(DEBAR_CMD_STATUS_GET, 0),
				read_status, &status);
	if (err)
		return err;
	*ret_status = status;
	return 0;
}

int debar_set_mode(struct debar *debar, enum debar_mode mode)
{
	struct nl_msg *msg;

	msg = debar_client_request(DEBAR_CMD_MODE_SET, 16);
	if (msg && nla_put_u32(msg, DEBAR_A_MODE, mode)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

int debar_remove(struct debar *debar, const char *name)
{
	struct nl_msg *msg;

	/* No longer name can be live, and the kernel would only say "range". */
	if (strlen(name) > DEBAR_NAME_MAX)
		return -ENOENT;
	msg = debar_client_request(DEBAR_CMD_POLICY_REMOVE, 128);
	if (msg && nla_put_string(msg, DEBAR_A_NAME, name)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

int debar_set_floor(struct debar *debar, const char *name, uint64_t serial)
{
	struct nl_msg *msg;

	/* No policy has a longer name, and the kernel would only say "range". */
	if (strlen(name) > DEBAR_NAME_MAX)
		return -EINVAL;
	msg = debar_client_request(DEBAR_CMD_FLOOR_SET, 128);
	if (!msg)
		return -ENOMEM;
	if (nla_put_string(msg, DEBAR_A_NAME, name) ||
	    nla_put_u64(msg, DEBAR_A_SERIAL, serial)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_call(debar, msg, NULL, NULL);
}

int debar_seal(struct debar *debar)
{
	return debar_client_call(debar, debar_client_request(DEBAR_CMD_SEAL, 0), NULL,
				 NULL);
}

static int read_check(const struct nlmsghdr *hdr, void *data)
{
	return debar_wire_check(hdr, data);
}

int debar_check(struct debar *debar, const uint8_t sha256[DEBAR_SHA256_SIZE],
		uint64_t size, struct debar_check *ret_check)
{
	struct debar_check check;
	struct nl_msg *msg;
	int err;

	msg = debar_client_request(DEBAR_CMD_CHECK, 128);
	if (!msg)
		return -ENOMEM;
	if (nla_put(msg, DEBAR_A_SHA256, DEBAR_SHA256_SIZE, sha256) ||
	    nla_put_u64(msg, DEBAR_A_FILE_SIZE, size)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	err = debar_client_call(debar, msg, read_check, &check);
	if (err)
		return err;
	*ret_check = check;
	return 0;
}

struct listing {
	const struct debar_list_ops *ops;
	void *data;
};

static int read_listed(const struct nlmsghdr *hdr, void *data)
{
	const struct listing *listing = data;
	struct debar_exception exception;
	struct debar_product product;
	struct debar_policy policy;
	struct debar_ban ban;
	int err;

	switch (debar_wire_command(hdr)) {
	case DEBAR_CMD_BAN_GET:
		err = debar_wire_ban(hdr, &ban);
		if (err || !listing->ops->ban)
			return err;
		return listing->ops->ban(&ban, listing->data);
	case DEBAR_CMD_PRODUCT_GET:
		err = debar_wire_product(hdr, &product);
		if (err || !listing->ops->product)
			return err;
		return listing->ops->product(&product, listing->data);
	case DEBAR_CMD_EXCEPTION_GET:
		err = debar_wire_exception(hdr, &exception);
		if (err || !listing->ops->exception)
			return err;
		return listing->ops->exception(&exception, listing->data);
	case DEBAR_CMD_POLICY_GET:
		err = debar_wire_policy(hdr, &policy);
		if (err || !listing->ops->policy)
			return err;
		return listing->ops->policy(&policy, listing->data);
	default:
		return -EPROTO;
	}
}

int debar_list(struct debar *debar, enum debar_detail detail, const char *name,
	       const struct debar_list_ops *ops, void *data)
{
	struct listing listing = { ops, data };
	struct nl_msg *msg;

	if (name && strlen(name) > DEBAR_NAME_MAX)
		return -ENOENT;
	msg = debar_client_request(DEBAR_CMD_POLICY_GET, 128);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, DEBAR_A_DETAIL, detail) ||
	    (name && nla_put_string(msg, DEBAR_A_NAME, name))) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_dump(debar, msg, read_listed, &listing);
}
