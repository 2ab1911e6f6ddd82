/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MEINBERG-OS-MIB: microSync, meinbergOS. */
#include "engine/lantime.h"

#define OS       "1.3.6.1.4.1.5597.7."
#define NTP      OS "2.1.2.1."
#define CLOCKS   OS "2.1.2.2.1.1."
#define PEERS    OS "2.1.2.3.1.1."
#define RECEIVER OS "2.3.1.1."
#define SYSREF   OS "2.4.2.1."

const struct mib_want *lantime_os_wants(size_t i)
{
	static const struct mib_want wants[] = {
		{ RECEIVER "3", true },  { RECEIVER "4", true },  { RECEIVER "6", true },
		{ RECEIVER "7", true },  { RECEIVER "9", true },  { CLOCKS "2", true },
		{ CLOCKS "6", true },    { CLOCKS "8", true },    { CLOCKS "11", true },
		{ PEERS "2", true },     { PEERS "6", true },     { PEERS "8", true },
		{ PEERS "11", true },    { NTP "2.0", false },    { NTP "3.0", false },
		{ NTP "4.0", false },    { NTP "5.0", false },    { NTP "7.0", false },
		{ NTP "8.0", false },    { SYSREF "2.0", false }, { SYSREF "3.0", false },
		{ SYSREF "5.0", false },
	};

	return i < sizeof(wants) / sizeof(wants[0]) ? &wants[i] : NULL;
}

/* ---- NTP ----------------------------------------------------------------------------------------- */

/* Of the row whose association is the system's. */
static bool read_offset(const struct mib_table *t, struct reading_made *p, int64_t system, const char *valid,
			const char *association, const char *offset, const char *jitter)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, association, rows);
	int64_t id, is_valid;

	for (size_t i = 0; i < n; i++) {
		if (!mib_integer(t, valid, rows[i], &is_valid) || is_valid != 1 ||
		    !mib_integer(t, association, rows[i], &id) || id != system)
			continue;
		lantime_add(p, "clock_offset_s", t, offset, rows[i], -1e18, 1e18, 1e-9);
		lantime_add(p, "clock_jitter_s", t, jitter, rows[i], 0, 1e15, 1e-6);
		return true;
	}
	return false;
}

static void read_ntp(const struct mib_table *t, struct reading_made *p)
{
	static const struct mib_word states[] = { { 0, "initializing" },
						  { 1, "synchronized" },
						  { 2, "not synchronized" },
						  { 3, "stopped" },
						  { 0, NULL } };
	int64_t state, system;

	if (mib_integer(t, NTP "1", 0, &state) && state >= 0 && state <= 3) {
		reading_point(p, "ntp_state", state == 1 ? 2 : 1);
		reading_fact(p, "ntp", mib_word(states, state));
	}
	lantime_add(p, "stratum", t, NTP "3", 0, 0, 16, 1);
	lantime_add(p, "leap", t, NTP "4", 0, 0, 3, 1);
	lantime_add(p, "root_delay_s", t, NTP "7", 0, 0, 1e12, 1e-6);
	lantime_add(p, "root_dispersion_s", t, NTP "8", 0, 0, 1e12, 1e-6);
	reading_fact(p, "source", mib_text(t, NTP "2", 0));
	if (mib_integer(t, NTP "5", 0, &system) && system > 0 &&
	    !read_offset(t, p, system, CLOCKS "2", CLOCKS "6", CLOCKS "8", CLOCKS "11"))
		read_offset(t, p, system, PEERS "2", PEERS "6", PEERS "8", PEERS "11");
}

/* BITS: bit 0 is the most significant of the first octet. */
static bool has_bit(const struct mib_value *v, unsigned bit)
{
	return v && v->kind == MIB_TEXT && bit / 8 < v->len && (uint8_t)v->text[bit / 8] & 0x80U >> bit % 8;
}

static void read_sysref(const struct mib_table *t, struct reading_made *p)
{
	enum { LEAP_ANNOUNCED = 2, HOLDOVER = 7, WARMED_UP = 9 };
	const struct mib_value *flags = mib_find(t, SYSREF "2", 0);
	int64_t v;

	if (mib_integer(t, SYSREF "5", 0, &v))
		reading_fact(p, "system_clock", v == 1 ? "synchronized" : "not synchronized");
	if (mib_integer(t, SYSREF "3", 0, &v))
		mib_number_fact(p, "accuracy", v, " ns");
	if (!flags)
		return;
	reading_fact(p, "holdover", has_bit(flags, HOLDOVER) ? "yes" : "no");
	reading_fact(p, "oscillator", has_bit(flags, WARMED_UP) ? "warmed up" : "not warmed up");
	if (has_bit(flags, LEAP_ANNOUNCED))
		reading_fact(p, "leap_second", "announced");
}

/* ---- receivers ----------------------------------------------------------------------------------- */

/* Their states, and the substates of MBG-SNMP-LTNG-MIB that mean the same; 0: it has none. */
static int64_t substate_of(int64_t state, bool is_gnss)
{
	enum {
		GPS_SYNC = 1,
		ANTENNA_DISCONNECTED = 3,
		WARM_BOOT,
		COLD_BOOT,
		ANTENNA_SHORT,
		LONG_WAVE_SYNC = 52
	};

	switch (state) {
	case 2: return ANTENNA_SHORT;
	case 3: return ANTENNA_DISCONNECTED;
	case 4: return COLD_BOOT;
	case 5: return WARM_BOOT;
	case 6: return is_gnss ? GPS_SYNC : LONG_WAVE_SYNC;
	default: return 0;
	}
}

static void read_receiver(const struct mib_table *t, struct mib_report *r, uint32_t row)
{
	enum { NO_DATA = 0, SYNCHRONIZED = 6 };
	static const struct mib_word states[] = {
		{ 1, "waiting for data" },
		{ 2, "antenna short circuit" },
		{ 3, "antenna disconnected" },
		{ 4, "cold boot" },
		{ 5, "warm boot" },
		{ 6, "synchronized" },
		{ 0, NULL },
	};
	struct reading_made *p = mib_report_numbered(r, "refclock_", row);
	int64_t state = NO_DATA, is_gnss = 1, leap = 0;

	if (!p)
		return;
	(void)mib_integer(t, RECEIVER "3", row, &state);
	(void)mib_integer(t, RECEIVER "4", row, &is_gnss);
	(void)mib_integer(t, RECEIVER "9", row, &leap);
	if (state > NO_DATA && state <= SYNCHRONIZED) {
		reading_point(p, "refclock_state", state == SYNCHRONIZED ? 1 : 2);
		reading_fact(p, "state", state == SYNCHRONIZED ? "synchronized" : "not synchronized");
	}
	if (substate_of(state, is_gnss == 1))
		reading_point(p, "refclock_substate", (double)substate_of(state, is_gnss == 1));
	reading_fact(p, "substate", mib_word(states, state));
	lantime_add(p, "satellites_used", t, RECEIVER "6", row, 0, 1000, 1);
	lantime_add(p, "satellites_seen", t, RECEIVER "7", row, 0, 1000, 1);
	if (leap == 2)
		reading_fact(p, "leap_second", "announced");
}

void lantime_os_read(const struct mib_table *t, struct mib_report *r)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, RECEIVER "3", rows);

	reading_fact(&r->at[0], "device", "meinbergOS");
	read_ntp(t, &r->at[0]);
	read_sysref(t, &r->at[0]);
	for (size_t i = 0; i < n && i < LANTIME_CLOCKS; i++)
		read_receiver(t, r, rows[i]);
}
