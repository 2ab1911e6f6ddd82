/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks, for those who may look at one: engine and proto are told the time. */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>

/* Nanoseconds that go on whatever is done to the date. */
int64_t clock_monotonic_ns(void);

/* Nanoseconds UTC since 1970. */
int64_t clock_utc_ns(void);

#endif
