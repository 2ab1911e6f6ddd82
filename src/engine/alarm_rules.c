/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarm_rules.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/nstime.h"
#include "engine/history_series.h"
#include "engine/query_result.h"

/* LANTIME's substates of a receiver (MBG-SNMP-LTNG-MIB). */
enum { SUBSTATE_DISCONNECTED = 3, SUBSTATE_SHORT_CIRCUIT = 6 };
/* Of NTP itself. */
enum { STRATUM_NONE = 16, LEAP_UNSYNCHRONISED = 3, REACH_POLLS = 8, REACH_FILLS_S = 3600 };

#define NONE (double)NAN
#define DAYS 86400.0

typedef bool measure(const struct alarm_memory *m, const struct reading *r, double *out);

static bool find_point(const struct reading *r, const char *name, double *out)
{
	for (size_t i = 0; i < r->n_points; i++) {
		if (strcmp(r->points[i].name, name) != 0)
			continue;
		*out = r->points[i].value;
		return true;
	}
	return false;
}

/* ---- what is measured ------------------------------------------------------------------------------ */

bool alarm_is_silence(const struct reading *r)
{
	double result;

	if (r->is_ok)
		return false;
	return !find_point(r, "result", &result) || result != query_result_status(QUERY_UNSYNCHRONISED);
}

static bool silent(const struct alarm_memory *m, const struct reading *r, double *out)
{
	(void)r;
	*out = m->n_silent;
	return true;
}

bool alarm_is_reached(const struct reading *r)
{
	double polls;

	return find_point(r, "reach_polls", &polls) && polls >= REACH_POLLS - 1;
}

/* The register begins empty: that is nobody's fault.  Ours is full after eight readings; a source of a server
 * is asked in a rhythm that we do not know. */
static bool reach(const struct alarm_memory *m, const struct reading *r, double *out)
{
	bool is_full = r->part[0] ? ns_minus(m->latest_ns, m->first_ns) > REACH_FILLS_S * NS_PER_S
				  : m->n_readings >= REACH_POLLS;

	if (!find_point(r, "reach_polls", out) || !(is_full || m->was_reached))
		return false;
	*out *= 100.0 / REACH_POLLS;
	return true;
}

/* One with a reference clock of its own needs no others. */
static bool sources(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double stratum;

	(void)m;
	if (find_point(r, "stratum", &stratum) && stratum == 1)
		return false;
	return find_point(r, "sources_reachable", out) || find_point(r, "sources", out);
}

/* Only of the server: its sources and reference clocks have strata of their own, 0 among them. */
static bool unsynchronised(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double stratum = 1, leap = 0;
	bool has_stratum = find_point(r, "stratum", &stratum), has_leap = find_point(r, "leap", &leap);

	(void)m;
	if (r->part[0] || alarm_is_silence(r) || !(has_stratum || has_leap))
		return false;
	*out = leap == LEAP_UNSYNCHRONISED || stratum == 0 || stratum >= STRATUM_NONE;
	return true;
}

static bool leap_announced(const struct alarm_memory *m, const struct reading *r, double *out)
{
	(void)m;
	return !r->part[0] && find_point(r, "leap", out) && *out < LEAP_UNSYNCHRONISED;
}

static bool root_distance(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double delay, dispersion;

	(void)m;
	if (find_point(r, "root_distance_s", out))
		return true;
	if (!find_point(r, "root_delay_s", &delay) || !find_point(r, "root_dispersion_s", &dispersion))
		return false;
	*out = dispersion + delay / 2;
	return true;
}

static bool satellites_share(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double used, seen;

	(void)m;
	if (r->via != WATCH_VIA_SNMP || !find_point(r, "satellites_used", &used) ||
	    !find_point(r, "satellites_seen", &seen) || seen <= 0)
		return false;
	*out = 100 * used / seen;
	return true;
}

static bool pps(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double now;

	if (!m->had_pps || !r->is_ok)
		return false;
	*out = !find_point(r, "pps_offset_s", &now);
	return true;
}

/* 0 is "not available", which is a gap. */
static bool state_of(const struct reading *r, const char *name, double bad, double *out)
{
	double state;

	if (!find_point(r, name, &state) || state == 0)
		return false;
	*out = state == bad;
	return true;
}

static bool receiver(const struct alarm_memory *m, const struct reading *r, double *out)
{
	(void)m;
	return state_of(r, "refclock_state", 2, out);
}

static bool ntp_state(const struct alarm_memory *m, const struct reading *r, double *out)
{
	(void)m;
	return state_of(r, "ntp_state", 1, out);
}

static bool antenna(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double state;

	(void)m;
	*out = 1;
	for (size_t i = 0; i < r->n_facts; i++)
		if (strcmp(r->facts[i].name, "antenna") == 0 && strcmp(r->facts[i].text, "faulty") == 0)
			return true;
	if (!find_point(r, "refclock_substate", &state))
		return false;
	*out = state == SUBSTATE_DISCONNECTED || state == SUBSTATE_SHORT_CIRCUIT;
	return true;
}

static bool median(const struct alarm_memory *m, unsigned which, double *out)
{
	*out = m->medians[which] ? alarm_median_get(m->medians[which]) : NONE;
	return *out > 0;
}

/* How many percent of its median are missing. */
static bool field_strength(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double now, usual;

	if (!alarm_median_series(ALARM_OF_FIELD, r, &now) || !median(m, ALARM_OF_FIELD, &usual))
		return false;
	*out = now < usual ? 100 * (usual - now) / usual : 0;
	return true;
}

/* It counts from the start of ntpd: a few points less are many minutes. */
static bool clock_nominal(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double now, usual;

	if (!alarm_median_series(ALARM_OF_NOMINAL, r, &now) || !median(m, ALARM_OF_NOMINAL, &usual))
		return false;
	*out = now < usual ? usual - now : 0;
	return true;
}

/* One a second at the least: the second client of a sleepy server is no attack. */
static bool requests(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double now, usual;

	if (!alarm_median_series(ALARM_OF_REQUESTS, r, &now) || !median(m, ALARM_OF_REQUESTS, &usual))
		return false;
	*out = now > 1 ? now / usual : 0;
	return true;
}

static bool loss(const struct alarm_memory *m, const struct reading *r, double *out)
{
	double asked, lost;

	(void)m;
	if (!find_point(r, "requests_per_s", &asked) || !find_point(r, "unanswered_per_s", &lost) ||
	    asked <= 0)
		return false;
	*out = 100 * lost / asked;
	return true;
}

/* ---- the table ------------------------------------------------------------------------------------- */

enum unit { UNIT_SECONDS, UNIT_PERCENT, UNIT_NUMBER, UNIT_CELSIUS, UNIT_TIMES, UNIT_STATE };
enum { AT_WARN = 1, AT_CRITICAL = 2 };

static const struct rule {
	const char *name, *title;
	const char *is_bad, *is_good; /* sentences instead of a number and its limit */
	const char *series;           /* whose value it is, when nothing has to be worked out */
	measure *measure;
	enum unit unit;
	bool is_below;     /* bad is below the limit */
	bool has_sign;     /* it is beyond the limit on either side of zero */
	unsigned at;       /* the limit itself is bad, too: AT_WARN, AT_CRITICAL */
	bool is_info;      /* instead of a warning */
	unsigned readings; /* in a row */
	double warn, critical;
	double share, margin; /* better than the limit by that share of it, and by that much */
} rules[N_ALARM_RULES] = {
	[ALARM_SILENT] = { "silent", "Silence", "Does not answer", "Answers again", .measure = silent,
			   .unit = UNIT_NUMBER, .at = AT_WARN | AT_CRITICAL, .readings = 1, .warn = NONE,
			   .critical = 3 },
	[ALARM_REACH] = { "reach", "Reach", .measure = reach, .unit = UNIT_PERCENT, .is_below = true,
			  .at = AT_WARN, .readings = 1, .warn = 75, .critical = 50, .share = 0.1 },
	[ALARM_OFFSET] = { "offset", "Offset", .series = "offset_s", .unit = UNIT_SECONDS, .has_sign = true,
			   .readings = 2, .warn = 0.01, .critical = 0.05, .share = 0.1 },
	[ALARM_CLOCK_OFFSET] = { "clock_offset", "Clock offset that it reports", .series = "clock_offset_s",
				 .unit = UNIT_SECONDS, .has_sign = true, .readings = 2, .warn = 0.01,
				 .critical = 0.05, .share = 0.1 },
	[ALARM_SOURCES] = { "sources", "Sources that answer", .measure = sources, .unit = UNIT_NUMBER,
			    .is_below = true, .readings = 2, .warn = 4, .critical = 2 },
	[ALARM_UNSYNCHRONISED] = { "unsynchronised", "Synchronisation", "Is not synchronised",
				   "Is synchronised again", .measure = unsynchronised, .unit = UNIT_STATE,
				   .readings = 1, .warn = NONE, .critical = 0 },
	[ALARM_LEAP] = { "leap", "Leap second", "Announces a leap second",
			 "Announces no leap second any more", .measure = leap_announced, .unit = UNIT_STATE,
			 .is_info = true, .readings = 2, .warn = 0, .critical = NONE },
	[ALARM_ROOT_DISTANCE] = { "root_distance", "Root distance", .measure = root_distance,
				  .unit = UNIT_SECONDS, .readings = 2, .warn = 0.5, .critical = 1,
				  .share = 0.1 },
	[ALARM_GPS_FIX] = { "gps_fix", "Fix", .series = "gps_mode", .unit = UNIT_STATE, .is_below = true,
			    .readings = 3, .warn = 3, .critical = NONE },
	[ALARM_SATELLITES] = { "satellites", "Satellites used", .series = "satellites_used",
			       .unit = UNIT_NUMBER, .is_below = true, .readings = 3, .warn = 4,
			       .critical = NONE, .margin = 1 },
	[ALARM_SATELLITES_SHARE] = { "satellites_share", "Satellites used of those in view",
				     .measure = satellites_share, .unit = UNIT_PERCENT, .is_below = true,
				     .readings = 3, .warn = 50, .critical = NONE, .share = 0.1 },
	[ALARM_TDOP] = { "tdop", "Time dilution (TDOP)", .series = "tdop", .unit = UNIT_NUMBER, .readings = 3,
			 .warn = 5, .critical = NONE, .share = 0.1 },
	[ALARM_PPS] = { "pps", "Pulses", "No pulses any more", "Pulses again", .measure = pps,
			.unit = UNIT_STATE, .readings = 3, .warn = 0, .critical = NONE },
	[ALARM_REFCLOCK] = { "refclock", "Reference clock", .series = "clock_event", .unit = UNIT_STATE,
			     .readings = 1, .warn = 0, .critical = NONE },
	[ALARM_CLOCK_NOMINAL] = { "clock_nominal",
				  "Time in the state 'nominal', below its median of 7 days by",
				  .measure = clock_nominal, .unit = UNIT_PERCENT, .readings = 2, .warn = 5,
				  .critical = 20, .share = 0.1 },
	[ALARM_RECEIVER] = { "receiver", "Receiver", "Receiver is not synchronised",
			     "Receiver is synchronised again", .measure = receiver, .unit = UNIT_STATE,
			     .readings = 2, .warn = NONE, .critical = 0 },
	[ALARM_ANTENNA] = { "antenna", "Antenna", "Antenna is disconnected or has a short circuit",
			    "Antenna is well again", .measure = antenna, .unit = UNIT_STATE, .readings = 1,
			    .warn = NONE, .critical = 0 },
	[ALARM_NTP_STATE] = { "ntp_state", "NTP service", "NTP service is not synchronised",
			      "NTP service is synchronised again", .measure = ntp_state, .unit = UNIT_STATE,
			      .readings = 2, .warn = NONE, .critical = 0 },
	[ALARM_CORRELATION] = { "correlation", "Correlation", .series = "correlation_percent",
				.unit = UNIT_PERCENT, .is_below = true, .readings = 3, .warn = 60,
				.critical = NONE, .margin = 5 },
	[ALARM_FIELD_STRENGTH] = { "field_strength", "Field strength, below its median of 7 days by",
				   .measure = field_strength, .unit = UNIT_PERCENT, .readings = 3, .warn = 30,
				   .critical = NONE, .share = 0.2 },
	[ALARM_SUPPLIES] = { "supplies", "Power supplies that are down", .series = "supplies_down",
			     .unit = UNIT_NUMBER, .readings = 1, .warn = 0, .critical = NONE },
	[ALARM_FANS] = { "fans", "Fans that fail", .series = "fans_failed", .unit = UNIT_NUMBER,
			 .readings = 2, .warn = 0, .critical = NONE },
	[ALARM_TEMPERATURE] = { "temperature", "Temperature", .series = "temperature_c", .unit = UNIT_CELSIUS,
				.readings = 2, .warn = 60, .critical = 75, .margin = 3 },
	[ALARM_REQUESTS] = { "requests", "Requests, against their median of 7 days", .measure = requests,
			     .unit = UNIT_TIMES, .readings = 2, .warn = 3, .critical = 10, .share = 0.2 },
	[ALARM_LOSS] = { "loss", "Requests without answer", .measure = loss, .unit = UNIT_PERCENT,
			 .readings = 3, .warn = 5, .critical = 20, .share = 0.2 },
};

struct alarm_limits alarm_limits_default(void)
{
	struct alarm_limits l = { 0 };

	for (unsigned i = 0; i < N_ALARM_RULES; i++)
		l.of[i] = (struct alarm_limit){ .is_on = true,
						.warn = rules[i].warn,
						.critical = rules[i].critical,
						.readings = rules[i].readings };
	return l;
}

/* ---- names ----------------------------------------------------------------------------------------- */

const char *alarm_rule_name(enum alarm_rule rule)
{
	return rules[rule].name;
}

const char *alarm_rule_title(enum alarm_rule rule)
{
	return rules[rule].title;
}

bool alarm_rule_find(const char *name, size_t len, enum alarm_rule *out)
{
	for (unsigned i = 0; i < N_ALARM_RULES; i++) {
		if (strlen(rules[i].name) != len || memcmp(rules[i].name, name, len) != 0)
			continue;
		*out = (enum alarm_rule)i;
		return true;
	}
	return false;
}

const char *alarm_level_name(enum alarm_level level)
{
	switch (level) {
	case ALARM_OK: return "ok";
	case ALARM_INFO: return "info";
	case ALARM_WARN: return "warn";
	case ALARM_CRITICAL: return "critical";
	}
	return "";
}

bool alarm_level_find(const char *name, enum alarm_level *out)
{
	for (int i = ALARM_OK; i <= ALARM_CRITICAL; i++) {
		if (strcmp(alarm_level_name((enum alarm_level)i), name) != 0)
			continue;
		*out = (enum alarm_level)i;
		return true;
	}
	return false;
}

enum alarm_unit alarm_rule_unit(enum alarm_rule rule)
{
	switch (rules[rule].unit) {
	case UNIT_SECONDS: return ALARM_IN_SECONDS;
	case UNIT_PERCENT: return ALARM_IN_PERCENT;
	case UNIT_STATE: return ALARM_IN_STATES;
	case UNIT_NUMBER:
	case UNIT_CELSIUS:
	case UNIT_TIMES: break;
	}
	return ALARM_IN_NUMBERS;
}

bool alarm_rule_is_below(enum alarm_rule rule)
{
	return rules[rule].is_below;
}

const char *alarm_rule_limit_key(enum alarm_rule rule)
{
	switch (rules[rule].unit) {
	case UNIT_SECONDS: return "limit_s";
	case UNIT_PERCENT: return "limit_percent";
	case UNIT_CELSIUS: return "limit_c";
	case UNIT_NUMBER:
	case UNIT_TIMES:
	case UNIT_STATE: break;
	}
	return "limit";
}

double alarm_limit_at_level(const struct alarm_limit *l, enum alarm_level level)
{
	if (level == ALARM_CRITICAL || (level == ALARM_OK && isnan(l->warn)))
		return l->critical;
	return l->warn;
}

/* ---- judging --------------------------------------------------------------------------------------- */

bool alarm_value(enum alarm_rule rule, const struct alarm_memory *m, const struct reading *r, double *out)
{
	const struct rule *row = &rules[rule];

	*out = 0;
	bool is_there = row->measure ? row->measure(m, r, out) : find_point(r, row->series, out);
	return is_there && isfinite(*out);
}

const char *alarm_median_series(unsigned which, const struct reading *r, double *out)
{
	static const struct {
		unsigned which;
		const char *series;
	} rows[] = { { ALARM_OF_FIELD, "field_strength_percent" },
		     { ALARM_OF_NOMINAL, "clock_nominal_percent" },
		     { ALARM_OF_REQUESTS, "requests_per_s" },
		     { ALARM_OF_REQUESTS, "requests_last_minute" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].which != which || !find_point(r, rows[i].series, out))
			continue;
		*out = alarm_median_scaled(rows[i].series, *out);
		return isfinite(*out) ? rows[i].series : NULL;
	}
	return NULL;
}

double alarm_median_scaled(const char *series, double value)
{
	return strcmp(series, "requests_last_minute") == 0 ? value / 60 : value;
}

bool alarm_says(enum alarm_rule rule, bool is_critical, double limit, bool is_set, double value)
{
	const struct rule *row = &rules[rule];
	double margin = is_set ? row->margin + row->share * fabs(limit) : 0;

	if (isnan(limit))
		return false;
	if (row->has_sign)
		value = fabs(value);
	double edge = row->is_below ? limit + margin : limit - margin;
	if (row->at & (is_critical ? AT_CRITICAL : AT_WARN) && value == edge)
		return true;
	return row->is_below ? value < edge : value > edge;
}

enum alarm_level alarm_first_level(enum alarm_rule rule)
{
	return rules[rule].is_info ? ALARM_INFO : ALARM_WARN;
}

/* ---- sentences ------------------------------------------------------------------------------------- */

static void put_number(struct buf *b, const struct rule *row, double v)
{
	char text[DURATION_TEXT_MAX];

	switch (row->unit) {
	case UNIT_SECONDS:
		duration_text(fabs(v) < 9e9 ? (int64_t)(v * 1e9) : v < 0 ? -INT64_MAX : INT64_MAX, text);
		buf_str(b, text);
		break;
	case UNIT_PERCENT: buf_printf(b, "%.4g %%", v); break;
	case UNIT_CELSIUS: buf_printf(b, "%.4g °C", v); break;
	case UNIT_TIMES: buf_printf(b, "%.3g times", v); break;
	case UNIT_NUMBER:
	case UNIT_STATE: buf_printf(b, "%.6g", v); break;
	}
}

/* The name of a step of the series; false: it has none. */
static bool put_step(struct buf *b, const struct rule *row, double v)
{
	const struct history_series *s = row->series ? history_series_find(row->series) : NULL;
	const char *at = s ? s->steps : NULL;

	if (!at || v < s->first_step)
		return false;
	for (int i = s->first_step; i < (int)v && at; i++) {
		at = strchr(at, '|');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return false;
	buf_str(b, ": ");
	buf_add(b, at, strcspn(at, "|"));
	return true;
}

static void put_sentence(struct buf *b, const struct rule *row, const struct alarm_limit *l,
			 enum alarm_level level, double value)
{
	double limit = alarm_limit_at_level(l, level);

	if (row->is_bad) {
		buf_str(b, level == ALARM_OK ? row->is_good : row->is_bad);
		return;
	}
	buf_str(b, row->title);
	if (row->unit == UNIT_STATE && put_step(b, row, value))
		return;
	buf_char(b, ' ');
	put_number(b, row, value);
	if (isnan(limit))
		return;
	buf_str(b, level == ALARM_OK ? ", again within its " : ", ");
	buf_str(b, row->is_below ? "lower limit " : "limit ");
	put_number(b, row, limit);
}

void alarm_clean(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c; c++) {
		if (*c < 0x20 || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) /* U+0080 to U+009F */
			*c = c[1] = '?';
	}
}

void alarm_text(enum alarm_rule rule, const struct alarm_limit *l, enum alarm_level level, double value,
		const char *why, char *out, size_t room)
{
	char text[512];
	struct buf b;

	buf_lend(&b, text, sizeof(text) - 1);
	put_sentence(&b, &rules[rule], l, level, value);
	if (why && why[0] && level != ALARM_OK) {
		buf_str(&b, ": ");
		buf_add(&b, why, strnlen(why, READING_TEXT_MAX));
	}
	size_t n = b.len < room - 1 ? b.len : room - 1;
	memcpy(out, b.data, n);
	out[n] = '\0';
	buf_release(&b);
	alarm_clean(out);
}
