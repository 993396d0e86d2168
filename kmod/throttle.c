// SPDX-License-Identifier: GPL-2.0
/*
 * Token buckets, one for each user and ban, one for all, and a small one for those that
 * were quiet so far: a flood of many bans must not hide somebody else's first denial.
 *
 * The table is a cache with a few ways: a bucket that is full again and has
 * nothing to tell may be taken for another. Where all ways of a place are in use,
 * records are counted by the last bucket, which stands for several.
 */
#include "throttle.h"

#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "event.h"
#include "limits.h"

/**
 * struct bucket - the records of one user and ban
 * @tokens: records that may pass now
 * @filled: when @tokens was last brought up to date, in jiffies
 * @seen: when there was a record last, passed or not, in jiffies
 * @used: belongs to somebody
 * @suppressed: whose it is, and what is to be told of it
 */
struct bucket {
	unsigned int tokens;
	unsigned long filled;
	unsigned long seen;
	bool used;
	struct debar_suppressed suppressed;
};

#define N_BUCKETS (DEBAR_THROTTLE_SETS * DEBAR_THROTTLE_WAYS)

/* Guards buckets, others, all, firsts and total. Innermost: nothing is taken inside. */
static DEFINE_SPINLOCK(throttle_lock);
static struct bucket *buckets;
static struct bucket others;
static struct bucket all;
static struct bucket firsts;	/* of those that were quiet, where @all has none left */
static u32 seed;		/* so that nobody can choose a place in the table */
static u64 total;

static void (*tell)(const struct debar_suppressed *suppressed);

static void tell_all(struct work_struct *work);
static DECLARE_DELAYED_WORK(summary_work, tell_all);
/* Telling may wait for the audit daemon: nobody else's work stands behind it. */
static struct workqueue_struct *summary_queue;

static void fill(struct bucket *bucket, unsigned int rate, unsigned int burst)
{
	unsigned long passed = jiffies - bucket->filled;
	unsigned long n = min_t(unsigned long, passed, HZ * burst) * rate / HZ;

	if (n == 0)
		return;
	bucket->tokens = min_t(unsigned long, bucket->tokens + n, burst);
	/* What is left of a token's time is not given away. */
	bucket->filled = bucket->tokens == burst ? jiffies :
						   bucket->filled + n * HZ / rate;
}

static bool is_of(const struct bucket *bucket, const struct debar_event *event)
{
	const struct debar_suppressed *s = &bucket->suppressed;

	return bucket->used && s->uid == event->uid && s->reason == event->reason &&
	       memcmp(s->sha256, event->sha256, sizeof(s->sha256)) == 0;
}

static bool is_idle(struct bucket *bucket)
{
	if (!bucket->used)
		return true;
	fill(bucket, DEBAR_THROTTLE_RATE, DEBAR_THROTTLE_BURST);
	return bucket->tokens == DEBAR_THROTTLE_BURST && bucket->suppressed.count == 0;
}

static void begin(struct bucket *bucket, const struct debar_event *event)
{
	memset(bucket, 0, sizeof(*bucket));
	bucket->used = true;
	bucket->tokens = DEBAR_THROTTLE_BURST;
	bucket->filled = jiffies;
	bucket->seen = jiffies - DEBAR_THROTTLE_WINDOW;
	bucket->suppressed.uid = event->uid;
	bucket->suppressed.reason = event->reason;
	memcpy(bucket->suppressed.sha256, event->sha256, sizeof(event->sha256));
	memcpy(bucket->suppressed.policy, event->policy, sizeof(event->policy));
}

/* The bucket of @event; that of several where there is no room for its own. */
static struct bucket *find(const struct debar_event *event)
{
	struct bucket *set, *idle = NULL;
	unsigned int i;
	u32 hash;

	lockdep_assert_held(&throttle_lock);
	hash = jhash(event->sha256, sizeof(event->sha256), seed + event->uid + event->reason);
	set = &buckets[hash % DEBAR_THROTTLE_SETS * DEBAR_THROTTLE_WAYS];
	for (i = 0; i < DEBAR_THROTTLE_WAYS; i++) {
		if (is_of(&set[i], event))
			return &set[i];
		if (!idle && is_idle(&set[i]))
			idle = &set[i];
	}
	if (!idle)
		return &others;
	begin(idle, event);
	return idle;
}

static void count(struct bucket *bucket, const struct debar_event *event)
{
	if (bucket->suppressed.count++ == 0)
		bucket->suppressed.since_ns = event->time_ns;
	total++;
}

static void schedule_summary(void)
{
	queue_delayed_work(summary_queue, &summary_work, DEBAR_THROTTLE_WINDOW);
}

/* Nobody has been told of its user and ban for a while, for there was nothing to tell. */
static bool was_quiet(struct bucket *bucket)
{
	bool quiet = time_after_eq(jiffies, bucket->seen + DEBAR_THROTTLE_WINDOW);

	bucket->seen = jiffies;
	return quiet;
}

bool debar_throttle_pass(const struct debar_event *event)
{
	struct bucket *bucket, *common;
	bool pass, quiet;

	spin_lock(&throttle_lock);
	bucket = find(event);
	fill(bucket, DEBAR_THROTTLE_RATE, DEBAR_THROTTLE_BURST);
	fill(&all, DEBAR_THROTTLE_ALL_RATE, DEBAR_THROTTLE_ALL_BURST);
	fill(&firsts, DEBAR_THROTTLE_FIRST_RATE, DEBAR_THROTTLE_FIRST_BURST);
	quiet = was_quiet(bucket);
	common = all.tokens > 0 ? &all : &firsts;
	pass = bucket->tokens > 0 && common->tokens > 0 && (common == &all || quiet);
	if (pass) {
		bucket->tokens--;
		common->tokens--;
	} else {
		count(bucket, event);
	}
	spin_unlock(&throttle_lock);
	if (!pass)
		schedule_summary();
	return pass;
}

void debar_throttle_count(const struct debar_event *event)
{
	spin_lock(&throttle_lock);
	count(find(event), event);
	spin_unlock(&throttle_lock);
	schedule_summary();
}

/* Take what @bucket has to tell. */
static bool take(struct bucket *bucket, struct debar_suppressed *ret_suppressed)
{
	bool any;

	spin_lock(&throttle_lock);
	any = bucket->suppressed.count > 0;
	*ret_suppressed = bucket->suppressed;
	bucket->suppressed.count = 0;
	spin_unlock(&throttle_lock);
	return any;
}

static void add(struct debar_suppressed *sum, const struct debar_suppressed *suppressed)
{
	if (sum->count == 0 || suppressed->since_ns < sum->since_ns)
		sum->since_ns = suppressed->since_ns;
	sum->count += suppressed->count;
}

/* Summaries are records too: there are only so many, and one for all the rest. */
static void tell_all(struct work_struct *work)
{
	struct debar_suppressed suppressed, rest = { .several = true };
	unsigned int i, told = 0;

	for (i = 0; i < N_BUCKETS; i++) {
		if (!take(&buckets[i], &suppressed))
			continue;
		if (told < DEBAR_THROTTLE_SUMMARIES) {
			tell(&suppressed);
			told++;
		} else {
			add(&rest, &suppressed);
		}
	}
	if (take(&others, &suppressed))
		add(&rest, &suppressed);
	if (rest.count > 0)
		tell(&rest);
}

u64 debar_throttle_suppressed(void)
{
	u64 n;

	spin_lock(&throttle_lock);
	n = total;
	spin_unlock(&throttle_lock);
	return n;
}

int debar_throttle_init(void (*summary)(const struct debar_suppressed *suppressed))
{
	tell = summary;
	all.tokens = DEBAR_THROTTLE_ALL_BURST;
	all.filled = jiffies;
	firsts.tokens = DEBAR_THROTTLE_FIRST_BURST;
	firsts.filled = jiffies;
	seed = get_random_u32();
	others.used = true;
	others.filled = jiffies;
	others.suppressed.several = true;
	summary_queue = alloc_workqueue("debar", WQ_UNBOUND, 1);
	if (!summary_queue)
		return -ENOMEM;
	buckets = kvcalloc(N_BUCKETS, sizeof(buckets[0]), GFP_KERNEL);
	if (!buckets) {
		destroy_workqueue(summary_queue);
		return -ENOMEM;
	}
	return 0;
}

void debar_throttle_exit(void)
{
	cancel_delayed_work_sync(&summary_work);
	tell_all(NULL);
	destroy_workqueue(summary_queue);
	kvfree(buckets);
}
