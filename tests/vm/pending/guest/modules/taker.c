// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a kernel function as a live patch does: nobody else may redirect it as
 * long as this module is there. Changes nothing.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/version.h>

static char *function = "security_mmap_file";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the function to take");

/* ftrace.h: with and without CONFIG_DYNAMIC_FTRACE_WITH_ARGS. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define registers pt_regs
#else
#define registers ftrace_regs
#endif

static void notrace taken(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct registers *regs)
{
}

static struct ftrace_ops ops = {
	.func = taken,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS,
};

static int __init start(void)
{
	int err = ftrace_set_filter(&ops, function, strlen(function), 1);

	if (err)
		return err;
	err = register_ftrace_function(&ops);
	if (err)
		ftrace_free_filter(&ops);
	return err;
}

static void __exit stop(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Take a kernel function as a live patch does");
MODULE_LICENSE("GPL");
