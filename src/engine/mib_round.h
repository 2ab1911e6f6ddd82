/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round with an SNMP agent: first what it is (a LANTIME of one of three generations, any machine, an NTP
 * server with NTPv4-MIB), then what it has of that.  No I/O: questions come out, answers go in.
 */
#ifndef ENGINE_MIB_ROUND_H
#define ENGINE_MIB_ROUND_H

#include "engine/lantime.h"
#include "engine/mib_ask.h"
#include "engine/mib_report.h"

struct mib_round {
	bool knows_kind;
	enum lantime_kind kind;
	struct mib_ask ask;
	struct mib_table table;
};

void mib_round_begin(struct mib_round *r, bool is_v1);
/* As mib_ask_next() and mib_ask_take(). */
bool mib_round_next(struct mib_round *r, struct mib_question *out);
void mib_round_take(struct mib_round *r, const struct mib_value *v, size_t n, int error, size_t error_index);

/* When it is over, or given up: what is known.  now_ns is monotonic.  False: the agent has nothing of all
 * that. */
bool mib_round_report(const struct mib_round *r, struct mib_rates *rates, int64_t now_ns,
		      struct mib_report *out);

#endif
