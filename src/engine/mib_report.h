/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a round with an SNMP agent is worth keeping of: numbers and facts of the machine and of its parts
 * (reference clocks, interfaces), and the rates of what it counts, for which the counts of the round before
 * are remembered.
 */
#ifndef ENGINE_MIB_REPORT_H
#define ENGINE_MIB_REPORT_H

#include "engine/counter_rate.h"
#include "engine/mib.h"
#include "engine/reading_made.h"

enum { MIB_PARTS_MAX = 17, MIB_RATES_MAX = 96 };

struct mib_report {
	size_t n; /* the machine itself is the first */
	struct reading_made at[MIB_PARTS_MAX];
};

struct mib_rates {
	int64_t now_ns; /* monotonic, of the values that come */
	double uptime_s;
	size_t n;
	struct {
		struct mib_oid oid;
		struct counter_rate rate;
	} at[MIB_RATES_MAX];
};

/* One round begins.  uptime_s: since when the agent's machine counts, NAN: not known; when it went back, the
 * counts of the round before say nothing. */
void mib_rates_begin(struct mib_rates *r, int64_t now_ns, double uptime_s);
/* The rate of a counter.  False: there is none, or no rate yet. */
bool mib_rate(struct mib_rates *r, const struct mib_table *t, const char *column, uint32_t row,
	      double *per_s);

/* Empties it and begins the machine's own part. */
struct reading_made *mib_report_begin(struct mib_report *r);
/* One more; the name as reading_part() has it.  NULL: there is no room. */
struct reading_made *mib_report_part(struct mib_report *r, const char *name);
/* "refclock_2". */
struct reading_made *mib_report_numbered(struct mib_report *r, const char *name, uint32_t number);

/* "100 Mbit/s". */
void mib_number_fact(struct reading_made *p, const char *name, int64_t number, const char *unit);

/* The words of values: the last has no name. */
struct mib_word {
	int64_t value;
	const char *name;
};
const char *mib_word(const struct mib_word *words, int64_t value); /* NULL: none of them */

#endif
