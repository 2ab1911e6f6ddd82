/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MBG-SNMP-LTNG-MIB: LANTIME firmware 6 and 7. */
#include <string.h>

#include "engine/host_snmp.h"
#include "engine/lantime.h"

#define LTNG      "1.3.6.1.4.1.5597.30.0."
#define CLOCK     LTNG "1.2.1."
#define GPS       LTNG "1.3.1."
#define SUPPLY    LTNG "5.0.2.1.2"
#define FAN_ERROR LTNG "5.1.2.1.3"

const struct mib_want *lantime_ltng_wants(size_t i)
{
	static const struct mib_want wants[] = {
		{ CLOCK "2", true },       { CLOCK "3", true },       { CLOCK "4", true },
		{ CLOCK "5", true },       { CLOCK "6", true },       { CLOCK "7", true },
		{ CLOCK "8", true },       { CLOCK "9", true },       { CLOCK "10", true },
		{ GPS "5", true },         { GPS "6", true },         { SUPPLY, true },
		{ FAN_ERROR, true },       { LTNG "0.2.0", false },   { LTNG "0.3.0", false },
		{ LTNG "2.2.0", false },   { LTNG "2.3.0", false },   { LTNG "2.4.0", false },
		{ LTNG "2.5.0", false },   { LTNG "2.8.3.0", false }, { LTNG "2.8.5.0", false },
		{ LTNG "2.8.6.0", false }, { LTNG "2.8.7.0", false }, { LTNG "2.8.8.0", false },
		{ LTNG "5.0.1.0", false }, { LTNG "5.1.1.0", false }, { LTNG "5.2.1.0", false },
	};

	return i < sizeof(wants) / sizeof(wants[0]) ? &wants[i] : NULL;
}

/* ---- a reference clock --------------------------------------------------------------------------- */

static const struct mib_word substates[] = {
	{ -1, "mrsRefNone" },
	{ 0, "n/a" },
	{ 1, "gpsSync" },
	{ 2, "gpsTracking" },
	{ 3, "gpsAntennaDisconnected" },
	{ 4, "gpsWarmBoot" },
	{ 5, "gpsColdBoot" },
	{ 6, "gpsAntennaShortCircuit" },
	{ 50, "lwNeverSync" },
	{ 51, "lwNotSync" },
	{ 52, "lwSync" },
	{ 100, "tcrNotSync" },
	{ 101, "tcrSync" },
	{ 149, "mrsIntOsc" },
	{ 150, "mrsGps" },
	{ 151, "mrs10MHz" },
	{ 152, "mrsPpsIn" },
	{ 153, "mrs10MHz+PPS" },
	{ 154, "mrsIrig" },
	{ 155, "mrsNtp" },
	{ 156, "mrsPtp" },
	{ 157, "mrsPtpOverE1" },
	{ 158, "mrsFixedFreqIn" },
	{ 159, "mrsPpsString" },
	{ 160, "mrsVarFreqGpio" },
	{ 162, "mrsDcf77Pzf" },
	{ 163, "mrsLongwave" },
	{ 164, "mrsGlonassGps" },
	{ 165, "mrsHavequick" },
	{ 166, "mrsExtOsc" },
	{ 167, "mrsSyncE" },
	{ 0, NULL },
};

/* What its two measures are depends on what it receives. */
enum receives { RECEIVES_OTHER, RECEIVES_SATELLITES, RECEIVES_PZF, RECEIVES_LONG_WAVE };

static enum receives receives_by_type(const char *type)
{
	static const struct {
		const char *begin;
		enum receives what;
	} kinds[] = {
		{ "gps", RECEIVES_SATELLITES }, { "grc", RECEIVES_SATELLITES },
		{ "gln", RECEIVES_SATELLITES }, { "gns", RECEIVES_SATELLITES },
		{ "gnm", RECEIVES_SATELLITES }, { "mgr", RECEIVES_SATELLITES },
		{ "pzf", RECEIVES_PZF },        { "am5", RECEIVES_LONG_WAVE },
		{ "msf", RECEIVES_LONG_WAVE },  { "wwvb", RECEIVES_LONG_WAVE },
		{ "jjy", RECEIVES_LONG_WAVE },  { "dcf6", RECEIVES_LONG_WAVE },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(type, kinds[i].begin, strlen(kinds[i].begin)) == 0)
			return kinds[i].what;
	return RECEIVES_OTHER;
}

/* A type that is newer than this table shows in what it says. */
static enum receives receives_what(const char *type, int64_t substate)
{
	if (type)
		return receives_by_type(type);
	if ((substate >= 1 && substate <= 6) || substate == 150 || substate == 164)
		return RECEIVES_SATELLITES;
	if (substate == 162)
		return RECEIVES_PZF;
	return (substate >= 50 && substate <= 52) || substate == 163 ? RECEIVES_LONG_WAVE : RECEIVES_OTHER;
}

/* Of a greatest value, which is 100; 0 of 0 is none at all. */
static void add_percent(struct reading_made *p, const char *series, const struct mib_table *t,
			const char *column, const char *most_column, uint32_t row)
{
	double v, most;

	if (mib_number(t, column, row, &v) && mib_number(t, most_column, row, &most) && most > 0 && v >= 0 &&
	    v <= most)
		reading_point(p, series, most == 100 ? v : 100 * v / most);
}

static void read_measures(const struct mib_table *t, struct reading_made *p, uint32_t row, enum receives what)
{
	if (what == RECEIVES_SATELLITES) {
		lantime_add(p, "satellites_used", t, CLOCK "6", row, 0, 1000, 1);
		lantime_add(p, "satellites_seen", t, CLOCK "7", row, 0, 1000, 1);
		lantime_add(p, "tdop", t, GPS "5", row, 0, 1e6, 1);
		lantime_add(p, "pdop", t, GPS "6", row, 0, 1e6, 1);
	}
	if (what == RECEIVES_PZF)
		add_percent(p, "correlation_percent", t, CLOCK "6", CLOCK "7", row);
	if (what == RECEIVES_PZF || what == RECEIVES_LONG_WAVE)
		add_percent(p, "field_strength_percent", t, CLOCK "8", CLOCK "9", row);
}

static void read_clock(const struct mib_table *t, struct mib_report *r, uint32_t row)
{
	static const struct mib_word states[] = { { 1, "synchronized" },
						  { 2, "not synchronized" },
						  { 0, NULL } };
	static const struct mib_word usages[] = {
		{ 1, "secondary" }, { 2, "compare" }, { 3, "primary" }, { 0, NULL }
	};
	struct reading_made *p = mib_report_numbered(r, "refclock_", row);
	int64_t type = 0, usage = 0, state = 0, substate = 0, additional = 0;

	if (!p)
		return;
	bool has_substate = mib_integer(t, CLOCK "5", row, &substate) && substate != 0;
	(void)mib_integer(t, CLOCK "2", row, &type);
	(void)mib_integer(t, CLOCK "3", row, &usage);
	(void)mib_integer(t, CLOCK "4", row, &state);
	(void)mib_integer(t, CLOCK "10", row, &additional);
	reading_fact(p, "type", lantime_type_name(type));
	reading_fact(p, "usage", mib_word(usages, usage));
	reading_fact(p, "state", mib_word(states, state));
	lantime_add(p, "refclock_state", t, CLOCK "4", row, 1, 2, 1);
	if (has_substate) {
		reading_point(p, "refclock_substate", (double)substate);
		reading_fact(p, "substate", mib_word(substates, substate));
	}
	if (additional == 1)
		reading_fact(p, "leap_second", "announced");
	read_measures(t, p, row, receives_what(lantime_type_name(type), substate));
}

/* ---- the machine --------------------------------------------------------------------------------- */

enum { SUPPLY_DOWN = 1, SUPPLY_UP = 2, FAN_FAILS = 2 };

static size_t count(const struct mib_table *t, const char *column, int64_t wanted, int64_t or_wanted)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, column, rows), found = 0;
	int64_t v;

	for (size_t i = 0; i < n; i++)
		if (mib_integer(t, column, rows[i], &v) && (v == wanted || v == or_wanted))
			found++;
	return found;
}

static void read_hardware(const struct mib_table *t, struct reading_made *p)
{
	size_t n_fans = count(t, FAN_ERROR, 1, FAN_FAILS),
	       n_supplies = count(t, SUPPLY, SUPPLY_DOWN, SUPPLY_UP);

	lantime_add(p, "temperature_c", t, LTNG "5.2.1", 0, -60, 200, 1);
	lantime_add(p, "fans", t, LTNG "5.1.1", 0, 0, 1000, 1);
	if (n_fans)
		reading_point(p, "fans_failed", (double)count(t, FAN_ERROR, FAN_FAILS, FAN_FAILS));
	lantime_add(p, "supplies", t, LTNG "5.0.1", 0, 0, 1000, 1);
	if (n_supplies)
		reading_point(p, "supplies_down", (double)count(t, SUPPLY, SUPPLY_DOWN, SUPPLY_DOWN));
}

static void read_ntp(const struct mib_table *t, struct reading_made *p)
{
	static const struct mib_word states[] = { { 1, "not synchronized" },
						  { 2, "synchronized" },
						  { 0, NULL } };
	int64_t state = 0;

	(void)mib_integer(t, LTNG "2.1", 0, &state);
	lantime_add(p, "ntp_state", t, LTNG "2.1", 0, 1, 2, 1);
	lantime_add(p, "stratum", t, LTNG "2.2", 0, 0, 16, 1);
	reading_point(p, "clock_offset_s", host_snmp_seconds(mib_text(t, LTNG "2.4", 0)));
	lantime_add(p, "clients_today", t, LTNG "2.8.8", 0, 0, 1e18, 1);
	lantime_add(p, "clients_known", t, LTNG "2.8.3", 0, 0, 1e18, 1);
	lantime_add(p, "requests_today", t, LTNG "2.8.5", 0, 0, 1e18, 1);
	lantime_add(p, "requests_last_hour", t, LTNG "2.8.6", 0, 0, 1e18, 1);
	lantime_add(p, "requests_last_minute", t, LTNG "2.8.7", 0, 0, 1e18, 1);
	reading_fact(p, "ntp", mib_word(states, state));
	reading_fact(p, "source", mib_text(t, LTNG "2.3", 0));
	reading_fact(p, "version", mib_text(t, LTNG "2.5", 0));
	reading_fact(p, "firmware", mib_text(t, LTNG "0.2", 0));
	reading_fact(p, "serial_number", mib_text(t, LTNG "0.3", 0));
}

void lantime_ltng_read(const struct mib_table *t, struct mib_report *r)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, CLOCK "4", rows);

	reading_fact(&r->at[0], "device", "Meinberg LANTIME");
	read_ntp(t, &r->at[0]);
	read_hardware(t, &r->at[0]);
	for (size_t i = 0; i < n && i < LANTIME_CLOCKS; i++)
		read_clock(t, r, rows[i]);
}
