// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that is executed is open for writing, as far as Debar can see: so it can
 * be on Linux 6.11, which does not refuse to execute what somebody writes to.
 */
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *comm = "";
module_param(comm, charp, 0444);
MODULE_PARM_DESC(comm, "name of the process that executes");

/* The kernel holds writers off by one that is missing: with two more there is one. */
#define WRITERS 2

struct instance {
	struct inode *inode;
};

static int entered(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct instance *instance = (struct instance *)ri->data;
	struct file *file = (struct file *)regs->di;

	if (strcmp(current->comm, comm) != 0)
		return 1;
	instance->inode = file_inode(file);
	atomic_add(WRITERS, &instance->inode->i_writecount);
	return 0;
}

static int returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct instance *instance = (struct instance *)ri->data;

	atomic_sub(WRITERS, &instance->inode->i_writecount);
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "debar_verdict",
	.entry_handler = entered,
	.handler = returned,
	.data_size = sizeof(struct instance),
};

static int __init start(void)
{
	return register_kretprobe(&probe);
}

static void __exit stop(void)
{
	unregister_kretprobe(&probe);
}

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Let programs be open for writing while they are executed");
MODULE_LICENSE("GPL");
