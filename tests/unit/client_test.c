// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conversations of the library with a kernel that is made up here: it takes the place
 * of the socket. What single messages hold is in wire_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libdebar.h"

#define FAMILY 30
#define GROUP 7

/* What the kernel was told, and how it is to answer. */
static struct {
	uint8_t commands[64];
	size_t n;
	uint8_t refuse;		/* this command, with error and sentence */
	int error;
	const char *sentence;
	uint32_t protocol;
	int interrupted;	/* dumps that are begun again before one is whole */
	bool silent;		/* leaves out what it was asked for */
	struct nl_msg *queue[8];
	size_t first, last;
} kernel;

static void enqueue(struct nl_msg *msg)
{
	kernel.queue[kernel.last++ % 8] = msg;
}

static struct nl_msg *begin(const struct nlmsghdr *request, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(genlmsg_put(msg, 0, request->nlmsg_seq, FAMILY, 0, flags, cmd, 1));
	return msg;
}

static void end(const struct nlmsghdr *request, int type, int error, const char *sentence)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlmsghdr *hdr = nlmsg_put(msg, 0, request->nlmsg_seq, type, 0,
					 NLM_F_CAPPED | (sentence ? NLM_F_ACK_TLVS : 0));
	struct nlmsgerr body = { .error = error, .msg = *request };

	assert_non_null(hdr);
	assert_int_equal(nlmsg_append(msg, &body, type == NLMSG_ERROR ? sizeof(body) :
				      sizeof(body.error), 4), 0);
	if (sentence)
		assert_int_equal(nla_put_string(msg, NLMSGERR_ATTR_MSG, sentence), 0);
	enqueue(msg);
}

static void dump(const struct nlmsghdr *request, uint8_t cmd)
{
	static const uint8_t sha256[DEBAR_SHA256_SIZE] = "a digest";
	int flags = kernel.interrupted > 0 ? NLM_F_DUMP_INTR : 0;
	struct nl_msg *msg;

	kernel.interrupted--;
	if (cmd == DEBAR_CMD_POLICY_GET) {
		msg = begin(request, DEBAR_CMD_BAN_GET, NLM_F_MULTI | flags);
		nla_put(msg, DEBAR_A_SHA256, sizeof(sha256), sha256);
		nla_put_u32(msg, DEBAR_A_PRODUCT_ID, 3);
		enqueue(msg);
	} else if (flags) {
		enqueue(begin(request, DEBAR_CMD_STATUS_GET, NLM_F_MULTI | flags));
	}
	end(request, NLMSG_DONE, 0, NULL);
}

static void answer(const struct nlmsghdr *request, uint8_t cmd)
{
	struct nl_msg *msg;

	if (cmd == DEBAR_CMD_STATUS_GET && !kernel.silent) {
		msg = begin(request, cmd, 0);
		nla_put_u32(msg, DEBAR_A_PROTOCOL, kernel.protocol);
		enqueue(msg);
	} else if (cmd == DEBAR_CMD_POLICY_BEGIN && !kernel.silent) {
		msg = begin(request, cmd, 0);
		nla_put_u32(msg, DEBAR_A_UPLOAD, 5);
		enqueue(msg);
	}
	end(request, NLMSG_ERROR, 0, NULL);
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to,
	       socklen_t to_length)
{
	const struct nlmsghdr *request = data;
	uint8_t cmd = ((const struct genlmsghdr *)nlmsg_data(request))->cmd;

	(void)fd;
	(void)flags;
	(void)to;
	(void)to_length;
	assert_int_equal(request->nlmsg_type, FAMILY);
	assert_true(kernel.n < sizeof(kernel.commands));
	kernel.commands[kernel.n++] = cmd;
	if (kernel.error && cmd == kernel.refuse)
		end(request, NLMSG_ERROR, kernel.error, kernel.sentence);
	else if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		dump(request, cmd);
	else
		answer(request, cmd);
	return length;
}

ssize_t recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *from,
		 socklen_t *from_length)
{
	struct nl_msg *msg = kernel.queue[kernel.first % 8];
	size_t length;

	(void)fd;
	(void)flags;
	(void)from;
	(void)from_length;
	/* Asking for more than was said would wait for ever. */
	assert_true(kernel.first < kernel.last);
	kernel.first++;
	length = nlmsg_hdr(msg)->nlmsg_len;
	assert_true(length <= size);
	memcpy(buffer, nlmsg_hdr(msg), length);
	nlmsg_free(msg);
	return length;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)length;
	return 0;
}

int genl_connect(struct nl_sock *socket)
{
	(void)socket;
	return 0;
}

int genl_ctrl_resolve(struct nl_sock *socket, const char *name)
{
	(void)socket;
	assert_string_equal(name, DEBAR_GENL_NAME);
	return FAMILY;
}

int genl_ctrl_resolve_grp(struct nl_sock *socket, const char *family, const char *group)
{
	(void)socket;
	assert_true(*family && *group);
	return GROUP;
}

static struct debar *start(void)
{
	struct debar *debar = NULL;

	memset(&kernel, 0, sizeof(kernel));
	kernel.protocol = DEBAR_PROTOCOL;
	assert_int_equal(debar_open(&debar), 0);
	kernel.n = 0;
	return debar;
}

/* All that was answered was read. */
static void stop(struct debar *debar)
{
	assert_int_equal(kernel.first, kernel.last);
	debar_close(debar);
}

static void test_open(void **state)
{
	struct debar *debar = NULL;

	(void)state;
	stop(start());
	kernel.protocol = DEBAR_PROTOCOL + 1;
	assert_int_equal(debar_open(&debar), -EPROTO);
	kernel.silent = true;
	assert_int_equal(debar_open(&debar), -EPROTO);
	assert_null(debar);
}

static void test_simple_requests(void **state)
{
	struct debar *debar = start();
	char long_name[DEBAR_NAME_MAX + 2];

	(void)state;
	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(debar_set_mode(debar, DEBAR_MODE_ENFORCE), 0);
	assert_int_equal(debar_remove(debar, "name"), 0);
	assert_int_equal(debar_set_floor(debar, "name", 7), 0);
	assert_int_equal(debar_seal(debar), 0);
	assert_int_equal(kernel.n, 4);
	assert_int_equal(kernel.commands[3], DEBAR_CMD_SEAL);
	assert_int_equal(debar_remove(debar, long_name), -ENOENT);
	assert_int_equal(debar_set_floor(debar, long_name, 7), -EINVAL);
	assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, long_name, NULL, NULL), -ENOENT);
	assert_int_equal(kernel.n, 4);
	stop(debar);
}

static void test_refusal(void **state)
{
	struct debar *debar = start();

	(void)state;
	kernel.refuse = DEBAR_CMD_MODE_SET;
	kernel.error = -EPERM;
	kernel.sentence = "sealed";
	assert_int_equal(debar_set_mode(debar, DEBAR_MODE_PERMISSIVE), -EPERM);
	assert_string_equal(debar_error_text(debar), "sealed");
	/* The next call forgets it. */
	assert_int_equal(debar_seal(debar), 0);
	assert_string_equal(debar_error_text(debar), "");
	stop(debar);
}

static int count_progress(size_t sent, size_t length, void *data)
{
	size_t *calls = data;

	assert_true(sent <= length);
	return ++*calls == 3 ? -EINTR : 0;
}

static void test_upload(void **state)
{
	static const uint8_t expected[] = {
		DEBAR_CMD_POLICY_BEGIN, DEBAR_CMD_POLICY_CHUNK, DEBAR_CMD_POLICY_CHUNK,
		DEBAR_CMD_POLICY_SIGNATURE, DEBAR_CMD_POLICY_COMMIT,
	};
	const struct debar_signature signature = { "signature", 9 };
	static char image[3 * DEBAR_CHUNK_MAX];
	struct debar *debar = start();
	size_t calls = 0;

	(void)state;
	assert_int_equal(debar_upload(debar, image, DEBAR_CHUNK_MAX + 1, &signature, 1, true,
				      count_progress, &calls), 0);
	assert_int_equal(calls, 2);
	assert_int_equal(kernel.n, sizeof(expected));
	assert_memory_equal(kernel.commands, expected, sizeof(expected));

	/* Whoever ends it leaves nothing behind. */
	calls = kernel.n = 0;
	assert_int_equal(debar_upload(debar, image, sizeof(image), NULL, 0, false,
				      count_progress, &calls), -EINTR);
	assert_int_equal(kernel.commands[kernel.n - 1], DEBAR_CMD_POLICY_ABORT);
	/* The reason outlives the abort. */
	kernel.refuse = DEBAR_CMD_POLICY_COMMIT;
	kernel.error = -EKEYREJECTED;
	kernel.sentence = "not signed";
	assert_int_equal(debar_upload(debar, image, 1, NULL, 0, false, NULL, NULL),
			 -EKEYREJECTED);
	assert_int_equal(kernel.commands[kernel.n - 1], DEBAR_CMD_POLICY_ABORT);
	assert_string_equal(debar_error_text(debar), "not signed");
	stop(debar);
}

static int count_ban(const struct debar_ban *ban, void *data)
{
	int *bans = data;

	assert_int_equal(ban->product_id, 3);
	assert_false(ban->sized);
	++*bans;
	return 0;
}

static void test_list(void **state)
{
	static const struct debar_list_ops ops = { .ban = count_ban };
	static const struct debar_list_ops none = { .ban = NULL };
	struct debar *debar = start();
	int bans = 0;

	(void)state;
	assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, "name", &ops, &bans), 0);
	assert_int_equal(bans, 1);
	assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &none, NULL), 0);
	kernel.interrupted = 1;
	assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &ops, &bans), -EAGAIN);
	stop(debar);
}

static int no_event(const struct debar_event *event, void *data)
{
	(void)event;
	(void)data;
	fail_msg("there is no event");
	return 0;
}

static void test_events(void **state)
{
	struct debar *debar = start();
	int ends[2];

	(void)state;
	assert_int_equal(debar_events(debar, 0, no_event, NULL), 0);
	assert_int_equal(kernel.n, 1);
	kernel.refuse = DEBAR_CMD_EVENT_GET;
	kernel.error = -EPERM;
	assert_int_equal(debar_events(debar, 0, no_event, NULL), -EPERM);
	assert_int_equal(debar_follow(debar, 0, -1, no_event, NULL, NULL), -EPERM);
	kernel.error = 0;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "!", 1), 1);
	assert_int_equal(debar_follow(debar, 0, ends[0], no_event, NULL, NULL), 0);
	close(ends[0]);
	close(ends[1]);
	stop(debar);
}

static void test_incomplete_replies(void **state)
{
	static const uint8_t sha256[DEBAR_SHA256_SIZE];
	struct debar *debar = start();
	struct debar_status status;
	struct debar_check check;

	(void)state;
	kernel.silent = true;
	assert_int_equal(debar_get_status(debar, &status), -EPROTO);
	assert_int_equal(debar_check(debar, sha256, 1, &check), -EPROTO);
	assert_int_equal(debar_upload(debar, "i", 1, NULL, 0, false, NULL, NULL), -EPROTO);
	stop(debar);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_simple_requests),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_upload),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_incomplete_replies),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
