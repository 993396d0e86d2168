// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages of the module into structures.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "wire.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Bytes that an attribute's value may have. */
struct shape {
	uint16_t min;
	uint16_t max;
	bool text;	/* ends in NUL and has no other */
};

#define U32		{ 4, 4, false }
#define U64		{ 8, 8, false }
#define FLAG		{ 0, 0, false }
#define BYTES(n)	{ (n), (n), false }
#define ANY		{ 0, UINT16_MAX, false }
#define TEXT(size)	{ 1, (size), true }
#define MEMBER_SIZE(type, member) sizeof(((type *)0)->member)

static const struct shape shapes[DEBAR_A_MAX + 1] = {
	[DEBAR_A_PAD] = ANY,
	[DEBAR_A_PROTOCOL] = U32,
	[DEBAR_A_VERSION] = TEXT(MEMBER_SIZE(struct debar_status, version)),
	[DEBAR_A_MODE] = U32,
	[DEBAR_A_OFF] = FLAG,
	[DEBAR_A_GENERATION] = U32,
	[DEBAR_A_COVERAGE] = ANY,
	[DEBAR_A_DENIED] = U64,
	[DEBAR_A_OBSERVED] = U64,
	[DEBAR_A_FAILED] = U64,
	[DEBAR_A_HASHED] = U64,
	[DEBAR_A_CACHED] = U64,
	[DEBAR_A_EVENT_SEQ] = U64,
	[DEBAR_A_EVENTS_LOST] = U64,
	[DEBAR_A_UPLOAD] = U32,
	[DEBAR_A_LENGTH] = U32,
	[DEBAR_A_OFFSET] = U32,
	[DEBAR_A_DATA] = { 1, DEBAR_CHUNK_MAX, false },
	[DEBAR_A_SHA256] = BYTES(DEBAR_SHA256_SIZE),
	[DEBAR_A_NAME] = TEXT(DEBAR_NAME_MAX + 1),
	[DEBAR_A_SERIAL] = U64,
	[DEBAR_A_DETAIL] = U32,
	[DEBAR_A_N_PRODUCTS] = U32,
	[DEBAR_A_N_BANS] = U32,
	[DEBAR_A_N_SIZES] = U32,
	[DEBAR_A_N_UNSIZED] = U32,
	[DEBAR_A_TIME] = U64,
	[DEBAR_A_PRODUCT_ID] = U32,
	[DEBAR_A_VENDOR] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_PRODUCT] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_AUTHORITY] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_ACTION] = U32,
	[DEBAR_A_LAST_HIT] = U64,
	[DEBAR_A_FILE_SIZE] = U64,
	[DEBAR_A_KIND] = U32,
	[DEBAR_A_REASON] = U32,
	[DEBAR_A_VERDICT] = U32,
	[DEBAR_A_PATH] = TEXT(DEBAR_PATH_MAX + 1),
	[DEBAR_A_PATH_TRUNCATED] = FLAG,
	[DEBAR_A_DEV] = U32,
	[DEBAR_A_INODE] = U64,
	[DEBAR_A_PID] = U32,
	[DEBAR_A_PPID] = U32,
	[DEBAR_A_COMM] = TEXT(MEMBER_SIZE(struct debar_event, comm)),
	[DEBAR_A_UID] = U32,
	[DEBAR_A_AUID] = U32,
	[DEBAR_A_ERRNO] = U32,
	[DEBAR_A_RELEASE] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_EFFECTIVE] = U64,
	[DEBAR_A_EXPIRES] = U64,
	[DEBAR_A_EXCEPTED] = FLAG,
	[DEBAR_A_APPROVER] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_JUSTIFICATION] = TEXT(DEBAR_TEXT_MAX + 1),
	[DEBAR_A_N_EXCEPTIONS] = U32,
	[DEBAR_A_SIGNERS] = U32,
	[DEBAR_A_SIGNER] = BYTES(DEBAR_SHA256_SIZE),
	[DEBAR_A_ALLOW_ROLLBACK] = FLAG,
	[DEBAR_A_SEALED] = FLAG,
	[DEBAR_A_N_CERTIFICATES] = U32,
	[DEBAR_A_SYSTEM_KEYS] = FLAG,
	[DEBAR_A_SUPPRESSED] = U64,
	[DEBAR_A_RING] = U32,
	[DEBAR_A_AUDIT] = FLAG,
	[DEBAR_A_OLD_MODE] = U32,
	[DEBAR_A_OLD_SERIAL] = U64,
	[DEBAR_A_TEXT] = TEXT(DEBAR_TEXT_MAX + 1),
};

static const struct shape coverage_shapes[DEBAR_COVERAGE_A_MAX + 1] = {
	[DEBAR_COVERAGE_A_KIND] = U32,
	[DEBAR_COVERAGE_A_ACTIVE] = FLAG,
	[DEBAR_COVERAGE_A_TEXT] = TEXT(MEMBER_SIZE(struct debar_coverage, text)),
};

/*
 * A message taken apart. Getters of what is missing set @err and give zero, so
 * that a structure is filled without a test at each field.
 */
struct reader {
	const struct nlattr *attr[DEBAR_A_MAX + 1];
	int err;
};

static bool has_shape(const struct nlattr *attr, const struct shape *shape)
{
	size_t length = nla_len(attr);

	if (length < shape->min || length > shape->max)
		return false;
	if (!shape->text)
		return true;
	return memchr(nla_data(attr), '\0', length) ==
		(const char *)nla_data(attr) + length - 1;
}

static bool comes_again(int type)
{
	return type == DEBAR_A_COVERAGE || type == DEBAR_A_SIGNER || type == DEBAR_A_PAD;
}

static int take_apart(const struct nlattr *head, int length, const struct shape *shape,
		      int max, const struct nlattr **attrs)
{
	const struct nlattr *attr;
	int left = length;

	for (attr = head; nla_ok(attr, left);
	     attr = nla_next((struct nlattr *)attr, &left)) {
		int type = nla_type(attr);

		if (type == 0 || type > max)
			continue;
		if (!has_shape(attr, &shape[type]))
			return -EPROTO;
		/* Whoever wants those that come several times walks them again. */
		if (attrs[type] && shape == shapes && !comes_again(type))
			return -EPROTO;
		attrs[type] = attr;
	}
	return left > 0 ? -EPROTO : 0;
}

static struct reader read_message(const struct nlmsghdr *hdr, int cmd)
{
	struct reader r = { 0 };

	if (debar_wire_command(hdr) != cmd) {
		r.err = -EPROTO;
		return r;
	}
	r.err = take_apart(nlmsg_attrdata(hdr, GENL_HDRLEN),
			   nlmsg_attrlen(hdr, GENL_HDRLEN), shapes, DEBAR_A_MAX, r.attr);
	return r;
}

static bool has(const struct reader *r, int type)
{
	return !r->err && r->attr[type];
}

static const struct nlattr *need(struct reader *r, int type)
{
	if (!r->err && !r->attr[type])
		r->err = -EPROTO;
	return r->err ? NULL : r->attr[type];
}

static uint32_t u32(struct reader *r, int type)
{
	const struct nlattr *attr = need(r, type);

	return attr ? nla_get_u32(attr) : 0;
}

static uint64_t u64(struct reader *r, int type)
{
	const struct nlattr *attr = need(r, type);

	return attr ? nla_get_u64(attr) : 0;
}

/* The shape has made sure that it fits. */
static void bytes(struct reader *r, int type, void *to)
{
	const struct nlattr *attr = need(r, type);

	if (attr)
		memcpy(to, nla_data(attr), nla_len(attr));
}

/* Leaves "" where it is missing. */
static void optional_text(struct reader *r, int type, char *to)
{
	if (has(r, type))
		bytes(r, type, to);
}

/* Leaves 0 where it is missing. */
static void optional_u64(struct reader *r, int type, uint64_t *to)
{
	if (has(r, type))
		*to = u64(r, type);
}

int debar_wire_command(const struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	if (hdr->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return -EPROTO;
	return genl->cmd;
}

int debar_wire_protocol(const struct nlmsghdr *hdr, uint32_t *ret_protocol)
{
	const struct nlattr *attr;

	if (debar_wire_command(hdr) < 0)
		return -EPROTO;
	attr = nlmsg_find_attr((struct nlmsghdr *)hdr, GENL_HDRLEN, DEBAR_A_PROTOCOL);
	if (!attr || !has_shape(attr, &shapes[DEBAR_A_PROTOCOL]))
		return -EPROTO;
	*ret_protocol = nla_get_u32(attr);
	return 0;
}

static int read_coverage(const struct nlattr *nest, struct debar_coverage *coverage)
{
	const struct nlattr *attr[DEBAR_COVERAGE_A_MAX + 1] = { 0 };
	const struct nlattr *text;

	if (take_apart(nla_data(nest), nla_len(nest), coverage_shapes,
		       DEBAR_COVERAGE_A_MAX, attr) || !attr[DEBAR_COVERAGE_A_KIND])
		return -EPROTO;
	coverage->kind = nla_get_u32(attr[DEBAR_COVERAGE_A_KIND]);
	coverage->active = attr[DEBAR_COVERAGE_A_ACTIVE];
	text = attr[DEBAR_COVERAGE_A_TEXT];
	if (!coverage->active && !text)
		return -EPROTO;
	if (text)
		memcpy(coverage->text, nla_data(text), nla_len(text));
	return 0;
}

int debar_wire_status(const struct nlmsghdr *hdr, struct debar_status *ret_status)
{
	struct reader r = read_message(hdr, DEBAR_CMD_STATUS_GET);
	struct debar_status *s = ret_status;
	const struct nlattr *attr;
	int left;

	memset(s, 0, sizeof(*s));
	s->protocol = u32(&r, DEBAR_A_PROTOCOL);
	bytes(&r, DEBAR_A_VERSION, s->version);
	s->mode = u32(&r, DEBAR_A_MODE);
	s->off = has(&r, DEBAR_A_OFF);
	s->sealed = has(&r, DEBAR_A_SEALED);
	s->n_certificates = u32(&r, DEBAR_A_N_CERTIFICATES);
	s->system_keys = has(&r, DEBAR_A_SYSTEM_KEYS);
	s->generation = u32(&r, DEBAR_A_GENERATION);
	s->denied = u64(&r, DEBAR_A_DENIED);
	s->observed = u64(&r, DEBAR_A_OBSERVED);
	s->failed = u64(&r, DEBAR_A_FAILED);
	s->hashed = u64(&r, DEBAR_A_HASHED);
	s->cached = u64(&r, DEBAR_A_CACHED);
	s->event_seq = u64(&r, DEBAR_A_EVENT_SEQ);
	s->events_lost = u64(&r, DEBAR_A_EVENTS_LOST);
	s->suppressed = u64(&r, DEBAR_A_SUPPRESSED);
	s->ring = u32(&r, DEBAR_A_RING);
	s->audit = has(&r, DEBAR_A_AUDIT);
	s->loaded_ns = u64(&r, DEBAR_A_TIME);
	if (r.err)
		return r.err;

	nlmsg_for_each_attr(attr, (struct nlmsghdr *)hdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != DEBAR_A_COVERAGE)
			continue;
		if (s->n_coverage == ARRAY_SIZE(s->coverage) ||
		    read_coverage(attr, &s->coverage[s->n_coverage++]))
			return -EPROTO;
	}
	return 0;
}

int debar_wire_upload(const struct nlmsghdr *hdr, uint32_t *ret_upload)
{
	struct reader r = read_message(hdr, DEBAR_CMD_POLICY_BEGIN);

	*ret_upload = u32(&r, DEBAR_A_UPLOAD);
	return r.err;
}

int debar_wire_check(const struct nlmsghdr *hdr, struct debar_check *ret_check)
{
	struct reader r = read_message(hdr, DEBAR_CMD_CHECK);
	struct debar_check *c = ret_check;

	memset(c, 0, sizeof(*c));
	c->verdict = u32(&r, DEBAR_A_VERDICT);
	c->mode = u32(&r, DEBAR_A_MODE);
	c->generation = u32(&r, DEBAR_A_GENERATION);
	c->banned = has(&r, DEBAR_A_ACTION);
	if (c->banned) {
		c->action = u32(&r, DEBAR_A_ACTION);
		bytes(&r, DEBAR_A_NAME, c->policy);
		c->serial = u64(&r, DEBAR_A_SERIAL);
		bytes(&r, DEBAR_A_VENDOR, c->vendor);
		bytes(&r, DEBAR_A_PRODUCT, c->product);
		optional_text(&r, DEBAR_A_RELEASE, c->release);
		bytes(&r, DEBAR_A_AUTHORITY, c->authority);
		c->excepted = has(&r, DEBAR_A_EXCEPTED);
	} else if (c->verdict != DEBAR_VERDICT_ALLOW) {
		return -EPROTO;
	}
	return r.err;
}

int debar_wire_policy(const struct nlmsghdr *hdr, struct debar_policy *ret_policy)
{
	struct reader r = read_message(hdr, DEBAR_CMD_POLICY_GET);
	struct debar_policy *p = ret_policy;
	const struct nlattr *attr;
	int left;

	memset(p, 0, sizeof(*p));
	p->generation = u32(&r, DEBAR_A_GENERATION);
	bytes(&r, DEBAR_A_NAME, p->name);
	p->serial = u64(&r, DEBAR_A_SERIAL);
	bytes(&r, DEBAR_A_SHA256, p->sha256);
	p->length = u32(&r, DEBAR_A_LENGTH);
	p->n_products = u32(&r, DEBAR_A_N_PRODUCTS);
	p->n_bans = u32(&r, DEBAR_A_N_BANS);
	p->n_sizes = u32(&r, DEBAR_A_N_SIZES);
	p->n_unsized = u32(&r, DEBAR_A_N_UNSIZED);
	p->n_exceptions = u32(&r, DEBAR_A_N_EXCEPTIONS);
	p->time_ns = u64(&r, DEBAR_A_TIME);
	p->n_signers_needed = u32(&r, DEBAR_A_SIGNERS);
	if (r.err)
		return r.err;

	nlmsg_for_each_attr(attr, (struct nlmsghdr *)hdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != DEBAR_A_SIGNER)
			continue;
		if (p->n_signers == ARRAY_SIZE(p->signers))
			return -EPROTO;
		memcpy(p->signers[p->n_signers++], nla_data(attr), DEBAR_SHA256_SIZE);
	}
	return 0;
}

int debar_wire_product(const struct nlmsghdr *hdr, struct debar_product *ret_product)
{
	struct reader r = read_message(hdr, DEBAR_CMD_PRODUCT_GET);
	struct debar_product *p = ret_product;

	memset(p, 0, sizeof(*p));
	p->id = u32(&r, DEBAR_A_PRODUCT_ID);
	bytes(&r, DEBAR_A_VENDOR, p->vendor);
	bytes(&r, DEBAR_A_PRODUCT, p->product);
	optional_text(&r, DEBAR_A_RELEASE, p->release);
	bytes(&r, DEBAR_A_AUTHORITY, p->authority);
	p->action = u32(&r, DEBAR_A_ACTION);
	optional_u64(&r, DEBAR_A_EFFECTIVE, &p->effective);
	optional_u64(&r, DEBAR_A_EXPIRES, &p->expires);
	p->denied = u64(&r, DEBAR_A_DENIED);
	p->observed = u64(&r, DEBAR_A_OBSERVED);
	optional_u64(&r, DEBAR_A_LAST_HIT, &p->last_hit_ns);
	return r.err;
}

int debar_wire_exception(const struct nlmsghdr *hdr,
			 struct debar_exception *ret_exception)
{
	struct reader r = read_message(hdr, DEBAR_CMD_EXCEPTION_GET);
	struct debar_exception *e = ret_exception;

	memset(e, 0, sizeof(*e));
	e->of_file = has(&r, DEBAR_A_SHA256);
	if (e->of_file)
		bytes(&r, DEBAR_A_SHA256, e->sha256);
	else
		e->product_id = u32(&r, DEBAR_A_PRODUCT_ID);
	bytes(&r, DEBAR_A_APPROVER, e->approver);
	bytes(&r, DEBAR_A_JUSTIFICATION, e->reason);
	e->expires = u64(&r, DEBAR_A_EXPIRES);
	return r.err;
}

int debar_wire_ban(const struct nlmsghdr *hdr, struct debar_ban *ret_ban)
{
	struct reader r = read_message(hdr, DEBAR_CMD_BAN_GET);
	struct debar_ban *b = ret_ban;

	memset(b, 0, sizeof(*b));
	bytes(&r, DEBAR_A_SHA256, b->sha256);
	b->sized = has(&r, DEBAR_A_FILE_SIZE);
	if (b->sized)
		b->size = u64(&r, DEBAR_A_FILE_SIZE);
	b->product_id = u32(&r, DEBAR_A_PRODUCT_ID);
	return r.err;
}

/* What every file's event has. */
static void read_file(struct reader *r, struct debar_event *e)
{
	uint32_t dev;

	e->kind = u32(r, DEBAR_A_KIND);
	e->verdict = u32(r, DEBAR_A_VERDICT);
	bytes(r, DEBAR_A_PATH, e->path);
	e->path_truncated = has(r, DEBAR_A_PATH_TRUNCATED);
	dev = u32(r, DEBAR_A_DEV);
	e->dev_major = dev >> 20;
	e->dev_minor = dev & ((1u << 20) - 1);
	e->inode = u64(r, DEBAR_A_INODE);
	e->file_size = u64(r, DEBAR_A_FILE_SIZE);
}

static void read_ban(struct reader *r, struct debar_event *e)
{
	bytes(r, DEBAR_A_SHA256, e->sha256);
	e->action = u32(r, DEBAR_A_ACTION);
	bytes(r, DEBAR_A_NAME, e->policy);
	e->serial = u64(r, DEBAR_A_SERIAL);
	bytes(r, DEBAR_A_VENDOR, e->vendor);
	bytes(r, DEBAR_A_PRODUCT, e->product);
	optional_text(r, DEBAR_A_RELEASE, e->release);
	bytes(r, DEBAR_A_AUTHORITY, e->authority);
	e->excepted = has(r, DEBAR_A_EXCEPTED);
}

static void read_policy_change(struct reader *r, struct debar_event *e)
{
	bytes(r, DEBAR_A_NAME, e->policy);
	e->serial = u64(r, DEBAR_A_SERIAL);
	optional_u64(r, DEBAR_A_OLD_SERIAL, &e->old_serial);
	bytes(r, DEBAR_A_SHA256, e->sha256);
	e->n_bans = u32(r, DEBAR_A_N_BANS);
}

int debar_wire_event(const struct nlmsghdr *hdr, struct debar_event *ret_event)
{
	struct reader r = read_message(hdr, DEBAR_CMD_EVENT);
	struct debar_event *e = ret_event;

	memset(e, 0, sizeof(*e));
	e->seq = u64(&r, DEBAR_A_EVENT_SEQ);
	e->time_ns = u64(&r, DEBAR_A_TIME);
	e->reason = u32(&r, DEBAR_A_REASON);
	e->mode = u32(&r, DEBAR_A_MODE);
	e->pid = u32(&r, DEBAR_A_PID);
	e->ppid = u32(&r, DEBAR_A_PPID);
	bytes(&r, DEBAR_A_COMM, e->comm);
	e->uid = u32(&r, DEBAR_A_UID);
	e->auid = u32(&r, DEBAR_A_AUID);
	if (debar_reason_of_file(e->reason))
		read_file(&r, e);
	switch (e->reason) {
	case DEBAR_REASON_BAN:
		read_ban(&r, e);
		break;
	case DEBAR_REASON_NO_MEMORY:
	case DEBAR_REASON_UNREADABLE:
	case DEBAR_REASON_CRYPTO:
	case DEBAR_REASON_KILLED:
	case DEBAR_REASON_BUSY:
		e->error = u32(&r, DEBAR_A_ERRNO);
		break;
	case DEBAR_REASON_GAP:
		e->error = u32(&r, DEBAR_A_ERRNO);
		e->kind = u32(&r, DEBAR_A_KIND);
		break;
	case DEBAR_REASON_COVERED:
		e->kind = u32(&r, DEBAR_A_KIND);
		break;
	case DEBAR_REASON_START:
		bytes(&r, DEBAR_A_VERSION, e->version);
		e->off = has(&r, DEBAR_A_OFF);
		break;
	case DEBAR_REASON_POLICY_LOAD:
	case DEBAR_REASON_POLICY_REPLACE:
	case DEBAR_REASON_POLICY_REMOVE:
		read_policy_change(&r, e);
		break;
	case DEBAR_REASON_POLICY_REJECT:
		bytes(&r, DEBAR_A_SHA256, e->sha256);
		e->error = u32(&r, DEBAR_A_ERRNO);
		bytes(&r, DEBAR_A_TEXT, e->text);
		break;
	case DEBAR_REASON_MODE:
		e->old_mode = u32(&r, DEBAR_A_OLD_MODE);
		break;
	/* One that is not known here has at least what all have. */
	default:
		break;
	}
	if (!r.err && !e->seq)
		return -EPROTO;
	return r.err;
}

/* The kernel's sentence among the attributes after a refusal, or "". */
static int read_extack(const char *from, size_t length, char *text, size_t size)
{
	const struct nlattr *attr;
	int left = length;

	for (attr = (const struct nlattr *)from; nla_ok(attr, left);
	     attr = nla_next((struct nlattr *)attr, &left)) {
		size_t n = nla_len(attr);

		if (nla_type(attr) != NLMSGERR_ATTR_MSG)
			continue;
		n = strnlen(nla_data(attr), n);
		if (n >= size)
			n = size - 1;
		memcpy(text, nla_data(attr), n);
		text[n] = '\0';
	}
	return left > 0 ? -EPROTO : 0;
}

int debar_wire_end(const struct nlmsghdr *hdr, char *text, size_t size)
{
	const char *data = nlmsg_data(hdr);
	size_t length, skip;
	int error;

	text[0] = '\0';
	if (hdr->nlmsg_len < NLMSG_HDRLEN + sizeof(error))
		return -EPROTO;
	length = hdr->nlmsg_len - NLMSG_HDRLEN;
	memcpy(&error, data, sizeof(error));
	skip = sizeof(error);
	if (hdr->nlmsg_type == NLMSG_ERROR) {
		struct nlmsgerr e;

		if (length < sizeof(e))
			return -EPROTO;
		memcpy(&e, data, sizeof(e));
		skip = sizeof(e);
		/* Our request is quoted, whole or only its header. */
		if (!(hdr->nlmsg_flags & NLM_F_CAPPED)) {
			if (e.msg.nlmsg_len < NLMSG_HDRLEN ||
			    e.msg.nlmsg_len - NLMSG_HDRLEN > length - skip)
				return error < 0 ? error : -EPROTO;
			skip += NLMSG_ALIGN(e.msg.nlmsg_len - NLMSG_HDRLEN);
		}
	}
	if ((hdr->nlmsg_flags & NLM_F_ACK_TLVS) && skip < length &&
	    read_extack(data + skip, length - skip, text, size) && !error)
		return -EPROTO;
	/* So Linux ends a dump whose family went away in the middle of it. */
	if (error == -EPROTONOSUPPORT)
		return -ENOENT;
	return error > 0 ? -EPROTO : error;
}
