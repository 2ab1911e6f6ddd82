/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/var_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/utf8.h"

/* ---- status words ---------------------------------------------------------------------------------- */

struct event_words {
	char s[16];
};

static struct event_words events(unsigned n)
{
	struct event_words w;
	if (n)
		snprintf(w.s, sizeof(w.s), "%u event%s", n & 15, n == 1 ? "" : "s");
	else
		snprintf(w.s, sizeof(w.s), "no events");
	return w;
}

static void peer_words(uint16_t status, char out[VAR_STATUS_MAX])
{
	struct peer_status p = peer_status_of(status);

	snprintf(out, VAR_STATUS_MAX, "%s%s%s%s%s%s, %s, %s", p.config ? "conf, " : "",
		 p.authenable ? "authenb, " : "", p.authentic ? "auth, " : "", p.reach ? "reach, " : "",
		 p.broadcast ? "bcast, " : "", peer_selection_name(p.selection), events(p.count).s,
		 peer_event_name(p.event));
}

void var_status_words(enum var_kind kind, uint16_t status, char out[VAR_STATUS_MAX])
{
	struct system_status s = system_status_of(status);
	struct clock_status c = clock_status_of(status);

	switch (kind) {
	case VARS_SYSTEM:
		snprintf(out, VAR_STATUS_MAX, "%s, %s, %s, %s", leap_name(s.leap),
			 system_source_name(s.source), events(s.count).s, system_event_name(s.event));
		return;
	case VARS_PEER: peer_words(status, out); return;
	case VARS_CLOCK:
		snprintf(out, VAR_STATUS_MAX, "%s, %s", events(c.count).s, clock_event_name(c.event));
		return;
	}
}

static void json_peer_status(struct jw *j, uint16_t status)
{
	struct peer_status p = peer_status_of(status);

	jw_bool(j, "configured", p.config);
	jw_bool(j, "authentication_enabled", p.authenable);
	jw_bool(j, "authentic", p.authentic);
	jw_bool(j, "reachable", p.reach);
	jw_bool(j, "broadcast", p.broadcast);
	jw_text(j, "selection", peer_selection_name(p.selection));
	jw_u64(j, "events", p.count);
	jw_text(j, "last_event", peer_event_name(p.event));
}

void var_status_json(struct jw *j, enum var_kind kind, uint16_t status)
{
	struct system_status s = system_status_of(status);
	struct clock_status c = clock_status_of(status);
	char word[8];

	snprintf(word, sizeof(word), "0x%04x", status);
	jw_open(j, "status", JW_OBJECT);
	jw_text(j, "word", word);
	switch (kind) {
	case VARS_SYSTEM:
		jw_text(j, "leap", leap_name(s.leap));
		jw_text(j, "source", system_source_name(s.source));
		jw_u64(j, "events", s.count);
		jw_text(j, "last_event", system_event_name(s.event));
		break;
	case VARS_PEER: json_peer_status(j, status); break;
	case VARS_CLOCK:
		jw_u64(j, "events", c.count);
		jw_u64(j, "code", c.event);
		jw_text(j, "last_event", clock_event_name(c.event));
		jw_text(j, "meaning", clock_event_words(c.event));
		break;
	}
	jw_close(j);
}

/* ---- text ------------------------------------------------------------------------------------------- */

static bool is_one_of(const struct var *v, const char *const *names)
{
	for (; *names; names++)
		if (var_is(v, *names))
			return true;
	return false;
}

static bool is_filter(const struct var *v)
{
	static const char *const names[] = { "filtdelay", "filtoffset", "filtdisp", "filterror", NULL };
	return is_one_of(v, names);
}

static bool is_number(const struct var *v)
{
	uint64_t u;
	int64_t scaled;
	return !v->quoted && (var_u64(v, &u) || var_scaled(v, 0, &scaled));
}

/* "eeb2914b.2bd56122 2026-11-26T11:06:51.171Z" */
static bool add_date(struct buf *i, const struct var *v, int64_t now_ns)
{
	char text[NSTIME_TEXT_MAX];
	uint64_t ntp;

	if (!var_timestamp(v, &ntp))
		return false;
	nstime_rfc3339(nstime_from_ntp(ntp, now_ns), text);
	buf_printf(i, "%08x.%08x ", (unsigned)(ntp >> 32), (unsigned)ntp);
	if (ntp)
		buf_printf(i, "%.23sZ", text);
	else
		buf_printf(i, "never");
	return true;
}

static bool add_bits(struct buf *i, const struct var *v)
{
	uint64_t n;

	if (var_is(v, "flash") && var_u64(v, &n)) {
		buf_printf(i, "%02llx%s", (unsigned long long)n, n ? "" : " ok");
		for (unsigned b = 0; b < 16; b++)
			if (n >> b & 1)
				buf_printf(i, " %s", flash_bit_name(b));
		return true;
	}
	if (var_is(v, "reach") && var_u64(v, &n)) {
		buf_printf(i, "%03llo", (unsigned long long)n);
		return true;
	}
	if (var_is(v, "leap") && var_u64(v, &n) && n < 4) {
		buf_printf(i, "%u%u", (unsigned)(n >> 1), (unsigned)(n & 1));
		return true;
	}
	return false;
}

/* Eight numbers, one below the other of its neighbours' when the terminal is wide enough. */
static void add_filter(struct buf *i, const struct var *v)
{
	const char *p = v->value, *end = p + v->value_len;

	while (p < end) {
		const char *word = p;
		while (p < end && *p != ' ')
			p++;
		buf_printf(i, "%*s", p - word < 9 ? (int)(9 - (p - word)) : 1, "");
		utf8_add_clean(i, word, (size_t)(p - word));
		while (p < end && *p == ' ')
			p++;
	}
}

static void make_item(struct buf *i, const struct var *v, int64_t now_ns)
{
	static const char *const dates[] = { "reftime", "clock", "org", "rec", "xmt", NULL };
	static const char *const plain[] = { "srcadr", "peeradr", "dstadr", "refid", NULL };
	bool filter = is_filter(v);
	uint64_t n;

	i->len = 0;
	if (filter)
		buf_printf(i, "%*s", (int)(10 - v->name_len), "");
	utf8_add_clean(i, v->name, v->name_len);
	if (!v->has_value)
		return;
	buf_printf(i, filter ? " =" : "=");
	if (filter)
		add_filter(i, v);
	else if ((is_one_of(v, dates) && add_date(i, v, now_ns)) || add_bits(i, v))
		return;
	else if (v->value_len > 2 && v->value[1] == 'x' && var_u64(v, &n))
		buf_printf(i, "%llu", (unsigned long long)n);
	else if (is_number(v) || is_one_of(v, plain))
		utf8_add_clean(i, v->value, v->value_len);
	else {
		buf_printf(i, "\"");
		utf8_add_clean(i, v->value, v->value_len);
		buf_printf(i, "\"");
	}
}

void var_rows_text(struct buf *out, struct var_list l, unsigned columns, int64_t now_ns)
{
	struct buf item;
	bool alone = false; /* the line before is a filter's, which nothing follows */
	size_t at = 0;
	struct var v;

	if (buf_init(&item, -1))
		return;
	while (var_next(&l, &v)) {
		make_item(&item, &v, now_ns);
		if (at) {
			bool fits = !alone && !is_filter(&v) && at + item.len + 3 <= columns;
			buf_str(out, fits ? ", " : ",\n");
			at = fits ? at + 2 : 0;
		}
		buf_add(out, item.data, item.len);
		at += item.len;
		alone = is_filter(&v);
	}
	if (at)
		buf_char(out, '\n');
	buf_release(&item);
}

/* ---- JSON ------------------------------------------------------------------------------------------- */

enum json_kind { AS_SECONDS, AS_REAL, AS_NUMBER, AS_TEXT, AS_TIME };

struct known {
	const char *name, *key;
	enum json_kind kind;
};

static const struct known known_vars[] = {
	{ "version", "version", AS_TEXT },
	{ "processor", "processor", AS_TEXT },
	{ "system", "system", AS_TEXT },
	{ "name", "name", AS_TEXT },
	{ "device", "device", AS_TEXT },
	{ "timecode", "timecode", AS_TEXT },
	{ "srcadr", "remote", AS_TEXT },
	{ "srchost", "remote_name", AS_TEXT },
	{ "srcport", "remote_port", AS_NUMBER },
	{ "dstadr", "local", AS_TEXT },
	{ "dstport", "local_port", AS_NUMBER },
	{ "refid", "refid", AS_TEXT },
	{ "leap", "leap", AS_NUMBER },
	{ "stratum", "stratum", AS_NUMBER },
	{ "precision", "precision_log2s", AS_NUMBER },
	{ "rootdelay", "root_delay_s", AS_SECONDS },
	{ "rootdisp", "root_dispersion_s", AS_SECONDS },
	{ "rootdist", "root_distance_s", AS_SECONDS },
	{ "reftime", "reference_time", AS_TIME },
	{ "clock", "clock_time", AS_TIME },
	{ "rec", "received_time", AS_TIME },
	{ "xmt", "transmit_time", AS_TIME },
	{ "peer", "system_peer_association", AS_NUMBER },
	{ "tc", "time_constant_log2s", AS_NUMBER },
	{ "mintc", "time_constant_min_log2s", AS_NUMBER },
	{ "offset", "offset_s", AS_SECONDS },
	{ "delay", "delay_s", AS_SECONDS },
	{ "jitter", "jitter_s", AS_SECONDS },
	{ "dispersion", "dispersion_s", AS_SECONDS },
	{ "frequency", "frequency_ppm", AS_REAL },
	{ "sys_jitter", "system_jitter_s", AS_SECONDS },
	{ "clk_jitter", "clock_jitter_s", AS_SECONDS },
	{ "clk_wander", "clock_wander_ppm", AS_REAL },
	{ "tai", "tai_offset_s", AS_NUMBER },
	{ "leapsec", "leap_second", AS_TEXT },
	{ "expire", "leap_file_expires", AS_TEXT },
	{ "reach", "reach", AS_NUMBER },
	{ "unreach", "unreach", AS_NUMBER },
	{ "hmode", "host_mode", AS_NUMBER },
	{ "pmode", "peer_mode", AS_NUMBER },
	{ "hpoll", "host_poll_log2s", AS_NUMBER },
	{ "ppoll", "peer_poll_log2s", AS_NUMBER },
	{ "keyid", "key_id", AS_NUMBER },
	{ "flash", "flash", AS_NUMBER },
	{ "headway", "headway_s", AS_NUMBER },
	{ "ntscookies", "nts_cookies", AS_NUMBER },
	{ "poll", "polls", AS_NUMBER },
	{ "noreply", "no_reply", AS_NUMBER },
	{ "badformat", "bad_format", AS_NUMBER },
	{ "baddata", "bad_data", AS_NUMBER },
	{ "fudgetime1", "fudge_time1_s", AS_SECONDS },
	{ "fudgetime2", "fudge_time2_s", AS_SECONDS },
	{ "flags", "fudge_flags", AS_NUMBER },
};

static void json_real(struct jw *j, const char *key, const struct var *v)
{
	int64_t nano;

	if (var_scaled(v, 9, &nano))
		jw_real(j, key, (double)nano / 1e9, 9);
	else
		jw_null(j, key);
}

static void json_time(struct jw *j, const char *key, const struct var *v, int64_t now_ns)
{
	uint64_t ntp;

	if (var_timestamp(v, &ntp) && ntp)
		jw_time(j, key, nstime_from_ntp(ntp, now_ns));
	else
		jw_null(j, key);
}

static void json_known(struct jw *j, const struct known *k, const struct var *v, int64_t now_ns)
{
	int64_t i;
	uint64_t u;

	switch (k->kind) {
	case AS_TEXT: jw_text_n(j, k->key, v->value, v->value_len); return;
	case AS_TIME: json_time(j, k->key, v, now_ns); return;
	case AS_REAL: json_real(j, k->key, v); return;
	case AS_SECONDS:
		if (var_scaled(v, 6, &i))
			jw_seconds(j, k->key, i);
		else
			jw_null(j, k->key);
		return;
	case AS_NUMBER:
		if (var_i64(v, &i))
			jw_i64(j, k->key, i);
		else if (var_u64(v, &u))
			jw_u64(j, k->key, u);
		else
			jw_null(j, k->key);
		return;
	}
}

void var_rows_json(struct jw *j, struct var_list l, int64_t now_ns)
{
	struct var_list again = l;
	struct var v;

	jw_open(j, "values", JW_OBJECT | JW_LINES);
	for (size_t i = 0; i < sizeof(known_vars) / sizeof(known_vars[0]); i++)
		if (var_find(l, known_vars[i].name, &v) && v.has_value)
			json_known(j, &known_vars[i], &v, now_ns);
	jw_close(j);
	jw_open(j, "variables", JW_ARRAY | JW_LINES);
	while (var_next(&again, &v)) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text_n(j, "name", v.name, v.name_len);
		if (v.has_value)
			jw_text_n(j, "value", v.value, v.value_len);
		else
			jw_null(j, "value");
		jw_close(j);
	}
	jw_close(j);
}
