// SPDX-License-Identifier: GPL-2.0
/*
 * Code that enters a process without being executed: executable mappings of
 * files, made at once (libraries, ELF interpreters, "ld.so ./program") or by a
 * later mprotect(). And the question whether a file could be executed.
 */
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/personality.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat/compat.h"
#include "hook.h"
#include "redirect.h"
#include "verdict.h"

/* int security_mmap_file(struct file *file, unsigned long prot, unsigned long flags) */

static noinline __noclone
int mmap_file_stub(struct file *file, unsigned long prot, unsigned long flags)
{
	return debar_redirect_stopped();
}

static int mmap_file(struct file *file, unsigned long prot, unsigned long flags)
{
	int err = debar_verdict(file, DEBAR_KIND_MMAP);

	if (!err)
		err = mmap_file_stub(file, prot, flags);
	debar_redirect_leave();
	return err;
}

/* An old personality gets PROT_EXEC with PROT_READ, unless mounted noexec. */
static bool read_is_exec(const struct file *file)
{
	return (current->personality & READ_IMPLIES_EXEC) &&
	       !(file->f_path.mnt->mnt_flags & MNT_NOEXEC) &&
	       !(file->f_path.mnt->mnt_sb->s_iflags & SB_I_NOEXEC);
}

/*
 * The program itself while it is being executed: the exec hook has judged it. Not
 * afterwards: prctl() can then set the file of the running program, even to one
 * that execve() has opened, for binfmt_misc may hand that to an interpreter.
 */
static bool is_own_program(const struct file *file)
{
	const struct mm_struct *mm = current->mm;

	return current->in_execve && mm && rcu_access_pointer(mm->exe_file) == file;
}

/*
 * Huge pages, which get their content by stores only, and are judged as little as
 * other memory where they cannot be read as a file.
 */
static bool is_huge(const struct file *file)
{
	return file_inode(file)->i_sb->s_magic == HUGETLBFS_MAGIC;
}

static bool mmap_wanted(const struct debar_call *call)
{
	struct file *file = (struct file *)debar_call_argument(call, 0);
	unsigned long prot = debar_call_argument(call, 1);

	/* What is not open for reading the kernel will not map, but it asks first. */
	if (!file || !(file->f_mode & FMODE_READ))
		return false;
	if (!(file->f_mode & FMODE_CAN_READ) && is_huge(file))
		return false;
	if (!(prot & PROT_EXEC) && !((prot & PROT_READ) && read_is_exec(file)))
		return false;
	return !is_own_program(file) && debar_verdict_wanted(file);
}

static struct debar_redirect mmap_redirect = {
	.symbol = "security_mmap_file",
	.wanted = mmap_wanted,
	.ours = mmap_file,
	.stub = mmap_file_stub,
};

const struct debar_hook debar_hook_mmap = {
	.kinds = BIT(DEBAR_KIND_MMAP),
	.redirect = &mmap_redirect,
};

#ifdef DEBAR_REMAP_UNASKED
/*
 * unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len,
 *			 unsigned long prot, unsigned long flags, unsigned long pgoff,
 *			 unsigned long *populate, struct list_head *uf)
 * Called with mmap_lock held for writing; by mmap() after security_mmap_file().
 */

static noinline __noclone
unsigned long remap_stub(struct file *file, unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags, unsigned long pgoff,
			 unsigned long *populate, struct list_head *uf)
{
	return debar_redirect_stopped();
}

static unsigned long remap(struct file *file, unsigned long addr, unsigned long len,
			   unsigned long prot, unsigned long flags, unsigned long pgoff,
			   unsigned long *populate, struct list_head *uf)
{
	unsigned long ret = debar_verdict_mapped(file, DEBAR_KIND_MMAP);

	if (!ret)
		ret = remap_stub(file, addr, len, prot, flags, pgoff, populate, uf);
	debar_redirect_leave();
	return ret;
}

/* With these flags remap_file_pages() comes, and hardly anybody else. */
static bool remap_wanted(const struct debar_call *call)
{
	const unsigned long all = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
	struct file *file = (struct file *)debar_call_argument(call, 0);
	unsigned long prot = debar_call_argument(call, 3);
	unsigned long flags = debar_call_argument(call, 4);

	return (flags & all) == all && file && (prot & PROT_READ) &&
	       !(prot & PROT_EXEC) && read_is_exec(file) && debar_verdict_wanted(file) &&
	       !is_huge(file);
}

static struct debar_redirect remap_redirect = {
	.symbol = "do_mmap",
	.wanted = remap_wanted,
	.ours = remap,
	.stub = remap_stub,
};

const struct debar_hook debar_hook_remap = {
	.kinds = BIT(DEBAR_KIND_MMAP),
	.redirect = &remap_redirect,
};
#endif

/*
 * int security_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
 *			      unsigned long prot)
 * Called with mmap_lock held for writing.
 */

static noinline __noclone
int file_mprotect_stub(struct vm_area_struct *vma, unsigned long reqprot,
		       unsigned long prot)
{
	return debar_redirect_stopped();
}

static int file_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
			 unsigned long prot)
{
	int err = debar_verdict_mapped(vma->vm_file, DEBAR_KIND_MPROTECT);

	if (!err)
		err = file_mprotect_stub(vma, reqprot, prot);
	debar_redirect_leave();
	return err;
}

/*
 * That a private mapping was written to does not matter: what was not written
 * to is still the file's.
 */
static bool mprotect_wanted(const struct debar_call *call)
{
	struct vm_area_struct *vma = (struct vm_area_struct *)debar_call_argument(call, 0);
	unsigned long prot = debar_call_argument(call, 2);

	return (prot & PROT_EXEC) && !(vma->vm_flags & VM_EXEC) && vma->vm_file &&
	       debar_verdict_wanted(vma->vm_file) && !is_huge(vma->vm_file);
}

static struct debar_redirect mprotect_redirect = {
	.symbol = "security_file_mprotect",
	.wanted = mprotect_wanted,
	.ours = file_mprotect,
	.stub = file_mprotect_stub,
};

const struct debar_hook debar_hook_mprotect = {
	.kinds = BIT(DEBAR_KIND_MPROTECT),
	.redirect = &mprotect_redirect,
};

#ifdef DEBAR_HAVE_EXEC_CHECK
/*
 * int security_bprm_creds_for_exec(struct linux_binprm *bprm)
 * With AT_EXECVE_CHECK the kernel goes no further than this.
 */

static noinline __noclone int bprm_creds_for_exec_stub(struct linux_binprm *bprm)
{
	return debar_redirect_stopped();
}

static int bprm_creds_for_exec(struct linux_binprm *bprm)
{
	int err = debar_verdict(bprm->file, DEBAR_KIND_EXEC_CHECK);

	if (!err)
		err = bprm_creds_for_exec_stub(bprm);
	debar_redirect_leave();
	return err;
}

static bool exec_check_wanted(const struct debar_call *call)
{
	struct linux_binprm *bprm = (struct linux_binprm *)debar_call_argument(call, 0);

	return debar_bprm_is_check(bprm) && debar_verdict_wanted(bprm->file);
}

static struct debar_redirect exec_check_redirect = {
	.symbol = "security_bprm_creds_for_exec",
	.wanted = exec_check_wanted,
	.ours = bprm_creds_for_exec,
	.stub = bprm_creds_for_exec_stub,
};

const struct debar_hook debar_hook_exec_check = {
	.kinds = BIT(DEBAR_KIND_EXEC_CHECK),
	.redirect = &exec_check_redirect,
};
#endif
