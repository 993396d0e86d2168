// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what kernel code must not do, so that a kernel which watches can be seen to
 * notice. Never loaded but on such a kernel.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "what is to be wrong");

static DEFINE_MUTEX(one);
static DEFINE_MUTEX(two);
static DEFINE_SPINLOCK(spin);
static int __rcu *shared;
static volatile int number;
static void *volatile kept;

static void after_free(void)
{
	volatile char *data = kmalloc(64, GFP_KERNEL);

	if (!data)
		return;
	kfree((void *)data);
	number = data[10];
}

static void out_of_bounds(void)
{
	volatile char *data = kmalloc(61, GFP_KERNEL);
	volatile int at = 61;

	if (!data)
		return;
	data[at] = 1;
	kfree((void *)data);
}

/* Nobody knows where they are when the module is gone. */
static void leak(void)
{
	int i;

	for (i = 0; i < 16; i++) {
		kept = kmalloc(333, GFP_KERNEL);
		if (kept)
			memset(kept, i, 333);
	}
}

static void inversion(void)
{
	mutex_lock(&one);
	mutex_lock(&two);
	mutex_unlock(&two);
	mutex_unlock(&one);
	mutex_lock(&two);
	mutex_lock(&one);
	mutex_unlock(&one);
	mutex_unlock(&two);
}

static void sleep_atomic(void)
{
	spin_lock(&spin);
	msleep(1);
	spin_unlock(&spin);
}

static void unprotected(void)
{
	kept = rcu_dereference(shared);
}

static void shift(void)
{
	number = 40;
	number = 1 << number;
}

static void corrupt_list(void)
{
	LIST_HEAD(head);
	struct list_head entry = { &entry, &entry };

	list_add(&entry, &head);
	list_add(&entry, &head);
}

static int race_with(void *data)
{
	int *counter = data;

	while (!kthread_should_stop()) {
		(*counter)++;
		cond_resched();
	}
	return 0;
}

static void race(void)
{
	static int counter;
	struct task_struct *tasks[2];
	int i;

	for (i = 0; i < 2; i++)
		tasks[i] = kthread_run(race_with, &counter, "faulty");
	msleep(3000);
	for (i = 0; i < 2; i++)
		if (!IS_ERR(tasks[i]))
			kthread_stop(tasks[i]);
}

static const struct {
	const char *name;
	void (*commit)(void);
} faults[] = {
	{ "after-free", after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "leak", leak },
	{ "sleep", sleep_atomic },
	{ "shift", shift },
	{ "list", corrupt_list },
	{ "rcu", unprotected },
	{ "inversion", inversion },
	{ "race", race },
};

static int __init start(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (strcmp(faults[i].name, fault) == 0) {
			faults[i].commit();
			return 0;
		}
	return -EINVAL;
}

static void __exit stop(void)
{
}

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Do what kernel code must not do");
MODULE_LICENSE("GPL");
