// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds the lock of a file's page cache as somebody does who is making a hole in
 * the file: no page may be brought in until this module goes.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "compat/compat.h"

static char *path = "";
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "the file");

/* Where it has to be defined for older kernels, there is no such lock. */
#ifdef filemap_invalidate_lock_shared
static int __init start(void)
{
	return -EOPNOTSUPP;
}

static void __exit stop(void)
{
}
#else
static DECLARE_COMPLETION(held);
static struct task_struct *holder;
static struct file *file;

/* A thread, for who takes the lock has to give it back. */
static int hold(void *unused)
{
	filemap_invalidate_lock(file->f_mapping);
	complete(&held);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 20);
	filemap_invalidate_unlock(file->f_mapping);
	return 0;
}

static int __init start(void)
{
	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	holder = kthread_run(hold, NULL, "holder");
	if (IS_ERR(holder)) {
		fput(file);
		return PTR_ERR(holder);
	}
	wait_for_completion(&held);
	return 0;
}

static void __exit stop(void)
{
	kthread_stop(holder);
	fput(file);
}
#endif

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Hold the lock of a file's page cache");
MODULE_LICENSE("GPL");
