/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/pulse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "web/web_private.h"

/* ---- rates and delta times ------------------------------------------------------------------------- */

static void take_rates(struct pulse *p, struct live *l)
{
	struct live_point at[RATE_SECONDS + 1];
	size_t n = live_points(l, 1, ns_minus(p->totals.now_ns, (RATE_SECONDS + 1) * NS_PER_S), at,
			       RATE_SECONDS + 1);
	uint64_t requests = 0, answers = 0, newcomers = 0, unanswered = 0;

	p->requests_per_s = p->answers_per_s = p->new_per_s = 0;
	p->answered_share = -1;
	for (size_t i = n > RATE_SECONDS ? n - RATE_SECONDS : 0; i < n; i++) {
		requests += at[i].requests;
		answers += at[i].answers;
		newcomers += at[i].new_clients;
		unanswered += at[i].unanswered;
		if (at[i].n_deltas)
			p->delta = at[i];
	}
	if (n > RATE_SECONDS)
		n = RATE_SECONDS;
	if (!n)
		return;
	p->requests_per_s = (double)requests / (double)n;
	p->answers_per_s = (double)answers / (double)n;
	p->new_per_s = (double)newcomers / (double)n;
	if (requests)
		p->answered_share = unanswered < requests ? 1 - (double)unanswered / (double)requests : 0;
}

static void take_minute(struct pulse *p, struct live *l)
{
	struct live_point at[3];
	size_t n = live_points(l, 60, ns_minus(p->totals.now_ns, 120 * NS_PER_S), at, 3);

	if (!n)
		return;
	const struct live_point *whole = &at[n - 1];
	if (whole->n_deltas)
		p->delta = *whole;
	if (whole->requests)
		p->answered_share = whole->unanswered < whole->requests
					    ? 1 - (double)whole->unanswered / (double)whole->requests
					    : 0;
}

/* ---- what needs a hand ----------------------------------------------------------------------------- */

static struct attention *add(struct pulse *p, const char *id, const char *level, const char *filter)
{
	if (p->n_attention == ATTENTION_MAX)
		p->n_attention--;
	struct attention *a = &p->attention[p->n_attention++];
	*a = (struct attention){ .id = id, .level = level, .filter = filter };
	return a;
}

static void say(struct attention *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct attention *a, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(a->text, sizeof(a->text), format, args);
	va_end(args);
}

/* "1 client", "3 clients" */
static void say_n(struct attention *a, uint64_t n, const char *one, const char *many)
{
	a->has_n = true;
	a->n = n;
	say(a, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static void attend_sources(struct pulse *p, const struct web *w)
{
	if (!web_counting(w))
		say(add(p, "stopped", "red", NULL), "counting has stopped: the log says why");
	for (size_t i = 0; i < p->n_sources; i++)
		if (p->sources[i].state == WEB_SOURCE_DOWN)
			say(add(p, "source-down", "red", NULL), "%.40s is down; it is tried again",
			    p->sources[i].name);
	if (p->n_dropped)
		say_n(add(p, "dropped", "red", NULL), p->n_dropped,
		      "packet was dropped before it could be counted",
		      "packets were dropped before they could be counted");
}

static void attend_clients(struct pulse *p)
{
	const struct live_totals *t = &p->totals;

	if (t->n_ntp >= 100 && !t->answers)
		say(add(p, "one-way", "yellow", NULL),
		    "no packet of any server was seen: answers do not come past here");
	if (t->n_alert[ALERT_RED])
		say_n(add(p, "clients-red", "red", "alert:red"), t->n_alert[ALERT_RED],
		      "client red: unanswered or invalid", "clients red: unanswered or invalid");
	if (p->answered_share >= 0 && p->answered_share < 0.9 && p->requests_per_s >= 1 && t->answers)
		say(add(p, "unanswered", "yellow", "owed>0"), "%.0f %% of the requests got no answer lately",
		    100 * (1 - p->answered_share));
	if (t->n_abusive)
		say_n(add(p, "clients-abusive", "yellow", "class:abusive"), t->n_abusive, "abusive client",
		      "abusive clients");
	if (t->n_refused_packets)
		say_n(add(p, "clients-refused", "yellow", NULL), (uint64_t)(t->refused_addresses + 0.5),
		      "address found no room in the list (an estimate)",
		      "addresses found no room in the list (an estimate)");
}

static void attend_rest(struct pulse *p, const struct web *w)
{
	const struct web_about about = web_about(w);

	if (w->metrics.control_answered)
		say_n(add(p, "mode-6", "yellow", "txflag:N7"), w->metrics.control_answered,
		      "stranger got an answer in mode 6 or 7", "strangers got an answer in mode 6 or 7");
	if (about.snapshot_trouble)
		say(add(p, "snapshot", "yellow", NULL), "%s", about.snapshot_trouble);
	if (about.misses_helper)
		say(add(p, "alarm-helper", "red", NULL),
		    "the helper that acts on alarms has ended: start the monitor again");
	if (p->names.state == WEB_NAMES_SUSPENDED)
		say(add(p, "names-suspended", "info", NULL),
		    "names are looked up for the important clients only");
}

void pulse_beat(struct web *w, int64_t now_ns)
{
	struct pulse *p = &w->pulse;

	p->at_ns = now_ns;
	p->delta = (struct live_point){ 0 };
	live_totals(w->live, &p->totals);
	take_rates(p, w->live);
	take_minute(p, w->live);
	p->n_sources = web_sources(w, p->sources);
	p->has_drops = false;
	p->n_dropped = 0;
	for (size_t i = 0; i < p->n_sources; i++) {
		p->has_drops |= p->sources[i].has_drops;
		p->n_dropped += p->sources[i].n_dropped + p->sources[i].n_interface_dropped;
	}
	p->names = web_names(w);
	p->n_attention = 0;
	attend_sources(p, w);
	attend_clients(p);
	attend_rest(p, w);
}

/* ---- as JSON ------------------------------------------------------------------------------------- */

void pulse_json_rates(struct jw *j, const struct pulse *p)
{
	jw_open(j, "rates", JW_OBJECT);
	jw_real(j, "requests_per_s", p->requests_per_s, 3);
	jw_real(j, "answers_per_s", p->answers_per_s, 3);
	jw_real(j, "new_clients_per_s", p->new_per_s, 3);
	if (p->answered_share < 0)
		jw_null(j, "answered_share");
	else
		jw_real(j, "answered_share", p->answered_share, 6);
	jw_close(j);
}

void pulse_json_delta(struct jw *j, const struct pulse *p)
{
	const struct live_point *d = &p->delta;

	if (!d->n_deltas) {
		jw_null(j, "delta");
		return;
	}
	jw_open(j, "delta", JW_OBJECT);
	jw_time(j, "start", d->start_ns);
	jw_u64(j, "width_s", d->width_s);
	jw_u64(j, "n", d->n_deltas);
	jw_seconds(j, "p50_s", d->delta_p50_ns);
	jw_seconds(j, "p90_s", d->delta_p90_ns);
	jw_seconds(j, "p99_s", d->delta_p99_ns);
	jw_seconds(j, "max_s", d->delta_max_ns);
	jw_close(j);
}

void pulse_json_unique(struct jw *j, const struct pulse *p)
{
	jw_open(j, "unique", JW_OBJECT);
	for (unsigned i = 0; i < N_WINDOWS; i++) {
		char key[24] = "all";
		if (i != WINDOW_ALL)
			snprintf(key, sizeof(key), "%" PRId64 "_s", window_ns((enum window)i) / NS_PER_S);
		jw_u64(j, key, p->totals.unique[i]);
	}
	jw_close(j);
}

void pulse_json(struct buf *b, const struct web *w)
{
	const struct pulse *p = &w->pulse;
	struct jw j;

	jw_begin(&j, b);
	jw_open(&j, NULL, JW_OBJECT);
	jw_text(&j, "schema", "ntpscope-pulse-1");
	jw_text(&j, "instance", w->instance);
	jw_time(&j, "wall_time", clock_utc_ns());
	jw_time_or_null(&j, "now", p->totals.now_ns);
	jw_real(&j, "uptime_s", (double)(clock_monotonic_ns() - w->started_ns) / 1e9, 3);
	jw_open(&j, "sources", JW_ARRAY);
	for (size_t i = 0; i < p->n_sources; i++)
		jw_text(&j, NULL, p->sources[i].name);
	jw_close(&j);
	jw_u64(&j, "dropped_packets", p->n_dropped);
	jw_u64(&j, "requests", p->totals.requests);
	jw_u64(&j, "answers", p->totals.answers);
	pulse_json_rates(&j, p);
	pulse_json_delta(&j, p);
	jw_u64(&j, "clients", p->totals.n_clients);
	pulse_json_unique(&j, p);
	jw_u64(&j, "alert_yellow", p->totals.n_alert[ALERT_YELLOW]);
	jw_u64(&j, "alert_red", p->totals.n_alert[ALERT_RED]);
	jw_u64(&j, "abusive", p->totals.n_abusive);
	jw_u64(&j, "attention", p->n_attention);
	jw_close(&j);
}
