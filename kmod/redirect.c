// SPDX-License-Identifier: GPL-2.0
/*
 * Redirection of kernel functions through ftrace.
 *
 * All functions share one ftrace_ops: taking one away waits until every task has
 * been outside of the code that ftrace made for it, and that should be done once.
 */
#include "redirect.h"

#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "compat/compat.h"
#include "limits.h"

/* Bytes of a function before the place where it is traced (endbr64 and the call). */
#define ENTRY_MAX 16

/* Under the lock of the caller, but for what the callback reads. */
static struct debar_redirect *redirects[DEBAR_REDIRECTS_MAX];
static unsigned int n_redirects;	/* grows while calls are being redirected */
static bool registered;			/* the stubs are led on */

int debar_redirect_stopped(void)
{
	return -EACCES;
}

void debar_redirect_leave(void)
{
	module_put(THIS_MODULE);
}

/*
 * Entry of the kernel's function. Runs with the caller's arguments and maybe
 * without preemption. The reference keeps the module until our function is left:
 * once the module is going, calls are left alone.
 */
static __always_inline void entered(struct debar_redirect *redirect, unsigned long ip,
				    struct debar_call *call)
{
	if (!redirect->wanted(call) || !try_module_get(THIS_MODULE))
		return;
	/* Always the same value, so writers need no order. */
	WRITE_ONCE(redirect->resume, ip + MCOUNT_INSN_SIZE);
	debar_call_go_to(call, (unsigned long)redirect->ours);
}

DEBAR_FTRACE_CALLBACK(callback)
{
	/* Pairs with debar_redirect_find(): the entries are there. */
	unsigned int n = smp_load_acquire(&n_redirects);
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct debar_redirect *redirect = redirects[i];

		if (ip - redirect->entry < ENTRY_MAX) {
			entered(redirect, ip, call);
			return;
		}
		if (ip - (unsigned long)redirect->stub < ENTRY_MAX) {
			debar_call_go_to(call, READ_ONCE(redirect->resume));
			return;
		}
	}
}

/* PERMANENT: kernel.ftrace_enabled=0 must not silently stop us. */
static struct ftrace_ops ops = {
	.func = callback,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT | DEBAR_FTRACE_FLAGS,
};

/* Where a function is that modules may not ask for. A probe that is off tells. */
static int find_address(const char *symbol, unsigned long *ret_address)
{
	struct kprobe probe = {
		.symbol_name = symbol,
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&probe);

	if (err)
		return err;
	*ret_address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

int debar_redirect_find(struct debar_redirect *redirect)
{
	unsigned long entry;
	int err;

	if (redirect->entry)
		return 0;
	if (n_redirects == ARRAY_SIZE(redirects))
		return -ENOSPC;
	/* Until it is to be redirected, the stub is all that is traced. */
	err = ftrace_set_filter_ip(&ops, debar_ftrace_location(redirect->stub), 0, 0);
	if (err)
		return err;
	err = find_address(redirect->symbol, &entry);
	if (err)
		return err;
	err = ftrace_set_filter_ip(&ops, entry, 0, 0);
	if (!err)
		err = ftrace_set_filter_ip(&ops, entry, 1, 0);
	/* It is there, but not where calls are traced, which will not change either. */
	if (err)
		return err == -EINVAL ? -ENOENT : err;
	redirect->entry = entry;
	redirects[n_redirects] = redirect;
	/* Pairs with callback(). */
	smp_store_release(&n_redirects, n_redirects + 1);
	return 0;
}

int debar_redirect_install(struct debar_redirect *redirect)
{
	int err;

	if (redirect->installed)
		return 0;
	err = debar_redirect_find(redirect);
	if (!err && !registered) {
		err = register_ftrace_function(&ops);
		registered = !err;
	}
	if (!err)
		err = ftrace_set_filter_ip(&ops, redirect->entry, 0, 0);
	redirect->installed = !err;
	return err;
}

void debar_redirect_remove(struct debar_redirect *redirect)
{
	/* Without memory for a new filter it stays, which does no harm. */
	if (redirect->installed && !ftrace_set_filter_ip(&ops, redirect->entry, 1, 0))
		redirect->installed = false;
}

bool debar_redirect_alive(const struct debar_redirect *redirect)
{
	return redirect->installed && (ops.flags & FTRACE_OPS_FL_ENABLED);
}

void debar_redirect_exit(void)
{
	/* Waits for every task that is between the entry and our function. */
	if (registered)
		unregister_ftrace_function(&ops);
	registered = false;
	ftrace_free_filter(&ops);
}
