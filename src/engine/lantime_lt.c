/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MBG-SNMP-LT-MIB: LANTIME firmware 4 and 5.  One reference clock. */
#include "engine/lantime.h"

#define LT "1.3.6.1.4.1.5597.3."

const struct mib_want *lantime_lt_wants(size_t i)
{
	static const struct mib_want wants[] = {
		{ LT "0.1.0", false },  { LT "1.3.0", false },  { LT "1.5.0", false },
		{ LT "1.7.0", false },  { LT "1.10.0", false }, { LT "2.1.0", false },
		{ LT "2.4.0", false },  { LT "2.6.0", false },  { LT "2.9.0", false },
		{ LT "2.10.0", false }, { LT "2.12.0", false }, { LT "2.13.0", false },
		{ LT "2.14.0", false }, { LT "2.28.0", false },
	};

	return i < sizeof(wants) / sizeof(wants[0]) ? &wants[i] : NULL;
}

static void read_ntp(const struct mib_table *t, struct reading_made *p)
{
	enum { UNKNOWN_US = 1024000000 };
	static const struct mib_word states[] = {
		{ 0, "not synchronized" },
		{ 1, "no good reference clock" },
		{ 2, "synchronized to an external reference clock" },
		{ 3, "synchronized to a serial reference clock" },
		{ 4, "normal operation, PPS" },
		{ 5, "normal operation, reference clock" },
		{ 0, NULL },
	};
	int64_t state;

	if (mib_integer(t, LT "1.2", 0, &state) && state >= 0 && state <= 5) {
		reading_point(p, "ntp_state", state >= 2 ? 2 : 1);
		reading_fact(p, "ntp", mib_word(states, state));
	}
	lantime_add(p, "stratum", t, LT "1.3", 0, 0, 16, 1);
	lantime_add(p, "clock_offset_s", t, LT "1.7", 0, -UNKNOWN_US + 1, UNKNOWN_US - 1, 1e-6);
	reading_fact(p, "source", mib_text(t, LT "1.5", 0));
	reading_fact(p, "version", mib_text(t, LT "1.10", 0));
	reading_fact(p, "firmware", mib_text(t, LT "0.1", 0));
}

/* Satellites, PZF or plain long wave: a machine has one of them, and says what it does of the others.
 * Substates as of MBG-SNMP-LTNG-MIB. */
static void read_state(const struct mib_table *t, struct reading_made *p)
{
	static const struct mib_word modes[] = {
		{ 1, "gpsSync" },     { 2, "gpsTracking" }, { 3, "gpsAntennaDisconnected" },
		{ 4, "gpsWarmBoot" }, { 5, "gpsColdBoot" }, { 6, "gpsAntennaShortCircuit" },
		{ 0, NULL },
	};
	static const struct mib_word pzf_states[] = {
		{ 1, "lwSync" }, { 2, "lwNotSync" }, { 3, "lwNeverSync" }, { 0, NULL }
	};
	int64_t gps = 0, pzf = 0, mode = 0;

	(void)mib_integer(t, LT "2.6", 0, &gps);
	(void)mib_integer(t, LT "2.12", 0, &pzf);
	(void)mib_integer(t, LT "2.4", 0, &mode);
	if (gps == 1 || gps == 2) {
		reading_point(p, "refclock_state", (double)gps);
		if (mib_word(modes, mode))
			reading_point(p, "refclock_substate", (double)mode);
		reading_fact(p, "substate", mib_word(modes, mode));
	} else if (pzf >= 1 && pzf <= 3) {
		reading_point(p, "refclock_state", pzf == 1 ? 1 : 2);
		reading_point(p, "refclock_substate", (double)(53 - pzf));
		reading_fact(p, "substate", mib_word(pzf_states, pzf));
	}
	if (p->n_points)
		reading_fact(p, "state",
			     gps == 1 || (gps != 2 && pzf == 1) ? "synchronized" : "not synchronized");
}

void lantime_lt_read(const struct mib_table *t, struct mib_report *r)
{
	enum { ANTENNA_FAULTY = 254 };
	int64_t correlation = 0, gps = 0;

	reading_fact(&r->at[0], "device", "Meinberg LANTIME");
	read_ntp(t, &r->at[0]);
	struct reading_made *p = mib_report_numbered(r, "refclock_", 1);
	if (!p)
		return;
	reading_fact(p, "type", mib_text(t, LT "2.1", 0));
	read_state(t, p);
	(void)mib_integer(t, LT "2.6", 0, &gps);
	if (gps == 1 || gps == 2) {
		lantime_add(p, "satellites_used", t, LT "2.9", 0, 0, 1000, 1);
		lantime_add(p, "satellites_seen", t, LT "2.10", 0, 0, 1000, 1);
		return;
	}
	/* 254 and 255 are no correlations. */
	lantime_add(p, "correlation_percent", t, LT "2.13", 0, 0, 100, 1);
	lantime_add(p, "field_strength_percent", t, LT "2.14", 0, 0, 100, 1);
	lantime_add(p, "field_strength_percent", t, LT "2.28", 0, 0, 100, 1);
	if (mib_integer(t, LT "2.13", 0, &correlation) && correlation == ANTENNA_FAULTY)
		reading_fact(p, "antenna", "faulty");
}
