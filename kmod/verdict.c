// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: size filter, digest, look-up, mode.
 */
#include "verdict.h"

#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>

#include "cache.h"
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

static int digest_of(const struct debar_subject *s, u8 sha256[DEBAR_SHA256_SIZE],
		     enum debar_reason *ret_reason)
{
	struct debar_cache_key key;
	bool keep;
	int err;

	if (!s->file) {
		*ret_reason = DEBAR_REASON_CRYPTO;
		return debar_digest_memory(s->data, s->size, sha256);
	}
	/* The kernel refuses writers of a running program, except when it does not. */
	if (s->kind == DEBAR_KIND_EXEC && inode_is_open_for_write(file_inode(s->file))) {
		*ret_reason = DEBAR_REASON_BUSY;
		return -ETXTBSY;
	}
	keep = debar_cache_key(s->file, &key);
	if (keep && debar_cache_get(&key, sha256))
		return 0;
	if (s->mapped)
		err = debar_digest_mapped_file(s->file, sha256, ret_reason);
	else
		err = debar_digest_file(s->file, sha256, ret_reason);
	if (!err && keep)
		debar_cache_put(s->file, &key, sha256);
	return err;
}

static int judge(const struct debar_subject *s, const struct debar_policy_set *set)
{
	u8 sha256[DEBAR_SHA256_SIZE];
	enum debar_verdict verdict;
	struct debar_match match;
	enum debar_reason reason;
	enum debar_mode mode;
	int err;

	err = digest_of(s, sha256, &reason);
	if (err) {
		mode = debar_verdict_mode();
		verdict = debar_failure_verdict(reason, mode);
		debar_record_failure(s, verdict, mode, reason, -err);
		return verdict == DEBAR_VERDICT_DENY ? err : 0;
	}
	verdict = debar_verdict_check(set, sha256, &match, &mode);
	if (verdict == DEBAR_VERDICT_ALLOW)
		return 0;
	debar_record_ban(s, verdict, mode, sha256, &match);
	return verdict == DEBAR_VERDICT_DENY ? -EPERM : 0;
}

static int ask(const struct debar_subject *s)
{
	struct debar_policy_set *set = debar_policy_get_for_size(s->size);
	int err;

	if (!set)
		return 0;
	err = judge(s, set);
	debar_policy_put(set);
	return err;
}

/*
 * The inode that holds the data. On overlayfs the layer's: the overlay's own still
 * has the old size when the layer is changed behind it.
 */
static const struct inode *content_of(struct file *file)
{
	return d_real_inode(file_dentry(file));
}

static int ask_file(struct file *file, enum debar_kind kind, bool mapped)
{
	const struct inode *inode = content_of(file);
	const struct debar_subject s = {
		.file = file,
		.size = i_size_read(inode),
		.kind = kind,
		.mapped = mapped,
	};

	return S_ISREG(inode->i_mode) ? ask(&s) : 0;
}

bool debar_verdict_wanted_size(u64 size)
{
	return debar_policy_may_ban_size(size);
}

bool debar_verdict_wanted(struct file *file)
{
	const struct inode *inode = content_of(file);

	return S_ISREG(inode->i_mode) && debar_verdict_wanted_size(i_size_read(inode));
}

int debar_verdict(struct file *file, enum debar_kind kind)
{
	return ask_file(file, kind, false);
}

int debar_verdict_mapped(struct file *file, enum debar_kind kind)
{
	return ask_file(file, kind, true);
}

int debar_verdict_memory(const void *data, size_t length, enum debar_kind kind)
{
	const struct debar_subject s = {
		.data = data,
		.size = length,
		.kind = kind,
	};

	return ask(&s);
}
