/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stats_line.h"

#include <string.h>

#include "base/nstime.h"
#include "proto/stats_clock.h"

enum { WORDS_MAX = 32, MJD_UNIX = 40587, DAY_S = 86400 };

struct word {
	const char *at;
	size_t len;
};

struct words {
	size_t n;
	struct word at[WORDS_MAX];
};

static void split(const char *line, size_t len, struct words *w)
{
	size_t i = 0;

	w->n = 0;
	while (i < len && w->n < WORDS_MAX) {
		while (i < len && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'))
			i++;
		size_t begin = i;
		while (i < len && line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			i++;
		if (i > begin)
			w->at[w->n++] = (struct word){ line + begin, i - begin };
	}
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static double power_of_ten(int exponent)
{
	double base = exponent < 0 ? 0.1 : 10, result = 1;

	for (unsigned n = exponent < 0 ? (unsigned)-exponent : (unsigned)exponent; n; n >>= 1, base *= base)
		if (n & 1)
			result *= base;
	return result;
}

/* "e-06" from *i on. */
static bool read_exponent(const struct word *w, size_t *i, int *out)
{
	bool is_negative = false;
	int value = 0;

	*out = 0;
	if (*i == w->len || (w->at[*i] != 'e' && w->at[*i] != 'E'))
		return true;
	(*i)++;
	if (*i < w->len && (w->at[*i] == '-' || w->at[*i] == '+'))
		is_negative = w->at[(*i)++] == '-';
	if (*i == w->len)
		return false;
	for (; *i < w->len && is_digit(w->at[*i]); (*i)++)
		if (value < 1000)
			value = 10 * value + (w->at[*i] - '0');
	*out = is_negative ? -value : value;
	return true;
}

/* Decimal, with or without exponent: 15 digits are exact, which is more than the files have. */
static bool read_number(const struct word *w, double *out)
{
	size_t i = 0;
	int scale = 0, exponent;
	bool has_digits = false, is_negative = false, has_point = false;
	double value = 0;

	if (i < w->len && (w->at[i] == '-' || w->at[i] == '+'))
		is_negative = w->at[i++] == '-';
	for (; i < w->len && (is_digit(w->at[i]) || (w->at[i] == '.' && !has_point)); i++) {
		if (w->at[i] == '.') {
			has_point = true;
			continue;
		}
		has_digits = true;
		scale -= has_point;
		value = value * 10 + (w->at[i] - '0');
	}
	if (!has_digits || !read_exponent(w, &i, &exponent) || i != w->len)
		return false;
	exponent += scale;
	/* Dividing by an exact power keeps the last digit. */
	*out = exponent < 0 && exponent >= -22 ? value / power_of_ten(-exponent)
					       : value * power_of_ten(exponent);
	*out = is_negative ? -*out : *out;
	return *out - *out == 0;
}

bool stats_number(const char *text, size_t len, double *out)
{
	return read_number(&(struct word){ text, len }, out);
}

/* ---- times --------------------------------------------------------------------------------------- */

/* Five digits, and nothing else: "1e300" is a number, too. */
static bool read_day(const struct word *w, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < w->len; i++) {
		if (w->len != 5 || !is_digit(w->at[i]))
			return false;
		*out = 10 * *out + (w->at[i] - '0');
	}
	return w->len;
}

/* Modified Julian Day and seconds of it. */
static bool read_mjd(const struct words *w, int64_t *out)
{
	int64_t day;
	double s;

	if (w->n < 2 || !read_day(&w->at[0], &day) || !read_number(&w->at[1], &s) || s < 0 || s > DAY_S + 1)
		return false;
	int64_t whole_s = (int64_t)s;
	*out = ((day - MJD_UNIX) * DAY_S + whole_s) * NS_PER_S + (int64_t)((s - (double)whole_s) * 1e9 + 0.5);
	return true;
}

/* "2026-03-01" and "12:00:00", maybe with decimals. */
static bool read_date(const struct words *w, int64_t *out)
{
	char text[NSTIME_TEXT_MAX];

	if (w->n < 2)
		return false;
	size_t len = w->at[0].len + w->at[1].len + 3;

	if (len > sizeof(text) || w->at[0].len != 10 || w->at[1].len < 8)
		return false;
	memcpy(text, w->at[0].at, 10);
	text[10] = 'T';
	memcpy(text + 11, w->at[1].at, w->at[1].len);
	memcpy(text + 11 + w->at[1].len, "Z", 2);
	return nstime_parse(text, out);
}

/* Seconds since 1970, maybe with decimals; from 2001 on. */
static bool read_unix(const struct words *w, int64_t *out)
{
	double s;

	if (w->at[0].len < 10 || !read_number(&w->at[0], &s) || s < 1e9 || s > 9e9)
		return false;
	int64_t whole_s = (int64_t)s;
	*out = whole_s * NS_PER_S + (int64_t)((s - (double)whole_s) * 1e6 + 0.5) * 1000;
	return true;
}

/* ---- lines --------------------------------------------------------------------------------------- */

struct column {
	const char *series;
	unsigned char word;
	signed char sign;
};

static bool take(const struct words *w, enum stats_kind kind, const struct column *columns, size_t n,
		 struct stats_line *out)
{
	for (size_t i = 0; i < n; i++) {
		double v;
		if (!read_number(&w->at[columns[i].word], &v))
			return false;
		out->at[out->n].series = columns[i].series;
		out->at[out->n++].value = columns[i].sign * v;
	}
	out->kind = kind;
	return true;
}

bool stats_name(const char *text, size_t len, struct stats_line *out)
{
	if (!len || len >= sizeof(out->name))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '!' || text[i] > '~')
			return false;
	memcpy(out->name, text, len);
	out->name[len] = '\0';
	return true;
}

static bool take_name(const struct word *w, struct stats_line *out)
{
	return stats_name(w->at, w->len, out);
}

/* Seconds with up to nine decimals, to the last of them: a double has too few digits for NTP's. */
static bool read_ns(const struct word *w, int64_t *out)
{
	int64_t ns = 0, unit_ns = NS_PER_S;
	bool has_point = false;

	for (size_t i = 0; i < w->len; i++) {
		if (w->at[i] == '.' && !has_point && i) {
			has_point = true;
		} else if (!is_digit(w->at[i]) || (!has_point && ns > INT64_C(900000000) * NS_PER_S)) {
			return false;
		} else if (!has_point) {
			ns = ns * 10 + (w->at[i] - '0') * NS_PER_S;
		} else {
			unit_ns /= 10;
			ns += (w->at[i] - '0') * unit_ns;
		}
	}
	*out = ns;
	return ns >= NS_PER_S * 1000000000; /* a date, not a duration */
}

/* Received and sent by the peer, and by us: T1 T2 T3 T4. */
static bool take_rawstats(const struct words *w, struct stats_line *out)
{
	int64_t t[4];

	for (unsigned i = 0; i < 4; i++)
		if (!read_ns(&w->at[4 + i], &t[i]))
			return false;
	int64_t there_ns = t[1] - t[0], back_ns = t[2] - t[3];
	out->at[0].series = "offset_s";
	out->at[0].value = ((double)there_ns + (double)back_ns) / 2e9;
	out->at[1].series = "delay_s";
	out->at[1].value = ((double)there_ns - (double)back_ns) / 1e9;
	out->n = 2;
	out->kind = STATS_RAWSTATS;
	return true;
}

/* Since the reset that the first number counts from: seconds, received, for us, this version, older ones,
 * restricted, bad format, not authentic, declined, limited, kisses. */
static bool take_sysstats(const struct words *w, struct stats_line *out)
{
	enum { SINCE = 2, RECEIVED = 3, BAD_FORMAT = 8, BAD_AUTH, DECLINED, LIMITED, KISSES, COLUMNS };
	double v[COLUMNS];

	if (w->n != COLUMNS)
		return false;
	for (size_t i = SINCE; i < COLUMNS; i++)
		if (!read_number(&w->at[i], &v[i]) || v[i] < 0)
			return false;
	if (v[SINCE] < 1)
		return false;
	const struct stats_value rates[] = {
		{ "received_per_s", v[RECEIVED] / v[SINCE] },
		{ "bad_per_s", (v[BAD_FORMAT] + v[BAD_AUTH]) / v[SINCE] },
		{ "limited_per_s", v[LIMITED] / v[SINCE] },
		{ "kods_per_s", v[KISSES] / v[SINCE] },
	};
	memcpy(out->at, rates, sizeof(rates));
	out->n = sizeof(rates) / sizeof(rates[0]);
	out->kind = STATS_SYSSTATS;
	return true;
}

/* A clock of ntpd's: "127.127.8.0", of NTPsec's: "GENERIC(0)"; its code goes on to the end of the line. */
static bool take_clockstats(const struct words *w, const char *end, struct stats_line *out)
{
	const struct word *name = &w->at[2];
	bool is_address = name->len > 8 && memcmp(name->at, "127.127.", 8) == 0;
	bool is_unit = name->len > 3 && name->at[name->len - 1] == ')' && memchr(name->at, '(', name->len);

	if (w->n < 4 || (!is_address && !is_unit) || !take_name(name, out))
		return false;
	out->n = stats_clock_values(w->at[3].at, (size_t)(end - w->at[3].at), out->at);
	out->kind = STATS_CLOCKSTATS;
	/* peerstats of a clock, cut off, are no code. */
	double number;
	return out->n || w->n > 7 || !read_number(&w->at[w->n - 1], &number) || !is_digit(w->at[3].at[0]);
}

static bool take_ntpd(const struct words *w, const char *end, struct stats_line *out)
{
	static const struct column loop[] = {
		{ "offset_s", 2, 1 }, { "frequency_ppm", 3, -1 }, { "jitter_s", 4, 1 }, { "wander_ppm", 5, 1 }
	};
	static const struct column peer[] = {
		{ "offset_s", 4, 1 }, { "delay_s", 5, 1 }, { "dispersion_s", 6, 1 }, { "jitter_s", 7, 1 }
	};

	if (w->n == 7 && take(w, STATS_LOOPSTATS, loop, 4, out))
		return true;
	out->n = 0;
	if (w->n >= 8 && take_name(&w->at[2], out) &&
	    (take_rawstats(w, out) || (w->n == 8 && take(w, STATS_PEERSTATS, peer, 4, out))))
		return true;
	out->n = 0;
	if (w->n >= 4 && take_clockstats(w, end, out))
		return true;
	out->name[0] = '\0';
	return take_sysstats(w, out);
}

/* What NTPsec's ntploggps and ntplogtemp write: "TIME DEVICE TDOP SATELLITES", "TIME SENSOR CELSIUS". */
static bool take_logger(const struct words *w, struct stats_line *out)
{
	static const struct column gpsd[] = { { "tdop", 2, 1 }, { "satellites_seen", 3, 1 } };
	static const struct column temps[] = { { "temperature_c", 2, 1 } };

	if (w->n != 3 && w->n != 4)
		return false;
	out->is_part = true;
	return take_name(&w->at[1], out) &&
	       (w->n == 4 ? take(w, STATS_GPSD, gpsd, 2, out) : take(w, STATS_TEMPS, temps, 1, out));
}

/* Octal, of the last eight polls. */
static bool take_reach(const struct word *w, struct stats_line *out)
{
	unsigned reach = 0, n = 0;

	for (size_t i = 0; i < w->len; i++) {
		if (w->at[i] < '0' || w->at[i] > '7' || w->len > 3)
			return false;
		reach = reach * 8 + (unsigned)(w->at[i] - '0');
	}
	for (; reach; reach &= reach - 1)
		n++;
	out->at[out->n++] = (struct stats_value){ "reach_polls", n };
	out->kind = STATS_SELECTION;
	return n <= 8;
}

static bool is_leap(const struct word *w)
{
	return w->len == 1 && (*w->at == 'N' || *w->at == '+' || *w->at == '-' || *w->at == '?');
}

static bool take_chrony(const struct words *w, struct stats_line *out)
{
	static const struct column measurements[] = {
		{ "offset_s", 11, 1 },     { "delay_s", 12, 1 },           { "dispersion_s", 13, 1 },
		{ "root_delay_s", 14, 1 }, { "root_dispersion_s", 15, 1 }, { "stratum", 4, 1 }
	};
	static const struct column tracking[] = {
		{ "stratum", 3, 1 },   { "frequency_ppm", 4, 1 }, { "skew_ppm", 5, 1 },
		{ "offset_s", 6, -1 }, { "root_delay_s", 11, 1 }, { "root_dispersion_s", 12, 1 },
	};
	static const struct column old_tracking[] = {
		{ "stratum", 3, 1 }, { "frequency_ppm", 4, 1 }, { "skew_ppm", 5, 1 }, { "offset_s", 6, -1 }
	};
	static const struct column statistics[] = { { "jitter_s", 3, 1 }, { "estimated_offset_s", 4, -1 } };
	static const struct column refclock[] = { { "offset_s", 7, 1 }, { "dispersion_s", 8, 1 } };

	if (w->n >= 17 && is_leap(&w->at[3]))
		return take_name(&w->at[2], out) && take(w, STATS_MEASUREMENTS, measurements, 6, out);
	if (w->n == 9 && is_leap(&w->at[4]))
		return take_name(&w->at[2], out) && take(w, STATS_REFCLOCKS, refclock, 2, out);
	if (w->n >= 13 && is_leap(&w->at[7]))
		return take(w, STATS_TRACKING, tracking, 6, out);
	if (w->n >= 8 && w->n < 13 && is_leap(&w->at[7]))
		return take(w, STATS_TRACKING, old_tracking, 4, out);
	if (w->n == 10 && w->at[3].len == 1)
		return take_name(&w->at[2], out) && take_reach(&w->at[5], out);
	return w->n >= 12 && w->n <= 13 && take_name(&w->at[2], out) &&
	       take(w, STATS_STATISTICS, statistics, 2, out);
}

static bool is_heading(const struct words *w)
{
	if (!w->n || w->at[0].at[0] == '=' || w->at[0].at[0] == '#')
		return true;
	return w->n > 1 && w->at[0].len == 4 && memcmp(w->at[0].at, "Date", 4) == 0;
}

enum stats_kind stats_line_parse(const char *line, size_t len, struct stats_line *out)
{
	struct words w;

	*out = (struct stats_line){ .kind = STATS_NONE };
	split(line, len, &w);
	if (is_heading(&w))
		return STATS_NONE;
	bool good = read_date(&w, &out->time_ns)   ? take_chrony(&w, out)
		    : read_mjd(&w, &out->time_ns)  ? take_ntpd(&w, line + len, out)
		    : read_unix(&w, &out->time_ns) ? take_logger(&w, out)
						   : false;
	if (!good)
		*out = (struct stats_line){ .kind = STATS_BAD };
	return out->kind;
}

const char *stats_kind_name(enum stats_kind kind)
{
	static const char *const names[N_STATS_KINDS] = {
		"heading",          "unknown",        "loopstats",    "peerstats",     "rawstats",
		"measurements.log", "statistics.log", "tracking.log", "refclocks.log", "selection.log",
		"clockstats",       "sysstats",       "gpsd",         "temps",         "scores of the pool",
	};
	return (unsigned)kind < N_STATS_KINDS ? names[kind] : "unknown";
}
