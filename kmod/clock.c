// SPDX-License-Identifier: GPL-2.0
/*
 * What time it is, where a clock that is set must not loosen a policy.
 */
#include "clock.h"

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/ktime.h>

static u64 loaded_real;		/* seconds since 1970 when the module was loaded */
static u64 loaded_boot;		/* seconds since boot then; goes on in suspend */
static atomic64_t latest;

void debar_clock_init(void)
{
	loaded_real = debar_clock_now();
	loaded_boot = ktime_get_boottime_seconds();
}

u64 debar_clock_now(void)
{
	/* Before 1970 it is 1970. */
	return max_t(s64, ktime_get_real_seconds(), 0);
}

u64 debar_clock_latest(void)
{
	u64 elapsed = ktime_get_boottime_seconds() - loaded_boot;
	u64 time = max(debar_clock_now(), loaded_real + elapsed);
	s64 known = atomic64_read(&latest);

	while (time > known) {
		if (atomic64_try_cmpxchg(&latest, &known, time))
			return time;
	}
	return known;
}
