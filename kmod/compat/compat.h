/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that knows kernel versions. Code elsewhere is written against
 * the newest kernel; here older ones get what it uses, one captioned entry a
 * difference.
 */
#ifndef DEBAR_COMPAT_H
#define DEBAR_COMPAT_H

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/highmem.h>
#include <linux/kernel_read_file.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/version.h>
#include <net/genetlink.h>

#ifndef CONFIG_DYNAMIC_FTRACE_WITH_REGS
#error "Debar needs a kernel with CONFIG_DYNAMIC_FTRACE_WITH_REGS or better"
#endif

/* 6.7: genl_info_dump() gives a dump's attributes as a request's are given. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct nlattr **debar_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}
#else
static inline struct nlattr **debar_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#endif

/* 6.4: hex_byte_pack_upper() has a header of its own; it was in kernel.h. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#include <linux/hex.h>
#endif

/*
 * 6.7 and stable kernels: a multicast group that wants CAP_SYS_ADMIN of who joins.
 * Stable kernels before 6.1 have a field for it instead of a flag.
 */
#ifdef GENL_MCAST_CAP_SYS_ADMIN
#define DEBAR_MCAST_ADMIN .flags = GENL_MCAST_CAP_SYS_ADMIN
#else
#define DEBAR_MCAST_ADMIN .cap_sys_admin = 1
#endif

/*
 * 5.11: ftrace hands over the arguments without all registers, and callbacks get
 * struct ftrace_regs. Before, all registers have to be asked for, and a callback
 * is guarded against recursion unless it says that it is safe.
 */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define debar_call ftrace_regs
#define DEBAR_FTRACE_FLAGS 0
#define DEBAR_FTRACE_CALLBACK(name)					\
static void notrace name(unsigned long ip, unsigned long parent_ip,	\
			 struct ftrace_ops *ops, struct debar_call *call)
#else
#define debar_call pt_regs
#define DEBAR_FTRACE_FLAGS FTRACE_OPS_FL_SAVE_REGS
#define DEBAR_FTRACE_CALLBACK(name)					\
static void notrace name(unsigned long ip, unsigned long parent_ip,	\
			 struct ftrace_ops *ops, struct debar_call *call)
#endif

/* 6.2: ftrace_regs_get_argument(), ftrace_regs_set_instruction_pointer(). */
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
static __always_inline unsigned long debar_call_argument(const struct debar_call *call,
							 unsigned int n)
{
	return regs_get_kernel_argument((struct pt_regs *)call, n);
}

static __always_inline void debar_call_go_to(struct debar_call *call, unsigned long to)
{
	instruction_pointer_set(call, to);
}
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static __always_inline unsigned long debar_call_argument(const struct debar_call *call,
							 unsigned int n)
{
	return regs_get_kernel_argument((struct pt_regs *)&call->regs, n);
}

static __always_inline void debar_call_go_to(struct debar_call *call, unsigned long to)
{
	ftrace_instruction_pointer_set(call, to);
}
#else
static __always_inline unsigned long debar_call_argument(const struct debar_call *call,
							 unsigned int n)
{
	return ftrace_regs_get_argument((struct debar_call *)call, n);
}

static __always_inline void debar_call_go_to(struct debar_call *call, unsigned long to)
{
	ftrace_regs_set_instruction_pointer(call, to);
}
#endif

/*
 * 5.18: ftrace_set_filter_ip() takes the start of a function, which with indirect
 * branch tracking is not where it is traced. Before, both are the same.
 */
static inline unsigned long debar_ftrace_location(void *function)
{
	return (unsigned long)function;
}

/* 5.11, and 5.10 with PREEMPT_RT: kmap_local_page(). Before: */
#ifndef kunmap_local
#ifdef CONFIG_HIGHMEM
#error "Debar supports 64-bit machines only"
#endif
#define kmap_local_page(page) page_address(page)
#define kunmap_local(address) ((void)(address))
#endif

/* 6.2 and stable 6.1: ftrace_free_filter() is exported. Setting none frees too. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define ftrace_free_filter(ops) ((void)ftrace_set_filter(ops, NULL, 0, 1))
#endif

/*
 * 6.12 and stable 6.1: remap_file_pages() asks security_mmap_file(). Before, it goes
 * to do_mmap() at once, which may add PROT_EXEC. Kernels from 6.1 on without the
 * correction are not told from those with it: docs/threat-model.md names the gap.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define DEBAR_REMAP_UNASKED 1
#endif

/* 6.14: AT_EXECVE_CHECK asks without executing. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
static inline bool debar_bprm_is_check(const struct linux_binprm *bprm)
{
	return false;
}
#else
#define DEBAR_HAVE_EXEC_CHECK 1
static inline bool debar_bprm_is_check(const struct linux_binprm *bprm)
{
	return bprm->is_check;
}
#endif

/* 6.6: the ctime of an inode is read by a function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static inline struct timespec64 debar_inode_ctime(const struct inode *inode)
{
	return inode->i_ctime;
}
#else
static inline struct timespec64 debar_inode_ctime(const struct inode *inode)
{
	return inode_get_ctime(inode);
}
#endif

/*
 * 7.0: modules that the kernel decompresses are read under a name of their own.
 * The enum has no macro to ask for, so 7.0 stands for "between 6.12 and 7.3".
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
static inline bool debar_read_file_is_module(enum kernel_read_file_id id)
{
	return id == READING_MODULE;
}
#else
static inline bool debar_read_file_is_module(enum kernel_read_file_id id)
{
	return id == READING_MODULE || id == READING_MODULE_COMPRESSED;
}
#endif

/*
 * 5.15: page faults take mapping->invalidate_lock, which holds them off while blocks
 * of the file are given back. Before, each filesystem has a lock of its own, if any.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#define filemap_invalidate_lock_shared(mapping) ((void)(mapping))
#define filemap_invalidate_unlock_shared(mapping) ((void)(mapping))
#endif

/*
 * 5.19: the page cache is read in folios. debar_page_read() gives the page of a
 * file on a disk at an index, up to date and with a reference, or an ERR_PTR.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
static inline struct page *debar_page_read(struct address_space *mapping,
					   pgoff_t index, struct file *file)
{
	struct page *page;

	if (!mapping->a_ops->readpage)
		return ERR_PTR(-EOPNOTSUPP);
	filemap_invalidate_lock_shared(mapping);
	page = read_mapping_page(mapping, index, file);
	filemap_invalidate_unlock_shared(mapping);
	return page;
}
#else
static inline struct page *debar_page_read(struct address_space *mapping,
					   pgoff_t index, struct file *file)
{
	struct folio *folio;

	if (!mapping->a_ops->read_folio)
		return ERR_PTR(-EOPNOTSUPP);
	filemap_invalidate_lock_shared(mapping);
	folio = read_mapping_folio(mapping, index, file);
	filemap_invalidate_unlock_shared(mapping);
	return IS_ERR(folio) ? ERR_CAST(folio) : folio_file_page(folio, index);
}
#endif

#endif
