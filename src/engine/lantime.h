/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a Meinberg time server says by SNMP (enterprise 5597).  There are three generations of its MIB, and
 * the words of all of them come out the same: MBG-SNMP-LTNG-MIB (LANTIME V6 and V7), MEINBERG-OS-MIB
 * (microSync, meinbergOS), MBG-SNMP-LT-MIB (V4, V5), asked for in this order.
 *
 * Reference clocks are parts, "refclock_1", ...  "n/a", -1 and what stands for "unknown" are gaps.  The state
 * of a reference clock is 1 when it is synchronized, that of the NTP service is 2.  The offset is the NTP
 * service's, reference minus its clock, as ntpq says it; the agent has it in milliseconds, microseconds or
 * nanoseconds.
 */
#ifndef ENGINE_LANTIME_H
#define ENGINE_LANTIME_H

#include "engine/mib_ask.h"
#include "engine/mib_report.h"

enum lantime_kind {
	LANTIME_NONE,
	LANTIME_LTNG,
	LANTIME_OS,
	LANTIME_LT,
};

enum { LANTIME_CLOCKS = 6 }; /* parts at the most */

/* By number from 0; NULL at the end.  What shows which it is; */
const struct mib_want *lantime_first(size_t i);
enum lantime_kind lantime_kind(const struct mib_table *t);
/* what is read of it then. */
const struct mib_want *lantime_wants(enum lantime_kind kind, size_t i);

/* Adds to the first part of the report, and parts. */
void lantime_read(enum lantime_kind kind, const struct mib_table *t, struct mib_report *r);

/* "gps180"; NULL.  Of MBG-SNMP-LTNG-MIB. */
const char *lantime_type_name(int64_t type);

/* The generations, each in a file of its own. */
void lantime_ltng_read(const struct mib_table *t, struct mib_report *r);
const struct mib_want *lantime_ltng_wants(size_t i);
void lantime_os_read(const struct mib_table *t, struct mib_report *r);
const struct mib_want *lantime_os_wants(size_t i);
void lantime_lt_read(const struct mib_table *t, struct mib_report *r);
const struct mib_want *lantime_lt_wants(size_t i);

/* For these files: a number times unit, if it lies in a range; else nothing. */
void lantime_add(struct reading_made *p, const char *series, const struct mib_table *t, const char *column,
		 uint32_t row, double least, double most, double unit);

#endif
