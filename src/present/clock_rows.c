/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/clock_rows.h"

#include <stdio.h>
#include <string.h>

#include "present/utf8.h"
#include "present/var_rows.h"
#include "proto/clock_telegram.h"

enum { TEXT_MAX = 512 };

/* What the flags of the generic driver's refclock_status say of the clock. */
static const struct {
	const char *flag, *meaning;
} states[] = {
	{ "NOT SYNCHRONIZED", "free running since power-up" },
	{ "TIME CODE NOT CONFIRMED", "no reception: running on its quartz" },
	{ "DST SWITCH WARNING", "summer time is about to change" },
	{ "LEAP ADD WARNING", "a leap second is announced" },
	{ "LEAP DELETE WARNING", "a second to be left out is announced" },
	{ "CALL BIT", "irregular at the transmitter" },
};

static bool holds(const struct var *v, const char *s)
{
	return v->value_len && memmem(v->value, v->value_len, s, strlen(s));
}

static bool telegram_of(struct var_list l, struct clock_telegram *t)
{
	struct var v;

	return var_find(l, "timecode", &v) && (dcf77_telegram_of_text(v.value, v.value_len, t) ||
					       meinberg_telegram(v.value, v.value_len, t));
}

/* ---- text --------------------------------------------------------------------------------------------- */

static void put_row(struct buf *out, const char *head, const char *text)
{
	buf_printf(out, "  %-10s%s\n", head, text);
}

static void put_status(struct buf *out, uint16_t status)
{
	char words[VAR_STATUS_MAX], text[TEXT_MAX];

	var_status_words(VARS_CLOCK, status, words);
	snprintf(text, sizeof(text), "%s (0x%04x: %s)", clock_event_words(clock_status_of(status).event),
		 status, words);
	put_row(out, "status", text);
}

static void put_counts(struct buf *out, struct var_list l)
{
	static const struct {
		const char *name, *words;
	} counts[] = { { "poll", "polls" },
		       { "noreply", "without reply" },
		       { "badformat", "bad format" },
		       { "baddata", "bad data" } };
	char text[TEXT_MAX];
	size_t len = 0;
	struct var v;
	uint64_t n;

	for (size_t i = 0; i < 4; i++)
		if (var_find(l, counts[i].name, &v) && var_u64(&v, &n))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu %s", len ? ", " : "",
						(unsigned long long)n, counts[i].words);
	if (len)
		put_row(out, "counts", text);
}

static void put_telegram(struct buf *out, const struct clock_telegram *t)
{
	static const char *const days[] = { "?",        "Monday", "Tuesday",  "Wednesday",
					    "Thursday", "Friday", "Saturday", "Sunday" };
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s: %s, 20%02u-%02u-%02u %02u:%02u%s",
		 t->is_dcf77 ? "DCF77" : "Meinberg", days[t->weekday <= 7 ? t->weekday : 0], t->year % 100U,
		 t->month, t->day, t->hour, t->minute,
		 t->flags & TELEGRAM_UTC      ? " UTC"
		 : t->flags & TELEGRAM_SUMMER ? " CEST"
					      : " CET");
	put_row(out, "telegram", text);
	for (unsigned flag = 1; flag <= TELEGRAM_QUARTZ; flag <<= 1)
		if (t->flags & flag & ~(unsigned)(TELEGRAM_UTC | TELEGRAM_SUMMER))
			put_row(out, "", telegram_flag_name(flag));
	for (unsigned fault = 1; fault <= TELEGRAM_VALUES; fault <<= 1)
		if (t->faults & fault) {
			snprintf(text, sizeof(text), "wrong: %s", telegram_fault_name(fault));
			put_row(out, "", text);
		}
}

static void put_states(struct buf *out, struct var_list l)
{
	char text[TEXT_MAX];
	struct var v;

	if (var_find(l, "refclock_status", &v))
		for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
			if (holds(&v, states[i].flag))
				put_row(out, "receiver", states[i].meaning);
	if (var_find(l, "refclock_states", &v)) {
		utf8_clean(v.value, v.value_len, text, sizeof(text));
		put_row(out, "states", text);
	}
}

void clock_text(struct buf *out, uint16_t association, uint16_t status, const char *name, struct var_list l,
		unsigned columns, int64_t now_ns)
{
	char text[TEXT_MAX] = "", label[TEXT_MAX];
	struct clock_telegram t;
	struct var v;

	if (!*name && var_find(l, "name", &v))
		utf8_clean(v.value, v.value_len, label, sizeof(label));
	else
		utf8_clean(name, strlen(name), label, sizeof(label));
	if (var_find(l, "device", &v))
		utf8_clean(v.value, v.value_len, text, sizeof(text));
	buf_printf(out, "%s%s%s (association %u)\n", label, *label && *text ? ": " : "", text, association);
	put_status(out, status);
	put_counts(out, l);
	put_states(out, l);
	if (telegram_of(l, &t))
		put_telegram(out, &t);
	var_rows_text(out, l, columns, now_ns);
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static void json_names(struct jw *j, const char *key, unsigned bits, const char *(*name)(unsigned bit))
{
	jw_open(j, key, JW_ARRAY);
	for (unsigned b = 1; b && b <= bits; b <<= 1)
		if (bits & b)
			jw_text(j, NULL, name(b));
	jw_close(j);
}

static void json_telegram(struct jw *j, struct var_list l)
{
	struct clock_telegram t;
	char time[40];

	if (!telegram_of(l, &t)) {
		jw_null(j, "telegram");
		return;
	}
	snprintf(time, sizeof(time), "20%02u-%02u-%02uT%02u:%02u:%02u", t.year % 100U, t.month, t.day, t.hour,
		 t.minute, t.second);
	jw_open(j, "telegram", JW_OBJECT);
	jw_text(j, "kind", t.is_dcf77 ? "dcf77" : "meinberg");
	jw_text(j, "local_time", time);
	jw_text(j, "zone", t.flags & TELEGRAM_UTC ? "UTC" : t.flags & TELEGRAM_SUMMER ? "CEST" : "CET");
	jw_u64(j, "weekday", t.weekday);
	json_names(j, "flags", t.flags, telegram_flag_name);
	json_names(j, "faults", t.faults, telegram_fault_name);
	jw_close(j);
}

static const char *take_word(const char *p, const char *end, char stop, const char **from, size_t *len)
{
	while (p < end && (*p == ' ' || *p == ';'))
		p++;
	*from = p;
	while (p < end && *p != stop)
		p++;
	*len = (size_t)(p - *from);
	return p < end ? p + 1 : p;
}

/* "[3d+]21:21:36" in seconds. */
static bool span_of(const char *p, size_t len, uint64_t *out)
{
	uint64_t part = 0, total = 0;
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		if (p[i] >= '0' && p[i] <= '9' && part < 100000000) {
			part = part * 10 + (uint64_t)(p[i] - '0');
			any = true;
		} else if (p[i] == 'd' || p[i] == '+' || p[i] == ':') {
			total = p[i] == '+' ? total : p[i] == 'd' ? part * 24 : (total + part) * 60;
			part = 0;
		} else {
			return false;
		}
	}
	*out = total + part;
	return any;
}

/* "*NOMINAL: 21:21:36 (99.99%); FAULT: 00:00:03 (0.01%); running time: 21:21:39" */
static void json_states(struct jw *j, struct var_list l)
{
	struct var v;

	jw_open(j, "states", JW_ARRAY);
	if (var_find(l, "refclock_states", &v)) {
		const char *p = v.value, *end = p + v.value_len;
		while (p < end) {
			const char *name, *rest;
			size_t name_len, rest_len;
			uint64_t s;
			p = take_word(p, end, ';', &rest, &rest_len);
			const char *colon = take_word(rest, rest + rest_len, ':', &name, &name_len);
			bool current = name_len && *name == '*';
			const char *span = colon;
			size_t span_len;
			take_word(span, rest + rest_len, ' ', &span, &span_len);
			if (!span_of(span, span_len, &s))
				continue;
			jw_open(j, NULL, JW_OBJECT);
			jw_text_n(j, "state", name + current, name_len - current);
			jw_bool(j, "current", current);
			jw_u64(j, "time_s", s);
			jw_close(j);
		}
	}
	jw_close(j);
}

void clock_json(struct jw *j, uint16_t association, uint16_t status, const char *name, struct var_list l,
		int64_t now_ns)
{
	struct var v;

	jw_u64(j, "association", association);
	jw_text_or_null(j, "clock", *name ? name : NULL);
	var_status_json(j, VARS_CLOCK, status);
	jw_open(j, "receiver", JW_ARRAY);
	if (var_find(l, "refclock_status", &v))
		for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
			if (holds(&v, states[i].flag))
				jw_text(j, NULL, states[i].meaning);
	jw_close(j);
	json_states(j, l);
	json_telegram(j, l);
	var_rows_json(j, l, now_ns);
}
