/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

void report_json_hist(struct json *j, const char *key, const struct hist *h)
{
	if (!h || !(h->n + h->n_negative)) {
		json_null(j, key);
		return;
	}
	json_open(j, key, JSON_OBJECT);
	json_u64(j, "n", h->n + h->n_negative);
	json_u64(j, "negative", h->n_negative);
	json_seconds(j, "min_s", h->min);
	json_seconds(j, "p50_s", hist_percentile(h, 0.5));
	json_seconds(j, "p90_s", hist_percentile(h, 0.9));
	json_seconds(j, "p95_s", hist_percentile(h, 0.95));
	json_seconds(j, "p99_s", hist_percentile(h, 0.99));
	json_seconds(j, "p999_s", hist_percentile(h, 0.999));
	json_seconds(j, "max_s", h->max);
	json_real(j, "mean_s", hist_mean(h) / 1e9, 9);
	json_real(j, "stddev_s", hist_stddev(h) / 1e9, 9);
	json_close(j);
}

static void settings(struct json *j, const struct engine_config *c)
{
	json_open(j, "settings", JSON_OBJECT | JSON_LINES);
	json_open(j, "servers", JSON_ARRAY);
	for (unsigned i = 0; i < c->n_servers; i++)
		json_addr(j, NULL, &c->servers[i]);
	json_close(j);
	json_seconds(j, "timeout_s", c->timeout_ns);
	json_seconds(j, "late_s", c->late_ns);
	json_u64(j, "capacity", c->capacity);
	json_seconds(j, "age_out_s", c->age_out_ns);
	json_u64(j, "alert_min_rx", c->alert_min_rx);
	json_seconds(j, "alert_fast_s", c->alert_fast_ns);
	json_close(j);
}

void report_json(const struct report *r, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_open(&j, NULL, JSON_OBJECT | JSON_LINES);
	json_text(&j, "schema", "ntpscope-report-1");
	source_info_json(&j, &r->source, r->census);
	settings(&j, census_config(r->census));
	json_bool(&j, "one_way", census_one_way(r->census));
	report_json_servers(&j, r);
	report_json_clients(&j, r);
	report_json_exchanges(&j, r);
	report_json_findings(&j, r);
	json_close(&j);
	json_end(&j);
}
