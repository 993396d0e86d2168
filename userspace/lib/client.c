// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One connection: open, close, a call, a dump.
 *
 * Messages are built and parsed by libnl, but received here: libnl 3.7 folds
 * many errno values into one, knows no extack and takes a dump that ended with
 * an error for a complete one.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "wire.h"

/* Only netlink errors that libnl makes up itself; the others are in errno. */
static int errno_of_libnl(int nlerr)
{
	switch (-nlerr) {
	case NLE_SUCCESS:
		return 0;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
	case NLE_PROTO_MISMATCH:
	case NLE_OPNOTSUPP:
		return -EPROTONOSUPPORT;
	default:
		return -EIO;
	}
}

static void disconnect(struct debar *debar)
{
	nl_socket_free(debar->socket);
	debar->socket = NULL;
}

static int prepare_socket(struct debar *debar)
{
	static const int on = 1;
	int err, fd;

	errno = 0;
	err = genl_connect(debar->socket);
	if (err)
		return errno ? -errno : errno_of_libnl(err);
	debar->family = genl_ctrl_resolve(debar->socket, DEBAR_GENL_NAME);
	if (debar->family < 0)
		return errno_of_libnl(debar->family);
	fd = nl_socket_get_fd(debar->socket);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)))
		return -errno;
	/* libnl drew numbers of its own to resolve the family: stay clear of them. */
	debar->seq = nl_socket_use_seq(debar->socket) + 1000;
	return 0;
}

static int connect_socket(struct debar *debar)
{
	int err;

	debar->socket = nl_socket_alloc();
	if (!debar->socket)
		return -ENOMEM;
	err = prepare_socket(debar);
	if (err)
		disconnect(debar);
	return err;
}

static int read_protocol(const struct nlmsghdr *hdr, void *data)
{
	return debar_wire_protocol(hdr, data);
}

static int check_protocol(struct debar *debar)
{
	uint32_t protocol = 0;
	int err;

	err = debar_client_call(debar, debar_client_request(DEBAR_CMD_STATUS_GET, 0),
				read_protocol, &protocol);
	if (err)
		return err;
	return protocol == DEBAR_PROTOCOL ? 0 : -EPROTO;
}

int debar_open(struct debar **ret_debar)
{
	struct debar *debar;
	int err;

	debar = calloc(1, sizeof(*debar));
	if (!debar)
		return -ENOMEM;
	err = connect_socket(debar);
	if (!err)
		err = check_protocol(debar);
	if (err) {
		debar_close(debar);
		return err;
	}
	*ret_debar = debar;
	return 0;
}

void debar_close(struct debar *debar)
{
	if (!debar)
		return;
	disconnect(debar);
	free(debar);
}

const char *debar_error_text(const struct debar *debar)
{
	return debar->error_text;
}

struct nl_msg *debar_client_request(uint8_t cmd, size_t room)
{
	struct nl_msg *msg;

	/* Family and sequence number are filled in when it is sent. */
	msg = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + room);
	if (msg && !genlmsg_put(msg, 0, 0, 0, 0, 0, cmd, 1)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int send_request(struct debar *debar, struct nl_msg *msg, int flags)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	ssize_t n;

	hdr->nlmsg_type = debar->family;
	hdr->nlmsg_pid = nl_socket_get_local_port(debar->socket);
	hdr->nlmsg_seq = ++debar->seq;
	hdr->nlmsg_flags = NLM_F_REQUEST | flags;
	do {
		n = sendto(nl_socket_get_fd(debar->socket), hdr, hdr->nlmsg_len, 0,
			   (const struct sockaddr *)&kernel, sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* One datagram from the kernel into the buffer. Return: its bytes or -errno. */
static ssize_t receive(struct debar *debar)
{
	struct sockaddr_nl from = { 0 };
	socklen_t from_length;
	ssize_t n;

	do {
		from_length = sizeof(from);
		n = recvfrom(nl_socket_get_fd(debar->socket), debar->buffer,
			     sizeof(debar->buffer), MSG_TRUNC,
			     (struct sockaddr *)&from, &from_length);
		/* Anyone may send to a netlink port: listen to the kernel only. */
	} while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0));
	if (n < 0)
		return -errno;
	if ((size_t)n > sizeof(debar->buffer))
		return -EMSGSIZE;
	return n;
}

struct answer {
	debar_client_fn fn;
	void *data;
	size_t n;		/* messages that were handed to fn */
	bool interrupted;	/* the kernel says that the dump is inconsistent */
	bool done;
};

static int read_message(struct debar *debar, const struct nlmsghdr *hdr,
			struct answer *answer)
{
	if (hdr->nlmsg_seq != debar->seq)
		return 0;
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	if (hdr->nlmsg_type == NLMSG_ERROR || hdr->nlmsg_type == NLMSG_DONE) {
		answer->done = true;
		return debar_wire_end(hdr, debar->error_text,
				      sizeof(debar->error_text));
	}
	if (hdr->nlmsg_type != debar->family || !answer->fn)
		return 0;
	answer->n++;
	return answer->fn(hdr, answer->data);
}

/* Reads answers until the request is acknowledged or refused, or its dump done. */
static int read_answers(struct debar *debar, struct answer *answer)
{
	struct nlmsghdr *hdr;
	int left, err = 0;

	while (!answer->done && !err) {
		left = receive(debar);
		if (left < 0)
			err = left;
		hdr = (struct nlmsghdr *)debar->buffer;
		while (nlmsg_ok(hdr, left) && !answer->done && !err) {
			err = read_message(debar, hdr, answer);
			hdr = nlmsg_next(hdr, &left);
		}
	}
	return err;
}

static int call(struct debar *debar, struct nl_msg *msg, int flags,
		debar_client_fn fn, void *data)
{
	struct answer answer = { .fn = fn, .data = data };
	int err;

	debar->error_text[0] = '\0';
	if (!msg)
		return -ENOMEM;
	err = debar->socket ? 0 : connect_socket(debar);
	if (!err)
		err = send_request(debar, msg, flags);
	nlmsg_free(msg);
	if (err)
		return err;
	err = read_answers(debar, &answer);
	/* The kernel still has answers that nobody wants: drop them. */
	if (!answer.done)
		disconnect(debar);
	if (!err && answer.interrupted)
		return -EAGAIN;
	if (!err && fn && !answer.n && flags == NLM_F_ACK)
		return -EPROTO;
	return err;
}

int debar_client_call(struct debar *debar, struct nl_msg *msg, debar_client_fn fn,
		      void *data)
{
	return call(debar, msg, NLM_F_ACK, fn, data);
}

int debar_client_dump(struct debar *debar, struct nl_msg *msg, debar_client_fn fn,
		      void *data)
{
	return call(debar, msg, NLM_F_DUMP, fn, data);
}
