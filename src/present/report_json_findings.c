/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

static void icmp_rows(struct jw *j, const struct icmp_info *x, bool known)
{
	jw_open(j, "by_type", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < x->n_rows; i++) {
		const struct icmp_row *w = &x->rows[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_u64(j, "ip_version", w->ip_version);
		jw_u64(j, "type", w->type);
		jw_u64(j, "code", w->code);
		jw_text(j, "name", icmp_error_name(w->ip_version, w->type, w->code));
		jw_u64(j, "packets", w->n_packets);
		report_json_known(j, "sources", known, w->n_sources);
		report_json_known(j, "clients", known, w->n_clients);
		jw_bool(j, "lower_bounds", w->bounded);
		jw_close(j);
	}
	jw_close(j);
}

/* Who was there in a part of the time is not known. */
static void errors(struct jw *j, const struct icmp_info *x, bool known)
{
	jw_open(j, "errors", JW_OBJECT | JW_LINES);
	jw_u64(j, "packets", x->n_packets);
	report_json_known(j, "sources", known, x->n_sources);
	report_json_known(j, "clients", known, x->n_clients);
	report_json_known(j, "clients_ipv6", known, x->n_v6_clients);
	if (x->v6_client_share < 0 || !known)
		jw_null(j, "share_of_ipv6_clients");
	else
		jw_real(j, "share_of_ipv6_clients", x->v6_client_share, 6);
	jw_u64(j, "about_answers", x->n_answer_quoted);
	report_json_hist(j, "after_answer", x->after_answer);
	icmp_rows(j, x, known);
	jw_close(j);
}

static void opcodes(struct jw *j, const uint64_t *n)
{
	char key[8];

	jw_open(j, "by_opcode", JW_OBJECT);
	for (unsigned i = 0; i < 256; i++) {
		if (!n[i])
			continue;
		snprintf(key, sizeof(key), "%u", i);
		jw_u64(j, key, n[i]);
	}
	jw_close(j);
}

static void exposure(struct jw *j, const char *key, const struct exposure *x, uint64_t clients)
{
	jw_open(j, key, JW_OBJECT);
	jw_u64(j, "queries", x->n_requests);
	jw_u64(j, "clients", clients);
	jw_u64(j, "answered", x->n_answered);
	jw_u64(j, "answer_packets", x->n_responses);
	jw_u64(j, "query_bytes", x->request_bytes);
	jw_u64(j, "answer_bytes", x->response_bytes);
	jw_share(j, "amplification_ratio", x->response_bytes, x->request_bytes);
	opcodes(j, x->by_opcode);
	jw_close(j);
}

static void exposed(struct jw *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	const struct list_summary *s = census_summary(r->census);

	jw_open(j, "exposed", JW_OBJECT | JW_LINES);
	exposure(j, "mode_6", &y->control, s->n_control);
	exposure(j, "mode_7", &y->private_, s->n_private);
	jw_u64(j, "scanners", s->n_scanner);
	jw_u64(j, "monlist_requests", y->n_monlist_requests);
	jw_u64(j, "monlist_answer_packets", y->n_monlist_responses);
	jw_close(j);
}

static void peaks(struct jw *j, const struct report *r)
{
	jw_open(j, "peaks", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < r->n_peaks; i++) {
		const struct peak *p = &r->peaks[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_time(j, "start", p->start_ns);
		jw_time(j, "end", p->end_ns);
		jw_real(j, "requests_per_s", p->requests_per_s, 3);
		jw_real(j, "usual_requests_per_s", p->usual_per_s, 3);
		jw_u64(j, "new_clients", p->new_clients);
		jw_real(j, "usual_new_clients_per_s", p->usual_new_per_s, 3);
		jw_close(j);
	}
	jw_close(j);
}

static void ntske(struct jw *j, const struct ntske_info *k, bool known)
{
	jw_open(j, "nts_ke", JW_OBJECT | JW_LINES);
	jw_u64(j, "segments", k->n_segments);
	jw_u64(j, "client_hellos", k->n_client_hellos);
	jw_u64(j, "server_hellos", k->n_server_hellos);
	jw_u64(j, "alerts", k->n_alerts);
	jw_u64(j, "without_alpn", k->n_without_alpn);
	jw_u64(j, "cut", k->n_cut);
	report_json_known(j, "clients", known, k->n_clients);
	jw_open(j, "server_names", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < k->n_names; i++) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "name", k->names[i].name);
		jw_u64(j, "hellos", k->names[i].n);
		jw_close(j);
	}
	jw_close(j);
	jw_close(j);
}

static void auth(struct jw *j, const struct report *r)
{
	static const char *const side[2] = { "from_clients", "from_servers" };
	const struct tally *y = census_tally(r->census);

	jw_open(j, "auth", JW_OBJECT | JW_LINES);
	for (unsigned s = 0; s < 2; s++) {
		jw_open(j, side[s], JW_OBJECT);
		for (unsigned k = NTP_AUTH_NONE; k <= NTP_AUTH_AUTOKEY; k++)
			jw_u64(j, auth_word(k), y->auth[s][k]);
		jw_close(j);
	}
	jw_u64(j, "extension_packets", y->n_extension);
	jw_u64(j, "bad_trailer_packets", y->n_bad_trailer);
	ntske(j, census_ntske(r->census), !census_is_part(r->census));
	jw_close(j);
}

static void fragments(struct jw *j, const struct fragment_info *f)
{
	jw_open(j, "fragments", JW_OBJECT);
	jw_u64(j, "pieces", f->n_fragments);
	jw_u64(j, "reassembled", f->n_reassembled);
	jw_u64(j, "timed_out", f->n_timed_out);
	jw_u64(j, "overlaps", f->n_overlaps);
	jw_u64(j, "refused", f->n_refused);
	jw_close(j);
}

static void frames(struct jw *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);

	jw_open(j, "frames", JW_OBJECT | JW_LINES);
	jw_u64(j, "n", y->n_frames);
	jw_open(j, "by_fate", JW_OBJECT);
	for (unsigned i = 0; i < N_FATES; i++)
		jw_u64(j, fate_name(i), y->fates[i]);
	jw_close(j);
	jw_u64(j, "ntp_cut", y->n_cut_payload);
	jw_u64(j, "ntp_reassembled", y->n_reassembled);
	jw_u64(j, "wrong_udp_length", y->n_udp_length_lies);
	jw_u64(j, "wrong_ip_length", y->n_ip_length_lies);
	jw_open(j, "ntp_in_tunnels", JW_OBJECT);
	for (unsigned i = 0; i < N_TUNNELS; i++)
		if (y->tunnels[i])
			jw_u64(j, tunnel_name((enum tunnel)(1u << i)), y->tunnels[i]);
	jw_close(j);
	fragments(j, census_fragments(r->census));
	jw_close(j);
}

void report_json_findings(struct jw *j, const struct report *r)
{
	errors(j, census_icmp(r->census), !census_is_part(r->census));
	exposed(j, r);
	peaks(j, r);
	auth(j, r);
	frames(j, r);
}
