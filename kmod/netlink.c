// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "debar": commands and notifications.
 */
#include "netlink.h"

#include <linux/cred.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "audit.h"
#include "cache.h"
#include "compat/compat.h"
#include "digest.h"
#include "hook.h"
#include "netlink_dump.h"
#include "netlink_event.h"
#include "netlink_policy.h"
#include "netlink_request.h"
#include "policy.h"
#include "record.h"
#include "ring.h"
#include "seal.h"
#include "trust.h"
#include "upload.h"
#include "verdict.h"
#include "version.h"

static bool switched_off;
static u64 loaded_ns;	/* ns since 1970 */

static int put_coverage(struct sk_buff *skb)
{
	enum debar_kind kind;

	for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++) {
		struct nlattr *nest;
		const char *gap;
		int err;

		if (!debar_hook_coverage(kind, &gap))
			continue;
		nest = nla_nest_start(skb, DEBAR_A_COVERAGE);
		if (!nest)
			return -EMSGSIZE;
		err = nla_put_u32(skb, DEBAR_COVERAGE_A_KIND, kind);
		if (!err && gap)
			err = nla_put_string(skb, DEBAR_COVERAGE_A_TEXT, gap);
		else if (!err)
			err = nla_put_flag(skb, DEBAR_COVERAGE_A_ACTIVE);
		if (err)
			return err;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_counters(struct sk_buff *skb)
{
	struct debar_counters c;

	debar_record_counters(&c);
	return nla_put_u64_64bit(skb, DEBAR_A_DENIED, c.denied, DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_OBSERVED, c.observed, DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_FAILED, c.failed, DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_HASHED, debar_digest_count(),
				 DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_CACHED, debar_cache_hits(), DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_EVENT_SEQ, c.event_seq, DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_EVENTS_LOST, c.events_lost,
				 DEBAR_A_PAD) ?:
	       nla_put_u64_64bit(skb, DEBAR_A_SUPPRESSED, c.suppressed, DEBAR_A_PAD) ?:
	       nla_put_u32(skb, DEBAR_A_RING, debar_ring_size());
}

static int status_get(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb;
	void *header;
	int err;

	skb = debar_netlink_reply_begin(info, DEBAR_CMD_STATUS_GET, &header);
	if (!skb)
		return -ENOMEM;
	err = nla_put_u32(skb, DEBAR_A_PROTOCOL, DEBAR_PROTOCOL) ?:
	      nla_put_string(skb, DEBAR_A_VERSION, DEBAR_VERSION) ?:
	      nla_put_u32(skb, DEBAR_A_MODE, debar_verdict_mode()) ?:
	      nla_put_u32(skb, DEBAR_A_GENERATION, debar_policy_generation());
	if (!err && switched_off)
		err = nla_put_flag(skb, DEBAR_A_OFF);
	if (!err && debar_sealed())
		err = nla_put_flag(skb, DEBAR_A_SEALED);
	if (!err && debar_trust_system_keys())
		err = nla_put_flag(skb, DEBAR_A_SYSTEM_KEYS);
	if (!err && debar_audit_enabled())
		err = nla_put_flag(skb, DEBAR_A_AUDIT);
	if (!err)
		err = nla_put_u32(skb, DEBAR_A_N_CERTIFICATES, debar_trust_count()) ?:
		      nla_put_u64_64bit(skb, DEBAR_A_TIME, loaded_ns, DEBAR_A_PAD);
	if (!err)
		err = put_coverage(skb) ?: put_counters(skb);
	return debar_netlink_reply_end(skb, info, header, err);
}

static int mode_set(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_MODE };
	enum debar_mode mode;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	mode = nla_get_u32(info->attrs[DEBAR_A_MODE]);
	err = debar_mode_set(mode);
	if (err)
		return debar_netlink_refuse(info->extack, err, DEBAR_SEALED_WHY);
	pr_notice("debar: mode %s set by uid %u\n",
		  mode == DEBAR_MODE_ENFORCE ? "enforce" : "permissive",
		  from_kuid(&init_user_ns, current_uid()));
	return 0;
}

static int seal(struct sk_buff *request, struct genl_info *info)
{
	int err = debar_netlink_admit(request, info, NULL, 0);

	if (err)
		return err;
	err = debar_seal();
	return err ? debar_netlink_refuse(info->extack, err,
					  "the module is being unloaded") : 0;
}

static int check(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_SHA256, DEBAR_A_FILE_SIZE };
	struct debar_policy_set *set;
	enum debar_verdict verdict;
	struct debar_match match;
	enum debar_mode mode;
	struct sk_buff *skb;
	void *header;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	skb = debar_netlink_reply_begin(info, DEBAR_CMD_CHECK, &header);
	if (!skb)
		return -ENOMEM;
	set = debar_policy_get_for_size(nla_get_u64(info->attrs[DEBAR_A_FILE_SIZE]));
	verdict = debar_verdict_check(set, nla_data(info->attrs[DEBAR_A_SHA256]),
				      &match, &mode);
	err = nla_put_u32(skb, DEBAR_A_VERDICT,
			  switched_off ? DEBAR_VERDICT_ALLOW : verdict) ?:
	      nla_put_u32(skb, DEBAR_A_MODE, mode) ?:
	      nla_put_u32(skb, DEBAR_A_GENERATION,
			  set ? set->generation : debar_policy_generation());
	if (!err && verdict != DEBAR_VERDICT_ALLOW)
		err = debar_netlink_put_match(skb, &match);
	debar_policy_put(set);
	return debar_netlink_reply_end(skb, info, header, err);
}

/*
 * Strict: what is not in a command's array is refused by genetlink, and so are, but
 * on Linux 5.10, unknown flags and reserved fields of the header.
 */

/* Without an array, Linux 5.10 takes any attribute. */
static const struct nla_policy nothing_policy[DEBAR_A_PAD + 1] = {
	[DEBAR_A_PAD] = { .type = NLA_REJECT },
};

static const struct nla_policy mode_set_policy[DEBAR_A_MODE + 1] = {
	[DEBAR_A_MODE] = NLA_POLICY_MAX(NLA_U32, __DEBAR_MODE_LAST - 1),
};

static const struct nla_policy begin_policy[DEBAR_A_SHA256 + 1] = {
	[DEBAR_A_LENGTH] = { .type = NLA_U32 },
	[DEBAR_A_SHA256] = NLA_POLICY_EXACT_LEN(DEBAR_SHA256_SIZE),
};

static const struct nla_policy chunk_policy[DEBAR_A_DATA + 1] = {
	[DEBAR_A_UPLOAD] = { .type = NLA_U32 },
	[DEBAR_A_OFFSET] = { .type = NLA_U32 },
	/* At most; NLA_POLICY_RANGE() keeps its bounds in 16 bits with a sign. */
	[DEBAR_A_DATA] = { .type = NLA_BINARY, .len = DEBAR_CHUNK_MAX },
};

static const struct nla_policy signature_policy[DEBAR_A_DATA + 1] = {
	[DEBAR_A_UPLOAD] = { .type = NLA_U32 },
	[DEBAR_A_DATA] = { .type = NLA_BINARY, .len = DEBAR_CHUNK_MAX },
};

static const struct nla_policy upload_policy[DEBAR_A_UPLOAD + 1] = {
	[DEBAR_A_UPLOAD] = { .type = NLA_U32 },
};

static const struct nla_policy commit_policy[DEBAR_A_ALLOW_ROLLBACK + 1] = {
	[DEBAR_A_UPLOAD] = { .type = NLA_U32 },
	[DEBAR_A_ALLOW_ROLLBACK] = { .type = NLA_FLAG },
};

static const struct nla_policy floor_policy[DEBAR_A_SERIAL + 1] = {
	[DEBAR_A_NAME] = { .type = NLA_NUL_STRING, .len = DEBAR_NAME_MAX },
	[DEBAR_A_SERIAL] = { .type = NLA_U64 },
};

static const struct nla_policy remove_policy[DEBAR_A_NAME + 1] = {
	[DEBAR_A_NAME] = { .type = NLA_NUL_STRING, .len = DEBAR_NAME_MAX },
};

static const struct nla_policy check_policy[DEBAR_A_FILE_SIZE + 1] = {
	[DEBAR_A_SHA256] = NLA_POLICY_EXACT_LEN(DEBAR_SHA256_SIZE),
	[DEBAR_A_FILE_SIZE] = { .type = NLA_U64 },
};

static const struct nla_policy policies_policy[DEBAR_A_DETAIL + 1] = {
	[DEBAR_A_NAME] = { .type = NLA_NUL_STRING, .len = DEBAR_NAME_MAX },
	[DEBAR_A_DETAIL] = NLA_POLICY_MAX(NLA_U32, __DEBAR_DETAIL_LAST - 1),
};

static const struct nla_policy events_policy[DEBAR_A_EVENT_SEQ + 1] = {
	[DEBAR_A_EVENT_SEQ] = { .type = NLA_U64 },
};

static const struct genl_ops ops[] = {
	{
		.cmd = DEBAR_CMD_STATUS_GET,
		.doit = status_get,
		.policy = nothing_policy,
		.maxattr = ARRAY_SIZE(nothing_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_MODE_SET,
		.doit = mode_set,
		.policy = mode_set_policy,
		.maxattr = ARRAY_SIZE(mode_set_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_BEGIN,
		.doit = debar_netlink_policy_begin,
		.policy = begin_policy,
		.maxattr = ARRAY_SIZE(begin_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_CHUNK,
		.doit = debar_netlink_policy_chunk,
		.policy = chunk_policy,
		.maxattr = ARRAY_SIZE(chunk_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_COMMIT,
		.doit = debar_netlink_policy_commit,
		.policy = commit_policy,
		.maxattr = ARRAY_SIZE(commit_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_SIGNATURE,
		.doit = debar_netlink_policy_signature,
		.policy = signature_policy,
		.maxattr = ARRAY_SIZE(signature_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_FLOOR_SET,
		.doit = debar_netlink_floor_set,
		.policy = floor_policy,
		.maxattr = ARRAY_SIZE(floor_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_SEAL,
		.doit = seal,
		.policy = nothing_policy,
		.maxattr = ARRAY_SIZE(nothing_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_ABORT,
		.doit = debar_netlink_policy_abort,
		.policy = upload_policy,
		.maxattr = ARRAY_SIZE(upload_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_REMOVE,
		.doit = debar_netlink_policy_remove,
		.policy = remove_policy,
		.maxattr = ARRAY_SIZE(remove_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_CHECK,
		.doit = check,
		.policy = check_policy,
		.maxattr = ARRAY_SIZE(check_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_POLICY_GET,
		.dumpit = debar_netlink_policies_dump,
		.done = debar_netlink_policies_done,
		.policy = policies_policy,
		.maxattr = ARRAY_SIZE(policies_policy) - 1,
	},
	{
		.cmd = DEBAR_CMD_EVENT_GET,
		.start = debar_netlink_events_start,
		.dumpit = debar_netlink_events_dump,
		.policy = events_policy,
		.maxattr = ARRAY_SIZE(events_policy) - 1,
	},
};

static const struct genl_multicast_group groups[] = {
	/* Events tell what is banned: not for everybody. */
	{ .name = DEBAR_GENL_GROUP, DEBAR_MCAST_ADMIN },
};

struct genl_family debar_netlink_family __ro_after_init = {
	.name = DEBAR_GENL_NAME,
	.version = DEBAR_PROTOCOL,
	.module = THIS_MODULE,
	/*
	 * Commands lock for themselves: a long one holds up no other command. It does
	 * hold up who registers or unregisters a family, for genetlink holds a lock for
	 * reading around each command; and then, behind that one, everybody.
	 */
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static void notify(const struct debar_event *event)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&debar_netlink_family, &init_net, 0))
		return;
	skb = genlmsg_new(debar_netlink_event_size(event), GFP_KERNEL);
	if (!skb)
		return;
	if (debar_netlink_put_event(skb, 0, 0, 0, event)) {
		nlmsg_free(skb);
		return;
	}
	/* A hint only: who misses it finds the event in the ring. */
	genlmsg_multicast(&debar_netlink_family, skb, 0, 0, GFP_KERNEL);
}

static int socket_closed(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *closed = data;

	if (event == NETLINK_URELEASE && closed->protocol == NETLINK_GENERIC &&
	    net_eq(closed->net, &init_net))
		debar_upload_port_closed(closed->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_closed,
};

int debar_netlink_init(bool off)
{
	int err;

	switched_off = off;
	loaded_ns = ktime_get_real_ns();
	err = netlink_register_notifier(&socket_notifier);
	if (err)
		return err;
	err = genl_register_family(&debar_netlink_family);
	if (err) {
		netlink_unregister_notifier(&socket_notifier);
		return err;
	}
	debar_record_set_listener(notify);
	return 0;
}

void debar_netlink_exit(void)
{
	/* Waits for commands, which deliver events too. */
	genl_unregister_family(&debar_netlink_family);
	debar_record_set_listener(NULL);
	netlink_unregister_notifier(&socket_notifier);
}
