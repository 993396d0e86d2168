// SPDX-License-Identifier: GPL-2.0-only
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "../sha256.h"
#include "uapi/debar.h"
#include "words.h"

#define SERIAL_OFFSET 16	/* of an image's header */

static bool said_command;
static const char *step_name;

static void keep_upload(const struct nlmsghdr *nl)
{
	const struct nlattr *upload = message_find(nl, DEBAR_A_UPLOAD);

	if (upload)
		memcpy(socket_upload(), upload + 1, sizeof(uint32_t));
}

static void say_reply(const struct nlmsghdr *nl)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nl);
	const char *name = command_name(genl->cmd);

	printf("%s OK", name ? name : step_name);
	say_attributes((const uint8_t *)genl + GENL_HDRLEN,
		       nl->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	putchar('\n');
	said_command = true;
	if (genl->cmd == DEBAR_CMD_POLICY_BEGIN)
		keep_upload(nl);
}

static void say_result(const char *step, struct result result)
{
	if (result.error)
		printf("%s %s %s\n", step, strerrorname_np(result.error), result.text);
	else
		printf("%s OK\n", step);
	fflush(stdout);
}

static void send_words(char *words, uint16_t flags, bool partly)
{
	char *save, *word = strtok_r(words, " ", &save);
	char name[64];
	unsigned int command;
	struct result result;

	if (!word)
		die("send", "COMMAND is missing");
	snprintf(name, sizeof(name), "%s", word);
	command = command_of(word);
	message_start(flags, command);
	while ((word = strtok_r(NULL, " ", &save))) {
		if (strncmp(word, "flags=", 6) == 0)
			message_set_flags(strtoul(word + 6, NULL, 0));
		else
			put_word(word);
	}
	step_name = name;
	said_command = false;
	result = partly ? message_exchange_part() : message_exchange(say_reply);
	if (!said_command || result.error)
		say_result(name, result);
	fflush(stdout);
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
	message_start(0, DEBAR_CMD_POLICY_BEGIN);
	message_put(DEBAR_A_LENGTH, &u32, sizeof(u32));
	message_put(DEBAR_A_SHA256, digest, sizeof(digest));
	result = message_exchange(keep_upload);
	for (at = 0, sent = 1; !result.error && at < length; at += n, sent++) {
		if (sent == stop_after)
			raise(SIGSTOP);
		n = length - at < DEBAR_CHUNK_MAX ? length - at : DEBAR_CHUNK_MAX;
		message_start(0, DEBAR_CMD_POLICY_CHUNK);
		message_put(DEBAR_A_UPLOAD, socket_upload(), sizeof(uint32_t));
		message_put(DEBAR_A_OFFSET, &at, sizeof(at));
		message_put(DEBAR_A_DATA, image + at, n);
		result = message_exchange(NULL);
	}
	if (result.error)
		return result;
	if (sent == stop_after)
		raise(SIGSTOP);
	message_start(0, DEBAR_CMD_POLICY_COMMIT);
	message_put(DEBAR_A_UPLOAD, socket_upload(), sizeof(uint32_t));
	return message_exchange(NULL);
}

static void step_upload(char *path)
{
	char *stop_after = strchr(path, ' ');
	size_t length;
	uint8_t *image;

	if (stop_after)
		*stop_after++ = '\0';
	image = read_file(path, &length);
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
	say_result("join", (struct result){ socket_join(), "" });
}

static void step_sleep(const char *word)
{
	unsigned long ms = strtoul(word, NULL, 0);
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

void step_run(char *step)
{
	char *rest = strchr(step, ' ');

	if (rest)
		*rest++ = '\0';
	else
		rest = step + strlen(step);
	if (strcmp(step, "send") == 0)
		send_words(rest, 0, false);
	else if (strcmp(step, "dump") == 0)
		send_words(rest, NLM_F_DUMP, false);
	else if (strcmp(step, "part") == 0)
		send_words(rest, NLM_F_DUMP, true);
	else if (strcmp(step, "upload") == 0)
		step_upload(rest);
	else if (strcmp(step, "replace") == 0)
		step_replace(rest);
	else if (strcmp(step, "socket") == 0)
		socket_choose(strtoul(rest, NULL, 0));
	else if (strcmp(step, "close") == 0)
		socket_close();
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
