/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/event.h"
#include "net/clock.h"
#include "present/report.h"
#include "proto/ntp.h"
#include "web/metrics_targets.h"
#include "web/openmetrics.h"
#include "web/web_private.h"

/* ---- rounds through the list ---------------------------------------------------------------------- */

static const double interval_bounds[] = { 0.1, 0.5, 1,   2,    4,    8,    16,   32,    64,
					  128, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536 };
static const double age_bounds[] = { 60,    300,   1200,   3600,   10800,  21600,
				     43200, 86400, 172800, 345600, 604800, 2592000 };
static const double idle_bounds[] = { 1,     10,    60,    300,   600,    1200,  3600,
				      10800, 21600, 43200, 86400, 345600, 604800 };
static const double count_bounds[] = { 1,   2,   5,    10,    20,     50,      100,
				       200, 500, 1000, 10000, 100000, 1000000, 10000000 };

static const struct histogram_row {
	const double *bounds;
	unsigned n;
	const char *name, *help;
} histograms[N_METRICS_HISTOGRAMS] = {
	[METRICS_INTERVAL] = { interval_bounds, sizeof(interval_bounds) / sizeof(double),
			       "ntpscope_client_interval_seconds", "Mean time between a client's packets" },
	[METRICS_AGE] = { age_bounds, sizeof(age_bounds) / sizeof(double), "ntpscope_client_age_seconds",
			  "Time since a client's first packet" },
	[METRICS_IDLE] = { idle_bounds, sizeof(idle_bounds) / sizeof(double), "ntpscope_client_idle_seconds",
			   "Time since a client's latest packet" },
	[METRICS_COUNT] = { count_bounds, sizeof(count_bounds) / sizeof(double), "ntpscope_client_packets",
			    "Packets from a client" },
};

static void book(struct metrics_round *round, unsigned which, double v)
{
	struct metrics_histogram *h = &round->histograms[which];
	unsigned i = 0;

	while (i < histograms[which].n && v > histograms[which].bounds[i])
		i++;
	h->bins[i]++;
	h->n++;
	h->sum += v;
}

static void look_at(struct metrics_round *round, const struct client_info *c, int64_t now_ns)
{
	int64_t age_ns = ns_minus(now_ns, c->first_ns), idle_ns = ns_minus(now_ns, c->last_ns);

	if (c->rx_every_s >= 0)
		book(round, METRICS_INTERVAL, c->rx_every_s);
	book(round, METRICS_AGE, age_ns > 0 ? (double)age_ns / 1e9 : 0);
	book(round, METRICS_IDLE, idle_ns > 0 ? (double)idle_ns / 1e9 : 0);
	book(round, METRICS_COUNT, (double)c->rx);
	round->control_answered += (c->tx_flags & (FLAG_CONTROL | FLAG_PRIVATE)) != 0;
}

static void begin(struct web *w)
{
	struct metrics *m = &w->metrics;
	struct live_totals t;

	live_totals(w->live, &t);
	m->now = (struct metrics_round){ 0 };
	m->cursor = 0;
	m->under_way = true;
	m->now_ns = t.now_ns;
	m->next_ns = clock_monotonic_ns() + METRICS_ROUND_NS;
}

static void go_on(struct web *w, size_t max)
{
	struct metrics *m = &w->metrics;
	struct client_info info[256];

	for (size_t looked = 0; m->under_way && looked < max; looked += 256) {
		size_t n = live_walk(w->live, &m->cursor, info, 256);
		for (size_t i = 0; i < n; i++)
			look_at(&m->now, &info[i], m->now_ns);
		m->under_way = m->cursor != 0;
	}
	if (!m->under_way) {
		m->last = m->now;
		m->control_answered = m->now.control_answered;
	}
}

void metrics_tick(struct web *w)
{
	struct metrics *m = &w->metrics;

	if (!m->under_way && clock_monotonic_ns() < m->next_ns)
		return;
	if (!m->under_way)
		begin(w);
	go_on(w, METRICS_TICK_CLIENTS);
}

/* ---- delta times ---------------------------------------------------------------------------------- */

static const double delta_bounds[] = { 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3,
				       5e-3, 1e-2, 2e-2, 5e-2, 0.1,  0.2,  0.5,  1,    2,    5,    10 };

enum { N_DELTA_BOUNDS = sizeof(delta_bounds) / sizeof(delta_bounds[0]) };

/* From bins that only ever grow, so that all of it does: the exact sum would fall with a negative time. */
static void delta_histogram(struct om *o, const struct hist *h, const char *server)
{
	uint64_t bins[N_DELTA_BOUNDS + 1] = { 0 };
	unsigned at = 0;
	double sum = 0;

	for (unsigned i = 0; i < HIST_BINS; i++) {
		double s = (double)hist_bin_middle(i) / 1e9;
		while (at < N_DELTA_BOUNDS && s > delta_bounds[at])
			at++;
		bins[at] += h->bins[i];
		sum += s * (double)h->bins[i];
	}
	om_histogram(o, delta_bounds, N_DELTA_BOUNDS, bins, sum, "server", server);
}

/* ---- what is printed ------------------------------------------------------------------------------- */

static void about(struct om *o, const struct web *w)
{
	om_family(o, OM_INFO, "ntpscope_build", "The program");
	om_u64(o, 1, "version", NTPSCOPE_VERSION, NULL);
	om_family(o, OM_GAUGE, "ntpscope_start_time_seconds", "When it was started, since 1970");
	om_real(o, (double)w->started_wall_ns / 1e9, NULL);
	om_family(o, OM_GAUGE, "ntpscope_packet_time_seconds", "Time of the latest packet, since 1970");
	om_real(o, (double)w->pulse.totals.now_ns / 1e9, NULL);
	om_family(o, OM_GAUGE, "ntpscope_memory_bytes", "Tables as touched");
	om_u64(o, w->pulse.totals.memory_bytes, "of", "engine", NULL);
	om_u64(o, w->views.n_bytes, "of", "views", NULL);
}

static void packets(struct om *o, const struct live_totals *t)
{
	static const struct {
		const char *name, *help;
		size_t offset;
	} rows[] = {
		{ "ntpscope_frames", "Frames read", offsetof(struct live_totals, n_frames) },
		{ "ntpscope_frame_bytes", "Octets of all frames", offsetof(struct live_totals, n_bytes) },
		{ "ntpscope_requests", "NTP packets from clients", offsetof(struct live_totals, requests) },
		{ "ntpscope_answers", "NTP packets to clients", offsetof(struct live_totals, answers) },
		{ "ntpscope_icmp_errors", "ICMP errors that quote an NTP packet",
		  offsetof(struct live_totals, n_icmp_errors) },
		{ "ntpscope_nts_ke_segments", "TCP segments of the NTS-KE port",
		  offsetof(struct live_totals, n_nts_ke) },
		{ "ntpscope_fragments", "Pieces of datagrams", offsetof(struct live_totals, n_fragments) },
		{ "ntpscope_malformed_frames", "Frames whose headers contradict themselves",
		  offsetof(struct live_totals, n_malformed) },
		{ "ntpscope_forgotten_requests", "Open requests given up early for want of room",
		  offsetof(struct live_totals, n_forgotten_requests) },
		{ "ntpscope_clients_aged_out", "Clients dropped from the list after their silence",
		  offsetof(struct live_totals, n_aged_out) },
		{ "ntpscope_refused_packets", "Packets of addresses for which the list had no room",
		  offsetof(struct live_totals, n_refused_packets) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v;
		memcpy(&v, (const char *)t + rows[i].offset, sizeof(v));
		om_family(o, OM_COUNTER, rows[i].name, rows[i].help);
		om_u64(o, v, NULL);
	}
}

static void classes(struct om *o, const struct live_totals *t)
{
	om_family(o, OM_COUNTER, "ntpscope_packets", "NTP packets by the class of their exchange");
	for (unsigned c = 0; c < N_CLASSES; c++)
		om_u64(o, t->packets[c], "class", exchange_class_name(c), NULL);
	om_family(o, OM_COUNTER, "ntpscope_exchanges", "Exchanges by class");
	for (unsigned c = 0; c < N_CLASSES; c++)
		om_u64(o, t->exchanges[c], "class", exchange_class_name(c), NULL);
	om_family(o, OM_COUNTER, "ntpscope_kisses", "Kiss-o'-death packets by code");
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		om_u64(o, t->kisses[k], "code", ntp_kiss_name(k), NULL);
}

static void clients(struct om *o, const struct live_totals *t)
{
	const struct {
		const char *name;
		uint64_t n;
	} kinds[] = { { "active", t->n_active },   { "abusive", t->n_abusive },
		      { "rapid", t->n_rapid },     { "very-slow", t->n_very_slow },
		      { "scanner", t->n_scanner }, { "one-shot", t->n_one_shot } };

	om_family(o, OM_GAUGE, "ntpscope_clients", "Addresses in the list");
	om_u64(o, t->n_clients - (t->n_clients_v6 < t->n_clients ? t->n_clients_v6 : t->n_clients), "family",
	       "ipv4", NULL);
	om_u64(o, t->n_clients_v6, "family", "ipv6", NULL);
	om_family(o, OM_GAUGE, "ntpscope_clients_capacity", "Addresses for which the list has room");
	om_u64(o, t->capacity, NULL);
	om_family(o, OM_GAUGE, "ntpscope_unique_clients",
		  "Addresses whose latest packet lies within so many seconds");
	for (unsigned i = 0; i < N_WINDOWS; i++) {
		char seconds[24] = "+Inf";
		if (i != WINDOW_ALL)
			snprintf(seconds, sizeof(seconds), "%lld",
				 (long long)(window_ns((enum window)i) / NS_PER_S));
		om_u64(o, t->unique[i], "window", seconds, NULL);
	}
	om_family(o, OM_GAUGE, "ntpscope_clients_with_alert", "Clients by alert");
	for (unsigned i = 0; i < 4; i++)
		om_u64(o, t->n_alert[i], "alert", alert_name((enum alert)i), NULL);
	om_family(o, OM_GAUGE, "ntpscope_clients_of_class", "Clients by class, which overlap");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		om_u64(o, kinds[i].n, "class", kinds[i].name, NULL);
	om_family(o, OM_GAUGE, "ntpscope_refused_clients",
		  "About how many addresses found no room in the list");
	om_real(o, t->refused_addresses, NULL);
}

static void delta(struct om *o, const struct live_point *d)
{
	const struct {
		const char *quantile;
		int64_t ns;
	} rows[] = { { "0.5", d->delta_p50_ns },
		     { "0.9", d->delta_p90_ns },
		     { "0.99", d->delta_p99_ns },
		     { "1", d->delta_max_ns } };

	if (!d->n_deltas)
		return;
	om_family(o, OM_GAUGE, "ntpscope_recent_delta_seconds",
		  "Response minus request in the latest whole minute, by the share that is not longer");
	for (size_t i = 0; i < 4; i++)
		om_real(o, (double)rows[i].ns / 1e9, "share", rows[i].quantile, NULL);
}

static void sources(struct om *o, const struct pulse *p)
{
	om_family(o, OM_GAUGE, "ntpscope_source_up", "1 while packets come from there");
	for (size_t i = 0; i < p->n_sources; i++)
		om_u64(o, p->sources[i].state == WEB_SOURCE_UP, "source", p->sources[i].name, NULL);
	if (!p->has_drops)
		return;
	om_family(o, OM_COUNTER, "ntpscope_source_received_packets", "Packets as the kernel counts them");
	for (size_t i = 0; i < p->n_sources; i++)
		om_u64(o, p->sources[i].n_received, "source", p->sources[i].name, NULL);
	om_family(o, OM_COUNTER, "ntpscope_source_dropped_packets",
		  "Packets lost before they could be counted");
	for (size_t i = 0; i < p->n_sources; i++) {
		om_u64(o, p->sources[i].n_dropped, "source", p->sources[i].name, "by", "kernel", NULL);
		om_u64(o, p->sources[i].n_interface_dropped, "source", p->sources[i].name, "by", "interface",
		       NULL);
	}
}

static void server_requests(struct om *o, const struct server_info *list, size_t n)
{
	static const char *const outcomes[] = { "answered", "kod", "nak", "lost", "retransmitted" };
	char ip[ADDR_TEXT_MAX];

	om_family(o, OM_COUNTER, "ntpscope_server_requests",
		  "Questions for time by what became of them, busiest servers");
	for (size_t i = 0; i < n; i++) {
		struct server_outcome x = server_outcome_of(&list[i]);
		const uint64_t counts[] = { x.answered, x.kod, x.nak, x.lost, x.retransmitted };
		addr_text(&list[i].addr, ip);
		for (unsigned k = 0; k < 5; k++)
			om_u64(o, counts[k], "server", ip, "outcome", outcomes[k], NULL);
	}
}

static void server_deltas(struct om *o, const struct web *w, const struct server_info *list, size_t n)
{
	struct hist *h = malloc(sizeof(*h));
	char ip[ADDR_TEXT_MAX];
	bool any = false;

	for (size_t i = 0; i < n && h; i++) {
		if (!live_server_delta(w->live, &list[i].addr, h))
			continue;
		if (!any)
			om_family(o, OM_HISTOGRAM, "ntpscope_server_delta_seconds",
				  "Response minus request, within 1 % of its value, busiest servers");
		any = true;
		addr_text(&list[i].addr, ip);
		delta_histogram(o, h, ip);
	}
	free(h);
}

/* Strangers choose what they ask on a mirror port: the busiest ones only. */
static void servers(struct om *o, const struct web *w)
{
	enum { MOST = 16 };
	static const struct addr zero;
	struct server_info *list = NULL;
	size_t n = 0, named = 0;

	if (!live_servers(w->live, &list, &n)) {
		while (named < n && named < MOST && !addr_equal(&list[named].addr, &zero))
			named++;
		if (named)
			server_requests(o, list, named);
		server_deltas(o, w, list, named);
	}
	free(list);
}

static void lists(struct om *o, const struct web *w)
{
	for (unsigned i = 0; i < N_METRICS_HISTOGRAMS; i++) {
		const struct histogram_row *row = &histograms[i];
		const struct metrics_histogram *h = &w->metrics.last.histograms[i];
		om_family(o, OM_GAUGE_HISTOGRAM, row->name, row->help);
		om_histogram(o, row->bounds, row->n, h->bins, h->sum, NULL, NULL);
	}
}

static void ourselves(struct om *o, const struct web *w)
{
	om_family(o, OM_GAUGE, "ntpscope_names_known", "Addresses with a name");
	om_u64(o, w->pulse.names.n_known, NULL);
	om_family(o, OM_COUNTER, "ntpscope_names_queries", "DNS queries sent");
	om_u64(o, w->pulse.names.n_queries, NULL);
	om_family(o, OM_GAUGE, "ntpscope_http_connections", "Open connections to the page");
	om_u64(o, w->connections.n, NULL);
	om_family(o, OM_GAUGE, "ntpscope_http_event_readers", "Of them, those that wait for events");
	om_u64(o, w->events.n, NULL);
	om_family(o, OM_COUNTER, "ntpscope_http_requests", "Requests answered");
	om_u64(o, w->n_requests, NULL);
	om_family(o, OM_COUNTER, "ntpscope_http_refused", "Of them, with a status of 400 and more");
	om_u64(o, w->n_refused, NULL);
}

enum MHD_Result api_metrics(struct request *r)
{
	struct web *w = r->web;
	const char *accept = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept");
	bool open = accept && strstr(accept, "application/openmetrics-text");
	struct buf b;
	struct om o;

	if (buf_init(&b, -1))
		return MHD_NO;
	pulse_beat(w, clock_monotonic_ns());
	if (w->pulse.totals.n_clients <= METRICS_SMALL) {
		begin(w);
		go_on(w, SIZE_MAX);
	}
	om_begin(&o, &b, open);
	about(&o, w);
	packets(&o, &w->pulse.totals);
	classes(&o, &w->pulse.totals);
	clients(&o, &w->pulse.totals);
	delta(&o, &w->pulse.delta);
	sources(&o, &w->pulse);
	servers(&o, w);
	lists(&o, w);
	metrics_targets(&o, w->hooks.board, w->hooks.alarms, clock_monotonic_ns());
	ourselves(&o, w);
	om_end(&o);
	return reply_bytes(r, MHD_HTTP_OK,
			   open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
				: "text/plain; version=0.0.4; charset=utf-8",
			   &b);
}
