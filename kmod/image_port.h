/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What image.c needs from its surroundings, in the kernel and in userspace.
 */
#ifndef DEBAR_IMAGE_PORT_H
#define DEBAR_IMAGE_PORT_H

/* How many entries are gone through between two offers to let others run. */
#define DEBAR_IMAGE_YIELD_EVERY 64

#ifdef __KERNEL__

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/types.h>

/* Checking a large image takes long enough to let others run. */
#define debar_image_yield() cond_resched()

#else

#include <assert.h>
#include <endian.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define le32_to_cpu(x) le32toh(x)
#define le64_to_cpu(x) le64toh(x)
#define cpu_to_le32(x) htole32(x)
#define cpu_to_le64(x) htole64(x)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define debar_image_yield() ((void)0)

#endif
#endif
