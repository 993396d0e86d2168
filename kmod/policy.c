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

#include "tally.h"

/* Serializes changes. Outermost lock of the module but for the upload's, which
 * is never held when this is taken.
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

bool debar_policy_match(const struct debar_policy_set *set,
			const u8 sha256[DEBAR_SHA256_SIZE],
			struct debar_match *ret_match)
{
	bool found = false;
	u32 i;

	for (i = 0; i < set->n; i++) {
		const struct debar_policy *policy = set->policies[i];
		const struct debar_image_ban *ban;
		enum debar_action action;
		u32 product;

		ban = debar_image_find(&policy->image, sha256);
		if (!ban)
			continue;
		product = debar_image_ban_product(ban);
		action = debar_policy_action(policy, product);
		if (found && action <= ret_match->action)
			continue;
		found = true;
		ret_match->policy = policy;
		ret_match->ban = ban;
		ret_match->product = product;
		ret_match->action = action;
	}
	return found;
}

/* A policy object around @data, which it owns only if this succeeds. */
static struct debar_policy *make_policy(void *data, u32 length, const u8 *sha256,
					const char **ret_why)
{
	enum debar_image_error error;
	struct debar_policy *policy;
	struct debar_image image;
	u32 i;

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
	policy->time_ns = ktime_get_real_ns();
	memcpy(policy->sha256, sha256, sizeof(policy->sha256));
	for (i = 0; i < image.n_products; i++) {
		struct debar_tally *tally;

		tally = debar_tally_get(debar_policy_vendor(policy, i),
					debar_policy_product(policy, i));
		if (IS_ERR(tally)) {
			*ret_why = PTR_ERR(tally) == -ENOSPC ?
				"too many different products since the module was loaded" :
				"no memory for the counters of the products";
			kvfree(policy);
			return ERR_CAST(tally);
		}
		policy->tallies[i] = tally;
	}
	policy->data = data;
	return policy;
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

/*
 * Make a set that is @old with @policy in its place by name.
 * Returns ERR_PTR(-ESTALE), ERR_PTR(-ENOSPC) or ERR_PTR(-ENOMEM).
 */
static struct debar_policy_set *insert(const struct debar_policy_set *old,
				       struct debar_policy *policy,
				       const char **ret_why)
{
	struct debar_policy_set *set;
	bool done = false;
	u32 i, n = old ? old->n : 0;

	for (i = 0; i < n; i++) {
		if (compare_names(old->policies[i], policy) != 0)
			continue;
		if (le64_to_cpu(policy->image.header->serial) <=
		    le64_to_cpu(old->policies[i]->image.header->serial)) {
			*ret_why = "serial is not newer than that of the live policy of this name";
			return ERR_PTR(-ESTALE);
		}
		break;
	}
	if (i == n && n == DEBAR_POLICIES_MAX) {
		*ret_why = "too many policies are live: remove one first";
		return ERR_PTR(-ENOSPC);
	}
	set = make_set(old);
	if (!set) {
		*ret_why = "no memory for the set of policies";
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < n; i++) {
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

int debar_policy_commit(void *data, u32 length, const u8 sha256[DEBAR_SHA256_SIZE],
			struct debar_policy_set **ret_set,
			const struct debar_policy **ret_policy,
			const char **ret_why)
{
	struct debar_policy_set *set;
	struct debar_policy *policy;

	policy = make_policy(data, length, sha256, ret_why);
	if (IS_ERR(policy)) {
		kvfree(data);
		return PTR_ERR(policy);
	}
	mutex_lock(&policy_lock);
	set = insert(rcu_dereference_protected(live, lockdep_is_held(&policy_lock)),
		     policy, ret_why);
	if (!IS_ERR(set)) {
		refcount_inc(&set->references);	/* the caller's */
		publish(set);
	}
	mutex_unlock(&policy_lock);

	/* The set has its own reference; with the set, @policy stays valid. */
	policy_put(policy);
	if (IS_ERR(set))
		return PTR_ERR(set);
	*ret_set = set;
	*ret_policy = policy;
	return 0;
}

int debar_policy_remove(const char *name)
{
	const struct debar_policy_set *old;
	struct debar_policy_set *set;
	int err = -ENOENT;
	u32 i, at;

	mutex_lock(&policy_lock);
	old = rcu_dereference_protected(live, lockdep_is_held(&policy_lock));
	for (at = 0; old && at < old->n; at++)
		if (strcmp(old->policies[at]->image.header->name, name) == 0)
			break;
	if (!old || at == old->n)
		goto out;
	err = -ENOMEM;
	set = make_set(old);
	if (!set)
		goto out;
	for (i = 0; i < old->n; i++)
		if (i != at)
			add(set, old->policies[i]);
	publish(set);
	err = 0;
out:
	mutex_unlock(&policy_lock);
	return err;
}

void debar_policy_set_listener(void (*new)(bool live))
{
	mutex_lock(&policy_lock);
	listener = new;
	mutex_unlock(&policy_lock);
}

void debar_policy_exit(void)
{
	struct debar_policy_set *set = rcu_dereference_protected(live, true);

	rcu_assign_pointer(live, NULL);
	synchronize_rcu();
	debar_policy_put(set);
}
