/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel is made to ask us. One table, one installer;
 * nothing else knows how a hook works.
 */
#ifndef DEBAR_HOOK_H
#define DEBAR_HOOK_H

#include <linux/bits.h>
#include <linux/types.h>
#include "uapi/debar.h"

struct debar_redirect;

/**
 * struct debar_hook - one way in
 * @kinds: of event that it reports, bits of enum debar_kind
 * @redirect: of a kernel function: installed while a policy is live. Else:
 * @install: 0 or -errno; called once, when the module starts
 * @remove: mirror of @install, when the module stops; no process is inside
 * @gap: NULL if every event of @kinds is judged, else a constant sentence that
 *	says which are not; any context
 * @changed: told whether the hook works, where something depends on it; may be
 *	NULL
 */
struct debar_hook {
	unsigned long kinds;
	struct debar_redirect *redirect;
	int (*install)(void);
	void (*remove)(void);
	const char *(*gap)(void);
	void (*changed)(bool works);
};

extern const struct debar_hook debar_hook_exec;
extern const struct debar_hook debar_hook_exec_check;
extern const struct debar_hook debar_hook_mmap;
extern const struct debar_hook debar_hook_mprotect;
extern const struct debar_hook debar_hook_remap;
extern const struct debar_hook debar_hook_module_file;
extern const struct debar_hook debar_hook_module_buffer;
extern const struct debar_hook debar_hook_filesystem;

/**
 * debar_hook_init() - install what has to be there always, prepare the rest
 * @off: install nothing, now and later, and say so in the coverage
 *
 * A hook that cannot be installed is logged, recorded and reported by
 * debar_hook_coverage(); the others work.
 */
void debar_hook_init(bool off);
void debar_hook_exit(void);

/**
 * debar_hook_coverage() - are events of a kind judged?
 * @kind: of event
 * @ret_gap: NULL if they are, else one constant sentence that says why not
 *
 * Context: process, may sleep.
 * Return: false if this kernel has no such events.
 */
bool debar_hook_coverage(enum debar_kind kind, const char **ret_gap);

#endif
