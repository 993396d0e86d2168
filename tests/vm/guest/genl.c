// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speak the family "debar" by hand: any message, in any order, over any number
 * of sockets, without libnl and libdebar.
 *
 * genl STEP... (each a word of its own; "-" reads more of them from stdin, one
 * a line)
 *
 *	send COMMAND [flags=N] [ATTRIBUTE=VALUE]...
 *	dump COMMAND [ATTRIBUTE=VALUE]...
 *		COMMAND is a name as in uapi/debar.h (policy_begin) or a number;
 *		ATTRIBUTE is a name (sha256) or TYPE:NUMBER (u32:77, TYPE one of
 *		u32, u64, str, hex). VALUE is a number, a text, hexadecimal
 *		digits, or of a file: @FILE (its SHA-256 for sha256, its length
 *		for numbers, its bytes else), @FILE:OFFSET:BYTES; zero:BYTES;
 *		last, for upload: what the socket was told last.
 *	part COMMAND [ATTRIBUTE=VALUE]...
 *		a dump of which only the beginning is read, and nothing told
 *	upload FILE [N]		begin, chunks, commit; after N messages it stops as
 *				by SIGSTOP
 *	replace COUNT[/SERIAL] FILE...
 *				upload the files in turn, each time with the
 *				serial one higher, from that of the first FILE or
 *				SERIAL on; ends at the first refusal
 *	socket N		go on with another socket; opened when first used
 *	close			close this socket
 *	capless			give up CAP_MAC_ADMIN
 *	uid N			become this user
 *	euid N			the same, but on trial: euid 0 leads back
 *	join			the group "events"
 *	userns			become root of a new user namespace
 *	sleep MILLISECONDS
 *	wait			until killed
 *
 * Each message's answer is one line: the step, OK or the name of the errno, and
 * the attributes of the reply or the kernel's text. Exits 0 when every step
 * could be made, whatever the kernel said; 3 when replace was refused.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sha256.h"
#include "uapi/debar.h"

#define SOCKETS 32
#define SERIAL_OFFSET 16	/* of an image's header */

enum type { NONE, U32, U64, STRING, BINARY, FLAG, NESTED };

static const struct {
	const char *name;
	enum type type;
} attributes[DEBAR_A_MAX + 1] = {
	[DEBAR_A_PROTOCOL] = { "protocol", U32 },
	[DEBAR_A_VERSION] = { "version", STRING },
	[DEBAR_A_MODE] = { "mode", U32 },
	[DEBAR_A_OFF] = { "off", FLAG },
	[DEBAR_A_GENERATION] = { "generation", U32 },
	[DEBAR_A_COVERAGE] = { "coverage", NESTED },
	[DEBAR_A_DENIED] = { "denied", U64 },
	[DEBAR_A_OBSERVED] = { "observed", U64 },
	[DEBAR_A_FAILED] = { "failed", U64 },
	[DEBAR_A_HASHED] = { "hashed", U64 },
	[DEBAR_A_CACHED] = { "cached", U64 },
	[DEBAR_A_EVENT_SEQ] = { "event_seq", U64 },
	[DEBAR_A_EVENTS_LOST] = { "events_lost", U64 },
	[DEBAR_A_UPLOAD] = { "upload", U32 },
	[DEBAR_A_LENGTH] = { "length", U32 },
	[DEBAR_A_OFFSET] = { "offset", U32 },
	[DEBAR_A_DATA] = { "data", BINARY },
	[DEBAR_A_SHA256] = { "sha256", BINARY },
	[DEBAR_A_NAME] = { "name", STRING },
	[DEBAR_A_SERIAL] = { "serial", U64 },
	[DEBAR_A_DETAIL] = { "detail", U32 },
	[DEBAR_A_N_PRODUCTS] = { "n_products", U32 },
	[DEBAR_A_N_BANS] = { "n_bans", U32 },
	[DEBAR_A_N_SIZES] = { "n_sizes", U32 },
	[DEBAR_A_N_UNSIZED] = { "n_unsized", U32 },
	[DEBAR_A_TIME] = { "time", U64 },
	[DEBAR_A_PRODUCT_ID] = { "product_id", U32 },
	[DEBAR_A_VENDOR] = { "vendor", STRING },
	[DEBAR_A_PRODUCT] = { "product", STRING },
	[DEBAR_A_AUTHORITY] = { "authority", STRING },
	[DEBAR_A_ACTION] = { "action", U32 },
	[DEBAR_A_LAST_HIT] = { "last_hit", U64 },
	[DEBAR_A_FILE_SIZE] = { "file_size", U64 },
	[DEBAR_A_KIND] = { "kind", U32 },
	[DEBAR_A_REASON] = { "reason", U32 },
	[DEBAR_A_VERDICT] = { "verdict", U32 },
	[DEBAR_A_PATH] = { "path", STRING },
	[DEBAR_A_PATH_TRUNCATED] = { "path_truncated", FLAG },
	[DEBAR_A_DEV] = { "dev", U32 },
	[DEBAR_A_INODE] = { "inode", U64 },
	[DEBAR_A_PID] = { "pid", U32 },
	[DEBAR_A_PPID] = { "ppid", U32 },
	[DEBAR_A_COMM] = { "comm", STRING },
	[DEBAR_A_UID] = { "uid", U32 },
	[DEBAR_A_AUID] = { "auid", U32 },
	[DEBAR_A_ERRNO] = { "errno", U32 },
	[DEBAR_A_RELEASE] = { "release", STRING },
	[DEBAR_A_EFFECTIVE] = { "effective", U64 },
	[DEBAR_A_EXPIRES] = { "expires", U64 },
	[DEBAR_A_EXCEPTED] = { "excepted", FLAG },
	[DEBAR_A_APPROVER] = { "approver", STRING },
	[DEBAR_A_JUSTIFICATION] = { "justification", STRING },
	[DEBAR_A_N_EXCEPTIONS] = { "n_exceptions", U32 },
	[DEBAR_A_SIGNERS] = { "signers", U32 },
	[DEBAR_A_SIGNER] = { "signer", BINARY },
	[DEBAR_A_ALLOW_ROLLBACK] = { "allow_rollback", FLAG },
	[DEBAR_A_SEALED] = { "sealed", FLAG },
	[DEBAR_A_N_CERTIFICATES] = { "n_certificates", U32 },
	[DEBAR_A_SYSTEM_KEYS] = { "system_keys", FLAG },
	[DEBAR_A_SUPPRESSED] = { "suppressed", U64 },
	[DEBAR_A_RING] = { "ring", U32 },
	[DEBAR_A_AUDIT] = { "audit", FLAG },
	[DEBAR_A_OLD_MODE] = { "old_mode", U32 },
	[DEBAR_A_OLD_SERIAL] = { "old_serial", U64 },
	[DEBAR_A_TEXT] = { "text", STRING },
};

static const char *const commands[DEBAR_CMD_MAX + 1] = {
	[DEBAR_CMD_STATUS_GET] = "status_get",
	[DEBAR_CMD_MODE_SET] = "mode_set",
	[DEBAR_CMD_POLICY_BEGIN] = "policy_begin",
	[DEBAR_CMD_POLICY_CHUNK] = "policy_chunk",
	[DEBAR_CMD_POLICY_COMMIT] = "policy_commit",
	[DEBAR_CMD_POLICY_ABORT] = "policy_abort",
	[DEBAR_CMD_POLICY_REMOVE] = "policy_remove",
	[DEBAR_CMD_CHECK] = "check",
	[DEBAR_CMD_POLICY_GET] = "policy_get",
	[DEBAR_CMD_PRODUCT_GET] = "product_get",
	[DEBAR_CMD_BAN_GET] = "ban_get",
	[DEBAR_CMD_EVENT_GET] = "event_get",
	[DEBAR_CMD_EVENT] = "event",
	[DEBAR_CMD_EXCEPTION_GET] = "exception_get",
	[DEBAR_CMD_POLICY_SIGNATURE] = "policy_signature",
	[DEBAR_CMD_FLOOR_SET] = "floor_set",
	[DEBAR_CMD_SEAL] = "seal",
};

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	uint8_t attributes[128 * 1024];
};

static struct {
	int fd;
	uint32_t upload;
} sockets[SOCKETS];
static unsigned int current;
static uint16_t family;
static uint32_t group;
static uint32_t sequence;
static struct message request;
static uint8_t answer[256 * 1024] __attribute__((aligned(8)));

static void die(const char *what, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "genl: %s: %s\n", what, why);
	exit(2);
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

static void put(uint16_t type, const void *data, size_t length)
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

static void say_attribute(const struct nlattr *attr)
{
	unsigned int type = attr->nla_type & NLA_TYPE_MASK, i;
	size_t length = attr->nla_len - NLA_HDRLEN;
	const uint8_t *data = (const void *)(attr + 1);
	uint64_t u64;
	uint32_t u32;

	if (type == DEBAR_A_PAD)
		return;
	if (type > DEBAR_A_MAX || !attributes[type].name) {
		printf(" #%u", type);
		return;
	}
	printf(" %s=", attributes[type].name);
	switch (attributes[type].type) {
	case U32:
		memcpy(&u32, data, sizeof(u32));
		printf("%" PRIu32, u32);
		break;
	case U64:
		memcpy(&u64, data, sizeof(u64));
		printf("%" PRIu64, u64);
		break;
	case STRING:
		fputs((const char *)data, stdout);
		break;
	case FLAG:
		break;
	default:
		for (i = 0; i < length; i++)
			printf("%02x", data[i]);
	}
}

static void say_attributes(const void *from, size_t length)
{
	const struct nlattr *attr = from;

	while (length >= sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= length) {
		size_t step = NLA_ALIGN(attr->nla_len);

		say_attribute(attr);
		if (step >= length)
			break;
		length -= step;
		attr = (const void *)((const uint8_t *)attr + step);
	}
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
	if (sockets[current].fd < 0)
		sockets[current].fd = open_socket();
	return sockets[current].fd;
}

struct result {
	int error;
	const char *text;	/* valid until the next exchange */
};

static bool partly;	/* the beginning of a dump is enough */

/* Send the request; call @reply for each reply; return what ended it. */
static struct result exchange(void (*reply)(const struct nlmsghdr *nl))
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

static const struct nlattr *find(const struct nlmsghdr *nl, unsigned int type)
{
	return find_in((const uint8_t *)NLMSG_DATA(nl) + GENL_HDRLEN,
		       nl->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

static void take_family(const struct nlmsghdr *nl)
{
	const struct nlattr *attr = find(nl, CTRL_ATTR_FAMILY_ID);

	if (attr)
		memcpy(&family, attr + 1, sizeof(family));
	/* There is one group only. */
	attr = find_inside(find(nl, CTRL_ATTR_MCAST_GROUPS), 1);
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
	put(CTRL_ATTR_FAMILY_NAME, DEBAR_GENL_NAME, sizeof(DEBAR_GENL_NAME));
	result = exchange(take_family);
	if (!family)
		die("family", strerrorname_np(result.error));
}

static bool said_command;
static const char *step_name;

static void say_reply(const struct nlmsghdr *nl)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nl);
	const struct nlattr *upload;

	printf("%s OK", genl->cmd <= DEBAR_CMD_MAX && commands[genl->cmd] ?
			commands[genl->cmd] : step_name);
	say_attributes((const uint8_t *)genl + GENL_HDRLEN,
		       nl->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	putchar('\n');
	said_command = true;
	upload = find(nl, DEBAR_A_UPLOAD);
	if (genl->cmd == DEBAR_CMD_POLICY_BEGIN && upload)
		memcpy(&sockets[current].upload, upload + 1, sizeof(uint32_t));
}

static void keep_upload(const struct nlmsghdr *nl)
{
	const struct nlattr *upload = find(nl, DEBAR_A_UPLOAD);

	if (upload)
		memcpy(&sockets[current].upload, upload + 1, sizeof(uint32_t));
}

static void say_result(const char *step, struct result result)
{
	if (result.error)
		printf("%s %s %s\n", step, strerrorname_np(result.error), result.text);
	else
		printf("%s OK\n", step);
	fflush(stdout);
}

static uint8_t *read_file(const char *path, size_t *ret_length)
{
	struct stat st;
	uint8_t *data;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;

	if (fd < 0 || fstat(fd, &st))
		die(path, strerror(errno));
	data = malloc(st.st_size + 1);
	while (data && done < (size_t)st.st_size) {
		ssize_t n = read(fd, data + done, st.st_size - done);

		if (n <= 0)
			die(path, "short read");
		done += n;
	}
	close(fd);
	if (!data)
		die(path, "no memory");
	*ret_length = done;
	return data;
}

static size_t from_hex(const char *hex, uint8_t *to)
{
	size_t n;

	for (n = 0; isxdigit(hex[2 * n]) && sscanf(hex + 2 * n, "%2hhx", to + n) == 1; n++)
		;
	return n;
}

/* Bytes of "@FILE" or "@FILE:OFFSET:BYTES". */
static uint8_t *bytes_of(const char *value, size_t *ret_length)
{
	char path[4096];
	size_t length, offset = 0, bytes = 0;
	uint8_t *data;
	int n;

	n = sscanf(value, "@%4095[^:]:%zi:%zi", path, (ssize_t *)&offset,
		   (ssize_t *)&bytes);
	data = read_file(path, &length);
	if (n == 3) {
		if (offset > length)
			offset = length;
		if (bytes > length - offset)
			bytes = length - offset;
		memmove(data, data + offset, bytes);
		length = bytes;
	}
	*ret_length = length;
	return data;
}

static uint64_t number_of(const char *value)
{
	size_t length;

	if (strcmp(value, "last") == 0)
		return sockets[current].upload;
	if (value[0] == '@') {
		free(bytes_of(value, &length));
		return length;
	}
	return strtoull(value, NULL, 0);
}

static void put_binary(unsigned int type, const char *value)
{
	static uint8_t data[64 * 1024];
	uint8_t digest[32], *bytes;
	size_t length;

	if (strncmp(value, "zero:", 5) == 0) {
		memset(data, 0, sizeof(data));
		put(type, data, strtoul(value + 5, NULL, 0));
	} else if (value[0] == '@') {
		bytes = bytes_of(value, &length);
		if (type == DEBAR_A_SHA256) {
			sha256(bytes, length, digest);
			put(type, digest, sizeof(digest));
		} else {
			put(type, bytes, length);
		}
		free(bytes);
	} else {
		put(type, data, from_hex(value, data));
	}
}

static void put_word(char *word)
{
	char *value = strchr(word, '=');
	enum type kind = NONE;
	unsigned int type;
	uint64_t u64;
	uint32_t u32;

	if (!value)
		die(word, "is not ATTRIBUTE=VALUE");
	*value++ = '\0';
	for (type = 0; type <= DEBAR_A_MAX; type++)
		if (attributes[type].name && strcmp(attributes[type].name, word) == 0)
			break;
	if (type <= DEBAR_A_MAX) {
		kind = attributes[type].type;
	} else if (strchr(word, ':')) {
		type = strtoul(strchr(word, ':') + 1, NULL, 0);
		kind = strncmp(word, "u32", 3) == 0 ? U32 :
		       strncmp(word, "u64", 3) == 0 ? U64 :
		       strncmp(word, "str", 3) == 0 ? STRING : BINARY;
	} else {
		die(word, "is no attribute");
	}
	switch (kind) {
	case U32:
		u32 = number_of(value);
		put(type, &u32, sizeof(u32));
		break;
	case U64:
		u64 = number_of(value);
		put(type, &u64, sizeof(u64));
		break;
	case STRING:
		put(type, value, strlen(value) + 1);
		break;
	default:
		put_binary(type, value);
	}
}

static void step_send(char *words, uint16_t flags)
{
	char *save, *word = strtok_r(words, " ", &save);
	char name[64];
	unsigned int command;
	struct result result;

	if (!word)
		die("send", "COMMAND is missing");
	snprintf(name, sizeof(name), "%s", word);
	for (command = 0; command <= DEBAR_CMD_MAX; command++)
		if (commands[command] && strcmp(commands[command], word) == 0)
			break;
	if (command > DEBAR_CMD_MAX) {
		if (!isdigit(*word))
			die(word, "is no command");
		command = strtoul(word, NULL, 0);
	}
	need_family();
	start(family, NLM_F_REQUEST | NLM_F_ACK | flags, command);
	while ((word = strtok_r(NULL, " ", &save))) {
		if (strncmp(word, "flags=", 6) == 0)
			request.nl.nlmsg_flags = strtoul(word + 6, NULL, 0);
		else
			put_word(word);
	}
	step_name = name;
	said_command = false;
	result = exchange(partly ? NULL : say_reply);
	partly = false;
	if (!said_command || result.error)
		say_result(name, result);
	fflush(stdout);
}

static void step_part(char *words)
{
	need_family();
	partly = true;
	step_send(words, NLM_F_DUMP);
}

/* Stops before the message that follows @stop_after others; 0: never. */
static struct result upload(const uint8_t *image, size_t length, unsigned int stop_after)
{
	const uint32_t u32 = length;
	uint8_t digest[32];
	struct result result;
	unsigned int sent;
	uint32_t at, n;

	sha256(image, length, digest);
	start(family, NLM_F_REQUEST | NLM_F_ACK, DEBAR_CMD_POLICY_BEGIN);
	put(DEBAR_A_LENGTH, &u32, sizeof(u32));
	put(DEBAR_A_SHA256, digest, sizeof(digest));
	result = exchange(keep_upload);
	for (at = 0, sent = 1; !result.error && at < length; at += n, sent++) {
		if (sent == stop_after)
			raise(SIGSTOP);
		n = length - at < DEBAR_CHUNK_MAX ? length - at : DEBAR_CHUNK_MAX;
		start(family, NLM_F_REQUEST | NLM_F_ACK, DEBAR_CMD_POLICY_CHUNK);
		put(DEBAR_A_UPLOAD, &sockets[current].upload, sizeof(uint32_t));
		put(DEBAR_A_OFFSET, &at, sizeof(at));
		put(DEBAR_A_DATA, image + at, n);
		result = exchange(NULL);
	}
	if (result.error)
		return result;
	if (sent == stop_after)
		raise(SIGSTOP);
	start(family, NLM_F_REQUEST | NLM_F_ACK, DEBAR_CMD_POLICY_COMMIT);
	put(DEBAR_A_UPLOAD, &sockets[current].upload, sizeof(uint32_t));
	return exchange(NULL);
}

static void step_upload(char *path)
{
	char *stop_after = strchr(path, ' ');
	size_t length;
	uint8_t *image;

	if (stop_after)
		*stop_after++ = '\0';
	image = read_file(path, &length);
	need_family();
	say_result("upload", upload(image, length, stop_after ? strtoul(stop_after, NULL, 0) : 0));
	free(image);
}

static void step_replace(char *words)
{
	char *save, *word = strtok_r(words, " ", &save), *from_serial;
	unsigned int count, n = 0, i;
	uint8_t *images[16];
	size_t lengths[16];
	struct timespec from, to;
	uint64_t serial = 0, first;

	if (!word)
		die("replace", "COUNT is missing");
	count = strtoul(word, &from_serial, 0);
	while (n < 16 && (word = strtok_r(NULL, " ", &save))) {
		images[n] = read_file(word, &lengths[n]);
		n++;
	}
	if (!n)
		die("replace", "FILE is missing");
	need_family();
	if (*from_serial == '/')
		first = strtoull(from_serial + 1, NULL, 0);
	else
		memcpy(&first, images[0] + SERIAL_OFFSET, sizeof(first));
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < count; i++) {
		struct result result;

		serial = first + i;
		memcpy(images[i % n] + SERIAL_OFFSET, &serial, sizeof(serial));
		result = upload(images[i % n], lengths[i % n], 0);
		if (result.error) {
			printf("after %u: ", i);
			say_result("replace", result);
			exit(3);
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("replace OK count=%u ms=%ld serial=%" PRIu64 "\n", count,
	       (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000,
	       serial);
	fflush(stdout);
}

static void step_capless(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		die("capget", strerror(errno));
	data[CAP_TO_INDEX(CAP_MAC_ADMIN)].effective &= ~CAP_TO_MASK(CAP_MAC_ADMIN);
	data[CAP_TO_INDEX(CAP_MAC_ADMIN)].permitted &= ~CAP_TO_MASK(CAP_MAC_ADMIN);
	data[CAP_TO_INDEX(CAP_MAC_ADMIN)].inheritable &= ~CAP_TO_MASK(CAP_MAC_ADMIN);
	if (syscall(SYS_capset, &header, data))
		die("capset", strerror(errno));
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path, strerror(errno));
	close(fd);
}

static void step_userns(void)
{
	char text[64];

	snprintf(text, sizeof(text), "0 %u 1", getuid());
	if (unshare(CLONE_NEWUSER))
		die("unshare", strerror(errno));
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", text);
}

static void step_uid(const char *word)
{
	uid_t uid = strtoul(word, NULL, 0);

	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		die("setresuid", strerror(errno));
	/* Else /proc/self belongs to root and uid_map cannot be written. */
	prctl(PR_SET_DUMPABLE, 1);
}

static void step_euid(const char *word)
{
	if (seteuid(strtoul(word, NULL, 0)))
		die("seteuid", strerror(errno));
}

static void step_join(void)
{
	struct result result = { 0 };

	need_family();
	if (setsockopt(socket_now(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)))
		result = (struct result){ errno, "" };
	say_result("join", result);
}

static void step_sleep(const char *word)
{
	unsigned long ms = strtoul(word, NULL, 0);
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void step_close(void)
{
	if (sockets[current].fd >= 0)
		close(sockets[current].fd);
	sockets[current].fd = -1;
}

static void run(char *step)
{
	char *rest = strchr(step, ' ');

	if (rest)
		*rest++ = '\0';
	else
		rest = step + strlen(step);
	if (strcmp(step, "send") == 0)
		step_send(rest, 0);
	else if (strcmp(step, "dump") == 0)
		step_send(rest, NLM_F_DUMP);
	else if (strcmp(step, "part") == 0)
		step_part(rest);
	else if (strcmp(step, "upload") == 0)
		step_upload(rest);
	else if (strcmp(step, "replace") == 0)
		step_replace(rest);
	else if (strcmp(step, "socket") == 0)
		current = strtoul(rest, NULL, 0) % SOCKETS;
	else if (strcmp(step, "close") == 0)
		step_close();
	else if (strcmp(step, "capless") == 0)
		step_capless();
	else if (strcmp(step, "uid") == 0)
		step_uid(rest);
	else if (strcmp(step, "euid") == 0)
		step_euid(rest);
	else if (strcmp(step, "join") == 0)
		step_join();
	else if (strcmp(step, "userns") == 0)
		step_userns();
	else if (strcmp(step, "sleep") == 0)
		step_sleep(rest);
	else if (strcmp(step, "wait") == 0)
		for (;;)
			pause();
	else
		die(step, "is no step");
}

int main(int argc, char **argv)
{
	static char line[65536];
	int i;

	for (i = 0; i < SOCKETS; i++)
		sockets[i].fd = -1;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-") != 0) {
			run(argv[i]);
			continue;
		}
		while (fgets(line, sizeof(line), stdin)) {
			line[strcspn(line, "\n")] = '\0';
			if (line[0])
				run(line);
		}
	}
	return 0;
}
