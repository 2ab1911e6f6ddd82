/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/report_parts.h"
#include "proto/names.h"

static void kisses(struct jw *j, const uint64_t *n)
{
	jw_open(j, "kisses", JW_OBJECT);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (n[k])
			jw_u64(j, ntp_kiss_name(k), n[k]);
	jw_close(j);
}

static void by_class(struct jw *j, const char *key, const uint64_t *n)
{
	jw_open(j, key, JW_OBJECT);
	for (unsigned c = 0; c < N_CLASSES; c++)
		if (n[c])
			jw_u64(j, exchange_class_name(c), n[c]);
	jw_close(j);
}

static void outcome(struct jw *j, const struct server_info *s)
{
	struct server_outcome o = server_outcome_of(s);

	jw_u64(j, "requests", o.requests);
	jw_u64(j, "answered", o.answered);
	jw_u64(j, "kod", o.kod);
	jw_u64(j, "nak", o.nak);
	jw_u64(j, "lost", o.lost);
	jw_u64(j, "retransmitted", o.retransmitted);
	jw_share(j, "answered_share", o.answered, o.requests);
	jw_share(j, "kod_share", o.kod, o.requests);
	jw_share(j, "lost_share", o.lost, o.requests);
}

static void worst(struct jw *j, const struct report *r, const struct server_info *s)
{
	jw_open(j, "worst", JW_ARRAY | JW_LINES);
	for (unsigned i = 0; i < s->n_worst && i < r->n_worst; i++) {
		const struct worst *w = &s->worst[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_seconds(j, "delta_s", w->delta_ns);
		jw_u64(j, "request_frame", w->request_frame);
		jw_u64(j, "response_frame", w->response_frame);
		jw_time(j, "request_time", w->request_ns);
		jw_addr(j, "client", &w->client);
		jw_close(j);
	}
	jw_close(j);
}

static void last_answer(struct jw *j, const struct server_info *s)
{
	char refid[REFID_TEXT_MAX];

	if (!s->last_answer_frame) {
		jw_null(j, "last_answer");
		return;
	}
	ntp_refid_text(s->stratum, s->refid, refid);
	jw_open(j, "last_answer", JW_OBJECT);
	jw_u64(j, "frame", s->last_answer_frame);
	jw_u64(j, "stratum", s->stratum);
	jw_text(j, "refid", refid);
	jw_u64(j, "leap", s->leap);
	jw_i64(j, "precision_log2s", s->precision_log2s);
	jw_close(j);
}

static void one_server(struct jw *j, const struct report *r, const struct server_info *s)
{
	static const struct addr zero;

	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	if (addr_equal(&s->addr, &zero))
		jw_null(j, "ip"); /* all servers beyond the table, together */
	else
		jw_addr(j, "ip", &s->addr);
	jw_text_or_null(j, "name", report_name(r, &s->addr));
	jw_bool(j, "one_way", s->one_way);
	report_json_known(j, "clients", !s->clients_unknown, s->n_clients);
	jw_u64(j, "rx", s->rx);
	jw_u64(j, "tx", s->tx);
	jw_u64(j, "rx_bytes", s->rx_bytes);
	jw_u64(j, "tx_bytes", s->tx_bytes);
	outcome(j, s);
	jw_u64(j, "interleaved", s->n_interleaved);
	kisses(j, s->kisses);
	by_class(j, "exchanges", s->exchanges);
	by_class(j, "packets", s->packets);
	report_json_hist(j, "delta", s->delta);
	report_json_hist(j, "turnaround", s->turnaround);
	worst(j, r, s);
	last_answer(j, s);
	jw_close(j);
}

void report_json_servers(struct jw *j, const struct report *r)
{
	jw_open(j, "servers", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < census_n_servers(r->census); i++)
		one_server(j, r, census_server(r->census, i));
	jw_close(j);
}
