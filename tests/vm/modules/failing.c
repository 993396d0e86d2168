// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that Debar calls fail, the kernel's or its own, without being entered: those
 * named, where the process has that name and, if any is named, the caller is one of those
 * functions of Debar. What fails for everybody would be no test of Debar. They can take
 * their time, too, so that something else happens meanwhile.
 *
 * Names that this kernel does not have are passed over, so that one list serves all.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>

#define FUNCTIONS_MAX 12
#define CALLERS_MAX 4

static char *functions[FUNCTIONS_MAX];
static int n_functions;
module_param_array(functions, charp, &n_functions, 0444);
MODULE_PARM_DESC(functions, "functions that fail");

static char *callers[CALLERS_MAX];
static int n_callers;
module_param_array(callers, charp, &n_callers, 0444);
MODULE_PARM_DESC(callers, "functions of Debar that call them; none: all of Debar");

static char *comm = "";
module_param(comm, charp, 0444);
MODULE_PARM_DESC(comm, "name of the process");

static long value;
module_param(value, long, 0444);
MODULE_PARM_DESC(value, "what they return");

static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "they do not return as long as this is set");

static int times;
module_param(times, int, 0444);
MODULE_PARM_DESC(times, "how often they failed so far; to be read");

static struct kprobe probes[FUNCTIONS_MAX];
static int n_probes;

/* Where a call goes on that is to return at once: all registers stay as they are. */
static noinstr void just_return(void)
{
}

/* The same, once it may. */
static noinline long return_later(void)
{
	while (READ_ONCE(hold))
		msleep(20);
	return value;
}

static bool is_concerned(unsigned long address)
{
	char symbol[KSYM_SYMBOL_LEN];
	int i;

	/* NAME+OFFSET/SIZE [MODULE]; newer kernels put a build id behind the module. */
	sprint_symbol(symbol, address);
	if (!strstr(symbol, " [debar"))
		return false;
	/* What the compiler made of a function has its name up to a dot. */
	symbol[strcspn(symbol, ".+")] = '\0';
	for (i = 0; i < n_callers; i++)
		if (strcmp(symbol, callers[i]) == 0)
			return true;
	return n_callers == 0;
}

static int entered(struct kprobe *probe, struct pt_regs *regs)
{
	if (strcmp(current->comm, comm) != 0 ||
	    !is_concerned(*(unsigned long *)regs->sp))
		return 0;
	times++;
	regs->ax = value;
	regs->ip = (unsigned long)just_return;
	if (READ_ONCE(hold))
		regs->ip = (unsigned long)return_later;
	return 1;
}

static void stop(void)
{
	while (n_probes > 0)
		unregister_kprobe(&probes[--n_probes]);
}

static int __init start(void)
{
	int i, err;

	for (i = 0; i < n_functions; i++) {
		struct kprobe *probe = &probes[n_probes];

		memset(probe, 0, sizeof(*probe));
		probe->symbol_name = functions[i];
		probe->pre_handler = entered;
		err = register_kprobe(probe);
		if (err == -ENOENT)
			continue;
		if (err)
			goto fail;
		n_probes++;
		/* One that is a breakpoint may become a jump, which goes where it will. */
		err = -EOPNOTSUPP;
		if (!kprobe_ftrace(probe))
			goto fail;
	}
	return n_probes > 0 ? 0 : -ENOENT;
fail:
	pr_err("failing: %s cannot be made to fail\n", functions[i]);
	stop();
	return err;
}

static void __exit finish(void)
{
	stop();
}

module_init(start);
module_exit(finish);

MODULE_DESCRIPTION("Let functions fail that Debar calls");
MODULE_LICENSE("GPL");
