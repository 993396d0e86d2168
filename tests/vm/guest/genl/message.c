// SPDX-License-Identifier: GPL-2.0-only
#include "message.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "uapi/debar.h"

#define SOCKETS 32

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	uint8_t attributes[128 * 1024];
};

static struct {
	bool open;
	int fd;
	uint32_t upload;
} sockets[SOCKETS];
static unsigned int current;
static uint16_t family;
static uint32_t group;
static uint32_t sequence;
static struct message request;
static uint8_t answer[256 * 1024] __attribute__((aligned(8)));

void die(const char *what, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "genl: %s: %s\n", what, why);
	exit(2);
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int one = 1;

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)))
		die("socket", strerror(errno));
	return fd;
}

static int socket_now(void)
{
	if (!sockets[current].open) {
		sockets[current].fd = open_socket();
		sockets[current].open = true;
	}
	return sockets[current].fd;
}

void socket_choose(unsigned int n)
{
	current = n % SOCKETS;
}

void socket_close(void)
{
	if (sockets[current].open)
		close(sockets[current].fd);
	sockets[current].open = false;
}

uint32_t *socket_upload(void)
{
	return &sockets[current].upload;
}

static void start(uint16_t type, uint16_t flags, uint8_t command)
{
	request.nl = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.nlmsg_type = type,
		.nlmsg_flags = flags,
		.nlmsg_seq = ++sequence,
	};
	request.genl = (struct genlmsghdr){ .cmd = command, .version = DEBAR_PROTOCOL };
}

void message_put(uint16_t type, const void *data, size_t length)
{
	struct nlattr *attr = (void *)((uint8_t *)&request + request.nl.nlmsg_len);

	if (length > UINT16_MAX - NLA_HDRLEN ||
	    request.nl.nlmsg_len + NLA_HDRLEN + NLA_ALIGN(length) > sizeof(request))
		die("attribute", "too long");
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + length;
	memset(attr + 1, 0, NLA_ALIGN(length));
	if (length)
		memcpy(attr + 1, data, length);
	request.nl.nlmsg_len += NLA_HDRLEN + NLA_ALIGN(length);
}

/* The kernel's text in the attributes at @at, or "". */
static const char *text_in(const uint8_t *at, const uint8_t *end)
{
	while (at + sizeof(struct nlattr) <= end) {
		const struct nlattr *attr = (const void *)at;

		if (attr->nla_len < sizeof(*attr))
			break;
		if (attr->nla_type == NLMSGERR_ATTR_MSG)
			return (const char *)(attr + 1);
		at += NLA_ALIGN(attr->nla_len);
	}
	return "";
}

static const char *text_of(const struct nlmsghdr *nl)
{
	const uint8_t *at = (const uint8_t *)nl + NLMSG_HDRLEN;
	const struct nlmsgerr *error = (const void *)at;

	if (!(nl->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	if (nl->nlmsg_type == NLMSG_DONE) {
		at += sizeof(int);
	} else {
		at += sizeof(*error);
		if (!(nl->nlmsg_flags & NLM_F_CAPPED))
			at += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	return text_in(at, (const uint8_t *)nl + nl->nlmsg_len);
}

static struct result exchange(void (*reply)(const struct nlmsghdr *nl), bool partly)
{
	int fd = socket_now();
	ssize_t n;

	if (send(fd, &request, request.nl.nlmsg_len, 0) < 0)
		return (struct result){ errno, "(send)" };
	for (;;) {
		struct nlmsghdr *nl = (void *)answer;
		size_t left;

		n = recv(fd, answer, sizeof(answer), 0);
		if (n < 0)
			return (struct result){ errno, "(recv)" };
		for (left = n; NLMSG_OK(nl, left); nl = NLMSG_NEXT(nl, left)) {
			int code;

			if (nl->nlmsg_seq != sequence)
				continue;
			if (nl->nlmsg_type != NLMSG_ERROR &&
			    nl->nlmsg_type != NLMSG_DONE) {
				if (reply)
					reply(nl);
				continue;
			}
			memcpy(&code, NLMSG_DATA(nl), sizeof(code));
			return (struct result){ -code, text_of(nl) };
		}
		if (partly)
			return (struct result){ 0, "" };
	}
}

static const struct nlattr *find_in(const void *from, size_t length, unsigned int type)
{
	const uint8_t *at = from, *end = at + length;

	while (at + sizeof(struct nlattr) <= end) {
		const struct nlattr *attr = (const void *)at;

		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		at += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static const struct nlattr *find_inside(const struct nlattr *nest, unsigned int type)
{
	return nest ? find_in(nest + 1, nest->nla_len - NLA_HDRLEN, type) : NULL;
}

const struct nlattr *message_find(const struct nlmsghdr *nl, unsigned int type)
{
	return find_in((const uint8_t *)NLMSG_DATA(nl) + GENL_HDRLEN,
		       nl->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

static void take_family(const struct nlmsghdr *nl)
{
	const struct nlattr *attr = message_find(nl, CTRL_ATTR_FAMILY_ID);

	if (attr)
		memcpy(&family, attr + 1, sizeof(family));
	/* There is one group only. */
	attr = find_inside(message_find(nl, CTRL_ATTR_MCAST_GROUPS), 1);
	attr = find_inside(attr, CTRL_ATTR_MCAST_GRP_ID);
	if (attr)
		memcpy(&group, attr + 1, sizeof(group));
}

static void need_family(void)
{
	struct result result;

	if (family)
		return;
	start(GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_ACK, CTRL_CMD_GETFAMILY);
	message_put(CTRL_ATTR_FAMILY_NAME, DEBAR_GENL_NAME, sizeof(DEBAR_GENL_NAME));
	result = exchange(take_family, false);
	if (!family)
		die("family", strerrorname_np(result.error));
}

void message_start(uint16_t flags, uint8_t command)
{
	need_family();
	start(family, NLM_F_REQUEST | NLM_F_ACK | flags, command);
}

void message_set_flags(uint16_t flags)
{
	request.nl.nlmsg_flags = flags;
}

struct result message_exchange(void (*reply)(const struct nlmsghdr *nl))
{
	return exchange(reply, false);
}

struct result message_exchange_part(void)
{
	return exchange(NULL, true);
}

int socket_join(void)
{
	need_family();
	return setsockopt(socket_now(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			  sizeof(group)) ? errno : 0;
}
