/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/clock.h"

#include <time.h>

#include "base/nstime.h"

static int64_t read_clock(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_utc_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}
