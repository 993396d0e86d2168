// SPDX-License-Identifier: GPL-2.0
/*
 * The table of hooks.
 */
#include "hook.h"

#include <linux/kernel.h>
#include <linux/printk.h>

static const struct debar_hook *const hooks[] = {
	&debar_hook_exec,
};

static_assert(ARRAY_SIZE(hooks) == DEBAR_HOOKS, "table and count differ");

static bool installed[DEBAR_HOOKS];
static bool switched_off;

void debar_hook_init(bool off)
{
	unsigned int i;

	switched_off = off;
	for (i = 0; !off && i < DEBAR_HOOKS; i++) {
		int err = hooks[i]->install();

		installed[i] = !err;
		if (err)
			pr_err("debar: hook %u cannot be installed (error %d): its events are not judged\n",
			       i, -err);
	}
}

void debar_hook_exit(void)
{
	unsigned int i;

	for (i = DEBAR_HOOKS; i-- > 0;)
		if (installed[i])
			hooks[i]->remove();
}

const char *debar_hook_coverage(unsigned int i, enum debar_kind *ret_kind)
{
	*ret_kind = hooks[i]->kind;
	if (switched_off)
		return "switched off when the module was loaded (off=1)";
	if (!installed[i])
		return "the hook could not be installed, see the kernel log";
	return hooks[i]->gap();
}
