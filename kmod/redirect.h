/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Redirect calls of a kernel function that is not exported, through ftrace.
 *
 * Where the function is entered, ftrace calls us, and we may have the call go on
 * in a function of ours instead, with the same arguments and the same return
 * address. Ours runs in the context of the caller, may sleep, and goes on in the
 * kernel's function through a stub: a function that does nothing, but whose
 * entry is traced as well and led to just behind the traced entry of the kernel's
 * function. So nothing is called by an address that was found out, which a
 * processor with indirect branch tracking would refuse, and nothing can loop.
 */
#ifndef DEBAR_REDIRECT_H
#define DEBAR_REDIRECT_H

#include <linux/ftrace.h>
#include <linux/types.h>

#include "compat/compat.h"

/**
 * struct debar_redirect - one function and what to do about it
 * @symbol: name of the kernel's function
 * @wanted: is our function to be entered? Called for every call, at the entry:
 *	must be fast and must not sleep
 * @ours: our function, with the prototype of @symbol. Runs with a reference to
 *	this module, which it drops last, with debar_redirect_leave().
 * @stub: goes on in @symbol, see debar_redirect_stopped()
 * @entry: where @symbol is, from debar_redirect_find() on
 * @resume: where @symbol goes on; known from the first wanted call on
 * @installed: calls are redirected; under the lock of the caller
 */
struct debar_redirect {
	const char *symbol;
	bool (*wanted)(const struct debar_call *call);
	void *ours;
	void *stub;
	unsigned long entry;
	unsigned long resume;
	bool installed;
};

/**
 * debar_redirect_find() - can the function be redirected at all?
 * @redirect: in any state; must live until debar_redirect_exit(). Those that are
 *	found first cost least.
 *
 * Context: process, may sleep. Serialized by the caller.
 * Return: 0; -ENOENT: this kernel has no such function, or does not let it be
 * traced, now or later; -ENOSPC: there are DEBAR_REDIRECTS_MAX already; another
 * -errno of kprobes or ftrace, such as -ENOMEM, which may pass.
 */
int debar_redirect_find(struct debar_redirect *redirect);

/**
 * debar_redirect_install() - begin to redirect
 * @redirect: in any state
 *
 * Context: process, may sleep. Serialized by the caller.
 * Return: 0; -EBUSY: somebody else, such as a live patch, redirects the
 * function, or ftrace is switched off; as debar_redirect_find(); another -errno of
 * ftrace.
 */
int debar_redirect_install(struct debar_redirect *redirect);

/**
 * debar_redirect_remove() - stop redirecting
 * @redirect: in any state
 *
 * Does not wait. Calls that are inside @ours, or about to be, go on in @symbol when
 * they are done, since the stub is led on until debar_redirect_exit(). If memory
 * lacks, calls are redirected as before and @installed tells.
 *
 * Context: process, may sleep. Serialized by the caller.
 */
void debar_redirect_remove(struct debar_redirect *redirect);

/* Does ftrace really call us? (It may have been switched off for a bug.) */
bool debar_redirect_alive(const struct debar_redirect *redirect);

/**
 * debar_redirect_exit() - the end of all redirects, when the module goes
 *
 * No call is inside a function of ours. On return ftrace uses nothing of ours.
 *
 * Context: process, may sleep: for some 100 ms if one was ever installed.
 */
void debar_redirect_exit(void);

/* The last act of a redirected function of ours, before it returns. */
void debar_redirect_leave(void);

/*
 * The body of a stub, which is a function with the prototype of the kernel's and
 * must be noinline and __noclone, since another function is entered from it. The
 * body is only reached if ftrace stopped between the kernel's function and the
 * stub.
 *
 * Return: -EACCES: other security modules have not been asked.
 */
int debar_redirect_stopped(void);

#endif
