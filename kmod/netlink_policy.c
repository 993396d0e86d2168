// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: commands that change the policies.
 */
#include "netlink_policy.h"

#include <linux/cred.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "netlink_request.h"
#include "policy.h"
#include "record.h"
#include "seal.h"
#include "upload.h"
#include "verdict.h"

int debar_netlink_policy_begin(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_LENGTH, DEBAR_A_SHA256 };
	const char *why = NULL;
	struct sk_buff *skb;
	void *header;
	u32 id;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	err = debar_upload_begin(info->snd_portid,
				 nla_get_u32(info->attrs[DEBAR_A_LENGTH]),
				 nla_data(info->attrs[DEBAR_A_SHA256]), &id, &why);
	if (err)
		return debar_netlink_refuse(info->extack, err, why);
	skb = debar_netlink_reply_begin(info, DEBAR_CMD_POLICY_BEGIN, &header);
	if (!skb) {
		debar_upload_port_closed(info->snd_portid);
		return -ENOMEM;
	}
	return debar_netlink_reply_end(skb, info, header, nla_put_u32(skb, DEBAR_A_UPLOAD, id));
}

int debar_netlink_policy_chunk(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_UPLOAD, DEBAR_A_OFFSET, DEBAR_A_DATA };
	const char *why = NULL;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	if (nla_len(info->attrs[DEBAR_A_DATA]) == 0)
		return debar_netlink_refuse(info->extack, -EINVAL, "chunk is empty");
	err = debar_upload_chunk(info->snd_portid,
				 nla_get_u32(info->attrs[DEBAR_A_UPLOAD]),
				 nla_get_u32(info->attrs[DEBAR_A_OFFSET]),
				 nla_data(info->attrs[DEBAR_A_DATA]),
				 nla_len(info->attrs[DEBAR_A_DATA]), &why);
	return err ? debar_netlink_refuse(info->extack, err, why) : 0;
}

int debar_netlink_policy_signature(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_UPLOAD, DEBAR_A_DATA };
	const char *why = NULL;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	if (nla_len(info->attrs[DEBAR_A_DATA]) == 0)
		return debar_netlink_refuse(info->extack, -EINVAL, "signature is empty");
	err = debar_upload_signature(info->snd_portid,
				     nla_get_u32(info->attrs[DEBAR_A_UPLOAD]),
				     nla_data(info->attrs[DEBAR_A_DATA]),
				     nla_len(info->attrs[DEBAR_A_DATA]), &why);
	return err ? debar_netlink_refuse(info->extack, err, why) : 0;
}

static const struct debar_policy *find(const struct debar_policy_set *set,
				       const char *name)
{
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (strcmp(set->policies[i]->image.header->name, name) == 0)
			return set->policies[i];
	return NULL;
}

static void record_commit(const struct debar_policy_set *before,
			  const struct debar_policy *policy)
{
	const struct debar_policy *old = find(before, policy->image.header->name);

	debar_record_policy(old ? DEBAR_REASON_POLICY_REPLACE : DEBAR_REASON_POLICY_LOAD,
			    debar_verdict_mode(), policy,
			    old ? le64_to_cpu(old->image.header->serial) : 0);
}

/* debar_upload_commit(), and the record of it. */
static int commit(struct genl_info *info, struct debar_policy_set **ret_set,
		  const struct debar_policy **ret_policy, const char **ret_why)
{
	struct debar_policy_set *before;
	u8 announced[DEBAR_SHA256_SIZE];
	int err;

	mutex_lock(&debar_change_lock);
	before = debar_policy_get();
	err = debar_upload_commit(info->snd_portid,
				  nla_get_u32(info->attrs[DEBAR_A_UPLOAD]),
				  info->attrs[DEBAR_A_ALLOW_ROLLBACK], announced,
				  ret_set, ret_policy, ret_why);
	if (!err)
		record_commit(before, *ret_policy);
	else if (err != -ENOENT)
		debar_record_reject(debar_verdict_mode(), announced, -err, *ret_why);
	debar_policy_put(before);
	mutex_unlock(&debar_change_lock);
	return err;
}

int debar_netlink_policy_commit(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_UPLOAD };
	const struct debar_policy *policy;
	const struct debar_image_header *h;
	struct debar_policy_set *set;
	const char *why = NULL;
	struct sk_buff *skb;
	void *header;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	/* Before the commit, so that only a commit that holds is reported. */
	skb = debar_netlink_reply_begin(info, DEBAR_CMD_POLICY_COMMIT, &header);
	if (!skb)
		return -ENOMEM;
	err = commit(info, &set, &policy, &why);
	if (err) {
		nlmsg_free(skb);
		pr_notice("debar: policy refused (%s), uid %u\n", why,
			  from_kuid(&init_user_ns, current_uid()));
		return debar_netlink_refuse(info->extack, err, why);
	}
	h = policy->image.header;
	pr_notice("debar: policy %s serial %llu live: %u bans, sha256 %*phN, %u signers, uid %u\n",
		  h->name, le64_to_cpu(h->serial), policy->image.n_bans,
		  DEBAR_SHA256_SIZE, policy->sha256, policy->signers.n,
		  from_kuid(&init_user_ns, current_uid()));
	err = nla_put_string(skb, DEBAR_A_NAME, h->name) ?:
	      nla_put_u64_64bit(skb, DEBAR_A_SERIAL, le64_to_cpu(h->serial),
				DEBAR_A_PAD) ?:
	      nla_put_u32(skb, DEBAR_A_GENERATION, set->generation);
	debar_policy_put(set);
	return debar_netlink_reply_end(skb, info, header, err);
}

int debar_netlink_policy_abort(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_UPLOAD };
	const char *why = NULL;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	err = debar_upload_abort(info->snd_portid,
				 nla_get_u32(info->attrs[DEBAR_A_UPLOAD]), &why);
	return err ? debar_netlink_refuse(info->extack, err, why) : 0;
}

/* debar_policy_remove(), and the record of it. */
static int remove(const char *name)
{
	struct debar_policy_set *before;
	int err;

	mutex_lock(&debar_change_lock);
	before = debar_policy_get();
	err = debar_policy_remove(name);
	if (!err)
		debar_record_policy(DEBAR_REASON_POLICY_REMOVE, debar_verdict_mode(),
				    find(before, name), 0);
	debar_policy_put(before);
	mutex_unlock(&debar_change_lock);
	return err;
}

int debar_netlink_policy_remove(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_NAME };
	const char *name;
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	name = nla_data(info->attrs[DEBAR_A_NAME]);
	err = remove(name);
	if (err)
		return debar_netlink_refuse(info->extack, err,
					    err == -EPERM ? DEBAR_SEALED_WHY :
					    err == -ENOENT ?
					    "no live policy has that name" :
					    "no memory for the set of policies");
	pr_notice("debar: policy %s removed by uid %u\n", name,
		  from_kuid(&init_user_ns, current_uid()));
	return 0;
}

int debar_netlink_floor_set(struct sk_buff *request, struct genl_info *info)
{
	static const int needed[] = { DEBAR_A_NAME, DEBAR_A_SERIAL };
	int err;

	err = debar_netlink_admit(request, info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	err = debar_policy_floor(nla_data(info->attrs[DEBAR_A_NAME]),
				 nla_get_u64(info->attrs[DEBAR_A_SERIAL]));
	return err ? debar_netlink_refuse(info->extack, err, err == -EINVAL ?
					  "no policy may have that name" :
					  "too many names have a floor") : 0;
}
