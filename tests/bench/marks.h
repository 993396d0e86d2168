/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What bench.c executes in the guest so that profile.c, outside, knows what to
 * count: an instruction that does nothing, with an operand that nobody else uses.
 */
#ifndef DEBAR_BENCH_MARKS_H
#define DEBAR_BENCH_MARKS_H

/* nopl 0x62617262(%rax,%rax) and its like */
#define MARK_LENGTH 8
#define MARK_BEGIN "\x0f\x1f\x84\x00\x62\x65\x67\x6e"
#define MARK_END "\x0f\x1f\x84\x00\x73\x74\x6f\x70"
#define MARK_BEGIN_ASM ".byte 0x0f, 0x1f, 0x84, 0x00, 0x62, 0x65, 0x67, 0x6e"
#define MARK_END_ASM ".byte 0x0f, 0x1f, 0x84, 0x00, 0x73, 0x74, 0x6f, 0x70"

#endif
