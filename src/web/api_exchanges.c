/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recent exchanges, and the dossier of one client, which holds its own. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/flags.h"
#include "proto/names.h"
#include "proto/ntp.h"
#include "web/recent.h"
#include "web/web_private.h"

static void flags_or_null(struct jw *j, const char *key, const struct live_packet *p)
{
	char text[FLAGS_TEXT_MAX];

	if (!p) {
		jw_null(j, key);
		return;
	}
	size_t n = flags_text(p->flags, text);
	jw_text_n(j, key, text, n);
}

static void bytes_or_null(struct jw *j, const char *key, const struct live_packet *p)
{
	if (p)
		jw_u64(j, key, p->payload_len);
	else
		jw_null(j, key);
}

static void both_times(struct jw *j, const struct recent_exchange *x, const struct live_packet *request,
		       const struct live_packet *answer)
{
	bool known = x->delta_ns != INT64_MIN;

	if (request)
		jw_time(j, "request_time", request->time_ns);
	else if (answer && known)
		jw_time(j, "request_time", ns_minus(answer->time_ns, x->delta_ns));
	else
		jw_null(j, "request_time");
	if (answer)
		jw_time(j, "response_time", answer->time_ns);
	else
		jw_null(j, "response_time");
	if (known)
		jw_seconds(j, "delta_s", x->delta_ns);
	else
		jw_null(j, "delta_s");
}

static void one(struct jw *j, const struct web *w, const struct recent *recent,
		const struct recent_exchange *x)
{
	const struct live_packet *request = x->request == RECENT_NONE ? NULL : &recent->packets[x->request],
				 *answer = x->answer == RECENT_NONE ? NULL : &recent->packets[x->answer],
				 *first = &recent->packets[request ? x->request : x->answer];

	assert(recent->packets);
	jw_open(j, NULL, JW_OBJECT);
	jw_u64(j, "number", first->number);
	both_times(j, x, request, answer);
	jw_addr(j, "client", &first->client);
	jw_name(j, w, "name", &first->client);
	jw_u64(j, "client_port", first->client_port);
	jw_addr(j, "server", &first->server);
	jw_u64(j, "version", first->version);
	jw_u64(j, "mode", first->mode);
	if (request)
		jw_i64(j, "poll_log2s", request->poll_log2s);
	else
		jw_null(j, "poll_log2s");
	if (answer)
		jw_u64(j, "stratum", answer->stratum);
	else
		jw_null(j, "stratum");
	jw_text_or_null(j, "kiss", answer && answer->kiss ? ntp_kiss_name(answer->kiss) : NULL);
	flags_or_null(j, "request_flags", request);
	flags_or_null(j, "response_flags", answer);
	bytes_or_null(j, "request_bytes", request);
	bytes_or_null(j, "response_bytes", answer);
	jw_close(j);
}

static void exchanges(struct jw *j, const struct web *w, const struct recent *r, uint64_t limit)
{
	jw_open(j, "exchanges", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < r->n_exchanges && i < limit; i++)
		one(j, w, r, &r->exchanges[i]);
	jw_close(j);
}

enum MHD_Result api_exchanges(struct request *r)
{
	struct url *u = &r->url;
	struct addr net = { 0 };
	struct live_totals t;
	struct recent recent;
	struct buf b;
	struct jw j;
	unsigned bits = 0, sort = 0;
	uint64_t limit = 100;

	url_prefix(u, "client", &net, &bits);
	url_word(u, "sort", "time|delta", &sort);
	url_count(u, "limit", 0, 10000, &limit);
	if (u->wrong)
		return reply_wrong(r);
	if (recent_init(&recent, r->web->live, &net, bits))
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(ERR_MEMORY));
	recent_sort(&recent, sort == 1);
	live_totals(r->web->live, &t);
	buf_init(&b, -1);
	begin_object(&j, &b, "ntpscope-recent-1");
	jw_time_or_null(&j, "now", t.now_ns);
	jw_time_or_null(&j, "since", recent.since_ns);
	jw_u64(&j, "matched", recent.n_exchanges);
	exchanges(&j, r->web, &recent, limit);
	jw_close(&j);
	jw_end(&j);
	recent_release(&recent);
	return reply_json(r, &b);
}

/* ---- the slowest ----------------------------------------------------------------------------------- */

static void slow_one(struct jw *j, const struct web *w, const struct worst_row *row)
{
	static const struct addr others;

	jw_open(j, NULL, JW_OBJECT);
	jw_seconds(j, "delta_s", row->x.delta_ns);
	jw_time(j, "request_time", row->x.request_ns);
	jw_time(j, "response_time", row->x.request_ns + row->x.delta_ns);
	jw_addr(j, "client", &row->x.client);
	jw_name(j, w, "name", &row->x.client);
	if (addr_equal(&row->server, &others))
		jw_null(j, "server");
	else
		jw_addr(j, "server", &row->server);
	jw_close(j);
}

enum MHD_Result api_worst(struct request *r)
{
	struct live_worst worst;
	struct buf b;
	struct jw j;
	unsigned span = LIVE_HOUR;
	uint64_t limit = 50;

	url_word(&r->url, "span", "all|day|hour", &span);
	url_count(&r->url, "limit", 0, 1000, &limit);
	if (r->url.wrong)
		return reply_wrong(r);
	enum err e = live_worst(r->web->live, (enum live_span)span, &worst);
	if (e)
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(e));
	buf_init(&b, -1);
	begin_object(&j, &b, "ntpscope-worst-1");
	jw_time_or_null(&j, "from", worst.from_ns);
	jw_time_or_null(&j, "to", worst.to_ns);
	jw_u64(&j, "known", worst.n);
	jw_open(&j, "exchanges", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < worst.n && i < limit; i++)
		slow_one(&j, r->web, &worst.rows[i]);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
	live_worst_release(&worst);
	return reply_json(r, &b);
}

/* ---- the dossier --------------------------------------------------------------------------------- */

static void intervals(struct jw *j, const struct recent *r)
{
	uint64_t bins[INTERVAL_BINS];
	int first = 0, last = INTERVAL_BINS - 1;

	recent_intervals(r, bins);
	while (first < INTERVAL_BINS && !bins[first])
		first++;
	while (last > first && !bins[last])
		last--;
	jw_open(j, "intervals", JW_ARRAY | JW_LINES);
	for (int i = first; i <= last && i < INTERVAL_BINS; i++) {
		jw_open(j, NULL, JW_OBJECT);
		jw_real(j, "from_s", exp2((i - 64) / 2.0), 9);
		jw_real(j, "to_s", exp2((i - 63) / 2.0), 9);
		jw_u64(j, "n", bins[i]);
		jw_close(j);
	}
	jw_close(j);
}

static void recent_counts(struct jw *j, const struct recent *r)
{
	size_t n_requests = 0;

	for (size_t i = 0; i < r->n; i++)
		n_requests += r->packets[i].to_server;
	jw_open(j, "recent", JW_OBJECT);
	jw_u64(j, "packets", r->n);
	jw_u64(j, "requests", n_requests);
	jw_u64(j, "answers", r->n - n_requests);
	jw_time_or_null(j, "since", r->since_ns);
	jw_close(j);
}

static void client_row(struct buf *b, const struct web *w, const struct client_info *c)
{
	struct row_writer rw;

	row_writer_init(&rw, w, b, CLIENTS_JSON);
	client_rows_prepare(&rw.rows);
	buf_str(b, ",\n  \"client\":");
	client_row_json(&rw.rows, c);
}

enum MHD_Result api_client(struct request *r)
{
	const struct web *w = r->web;
	const char *text = strrchr(r->url.path, '/') + 1;
	struct client_info c;
	struct live_totals t;
	struct recent recent;
	struct addr a;
	struct buf b;
	struct jw j;
	uint64_t limit = 200;

	url_count(&r->url, "limit", 0, 10000, &limit);
	if (!addr_parse(text, &a))
		url_wrong(&r->url, "address", "must be an IPv4 or IPv6 address");
	if (r->url.wrong)
		return reply_wrong(r);
	if (!live_client(w->live, &a, &c))
		return reply_error(r, MHD_HTTP_NOT_FOUND, "address", "%s is not in the list", text);
	if (recent_init(&recent, w->live, &a, 128))
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(ERR_MEMORY));
	recent_sort(&recent, false);
	live_totals(w->live, &t);
	buf_init(&b, -1);
	begin_object(&j, &b, "ntpscope-client-1");
	jw_time_or_null(&j, "now", t.now_ns);
	client_row(&b, w, &c);
	jw_time_or_null(&j, "first_rx", c.first_rx_ns);
	jw_time_or_null(&j, "last_rx", c.last_rx_ns);
	jw_share(&j, "rx_share", c.rx, t.requests);
	recent_counts(&j, &recent);
	intervals(&j, &recent);
	exchanges(&j, w, &recent, limit);
	jw_close(&j);
	jw_end(&j);
	recent_release(&recent);
	return reply_json(r, &b);
}
