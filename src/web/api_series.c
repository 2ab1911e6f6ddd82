/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traffic over time, as arrays that a chart takes as they are. */
#include <stdlib.h>

#include "base/nstime.h"
#include "web/web_private.h"

enum { HOUR_S = 3600, WEEK_MIN = 7 * 24 * 60 };

static int64_t time_of(const struct live_point *p)
{
	return p->start_ns / NS_PER_S;
}

static uint64_t count_of(const struct live_point *p, unsigned column)
{
	switch (column) {
	case 0: return p->requests;
	case 1: return p->answers;
	case 2: return p->unanswered;
	case 3: return p->new_clients;
	case 4: return p->kods;
	case 5: return p->icmp_errors;
	case 6: return p->unique_5min;
	case 7: return p->unique_20min;
	case 8: return p->unique_1h;
	default: return p->n_deltas;
	}
}

static int64_t delta_of(const struct live_point *p, unsigned column)
{
	const int64_t d[] = { p->delta_p50_ns, p->delta_p90_ns, p->delta_p99_ns, p->delta_max_ns };
	return d[column];
}

static const char *const counts[] = {
	"requests",    "answers",     "unanswered",   "new_clients",  "kods",
	"icmp_errors", "unique_300s", "unique_1200s", "unique_3600s", "deltas"
};
static const char *const deltas[] = { "delta_p50_s", "delta_p90_s", "delta_p99_s", "delta_max_s" };

static void columns(struct jw *j, const struct live_point *p, size_t n)
{
	jw_open(j, "columns", JW_OBJECT | JW_LINES);
	jw_open(j, "time_s", JW_ARRAY);
	for (size_t i = 0; i < n; i++)
		jw_i64(j, NULL, time_of(&p[i]));
	jw_close(j);
	for (unsigned c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		jw_open(j, counts[c], JW_ARRAY);
		for (size_t i = 0; i < n; i++)
			jw_u64(j, NULL, count_of(&p[i], c));
		jw_close(j);
	}
	for (unsigned c = 0; c < sizeof(deltas) / sizeof(deltas[0]); c++) {
		jw_open(j, deltas[c], JW_ARRAY);
		for (size_t i = 0; i < n; i++) {
			if (p[i].n_deltas)
				jw_seconds(j, NULL, delta_of(&p[i], c));
			else
				jw_null(j, NULL);
		}
		jw_close(j);
	}
	jw_close(j);
}

enum MHD_Result api_series(struct request *r)
{
	struct url *u = &r->url;
	struct live_totals t;
	struct buf b;
	struct jw j;
	unsigned width = 0;
	int64_t from_ns = INT64_MIN, to_ns = INT64_MAX;

	live_totals(r->web->live, &t);
	url_word(u, "width", "1|60", &width);
	url_moment(u, "from", t.now_ns, &from_ns);
	url_moment(u, "to", t.now_ns, &to_ns);
	if (u->wrong)
		return reply_wrong(r);
	size_t max = width ? WEEK_MIN + 1 : HOUR_S + 1, n = 0;
	struct live_point *p = calloc(max, sizeof(*p));
	if (!p || buf_init(&b, -1)) {
		free(p);
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(ERR_MEMORY));
	}
	n = live_points(r->web->live, width ? 60 : 1, from_ns, p, max);
	while (n && p[n - 1].start_ns >= to_ns)
		n--;
	begin_object(&j, &b, "ntpscope-series-1");
	jw_u64(&j, "width_s", width ? 60 : 1);
	jw_time_or_null(&j, "now", t.now_ns);
	jw_u64(&j, "n", n);
	columns(&j, p, n);
	jw_close(&j);
	jw_end(&j);
	free(p);
	return reply_json(r, &b);
}
