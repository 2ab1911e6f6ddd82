/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

static void icmp_rows(struct json *j, const struct icmp_info *x)
{
	json_open(j, "by_type", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < x->n_rows; i++) {
		const struct icmp_row *w = &x->rows[i];
		json_open(j, NULL, JSON_OBJECT);
		json_u64(j, "ip_version", w->ip_version);
		json_u64(j, "type", w->type);
		json_u64(j, "code", w->code);
		json_text(j, "name", icmp_error_name(w->ip_version, w->type, w->code));
		json_u64(j, "packets", w->n_packets);
		json_u64(j, "sources", w->n_sources);
		json_u64(j, "clients", w->n_clients);
		json_bool(j, "lower_bounds", w->bounded);
		json_close(j);
	}
	json_close(j);
}

static void errors(struct json *j, const struct icmp_info *x)
{
	json_open(j, "errors", JSON_OBJECT | JSON_LINES);
	json_u64(j, "packets", x->n_packets);
	json_u64(j, "sources", x->n_sources);
	json_u64(j, "clients", x->n_clients);
	json_u64(j, "clients_ipv6", x->n_v6_clients);
	if (x->v6_client_share < 0)
		json_null(j, "share_of_ipv6_clients");
	else
		json_real(j, "share_of_ipv6_clients", x->v6_client_share, 6);
	json_u64(j, "about_answers", x->n_answer_quoted);
	report_json_hist(j, "after_answer", x->after_answer);
	icmp_rows(j, x);
	json_close(j);
}

static void opcodes(struct json *j, const uint64_t *n)
{
	char key[8];

	json_open(j, "by_opcode", JSON_OBJECT);
	for (unsigned i = 0; i < 256; i++) {
		if (!n[i])
			continue;
		snprintf(key, sizeof(key), "%u", i);
		json_u64(j, key, n[i]);
	}
	json_close(j);
}

static void exposure(struct json *j, const char *key, const struct exposure *x, uint64_t clients)
{
	json_open(j, key, JSON_OBJECT);
	json_u64(j, "queries", x->n_requests);
	json_u64(j, "clients", clients);
	json_u64(j, "answered", x->n_answered);
	json_u64(j, "answer_packets", x->n_responses);
	json_u64(j, "query_bytes", x->request_bytes);
	json_u64(j, "answer_bytes", x->response_bytes);
	json_share(j, "amplification_ratio", x->response_bytes, x->request_bytes);
	opcodes(j, x->by_opcode);
	json_close(j);
}

static void exposed(struct json *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	const struct list_summary *s = census_summary(r->census);

	json_open(j, "exposed", JSON_OBJECT | JSON_LINES);
	exposure(j, "mode_6", &y->control, s->n_control);
	exposure(j, "mode_7", &y->private_, s->n_private);
	json_u64(j, "scanners", s->n_scanner);
	json_u64(j, "monlist_requests", y->n_monlist_requests);
	json_u64(j, "monlist_answer_packets", y->n_monlist_responses);
	json_close(j);
}

static void peaks(struct json *j, const struct report *r)
{
	json_open(j, "peaks", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < r->n_peaks; i++) {
		const struct peak *p = &r->peaks[i];
		json_open(j, NULL, JSON_OBJECT);
		json_time(j, "start", p->start_ns);
		json_time(j, "end", p->end_ns);
		json_real(j, "requests_per_s", p->requests_per_s, 3);
		json_real(j, "usual_requests_per_s", p->usual_per_s, 3);
		json_u64(j, "new_clients", p->new_clients);
		json_real(j, "usual_new_clients_per_s", p->usual_new_per_s, 3);
		json_close(j);
	}
	json_close(j);
}

static void ntske(struct json *j, const struct ntske_info *k)
{
	json_open(j, "nts_ke", JSON_OBJECT | JSON_LINES);
	json_u64(j, "segments", k->n_segments);
	json_u64(j, "client_hellos", k->n_client_hellos);
	json_u64(j, "server_hellos", k->n_server_hellos);
	json_u64(j, "alerts", k->n_alerts);
	json_u64(j, "without_alpn", k->n_without_alpn);
	json_u64(j, "cut", k->n_cut);
	json_u64(j, "clients", k->n_clients);
	json_open(j, "server_names", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < k->n_names; i++) {
		json_open(j, NULL, JSON_OBJECT);
		json_text(j, "name", k->names[i].name);
		json_u64(j, "hellos", k->names[i].n);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void auth(struct json *j, const struct report *r)
{
	static const char *const side[2] = { "from_clients", "from_servers" };
	const struct tally *y = census_tally(r->census);

	json_open(j, "auth", JSON_OBJECT | JSON_LINES);
	for (unsigned s = 0; s < 2; s++) {
		json_open(j, side[s], JSON_OBJECT);
		for (unsigned k = NTP_AUTH_NONE; k <= NTP_AUTH_AUTOKEY; k++)
			json_u64(j, auth_word(k), y->auth[s][k]);
		json_close(j);
	}
	json_u64(j, "extension_packets", y->n_extension);
	json_u64(j, "bad_trailer_packets", y->n_bad_trailer);
	ntske(j, census_ntske(r->census));
	json_close(j);
}

static void fragments(struct json *j, const struct fragment_info *f)
{
	json_open(j, "fragments", JSON_OBJECT);
	json_u64(j, "pieces", f->n_fragments);
	json_u64(j, "reassembled", f->n_reassembled);
	json_u64(j, "timed_out", f->n_timed_out);
	json_u64(j, "overlaps", f->n_overlaps);
	json_u64(j, "refused", f->n_refused);
	json_close(j);
}

static void frames(struct json *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);

	json_open(j, "frames", JSON_OBJECT | JSON_LINES);
	json_u64(j, "n", y->n_frames);
	json_open(j, "by_fate", JSON_OBJECT);
	for (unsigned i = 0; i < N_FATES; i++)
		json_u64(j, fate_name(i), y->fates[i]);
	json_close(j);
	json_u64(j, "ntp_cut", y->n_cut_payload);
	json_u64(j, "ntp_reassembled", y->n_reassembled);
	json_u64(j, "wrong_udp_length", y->n_udp_length_lies);
	json_u64(j, "wrong_ip_length", y->n_ip_length_lies);
	json_open(j, "ntp_in_tunnels", JSON_OBJECT);
	for (unsigned i = 0; i < N_TUNNELS; i++)
		if (y->tunnels[i])
			json_u64(j, tunnel_name((enum tunnel)(1u << i)), y->tunnels[i]);
	json_close(j);
	fragments(j, census_fragments(r->census));
	json_close(j);
}

void report_json_findings(struct json *j, const struct report *r)
{
	errors(j, census_icmp(r->census));
	exposed(j, r);
	peaks(j, r);
	auth(j, r);
	frames(j, r);
}
