// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a kernel function as a live patch does: nobody else may redirect it as
 * long as this module is there. Changes nothing.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "compat/compat.h"

static char *function = "security_mmap_file";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the function to take");

DEBAR_FTRACE_CALLBACK(taken)
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
