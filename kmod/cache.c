// SPDX-License-Identifier: GPL-2.0
/*
 * The digest cache: a fixed table of sets, each with its lock.
 *
 * When may a digest be used again? When every way to change the content also
 * changes the key. That is so for ext4 on a real disk: each write, truncation,
 * hole, clone and first store through a writable mapping changes the ctime, which
 * no user can set, and on newer kernels the change counter. It is not so
 *
 * - while the file is open for writing, or mapped shared and writable: a store
 *   into a page that is writable already changes no timestamp;
 * - for a ctime that is younger than twice its granularity: a second change in
 *   the same tick would leave it as it is;
 * - on tmpfs, where stores through mappings change no timestamp at all;
 * - on btrfs, where the files of two subvolumes can have the same number;
 * - on XFS, where an ioctl of a user can swap the contents of two files and keep
 *   their timestamps;
 * - on network filesystems and FUSE, whose content changes elsewhere;
 * - for a file that anybody but root may write to: an ioctl of ext4
 *   (EXT4_IOC_MOVE_EXT) takes blocks out of a file and keeps its ctime and its
 *   counter;
 * - on loop and network block devices, whose owner can write below the
 *   filesystem, and on whatever may lie on top of one: device mapper, RAID.
 *
 * Files there are hashed each time, which is correct and only costs time.
 */
#include "cache.h"

#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/dcache.h>
#include <linux/iversion.h>
#include <linux/jhash.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>

#include "compat/compat.h"
#include "limits.h"

struct entry {
	struct debar_cache_key key;	/* sb is NULL where nothing is kept */
	u8 sha256[DEBAR_SHA256_SIZE];
};

/**
 * struct set - entries that share a hash value
 * @lock: guards the rest; innermost
 * @next: which entry gives way next
 * @ways: the entries
 */
struct set {
	spinlock_t lock;	/* innermost */
	u32 next;
	struct entry ways[DEBAR_CACHE_WAYS];
};

static struct set *sets;
/* Grows with every filesystem that goes: see struct debar_cache_key. */
static atomic64_t epoch;
static atomic64_t hits;
static bool usable;

int debar_cache_init(void)
{
	unsigned int i;

	sets = kvcalloc(DEBAR_CACHE_SETS, sizeof(sets[0]), GFP_KERNEL);
	if (!sets)
		return -ENOMEM;
	for (i = 0; i < DEBAR_CACHE_SETS; i++)
		spin_lock_init(&sets[i].lock);
	return 0;
}

void debar_cache_exit(void)
{
	kvfree(sets);
}

void debar_cache_filesystem_gone(void)
{
	atomic64_inc(&epoch);
}

void debar_cache_enable(bool enabled)
{
	atomic64_inc(&epoch);
	WRITE_ONCE(usable, enabled);
}

u64 debar_cache_hits(void)
{
	return atomic64_read(&hits);
}

/* Does every change of a file on @sb leave a mark that a user cannot undo? */
static bool leaves_marks(const struct super_block *sb)
{
	if (sb->s_magic != EXT4_SUPER_MAGIC || !sb->s_bdev)
		return false;
	/* Hardware, and partitions of it, hang below a bus; what is made up does not. */
	return disk_to_dev(sb->s_bdev->bd_disk)->parent;
}

/* An access control list that lets others write shows in the group's bits. */
static bool only_root_writes(const struct inode *inode)
{
	return uid_eq(inode->i_uid, GLOBAL_ROOT_UID) &&
	       !(inode->i_mode & 0022);
}

static bool being_written(const struct inode *inode)
{
	return inode_is_open_for_write(inode) ||
	       mapping_writably_mapped(inode->i_mapping);
}

bool debar_cache_key(struct file *file, struct debar_cache_key *ret_key)
{
	/* On overlayfs the file of the layer, which is where data changes. */
	struct inode *inode = d_real_inode(file_dentry(file));
	struct timespec64 ctime;

	if (!READ_ONCE(usable) || !leaves_marks(inode->i_sb) ||
	    !only_root_writes(inode) || being_written(inode))
		return false;
	ctime = debar_inode_ctime(inode);
	/* The key is compared as bytes. */
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->sb = inode->i_sb;
	ret_key->epoch = atomic64_read(&epoch);
	ret_key->inode = inode->i_ino;
	ret_key->size = i_size_read(inode);
	ret_key->version = IS_I_VERSION(inode) ? inode_query_iversion(inode) : 0;
	ret_key->ctime_s = ctime.tv_sec;
	ret_key->ctime_ns = ctime.tv_nsec;
	ret_key->generation = inode->i_generation;
	return true;
}

static struct set *set_of(const struct debar_cache_key *key)
{
	u32 hash = jhash_3words((u32)key->inode, (u32)(key->inode >> 32),
				(u32)(unsigned long)key->sb, 0);

	return &sets[hash % DEBAR_CACHE_SETS];
}

static bool same(const struct debar_cache_key *a, const struct debar_cache_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool debar_cache_get(const struct debar_cache_key *key, u8 sha256[DEBAR_SHA256_SIZE])
{
	struct set *set = set_of(key);
	bool found = false;
	unsigned int i;

	spin_lock(&set->lock);
	for (i = 0; i < DEBAR_CACHE_WAYS && !found; i++) {
		found = same(&set->ways[i].key, key);
		if (found)
			memcpy(sha256, set->ways[i].sha256, DEBAR_SHA256_SIZE);
	}
	spin_unlock(&set->lock);
	if (found)
		atomic64_inc(&hits);
	return found;
}

/* Is a ctime old enough that any change from now on must get another one? */
static bool settled(const struct super_block *sb, const struct debar_cache_key *key)
{
	u64 grain = max_t(u64, TICK_NSEC, sb->s_time_gran);
	struct timespec64 now, ctime = {
		.tv_sec = key->ctime_s,
		.tv_nsec = key->ctime_ns,
	};

	ktime_get_coarse_real_ts64(&now);
	return timespec64_compare(&ctime, &now) < 0 &&
	       timespec64_to_ns(&now) - timespec64_to_ns(&ctime) > 2 * grain;
}

void debar_cache_put(struct file *file, const struct debar_cache_key *before,
		     const u8 sha256[DEBAR_SHA256_SIZE])
{
	struct debar_cache_key key;
	struct set *set;
	struct entry *entry;
	unsigned int i;

	if (!debar_cache_key(file, &key) || !same(&key, before) ||
	    !settled(key.sb, &key))
		return;
	set = set_of(&key);
	spin_lock(&set->lock);
	entry = &set->ways[set->next];
	/* An older state of the same file is of no use any more. */
	for (i = 0; i < DEBAR_CACHE_WAYS; i++)
		if (set->ways[i].key.sb == key.sb && set->ways[i].key.inode == key.inode)
			entry = &set->ways[i];
	if (entry == &set->ways[set->next])
		set->next = (set->next + 1) % DEBAR_CACHE_WAYS;
	entry->key = key;
	memcpy(entry->sha256, sha256, sizeof(entry->sha256));
	spin_unlock(&set->lock);
}
