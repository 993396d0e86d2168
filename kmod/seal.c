// SPDX-License-Identifier: GPL-2.0
/*
 * The seal.
 */
#include "seal.h"

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "record.h"
#include "verdict.h"

/* Seal and mode change one after the other. */
static DEFINE_MUTEX(change_lock);
static atomic_t sealed;

int debar_mode_set(enum debar_mode mode)
{
	enum debar_mode old;
	int err = 0;

	mutex_lock(&change_lock);
	old = debar_verdict_mode();
	if (mode != DEBAR_MODE_ENFORCE && debar_sealed()) {
		err = -EPERM;
	} else {
		debar_verdict_set_mode(mode);
		debar_record_mode(mode, old);
	}
	mutex_unlock(&change_lock);
	return err;
}

void debar_seal(void)
{
	mutex_lock(&change_lock);
	if (!atomic_xchg(&sealed, 1)) {
		/* Never given back: whoever seals runs in a call into the module. */
		__module_get(THIS_MODULE);
		debar_verdict_set_mode(DEBAR_MODE_ENFORCE);
		debar_record_seal(DEBAR_MODE_ENFORCE);
		pr_notice("debar: sealed: no unload, no permissive mode, only newer signed policies\n");
	}
	mutex_unlock(&change_lock);
}

bool debar_sealed(void)
{
	return atomic_read(&sealed);
}
