// SPDX-License-Identifier: GPL-2.0
/*
 * The table of hooks.
 *
 * The exec hook is there as long as the module is: it costs next to nothing. The
 * redirected functions are called several times for each program that starts, so
 * they are redirected only while a policy is live. The first commit redirects
 * them before it takes effect, so that there is no window.
 */
#include "hook.h"

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "limits.h"
#include "policy.h"
#include "record.h"
#include "redirect.h"
#include "verdict.h"

/* Those that are called most come first. */
static const struct debar_hook *const hooks[] = {
	&debar_hook_exec,
	&debar_hook_mmap,
	&debar_hook_mprotect,
	&debar_hook_filesystem,
	&debar_hook_module_file,
	&debar_hook_module_buffer,
#ifdef DEBAR_HAVE_EXEC_CHECK
	&debar_hook_exec_check,
#endif
#ifdef DEBAR_REMAP_UNASKED
	&debar_hook_remap,
#endif
};

/* All but the first are redirected functions. */
static_assert(ARRAY_SIZE(hooks) - 1 <= DEBAR_REDIRECTS_MAX, "more hooks than redirects");

/* Guards the state of all hooks. Taken inside policy_lock. */
static DEFINE_MUTEX(hook_lock);
static bool switched_off;
static bool armed;			/* a policy is live */
static bool watching;			/* since debar_hook_init(), until debar_hook_exit() */
static int errors[ARRAY_SIZE(hooks)];	/* 0: found or installed; else -errno */

static const char *error_text(int error)
{
	switch (error) {
	case -ENOENT:
		return "this kernel has no such function that can be hooked";
	case -EBUSY:
		return "the function is taken, by a live patch say, or ftrace is switched off";
	default:
		return "the hook could not be installed, see the kernel log";
	}
}

static void record(const struct debar_hook *hook, int error)
{
	enum debar_kind kind;

	for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++)
		if (hook->kinds & BIT(kind))
			debar_record_coverage(kind, debar_verdict_mode(), -error);
}

static void report(const struct debar_hook *hook, int error)
{
	pr_err("debar: hook %s cannot be installed: %s (error %d)\n",
	       hook->redirect ? hook->redirect->symbol : "exec", error_text(error),
	       -error);
	record(hook, error);
}

static void arm_hook(unsigned int i)
{
	const struct debar_hook *hook = hooks[i];
	int error;

	/* What this kernel does not have will not appear. */
	if (!hook->redirect || errors[i] == -ENOENT ||
	    (armed && hook->redirect->installed))
		return;
	error = debar_redirect_install(hook->redirect);
	if (error)
		report(hook, error);
	else if (errors[i])
		record(hook, 0);
	errors[i] = error;
	if (hook->changed)
		hook->changed(!error);
}

static void disarm_hook(unsigned int i)
{
	const struct debar_hook *hook = hooks[i];

	if (!hook->redirect)
		return;
	if (hook->changed)
		hook->changed(false);
	debar_redirect_remove(hook->redirect);
}

/* From the policies: @live before the first takes effect, !@live after the last. */
static void policies_changed(bool live)
{
	unsigned int i;

	mutex_lock(&hook_lock);
	/* Each commit tries again what could not be installed before. */
	for (i = 0; !switched_off && i < ARRAY_SIZE(hooks); i++) {
		if (live)
			arm_hook(i);
		else
			disarm_hook(i);
	}
	armed = live;
	mutex_unlock(&hook_lock);
}

void debar_hook_init(bool off)
{
	unsigned int i;

	mutex_lock(&hook_lock);
	switched_off = off;
	for (i = 0; !off && i < ARRAY_SIZE(hooks); i++) {
		const struct debar_hook *hook = hooks[i];

		errors[i] = hook->redirect ? debar_redirect_find(hook->redirect) :
					     hook->install();
		if (errors[i])
			report(hook, errors[i]);
	}
	watching = true;
	mutex_unlock(&hook_lock);
	debar_policy_set_listener(policies_changed);
}

void debar_hook_exit(void)
{
	unsigned int i;

	debar_policy_set_listener(NULL);
	/* The coverage can be asked for until the family goes. */
	mutex_lock(&hook_lock);
	watching = false;
	for (i = ARRAY_SIZE(hooks); !switched_off && i-- > 0;) {
		const struct debar_hook *hook = hooks[i];

		disarm_hook(i);
		if (!hook->redirect && !errors[i])
			hook->remove();
	}
	mutex_unlock(&hook_lock);
	debar_redirect_exit();
}

static const char *gap_of(unsigned int i)
{
	const struct debar_hook *hook = hooks[i];

	if (switched_off)
		return "switched off when the module was loaded (off=1)";
	if (!watching)
		return "the module is being loaded or unloaded";
	if (errors[i])
		return error_text(errors[i]);
	if (!hook->redirect)
		return hook->gap();
	if (armed && !debar_redirect_alive(hook->redirect))
		return "ftrace does not call the hook any more";
	return NULL;
}

bool debar_hook_coverage(enum debar_kind kind, const char **ret_gap)
{
	bool known = false;
	unsigned int i;

	*ret_gap = NULL;
	mutex_lock(&hook_lock);
	for (i = 0; !*ret_gap && i < ARRAY_SIZE(hooks); i++) {
		if (!(hooks[i]->kinds & BIT(kind)))
			continue;
		known = true;
		*ret_gap = gap_of(i);
	}
	mutex_unlock(&hook_lock);
	return known;
}
