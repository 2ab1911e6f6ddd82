/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_html_parts.h"
#include "present/words.h"
#include "proto/names.h"

static void fact(struct html *h, const char *class, const char *what, uint64_t n)
{
	if (n)
		html_fact(h, class, "%s %s", what, count_words(n).s);
}

static void errors(struct html *h)
{
	static const char *const heads[] = { "<ICMP error", "packets", "sources", "clients", NULL };
	const struct icmp_info *x = census_icmp(h->r->census);
	bool known = !census_is_part(h->r->census); /* who was there in a part of the time is not */
	char what[160];

	if (!x->n_packets) {
		html_facts(h);
		html_fact(h, NULL, "no ICMP error quotes an NTP packet");
		html_facts_end(h);
		return;
	}
	html_table(h, "errors that quote NTP packets", heads);
	for (size_t i = 0; i < x->n_rows; i++) {
		const struct icmp_row *w = &x->rows[i];
		snprintf(what, sizeof(what), "IPv%u %s", w->ip_version,
			 icmp_error_name(w->ip_version, w->type, w->code));
		html_row(h);
		html_text_cell(h, NULL, what);
		html_number_cell(h, NULL, count_words(w->n_packets).s);
		html_number_cell(h, NULL, known ? count_words(w->n_sources).s : "–");
		html_number_cell(h, NULL, known ? count_words(w->n_clients).s : "–");
	}
	html_row(h);
	html_text_cell(h, "dim", "all");
	html_number_cell(h, NULL, count_words(x->n_packets).s);
	html_number_cell(h, NULL, known ? count_words(x->n_sources).s : "–");
	html_number_cell(h, NULL, known ? count_words(x->n_clients).s : "–");
	html_table_end(h);
	html_facts(h);
	html_fact(h, NULL, "%s about answers", count_words(x->n_answer_quoted).s);
	html_fact(h, NULL, "%s about requests", count_words(x->n_packets - x->n_answer_quoted).s);
	if (x->after_answer && x->after_answer->n)
		html_fact(h, NULL, "came p50 %s, p99 %s after our answer",
			  span_words(hist_percentile(x->after_answer, 0.5)).s,
			  span_words(hist_percentile(x->after_answer, 0.99)).s);
	html_facts_end(h);
}

static void exposure(struct html *h, const char *what, const struct exposure *x)
{
	char ratio[32] = "–";

	if (!x->n_requests && !x->n_responses)
		return;
	if (x->request_bytes)
		snprintf(ratio, sizeof(ratio), "%.1f×", (double)x->response_bytes / (double)x->request_bytes);
	html_row(h);
	html_text_cell(h, x->n_responses ? "alarm" : NULL, what);
	html_number_cell(h, NULL, count_words(x->n_requests).s);
	html_number_cell(h, NULL, count_words(x->n_answered).s);
	html_number_cell(h, NULL, bytes_words(x->request_bytes).s);
	html_number_cell(h, NULL, bytes_words(x->response_bytes).s);
	html_number_cell(h, NULL, ratio);
}

static void exposed(struct html *h)
{
	static const char *const heads[] = { "<exposed", "queries",       "answered", "in",
					     "out",      "amplification", NULL };
	const struct tally *y = census_tally(h->r->census);

	if (!y->control.n_requests && !y->control.n_responses && !y->private_.n_requests &&
	    !y->private_.n_responses)
		return;
	html_table(h, "questions of modes 6 and 7, and what they drew", heads);
	exposure(h, "mode 6 (restrict it: noquery)", &y->control);
	exposure(h, "mode 7 (switch it off: disable monitor)", &y->private_);
	html_table_end(h);
	if (!y->n_monlist_requests)
		return;
	html_facts(h);
	html_fact(h, y->n_monlist_responses ? "alarm" : "warn", "MONLIST: %s requests, %s answer packets%s",
		  count_words(y->n_monlist_requests).s, count_words(y->n_monlist_responses).s,
		  y->n_monlist_responses ? ": this server is used in attacks" : "");
	html_facts_end(h);
}

static void peaks(struct html *h)
{
	static const char *const heads[] = { "<peak", "lasted", "highest", "usual", "new addresses", NULL };

	if (!h->r->n_peaks)
		return;
	html_table(h, "peaks of requests", heads);
	for (size_t i = 0; i < h->r->n_peaks; i++) {
		const struct peak *p = &h->r->peaks[i];
		html_row(h);
		html_text_cell(h, NULL, moment_words(p->start_ns).s);
		html_number_cell(h, NULL, span_words(p->end_ns - p->start_ns).s);
		html_number_cell(h, NULL, rate_words(p->requests_per_s).s);
		html_number_cell(h, NULL, rate_words(p->usual_per_s).s);
		html_number_cell(h, NULL, count_words(p->new_clients).s);
	}
	html_table_end(h);
}

static void auth(struct html *h)
{
	const struct tally *y = census_tally(h->r->census);
	const struct list_summary *s = census_summary(h->r->census);
	const struct ntske_info *k = census_ntske(h->r->census);

	html_facts(h);
	fact(h, NULL, "clients with a MAC", s->n_mac);
	fact(h, NULL, "clients with NTS", s->n_nts);
	for (unsigned i = 1; i < N_AUTH; i++)
		if (y->auth[0][i] + y->auth[1][i])
			html_fact(h, NULL, "%s: %s asked, %s answered", auth_word((enum ntp_auth_kind)i),
				  count_words(y->auth[0][i]).s, count_words(y->auth[1][i]).s);
	fact(h, "warn", "neither field nor MAC behind the header", y->n_bad_trailer);
	fact(h, NULL, "NTS-KE hellos", k->n_client_hellos);
	fact(h, NULL, "NTS-KE answered", k->n_server_hellos);
	fact(h, "warn", "TLS alerts", k->n_alerts);
	fact(h, "warn", "hellos without ALPN ntske/1", k->n_without_alpn);
	for (size_t i = 0; i < k->n_names; i++)
		html_fact(h, NULL, "%s %s", k->names[i].name, count_words(k->names[i].n).s);
	html_facts_end(h);
}

void report_html_findings(struct html *h)
{
	html_section(h, "findings", "Findings");
	errors(h);
	exposed(h);
	peaks(h);
	auth(h);
	html_section_end(h);
}

/* ---- the file ------------------------------------------------------------------------------------ */

static void fates(struct html *h)
{
	static const char *const heads[] = { "<frames", "", NULL };
	static const char *const words[N_FATES] = {
		[FATE_NTP] = "NTP",
		[FATE_ICMP_ERROR] = "ICMP errors",
		[FATE_NTS_KE] = "NTS-KE",
		[FATE_FRAGMENT] = "fragments",
		[FATE_OTHER] = "other traffic",
		[FATE_CUT] = "cut before NTP began",
		[FATE_MALFORMED] = "malformed below NTP",
		[FATE_UNKNOWN_LINK] = "of unknown link types",
		[FATE_FILTERED] = "filtered out",
	};
	const struct tally *y = census_tally(h->r->census);

	html_table(h, NULL, heads);
	for (unsigned f = 0; f < N_FATES; f++) {
		if (!y->fates[f])
			continue;
		html_row(h);
		html_text_cell(h, NULL, words[f]);
		html_number_cell(h, NULL, count_words(y->fates[f]).s);
	}
	html_row(h);
	html_text_cell(h, "dim", "all");
	html_number_cell(h, NULL, count_words(y->n_frames).s);
	html_table_end(h);
}

void report_html_file(struct html *h)
{
	const struct tally *y = census_tally(h->r->census);
	const struct source_info *s = &h->r->source;
	const struct fragment_info *f = census_fragments(h->r->census);

	html_section(h, "file", "File");
	fates(h);
	html_facts(h);
	html_fact(h, NULL, "%s captured", bytes_words(y->n_bytes).s);
	fact(h, "warn", "frames cut by the snap length", s->n_cut_by_snaplen);
	fact(h, "warn", "NTP packets cut", y->n_cut_payload);
	fact(h, "warn", "wrong UDP lengths", y->n_udp_length_lies);
	fact(h, "warn", "wrong IP lengths", y->n_ip_length_lies);
	fact(h, NULL, "with extension fields", y->n_extension);
	fact(h, NULL, "pieces of fragmented packets", f->n_fragments);
	fact(h, NULL, "reassembled", f->n_reassembled);
	fact(h, NULL, "never whole", f->n_timed_out);
	fact(h, "warn", "overlapping", f->n_overlaps);
	fact(h, "alarm", "damaged records", s->n_damaged);
	fact(h, "warn", "frames without a time", s->n_without_time);
	fact(h, "warn", "impossible times", s->n_odd_time);
	fact(h, NULL, "other pcapng blocks", s->n_skipped_blocks);
	fact(h, "warn", "times that the capturing host's clock went back", s->n_time_backwards);
	for (unsigned i = 0; i < N_TUNNELS; i++)
		if (y->tunnels[i])
			html_fact(h, NULL, "in %s %s", tunnel_name((enum tunnel)(1u << i)),
				  count_words(y->tunnels[i]).s);
	html_facts_end(h);
	html_section_end(h);
}
