// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-256 by the kernel's crypto, which picks the fastest driver.
 */
#include "digest.h"

#include <crypto/hash.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/magic.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "limits.h"

/*
 * Bytes of memory between two offers to let others run: an exec that waits while a
 * large policy is committed is to wait for less than a hundredth of its own cost.
 */
#define MEMORY_CHUNK 1024

/* Set once before the first hook; holds no state of a computation. */
static struct crypto_shash *sha256_tfm;
static atomic64_t files_hashed;

int debar_digest_init(void)
{
	sha256_tfm = crypto_alloc_shash("sha256", 0, 0);
	if (IS_ERR(sha256_tfm))
		return PTR_ERR(sha256_tfm);
	return 0;
}

void debar_digest_exit(void)
{
	crypto_free_shash(sha256_tfm);
}

const char *debar_digest_driver(void)
{
	return crypto_tfm_alg_driver_name(crypto_shash_tfm(sha256_tfm));
}

u64 debar_digest_count(void)
{
	return atomic64_read(&files_hashed);
}

/* The chunk if it is to be had at once, else a page. */
static void *get_buffer(size_t *ret_size)
{
	void *buffer;

	buffer = kmalloc(DEBAR_DIGEST_CHUNK,
			 GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (buffer) {
		*ret_size = DEBAR_DIGEST_CHUNK;
		return buffer;
	}
	*ret_size = PAGE_SIZE;
	return kmalloc(PAGE_SIZE, GFP_KERNEL);
}

static int hash_file(struct file *file, struct shash_desc *desc, void *buffer,
		     size_t size, enum debar_reason *ret_reason)
{
	loff_t at = 0;

	for (;;) {
		ssize_t n;
		int err;

		if (fatal_signal_pending(current)) {
			*ret_reason = DEBAR_REASON_KILLED;
			return -EINTR;
		}
		n = kernel_read(file, buffer, size, &at);
		/* A read that was cut short by the signal is no fault of the file. */
		if (n < 0 && fatal_signal_pending(current))
			continue;
		if (n < 0) {
			*ret_reason = DEBAR_REASON_UNREADABLE;
			return n;
		}
		if (n == 0)
			return 0;
		err = crypto_shash_update(desc, buffer, n);
		if (err) {
			*ret_reason = DEBAR_REASON_CRYPTO;
			return err;
		}
		cond_resched_tasks_rcu_qs();
	}
}

/* Memory that is called a file: on tmpfs, a memfd, a System V segment. */
static bool is_shmem(const struct address_space *mapping)
{
	return mapping->host->i_sb->s_magic == TMPFS_MAGIC;
}

/*
 * Up to date and with a reference, or an ERR_PTR. Asked for a page where there is a
 * hole, shmem would fill it with new memory. What is swapped out is no hole: it has
 * an entry, which is no page.
 */
static struct page *read_page(struct file *file, pgoff_t index)
{
	struct address_space *mapping = file->f_mapping;
	struct page *zeroes = ZERO_PAGE(0);

	if (!is_shmem(mapping))
		return debar_page_read(mapping, index, file);
	if (xa_load(&mapping->i_pages, index))
		return shmem_read_mapping_page(mapping, index);
	get_page(zeroes);
	return zeroes;
}

static int hash_pages(struct file *file, struct shash_desc *desc,
		      enum debar_reason *ret_reason)
{
	loff_t size = i_size_read(file->f_mapping->host);
	loff_t at;

	for (at = 0; at < size; at += PAGE_SIZE) {
		struct page *page;
		void *data;
		int err;

		if (fatal_signal_pending(current)) {
			*ret_reason = DEBAR_REASON_KILLED;
			return -EINTR;
		}
		page = read_page(file, at >> PAGE_SHIFT);
		if (IS_ERR(page)) {
			*ret_reason = DEBAR_REASON_UNREADABLE;
			return PTR_ERR(page);
		}
		data = kmap_local_page(page);
		err = crypto_shash_update(desc, data, min_t(loff_t, size - at, PAGE_SIZE));
		kunmap_local(data);
		put_page(page);
		if (err) {
			*ret_reason = DEBAR_REASON_CRYPTO;
			return err;
		}
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

int debar_digest_mapped_file(struct file *file, u8 sha256[DEBAR_SHA256_SIZE],
			     enum debar_reason *ret_reason)
{
	SHASH_DESC_ON_STACK(desc, sha256_tfm);
	int err;

	desc->tfm = sha256_tfm;
	*ret_reason = DEBAR_REASON_CRYPTO;
	err = crypto_shash_init(desc);
	if (!err)
		err = hash_pages(file, desc, ret_reason);
	if (!err) {
		*ret_reason = DEBAR_REASON_CRYPTO;
		err = crypto_shash_final(desc, sha256);
	}
	if (!err)
		atomic64_inc(&files_hashed);
	shash_desc_zero(desc);
	return err;
}

int debar_digest_file(struct file *file, u8 sha256[DEBAR_SHA256_SIZE],
		      enum debar_reason *ret_reason)
{
	SHASH_DESC_ON_STACK(desc, sha256_tfm);
	size_t size;
	void *buffer;
	int err;

	/* kernel_read() would refuse too, but the kernel's log takes it for a bug. */
	if (!(file->f_mode & FMODE_READ)) {
		*ret_reason = DEBAR_REASON_UNREADABLE;
		return -EBADF;
	}
	/* A System V segment is a file without read(). */
	if (!(file->f_mode & FMODE_CAN_READ) && is_shmem(file->f_mapping))
		return debar_digest_mapped_file(file, sha256, ret_reason);
	buffer = get_buffer(&size);
	if (!buffer) {
		*ret_reason = DEBAR_REASON_NO_MEMORY;
		return -ENOMEM;
	}
	desc->tfm = sha256_tfm;
	err = crypto_shash_init(desc);
	if (err) {
		*ret_reason = DEBAR_REASON_CRYPTO;
		goto out;
	}
	err = hash_file(file, desc, buffer, size, ret_reason);
	if (err)
		goto out;
	err = crypto_shash_final(desc, sha256);
	if (err)
		*ret_reason = DEBAR_REASON_CRYPTO;
	else
		atomic64_inc(&files_hashed);
out:
	shash_desc_zero(desc);
	kfree(buffer);
	return err;
}

int debar_digest_memory(const void *data, size_t length,
			u8 sha256[DEBAR_SHA256_SIZE])
{
	SHASH_DESC_ON_STACK(desc, sha256_tfm);
	int err;

	desc->tfm = sha256_tfm;
	err = crypto_shash_init(desc);
	while (!err && length > 0) {
		unsigned int n = min_t(size_t, length, MEMORY_CHUNK);

		err = crypto_shash_update(desc, data, n);
		data += n;
		length -= n;
		cond_resched_tasks_rcu_qs();
	}
	if (!err)
		err = crypto_shash_final(desc, sha256);
	shash_desc_zero(desc);
	return err;
}
