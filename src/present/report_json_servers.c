/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/report_parts.h"
#include "proto/names.h"

static void kisses(struct json *j, const uint64_t *n)
{
	json_open(j, "kisses", JSON_OBJECT);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (n[k])
			json_u64(j, ntp_kiss_name(k), n[k]);
	json_close(j);
}

static void by_class(struct json *j, const char *key, const uint64_t *n)
{
	json_open(j, key, JSON_OBJECT);
	for (unsigned c = 0; c < N_CLASSES; c++)
		if (n[c])
			json_u64(j, exchange_class_name(c), n[c]);
	json_close(j);
}

static void outcome(struct json *j, const struct server_info *s)
{
	struct server_outcome o = server_outcome_of(s);

	json_u64(j, "requests", o.requests);
	json_u64(j, "answered", o.answered);
	json_u64(j, "kod", o.kod);
	json_u64(j, "nak", o.nak);
	json_u64(j, "lost", o.lost);
	json_u64(j, "retransmitted", o.retransmitted);
	json_share(j, "answered_share", o.answered, o.requests);
	json_share(j, "kod_share", o.kod, o.requests);
	json_share(j, "lost_share", o.lost, o.requests);
}

static void worst(struct json *j, const struct report *r, const struct server_info *s)
{
	json_open(j, "worst", JSON_ARRAY | JSON_LINES);
	for (unsigned i = 0; i < s->n_worst && i < r->n_worst; i++) {
		const struct worst *w = &s->worst[i];
		json_open(j, NULL, JSON_OBJECT);
		json_seconds(j, "delta_s", w->delta_ns);
		json_u64(j, "request_frame", w->request_frame);
		json_u64(j, "response_frame", w->response_frame);
		json_time(j, "request_time", w->request_ns);
		json_addr(j, "client", &w->client);
		json_close(j);
	}
	json_close(j);
}

static void last_answer(struct json *j, const struct server_info *s)
{
	char refid[REFID_TEXT_MAX];

	if (!s->last_answer_frame) {
		json_null(j, "last_answer");
		return;
	}
	ntp_refid_text(s->stratum, s->refid, refid);
	json_open(j, "last_answer", JSON_OBJECT);
	json_u64(j, "frame", s->last_answer_frame);
	json_u64(j, "stratum", s->stratum);
	json_text(j, "refid", refid);
	json_u64(j, "leap", s->leap);
	json_i64(j, "precision_log2s", s->precision_log2s);
	json_close(j);
}

static void one_server(struct json *j, const struct report *r, const struct server_info *s)
{
	static const struct addr zero;

	json_open(j, NULL, JSON_OBJECT | JSON_LINES);
	if (addr_equal(&s->addr, &zero))
		json_null(j, "ip"); /* all servers beyond the table, together */
	else
		json_addr(j, "ip", &s->addr);
	json_text_or_null(j, "name", report_name(r, &s->addr));
	json_bool(j, "one_way", s->one_way);
	json_u64(j, "clients", s->n_clients);
	json_u64(j, "rx", s->rx);
	json_u64(j, "tx", s->tx);
	json_u64(j, "rx_bytes", s->rx_bytes);
	json_u64(j, "tx_bytes", s->tx_bytes);
	outcome(j, s);
	json_u64(j, "interleaved", s->n_interleaved);
	kisses(j, s->kisses);
	by_class(j, "exchanges", s->exchanges);
	by_class(j, "packets", s->packets);
	report_json_hist(j, "delta", s->delta);
	report_json_hist(j, "turnaround", s->turnaround);
	worst(j, r, s);
	last_answer(j, s);
	json_close(j);
}

void report_json_servers(struct json *j, const struct report *r)
{
	json_open(j, "servers", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < census_n_servers(r->census); i++)
		one_server(j, r, census_server(r->census, i));
	json_close(j);
}
