/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live policies. Readers see one immutable set or the next, never a mixture
 * and never none in between.
 */
#ifndef DEBAR_POLICY_H
#define DEBAR_POLICY_H

#include <linux/refcount.h>
#include <linux/types.h>

#include "image.h"
#include "sizes.h"
#include "trust.h"
#include "uapi/debar.h"

struct debar_tally;

/**
 * struct debar_policy - one policy; immutable once it is in a set
 * @references: one for each set that holds it
 * @image: parts of @data
 * @data: the image itself, from kvmalloc(); owned
 * @length: bytes of @data
 * @sha256: digest of @data
 * @signers: who signed it
 * @time_ns: when it was committed, ns since 1970
 * @sizes: index of the file sizes in @image
 * @tallies: one for each product of @image
 */
struct debar_policy {
	refcount_t references;
	struct debar_image image;
	void *data;
	u32 length;
	u8 sha256[DEBAR_SHA256_SIZE];
	struct debar_signers signers;
	u64 time_ns;
	struct debar_sizes sizes;
	struct debar_tally *tallies[];
};

/**
 * struct debar_policy_set - all live policies; immutable once published
 * @references: one for being published, one for each debar_policy_get()
 * @generation: grows by one with every change
 * @n: entries of @policies
 * @policies: in order of name; each holds a reference
 */
struct debar_policy_set {
	refcount_t references;
	u32 generation;
	u32 n;
	struct debar_policy *policies[DEBAR_POLICIES_MAX];
};

/**
 * struct debar_match - what a digest was found to be
 * @policy: the policy that decides; valid as long as the set is held
 * @ban: the ban in it
 * @product: index of the ban's product in @policy
 * @action: of that product, at this time
 * @excepted: @action is DEBAR_ACTION_OBSERVE because of an exception
 */
struct debar_match {
	const struct debar_policy *policy;
	const struct debar_image_ban *ban;
	u32 product;
	enum debar_action action;
	bool excepted;
};

/**
 * debar_policy_get() - take the live policies
 *
 * Context: any but NMI.
 * Return: the set, to be given back with debar_policy_put(); NULL if no policy
 * has ever been live.
 */
struct debar_policy_set *debar_policy_get(void);

/**
 * debar_policy_get_for_size() - take the live policies if they may ban a file
 * @size: bytes of the file
 *
 * The size filter: for nearly every file this answers NULL after one probe, and
 * takes no reference.
 *
 * Context: any but NMI.
 * Return: as debar_policy_get(); NULL too if no ban can have this size.
 */
struct debar_policy_set *debar_policy_get_for_size(u64 size);

/**
 * debar_policy_may_ban_size() - the size filter over all live policies
 * @size: bytes of a file
 *
 * Context: any but NMI.
 */
bool debar_policy_may_ban_size(u64 size);

/* Give a set back. Accepts NULL. Context: process, may sleep. */
void debar_policy_put(struct debar_policy_set *set);

/**
 * debar_policy_match() - look a digest up in all policies of a set
 * @set: held by the caller
 * @sha256: digest of a file's whole content
 * @ret_match: set if there is a match. The strictest action wins; of equals the
 *	first in order of policy name.
 *
 * Until a ban is effective, and while an exception covers it, it is observed. A
 * clock that is set back undoes neither the one nor the end of the other, see
 * debar_clock_latest(); but a ban has only expired while the clock says so.
 *
 * Return: true if a policy bans the digest now.
 */
bool debar_policy_match(const struct debar_policy_set *set,
			const u8 sha256[DEBAR_SHA256_SIZE],
			struct debar_match *ret_match);

/* Strings of a policy's product; valid as long as the policy is. */
const char *debar_policy_vendor(const struct debar_policy *policy, u32 product);
const char *debar_policy_product(const struct debar_policy *policy, u32 product);
const char *debar_policy_authority(const struct debar_policy *policy, u32 product);
/* NULL where it stands for all releases. */
const char *debar_policy_release(const struct debar_policy *policy, u32 product);
/* The action as it is written; what it is now is debar_policy_match()'s. */
enum debar_action debar_policy_action(const struct debar_policy *policy, u32 product);

/**
 * debar_policy_commit() - check an image and make it live
 * @data: the image, from kvmalloc(); taken over, freed on failure
 * @length: its bytes
 * @sha256: its digest, already verified
 * @signers: who signed it, already verified
 * @allow_rollback: take an older serial too, where nothing is sealed or signed
 * @ret_set: on success the set that it is now in, to be given back by the
 *	caller; its policies tell the name and the serial
 * @ret_policy: on success the policy in it
 * @ret_why: on failure one constant sentence
 *
 * Context: process, may sleep; under debar_change_lock; takes policy_lock.
 * Return: 0; -EBADMSG: not a valid image; -ENOKEY: not signed by enough; -ESTALE:
 * the live policy of that name has the same or a newer serial, or the name's floor
 * is above it; -ENOSPC: too many policies, names or products; -EPERM: sealed, or a
 * rollback that is not allowed; -ENOMEM. On failure nothing has changed.
 */
int debar_policy_commit(void *data, u32 length, const u8 sha256[DEBAR_SHA256_SIZE],
			const struct debar_signers *signers, bool allow_rollback,
			struct debar_policy_set **ret_set,
			const struct debar_policy **ret_policy,
			const char **ret_why);

/**
 * debar_policy_floor() - refuse policies of a name below a serial from now on
 * @name: of a policy
 * @serial: the floor; one that is lower than the name's changes nothing
 *
 * Context: process, may sleep; takes policy_lock.
 * Return: 0; -EINVAL: no policy may have that name; -ENOSPC: DEBAR_FLOORS_MAX names
 * have a floor.
 */
int debar_policy_floor(const char *name, u64 serial);

/**
 * debar_policy_remove() - end a live policy
 * @name: its name
 *
 * Context: process, may sleep; under debar_change_lock; takes policy_lock.
 * Return: 0; -ENOENT: no policy has that name; -EPERM: sealed; -ENOMEM.
 */
int debar_policy_remove(const char *name);

/* Generation of the live policies; 0 before the first. */
u32 debar_policy_generation(void);

/**
 * debar_policy_set_listener() - who is told whether policies are live
 * @listener: called with true before each commit takes effect, and at once where a
 *	policy is live, and with false after the last policy was removed; process
 *	context, inside policy_lock; NULL for nobody
 */
void debar_policy_set_listener(void (*listener)(bool live));

/* Drop all. No reader may be left. */
void debar_policy_exit(void);

#endif
