// SPDX-License-Identifier: GPL-2.0
/*
 * The live policies: look-up, commit, removal.
 *
 * A commit builds a new set and swaps the pointer. A reader that only asks the
 * size filter stays inside one RCU read section; one that goes on to hash takes
 * a reference, so that no lock is held and no grace period waits while a file
 * is read.
 */
#include "policy.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "clock.h"
#include "floor.h"
#include "seal.h"
#include "tally.h"

/* Serializes changes. Taken inside debar_change_lock, under which the seal is set:
 * what is checked here stays so until it is published. The upload's lock is never
 * held with it.
 */
static DEFINE_MUTEX(policy_lock);
static struct debar_policy_set __rcu *live;
static void (*listener)(bool live);	/* under policy_lock */

static void policy_put(struct debar_policy *policy)
{
	if (!IS_ERR_OR_NULL(policy) && refcount_dec_and_test(&policy->references)) {
		kvfree(policy->data);
		kvfree(policy);
	}
}

void debar_policy_put(struct debar_policy_set *set)
{
	u32 i;

	if (!set || !refcount_dec_and_test(&set->references))
		return;
	for (i = 0; i < set->n; i++)
		policy_put(set->policies[i]);
	kfree(set);
}

struct debar_policy_set *debar_policy_get(void)
{
	struct debar_policy_set *set;

	rcu_read_lock();
	/* A set that is being freed has been replaced: look again. */
	do {
		set = rcu_dereference(live);
	} while (set && !refcount_inc_not_zero(&set->references));
	rcu_read_unlock();
	return set;
}

static bool may_ban_size(const struct debar_policy_set *set, u64 size)
{
	u32 i;

	for (i = 0; i < set->n; i++)
		if (debar_sizes_may_ban(&set->policies[i]->sizes,
					&set->policies[i]->image, size))
			return true;
	return false;
}

struct debar_policy_set *debar_policy_get_for_size(u64 size)
{
	struct debar_policy_set *set;

	rcu_read_lock();
	do {
		set = rcu_dereference(live);
		if (!set || !may_ban_size(set, size)) {
			set = NULL;
			break;
		}
	} while (!refcount_inc_not_zero(&set->references));
	rcu_read_unlock();
	return set;
}

bool debar_policy_may_ban_size(u64 size)
{
	const struct debar_policy_set *set;
	bool may;

	rcu_read_lock();
	set = rcu_dereference(live);
	may = set && may_ban_size(set, size);
	rcu_read_unlock();
	return may;
}

u32 debar_policy_generation(void)
{
	const struct debar_policy_set *set;
	u32 generation;

	rcu_read_lock();
	set = rcu_dereference(live);
	generation = set ? set->generation : 0;
	rcu_read_unlock();
	return generation;
}

static const char *text_at(const struct debar_policy *policy, __le32 offset)
{
	return policy->image.text + le32_to_cpu(offset);
}

const char *debar_policy_vendor(const struct debar_policy *policy, u32 product)
{
	return text_at(policy, policy->image.products[product].vendor);
}

const char *debar_policy_product(const struct debar_policy *policy, u32 product)
{
	return text_at(policy, policy->image.products[product].product);
}

const char *debar_policy_authority(const struct debar_policy *policy, u32 product)
{
	return text_at(policy, policy->image.products[product].authority);
}

enum debar_action debar_policy_action(const struct debar_policy *policy, u32 product)
{
	return le32_to_cpu(policy->image.products[product].action);
}

const char *debar_policy_release(const struct debar_policy *policy, u32 product)
{
	__le32 release = policy->image.products[product].release;

	return release == cpu_to_le32(DEBAR_IMAGE_NONE) ? NULL : text_at(policy, release);
}

/* Sets what @ret_match says of a ban at this time; false if it has expired. */
static bool apply(const struct debar_policy *policy, const struct debar_image_ban *ban,
		  struct debar_match *ret_match)
{
	u32 index = debar_image_ban_product(ban);
	const struct debar_image_product *product = &policy->image.products[index];
	const struct debar_image_exception *exception;
	u64 expires = le64_to_cpu(product->expires);

	if (expires != 0 && debar_clock_now() >= expires)
		return false;
	ret_match->policy = policy;
	ret_match->ban = ban;
	ret_match->product = index;
	ret_match->action = le32_to_cpu(product->action);
	ret_match->excepted = false;
	if (ret_match->action == DEBAR_ACTION_OBSERVE)
		return true;
	if (debar_clock_latest() < le64_to_cpu(product->effective))
		ret_match->action = DEBAR_ACTION_OBSERVE;
	exception = debar_image_exception(&policy->image, ban);
	if (exception && debar_clock_latest() < le64_to_cpu(exception->expires)) {
		ret_match->action = DEBAR_ACTION_OBSERVE;
		ret_match->excepted = true;
	}
	return true;
}

bool debar_policy_match(const struct debar_policy_set *set,
			const u8 sha256[DEBAR_SHA256_SIZE],
			struct debar_match *ret_match)
{
	struct debar_match match;
	bool found = false;
	u32 i;

	for (i = 0; i < set->n; i++) {
		const struct debar_policy *policy = set->policies[i];
		const struct debar_image_ban *ban;

		ban = debar_image_find(&policy->image, sha256);
		if (!ban || !apply(policy, ban, &match))
			continue;
		if (found && match.action <= ret_match->action)
			continue;
		found = true;
		*ret_match = match;
	}
	return found;
}

/* A policy object around @data, which it owns only if this succeeds. */
static struct debar_policy *make_policy(void *data, u32 length, const u8 *sha256,
					const struct debar_signers *signers,
					const char **ret_why)
{
	enum debar_image_error error;
	struct debar_policy *policy;
	struct debar_image image;

	error = debar_image_check(&image, data, length);
	if (error != DEBAR_IMAGE_OK) {
		*ret_why = debar_image_error_text(error);
		return ERR_PTR(-EBADMSG);
	}
	policy = kvzalloc(struct_size(policy, tallies, image.n_products), GFP_KERNEL);
	if (!policy) {
		*ret_why = "no memory for the policy";
		return ERR_PTR(-ENOMEM);
	}
	refcount_set(&policy->references, 1);
	policy->image = image;
	debar_sizes_init(&policy->sizes, &image);
	policy->length = length;
	policy->signers = *signers;
	policy->time_ns = ktime_get_real_ns();
	memcpy(policy->sha256, sha256, sizeof(policy->sha256));
	policy->data = data;
	return policy;
}

/*
 * The last that can refuse @policy: there are only so many tallies, and they stay. A
 * policy that is not taken must use up none.
 */
static int take_tallies(struct debar_policy *policy, const char **ret_why)
{
	u32 i;

	for (i = 0; i < policy->image.n_products; i++) {
		struct debar_tally *tally;

		tally = debar_tally_get(debar_policy_vendor(policy, i),
					debar_policy_product(policy, i));
		if (IS_ERR(tally)) {
			*ret_why = PTR_ERR(tally) == -ENOSPC ?
				"too many different products since the module was loaded" :
				"no memory for the counters of the products";
			debar_tally_forget();
			return PTR_ERR(tally);
		}
		policy->tallies[i] = tally;
	}
	debar_tally_keep();
	return 0;
}

static struct debar_policy_set *make_set(const struct debar_policy_set *old)
{
	struct debar_policy_set *set = kzalloc(sizeof(*set), GFP_KERNEL);

	if (!set)
		return NULL;
	refcount_set(&set->references, 1);
	set->generation = old ? old->generation + 1 : 1;
	return set;
}

static void add(struct debar_policy_set *set, struct debar_policy *policy)
{
	refcount_inc(&policy->references);
	set->policies[set->n++] = policy;
}

/* Let readers see @set, and free the set before it when the last has left. */
static void publish(struct debar_policy_set *set)
{
	struct debar_policy_set *old;

	if (listener && set->n > 0)
		listener(true);
	old = rcu_replace_pointer(live, set, lockdep_is_held(&policy_lock));
	/* Readers of the size filter hold no reference. */
	synchronize_rcu();
	debar_policy_put(old);
	if (listener && set->n == 0)
		listener(false);
}

static int compare_names(const struct debar_policy *a, const struct debar_policy *b)
{
	return strcmp(a->image.header->name, b->image.header->name);
}

static struct debar_policy *find_by_name(const struct debar_policy_set *set,
					 const char *name)
{
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (strcmp(set->policies[i]->image.header->name, name) == 0)
			return set->policies[i];
	return NULL;
}

static bool allows_local(const struct debar_policy_set *set)
{
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (set->policies[i]->signers.n > 0 &&
		    (le32_to_cpu(set->policies[i]->image.header->flags) &
		     DEBAR_IMAGE_ALLOWS_LOCAL))
			return true;
	return false;
}

/* Is @policy signed by as many as it asks for, and the machine asks for? */
static int check_signers(const struct debar_policy_set *old,
			 const struct debar_policy *policy, const char **ret_why)
{
	u32 needed = le32_to_cpu(policy->image.header->signers);
	bool demanded = debar_trust_count() > 0 || debar_trust_system_keys();

	if (demanded && strcmp(policy->image.header->name, DEBAR_LOCAL_NAME) == 0 &&
	    allows_local(old))
		demanded = false;
	if (debar_sealed())
		demanded = true;
	if (needed == 0 && demanded)
		needed = 1;
	if (policy->signers.n >= needed)
		return 0;
	if (debar_sealed())
		*ret_why = "the module is sealed, and the policy is not signed by enough";
	else if (policy->signers.n == 0)
		*ret_why = "the policy is not signed by a signer that this module trusts";
	else
		*ret_why = "the policy asks for more different signers";
	return -ENOKEY;
}

static int check_serial(const struct debar_policy *live_one,
			const struct debar_policy *policy, bool allow_rollback,
			const char **ret_why)
{
	const struct debar_image_header *header = policy->image.header;
	u64 serial = le64_to_cpu(header->serial);

	if (allow_rollback) {
		if (!debar_sealed() && debar_trust_count() == 0 &&
		    !debar_trust_system_keys())
			return 0;
		*ret_why = "no rollback where policies are signed or the module is sealed";
		return -EPERM;
	}
	if (live_one && serial <= le64_to_cpu(live_one->image.header->serial)) {
		*ret_why = "serial is not newer than that of the live policy of this name";
		return -ESTALE;
	}
	if (serial < debar_floor_get(header->name)) {
		*ret_why = "serial is older than one that policies of this name have had";
		return -ESTALE;
	}
	return 0;
}

/* May @policy take its place in @old? */
static int check_place(const struct debar_policy_set *old,
		       const struct debar_policy *policy, bool allow_rollback,
		       const char **ret_why)
{
	const char *name = policy->image.header->name;
	const struct debar_policy *live_one = find_by_name(old, name);
	int err;

	err = check_signers(old, policy, ret_why);
	if (!err)
		err = check_serial(live_one, policy, allow_rollback, ret_why);
	if (err)
		return err;
	if (!live_one && old && old->n == DEBAR_POLICIES_MAX) {
		*ret_why = "too many policies are live: remove one first";
		return -ENOSPC;
	}
	/* 0 makes room for a floor, so that raising it later cannot fail. */
	if (debar_floor_raise(name, 0)) {
		*ret_why = "policies of too many different names have been live";
		return -ENOSPC;
	}
	return 0;
}

/* A set that is @old with @policy in its place by name, or NULL without memory. */
static struct debar_policy_set *insert(const struct debar_policy_set *old,
				       struct debar_policy *policy)
{
	struct debar_policy_set *set = make_set(old);
	bool done = false;
	u32 i;

	if (!set)
		return NULL;
	for (i = 0; old && i < old->n; i++) {
		int order = compare_names(policy, old->policies[i]);

		if (!done && order <= 0) {
			add(set, policy);
			done = true;
		}
		if (order != 0)
			add(set, old->policies[i]);
	}
	if (!done)
		add(set, policy);
	return set;
}

static void set_floor(const struct debar_policy *policy, bool rollback)
{
	const struct debar_image_header *header = policy->image.header;

	if (rollback)
		debar_floor_lower(header->name, le64_to_cpu(header->serial));
	else
		debar_floor_raise(header->name, le64_to_cpu(header->serial));
}

int debar_policy_commit(void *data, u32 length, const u8 sha256[DEBAR_SHA256_SIZE],
			const struct debar_signers *signers, bool allow_rollback,
			struct debar_policy_set **ret_set,
			const struct debar_policy **ret_policy,
			const char **ret_why)
{
	const struct debar_policy_set *old;
	struct debar_policy_set *set;
	struct debar_policy *policy;
	int err;

	lockdep_assert_held(&debar_change_lock);
	policy = make_policy(data, length, sha256, signers, ret_why);
	if (IS_ERR(policy)) {
		kvfree(data);
		return PTR_ERR(policy);
	}
	mutex_lock(&policy_lock);
	old = rcu_dereference_protected(live, lockdep_is_held(&policy_lock));
	err = check_place(old, policy, allow_rollback, ret_why);
	if (err)
		goto out;
	set = insert(old, policy);
	if (!set) {
		*ret_why = "no memory for the set of policies";
		err = -ENOMEM;
		goto out;
	}
	err = take_tallies(policy, ret_why);
	if (err) {
		debar_policy_put(set);
		goto out;
	}
	refcount_inc(&set->references);	/* the caller's */
	set_floor(policy, allow_rollback);
	publish(set);
	*ret_set = set;
	*ret_policy = policy;
out:
	mutex_unlock(&policy_lock);
	/* The set has its own reference; with the set, @policy stays valid. */
	policy_put(policy);
	return err;
}

int debar_policy_floor(const char *name, u64 serial)
{
	int err;

	if (!debar_image_name_valid(name, strlen(name)))
		return -EINVAL;
	mutex_lock(&policy_lock);
	err = debar_floor_raise(name, serial);
	mutex_unlock(&policy_lock);
	return err;
}

int debar_policy_remove(const char *name)
{
	const struct debar_policy *gone;
	const struct debar_policy_set *old;
	struct debar_policy_set *set;
	int err = 0;
	u32 i;

	lockdep_assert_held(&debar_change_lock);
	mutex_lock(&policy_lock);
	old = rcu_dereference_protected(live, lockdep_is_held(&policy_lock));
	gone = find_by_name(old, name);
	if (debar_sealed())
		err = -EPERM;
	else if (!gone)
		err = -ENOENT;
	if (err)
		goto out;
	set = make_set(old);
	if (!set) {
		err = -ENOMEM;
		goto out;
	}
	for (i = 0; i < old->n; i++)
		if (old->policies[i] != gone)
			add(set, old->policies[i]);
	publish(set);
out:
	mutex_unlock(&policy_lock);
	return err;
}

void debar_policy_set_listener(void (*new)(bool live))
{
	struct debar_policy_set *set;

	mutex_lock(&policy_lock);
	listener = new;
	/* One may have been committed before anybody listened. */
	set = rcu_dereference_protected(live, lockdep_is_held(&policy_lock));
	if (new && set && set->n > 0)
		new(true);
	mutex_unlock(&policy_lock);
}

void debar_policy_exit(void)
{
	struct debar_policy_set *set = rcu_dereference_protected(live, true);

	rcu_assign_pointer(live, NULL);
	synchronize_rcu();
	debar_policy_put(set);
}
