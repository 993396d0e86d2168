/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel is asked to ask us. One table; nothing else knows
 * how a hook works.
 */
#ifndef DEBAR_HOOK_H
#define DEBAR_HOOK_H

#include <linux/types.h>
#include "uapi/debar.h"

/**
 * struct debar_hook - one way in
 * @kind: of event that it reports
 * @install: 0 or -errno; process context. Events may come before it returns.
 * @remove: mirror of @install; after it no event is under way any more
 * @gap: NULL if every event of @kind is judged, else a constant sentence that
 *	says which are not; any context
 */
struct debar_hook {
	enum debar_kind kind;
	int (*install)(void);
	void (*remove)(void);
	const char *(*gap)(void);
};

extern const struct debar_hook debar_hook_exec;

/* Hooks known: the argument of debar_hook_coverage() is below this. */
#define DEBAR_HOOKS 1

/**
 * debar_hook_init() - install all hooks
 * @off: install none and say so in the coverage
 *
 * A hook that cannot be installed is logged and reported by
 * debar_hook_coverage(); the others work.
 */
void debar_hook_init(bool off);
void debar_hook_exit(void);

/**
 * debar_hook_coverage() - is a kind of event judged?
 * @i: below DEBAR_HOOKS
 * @ret_kind: which kind
 *
 * Return: NULL if it is, else one constant sentence that says why not.
 */
const char *debar_hook_coverage(unsigned int i, enum debar_kind *ret_kind);

#endif
