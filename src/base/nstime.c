/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nstime.h"

#include <string.h>

/* A broken-down moment.  The calendar is the proleptic Gregorian one, without leap seconds, as POSIX. */
struct civil {
	int64_t year;
	unsigned month, day, hour, minute, second, ns;
};

/*
 * Days since 1970-01-01 to a date.  Years are counted from March, so that the leap day is the last of its
 * year; 400 of them have 146097 days.  719468 days lie between 0000-03-01 and 1970-01-01.
 */
static void civil_date(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153; /* March is 0; five months have 153 days */

	c->day = doy - (153 * mp + 2) / 5 + 1;
	c->month = mp < 10 ? mp + 3 : mp - 9;
	c->year = era * 400 + yoe + (c->month <= 2);
}

static void civil_from_ns(int64_t t_ns, struct civil *c)
{
	int64_t s = t_ns / NS_PER_S, ns = t_ns % NS_PER_S;
	if (ns < 0) {
		ns += NS_PER_S;
		s--;
	}
	int64_t days = s / 86400, rest = s % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	civil_date(days, c);
	c->hour = (unsigned)rest / 3600;
	c->minute = (unsigned)rest / 60 % 60;
	c->second = (unsigned)rest % 60;
	c->ns = (unsigned)ns;
}

/* The way back, with years counted from March likewise. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400, yoe = year - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Exactly n digits, and then one of the characters of `end`. */
static bool take_number(const char **s, unsigned n, const char *end, int64_t *out)
{
	for (*out = 0; n; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	for (; **s && *end; end++)
		if (**s == *end)
			return (*s)++;
	return false;
}

static bool take_fraction(const char **s, int64_t *ns)
{
	int64_t unit = NS_PER_S / 10;
	for (*ns = 0; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*ns += (**s - '0') * unit;
	return **s == 'Z' || **s == 'z' ? !*++*s : false;
}

bool nstime_parse(const char *text, int64_t *out)
{
	const char *s = text;
	int64_t year, month, day, hour, minute, second, ns = 0;

	if (!take_number(&s, 4, "-", &year) || !take_number(&s, 2, "-", &month) ||
	    !take_number(&s, 2, "Tt ", &day) || !take_number(&s, 2, ":", &hour) ||
	    !take_number(&s, 2, ":", &minute) || !take_number(&s, 2, ".Zz", &second))
		return false;
	if (s[-1] == '.' ? !take_fraction(&s, &ns) : *s != '\0')
		return false;
	if (year < 1700 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	int64_t s_since = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	*out = s_since * NS_PER_S + ns;
	return true;
}

/* v as exactly n digits, leading zeros kept; returns where the next character goes. */
static char *put_fixed(char *out, uint64_t v, unsigned n)
{
	for (unsigned i = n; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	return out + n;
}

static char *put_u64(char *out, uint64_t v)
{
	unsigned n = 1;
	for (uint64_t w = v; w >= 10; w /= 10)
		n++;
	return put_fixed(out, v, n);
}

static char *put_str(char *out, const char *s)
{
	size_t n = strlen(s);
	memcpy(out, s, n);
	return out + n;
}

/* The years of int64 nanoseconds, 1677 to 2262, have four digits. */
static char *put_civil(char *out, const struct civil *c, char between)
{
	out = put_fixed(out, (uint64_t)c->year, 4);
	*out++ = '-';
	out = put_fixed(out, c->month, 2);
	*out++ = '-';
	out = put_fixed(out, c->day, 2);
	*out++ = between;
	out = put_fixed(out, c->hour, 2);
	*out++ = ':';
	out = put_fixed(out, c->minute, 2);
	*out++ = ':';
	return put_fixed(out, c->second, 2);
}

static size_t put_end(char *start, char *end)
{
	*end = '\0';
	return (size_t)(end - start);
}

size_t nstime_rfc3339(int64_t t_ns, char *out)
{
	struct civil c;
	civil_from_ns(t_ns, &c);
	char *p = put_civil(out, &c, 'T');
	*p++ = '.';
	p = put_fixed(p, c.ns, 9);
	*p++ = 'Z';
	return put_end(out, p);
}

size_t nstime_short(int64_t t_ns, char *out)
{
	struct civil c;
	civil_from_ns(t_ns, &c);
	char *p = put_civil(out, &c, ' ');
	*p++ = 'Z';
	return put_end(out, p);
}

/* The absolute value; right for INT64_MIN too. */
static uint64_t magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static char *put_decimal(char *out, uint64_t scaled, unsigned decimals, const char *unit)
{
	static const unsigned pow10[] = { 1, 10, 100 };

	out = put_u64(out, scaled / pow10[decimals]);
	if (decimals) {
		*out++ = '.';
		out = put_fixed(out, scaled % pow10[decimals], decimals);
	}
	return put_str(out, unit);
}

/*
 * Below a minute.  The rows are tried from the finest: the first whose rounded number stays below its limit
 * is taken, so 999.6 µs is "1.00 ms".  From 10 µs to 1 ms whole microseconds are enough.
 */
static char *put_small(char *out, uint64_t ns)
{
	static const struct {
		uint32_t step_ns; /* one unit of the last digit shown */
		uint16_t below;
		uint8_t decimals;
		char unit[5];
	} rows[] = {
		{ 1, 1000, 0, " ns" },       { 10, 1000, 2, " µs" },      { 1000, 1000, 0, " µs" },
		{ 10000, 1000, 2, " ms" },   { 100000, 1000, 1, " ms" },  { 1000000, 1000, 0, " ms" },
		{ 10000000, 1000, 2, " s" }, { 100000000, 600, 1, " s" },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t scaled = (ns + rows[i].step_ns / 2) / rows[i].step_ns;
		if (scaled < rows[i].below)
			return put_decimal(out, scaled, rows[i].decimals, rows[i].unit);
	}
	return NULL;
}

static char *put_large(char *out, uint64_t ns)
{
	const uint64_t tenth_hour = UINT64_C(360) * NS_PER_S, tenth_day = UINT64_C(8640) * NS_PER_S;
	uint64_t s = (ns + NS_PER_S / 2) / NS_PER_S;

	if (s < 3600) {
		out = put_str(put_u64(out, s / 60), " min ");
		return put_str(put_u64(out, s % 60), " s");
	}
	uint64_t h = (ns + tenth_hour / 2) / tenth_hour;
	if (h < 480)
		return put_decimal(out, h, 1, " h");
	return put_decimal(out, (ns + tenth_day / 2) / tenth_day, 1, " d");
}

size_t duration_text(int64_t d_ns, char *out)
{
	uint64_t ns = magnitude(d_ns);
	char *p = out;

	if (!ns)
		return put_end(out, put_str(out, "0 s"));
	if (d_ns < 0)
		*p++ = '-';
	char *end = put_small(p, ns);
	if (!end)
		end = put_large(p, ns);
	return put_end(out, end);
}

size_t seconds_text(int64_t d_ns, char *out)
{
	uint64_t ns = magnitude(d_ns);
	char *p = out;

	if (d_ns < 0)
		*p++ = '-';
	p = put_u64(p, ns / NS_PER_S);
	*p++ = '.';
	return put_end(out, put_fixed(p, ns % NS_PER_S, 9));
}

int64_t nstime_from_ntp(uint64_t ts, int64_t pivot_ns)
{
	int64_t pivot_s = pivot_ns / NS_PER_S - (pivot_ns % NS_PER_S < 0);
	uint32_t pivot_ntp = (uint32_t)((uint64_t)pivot_s + NTP_UNIX_S);
	int64_t s = pivot_s + (int32_t)((uint32_t)(ts >> 32) - pivot_ntp);
	int64_t frac = (int64_t)((ts & UINT32_MAX) * (uint64_t)NS_PER_S >> 32);
	int64_t out;

	/* A pivot at the ends of int64 time can lead beyond them. */
	if (__builtin_mul_overflow(s, NS_PER_S, &out) || __builtin_add_overflow(out, frac, &out))
		return s < 0 ? INT64_MIN : INT64_MAX;
	return out;
}

uint64_t nstime_to_ntp(int64_t t_ns)
{
	int64_t rest_ns = t_ns % NS_PER_S;
	int64_t s = t_ns / NS_PER_S;

	if (rest_ns < 0) {
		rest_ns += NS_PER_S;
		s--;
	}
	/* Rounded up, so that nstime_from_ntp() cuts back to the same nanosecond. */
	uint64_t fraction = (((uint64_t)rest_ns << 32) + (uint64_t)NS_PER_S - 1) / (uint64_t)NS_PER_S;
	uint64_t ts = ((uint64_t)s + NTP_UNIX_S) << 32 | fraction;
	return ts ? ts : 1;
}

int64_t ntp_diff_ns(uint64_t a, uint64_t b)
{
	/* Division, not a shift: truncates towards zero, so that swapping a and b only turns the sign. */
	return (int64_t)((__int128)(int64_t)(a - b) * NS_PER_S / ((__int128)1 << 32));
}

int64_t nstime_unit_ns(const char *name, size_t len)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", 1000 * 1000 },
		{ "s", NS_PER_S },
		{ "m", 60 * NS_PER_S },
		{ "min", 60 * NS_PER_S },
		{ "h", 3600 * NS_PER_S },
		{ "d", 86400 * NS_PER_S },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
			return units[i].ns;
	return 0;
}
