// SPDX-License-Identifier: GPL-2.0
/*
 * Redirection of kernel functions through ftrace.
 */
#include "redirect.h"

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/string.h>

/* Bytes of a stub before the place where it is traced (endbr64 and the call). */
#define STUB_ENTRY_MAX 16

int debar_redirect_stopped(void)
{
	return -EACCES;
}

void debar_redirect_leave(void)
{
	module_put(THIS_MODULE);
}

/*
 * Entry of the kernel's function or of the stub. Runs with the caller's arguments
 * and maybe without preemption. The reference keeps the module until our function
 * is left: once the module is going, calls are left alone.
 */
static void notrace entered(struct debar_redirect *redirect, unsigned long ip,
			    struct debar_call *call)
{
	if (ip - (unsigned long)redirect->stub < STUB_ENTRY_MAX) {
		debar_call_go_to(call, READ_ONCE(redirect->resume));
		return;
	}
	if (!redirect->wanted(call) || !try_module_get(THIS_MODULE))
		return;
	/* Always the same value, so writers need no order. */
	WRITE_ONCE(redirect->resume, ip + MCOUNT_INSN_SIZE);
	debar_call_go_to(call, (unsigned long)redirect->ours);
}

DEBAR_FTRACE_CALLBACK(callback)
{
	entered(container_of(ops, struct debar_redirect, ops), ip, call);
}

int debar_redirect_find(struct debar_redirect *redirect)
{
	struct ftrace_ops *ops = &redirect->ops;
	char symbol[64];
	int err;

	ops->func = callback;
	/* PERMANENT: kernel.ftrace_enabled=0 must not silently stop us. */
	ops->flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
		     DEBAR_FTRACE_FLAGS;
	strscpy(symbol, redirect->symbol, sizeof(symbol));
	err = ftrace_set_filter(ops, symbol, strlen(symbol), 1);
	if (err)
		return err == -ENOMEM ? err : -ENOENT;
	err = ftrace_set_filter_ip(ops, debar_ftrace_location(redirect->stub), 0, 0);
	if (err)
		debar_redirect_exit(redirect);
	return err;
}

void debar_redirect_exit(struct debar_redirect *redirect)
{
	ftrace_free_filter(&redirect->ops);
}

int debar_redirect_install(struct debar_redirect *redirect)
{
	redirect->error = register_ftrace_function(&redirect->ops);
	redirect->installed = !redirect->error;
	return redirect->error;
}

void debar_redirect_remove(struct debar_redirect *redirect)
{
	if (!redirect->installed)
		return;
	/* Waits for every task that is between the entry and our function. */
	unregister_ftrace_function(&redirect->ops);
	redirect->installed = false;
}

bool debar_redirect_alive(const struct debar_redirect *redirect)
{
	return redirect->installed && (redirect->ops.flags & FTRACE_OPS_FL_ENABLED);
}
