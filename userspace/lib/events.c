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
#define LOOK 64	/* events from one look whether to stop to the next */

struct drain {
	uint64_t last;		/* sequence number that was handed over last */
	const struct debar_event_ops *ops;
	void *data;
	int stop_fd;		/* negative: none */
	unsigned int until_look;
	bool stopped;
	struct debar_event event;
};

/* A flood never lets the ring run dry, so waiting for that is not enough. */
static bool is_stopped(struct drain *drain)
{
	struct pollfd fd = { .fd = drain->stop_fd, .events = POLLIN };

	if (drain->stop_fd < 0 || drain->until_look++ % LOOK)
		return false;
	drain->stopped = poll(&fd, 1, 0) > 0;
	return drain->stopped;
}

static int read_event(const struct nlmsghdr *hdr, void *data)
{
	struct drain *drain = data;
	int err;

	err = debar_wire_event(hdr, &drain->event);
	if (err)
		return err;
	/* A dump that was begun again repeats what we have. After the last number there is none. */
	if (drain->event.seq <= drain->last)
		return 0;
	if (is_stopped(drain))
		return -ECANCELED;
	if (drain->event.seq - drain->last > 1 && drain->ops->lost) {
		err = drain->ops->lost(drain->last + 1, drain->event.seq - 1, drain->data);
		if (err)
			return err;
	}
	drain->last = drain->event.seq - 1;
	err = drain->ops->event(&drain->event, drain->data);
	if (!err)
		drain->last = drain->event.seq;
	return err;
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
	const struct debar_event_ops ops = { .event = fn };

	return debar_drain(debar, &after, &ops, data);
}

int debar_drain(struct debar *debar, uint64_t *after, const struct debar_event_ops *ops,
		void *data)
{
	struct drain drain = { .last = *after, .ops = ops, .data = data, .stop_fd = -1 };
	int err;

	err = drain_ring(debar, &drain);
	*after = drain.last;
	return err;
}

struct debar_wakeup {
	struct nl_sock *socket;
};

static int connect_socket(struct nl_sock *socket)
{
	errno = 0;
	if (genl_connect(socket))
		return errno ? -errno : -EIO;
	return 0;
}

/*
 * A socket that is subscribed receives what libnl would take for the answer to its
 * question, so the group's number is asked for on another.
 */
static int resolve(const char *family, const char *group)
{
	struct nl_sock *asker = nl_socket_alloc();
	int id;

	if (!asker)
		return -ENOMEM;
	id = connect_socket(asker);
	if (!id) {
		id = genl_ctrl_resolve_grp(asker, family, group);
		if (id < 0)
			id = id == -NLE_NOMEM ? -ENOMEM : -ENOENT;
	}
	nl_socket_free(asker);
	return id;
}

static int join(struct nl_sock *socket, const char *family, const char *group)
{
	int id = resolve(family, group);

	if (id < 0)
		return id;
	if (setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
		       &id, sizeof(id)))
		return -errno;
	return 0;
}

/* The controller's group tells when a family comes or goes. */
static int connect_wakeup(struct nl_sock *socket)
{
	int err = connect_socket(socket);

	return err ? err : join(socket, "nlctrl", "notify");
}

int debar_wakeup_open(struct debar_wakeup **ret_wakeup)
{
	struct debar_wakeup *wakeup = calloc(1, sizeof(*wakeup));
	int err;

	if (!wakeup)
		return -ENOMEM;
	wakeup->socket = nl_socket_alloc();
	err = wakeup->socket ? connect_wakeup(wakeup->socket) : -ENOMEM;
	if (err)
		debar_wakeup_close(wakeup);
	else
		*ret_wakeup = wakeup;
	return err;
}

void debar_wakeup_close(struct debar_wakeup *wakeup)
{
	if (!wakeup)
		return;
	nl_socket_free(wakeup->socket);
	free(wakeup);
}

int debar_wakeup_join(struct debar_wakeup *wakeup)
{
	return join(wakeup->socket, DEBAR_GENL_NAME, DEBAR_GENL_GROUP);
}

int debar_wakeup_fd(const struct debar_wakeup *wakeup)
{
	return nl_socket_get_fd(wakeup->socket);
}

/*
 * Whatever arrives here only wakes: the events themselves are read from the ring, so
 * that a message lost in a burst costs nothing.
 */
int debar_wakeup_clear(struct debar_wakeup *wakeup)
{
	int fd = nl_socket_get_fd(wakeup->socket);
	char byte;

	/* ENOBUFS, what was too much for the socket, is one more reason to look. */
	while (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0 || errno == EINTR ||
	       errno == ENOBUFS)
		;
	return errno == EAGAIN ? 0 : -errno;
}

/* Return: 0 when there may be more events; 1 when told to stop; -errno. */
static int wait_for_more(struct debar_wakeup *wakeup, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = debar_wakeup_fd(wakeup), .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },	/* negative: passed over */
	};

	while (poll(fds, 2, -1) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return fds[1].revents ? 1 : debar_wakeup_clear(wakeup);
}

int debar_follow(struct debar *debar, uint64_t after, int stop_fd, debar_event_fn fn,
		 int (*lost)(uint64_t first, uint64_t last, void *data), void *data)
{
	const struct debar_event_ops ops = { .event = fn, .lost = lost };
	struct drain drain = {
		.last = after, .ops = &ops, .data = data, .stop_fd = stop_fd,
	};
	struct debar_wakeup *wakeup;
	int err;

	err = debar_wakeup_open(&wakeup);
	if (err)
		return err;
	err = debar_wakeup_join(wakeup);
	while (!err) {
		err = drain_ring(debar, &drain);
		if (!err)
			err = wait_for_more(wakeup, stop_fd);
	}
	debar_wakeup_close(wakeup);
	return drain.stopped || err == 1 ? 0 : err;
}
