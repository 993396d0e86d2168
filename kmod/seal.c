// SPDX-License-Identifier: GPL-2.0
/*
 * The seal.
 */
#include "seal.h"

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "verdict.h"

static atomic_t sealed;

void debar_seal(void)
{
	if (atomic_xchg(&sealed, 1))
		return;
	/* Never given back: whoever seals runs in a call into the module. */
	__module_get(THIS_MODULE);
	debar_verdict_set_mode(DEBAR_MODE_ENFORCE);
	pr_notice("debar: sealed: no unload, no permissive mode, only newer signed policies\n");
}

bool debar_sealed(void)
{
	return atomic_read(&sealed);
}
