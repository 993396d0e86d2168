/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every bound on what a user, an administrator or an image can make grow.
 * Bounds of the image format are in image.h, of messages in uapi/debar.h. What
 * happens one over, and which test goes there, is in docs/limits.md.
 */
#ifndef DEBAR_LIMITS_H
#define DEBAR_LIMITS_H

#include <linux/jiffies.h>

/* One read while hashing: large enough to amortize the call, small enough to
 * be killed quickly and to be had from the page allocator.
 */
#define DEBAR_DIGEST_CHUNK	(32 * 1024)

/*
 * Lists of the policies that are being read at once. Each holds the policies as they
 * were when it was begun, live or not, until it is read or its socket closed.
 */
#define DEBAR_DUMPS_MAX		16

/* An upload whose owner has been silent this long gives way to another. */
#define DEBAR_UPLOAD_IDLE	(30 * HZ)

/*
 * Events kept for readers, by default and by parameter. An event takes 2 KiB, 8 KiB
 * with the longest path: 8 MiB at the very most by default.
 */
#define DEBAR_RING_EVENTS	1024
#define DEBAR_RING_MIN		64
#define DEBAR_RING_MAX		65536

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

/*
 * Records in audit trail and kernel log, of one user and one ban: so many at once,
 * and so many a second from then on. The same of all together.
 */
#define DEBAR_THROTTLE_BURST	20
#define DEBAR_THROTTLE_RATE	10
#define DEBAR_THROTTLE_ALL_BURST 200
#define DEBAR_THROTTLE_ALL_RATE	50

/* In spite of the latter, the first record of a user and ban that was quiet. */
#define DEBAR_THROTTLE_FIRST_BURST 50
#define DEBAR_THROTTLE_FIRST_RATE 10

/*
 * Summaries of what was left out come so long after the first of it: so many, and one
 * for all further users and bans together.
 */
#define DEBAR_THROTTLE_WINDOW	(5 * HZ)
#define DEBAR_THROTTLE_SUMMARIES 64

/* Users and bans that are told apart: 1,024, about 152 KiB. */
#define DEBAR_THROTTLE_SETS	256
#define DEBAR_THROTTLE_WAYS	4

/* Records of mappings that wait for the worker that writes them. */
#define DEBAR_AUDIT_QUEUE	64

/*
 * Bytes in an audit record before encoding, which may double them: of a path, whose
 * tail is kept, and of vendor, product and release. With these a record is below
 * 6,000 bytes; the audit daemon drops one that has more than 8,970.
 */
#define DEBAR_AUDIT_PATH	2048
#define DEBAR_AUDIT_SOFTWARE	255

/*
 * Bytes of an escaped path in a line of the kernel log; its tail is kept. The longest
 * line has 922 bytes then. printk() cuts off what is beyond 972: see log.c.
 */
#define DEBAR_LOG_PATH		256

#endif
