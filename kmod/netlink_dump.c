// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the dump of the policies.
 */
#include "netlink_dump.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/compat.h"
#include "limits.h"
#include "netlink_request.h"
#include "policy.h"
#include "tally.h"

/**
 * struct policies_dump - where a dump of the policies is
 * @set: the snapshot; held until the dump is over; may be NULL
 * @name: only this policy; empty for all
 * @detail: how deep
 * @policy: index in @set of the policy that is being told
 * @told: its own message has been sent
 * @product: index of its next product
 * @exception: index of its next exception
 * @ban: index of its next ban
 */
struct policies_dump {
	struct debar_policy_set *set;
	char name[DEBAR_NAME_MAX + 1];
	enum debar_detail detail;
	u32 policy;
	bool told;
	u32 product;
	u32 exception;
	u32 ban;
};

static atomic_t n_dumps;

static struct policies_dump *make_dump(void)
{
	struct policies_dump *dump;

	if (!atomic_add_unless(&n_dumps, 1, DEBAR_DUMPS_MAX))
		return ERR_PTR(-EBUSY);
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (dump)
		return dump;
	atomic_dec(&n_dumps);
	return ERR_PTR(-ENOMEM);
}

static void free_dump(struct policies_dump *dump)
{
	debar_policy_put(dump->set);
	kfree(dump);
	atomic_dec(&n_dumps);
}

static bool wanted(const struct policies_dump *dump, const struct debar_policy *policy)
{
	return dump->name[0] == '\0' ||
	       strcmp(dump->name, policy->image.header->name) == 0;
}

/*
 * Refusals of a dump come from its first call rather than from .start, whose
 * texts Linux 6.1 loses.
 */
static int policies_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = debar_dump_attrs(cb);
	struct policies_dump *dump;
	int err;
	u32 i;

	err = debar_netlink_permitted(cb->skb, cb->extack);
	if (err)
		return err;
	dump = make_dump();
	if (IS_ERR(dump)) {
		const char *why = PTR_ERR(dump) == -EBUSY ?
			"too many others are reading the list: try again in a moment" :
			"no memory to list the policies";

		return debar_netlink_refuse(cb->extack, PTR_ERR(dump), why);
	}
	if (attrs[DEBAR_A_DETAIL])
		dump->detail = nla_get_u32(attrs[DEBAR_A_DETAIL]);
	if (attrs[DEBAR_A_NAME])
		strscpy(dump->name, nla_data(attrs[DEBAR_A_NAME]), sizeof(dump->name));
	dump->set = debar_policy_get();
	if (dump->name[0] != '\0') {
		for (i = 0; dump->set && i < dump->set->n; i++)
			if (wanted(dump, dump->set->policies[i]))
				goto found;
		free_dump(dump);
		return debar_netlink_refuse(cb->extack, -ENOENT,
					    "no live policy has that name");
	}
found:
	cb->args[0] = (long)dump;
	return 0;
}

int debar_netlink_policies_done(struct netlink_callback *cb)
{
	struct policies_dump *dump = (void *)cb->args[0];

	if (dump)
		free_dump(dump);
	return 0;
}

static void *begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &debar_netlink_family, NLM_F_MULTI, cmd);
}

static int end(struct sk_buff *skb, void *header, int err)
{
	if (err)
		genlmsg_cancel(skb, header);
	else
		genlmsg_end(skb, header);
	return err ? -EMSGSIZE : 0;
}

static int put_policy(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct debar_policy_set *set,
		      const struct debar_policy *policy)
{
	const struct debar_image *image = &policy->image;
	void *header = begin(skb, cb, DEBAR_CMD_POLICY_GET);
	u32 i;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put_u32(skb, DEBAR_A_GENERATION, set->generation) ?:
	      nla_put_string(skb, DEBAR_A_NAME, image->header->name) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_SERIAL,
				le64_to_cpu(image->header->serial), DEBAR_A_PAD) ?:
	      nla_put(skb, DEBAR_A_SHA256, sizeof(policy->sha256), policy->sha256) ?:
	      nla_put_u32(skb, DEBAR_A_LENGTH, policy->length) ?:
	      nla_put_u32(skb, DEBAR_A_N_PRODUCTS, image->n_products) ?:
	      nla_put_u32(skb, DEBAR_A_N_BANS, image->n_bans) ?:
	      nla_put_u32(skb, DEBAR_A_N_SIZES, image->n_sizes) ?:
	      nla_put_u32(skb, DEBAR_A_N_UNSIZED, image->n_unsized) ?:
	      nla_put_u32(skb, DEBAR_A_N_EXCEPTIONS, image->n_exceptions) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_TIME, policy->time_ns, DEBAR_A_PAD) ?:
	      nla_put_u32(skb, DEBAR_A_SIGNERS, le32_to_cpu(image->header->signers));
	for (i = 0; !err && i < policy->signers.n; i++)
		err = nla_put(skb, DEBAR_A_SIGNER, DEBAR_SHA256_SIZE,
			      policy->signers.sha256[i]);
	return end(skb, header, err);
}

/* An instant; 0 is none. */
static int put_instant(struct sk_buff *skb, int attr, __le64 seconds)
{
	return seconds ? nla_put_u64_64bit(skb, attr, le64_to_cpu(seconds), DEBAR_A_PAD) : 0;
}

/* Which product it is, in short. */
static int put_names(struct sk_buff *skb, const struct debar_policy *policy, u32 product)
{
	const char *release = debar_policy_release(policy, product);

	return nla_put_string(skb, DEBAR_A_VENDOR, debar_policy_vendor(policy, product)) ?:
	       nla_put_string(skb, DEBAR_A_PRODUCT,
			      debar_policy_product(policy, product)) ?:
	       (release ? nla_put_string(skb, DEBAR_A_RELEASE, release) : 0) ?:
	       nla_put_string(skb, DEBAR_A_AUTHORITY,
			      debar_policy_authority(policy, product));
}

int debar_netlink_put_match(struct sk_buff *skb, const struct debar_match *match)
{
	const struct debar_image_header *header = match->policy->image.header;

	return nla_put_u32(skb, DEBAR_A_ACTION, match->action) ?:
	       nla_put_string(skb, DEBAR_A_NAME, header->name) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_SERIAL, le64_to_cpu(header->serial),
				 DEBAR_A_PAD) ?:
	       put_names(skb, match->policy, match->product) ?:
	       (match->excepted ? nla_put_flag(skb, DEBAR_A_EXCEPTED) : 0);
}

static int put_product(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct debar_policy *policy, u32 product)
{
	const struct debar_image_product *p = &policy->image.products[product];
	const struct debar_tally *tally = policy->tallies[product];
	void *header = begin(skb, cb, DEBAR_CMD_PRODUCT_GET);
	u64 last;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put_u32(skb, DEBAR_A_PRODUCT_ID, product) ?:
	      put_names(skb, policy, product) ?:
	      nla_put_u32(skb, DEBAR_A_ACTION, debar_policy_action(policy, product)) ?:
	      put_instant(skb, DEBAR_A_EFFECTIVE, p->effective) ?:
	      put_instant(skb, DEBAR_A_EXPIRES, p->expires) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_DENIED, atomic64_read(&tally->denied),
				DEBAR_A_PAD) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_OBSERVED,
				atomic64_read(&tally->observed), DEBAR_A_PAD);
	last = atomic64_read(&tally->last_ns);
	if (!err && last)
		err = nla_put_u64_64bit(skb, DEBAR_A_LAST_HIT, last, DEBAR_A_PAD);
	return end(skb, header, err);
}

static int put_exception(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct debar_policy *policy,
			 const struct debar_image_exception *e)
{
	void *header = begin(skb, cb, DEBAR_CMD_EXCEPTION_GET);
	u32 product = le32_to_cpu(e->product);
	const char *text = policy->image.text;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = product == DEBAR_IMAGE_NONE ?
		nla_put(skb, DEBAR_A_SHA256, sizeof(e->sha256), e->sha256) :
		nla_put_u32(skb, DEBAR_A_PRODUCT_ID, product);
	err = err ?:
	      nla_put_string(skb, DEBAR_A_APPROVER, text + le32_to_cpu(e->approver)) ?:
	      nla_put_string(skb, DEBAR_A_JUSTIFICATION,
			     text + le32_to_cpu(e->reason)) ?:
	      put_instant(skb, DEBAR_A_EXPIRES, e->expires);
	return end(skb, header, err);
}

static int put_ban(struct sk_buff *skb, struct netlink_callback *cb,
		   const struct debar_image *image, const struct debar_image_ban *ban)
{
	void *header = begin(skb, cb, DEBAR_CMD_BAN_GET);
	u64 size;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put(skb, DEBAR_A_SHA256, sizeof(ban->sha256), ban->sha256) ?:
	      nla_put_u32(skb, DEBAR_A_PRODUCT_ID, debar_image_ban_product(ban));
	if (!err && debar_image_ban_size(image, ban, &size))
		err = nla_put_u64_64bit(skb, DEBAR_A_FILE_SIZE, size, DEBAR_A_PAD);
	return end(skb, header, err);
}

/* All of one policy, from where the dump is. -EMSGSIZE: @skb is full. */
static int tell_policy(struct sk_buff *skb, struct netlink_callback *cb,
		       struct policies_dump *dump, const struct debar_policy *policy)
{
	const struct debar_image *image = &policy->image;
	int err;

	if (!dump->told) {
		err = put_policy(skb, cb, dump->set, policy);
		if (err)
			return err;
		dump->told = true;
	}
	if (dump->detail < DEBAR_DETAIL_PRODUCTS)
		return 0;
	for (; dump->product < image->n_products; dump->product++) {
		err = put_product(skb, cb, policy, dump->product);
		if (err)
			return err;
	}
	for (; dump->exception < image->n_exceptions; dump->exception++) {
		err = put_exception(skb, cb, policy,
				    &image->exceptions[dump->exception]);
		if (err)
			return err;
	}
	if (dump->detail < DEBAR_DETAIL_BANS)
		return 0;
	for (; dump->ban < image->n_bans; dump->ban++) {
		err = put_ban(skb, cb, image, &image->bans[dump->ban]);
		if (err)
			return err;
	}
	return 0;
}

int debar_netlink_policies_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct debar_policy_set *set;
	struct policies_dump *dump;
	int err;

	if (!cb->args[0]) {
		err = policies_begin(cb);
		if (err)
			return err;
	}
	dump = (void *)cb->args[0];
	set = dump->set;
	for (; set && dump->policy < set->n; dump->policy++) {
		const struct debar_policy *policy = set->policies[dump->policy];

		if (wanted(dump, policy) && tell_policy(skb, cb, dump, policy))
			return skb->len ? skb->len : -EMSGSIZE;
		dump->told = false;
		dump->product = 0;
		dump->exception = 0;
		dump->ban = 0;
	}
	return skb->len;
}
