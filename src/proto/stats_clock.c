/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stats_clock.h"

#include <string.h>

#include "proto/clock_telegram.h"

/* ntpd's refclock.h */
enum clock_event { NOMINAL = 0, BAD_FORMAT = 2, FAULT = 3, SIGNAL_LOSS = 4, BAD_TIME = 6 };

enum { FIELDS_MAX = 20, GPS_NO_FIX = 1 };

struct field {
	const char *at;
	size_t len;
};

static size_t event(enum clock_event e, struct stats_value out[STATS_VALUES_MAX])
{
	out[0] = (struct stats_value){ "clock_event", e };
	return 1;
}

/* ---- NMEA 0183 ----------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

/* Between '$' and '*'.  A sentence without a sum is taken as it is. */
static bool has_wrong_sum(const char *text, size_t len)
{
	const char *star = memchr(text, '*', len);
	unsigned sum = 0;

	if (!star || text + len - star < 3)
		return false;
	for (const char *c = text + 1; c < star; c++)
		sum ^= (unsigned char)*c;
	return hex_digit(star[1]) * 16 + hex_digit(star[2]) != (int)sum;
}

/* The sentence ends at its sum, or where ntpd's own numbers begin. */
static size_t split(const char *text, size_t len, struct field out[FIELDS_MAX])
{
	size_t n = 0;

	out[n] = (struct field){ text, 0 };
	for (size_t i = 0; i < len && text[i] != '*' && text[i] != ' '; i++) {
		if (text[i] != ',') {
			out[n].len++;
			continue;
		}
		if (n + 1 == FIELDS_MAX)
			break;
		out[++n] = (struct field){ text + i + 1, 0 };
	}
	return n + 1;
}

static bool is_letter(const struct field *f, char letter)
{
	return f->len == 1 && *f->at == letter;
}

/* Quality, satellites in use, horizontal dilution. */
static size_t read_gga(const struct field *f, struct stats_value out[STATS_VALUES_MAX])
{
	bool has_fix = f[6].len && !is_letter(&f[6], '0');
	size_t n = event(has_fix ? NOMINAL : BAD_FORMAT, out);
	double v;

	if (!has_fix)
		out[n++] = (struct stats_value){ "gps_mode", GPS_NO_FIX };
	if (stats_number(f[7].at, f[7].len, &v) && v >= 0)
		out[n++] = (struct stats_value){ "satellites_used", v };
	if (has_fix && stats_number(f[8].at, f[8].len, &v) && v >= 0)
		out[n++] = (struct stats_value){ "hdop", v };
	return n;
}

static size_t read_status(const struct field *f, struct stats_value out[STATS_VALUES_MAX])
{
	size_t n = event(is_letter(f, 'A') ? NOMINAL : BAD_FORMAT, out);

	if (n && is_letter(f, 'V'))
		out[n++] = (struct stats_value){ "gps_mode", GPS_NO_FIX };
	return n;
}

static size_t read_nmea(const char *text, size_t len, struct stats_value out[STATS_VALUES_MAX])
{
	struct field f[FIELDS_MAX];
	size_t n = split(text, len, f);

	if (f[0].len != 6)
		return 0;
	const char *kind = f[0].at + 3;
	bool is_rmc = memcmp(kind, "RMC", 3) == 0 && n > 2, is_gll = memcmp(kind, "GLL", 3) == 0 && n > 6;
	bool is_gga = memcmp(kind, "GGA", 3) == 0 && n > 8, is_zda = memcmp(kind, "ZDA", 3) == 0 && n > 4;
	if (!is_rmc && !is_gll && !is_gga && !is_zda)
		return 0;
	if (has_wrong_sum(text, len))
		return event(BAD_FORMAT, out);
	return is_gga   ? read_gga(f, out)
	       : is_zda ? event(NOMINAL, out)
			: read_status(is_rmc ? &f[2] : &f[6], out);
}

/* ---- radio clocks -------------------------------------------------------------------------------- */

size_t stats_clock_values(const char *code, size_t len, struct stats_value out[STATS_VALUES_MAX])
{
	struct clock_telegram t;
	size_t bits_len = 0;

	if (len && code[0] == '$')
		return read_nmea(code, len, out);
	while (bits_len < len && code[bits_len] != ' ' && code[bits_len] != '\r')
		bits_len++;
	if (!dcf77_telegram_of_text(code, bits_len, &t) && !meinberg_telegram(code, len, &t))
		return 0;
	if (t.faults)
		return event(t.faults == TELEGRAM_VALUES ? BAD_TIME : BAD_FORMAT, out);
	return event(t.flags & TELEGRAM_FREE_RUNNING ? FAULT
		     : t.flags & TELEGRAM_QUARTZ     ? SIGNAL_LOSS
						     : NOMINAL,
		     out);
}
