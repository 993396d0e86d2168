/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seal: until the machine is started anew the module stays, the mode is
 * enforce, no policy goes, and one is only replaced by a newer one that is signed.
 */
#ifndef DEBAR_SEAL_H
#define DEBAR_SEAL_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "uapi/debar.h"

/*
 * Mode, seal and policies change one after the other, each with its record: the
 * order of records is that of the changes, and what was allowed before the seal has
 * taken effect when that is acknowledged. Outermost lock of the module.
 */
extern struct mutex debar_change_lock;

/**
 * debar_seal() - seal; once is as good as twice
 *
 * Context: process, may sleep; takes debar_change_lock.
 * Return: 0; -ENODEV: the module is being unloaded.
 */
int debar_seal(void);

/**
 * debar_mode_set() - set the machine's mode
 * @mode: the new one
 *
 * Context: process, may sleep; takes debar_change_lock.
 * Return: 0; -EPERM: sealed, and @mode is not enforce.
 */
int debar_mode_set(enum debar_mode mode);

/* Context: any. */
bool debar_sealed(void);

/* Why something is refused then. */
#define DEBAR_SEALED_WHY "sealed until the machine is started anew"

#endif
