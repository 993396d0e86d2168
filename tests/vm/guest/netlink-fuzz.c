// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz the generic netlink family "debar" as the kernel has it, knowing what its
 * messages look like.
 *
 * netlink-fuzz [-s SEED] [-n MESSAGES] [-p PROCESSES] IMAGE...
 *
 * Each of PROCESSES (3) sends its part of MESSAGES (20000) over SOCKETS sockets of
 * its own, the last one as a user without rights. A message begins as a valid one,
 * often the next step of an upload of one of the images, and is then changed in its
 * order, lengths, flags, types, attributes or port, or not at all. Sockets are
 * opened and closed, and answers read or left. The same SEED gives the same
 * messages of each process; what the kernel makes of them depends on the others.
 *
 * The command SEAL is never sent: it cannot be undone.
 *
 * One line at the end: messages=N answers=N accepted=N refused=N committed=N
 * dumped=N. Exits 0 if the family still answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sha256.h"
#include "uapi/debar.h"

#define SOCKETS 4
#define IMAGES_MAX 8
#define IMAGE_MAX (1 << 20)
#define SERIAL_OFFSET 16	/* of an image's header */
#define MESSAGE_MAX (64 * 1024)
#define NO_UPLOAD 0

struct image {
	uint8_t *data;
	size_t length;
};

/* What a socket is about. The step is of an upload: bytes that were sent. */
struct conversation {
	int fd;
	uint32_t upload;
	size_t sent;
	struct image image;	/* of its own, NULL when none is under way */
};

struct message {
	struct nlmsghdr *nl;
	uint8_t buffer[2 * MESSAGE_MAX + 1024] __attribute__((aligned(8)));
};

struct shared {
	atomic_ulong messages, answers, accepted, refused, committed, dumped;
};

static struct shared *shared;
static struct image images[IMAGES_MAX];
static unsigned int n_images;
static struct conversation conversations[SOCKETS];
static struct message message;
static uint16_t family;
static uint64_t state;

/* splitmix64 */
static uint64_t number(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint32_t below(uint32_t limit)
{
	return number() % limit;
}

static bool once_in(uint32_t n)
{
	return below(n) == 0;
}

/* Of the numbers at which code goes wrong, or any. */
static uint64_t edge(void)
{
	static const uint64_t edges[] = {
		0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 63, 64, 255, 256, 4095, 4096, 32767, 32768, 32769,
		65535, 65536, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, 0x100000000,
		0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
	};

	if (once_in(3))
		return number();
	return edges[below(sizeof(edges) / sizeof(edges[0]))] + below(3) - 1;
}

static void die(const char *what)
{
	fprintf(stderr, "netlink-fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)))
		die("socket");
	return fd;
}

/* --- valid messages --------------------------------------------------------- */

static void begin(uint8_t command)
{
	struct genlmsghdr genl = { .cmd = command, .version = DEBAR_PROTOCOL };

	message.nl = (void *)message.buffer;
	*message.nl = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.nlmsg_type = family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = below(1 << 30),
	};
	memcpy(NLMSG_DATA(message.nl), &genl, sizeof(genl));
}

static void put(uint16_t type, const void *data, size_t length)
{
	struct nlattr *attr = (void *)((uint8_t *)message.nl + message.nl->nlmsg_len);

	if (message.nl->nlmsg_len + NLA_HDRLEN + NLA_ALIGN(length) > MESSAGE_MAX)
		return;
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + length;
	memset(attr + 1, 0, NLA_ALIGN(length));
	if (length)
		memcpy(attr + 1, data, length);
	message.nl->nlmsg_len += NLA_HDRLEN + NLA_ALIGN(length);
}

static void put_u32(uint16_t type, uint32_t value)
{
	put(type, &value, sizeof(value));
}

static void put_u64(uint16_t type, uint64_t value)
{
	put(type, &value, sizeof(value));
}

static void put_random(uint16_t type, size_t length)
{
	uint8_t data[512];
	size_t i;

	for (i = 0; i < length; i++)
		data[i] = number();
	put(type, data, length);
}

static void put_name(const char *prefix, uint32_t names)
{
	char name[DEBAR_NAME_MAX + 1];
	int n = snprintf(name, sizeof(name), "%s%u", prefix, below(names));

	put(DEBAR_A_NAME, name, n + 1);
}

static void end_upload(struct conversation *c)
{
	free(c->image.data);
	c->image.data = NULL;
	c->upload = NO_UPLOAD;
}

/* Not of the serial: with a very high one no other image of that name is taken. */
static void damage(struct conversation *c)
{
	size_t at = below(c->image.length);

	if (at < SERIAL_OFFSET || at >= SERIAL_OFFSET + sizeof(uint64_t))
		c->image.data[at] ^= 1 << below(8);
}

/* One of the images with a newer serial, sometimes damaged. */
static void begin_upload(struct conversation *c)
{
	static uint64_t serial = 1;
	const struct image *image = &images[below(n_images)];
	uint64_t little;
	uint8_t digest[32];
	uint32_t i;

	end_upload(c);
	c->image.length = image->length;
	c->image.data = malloc(image->length);
	if (!c->image.data)
		die("image");
	memcpy(c->image.data, image->data, image->length);
	serial += below(1000);
	little = serial;
	memcpy(c->image.data + SERIAL_OFFSET, &little, sizeof(little));
	if (once_in(2))
		for (i = below(8); i > 0; i--)
			damage(c);
	c->sent = 0;
	sha256(c->image.data, c->image.length, digest);
	begin(DEBAR_CMD_POLICY_BEGIN);
	put_u32(DEBAR_A_LENGTH, c->image.length);
	put(DEBAR_A_SHA256, digest, sizeof(digest));
}

static void next_chunk(struct conversation *c)
{
	size_t left = c->image.length - c->sent;
	size_t n = left < DEBAR_CHUNK_MAX ? left : DEBAR_CHUNK_MAX;

	if (once_in(4))
		n = 1 + below(n);
	begin(DEBAR_CMD_POLICY_CHUNK);
	put_u32(DEBAR_A_UPLOAD, c->upload);
	put_u32(DEBAR_A_OFFSET, c->sent);
	put(DEBAR_A_DATA, c->image.data + c->sent, n);
	c->sent += n;
}

static void next_step(struct conversation *c)
{
	if (!c->image.data || c->upload == NO_UPLOAD) {
		begin_upload(c);
	} else if (c->sent < c->image.length) {
		next_chunk(c);
	} else if (once_in(8)) {
		begin(DEBAR_CMD_POLICY_SIGNATURE);
		put_u32(DEBAR_A_UPLOAD, c->upload);
		put_random(DEBAR_A_DATA, 1 + below(512));
	} else {
		begin(DEBAR_CMD_POLICY_COMMIT);
		put_u32(DEBAR_A_UPLOAD, c->upload);
		if (once_in(4))
			put(DEBAR_A_ALLOW_ROLLBACK, NULL, 0);
		end_upload(c);
	}
}

static void any_command(struct conversation *c)
{
	switch (below(10)) {
	case 0:
		begin(DEBAR_CMD_STATUS_GET);
		break;
	case 1:
		begin(DEBAR_CMD_MODE_SET);
		put_u32(DEBAR_A_MODE, below(__DEBAR_MODE_LAST));
		break;
	case 2:
		begin(DEBAR_CMD_POLICY_ABORT);
		put_u32(DEBAR_A_UPLOAD, c->upload);
		end_upload(c);
		break;
	case 3:
		begin(DEBAR_CMD_POLICY_REMOVE);
		put_name("fuzz", 4);
		break;
	case 4:
		begin(DEBAR_CMD_CHECK);
		put_random(DEBAR_A_SHA256, DEBAR_SHA256_SIZE);
		put_u64(DEBAR_A_FILE_SIZE, edge());
		break;
	case 5:
	case 6:
		begin(DEBAR_CMD_POLICY_GET);
		message.nl->nlmsg_flags |= NLM_F_DUMP;
		put_u32(DEBAR_A_DETAIL, below(__DEBAR_DETAIL_LAST));
		if (once_in(2))
			put_name("fuzz", 4);
		break;
	case 7:
		begin(DEBAR_CMD_EVENT_GET);
		message.nl->nlmsg_flags |= NLM_F_DUMP;
		if (once_in(2))
			put_u64(DEBAR_A_EVENT_SEQ, once_in(2) ? below(2000) : edge());
		break;
	case 8:
		begin(DEBAR_CMD_FLOOR_SET);
		put_name("floor", 40);
		put_u64(DEBAR_A_SERIAL, edge());
		break;
	default:
		begin(below(DEBAR_CMD_MAX + 3));
		put_u32(below(DEBAR_A_MAX + 3), edge());
	}
}

/* --- changes ---------------------------------------------------------------- */

static struct nlattr *any_attribute(void)
{
	uint8_t *at = (uint8_t *)NLMSG_DATA(message.nl) + GENL_HDRLEN;
	const uint8_t *end = (uint8_t *)message.nl + message.nl->nlmsg_len;
	struct nlattr *all[64];
	unsigned int n = 0;

	while (at + NLA_HDRLEN <= end && n < 64) {
		struct nlattr *attr = (void *)at;

		all[n++] = attr;
		if (attr->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(attr->nla_len);
	}
	return n ? all[below(n)] : NULL;
}

static void change_attribute(struct nlattr *attr)
{
	size_t room = (uint8_t *)message.nl + message.nl->nlmsg_len - (uint8_t *)attr;

	switch (below(6)) {
	case 0:
		attr->nla_len = once_in(2) ? edge() : attr->nla_len + below(9) - 4;
		break;
	case 1:
		attr->nla_type = below(DEBAR_A_MAX + 3);
		break;
	case 2:
		attr->nla_type ^= once_in(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
		break;
	case 3:
		attr->nla_type = number();
		break;
	case 4:
		if (room > NLA_HDRLEN)
			((uint8_t *)(attr + 1))[below(room - NLA_HDRLEN)] = number();
		break;
	default:
		/* The value of a number. */
		if (room >= NLA_HDRLEN + sizeof(uint32_t)) {
			uint32_t value = edge();

			memcpy(attr + 1, &value, sizeof(value));
		}
	}
}

static void change_attributes(void)
{
	struct nlattr *attr = any_attribute();
	uint8_t copy[512];
	size_t length;

	if (!attr || once_in(4)) {
		put_random(below(DEBAR_A_MAX + 3), below(400));
		return;
	}
	length = attr->nla_len;
	switch (below(4)) {
	case 0:
		/* Twice. */
		if (length >= NLA_HDRLEN && length - NLA_HDRLEN <= sizeof(copy)) {
			memcpy(copy, attr + 1, length - NLA_HDRLEN);
			put(attr->nla_type, copy, length - NLA_HDRLEN);
		}
		break;
	case 1:
		/* Without what follows: the end of the message is where it begins. */
		message.nl->nlmsg_len = (uint8_t *)attr - (uint8_t *)message.nl;
		break;
	case 2:
		/* In another order: the first one last, if it is a small one. */
		attr = (void *)((uint8_t *)NLMSG_DATA(message.nl) + GENL_HDRLEN);
		length = attr->nla_len;
		if (length >= NLA_HDRLEN && length - NLA_HDRLEN <= sizeof(copy)) {
			memcpy(copy, attr + 1, length - NLA_HDRLEN);
			put(attr->nla_type, copy, length - NLA_HDRLEN);
			attr->nla_type = DEBAR_A_PAD;
		}
		break;
	default:
		change_attribute(attr);
	}
}

static void change_header(void)
{
	struct genlmsghdr *genl = NLMSG_DATA(message.nl);

	switch (below(9)) {
	case 0:
		genl->cmd = number();
		break;
	case 1:
		genl->version = number();
		break;
	case 2:
		genl->reserved = number();
		break;
	case 3:
		message.nl->nlmsg_flags = number();
		break;
	case 4:
		message.nl->nlmsg_flags ^= NLM_F_DUMP;
		break;
	case 5:
		message.nl->nlmsg_len = once_in(2) ? (uint32_t)edge() :
						     message.nl->nlmsg_len - below(40);
		break;
	case 6:
		message.nl->nlmsg_pid = edge();
		break;
	case 7:
		message.nl->nlmsg_flags ^= NLM_F_ACK | NLM_F_ECHO;
		break;
	default:
		/* Those below are of netlink itself; other families are not our business. */
		if (once_in(4))
			message.nl->nlmsg_type = below(NLMSG_MIN_TYPE);
	}
}

/* The header comes last: attributes are found by its length. */
static void change(void)
{
	unsigned int i;

	for (i = below(3); i > 0; i--)
		change_attributes();
	if (once_in(2))
		change_header();
}

/* --- sockets ---------------------------------------------------------------- */

static void take_answer(struct conversation *c, const struct nlmsghdr *nl)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nl);
	int error;

	shared->answers++;
	if (nl->nlmsg_type == NLMSG_ERROR && nl->nlmsg_len >= NLMSG_LENGTH(sizeof(error))) {
		memcpy(&error, NLMSG_DATA(nl), sizeof(error));
		if (error)
			shared->refused++;
		else
			shared->accepted++;
		return;
	}
	if (nl->nlmsg_type != family || nl->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return;
	if (genl->cmd == DEBAR_CMD_POLICY_COMMIT)
		shared->committed++;
	else if (nl->nlmsg_flags & NLM_F_MULTI)
		shared->dumped++;
	/* UPLOAD is all there is in it. */
	if (genl->cmd == DEBAR_CMD_POLICY_BEGIN &&
	    nl->nlmsg_len >= NLMSG_LENGTH(GENL_HDRLEN) + NLA_HDRLEN + sizeof(uint32_t))
		memcpy(&c->upload, (uint8_t *)genl + GENL_HDRLEN + NLA_HDRLEN, sizeof(uint32_t));
}

static void read_answers(struct conversation *c)
{
	static uint8_t answer[256 * 1024] __attribute__((aligned(8)));
	unsigned int i;

	/* Not for ever: with many bans a dump is long, and may end half-read. */
	for (i = 0; i < 64; i++) {
		ssize_t n = recv(c->fd, answer, sizeof(answer), MSG_DONTWAIT);
		struct nlmsghdr *nl = (void *)answer;

		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n < 0)
			return;
		for (; NLMSG_OK(nl, n); nl = NLMSG_NEXT(nl, n))
			take_answer(c, nl);
	}
}

static void change_socket(struct conversation *c)
{
	static const int options[] = {
		NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK, NETLINK_NO_ENOBUFS,
		NETLINK_BROADCAST_ERROR, NETLINK_PKTINFO, NETLINK_LISTEN_ALL_NSID,
	};
	int value = below(2), size = 1 + below(64 * 1024);

	switch (below(4)) {
	case 0:
		close(c->fd);
		c->fd = open_socket();
		end_upload(c);
		break;
	case 1:
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		break;
	case 2:
		/* The group is among the first numbers; what else is there is harmless. */
		value = 1 + below(24);
		setsockopt(c->fd, SOL_NETLINK,
			   once_in(2) ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP, &value,
			   sizeof(value));
		break;
	default:
		setsockopt(c->fd, SOL_NETLINK,
			   options[below(sizeof(options) / sizeof(options[0]))], &value,
			   sizeof(value));
	}
}

static void send_message(struct conversation *c)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	struct genlmsghdr *genl = NLMSG_DATA(message.nl);
	size_t length = message.nl->nlmsg_len;

	if (genl->cmd == DEBAR_CMD_SEAL)
		genl->cmd = DEBAR_CMD_STATUS_GET;
	/* The length that is said may be any, that of the datagram may differ. */
	if (length > MESSAGE_MAX || length < NLMSG_HDRLEN || once_in(50))
		length = NLMSG_HDRLEN + below(MESSAGE_MAX / 16);
	/* Two in one datagram. */
	if (once_in(20) && length < MESSAGE_MAX / 2) {
		memcpy(message.buffer + NLMSG_ALIGN(length), message.buffer, length);
		length += NLMSG_ALIGN(length);
	}
	/* To a process, which may be one of ours. */
	if (once_in(100))
		to.nl_pid = once_in(2) ? (uint32_t)getpid() : (uint32_t)edge();
	sendto(c->fd, message.buffer, length, MSG_DONTWAIT, (void *)&to, sizeof(to));
	shared->messages++;
}

static void fuzz(unsigned long count)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		conversations[i] = (struct conversation){ .fd = open_socket() };
	while (count-- > 0) {
		struct conversation *c = &conversations[below(SOCKETS)];

		if (once_in(3))
			any_command(c);
		else
			next_step(c);
		/* Half of them stay as they are, so that the others get far. */
		if (once_in(2))
			change();
		send_message(c);
		if (!once_in(8))
			read_answers(c);
		if (once_in(64))
			change_socket(c);
	}
	for (i = 0; i < SOCKETS; i++)
		close(conversations[i].fd);
}

/* --- start and end ---------------------------------------------------------- */

/* Ask on a new socket and wait. Returns the length of the answer. */
static ssize_t ask(uint8_t *answer, size_t size)
{
	const struct timeval patience = { .tv_sec = 60 };
	int fd = open_socket();
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, message.buffer, message.nl->nlmsg_len, 0) < 0)
		die("send");
	n = recv(fd, answer, size, 0);
	close(fd);
	return n;
}

static bool answers(void)
{
	uint8_t answer[16384] __attribute__((aligned(8)));
	const struct nlmsghdr *nl = (void *)answer;

	begin(DEBAR_CMD_STATUS_GET);
	return ask(answer, sizeof(answer)) > 0 && nl->nlmsg_type == family;
}

static void find_family(void)
{
	uint8_t answer[16384] __attribute__((aligned(8)));
	const struct nlmsghdr *nl = (void *)answer;
	const uint8_t *at, *end;
	ssize_t n;

	family = GENL_ID_CTRL;
	begin(CTRL_CMD_GETFAMILY);
	put(CTRL_ATTR_FAMILY_NAME, DEBAR_GENL_NAME, sizeof(DEBAR_GENL_NAME));
	n = ask(answer, sizeof(answer));
	end = answer + (n < 0 ? 0 : n);
	at = (const uint8_t *)NLMSG_DATA(nl) + GENL_HDRLEN;
	family = 0;
	while (at + NLA_HDRLEN <= end && nl->nlmsg_type == GENL_ID_CTRL) {
		const struct nlattr *attr = (const void *)at;

		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&family, attr + 1, sizeof(family));
		if (attr->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(attr->nla_len);
	}
	if (!family) {
		errno = ENOENT;
		die("family " DEBAR_GENL_NAME);
	}
}

static void read_image(const char *path)
{
	struct image *image = &images[n_images++];
	FILE *file = fopen(path, "re");

	image->data = malloc(IMAGE_MAX);
	if (!file || !image->data)
		die(path);
	image->length = fread(image->data, 1, IMAGE_MAX, file);
	if (image->length <= SERIAL_OFFSET + sizeof(uint64_t) || image->length == IMAGE_MAX) {
		errno = EMSGSIZE;
		die(path);
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	unsigned long seed = 1, count = 20000;
	int processes = 3, option, i, status, bad = 0;

	while ((option = getopt(argc, argv, "s:n:p:")) != -1) {
		if (option == 's')
			seed = strtoul(optarg, NULL, 0);
		else if (option == 'n')
			count = strtoul(optarg, NULL, 0);
		else if (option == 'p')
			processes = atoi(optarg);
		else
			return 2;
	}
	if (optind == argc || argc - optind > IMAGES_MAX || processes < 2) {
		fputs("usage: netlink-fuzz [-s SEED] [-n MESSAGES] [-p PROCESSES] IMAGE...\n", stderr);
		return 2;
	}
	while (optind < argc)
		read_image(argv[optind++]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		die("mmap");
	find_family();
	for (i = 0; i < processes; i++) {
		if (fork() != 0)
			continue;
		state = seed * 1000003 + i;
		if (i == processes - 1 && (setgroups(0, NULL) || setgid(1000) || setuid(1000)))
			die("setuid");
		fuzz(count / processes + (i == 0 ? count % processes : 0));
		_exit(0);
	}
	while (wait(&status) > 0)
		bad |= status;
	printf("messages=%lu answers=%lu accepted=%lu refused=%lu committed=%lu dumped=%lu\n",
	       shared->messages, shared->answers, shared->accepted, shared->refused,
	       shared->committed, shared->dumped);
	if (!answers()) {
		puts("the family does not answer");
		return 1;
	}
	return bad ? 1 : 0;
}
