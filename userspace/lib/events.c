// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Events: drain the module's ring, and wait for more.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "client.h"
#include "wire.h"

#define TRIES 5	/* when the ring turns over while it is read */

struct drain {
	uint64_t last;		/* sequence number that was handed over last */
	debar_event_fn fn;
	int (*lost)(uint64_t first, uint64_t last, void *data);
	void *data;
	struct debar_event event;
};

static int read_event(const struct nlmsghdr *hdr, void *data)
{
	struct drain *drain = data;
	uint64_t next = drain->last + 1;
	int err;

	err = debar_wire_event(hdr, &drain->event);
	if (err)
		return err;
	/* A dump that was begun again repeats what we have. */
	if (drain->event.seq < next)
		return 0;
	if (drain->event.seq > next && drain->lost) {
		err = drain->lost(next, drain->event.seq - 1, drain->data);
		if (err)
			return err;
	}
	drain->last = drain->event.seq;
	return drain->fn(&drain->event, drain->data);
}

static int drain_once(struct debar *debar, struct drain *drain)
{
	struct nl_msg *msg;

	msg = debar_client_request(DEBAR_CMD_EVENT_GET, 64);
	if (msg && nla_put_u64(msg, DEBAR_A_EVENT_SEQ, drain->last)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return debar_client_dump(debar, msg, read_event, drain);
}

static int drain_ring(struct debar *debar, struct drain *drain)
{
	int err, tries = TRIES;

	do {
		err = drain_once(debar, drain);
	} while (err == -EAGAIN && --tries);
	return err;
}

int debar_events(struct debar *debar, uint64_t after, debar_event_fn fn, void *data)
{
	struct drain drain = { .last = after, .fn = fn, .data = data };

	return drain_ring(debar, &drain);
}

static int join(struct nl_sock *socket, const char *family, const char *group)
{
	int id = genl_ctrl_resolve_grp(socket, family, group);

	if (id < 0)
		return id == -NLE_NOMEM ? -ENOMEM : -ENOENT;
	if (setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
		       &id, sizeof(id)))
		return -errno;
	return 0;
}

/*
 * Whatever arrives here only wakes us: the events themselves are read from the
 * ring, so that a message lost in a burst costs nothing. The controller's group
 * tells when the family goes away.
 */
static int subscribe(struct nl_sock *socket)
{
	int err;

	nl_socket_disable_seq_check(socket);
	errno = 0;
	if (genl_connect(socket))
		return errno ? -errno : -EIO;
	err = join(socket, "nlctrl", "notify");
	if (!err)
		err = join(socket, DEBAR_GENL_NAME, DEBAR_GENL_GROUP);
	return err;
}

/* Return: 0 when there may be more events; 1 when told to stop; -errno. */
static int wait_for_more(struct nl_sock *socket, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = nl_socket_get_fd(socket), .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },	/* negative: passed over */
	};
	char byte;

	while (poll(fds, 2, -1) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	if (fds[1].revents)
		return 1;
	/* ENOBUFS, what was too much for the socket, is one more reason to look. */
	while (recv(fds[0].fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0 ||
	       errno == EINTR || errno == ENOBUFS)
		;
	return errno == EAGAIN ? 0 : -errno;
}

int debar_follow(struct debar *debar, uint64_t after, int stop_fd, debar_event_fn fn,
		 int (*lost)(uint64_t first, uint64_t last, void *data), void *data)
{
	struct drain drain = { .last = after, .fn = fn, .lost = lost, .data = data };
	struct nl_sock *socket;
	int err;

	socket = nl_socket_alloc();
	if (!socket)
		return -ENOMEM;
	err = subscribe(socket);
	while (!err) {
		err = drain_ring(debar, &drain);
		if (!err)
			err = wait_for_more(socket, stop_fd);
		if (err == 1) {
			err = 0;
			break;
		}
	}
	nl_socket_free(socket);
	return err;
}
