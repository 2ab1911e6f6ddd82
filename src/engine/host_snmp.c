/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/host_snmp.h"

#include <math.h>
#include <string.h>

#define SYSTEM         "1.3.6.1.2.1.1."
#define IF             "1.3.6.1.2.1.2.2.1."
#define IFX            "1.3.6.1.2.1.31.1.1.1."
#define UDP            "1.3.6.1.2.1.7."
#define HOST_UPTIME    "1.3.6.1.2.1.25.1.1"
#define HOST_PROCESSOR "1.3.6.1.2.1.25.3.3.1.2"
#define UCD_LOAD       "1.3.6.1.4.1.2021.10.1.3"
#define UCD_MEMORY     "1.3.6.1.4.1.2021.4."
#define UCD_TICKS      "1.3.6.1.4.1.2021.11."
#define NTP            "1.3.6.1.2.1.197.1."

static const struct mib_want first[] = {
	{ SYSTEM "1.0", false },     { SYSTEM "3.0", false },     { SYSTEM "5.0", false },
	{ SYSTEM "6.0", false },     { HOST_UPTIME ".0", false }, { NTP "2.1.0", false },
	{ UCD_MEMORY "5.0", false },
};

static const struct mib_want always[] = {
	{ IF "2", true },     { IF "3", true },     { IF "8", true },         { IF "10", true },
	{ IF "13", true },    { IF "14", true },    { IF "16", true },        { IF "19", true },
	{ IF "20", true },    { IFX "1", true },    { IFX "6", true },        { IFX "10", true },
	{ IFX "15", true },   { IFX "18", true },   { UDP "1.0", false },     { UDP "2.0", false },
	{ UDP "3.0", false }, { UDP "4.0", false }, { HOST_PROCESSOR, true },
};

static const struct mib_want ucd[] = {
	{ UCD_MEMORY "3.0", false },  { UCD_MEMORY "4.0", false },  { UCD_MEMORY "6.0", false },
	{ UCD_MEMORY "14.0", false }, { UCD_MEMORY "15.0", false }, { UCD_LOAD ".1", false },
	{ UCD_LOAD ".2", false },     { UCD_LOAD ".3", false },     { UCD_TICKS "50.0", false },
	{ UCD_TICKS "51.0", false },  { UCD_TICKS "52.0", false },  { UCD_TICKS "53.0", false },
	{ UCD_TICKS "54.0", false },  { UCD_TICKS "56.0", false },  { UCD_TICKS "61.0", false },
	{ UCD_TICKS "64.0", false },
};

static const struct mib_want ntp[] = {
	{ NTP "1.1.0", false },  { NTP "1.2.0", false },  { NTP "2.2.0", false }, { NTP "2.4.0", false },
	{ NTP "2.5.0", false },  { NTP "2.6.0", false },  { NTP "2.7.0", false }, { NTP "2.12.0", false },
	{ NTP "2.13.0", false }, { NTP "2.15.0", false },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct mib_want *host_snmp_first(size_t i)
{
	return i < COUNT(first) ? &first[i] : NULL;
}

const struct mib_want *host_snmp_wants(size_t i, const struct mib_table *t)
{
	bool has_ucd = mib_find(t, UCD_MEMORY "5", 0), has_ntp = mib_find(t, NTP "2.1", 0);

	if (i < COUNT(always))
		return &always[i];
	i -= COUNT(always);
	if (has_ucd && i < COUNT(ucd))
		return &ucd[i];
	i -= has_ucd ? COUNT(ucd) : 0;
	return has_ntp && i < COUNT(ntp) ? &ntp[i] : NULL;
}

double host_snmp_uptime_s(const struct mib_table *t)
{
	double ticks;

	if (mib_number(t, HOST_UPTIME, 0, &ticks) || mib_number(t, SYSTEM "3", 0, &ticks))
		return ticks / 100;
	return NAN;
}

static void add(struct reading_made *p, const char *series, const struct mib_table *t, const char *column,
		uint32_t row, double unit)
{
	double v;

	if (mib_number(t, column, row, &v))
		reading_point(p, series, v * unit);
}

static void add_rate(struct reading_made *p, const char *series, struct mib_rates *rates,
		     const struct mib_table *t, const char *column, uint32_t row)
{
	double per_s;

	if (mib_rate(rates, t, column, row, &per_s))
		reading_point(p, series, per_s);
}

/* ---- processors, memory -------------------------------------------------------------------------- */

/* Ticks since the round before. "system" has wait and kernel in it with some agents, but not with
 * net-snmp's on Linux.  A machine whose ticks stand still says nothing. */
static bool percent_of_ticks(const struct mib_table *t, struct mib_rates *rates, double *percent)
{
	static const struct {
		const char *column;
		bool is_idle;
	} ticks[] = {
		{ UCD_TICKS "50", false }, { UCD_TICKS "51", false }, { UCD_TICKS "52", false },
		{ UCD_TICKS "53", true },  { UCD_TICKS "54", true },  { UCD_TICKS "56", false },
		{ UCD_TICKS "61", false }, { UCD_TICKS "64", false },
	};
	double all = 0, idle = 0;
	bool has_idle = false;

	for (size_t i = 0; i < COUNT(ticks); i++) {
		double per_s;
		if (!mib_rate(rates, t, ticks[i].column, 0, &per_s))
			continue;
		all += per_s;
		idle += ticks[i].is_idle ? per_s : 0;
		has_idle = has_idle || strcmp(ticks[i].column, UCD_TICKS "53") == 0;
	}
	*percent = 100 * (all - idle) / all;
	return has_idle && all > 0;
}

static void read_processors(const struct mib_table *t, struct mib_rates *rates, struct reading_made *p)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, HOST_PROCESSOR, rows), n_known = 0;
	double percent, sum = 0;

	for (size_t i = 0; i < n; i++) {
		double load;
		if (!mib_number(t, HOST_PROCESSOR, rows[i], &load))
			continue;
		sum += load;
		n_known++;
	}
	if (percent_of_ticks(t, rates, &percent))
		reading_point(p, "cpu_percent", percent);
	else if (n_known && !mib_find(t, UCD_TICKS "53", 0))
		reading_point(p, "cpu_percent", sum / (double)n_known);
}

static void read_memory(const struct mib_table *t, struct reading_made *p)
{
	double total, left, buffers = 0, cached = 0;

	if (mib_number(t, UCD_MEMORY "5", 0, &total) && mib_number(t, UCD_MEMORY "6", 0, &left)) {
		(void)mib_number(t, UCD_MEMORY "14", 0, &buffers);
		(void)mib_number(t, UCD_MEMORY "15", 0, &cached);
		reading_point(p, "memory_used_bytes", (total - left - buffers - cached) * 1024);
		reading_point(p, "memory_total_bytes", total * 1024);
	}
	/* No swap at all: both are 0, or not there. */
	if (mib_number(t, UCD_MEMORY "3", 0, &total) && mib_number(t, UCD_MEMORY "4", 0, &left))
		reading_point(p, "swap_used_bytes", (total - left) * 1024);
}

/* ---- interfaces ---------------------------------------------------------------------------------- */

enum { IF_LOOPBACK = 24, IF_UP = 1 };

static bool is_wanted(const struct mib_table *t, uint32_t row, bool up)
{
	int64_t type = 0, state = 0;

	(void)mib_integer(t, IF "3", row, &type);
	(void)mib_integer(t, IF "8", row, &state);
	return type != IF_LOOPBACK && (state == IF_UP) == up;
}

/* 64-bit counters where there are some. */
static void add_octets(struct reading_made *p, const char *series, struct mib_rates *rates,
		       const struct mib_table *t, const char *wide, const char *narrow, uint32_t row)
{
	add_rate(p, series, rates, t, mib_find(t, wide, row) ? wide : narrow, row);
}

static void add_errors(struct reading_made *p, struct mib_rates *rates, const struct mib_table *t,
		       uint32_t row)
{
	static const char *const columns[] = { IF "13", IF "14", IF "19", IF "20" };
	double sum = 0, per_s;
	size_t n = 0;

	for (size_t i = 0; i < COUNT(columns); i++) {
		if (!mib_rate(rates, t, columns[i], row, &per_s))
			continue;
		sum += per_s;
		n++;
	}
	if (n == COUNT(columns))
		reading_point(p, "interface_errors_per_s", sum);
}

static void read_interface(const struct mib_table *t, struct mib_rates *rates, struct mib_report *r,
			   uint32_t row)
{
	static const struct mib_word states[] = {
		{ 1, "up" },      { 2, "down" },        { 3, "testing" },          { 4, "unknown" },
		{ 5, "dormant" }, { 6, "not present" }, { 7, "lower layer down" }, { 0, NULL }
	};
	const char *name = mib_text(t, IFX "1", row);
	int64_t state = 0, mbit = 0;

	if (!name)
		name = mib_text(t, IF "2", row);
	struct reading_made *p = name ? mib_report_part(r, name) : mib_report_numbered(r, "interface_", row);
	add_octets(p, "received_bytes_per_s", rates, t, IFX "6", IF "10", row);
	add_octets(p, "sent_bytes_per_s", rates, t, IFX "10", IF "16", row);
	add_errors(p, rates, t, row);
	if (mib_integer(t, IF "8", row, &state))
		reading_fact(p, "state", mib_word(states, state));
	if (mib_integer(t, IFX "15", row, &mbit) && mbit)
		mib_number_fact(p, "speed", mbit, " Mbit/s");
	reading_fact(p, "alias", mib_text(t, IFX "18", row));
}

static void read_interfaces(const struct mib_table *t, struct mib_rates *rates, struct mib_report *r)
{
	uint32_t rows[MIB_ROWS_MAX];
	size_t n = mib_rows(t, IF "2", rows), n_taken = 0;

	for (int up = 1; up >= 0; up--)
		for (size_t i = 0; i < n && n_taken < HOST_SNMP_INTERFACES; i++) {
			if (!is_wanted(t, rows[i], up))
				continue;
			read_interface(t, rates, r, rows[i]);
			n_taken++;
		}
}

void host_snmp_read(const struct mib_table *t, struct mib_rates *rates, struct mib_report *r)
{
	struct reading_made *p = &r->at[0];

	reading_fact(p, "system", mib_text(t, SYSTEM "1", 0));
	reading_fact(p, "name", mib_text(t, SYSTEM "5", 0));
	reading_fact(p, "location", mib_text(t, SYSTEM "6", 0));
	reading_point(p, "uptime_s", host_snmp_uptime_s(t));
	read_processors(t, rates, p);
	read_memory(t, p);
	add(p, "load_1min", t, UCD_LOAD, 1, 1);
	add(p, "load_5min", t, UCD_LOAD, 2, 1);
	add(p, "load_15min", t, UCD_LOAD, 3, 1);
	add_rate(p, "udp_received_per_s", rates, t, UDP "1", 0);
	add_rate(p, "udp_sent_per_s", rates, t, UDP "4", 0);
	add_rate(p, "udp_no_port_per_s", rates, t, UDP "2", 0);
	add_rate(p, "udp_errors_per_s", rates, t, UDP "3", 0);
	read_interfaces(t, rates, r);
}

/* ---- NTPv4-MIB ----------------------------------------------------------------------------------- */

double host_snmp_seconds(const char *text)
{
	static const struct {
		const char *name;
		double in_s;
	} units[] = { { "", 1e3 },   { "ms", 1e3 },        { "s", 1 },
		      { "us", 1e6 }, { "\xc2\xb5s", 1e6 }, { "ns", 1e9 } };
	const char *end;
	double v;

	if (!text || !mib_decimal(text, &v, &end))
		return NAN;
	while (*end == ' ')
		end++;
	size_t len = strlen(end);
	while (len && end[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < COUNT(units); i++)
		if (strlen(units[i].name) == len && memcmp(units[i].name, end, len) == 0)
			return v / units[i].in_s;
	return NAN;
}

void host_snmp_ntp(const struct mib_table *t, struct mib_rates *rates, struct reading_made *p)
{
	static const struct mib_word modes[] = { { 1, "not running" },
						 { 2, "not synchronized" },
						 { 3, "none configured" },
						 { 4, "synchronized to the local clock" },
						 { 5, "synchronized to a reference clock" },
						 { 6, "synchronized to a server" },
						 { 0, NULL } };
	int64_t mode;

	if (!mib_integer(t, NTP "2.1", 0, &mode))
		return;
	reading_fact(p, "ntp", mib_word(modes, mode));
	if (mode >= 1 && mode <= 6)
		reading_point(p, "ntp_state", mode >= 4 ? 2 : 1);
	add(p, "stratum", t, NTP "2.2", 0, 1);
	reading_point(p, "clock_offset_s", host_snmp_seconds(mib_text(t, NTP "2.5", 0)));
	reading_point(p, "root_dispersion_s", host_snmp_seconds(mib_text(t, NTP "2.7", 0)));
	add(p, "sources", t, NTP "2.6", 0, 1);
	add_rate(p, "received_per_s", rates, t, NTP "2.12", 0);
	add_rate(p, "sent_per_s", rates, t, NTP "2.13", 0);
	add_rate(p, "bad_per_s", rates, t, NTP "2.15", 0);
	reading_fact(p, "source", mib_text(t, NTP "2.4", 0));
	reading_fact(p, "software", mib_text(t, NTP "1.1", 0));
	reading_fact(p, "version", mib_text(t, NTP "1.2", 0));
}
