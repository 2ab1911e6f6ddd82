/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mode6_points.h"

#include <string.h>

#include "proto/clock_telegram.h"

enum { MS = 6, PPM = 6 };

/* A number with decimals, times scale. */
static void number(struct reading_made *m, struct var_list vars, const char *name, const char *series,
		   double scale)
{
	struct var v;
	int64_t n;

	if (var_find(vars, name, &v) && var_scaled(&v, MS, &n))
		reading_point(m, series, (double)n * 1e-6 * scale);
}

static void text(struct reading_made *m, struct var_list vars, const char *name, const char *fact)
{
	struct var v;

	if (var_find(vars, name, &v))
		reading_fact_len(m, fact, v.value, v.value_len);
}

static bool count(struct var_list vars, const char *name, uint64_t *out)
{
	struct var v;

	return var_find(vars, name, &v) && var_u64(&v, out);
}

/* ---- the system ------------------------------------------------------------------------------------ */

static void root_distance(struct reading_made *m, struct var_list vars)
{
	struct var delay, dispersion;
	int64_t delay_ns, dispersion_ns;

	if (var_find(vars, "rootdelay", &delay) && var_scaled(&delay, MS, &delay_ns) &&
	    var_find(vars, "rootdisp", &dispersion) && var_scaled(&dispersion, MS, &dispersion_ns))
		reading_point(m, "root_distance_s", ((double)dispersion_ns + (double)delay_ns / 2) / 1e9);
}

void mode6_system(struct reading_made *m, uint16_t status, struct var_list vars)
{
	struct system_status s = system_status_of(status);

	number(m, vars, "offset", "clock_offset_s", 1e-3);
	number(m, vars, "sys_jitter", "clock_jitter_s", 1e-3);
	/* Theirs is what the clock is sped up by, ours how fast it runs. */
	number(m, vars, "frequency", "frequency_ppm", -1);
	number(m, vars, "clk_wander", "wander_ppm", 1);
	number(m, vars, "rootdelay", "root_delay_s", 1e-3);
	number(m, vars, "rootdisp", "root_dispersion_s", 1e-3);
	root_distance(m, vars);
	number(m, vars, "stratum", "stratum", 1);
	reading_point(m, "leap", s.leap);
	text(m, vars, "version", "version");
	text(m, vars, "refid", "refid");
	text(m, vars, "system", "system");
	text(m, vars, "processor", "processor");
	reading_fact(m, "source", system_source_name(s.source));
	reading_fact(m, "event", system_event_name(s.event));
}

/* ---- counters -------------------------------------------------------------------------------------- */

static const struct {
	const char *series;
	const char *names[2]; /* their sum */
} counters[MODE6_COUNTERS] = {
	{ "received_per_s", { "ss_received", NULL } },
	{ "sent_per_s", { "io_sent", NULL } },
	{ "dropped_per_s", { "io_dropped", NULL } },
	{ "limited_per_s", { "ss_limited", NULL } },
	{ "kods_per_s", { "ss_kodsent", NULL } },
	{ "bad_per_s", { "ss_badformat", "ss_badauth" } },
	{ "authenticated_per_s", { "nts_server_recv_good", NULL } },
	{ "nts_ke_per_s", { "nts_ke_serves_good", NULL } },
};

const char *mode6_count_names(bool is_short)
{
	return is_short ? "ss_uptime,ss_reset,ss_received,ss_limited,ss_kodsent,ss_badformat,ss_badauth,"
			  "io_sent,io_dropped,mru_depth"
			: "ss_uptime,ss_reset,ss_received,ss_limited,ss_kodsent,ss_badformat,ss_badauth,"
			  "io_sent,io_dropped,mru_depth,nts_server_recv_good,nts_ke_serves_good";
}

static bool sum_of(struct var_list vars, const char *const names[2], uint64_t *out)
{
	uint64_t n;

	*out = 0;
	for (size_t i = 0; i < 2 && names[i]; i++) {
		if (!count(vars, names[i], &n))
			return false;
		*out += n;
	}
	return true;
}

/* What it counted until now is forgotten: it has begun anew, or somebody set it to zero. */
static void look_for_reset(struct mode6_counts *c, struct var_list vars)
{
	uint64_t uptime_s = 0, reset_s = 0;

	count(vars, "ss_uptime", &uptime_s);
	count(vars, "ss_reset", &reset_s);
	if (uptime_s < c->uptime_s || reset_s < c->reset_s)
		for (size_t i = 0; i < MODE6_COUNTERS; i++)
			counter_rate_reset(&c->at[i]);
	c->uptime_s = uptime_s;
	c->reset_s = reset_s;
}

void mode6_counts(struct reading_made *m, struct mode6_counts *c, struct var_list vars, int64_t time_ns)
{
	uint64_t n;
	double per_s;

	look_for_reset(c, vars);
	for (size_t i = 0; i < MODE6_COUNTERS; i++)
		if (sum_of(vars, counters[i].names, &n) &&
		    counter_rate_next(&c->at[i], n, 64, time_ns, &per_s))
			reading_point(m, counters[i].series, per_s);
	number(m, vars, "mru_depth", "clients_known", 1);
	number(m, vars, "ss_uptime", "uptime_s", 1);
}

/* ---- associations ---------------------------------------------------------------------------------- */

static bool is_text(struct peer_text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.p, s, t.len) == 0;
}

bool mode6_is_prototype(const struct peer_vars *p)
{
	return !peer_vars_is_clock(p) &&
	       (!p->srcadr.len || is_text(p->srcadr, "0.0.0.0") || is_text(p->srcadr, "::"));
}

/* An older ntpd has no name for its clocks, but their addresses are kept for them. */
bool mode6_is_clock(const struct peer_vars *p)
{
	static const char net[] = "127.127.";

	return peer_vars_is_clock(p) ||
	       (p->srcadr.len > strlen(net) && memcmp(p->srcadr.p, net, strlen(net)) == 0);
}

void mode6_part(const struct peer_vars *p, char *out, size_t room)
{
	struct peer_text t = peer_vars_is_clock(p) ? p->srchost : p->srcadr;

	reading_part(out, room, t.p ? t.p : "", t.len);
}

void mode6_peer(struct reading_made *m, const struct peer_vars *p)
{
	if (p->has & PEER_OFFSET && p->reach)
		reading_point(m, "offset_s", (double)p->offset_ns / 1e9);
	if (p->has & PEER_DELAY && p->reach)
		reading_point(m, "delay_s", (double)p->delay_ns / 1e9);
	if (p->has & PEER_JITTER && p->reach)
		reading_point(m, "jitter_s", (double)p->jitter_ns / 1e9);
	if (p->has & PEER_STRATUM)
		reading_point(m, "stratum", (double)p->stratum);
	reading_reach(m, (uint8_t)p->reach);
	reading_fact(m, "selection", peer_selection_name(p->flags.selection));
	reading_fact_len(m, "name", p->srchost.p, p->srchost.len);
	reading_fact_len(m, "address", p->srcadr.p, p->srcadr.len);
	reading_fact_len(m, "refid", p->refid.p, p->refid.len);
}

/* ---- reference clocks ------------------------------------------------------------------------------ */

static void rate(struct reading_made *m, struct counter_rate *c, struct var_list vars, const char *name,
		 const char *series, int64_t time_ns)
{
	uint64_t n;
	double per_s;

	if (count(vars, name, &n) && counter_rate_next(c, n, 64, time_ns, &per_s))
		reading_point(m, series, per_s);
}

static const char *find(const char *p, size_t len, const char *what)
{
	return memmem(p, len, what, strlen(what));
}

/* "*NOMINAL: 21:21:36 (99.99%); FAULT: 00:00:03 (0.00%); running time: 21:21:39" */
static void nominal_percent(struct reading_made *m, struct var_list vars)
{
	struct var v, percent = { .name = "" };
	int64_t n;

	if (!var_find(vars, "refclock_states", &v))
		return;
	const char *end = v.value + v.value_len, *at = find(v.value, v.value_len, "NOMINAL: ");
	const char *semi = at ? memchr(at, ';', (size_t)(end - at)) : NULL;
	const char *open = at ? memchr(at, '(', (size_t)((semi ? semi : end) - at)) : NULL;
	const char *close = open ? memchr(open, '%', (size_t)(end - open)) : NULL;
	if (!close) {
		/* It never was in that state, but tells of others. */
		if (v.value_len && !at)
			reading_point(m, "clock_nominal_percent", 0);
		return;
	}
	percent.value = open + 1;
	percent.value_len = (size_t)(close - open - 1);
	percent.has_value = true;
	if (var_scaled(&percent, PPM, &n))
		reading_point(m, "clock_nominal_percent", (double)n / 1e6);
}

static size_t put_words(char *out, size_t room, size_t at, unsigned bits, const char *(*name)(unsigned))
{
	for (unsigned bit = 1; bit <= bits; bit <<= 1) {
		if (!(bits & bit))
			continue;
		const char *piece[] = { ", ", name(bit) };
		for (size_t i = 0; i < 2; i++) {
			size_t len = strlen(piece[i]);
			if (at + len >= room)
				return at;
			memcpy(out + at, piece[i], len);
			at += len;
		}
	}
	return at;
}

static void two_digits(char *out, unsigned n)
{
	out[0] = (char)('0' + n / 10 % 10);
	out[1] = (char)('0' + n % 10);
}

/* "26.11.26 15:04:00, summer time" and what is wrong with it. */
static void telegram(struct reading_made *m, struct var_list vars)
{
	char out[READING_TEXT_MAX];
	struct clock_telegram t;
	struct var v;

	if (!var_find(vars, "timecode", &v) || (!dcf77_telegram_of_text(v.value, v.value_len, &t) &&
						!meinberg_telegram(v.value, v.value_len, &t)))
		return;
	memcpy(out, "00.00.00 00:00:00", 17);
	two_digits(out, t.day);
	two_digits(out + 3, t.month);
	two_digits(out + 6, t.year);
	two_digits(out + 9, t.hour);
	two_digits(out + 12, t.minute);
	two_digits(out + 15, t.second);
	size_t len = put_words(out, sizeof(out), 17, t.flags, telegram_flag_name);
	len = put_words(out, sizeof(out), len, t.faults, telegram_fault_name);
	reading_fact_len(m, "telegram", out, len);
}

void mode6_clock(struct reading_made *m, struct mode6_clock_counts *c, uint16_t status, struct var_list vars,
		 int64_t time_ns)
{
	static const char *const facts[] = { "name",
					     "device",
					     "timecode",
					     "refclock_time",
					     "refclock_status",
					     "refclock_format",
					     "refclock_states",
					     "meinberg_gps_status",
					     "meinberg_antenna_status" };
	struct clock_status s = clock_status_of(status);

	if (s.valid)
		reading_point(m, "clock_event", s.event);
	rate(m, &c->polls, vars, "poll", "clock_polls_per_s", time_ns);
	rate(m, &c->no_reply, vars, "noreply", "clock_no_reply_per_s", time_ns);
	rate(m, &c->bad_format, vars, "badformat", "clock_bad_format_per_s", time_ns);
	rate(m, &c->bad_data, vars, "baddata", "clock_bad_data_per_s", time_ns);
	nominal_percent(m, vars);
	reading_fact(m, "state", clock_event_words(s.event));
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		text(m, vars, facts[i], strcmp(facts[i], "name") == 0 ? "driver" : facts[i]);
	telegram(m, vars);
}
