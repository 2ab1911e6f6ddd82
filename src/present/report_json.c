/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/nstime.h"
#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

void report_json_hist(struct jw *j, const char *key, const struct hist *h)
{
	if (!h || !(h->n + h->n_negative)) {
		jw_null(j, key);
		return;
	}
	jw_open(j, key, JW_OBJECT);
	jw_u64(j, "n", h->n + h->n_negative);
	jw_u64(j, "negative", h->n_negative);
	jw_seconds(j, "min_s", h->min);
	jw_seconds(j, "p50_s", hist_percentile(h, 0.5));
	jw_seconds(j, "p90_s", hist_percentile(h, 0.9));
	jw_seconds(j, "p95_s", hist_percentile(h, 0.95));
	jw_seconds(j, "p99_s", hist_percentile(h, 0.99));
	jw_seconds(j, "p999_s", hist_percentile(h, 0.999));
	jw_seconds(j, "max_s", h->max);
	jw_real(j, "mean_s", hist_mean(h) / 1e9, 9);
	jw_real(j, "stddev_s", hist_stddev(h) / 1e9, 9);
	jw_close(j);
}

/* Of a part of the time: members that tell of clients, and go back to when each was first seen. */
static const char *const of_clients[] = {
	"servers.clients",        "clients",         "loudest", "subnets", "exposed.mode_6.clients",
	"exposed.mode_7.clients", "exposed.scanners"
};

static void settings(struct jw *j, const struct engine_config *c)
{
	jw_open(j, "settings", JW_OBJECT | JW_LINES);
	jw_open(j, "servers", JW_ARRAY);
	for (unsigned i = 0; i < c->n_servers; i++)
		jw_addr(j, NULL, &c->servers[i]);
	jw_close(j);
	jw_seconds(j, "timeout_s", c->timeout_ns);
	jw_seconds(j, "late_s", c->late_ns);
	jw_u64(j, "capacity", c->capacity);
	jw_seconds(j, "age_out_s", c->age_out_ns);
	jw_u64(j, "alert_min_rx", c->alert_min_rx);
	jw_seconds(j, "alert_fast_s", c->alert_fast_ns);
	jw_close(j);
}

/* Only where it is of a part of the time. */
static void span(struct jw *j, const struct census_span *s)
{
	if (!s)
		return;
	jw_open(j, "span", JW_OBJECT | JW_LINES);
	jw_time(j, "asked_from", s->asked_ns);
	jw_time(j, "from", s->from_ns);
	jw_time(j, "to", s->to_ns);
	jw_seconds(j, "length_s", ns_minus(s->to_ns, s->from_ns));
	jw_bool(j, "all_that_was_counted", s->whole);
	jw_bool(j, "client_packets_known", s->packets_known);
	/* Clients are those that were seen in it, with all that was ever counted of them. */
	jw_open(j, "since_first_seen", JW_ARRAY);
	for (size_t i = 0; !s->whole && i < sizeof(of_clients) / sizeof(of_clients[0]); i++)
		jw_text(j, NULL, of_clients[i]);
	jw_close(j);
	jw_close(j);
}

void report_json_known(struct jw *j, const char *key, bool known, uint64_t n)
{
	if (known)
		jw_u64(j, key, n);
	else
		jw_null(j, key);
}

void report_json(const struct report *r, struct buf *out)
{
	struct jw j;

	jw_begin(&j, out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-report-1");
	source_info_json(&j, &r->source, census_tally(r->census)->n_frames > 0, census_first_ns(r->census),
			 census_last_ns(r->census));
	settings(&j, census_config(r->census));
	span(&j, census_span(r->census));
	jw_bool(&j, "one_way", census_one_way(r->census));
	report_json_servers(&j, r);
	report_json_clients(&j, r);
	report_json_exchanges(&j, r);
	report_json_findings(&j, r);
	jw_close(&j);
	jw_end(&j);
}
