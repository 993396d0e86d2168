// SPDX-License-Identifier: GPL-2.0-only
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "../sha256.h"
#include "uapi/debar.h"

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

unsigned int command_of(const char *word)
{
	unsigned int command;

	for (command = 0; command <= DEBAR_CMD_MAX; command++)
		if (commands[command] && strcmp(commands[command], word) == 0)
			return command;
	if (!isdigit(*word))
		die(word, "is no command");
	return strtoul(word, NULL, 0);
}

const char *command_name(unsigned int command)
{
	return command <= DEBAR_CMD_MAX ? commands[command] : NULL;
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

void say_attributes(const void *from, size_t length)
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

uint8_t *read_file(const char *path, size_t *ret_length)
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
		return *socket_upload();
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
		message_put(type, data, strtoul(value + 5, NULL, 0));
	} else if (value[0] == '@') {
		bytes = bytes_of(value, &length);
		if (type == DEBAR_A_SHA256) {
			sha256(bytes, length, digest);
			message_put(type, digest, sizeof(digest));
		} else {
			message_put(type, bytes, length);
		}
		free(bytes);
	} else {
		message_put(type, data, from_hex(value, data));
	}
}

void put_word(char *word)
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
		message_put(type, &u32, sizeof(u32));
		break;
	case U64:
		u64 = number_of(value);
		message_put(type, &u64, sizeof(u64));
		break;
	case STRING:
		message_put(type, value, strlen(value) + 1);
		break;
	default:
		put_binary(type, value);
	}
}
