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

/* Mode, seal and policies change one after the other: see seal.h. */
DEFINE_MUTEX(debar_change_lock);
static atomic_t sealed;

int debar_mode_set(enum debar_mode mode)
{
	enum debar_mode old;
	int err = 0;

	mutex_lock(&debar_change_lock);
	old = debar_verdict_mode();
	if (mode != DEBAR_MODE_ENFORCE && debar_sealed()) {
		err = -EPERM;
	} else {
		debar_verdict_set_mode(mode);
		debar_record_mode(mode, old);
	}
	mutex_unlock(&debar_change_lock);
	return err;
}

int debar_seal(void)
{
	int err = 0;

	mutex_lock(&debar_change_lock);
	if (debar_sealed())
		goto out;
	/* Never given back. A module that is going cannot be held any more. */
	if (!try_module_get(THIS_MODULE)) {
		err = -ENODEV;
		goto out;
	}
	atomic_set(&sealed, 1);
	debar_verdict_set_mode(DEBAR_MODE_ENFORCE);
	debar_record_seal(DEBAR_MODE_ENFORCE);
	pr_notice("debar: sealed: no unload, no permissive mode, only newer signed policies\n");
out:
	mutex_unlock(&debar_change_lock);
	return err;
}

bool debar_sealed(void)
{
	return atomic_read(&sealed);
}
