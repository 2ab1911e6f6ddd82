/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals, servers, sources, and what needs a hand. */
#include <stdlib.h>

#include "base/nstime.h"
#include "present/report.h"
#include "proto/names.h"
#include "proto/ntp.h"
#include "web/web_private.h"

static void by_class(struct jw *j, const char *key, const uint64_t *n)
{
	jw_open(j, key, JW_OBJECT);
	for (unsigned c = 0; c < N_CLASSES; c++)
		jw_u64(j, exchange_class_name(c), n[c]);
	jw_close(j);
}

static void kisses(struct jw *j, const uint64_t *n)
{
	jw_open(j, "kisses", JW_OBJECT);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (n[k])
			jw_u64(j, ntp_kiss_name(k), n[k]);
	jw_close(j);
}

static void packets(struct jw *j, const struct live_totals *t)
{
	jw_open(j, "packets", JW_OBJECT | JW_LINES);
	jw_u64(j, "frames", t->n_frames);
	jw_u64(j, "bytes", t->n_bytes);
	jw_u64(j, "ntp", t->n_ntp);
	jw_u64(j, "requests", t->requests);
	jw_u64(j, "answers", t->answers);
	jw_u64(j, "icmp_errors", t->n_icmp_errors);
	jw_u64(j, "nts_ke", t->n_nts_ke);
	jw_u64(j, "malformed", t->n_malformed);
	jw_u64(j, "fragments", t->n_fragments);
	by_class(j, "by_class", t->packets);
	jw_u64(j, "waiting", t->n_waiting);
	jw_close(j);
	by_class(j, "exchanges", t->exchanges);
	kisses(j, t->kisses);
}

static void clients(struct jw *j, const struct pulse *p)
{
	static const char *const alerts[] = { "alert_none", "alert_sleep", "alert_yellow", "alert_red" };
	const struct live_totals *t = &p->totals;

	jw_open(j, "clients", JW_OBJECT | JW_LINES);
	jw_u64(j, "n", t->n_clients);
	jw_u64(j, "n_ipv6", t->n_clients_v6);
	jw_u64(j, "capacity", t->capacity);
	pulse_json_unique(j, p);
	jw_time_or_null(j, "as_of", t->as_of_ns);
	jw_u64(j, "active", t->n_active);
	jw_u64(j, "abusive", t->n_abusive);
	jw_u64(j, "rapid", t->n_rapid);
	jw_u64(j, "very_slow", t->n_very_slow);
	jw_u64(j, "scanners", t->n_scanner);
	jw_u64(j, "one_shot", t->n_one_shot);
	for (unsigned i = 0; i < 4; i++)
		jw_u64(j, alerts[i], t->n_alert[i]);
	jw_u64(j, "aged_out", t->n_aged_out);
	jw_u64(j, "refused_packets", t->n_refused_packets);
	jw_real(j, "refused_addresses_estimate", t->refused_addresses, 0);
	jw_u64(j, "forgotten_requests", t->n_forgotten_requests);
	jw_close(j);
}

/* ---- servers ------------------------------------------------------------------------------------- */

static void server_traffic(struct jw *j, const struct server_info *s)
{
	struct server_outcome o = server_outcome_of(s);

	jw_bool(j, "one_way", s->one_way);
	jw_u64(j, "clients", s->n_clients);
	jw_u64(j, "rx", s->rx);
	jw_u64(j, "tx", s->tx);
	jw_u64(j, "rx_bytes", s->rx_bytes);
	jw_u64(j, "tx_bytes", s->tx_bytes);
	jw_u64(j, "requests", o.requests);
	jw_u64(j, "answered", o.answered);
	jw_u64(j, "kod", o.kod);
	jw_u64(j, "nak", o.nak);
	jw_u64(j, "lost", o.lost);
	jw_u64(j, "retransmitted", o.retransmitted);
	jw_share(j, "answered_share", o.answered, o.requests);
	jw_share(j, "kod_share", o.kod, o.requests);
	jw_share(j, "lost_share", o.lost, o.requests);
	jw_u64(j, "interleaved", s->n_interleaved);
	kisses(j, s->kisses);
}

static void server_state(struct jw *j, const struct server_info *s)
{
	char refid[REFID_TEXT_MAX];

	if (!s->last_answer_frame) {
		jw_null(j, "stratum");
		jw_null(j, "leap");
		jw_null(j, "refid");
		jw_null(j, "precision_log2s");
		return;
	}
	ntp_refid_text(s->stratum, s->refid, refid);
	jw_u64(j, "stratum", s->stratum);
	jw_u64(j, "leap", s->leap);
	jw_text(j, "refid", refid);
	jw_i64(j, "precision_log2s", s->precision_log2s);
}

static enum err servers(struct jw *j, const struct web *w)
{
	static const struct addr zero;
	struct server_info *list = NULL;
	size_t n = 0;
	enum err e = live_servers(w->live, &list, &n);

	jw_open(j, "servers", JW_ARRAY | JW_LINES);
	for (size_t i = 0; !e && i < n; i++) {
		const struct server_info *s = &list[i];
		jw_open(j, NULL, JW_OBJECT);
		if (addr_equal(&s->addr, &zero))
			jw_null(j, "ip"); /* all servers beyond the table, together */
		else
			jw_addr(j, "ip", &s->addr);
		jw_name(j, w, "name", &s->addr);
		server_traffic(j, s);
		server_state(j, s);
		jw_close(j);
	}
	jw_close(j);
	free(list);
	return e;
}

/* ---- where packets come from ---------------------------------------------------------------------- */

void sources_json(struct jw *j, const struct web_source *s, size_t n)
{
	static const char *const kinds[] = { "interface", "replay" }, *const states[] = { "up", "down",
											  "ended" };

	jw_open(j, "sources", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < n; i++) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "name", s[i].name);
		jw_text(j, "kind", kinds[s[i].kind]);
		jw_text(j, "state", states[s[i].state]);
		if (s[i].has_drops) {
			jw_u64(j, "received_packets", s[i].n_received);
			jw_u64(j, "dropped_packets", s[i].n_dropped);
			jw_u64(j, "interface_dropped_packets", s[i].n_interface_dropped);
		} else {
			jw_null(j, "received_packets");
			jw_null(j, "dropped_packets");
			jw_null(j, "interface_dropped_packets");
		}
		jw_close(j);
	}
	jw_close(j);
}

static void names(struct jw *j, const struct web_names *n)
{
	static const char *const states[] = { "off", "on", "suspended" };

	jw_open(j, "names", JW_OBJECT);
	jw_text(j, "state", states[n->state]);
	jw_u64(j, "known", n->n_known);
	jw_u64(j, "waiting", n->n_waiting);
	jw_u64(j, "queries", n->n_queries);
	jw_close(j);
}

static void attention(struct jw *j, const struct pulse *p)
{
	jw_open(j, "attention", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < p->n_attention; i++) {
		const struct attention *a = &p->attention[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "id", a->id);
		jw_text(j, "level", a->level);
		if (a->has_n)
			jw_u64(j, "n", a->n);
		else
			jw_null(j, "n");
		jw_text(j, "text", a->text);
		jw_text_or_null(j, "filter", a->filter);
		jw_close(j);
	}
	jw_close(j);
}

enum MHD_Result api_summary(struct request *r)
{
	struct web *w = r->web;
	const struct pulse *p = &w->pulse;
	struct buf b;
	struct jw j;

	if (buf_init(&b, -1))
		return MHD_NO;
	pulse_beat(w, clock_monotonic_ns());
	begin_object(&j, &b, "ntpscope-summary-1");
	jw_time(&j, "wall_time", clock_utc_ns());
	jw_time(&j, "started_at", w->started_wall_ns);
	jw_real(&j, "uptime_s", (double)(clock_monotonic_ns() - w->started_ns) / 1e9, 3);
	jw_time_or_null(&j, "first", p->totals.first_ns);
	jw_time_or_null(&j, "now", p->totals.now_ns);
	jw_bool(&j, "one_way", p->totals.n_ntp && !p->totals.answers);
	pulse_json_rates(&j, p);
	pulse_json_delta(&j, p);
	packets(&j, &p->totals);
	clients(&j, p);
	enum err e = servers(&j, w);
	if (e && !b.err)
		b.err = e;
	sources_json(&j, p->sources, p->n_sources);
	jw_u64(&j, "dropped_packets", p->n_dropped);
	names(&j, &p->names);
	jw_u64(&j, "memory_bytes", p->totals.memory_bytes);
	attention(&j, p);
	jw_close(&j);
	jw_end(&j);
	return reply_json(r, &b);
}
