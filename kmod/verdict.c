// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: size filter, digest, look-up, mode.
 */
#include "verdict.h"

#include <linux/errno.h>
#include <linux/fs.h>

#include "digest.h"
#include "failure.h"
#include "policy.h"
#include "record.h"

/* Read without a lock: a verdict rests on the value at one moment. */
static enum debar_mode mode_now = DEBAR_MODE_ENFORCE;

enum debar_mode debar_verdict_mode(void)
{
	return READ_ONCE(mode_now);
}

void debar_verdict_set_mode(enum debar_mode mode)
{
	WRITE_ONCE(mode_now, mode);
}

static enum debar_verdict decide(enum debar_action action, enum debar_mode mode)
{
	return action == DEBAR_ACTION_DENY && mode == DEBAR_MODE_ENFORCE ?
		DEBAR_VERDICT_DENY : DEBAR_VERDICT_OBSERVE;
}

enum debar_verdict debar_verdict_check(const struct debar_policy_set *set,
				       const u8 sha256[DEBAR_SHA256_SIZE],
				       struct debar_match *ret_match,
				       enum debar_mode *ret_mode)
{
	*ret_mode = debar_verdict_mode();
	if (!set || !debar_policy_match(set, sha256, ret_match))
		return DEBAR_VERDICT_ALLOW;
	return decide(ret_match->action, *ret_mode);
}

static int judge(struct file *file, enum debar_kind kind,
		 const struct debar_policy_set *set)
{
	u8 sha256[DEBAR_SHA256_SIZE];
	enum debar_verdict verdict;
	struct debar_match match;
	enum debar_reason reason;
	enum debar_mode mode;
	int err;

	err = debar_digest_file(file, sha256, &reason);
	if (err) {
		mode = debar_verdict_mode();
		verdict = debar_failure_verdict(reason, mode);
		debar_record_failure(file, kind, verdict, mode, reason, -err);
		return verdict == DEBAR_VERDICT_DENY ? err : 0;
	}
	verdict = debar_verdict_check(set, sha256, &match, &mode);
	if (verdict == DEBAR_VERDICT_ALLOW)
		return 0;
	debar_record_ban(file, kind, verdict, mode, sha256, &match);
	return verdict == DEBAR_VERDICT_DENY ? -EPERM : 0;
}

int debar_verdict(struct file *file, enum debar_kind kind)
{
	const struct inode *inode = file_inode(file);
	struct debar_policy_set *set;
	int err;

	if (!S_ISREG(inode->i_mode))
		return 0;
	set = debar_policy_get_for_size(i_size_read(inode));
	if (!set)
		return 0;
	err = judge(file, kind, set);
	debar_policy_put(set);
	return err;
}
