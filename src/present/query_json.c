/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nstime.h"
#include "present/json.h"
#include "present/query_rows.h"
#include "proto/names.h"

enum { LEAP_UNKNOWN = 3 };

const char *query_auth_name(const struct query_list *l, const struct query_report *r)
{
	if (r->query.config.has_nts)
		return "NTS";
	return l->key ? ntp_key_type_name((enum ntp_key_type)l->key->type) : "none";
}

int64_t query_days_left(const struct query_list *l, const struct query_ke *ke)
{
	enum { DAY_S = 86400 };
	int64_t left_s = ke->not_after_s - l->now_ns / NS_PER_S;

	return left_s / DAY_S - (left_s % DAY_S < 0);
}

const struct query_report *query_best(const struct query_list *l)
{
	const struct query_report *best = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].result == QUERY_OK && l->at[i].summary.best &&
		    (!best || l->at[i].summary.bound_ns < best->summary.bound_ns))
			best = &l->at[i];
	return best;
}

static void seconds_or_null(struct jw *j, const char *key, bool is_known, int64_t ns)
{
	if (is_known)
		jw_seconds(j, key, ns);
	else
		jw_null(j, key);
}

static void sample(struct jw *j, const struct query_sample *s)
{
	jw_open(j, NULL, JW_OBJECT);
	jw_time(j, "sent", s->t1_ns);
	jw_text(j, "result", query_result_name((enum query_result)s->result));
	seconds_or_null(j, "offset_s", s->has_times, s->offset_ns);
	seconds_or_null(j, "delay_s", s->has_times, s->delay_ns);
	seconds_or_null(j, "dispersion_s", s->has_times, s->dispersion_ns);
	jw_bool(j, "interleaved", s->is_interleaved);
	jw_bool(j, "kernel_transmit_time", s->kernel_t1);
	jw_bool(j, "kernel_receive_time", s->kernel_t4);
	jw_close(j);
}

static void header(struct jw *j, const struct query_sample *s)
{
	char refid[REFID_TEXT_MAX];

	if (!s) {
		jw_null(j, "stratum");
		jw_null(j, "refid");
		jw_null(j, "leap");
		jw_null(j, "version");
		jw_null(j, "poll_log2s");
		jw_null(j, "precision_log2s");
		return;
	}
	ntp_refid_text(s->header.stratum, s->header.refid, refid);
	jw_u64(j, "stratum", s->header.stratum);
	jw_text(j, "refid", refid);
	jw_u64(j, "leap", s->header.leap);
	jw_u64(j, "version", s->header.version);
	jw_i64(j, "poll_log2s", s->header.poll_log2s);
	jw_i64(j, "precision_log2s", s->header.precision_log2s);
}

static void certificate(struct jw *j, const struct query_list *l, const struct query_ke *ke)
{
	jw_open(j, "certificate", JW_OBJECT);
	jw_text_or_null(j, "subject", ke->subject[0] ? ke->subject : NULL);
	jw_text_or_null(j, "issuer", ke->issuer[0] ? ke->issuer : NULL);
	if (ke->not_after_s) {
		jw_time(j, "not_before", ns_times(ke->not_before_s, NS_PER_S));
		jw_time(j, "not_after", ns_times(ke->not_after_s, NS_PER_S));
		jw_i64(j, "left_d", query_days_left(l, ke));
	} else {
		jw_null(j, "not_before");
		jw_null(j, "not_after");
		jw_null(j, "left_d");
	}
	jw_text_or_null(j, "distrust", ke->distrust[0] ? ke->distrust : NULL);
	jw_close(j);
}

static void establishment(struct jw *j, const struct query_list *l, const struct query_ke *ke)
{
	if (!ke->was_tried) {
		jw_null(j, "nts");
		return;
	}
	jw_open(j, "nts", JW_OBJECT);
	jw_bool(j, "established", ke->is_good);
	seconds_or_null(j, "took_s", ke->is_good, ke->took_ns);
	jw_text_or_null(j, "tls_version", ke->tls_version[0] ? ke->tls_version : NULL);
	jw_text_or_null(j, "cipher", ke->cipher[0] ? ke->cipher : NULL);
	certificate(j, l, ke);
	if (ke->is_good)
		jw_u64(j, "aead", ke->aead);
	else
		jw_null(j, "aead");
	jw_u64(j, "cookies", ke->n_cookies);
	jw_u64(j, "cookie_octets", ke->cookie_len);
	jw_text_or_null(j, "server", ke->server[0] ? ke->server : NULL);
	if (ke->port)
		jw_u64(j, "port", ke->port);
	else
		jw_null(j, "port");
	jw_close(j);
}

static void server(struct jw *j, const struct query_list *l, const struct query_report *r)
{
	const struct query_summary *s = &r->summary;
	const struct query_sample *best = s->best;
	bool has_times = best && best->has_times;

	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	jw_text(j, "host", r->host);
	if (r->result == QUERY_DNS)
		jw_null(j, "address");
	else
		jw_addr(j, "address", &r->addr);
	jw_u64(j, "port", r->port);
	jw_time(j, "asked", r->asked_ns);
	jw_text(j, "result", query_result_name(r->result));
	jw_text_or_null(j, "why", r->why[0] ? r->why : NULL);
	seconds_or_null(j, "offset_s", has_times, has_times ? best->offset_ns : 0);
	seconds_or_null(j, "bound_s", has_times, s->bound_ns);
	seconds_or_null(j, "delay_s", has_times, has_times ? best->delay_ns : 0);
	seconds_or_null(j, "jitter_s", has_times && s->n_good > 1, s->jitter_ns);
	header(j, best);
	seconds_or_null(j, "root_delay_s", best, s->root_delay_ns);
	seconds_or_null(j, "root_dispersion_s", best, s->root_dispersion_ns);
	jw_text(j, "auth", query_auth_name(l, r));
	if (l->key)
		jw_u64(j, "key_id", l->key->id);
	else
		jw_null(j, "key_id");
	jw_text_or_null(j, "kod", r->query.kiss[0] ? r->query.kiss : NULL);
	jw_u64(j, "sent_packets", s->n_sent);
	jw_u64(j, "good_packets", s->n_good);
	establishment(j, l, &r->ke);
	jw_open(j, "samples", JW_ARRAY | JW_LINES);
	for (unsigned i = 0; i < r->query.n_samples; i++)
		sample(j, &r->query.samples[i]);
	jw_close(j);
	jw_close(j);
}

void query_json(const struct query_list *l, struct buf *out)
{
	struct jw j;

	jw_begin(&j, out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-query-1");
	jw_open(&j, "servers", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < l->n; i++)
		server(&j, l, &l->at[i]);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
}
