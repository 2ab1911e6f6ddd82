/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"

struct words count_words(uint64_t n)
{
	struct words w;
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	char *p = w.s;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return w;
}

struct words share_words(uint64_t part, uint64_t whole, unsigned decimals)
{
	struct words w;
	double step = pow(10, -(double)decimals);

	if (!whole) {
		snprintf(w.s, sizeof(w.s), "–");
		return w;
	}
	double percent = 100.0 * (double)part / (double)whole;
	if (part == 0)
		snprintf(w.s, sizeof(w.s), "0 %%");
	else if (part == whole)
		snprintf(w.s, sizeof(w.s), "100 %%");
	else if (percent < step / 2)
		snprintf(w.s, sizeof(w.s), "<%.*f %%", (int)decimals, step);
	else if (part < whole && percent >= 100 - step / 2)
		snprintf(w.s, sizeof(w.s), ">%.*f %%", (int)decimals, 100 - step);
	else
		snprintf(w.s, sizeof(w.s), "%.*f %%", (int)decimals, percent);
	return w;
}

struct words span_words(int64_t ns)
{
	struct words w;
	_Static_assert(sizeof(w.s) >= DURATION_TEXT_MAX, "a duration fits");
	duration_text(ns, w.s);
	return w;
}

struct words span_s_words(double s)
{
	double ns = s * 1e9;
	return span_words(ns >= 9.2e18 ? INT64_MAX : ns > -9.2e18 ? (int64_t)ns : INT64_MIN);
}

struct words bytes_words(uint64_t n)
{
	static const char units[] = "kMGTPE";
	struct words w;
	double v = (double)n;
	unsigned i = 0;

	if (n < 1000) {
		snprintf(w.s, sizeof(w.s), "%u B", (unsigned)n);
		return w;
	}
	for (v /= 1000; v >= 999.5 && i < 5; i++)
		v /= 1000;
	snprintf(w.s, sizeof(w.s), "%.*f %cB", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v, units[i]);
	return w;
}

struct words rate_words(double per_s)
{
	struct words w;

	if (!(per_s < 1e15))
		per_s = 1e15;
	if (per_s >= 99.95) {
		w = count_words((uint64_t)(per_s + 0.5));
		memcpy(w.s + strlen(w.s), "/s", 3);
	} else if (per_s > 0 && per_s < 0.0995) {
		double per_h = per_s * 3600;
		if (per_h >= 9.95)
			snprintf(w.s, sizeof(w.s), "%.0f/h", per_h);
		else if (per_h >= 0.995)
			snprintf(w.s, sizeof(w.s), "%.1f/h", per_h);
		else
			snprintf(w.s, sizeof(w.s), "%.1f/day", per_h * 24);
	} else if (per_s <= 0) {
		snprintf(w.s, sizeof(w.s), "0/s");
	} else {
		snprintf(w.s, sizeof(w.s), "%.*f/s", per_s >= 0.995 ? 1 : 2, per_s);
	}
	return w;
}

struct words moment_words(int64_t t_ns)
{
	struct words w;
	nstime_short(t_ns, w.s);
	return w;
}

struct words clock_words(int64_t t_ns)
{
	struct words w = moment_words(t_ns);
	memmove(w.s, w.s + 11, strlen(w.s + 11) + 1);
	return w;
}

struct words addr_words(const struct addr *a)
{
	struct words w;
	addr_text(a, w.s);
	return w;
}

struct words prefix_words(const struct addr *net, unsigned bits)
{
	struct words w;
	size_t len = addr_text(net, w.s);
	if (addr_is_v4(net) && bits >= 96)
		bits -= 96;
	snprintf(w.s + len, sizeof(w.s) - len, "/%u", bits);
	return w;
}

const char *auth_word(enum ntp_auth_kind kind)
{
	switch (kind) {
	case NTP_AUTH_NONE: return "none";
	case NTP_AUTH_MAC: return "mac";
	case NTP_AUTH_CRYPTO_NAK: return "crypto-nak";
	case NTP_AUTH_NTS: return "nts";
	case NTP_AUTH_NTS_NAK: return "nts-nak";
	case NTP_AUTH_MS_SNTP: return "ms-sntp";
	case NTP_AUTH_AUTOKEY: return "autokey";
	}
	return "none";
}

const char *note_word(unsigned bit)
{
	switch ((enum exchange_note)bit) {
	case NOTE_BEFORE_CAPTURE: return "before-capture";
	case NOTE_CAPTURE_END: return "capture-end";
	case NOTE_INTERLEAVED: return "interleaved";
	case NOTE_REORDERED: return "reordered";
	case NOTE_FORGOTTEN: return "forgotten";
	case NOTE_ZERO_ORIGIN: return "zero-origin";
	case NOTE_CONTINUED: return "continued";
	}
	return NULL;
}

const char *bar_of(uint64_t n, uint64_t max)
{
	static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	if (!n || !max)
		return bars[0];
	double share = (double)n / (double)max;
	unsigned i = share >= 1 ? 8 : 1 + (unsigned)(share * 8);
	return bars[i > 8 ? 8 : i];
}
