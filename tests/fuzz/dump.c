// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as what the kernel sends: the connection of the library is one without
 * a socket, and the functions that would send and receive are those below. The first
 * byte says what is asked for; each datagram follows its length in two bytes.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include "client.h"
#include "fuzz.h"

#define FAMILY 30

static struct debar debar;
static struct fuzz_choices incoming;

ssize_t __wrap_sendto(int fd, const void *data, size_t length, int flags,
		      const struct sockaddr *to, socklen_t to_length);
ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *from,
			socklen_t *from_length);
int __wrap_genl_connect(struct nl_sock *socket);

/* Once the library has hung up there is nobody to talk to. */
int __wrap_genl_connect(struct nl_sock *socket)
{
	(void)socket;
	errno = 0;
	return -NLE_FAILURE;
}

ssize_t __wrap_sendto(int fd, const void *data, size_t length, int flags,
		      const struct sockaddr *to, socklen_t to_length)
{
	(void)fd;
	(void)data;
	(void)flags;
	(void)to;
	(void)to_length;
	return length;
}

/* Fields that no mutation would guess: where they are 0 they are made right. */
static void make_right(char *buffer, size_t length)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)buffer;
	int left = length;

	for (; nlmsg_ok(hdr, left); hdr = nlmsg_next(hdr, &left)) {
		if (hdr->nlmsg_seq == 0)
			hdr->nlmsg_seq = debar.seq;
		if (hdr->nlmsg_type == 0)
			hdr->nlmsg_type = FAMILY;
	}
}

ssize_t __wrap_recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *from,
			socklen_t *from_length)
{
	size_t length;

	(void)fd;
	(void)flags;
	(void)from;
	(void)from_length;
	if (incoming.size == 0) {
		errno = ENODEV;
		return -1;
	}
	length = fuzz_byte(&incoming);
	length |= fuzz_byte(&incoming) << 8;
	if (length > incoming.size)
		length = incoming.size;
	fuzz_require(length <= size);
	memcpy(buffer, incoming.data, length);
	incoming.data += length;
	incoming.size -= length;
	make_right(buffer, length);
	return length;
}

static int on_event(const struct debar_event *event, void *data)
{
	uint64_t *last = data;

	fuzz_require(event->seq > *last);
	*last = event->seq;
	return 0;
}

static int on_policy(const struct debar_policy *policy, void *data)
{
	(void)data;
	return policy->n_signers > DEBAR_SIGNATURES_MAX;
}

static int on_product(const struct debar_product *product, void *data)
{
	(void)data;
	return product->action == __DEBAR_ACTION_LAST;
}

static int on_exception(const struct debar_exception *exception, void *data)
{
	(void)data;
	return exception->expires == 1;
}

static int on_ban(const struct debar_ban *ban, void *data)
{
	(void)data;
	return ban->sized && ban->size == 1;
}

static const struct debar_list_ops list_ops = { on_policy, on_product, on_exception, on_ban };

static int ask(uint8_t what)
{
	static struct debar_status status;
	static struct debar_check check;
	static const uint8_t sha256[DEBAR_SHA256_SIZE];
	static const struct debar_signature signature = { "s", 1 };
	uint64_t last = 0;

	switch (what % 6) {
	case 0:
		return debar_get_status(&debar, &status);
	case 1:
		return debar_check(&debar, sha256, 1, &check);
	case 2:
		return debar_events(&debar, 0, on_event, &last);
	case 3:
		return debar_set_mode(&debar, DEBAR_MODE_ENFORCE);
	case 4:
		return debar_upload(&debar, "image", 5, &signature, 1, false, NULL, NULL);
	default:
		return debar_list(&debar, DEBAR_DETAIL_BANS, NULL, &list_ops, NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	incoming = (struct fuzz_choices){ data, size };
	memset(&debar, 0, sizeof(debar));
	debar.family = FAMILY;
	debar.socket = nl_socket_alloc();
	fuzz_require(debar.socket);
	fuzz_require(ask(fuzz_byte(&incoming)) <= 1);
	fuzz_require(memchr(debar_error_text(&debar), '\0', sizeof(debar.error_text)));
	nl_socket_free(debar.socket);
	return 0;
}
