/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every bound on what a user, an administrator or an image can make grow.
 * Bounds of the image format are in image.h, of messages in uapi/debar.h.
 */
#ifndef DEBAR_LIMITS_H
#define DEBAR_LIMITS_H

#include <linux/jiffies.h>

/* One read while hashing: large enough to amortize the call, small enough to
 * be killed quickly and to be had from the page allocator.
 */
#define DEBAR_DIGEST_CHUNK	(32 * 1024)

/* An upload whose owner has been silent this long gives way to another. */
#define DEBAR_UPLOAD_IDLE	(30 * HZ)

/*
 * Events kept for readers. An event is below 5 KiB with the longest path, about
 * 200 bytes with a usual one: 5 MiB at the very most.
 */
#define DEBAR_RING_EVENTS	1024

/*
 * Products that have ever been in a policy since the module was loaded. Their
 * counters stay, below 600 bytes each: 10 MiB at the very most.
 */
#define DEBAR_TALLIES_MAX	16384

/*
 * Digests kept: sets of ways, about 100 bytes a digest. 4,096 of them, 450 KiB,
 * allocated when the module is loaded.
 */
#define DEBAR_CACHE_SETS	1024
#define DEBAR_CACHE_WAYS	4

/*
 * Registrations at the head of the list of binary formats: one at first, one
 * more each time that another handler is put in front. See hook_exec.c.
 */
#define DEBAR_EXEC_HANDLERS_MAX	16

/* Kernel functions that are redirected; each call of one looks at those before. */
#define DEBAR_REDIRECTS_MAX	8

/* Certificates that can be compiled in. */
#define DEBAR_CERTIFICATES_MAX	16

/* Lines in the kernel log: a burst, then silence until the interval is over. */
#define DEBAR_LOG_INTERVAL	(5 * HZ)
#define DEBAR_LOG_BURST		50

/* Bytes of an escaped path in a line of the kernel log; its tail is kept. */
#define DEBAR_LOG_PATH		512

#endif
