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
#include <dlfcn.h>
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
	uint8_t listed;		/* what a list consists of; 0: bans */
	struct nl_msg *queue[8];
	size_t first, last;
} kernel;

/* Memory for requests. */
static enum { PLENTY, NO_MESSAGE, NO_ATTRIBUTE } memory;

struct nl_msg *nlmsg_alloc_size(size_t size)
{
	struct nl_msg *(*alloc)(size_t size) = dlsym(RTLD_NEXT, "nlmsg_alloc_size");

	assert_non_null(alloc);
	if (memory == NO_MESSAGE)
		return NULL;
	return alloc(memory == NO_ATTRIBUTE ? NLMSG_HDRLEN + GENL_HDRLEN : size);
}

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

static const uint8_t sha256[DEBAR_SHA256_SIZE] = "a digest";

static void put_ban(struct nl_msg *msg)
{
	nla_put(msg, DEBAR_A_SHA256, sizeof(sha256), sha256);
	nla_put_u32(msg, DEBAR_A_PRODUCT_ID, 3);
}

static void put_product(struct nl_msg *msg)
{
	nla_put_u32(msg, DEBAR_A_PRODUCT_ID, 3);
	nla_put_string(msg, DEBAR_A_VENDOR, "Acme");
	nla_put_string(msg, DEBAR_A_PRODUCT, "Widget");
	nla_put_string(msg, DEBAR_A_AUTHORITY, "TEST-1");
	nla_put_u32(msg, DEBAR_A_ACTION, DEBAR_ACTION_DENY);
	nla_put_u64(msg, DEBAR_A_DENIED, 2);
	nla_put_u64(msg, DEBAR_A_OBSERVED, 1);
}

static void put_exception(struct nl_msg *msg)
{
	nla_put_u32(msg, DEBAR_A_PRODUCT_ID, 3);
	nla_put_string(msg, DEBAR_A_APPROVER, "J. Doe");
	nla_put_string(msg, DEBAR_A_JUSTIFICATION, "needed");
	nla_put_u64(msg, DEBAR_A_EXPIRES, 5);
}

static void put_policy(struct nl_msg *msg)
{
	static const int counts[] = {
		DEBAR_A_GENERATION, DEBAR_A_LENGTH, DEBAR_A_N_PRODUCTS, DEBAR_A_N_BANS, DEBAR_A_N_SIZES,
		DEBAR_A_N_UNSIZED, DEBAR_A_N_EXCEPTIONS, DEBAR_A_SIGNERS,
	};
	size_t i;

	nla_put_string(msg, DEBAR_A_NAME, "test");
	nla_put_u64(msg, DEBAR_A_SERIAL, 1);
	nla_put(msg, DEBAR_A_SHA256, sizeof(sha256), sha256);
	nla_put_u64(msg, DEBAR_A_TIME, 1);
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		nla_put_u32(msg, counts[i], 1);
}

static void put_listed(struct nl_msg *msg, uint8_t kind)
{
	if (kind == DEBAR_CMD_BAN_GET)
		put_ban(msg);
	else if (kind == DEBAR_CMD_PRODUCT_GET)
		put_product(msg);
	else if (kind == DEBAR_CMD_EXCEPTION_GET)
		put_exception(msg);
	else if (kind == DEBAR_CMD_POLICY_GET)
		put_policy(msg);
}

static void dump(const struct nlmsghdr *request, uint8_t cmd)
{
	int flags = kernel.interrupted > 0 ? NLM_F_DUMP_INTR : 0;
	uint8_t kind = kernel.listed ? kernel.listed : DEBAR_CMD_BAN_GET;
	struct nl_msg *msg;

	kernel.interrupted--;
	if (cmd == DEBAR_CMD_POLICY_GET) {
		msg = begin(request, kind, NLM_F_MULTI | flags);
		put_listed(msg, kind);
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
	} else if (cmd == DEBAR_CMD_CHECK && !kernel.silent) {
		msg = begin(request, cmd, 0);
		nla_put_u32(msg, DEBAR_A_VERDICT, DEBAR_VERDICT_ALLOW);
		nla_put_u32(msg, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
		nla_put_u32(msg, DEBAR_A_GENERATION, 4);
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
	memory = PLENTY;
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

/* The library closed its socket, and with it went what it did not read. */
static void drop(struct debar *debar)
{
	while (kernel.first < kernel.last)
		nlmsg_free(kernel.queue[kernel.first++ % 8]);
	stop(debar);
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

static int note_product(const struct debar_product *product, void *data)
{
	assert_string_equal(product->vendor, "Acme");
	assert_int_equal(product->denied, 2);
	*(int *)data += 1;
	return 0;
}

static int note_exception(const struct debar_exception *exception, void *data)
{
	assert_string_equal(exception->approver, "J. Doe");
	*(int *)data += 10;
	return 0;
}

static int note_policy(const struct debar_policy *policy, void *data)
{
	assert_string_equal(policy->name, "test");
	*(int *)data += 100;
	/* Ends the list, and is what comes of it. */
	return 9;
}

static void test_all_kinds_listed(void **state)
{
	static const struct debar_list_ops none = { .ban = NULL };
	static const struct debar_list_ops ops = {
		.product = note_product, .exception = note_exception, .policy = note_policy,
	};
	static const uint8_t kinds[] = {
		DEBAR_CMD_PRODUCT_GET, DEBAR_CMD_EXCEPTION_GET, DEBAR_CMD_POLICY_GET,
	};
	struct debar *debar = start();
	int sum = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds); i++) {
		kernel.listed = kinds[i];
		assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &none, NULL), 0);
		assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &ops, &sum),
				 kinds[i] == DEBAR_CMD_POLICY_GET ? 9 : 0);
	}
	assert_int_equal(sum, 111);
	drop(debar);
	/* What does not belong in a list. */
	debar = start();
	kernel.listed = DEBAR_CMD_SEAL;
	assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &none, NULL), -EPROTO);
	drop(debar);
}

static void test_check(void **state)
{
	struct debar *debar = start();
	struct debar_check check;

	(void)state;
	assert_int_equal(debar_check(debar, sha256, 1, &check), 0);
	assert_int_equal(check.generation, 4);
	assert_false(check.banned);
	stop(debar);
}

/* What does not fit in a message is refused before anything is sent. */
static void test_too_large(void **state)
{
	static char bytes[DEBAR_CHUNK_MAX + 1];
	const struct debar_signature large = { bytes, sizeof(bytes) }, empty = { bytes, 0 };
	struct debar *debar = start();

	(void)state;
	assert_int_equal(debar_upload(debar, bytes, (size_t)UINT32_MAX + 1, NULL, 0, false, NULL,
				      NULL), -EMSGSIZE);
	assert_int_equal(kernel.n, 0);
	assert_int_equal(debar_upload(debar, bytes, 1, &large, 1, false, NULL, NULL), -EMSGSIZE);
	assert_int_equal(debar_upload(debar, bytes, 1, &empty, 1, false, NULL, NULL), -EMSGSIZE);
	assert_int_equal(kernel.n, 6);
	assert_int_equal(kernel.commands[5], DEBAR_CMD_POLICY_ABORT);
	stop(debar);
}

static int no_event(const struct debar_event *event, void *data)
{
	(void)event;
	(void)data;
	fail_msg("there is no event");
	return 0;
}

static void test_no_memory(void **state)
{
	static const struct debar_list_ops none = { .ban = NULL };
	struct debar *debar = start();
	struct debar_status status;
	struct debar_check check;

	(void)state;
	memory = NO_MESSAGE;
	assert_int_equal(debar_get_status(debar, &status), -ENOMEM);
	assert_int_equal(debar_seal(debar), -ENOMEM);
	for (; memory <= NO_ATTRIBUTE; memory++) {
		assert_int_equal(debar_set_mode(debar, DEBAR_MODE_ENFORCE), -ENOMEM);
		assert_int_equal(debar_remove(debar, "name"), -ENOMEM);
		assert_int_equal(debar_set_floor(debar, "name", 7), -ENOMEM);
		assert_int_equal(debar_check(debar, sha256, 1, &check), -ENOMEM);
		assert_int_equal(debar_list(debar, DEBAR_DETAIL_BANS, NULL, &none, NULL), -ENOMEM);
		assert_int_equal(debar_events(debar, 0, no_event, NULL), -ENOMEM);
		assert_int_equal(debar_upload(debar, "i", 1, NULL, 0, false, NULL, NULL), -ENOMEM);
	}
	assert_int_equal(kernel.n, 0);
	memory = PLENTY;
	assert_int_equal(debar_seal(debar), 0);
	stop(debar);
}

static int end_memory(size_t sent, size_t length, void *data)
{
	(void)sent;
	(void)length;
	memory = *(int *)data;
	return 0;
}

/* Halfway: what was sent is left to the abort, or where there is no memory for that, to the end of the connection. */
static void test_no_memory_halfway(void **state)
{
	static char image[2 * DEBAR_CHUNK_MAX];
	const struct debar_signature signature = { "signature", 9 };
	struct debar *debar = start();
	int kind;

	(void)state;
	for (kind = NO_MESSAGE; kind <= NO_ATTRIBUTE; kind++) {
		memory = PLENTY;
		assert_int_equal(debar_upload(debar, image, sizeof(image), NULL, 0, false, end_memory,
					      &kind), -ENOMEM);
		memory = PLENTY;
		assert_int_equal(debar_upload(debar, image, 1, &signature, 1, false, end_memory, &kind),
				 -ENOMEM);
		memory = PLENTY;
		assert_int_equal(debar_upload(debar, image, 1, NULL, 0, false, end_memory, &kind),
				 -ENOMEM);
	}
	memory = PLENTY;
	/* Begin and one chunk each time. */
	assert_int_equal(kernel.n, 12);
	stop(debar);
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
		cmocka_unit_test(test_all_kinds_listed),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_memory_halfway),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_incomplete_replies),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
