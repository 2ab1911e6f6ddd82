/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ntpd and NTPsec say of themselves by mode 6, as points and facts of readings.  Offsets of associations
 * are as ntpd has them: the association minus its own clock; so is the system's, which is of all of them
 * together.  Pure; counters are kept by the caller from one answer to the next.
 */
#ifndef ENGINE_MODE6_POINTS_H
#define ENGINE_MODE6_POINTS_H

#include "engine/counter_rate.h"
#include "engine/peer_vars.h"
#include "engine/reading_made.h"
#include "proto/var_list.h"

/* The system's variables, with its status word. */
void mode6_system(struct reading_made *m, uint16_t status, struct var_list vars);

enum { MODE6_COUNTERS = 8 };

struct mode6_counts {
	struct counter_rate at[MODE6_COUNTERS];
	uint64_t uptime_s, reset_s; /* of the answer before */
};

/* The names to ask for, apart by commas; of an older ntpd, which refuses a whole list for one that it does
 * not know, the shorter list. */
const char *mode6_count_names(bool is_short);
/* Counters as rates, clients_known, uptime_s.  After a reset all are unknown once. */
void mode6_counts(struct reading_made *m, struct mode6_counts *c, struct var_list vars, int64_t time_ns);

/* An association that stands for what may come, a pool for example, and is none itself. */
bool mode6_is_prototype(const struct peer_vars *p);
/* A reference clock. */
bool mode6_is_clock(const struct peer_vars *p);
/* "GPS_NMEA(0)" for a clock, the address for one without a name and for a server; "" when it has none. */
void mode6_part(const struct peer_vars *p, char *out, size_t room);
void mode6_peer(struct reading_made *m, const struct peer_vars *p);

struct mode6_clock_counts {
	struct counter_rate polls, no_reply, bad_format, bad_data;
};

/* The variables of a reference clock, with its status word: clock_event is there whatever they say. */
void mode6_clock(struct reading_made *m, struct mode6_clock_counts *c, uint16_t status, struct var_list vars,
		 int64_t time_ns);

#endif
