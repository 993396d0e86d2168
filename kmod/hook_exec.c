// SPDX-License-Identifier: GPL-2.0
/*
 * Exec events: a binary-format handler in front of all others.
 *
 * search_binary_handler() asks each handler in turn, for the program itself and
 * again for each interpreter of a script, in process context and before the
 * point of no return. Ours answers -ENOEXEC ("not mine") for what may run, and
 * the refusal for what may not.
 *
 * Another handler that registers later with insert, as binfmt_misc does, stands
 * in front of us and can turn a banned program into its interpreter before we
 * see it. So we have to get in front again. Our registration cannot be moved:
 * unregister_binfmt() poisons the list entry, and a process that is inside our
 * load_binary(), which may be hashing, goes on from that very entry when it
 * returns. (Module unload is safe, since a process inside holds a reference to
 * the module.) So a further handler is registered instead, and the one behind it
 * stays where it is and answers "not mine" at once, until the module goes. The
 * number of handlers is bounded; when they are used up, coverage says so.
 */
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/printk.h>

#include "hook.h"
#include "limits.h"
#include "record.h"
#include "verdict.h"

/* Guards n_handlers and changes to handlers; readers of gap() go without. */
static DEFINE_MUTEX(handlers_lock);
static struct linux_binfmt handlers[DEBAR_EXEC_HANDLERS_MAX];
static unsigned int n_handlers;

/*
 * Head of the kernel's list, which is not exported: what stood before our first
 * entry right after it was put in front. (Had another handler been registered
 * in that instant, its module would only now be starting, and we would stay
 * behind it: the price of not searching for unexported symbols.)
 */
static const struct list_head *formats;

static bool gap_told;	/* an event says that another handler is in front */

static int judge(struct linux_binprm *bprm)
{
	int err = debar_verdict(bprm->file, DEBAR_KIND_EXEC);

	/* Whoever serves the file may answer with any error: this one refuses nothing. */
	if (err == -ENOEXEC)
		return -EIO;
	return err ? err : -ENOEXEC;
}

static int pass(struct linux_binprm *bprm)
{
	return -ENOEXEC;
}

static bool in_front(void)
{
	unsigned int newest = READ_ONCE(n_handlers) - 1;

	return READ_ONCE(handlers[newest].lh.prev) == formats;
}

static void put_in_front(void)
{
	struct linux_binfmt *handler = &handlers[n_handlers];

	handler->module = THIS_MODULE;
	handler->load_binary = judge;
	__register_binfmt(handler, 1);
	if (n_handlers == 0)
		formats = READ_ONCE(handler->lh.prev);
	else	/* from now on it is asked second: once is enough */
		WRITE_ONCE(handlers[n_handlers - 1].load_binary, pass);
	WRITE_ONCE(n_handlers, n_handlers + 1);
}

/* Get in front again, or say that it cannot be done any more. */
static void get_in_front(const struct module *module)
{
	if (n_handlers == DEBAR_EXEC_HANDLERS_MAX) {
		if (!gap_told)
			pr_err("debar: module %s registered a binary format in front of ours, and no more of ours are left\n",
			       module->name);
		return;
	}
	put_in_front();
	pr_info("debar: in front of the handlers of module %s again\n", module->name);
}

/* A module that has just started may have registered a handler; one that goes may
 * have been in front.
 */
static int module_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;
	bool changed, gap;

	if ((event != MODULE_STATE_LIVE && event != MODULE_STATE_GOING) ||
	    module == THIS_MODULE)
		return NOTIFY_DONE;
	mutex_lock(&handlers_lock);
	if (n_handlers > 0 && !in_front())
		get_in_front(module);
	gap = n_handlers > 0 && !in_front();
	changed = gap != gap_told;
	gap_told = gap;
	mutex_unlock(&handlers_lock);
	if (changed)
		debar_record_coverage(DEBAR_KIND_EXEC, debar_verdict_mode(),
				      gap ? ENOSPC : 0);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

static int install(void)
{
	int err;

	/* First: a handler that comes in between is behind ours anyway. */
	err = register_module_notifier(&module_notifier);
	if (err)
		return err;
	mutex_lock(&handlers_lock);
	put_in_front();
	mutex_unlock(&handlers_lock);
	return 0;
}

/* Called from module exit only: no process can be inside, see above. */
static void remove(void)
{
	unregister_module_notifier(&module_notifier);
	while (n_handlers > 0)
		unregister_binfmt(&handlers[--n_handlers]);
}

static const char *gap(void)
{
	if (in_front())
		return NULL;
	return "another binary format is asked before ours: what it recognizes is not judged";
}

const struct debar_hook debar_hook_exec = {
	.kinds = BIT(DEBAR_KIND_EXEC),
	.install = install,
	.remove = remove,
	.gap = gap,
};
