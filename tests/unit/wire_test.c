// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the module, good ones and hostile ones, built by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "keep.h"
#include "wire.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t digest[DEBAR_SHA256_SIZE] = "0123456789abcdef0123456789abcde";

/* What a test does to one attribute of a good message. */
enum damage {
	NONE,
	LEAVE_OUT,
	SHORTEN,	/* by a byte */
	LENGTHEN,	/* by a byte */
	REPEAT,
	INNER_NUL,	/* in a string: its first byte */
	NO_NUL,		/* at the end of a string */
};

struct builder {
	struct nl_msg *msg;
	enum damage damage;
	int victim;
};

static struct builder begin(uint8_t cmd, int victim, enum damage damage)
{
	struct builder b = { .damage = damage, .victim = victim };

	b.msg = nlmsg_alloc_size(65536);
	assert_non_null(b.msg);
	assert_non_null(genlmsg_put(b.msg, 0, 1, 30, 0, 0, cmd, 1));
	return b;
}

static void put(struct builder *b, int type, const void *data, size_t length)
{
	uint8_t copy[8192] = { 0 };

	if (length)
		memcpy(copy, data, length);
	if (type == b->victim) {
		switch (b->damage) {
		case LEAVE_OUT:
			return;
		case SHORTEN:
			length--;
			break;
		case LENGTHEN:
			length++;
			break;
		case REPEAT:
			assert_int_equal(nla_put(b->msg, type, length, copy), 0);
			break;
		case INNER_NUL:
			copy[0] = '\0';
			break;
		case NO_NUL:
			copy[length - 1] = 'x';
			break;
		case NONE:
			break;
		}
	}
	assert_int_equal(nla_put(b->msg, type, length, copy), 0);
}

static void put_u32(struct builder *b, int type, uint32_t value)
{
	put(b, type, &value, sizeof(value));
}

static void put_u64(struct builder *b, int type, uint64_t value)
{
	put(b, type, &value, sizeof(value));
}

static void put_text(struct builder *b, int type, const char *text)
{
	put(b, type, text, strlen(text) + 1);
}

/* An exact copy on the heap, so that ASan sees a byte too far. */
static struct nlmsghdr *finish(struct builder *b)
{
	struct nlmsghdr *hdr = nlmsg_hdr(b->msg);
	struct nlmsghdr *copy = malloc(hdr->nlmsg_len);

	assert_non_null(copy);
	memcpy(copy, hdr, hdr->nlmsg_len);
	keep_input("message", copy, hdr->nlmsg_len);
	nlmsg_free(b->msg);
	return copy;
}

static void put_coverage(struct builder *b, uint32_t kind, bool active, const char *text)
{
	struct nlattr *nest = nla_nest_start(b->msg, DEBAR_A_COVERAGE);

	nla_put_u32(b->msg, DEBAR_COVERAGE_A_KIND, kind);
	if (active)
		nla_put_flag(b->msg, DEBAR_COVERAGE_A_ACTIVE);
	if (text)
		nla_put_string(b->msg, DEBAR_COVERAGE_A_TEXT, text);
	nla_nest_end(b->msg, nest);
}

/* Messages of each kind; @all is every attribute that must be there. */

static struct nlmsghdr *make_status(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_STATUS_GET, victim, damage);

	put_u32(&b, DEBAR_A_PROTOCOL, DEBAR_PROTOCOL);
	put_text(&b, DEBAR_A_VERSION, "0.1.0");
	put_u32(&b, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
	put(&b, DEBAR_A_SEALED, NULL, 0);
	put_u32(&b, DEBAR_A_N_CERTIFICATES, 2);
	put(&b, DEBAR_A_SYSTEM_KEYS, NULL, 0);
	put_u32(&b, DEBAR_A_GENERATION, 7);
	put_coverage(&b, DEBAR_KIND_EXEC, true, NULL);
	put_coverage(&b, 99, false, "the kernel lacks it");
	put_u64(&b, DEBAR_A_DENIED, 1);
	put_u64(&b, DEBAR_A_OBSERVED, 2);
	put_u64(&b, DEBAR_A_FAILED, 3);
	put_u64(&b, DEBAR_A_HASHED, UINT64_MAX);
	put_u64(&b, DEBAR_A_CACHED, 4);
	put_u64(&b, DEBAR_A_EVENT_SEQ, 6);
	put_u64(&b, DEBAR_A_EVENTS_LOST, 5);
	put_u64(&b, DEBAR_A_SUPPRESSED, 8);
	put_u32(&b, DEBAR_A_RING, 1024);
	put(&b, DEBAR_A_AUDIT, NULL, 0);
	put_u64(&b, DEBAR_A_TIME, 1700000000000000000);
	return finish(&b);
}

static const int status_all[] = {
	DEBAR_A_PROTOCOL, DEBAR_A_VERSION, DEBAR_A_MODE, DEBAR_A_GENERATION,
	DEBAR_A_DENIED, DEBAR_A_OBSERVED, DEBAR_A_FAILED, DEBAR_A_HASHED,
	DEBAR_A_CACHED, DEBAR_A_EVENT_SEQ, DEBAR_A_EVENTS_LOST, DEBAR_A_N_CERTIFICATES,
	DEBAR_A_SUPPRESSED, DEBAR_A_RING, DEBAR_A_TIME,
};

static int parse_status(const struct nlmsghdr *hdr)
{
	struct debar_status status;

	return debar_wire_status(hdr, &status);
}

static void put_ban(struct builder *b)
{
	put_u32(b, DEBAR_A_ACTION, DEBAR_ACTION_DENY);
	put_text(b, DEBAR_A_NAME, "base");
	put_u64(b, DEBAR_A_SERIAL, 12);
	put_text(b, DEBAR_A_VENDOR, "Example Corp");
	put_text(b, DEBAR_A_PRODUCT, "Example Agent");
	put_text(b, DEBAR_A_RELEASE, "1.2.3");
	put_text(b, DEBAR_A_AUTHORITY, "LOCAL-1");
	put(b, DEBAR_A_EXCEPTED, NULL, 0);
}

static struct nlmsghdr *make_check(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_CHECK, victim, damage);

	put_u32(&b, DEBAR_A_VERDICT, DEBAR_VERDICT_DENY);
	put_u32(&b, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
	put_u32(&b, DEBAR_A_GENERATION, 3);
	put_ban(&b);
	return finish(&b);
}

static const int check_all[] = {
	DEBAR_A_VERDICT, DEBAR_A_MODE, DEBAR_A_GENERATION, DEBAR_A_ACTION,
	DEBAR_A_NAME, DEBAR_A_SERIAL, DEBAR_A_VENDOR, DEBAR_A_PRODUCT,
	DEBAR_A_AUTHORITY,
};

static int parse_check(const struct nlmsghdr *hdr)
{
	struct debar_check check;

	return debar_wire_check(hdr, &check);
}

static struct nlmsghdr *make_policy(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_POLICY_GET, victim, damage);

	put_u32(&b, DEBAR_A_GENERATION, 3);
	put_text(&b, DEBAR_A_NAME, "base");
	put_u64(&b, DEBAR_A_SERIAL, 12);
	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_u32(&b, DEBAR_A_LENGTH, 1000);
	put_u32(&b, DEBAR_A_N_PRODUCTS, 1);
	put_u32(&b, DEBAR_A_N_BANS, 2);
	put_u32(&b, DEBAR_A_N_SIZES, 3);
	put_u32(&b, DEBAR_A_N_UNSIZED, 4);
	put(&b, DEBAR_A_SIGNER, digest, sizeof(digest));
	put(&b, DEBAR_A_SIGNER, "a key of the machine: 32 bytes..", sizeof(digest));
	put_u32(&b, DEBAR_A_N_EXCEPTIONS, 6);
	put_u64(&b, DEBAR_A_TIME, 5);
	put_u32(&b, DEBAR_A_SIGNERS, 2);
	return finish(&b);
}

static const int policy_all[] = {
	DEBAR_A_GENERATION, DEBAR_A_NAME, DEBAR_A_SERIAL, DEBAR_A_SHA256,
	DEBAR_A_LENGTH, DEBAR_A_N_PRODUCTS, DEBAR_A_N_BANS, DEBAR_A_N_SIZES,
	DEBAR_A_N_UNSIZED, DEBAR_A_N_EXCEPTIONS, DEBAR_A_TIME, DEBAR_A_SIGNERS,
};

static int parse_policy(const struct nlmsghdr *hdr)
{
	struct debar_policy policy;

	return debar_wire_policy(hdr, &policy);
}

static struct nlmsghdr *make_product(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_PRODUCT_GET, victim, damage);

	put_u32(&b, DEBAR_A_PRODUCT_ID, 4);
	put_text(&b, DEBAR_A_VENDOR, "Example Corp");
	put_text(&b, DEBAR_A_PRODUCT, "Example Agent");
	put_text(&b, DEBAR_A_AUTHORITY, "LOCAL-1");
	put_text(&b, DEBAR_A_RELEASE, "1.2.3");
	put_u32(&b, DEBAR_A_ACTION, DEBAR_ACTION_OBSERVE);
	put_u64(&b, DEBAR_A_EFFECTIVE, 1000);
	put_u64(&b, DEBAR_A_EXPIRES, 2000);
	put_u64(&b, DEBAR_A_DENIED, 8);
	put_u64(&b, DEBAR_A_OBSERVED, 9);
	return finish(&b);
}

static const int product_all[] = {
	DEBAR_A_PRODUCT_ID, DEBAR_A_VENDOR, DEBAR_A_PRODUCT, DEBAR_A_AUTHORITY,
	DEBAR_A_ACTION, DEBAR_A_DENIED, DEBAR_A_OBSERVED,
};

static int parse_product(const struct nlmsghdr *hdr)
{
	struct debar_product product;

	return debar_wire_product(hdr, &product);
}

static struct nlmsghdr *make_exception(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_EXCEPTION_GET, victim, damage);

	put_u32(&b, DEBAR_A_PRODUCT_ID, 4);
	put_text(&b, DEBAR_A_APPROVER, "Chief");
	put_text(&b, DEBAR_A_JUSTIFICATION, "needed until it is replaced");
	put_u64(&b, DEBAR_A_EXPIRES, 3000);
	return finish(&b);
}

static const int exception_all[] = {
	DEBAR_A_PRODUCT_ID, DEBAR_A_APPROVER, DEBAR_A_JUSTIFICATION, DEBAR_A_EXPIRES,
};

static int parse_exception(const struct nlmsghdr *hdr)
{
	struct debar_exception exception;

	return debar_wire_exception(hdr, &exception);
}

static struct nlmsghdr *make_ban(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_BAN_GET, victim, damage);

	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_u64(&b, DEBAR_A_FILE_SIZE, UINT64_C(5) << 30);
	put_u32(&b, DEBAR_A_PRODUCT_ID, 4);
	return finish(&b);
}

static const int ban_all[] = { DEBAR_A_SHA256, DEBAR_A_PRODUCT_ID };

static int parse_ban(const struct nlmsghdr *hdr)
{
	struct debar_ban ban;

	return debar_wire_ban(hdr, &ban);
}

static struct nlmsghdr *make_event(int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_EVENT, victim, damage);

	put_u64(&b, DEBAR_A_EVENT_SEQ, 41);
	put_u64(&b, DEBAR_A_TIME, 1700000000123456789);
	put_u32(&b, DEBAR_A_KIND, DEBAR_KIND_EXEC);
	put_u32(&b, DEBAR_A_REASON, DEBAR_REASON_BAN);
	put_u32(&b, DEBAR_A_VERDICT, DEBAR_VERDICT_DENY);
	put_u32(&b, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
	put_text(&b, DEBAR_A_PATH, "/opt/\xff\n");
	put(&b, DEBAR_A_PATH_TRUNCATED, NULL, 0);
	put_u32(&b, DEBAR_A_DEV, 8 << 20 | 2);
	put_u64(&b, DEBAR_A_INODE, 99);
	put_u64(&b, DEBAR_A_FILE_SIZE, 100);
	put_u32(&b, DEBAR_A_PID, 101);
	put_u32(&b, DEBAR_A_PPID, 102);
	put_text(&b, DEBAR_A_COMM, "sh");
	put_u32(&b, DEBAR_A_UID, 1000);
	put_u32(&b, DEBAR_A_AUID, UINT32_MAX);
	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_ban(&b);
	return finish(&b);
}

static const int event_all[] = {
	DEBAR_A_EVENT_SEQ, DEBAR_A_TIME, DEBAR_A_KIND, DEBAR_A_REASON, DEBAR_A_VERDICT,
	DEBAR_A_MODE, DEBAR_A_PATH, DEBAR_A_DEV, DEBAR_A_INODE, DEBAR_A_FILE_SIZE,
	DEBAR_A_PID, DEBAR_A_PPID, DEBAR_A_COMM, DEBAR_A_UID, DEBAR_A_AUID,
	DEBAR_A_SHA256, DEBAR_A_ACTION, DEBAR_A_NAME, DEBAR_A_SERIAL, DEBAR_A_VENDOR,
	DEBAR_A_PRODUCT, DEBAR_A_AUTHORITY,
};

/* What an event of every reason has. */
static struct builder begin_change(uint32_t reason, int victim, enum damage damage)
{
	struct builder b = begin(DEBAR_CMD_EVENT, victim, damage);

	put_u64(&b, DEBAR_A_EVENT_SEQ, 7);
	put_u64(&b, DEBAR_A_TIME, 1700000000123456789);
	put_u32(&b, DEBAR_A_REASON, reason);
	put_u32(&b, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
	put_u32(&b, DEBAR_A_PID, 101);
	put_u32(&b, DEBAR_A_PPID, 102);
	put_text(&b, DEBAR_A_COMM, "debar");
	put_u32(&b, DEBAR_A_UID, 0);
	put_u32(&b, DEBAR_A_AUID, 1000);
	return b;
}

static struct nlmsghdr *make_start(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_START, victim, damage);

	/* What may be missing is not last: test_cut() takes the end away. */
	put(&b, DEBAR_A_OFF, NULL, 0);
	put_text(&b, DEBAR_A_VERSION, "0.1.0");
	return finish(&b);
}

static const int start_all[] = { DEBAR_A_REASON, DEBAR_A_COMM, DEBAR_A_VERSION };

static struct nlmsghdr *make_gap(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_GAP, victim, damage);

	put_u32(&b, DEBAR_A_KIND, DEBAR_KIND_MMAP);
	put_u32(&b, DEBAR_A_ERRNO, EBUSY);
	return finish(&b);
}

static const int gap_all[] = { DEBAR_A_KIND, DEBAR_A_ERRNO };

static struct nlmsghdr *make_covered(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_COVERED, victim, damage);

	put_u32(&b, DEBAR_A_KIND, DEBAR_KIND_MMAP);
	return finish(&b);
}

static const int covered_all[] = { DEBAR_A_KIND };

static struct nlmsghdr *make_replace(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_POLICY_REPLACE, victim, damage);

	put_text(&b, DEBAR_A_NAME, "base");
	put_u64(&b, DEBAR_A_SERIAL, 13);
	put_u64(&b, DEBAR_A_OLD_SERIAL, 12);
	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_u32(&b, DEBAR_A_N_BANS, 5);
	return finish(&b);
}

static const int replace_all[] = {
	DEBAR_A_NAME, DEBAR_A_SERIAL, DEBAR_A_SHA256, DEBAR_A_N_BANS,
};

static struct nlmsghdr *make_reject(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_POLICY_REJECT, victim, damage);

	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_u32(&b, DEBAR_A_ERRNO, ESTALE);
	put_text(&b, DEBAR_A_TEXT, "serial is not newer");
	return finish(&b);
}

static const int reject_all[] = { DEBAR_A_SHA256, DEBAR_A_ERRNO, DEBAR_A_TEXT };

static struct nlmsghdr *make_mode(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_MODE, victim, damage);

	put_u32(&b, DEBAR_A_OLD_MODE, DEBAR_MODE_PERMISSIVE);
	return finish(&b);
}

static const int mode_all[] = { DEBAR_A_OLD_MODE };

static struct nlmsghdr *make_busy(int victim, enum damage damage)
{
	struct builder b = begin_change(DEBAR_REASON_BUSY, victim, damage);

	put_u32(&b, DEBAR_A_KIND, DEBAR_KIND_EXEC);
	put_u32(&b, DEBAR_A_VERDICT, DEBAR_VERDICT_DENY);
	put_text(&b, DEBAR_A_PATH, "/opt/x");
	put_u32(&b, DEBAR_A_DEV, 8 << 20 | 2);
	put_u64(&b, DEBAR_A_INODE, 99);
	put_u64(&b, DEBAR_A_FILE_SIZE, 100);
	put_u32(&b, DEBAR_A_ERRNO, ETXTBSY);
	return finish(&b);
}

static const int busy_all[] = {
	DEBAR_A_KIND, DEBAR_A_VERDICT, DEBAR_A_PATH, DEBAR_A_DEV, DEBAR_A_INODE,
	DEBAR_A_FILE_SIZE, DEBAR_A_ERRNO,
};

static int parse_event(const struct nlmsghdr *hdr)
{
	struct debar_event event;

	return debar_wire_event(hdr, &event);
}

static const struct {
	const char *name;
	struct nlmsghdr *(*make)(int victim, enum damage damage);
	int (*parse)(const struct nlmsghdr *hdr);
	const int *all;
	size_t n;
} kinds[] = {
	{ "status", make_status, parse_status, status_all, ARRAY_SIZE(status_all) },
	{ "check", make_check, parse_check, check_all, ARRAY_SIZE(check_all) },
	{ "policy", make_policy, parse_policy, policy_all, ARRAY_SIZE(policy_all) },
	{ "product", make_product, parse_product, product_all, ARRAY_SIZE(product_all) },
	{ "exception", make_exception, parse_exception, exception_all,
	  ARRAY_SIZE(exception_all) },
	{ "ban", make_ban, parse_ban, ban_all, ARRAY_SIZE(ban_all) },
	{ "event", make_event, parse_event, event_all, ARRAY_SIZE(event_all) },
	{ "start", make_start, parse_event, start_all, ARRAY_SIZE(start_all) },
	{ "gap", make_gap, parse_event, gap_all, ARRAY_SIZE(gap_all) },
	{ "covered", make_covered, parse_event, covered_all, ARRAY_SIZE(covered_all) },
	{ "replace", make_replace, parse_event, replace_all, ARRAY_SIZE(replace_all) },
	{ "reject", make_reject, parse_event, reject_all, ARRAY_SIZE(reject_all) },
	{ "mode", make_mode, parse_event, mode_all, ARRAY_SIZE(mode_all) },
	{ "busy", make_busy, parse_event, busy_all, ARRAY_SIZE(busy_all) },
};

static int parse_damaged(size_t kind, int victim, enum damage damage)
{
	struct nlmsghdr *hdr = kinds[kind].make(victim, damage);
	int err = kinds[kind].parse(hdr);

	free(hdr);
	return err;
}

static bool is_text(int type)
{
	return type == DEBAR_A_VERSION || type == DEBAR_A_NAME ||
		type == DEBAR_A_VENDOR || type == DEBAR_A_PRODUCT ||
		type == DEBAR_A_AUTHORITY || type == DEBAR_A_PATH ||
		type == DEBAR_A_COMM || type == DEBAR_A_APPROVER ||
		type == DEBAR_A_JUSTIFICATION || type == DEBAR_A_TEXT;
}

static void test_good(void **state)
{
	size_t k;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		assert_int_equal(parse_damaged(k, 0, NONE), 0);
}

static void test_each_attribute_damaged(void **state)
{
	static const enum damage damages[] = {
		LEAVE_OUT, SHORTEN, LENGTHEN, REPEAT, INNER_NUL, NO_NUL,
	};
	size_t k, i, d;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (i = 0; i < kinds[k].n; i++) {
			int victim = kinds[k].all[i];

			for (d = 0; d < ARRAY_SIZE(damages); d++) {
				if (damages[d] >= INNER_NUL && !is_text(victim))
					continue;
				if (parse_damaged(k, victim, damages[d]) != -EPROTO)
					fail_msg("%s: attribute %d, damage %d",
						 kinds[k].name, victim, damages[d]);
			}
		}
	}
}

/*
 * Every message is cut at every byte: never a crash, never taken for whole. The
 * last four bytes may be padding.
 */
static void test_cut(void **state)
{
	size_t k;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct nlmsghdr *hdr = kinds[k].make(0, NONE);
		uint32_t length, whole = hdr->nlmsg_len;

		for (length = NLMSG_HDRLEN; length + 4 < whole; length++) {
			struct nlmsghdr *cut = malloc(length);

			assert_non_null(cut);
			memcpy(cut, hdr, length);
			cut->nlmsg_len = length;
			assert_int_equal(kinds[k].parse(cut), -EPROTO);
			free(cut);
		}
		free(hdr);
	}
}

/* Each byte of each message is replaced by a few others: no crash. */
static void test_flipped(void **state)
{
	static const uint8_t masks[] = { 0x01, 0x40, 0x80, 0xff };
	size_t k, m, i;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct nlmsghdr *hdr = kinds[k].make(0, NONE);
		uint8_t *bytes = (uint8_t *)hdr;

		for (i = NLMSG_HDRLEN; i < hdr->nlmsg_len; i++) {
			for (m = 0; m < ARRAY_SIZE(masks); m++) {
				bytes[i] ^= masks[m];
				kinds[k].parse(hdr);
				bytes[i] ^= masks[m];
			}
		}
		free(hdr);
	}
}

static void test_wrong_command(void **state)
{
	size_t k, other;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct nlmsghdr *hdr = kinds[k].make(0, NONE);

		for (other = 0; other < ARRAY_SIZE(kinds); other++) {
			if (kinds[other].parse != kinds[k].parse)
				assert_int_equal(kinds[other].parse(hdr), -EPROTO);
		}
		free(hdr);
	}
}

static void test_unknown_attribute(void **state)
{
	struct builder b = begin(DEBAR_CMD_BAN_GET, 0, NONE);
	struct debar_ban ban;
	struct nlmsghdr *hdr;

	(void)state;
	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_u32(&b, DEBAR_A_PRODUCT_ID, 4);
	put_text(&b, DEBAR_A_MAX + 1, "from a newer module");
	put_text(&b, DEBAR_A_MAX + 500, "and more");
	hdr = finish(&b);
	assert_int_equal(debar_wire_ban(hdr, &ban), 0);
	assert_false(ban.sized);
	assert_int_equal(ban.product_id, 4);
	free(hdr);
}

static void test_status_values(void **state)
{
	struct nlmsghdr *hdr = make_status(0, NONE);
	struct debar_status s;

	(void)state;
	assert_int_equal(debar_wire_status(hdr, &s), 0);
	assert_int_equal(s.protocol, DEBAR_PROTOCOL);
	assert_string_equal(s.version, "0.1.0");
	assert_int_equal(s.mode, DEBAR_MODE_ENFORCE);
	assert_false(s.off);
	assert_true(s.sealed);
	assert_int_equal(s.n_certificates, 2);
	assert_true(s.system_keys);
	assert_true(s.hashed == UINT64_MAX);
	assert_int_equal(s.cached, 4);
	assert_int_equal(s.n_coverage, 2);
	assert_int_equal(s.coverage[0].kind, DEBAR_KIND_EXEC);
	assert_true(s.coverage[0].active);
	assert_string_equal(s.coverage[0].text, "");
	assert_false(s.coverage[1].active);
	assert_string_equal(s.coverage[1].text, "the kernel lacks it");
	free(hdr);
}

static void test_coverage(void **state)
{
	char text[200];
	size_t n;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	/* Neither active nor a reason; a reason too long; too many kinds. */
	for (n = 0; n < 3; n++) {
		struct builder b = begin(DEBAR_CMD_STATUS_GET, 0, NONE);
		struct nlmsghdr *hdr;
		unsigned int i;

		put_u32(&b, DEBAR_A_PROTOCOL, DEBAR_PROTOCOL);
		put_text(&b, DEBAR_A_VERSION, "0.1.0");
		put_u32(&b, DEBAR_A_MODE, DEBAR_MODE_ENFORCE);
		put_u32(&b, DEBAR_A_N_CERTIFICATES, 0);
		put_u32(&b, DEBAR_A_GENERATION, 7);
		put_u64(&b, DEBAR_A_DENIED, 1);
		put_u64(&b, DEBAR_A_OBSERVED, 2);
		put_u64(&b, DEBAR_A_FAILED, 3);
		put_u64(&b, DEBAR_A_HASHED, 4);
		put_u64(&b, DEBAR_A_CACHED, 7);
		put_u64(&b, DEBAR_A_EVENT_SEQ, 6);
		put_u64(&b, DEBAR_A_EVENTS_LOST, 5);
		put_u64(&b, DEBAR_A_SUPPRESSED, 8);
		put_u32(&b, DEBAR_A_RING, 1024);
		put_u64(&b, DEBAR_A_TIME, 9);
		for (i = 0; i < (n == 2 ? 17 : 1); i++)
			put_coverage(&b, i, n == 2, n == 1 ? text : NULL);
		hdr = finish(&b);
		assert_int_equal(parse_status(hdr), -EPROTO);
		free(hdr);
	}
}

/* A flag that is missing is false, whatever the others are. */
static void test_status_flags(void **state)
{
	static const int missing[] = { DEBAR_A_SEALED, DEBAR_A_SYSTEM_KEYS };
	struct debar_status s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(missing); i++) {
		struct nlmsghdr *hdr = make_status(missing[i], LEAVE_OUT);

		assert_int_equal(debar_wire_status(hdr, &s), 0);
		assert_int_equal(s.sealed, i != 0);
		assert_int_equal(s.system_keys, i != 1);
		free(hdr);
	}
}

static void test_policy_values(void **state)
{
	struct nlmsghdr *hdr = make_policy(0, NONE);
	struct debar_policy p;

	(void)state;
	assert_int_equal(debar_wire_policy(hdr, &p), 0);
	assert_int_equal(p.n_exceptions, 6);
	assert_int_equal(p.n_signers_needed, 2);
	assert_int_equal(p.n_signers, 2);
	assert_memory_equal(p.signers[0], digest, sizeof(digest));
	assert_memory_equal(p.signers[1], "a key of the machine: 32 bytes..", 32);
	free(hdr);
}

/* As many signers as there can be, and one more; one of another length. */
static void test_signers(void **state)
{
	size_t n, i;

	(void)state;
	for (n = 0; n <= DEBAR_SIGNATURES_MAX; n++) {
		struct nl_msg *msg = nlmsg_alloc_size(65536);
		struct nlmsghdr *hdr = make_policy(DEBAR_A_SIGNER, LEAVE_OUT);
		struct debar_policy p;

		assert_non_null(msg);
		memcpy(nlmsg_hdr(msg), hdr, hdr->nlmsg_len);
		for (i = 0; i < n; i++)
			nla_put(msg, DEBAR_A_SIGNER, sizeof(digest), digest);
		assert_int_equal(debar_wire_policy(nlmsg_hdr(msg), &p), 0);
		assert_int_equal(p.n_signers, n);
		for (; i <= DEBAR_SIGNATURES_MAX; i++)
			nla_put(msg, DEBAR_A_SIGNER, sizeof(digest), digest);
		assert_int_equal(debar_wire_policy(nlmsg_hdr(msg), &p), -EPROTO);
		nlmsg_free(msg);
		free(hdr);

		hdr = make_policy(DEBAR_A_SIGNER, n % 2 ? SHORTEN : LENGTHEN);
		assert_int_equal(debar_wire_policy(hdr, &p), -EPROTO);
		free(hdr);
	}
}

/* What need not be there, and what it is then. */
static void test_optional(void **state)
{
	struct debar_product p;
	struct debar_check c;
	struct nlmsghdr *hdr;

	(void)state;
	hdr = make_product(0, NONE);
	assert_int_equal(debar_wire_product(hdr, &p), 0);
	assert_string_equal(p.release, "1.2.3");
	assert_int_equal(p.effective, 1000);
	assert_int_equal(p.expires, 2000);
	free(hdr);
	hdr = make_product(DEBAR_A_RELEASE, LEAVE_OUT);
	assert_int_equal(debar_wire_product(hdr, &p), 0);
	assert_string_equal(p.release, "");
	free(hdr);
	hdr = make_product(DEBAR_A_EFFECTIVE, LEAVE_OUT);
	assert_int_equal(debar_wire_product(hdr, &p), 0);
	assert_int_equal(p.effective, 0);
	free(hdr);
	hdr = make_product(DEBAR_A_EXPIRES, LEAVE_OUT);
	assert_int_equal(debar_wire_product(hdr, &p), 0);
	assert_int_equal(p.expires, 0);
	free(hdr);
	hdr = make_check(0, NONE);
	assert_int_equal(debar_wire_check(hdr, &c), 0);
	assert_string_equal(c.release, "1.2.3");
	assert_true(c.excepted);
	free(hdr);
	hdr = make_check(DEBAR_A_EXCEPTED, LEAVE_OUT);
	assert_int_equal(debar_wire_check(hdr, &c), 0);
	assert_false(c.excepted);
	free(hdr);
	hdr = make_check(DEBAR_A_RELEASE, NO_NUL);
	assert_int_equal(debar_wire_check(hdr, &c), -EPROTO);
	free(hdr);
}

static void test_exception_values(void **state)
{
	struct builder b = begin(DEBAR_CMD_EXCEPTION_GET, 0, NONE);
	struct nlmsghdr *hdr = make_exception(0, NONE);
	struct debar_exception e;

	(void)state;
	assert_int_equal(debar_wire_exception(hdr, &e), 0);
	assert_false(e.of_file);
	assert_int_equal(e.product_id, 4);
	assert_string_equal(e.approver, "Chief");
	assert_string_equal(e.reason, "needed until it is replaced");
	assert_int_equal(e.expires, 3000);
	free(hdr);

	put(&b, DEBAR_A_SHA256, digest, sizeof(digest));
	put_text(&b, DEBAR_A_APPROVER, "a");
	put_text(&b, DEBAR_A_JUSTIFICATION, "b");
	put_u64(&b, DEBAR_A_EXPIRES, UINT64_MAX);
	hdr = finish(&b);
	assert_int_equal(debar_wire_exception(hdr, &e), 0);
	assert_true(e.of_file);
	assert_memory_equal(e.sha256, digest, sizeof(digest));
	assert_true(e.expires == UINT64_MAX);
	free(hdr);
}

static void test_event_values(void **state)
{
	struct nlmsghdr *hdr = make_event(0, NONE);
	struct debar_event e;

	(void)state;
	assert_int_equal(debar_wire_event(hdr, &e), 0);
	assert_int_equal(e.seq, 41);
	assert_string_equal(e.path, "/opt/\xff\n");
	assert_true(e.path_truncated);
	assert_int_equal(e.dev_major, 8);
	assert_int_equal(e.dev_minor, 2);
	assert_true(e.auid == UINT32_MAX);
	assert_memory_equal(e.sha256, digest, sizeof(digest));
	assert_string_equal(e.policy, "base");
	assert_string_equal(e.release, "1.2.3");
	assert_true(e.excepted);
	assert_int_equal(e.error, 0);
	free(hdr);
}

static void test_change_values(void **state)
{
	struct nlmsghdr *replace = make_replace(0, NONE), *reject = make_reject(0, NONE);
	struct nlmsghdr *mode = make_mode(0, NONE), *gap = make_gap(0, NONE);
	struct nlmsghdr *load = make_replace(DEBAR_A_OLD_SERIAL, LEAVE_OUT);
	struct debar_event e;

	(void)state;
	assert_int_equal(debar_wire_event(replace, &e), 0);
	assert_string_equal(e.policy, "base");
	assert_int_equal(e.serial, 13);
	assert_int_equal(e.old_serial, 12);
	assert_int_equal(e.n_bans, 5);
	assert_memory_equal(e.sha256, digest, sizeof(digest));
	assert_string_equal(e.comm, "debar");
	assert_string_equal(e.path, "");
	assert_int_equal(debar_wire_event(load, &e), 0);
	assert_int_equal(e.old_serial, 0);
	assert_int_equal(debar_wire_event(reject, &e), 0);
	assert_int_equal(e.error, ESTALE);
	assert_string_equal(e.text, "serial is not newer");
	assert_int_equal(debar_wire_event(mode, &e), 0);
	assert_int_equal(e.mode, DEBAR_MODE_ENFORCE);
	assert_int_equal(e.old_mode, DEBAR_MODE_PERMISSIVE);
	assert_int_equal(debar_wire_event(gap, &e), 0);
	assert_int_equal(e.kind, DEBAR_KIND_MMAP);
	assert_int_equal(e.error, EBUSY);
	free(replace);
	free(reject);
	free(mode);
	free(gap);
	free(load);
}

static void test_longest_path(void **state)
{
	char path[DEBAR_PATH_MAX + 2];
	size_t length;

	(void)state;
	for (length = DEBAR_PATH_MAX; length <= DEBAR_PATH_MAX + 1; length++) {
		struct nlmsghdr *hdr = make_event(DEBAR_A_PATH, LEAVE_OUT);
		struct nl_msg *msg = nlmsg_alloc_size(65536);
		struct debar_event event;

		assert_non_null(msg);
		memcpy(nlmsg_hdr(msg), hdr, hdr->nlmsg_len);
		memset(path, 'p', length);
		path[length] = '\0';
		assert_int_equal(nla_put_string(msg, DEBAR_A_PATH, path), 0);
		assert_int_equal(debar_wire_event(nlmsg_hdr(msg), &event),
				 length == DEBAR_PATH_MAX ? 0 : -EPROTO);
		nlmsg_free(msg);
		free(hdr);
	}
}

static void test_protocol_of_other_version(void **state)
{
	struct builder b = begin(DEBAR_CMD_STATUS_GET, 0, NONE);
	uint32_t protocol = 0;
	struct nlmsghdr *hdr;

	(void)state;
	put_u32(&b, DEBAR_A_PROTOCOL, 9);
	put_u64(&b, DEBAR_A_MODE, 1);	/* whatever it means there */
	hdr = finish(&b);
	assert_int_equal(debar_wire_protocol(hdr, &protocol), 0);
	assert_int_equal(protocol, 9);
	free(hdr);

	b = begin(DEBAR_CMD_STATUS_GET, 0, NONE);
	put_text(&b, DEBAR_A_PROTOCOL, "nine");
	hdr = finish(&b);
	assert_int_equal(debar_wire_protocol(hdr, &protocol), -EPROTO);
	free(hdr);
}

/* NLMSG_ERROR and NLMSG_DONE. */

struct end_case {
	const char *name;
	uint16_t type;
	uint16_t flags;
	int error;
	bool quotes;		/* the whole request, of 5 bytes more than a header */
	const char *text;
	int expected;
};

static const struct end_case end_cases[] = {
	{ "acknowledged", NLMSG_ERROR, NLM_F_CAPPED, 0, false, NULL, 0 },
	{ "refused", NLMSG_ERROR, NLM_F_CAPPED, -ESTALE, false, NULL, -ESTALE },
	{ "with a sentence", NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, -EBADMSG, false,
	  "bans are not in order", -EBADMSG },
	{ "after the request", NLMSG_ERROR, NLM_F_ACK_TLVS, -EKEYREJECTED, true,
	  "the digest differs", -EKEYREJECTED },
	{ "a warning", NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0, false, "mind", 0 },
	{ "dump done", NLMSG_DONE, NLM_F_MULTI, 0, false, NULL, 0 },
	{ "dump failed", NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS, -ENOENT, false,
	  "no such policy", -ENOENT },
	{ "dump of a family that went", NLMSG_DONE, NLM_F_MULTI, -EPROTONOSUPPORT, false, NULL,
	  -ENOENT },
	{ "positive", NLMSG_ERROR, NLM_F_CAPPED, 5, false, NULL, -EPROTO },
};

static struct nlmsghdr *make_end(const struct end_case *c)
{
	struct nl_msg *msg = nlmsg_alloc_size(4096);
	struct nlmsgerr e = { .error = c->error };
	struct nlmsghdr *copy;

	assert_non_null(msg);
	nlmsg_put(msg, 0, 1, c->type, 0, c->flags);
	e.msg.nlmsg_len = NLMSG_HDRLEN + 5;
	nlmsg_append(msg, &e, c->type == NLMSG_DONE ? sizeof(e.error) : sizeof(e), 0);
	if (c->quotes)
		nlmsg_append(msg, "12345", 5, NLMSG_ALIGNTO);
	if (c->text) {
		nla_put_u32(msg, NLMSGERR_ATTR_OFFS, 20);
		nla_put_string(msg, NLMSGERR_ATTR_MSG, c->text);
	}
	copy = malloc(nlmsg_hdr(msg)->nlmsg_len);
	assert_non_null(copy);
	memcpy(copy, nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
	return copy;
}

static void test_ends(void **state)
{
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(end_cases); i++) {
		const struct end_case *c = &end_cases[i];
		struct nlmsghdr *hdr = make_end(c);

		memset(text, 'x', sizeof(text));
		if (debar_wire_end(hdr, text, sizeof(text)) != c->expected)
			fail_msg("%s", c->name);
		assert_string_equal(text, c->text ? c->text : "");
		free(hdr);
	}
}

static void test_long_sentence_is_cut(void **state)
{
	struct nlmsghdr *hdr = make_end(&end_cases[2]);
	char text[8];

	(void)state;
	assert_int_equal(debar_wire_end(hdr, text, sizeof(text)), -EBADMSG);
	assert_string_equal(text, "bans ar");
	free(hdr);
}

static void test_cut_ends(void **state)
{
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(end_cases); i++) {
		struct nlmsghdr *hdr = make_end(&end_cases[i]);
		uint32_t length;

		for (length = NLMSG_HDRLEN; length < hdr->nlmsg_len; length++) {
			struct nlmsghdr *cut = malloc(length);
			int err;

			assert_non_null(cut);
			memcpy(cut, hdr, length);
			cut->nlmsg_len = length;
			err = debar_wire_end(cut, text, sizeof(text));
			assert_true(err == -EPROTO || err == end_cases[i].expected);
			free(cut);
		}
		free(hdr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_each_attribute_damaged),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_wrong_command),
		cmocka_unit_test(test_unknown_attribute),
		cmocka_unit_test(test_status_values),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_status_flags),
		cmocka_unit_test(test_policy_values),
		cmocka_unit_test(test_signers),
		cmocka_unit_test(test_optional),
		cmocka_unit_test(test_exception_values),
		cmocka_unit_test(test_event_values),
		cmocka_unit_test(test_change_values),
		cmocka_unit_test(test_longest_path),
		cmocka_unit_test(test_protocol_of_other_version),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_long_sentence_is_cut),
		cmocka_unit_test(test_cut_ends),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
