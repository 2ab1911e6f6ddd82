/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

/* ---- ERRORS -------------------------------------------------------------------------------------- */

static void put_errors(struct text *t, const struct icmp_info *x, bool known)
{
	if (!known)
		text_item(t, TEXT_PLAIN, "%s ICMP error%s", count_words(x->n_packets).s,
			  x->n_packets == 1 ? "" : "s");
	else
		text_item(t, TEXT_PLAIN, "%s ICMP error%s from %s source%s about %s client%s",
			  count_words(x->n_packets).s, x->n_packets == 1 ? "" : "s",
			  count_words(x->n_sources).s, x->n_sources == 1 ? "" : "s",
			  count_words(x->n_clients).s, x->n_clients == 1 ? "" : "s");
}

static void put_error_kind(struct text *t, const struct icmp_row *w, bool known)
{
	const char *name = icmp_error_name(w->ip_version, w->type, w->code);

	if (!known)
		text_item(t, TEXT_PLAIN, "IPv%u %s %s", w->ip_version, name, count_words(w->n_packets).s);
	else
		text_item(t, TEXT_PLAIN, "IPv%u %s %s (%s%s client%s)", w->ip_version, name,
			  count_words(w->n_packets).s, w->bounded ? "at least " : "",
			  count_words(w->n_clients).s, w->n_clients == 1 ? "" : "s");
}

static void errors(struct text *t, const struct report *r)
{
	const struct icmp_info *x = census_icmp(r->census);
	bool known = !census_is_part(r->census); /* who was there in a part of the time is not */
	size_t most = r->full ? SIZE_MAX : 4;

	text_head(t, "ERRORS");
	if (!x->n_packets) {
		text_item(t, TEXT_PLAIN, "none: no ICMP error quotes an NTP packet");
		text_line(t);
		return;
	}
	put_errors(t, x, known);
	if (known && x->n_v6_clients && x->v6_client_share >= 0)
		text_item(t, TEXT_PLAIN, "%.*f %% of the IPv6 clients", x->v6_client_share < 1 ? 2 : 0,
			  100 * x->v6_client_share);
	text_item(t, TEXT_PLAIN, "%s about answers, %s about requests", count_words(x->n_answer_quoted).s,
		  count_words(x->n_packets - x->n_answer_quoted).s);
	text_line(t);
	for (size_t i = 0; i < x->n_rows && i < most; i++)
		put_error_kind(t, &x->rows[i], known);
	if (x->n_rows > most)
		text_item(t, TEXT_DIM, "and %zu rarer kinds", x->n_rows - most);
	if (x->after_answer && x->after_answer->n)
		text_item(t, TEXT_PLAIN, "came p50 %s, p99 %s after our answer",
			  span_words(hist_percentile(x->after_answer, 0.5)).s,
			  span_words(hist_percentile(x->after_answer, 0.99)).s);
	text_line(t);
}

/* ---- EXPOSED ------------------------------------------------------------------------------------- */

static void exposure(struct text *t, const char *what, const char *advice, const struct exposure *x,
		     uint64_t senders)
{
	if (!x->n_requests && !x->n_responses)
		return;
	bool open = x->n_responses > 0;
	text_item(t, TEXT_PLAIN, "%s: %s quer%s from %s address%s", what, count_words(x->n_requests).s,
		  x->n_requests == 1 ? "y" : "ies", count_words(senders).s, senders == 1 ? "" : "es");
	if (!open) {
		text_item(t, TEXT_PLAIN, "none answered");
		text_line(t);
		return;
	}
	text_item(t, TEXT_ALARM, "answered %s", count_words(x->n_answered).s);
	if (x->request_bytes)
		text_item(t, TEXT_ALARM, "amplification %.1f×",
			  (double)x->response_bytes / (double)x->request_bytes);
	text_item(t, TEXT_PLAIN, "%s in, %s out", bytes_words(x->request_bytes).s,
		  bytes_words(x->response_bytes).s);
	text_item(t, TEXT_ALARM, "%s", advice);
	text_line(t);
}

static void exposed(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	const struct list_summary *s = census_summary(r->census);

	text_head(t, "EXPOSED");
	if (!y->control.n_requests && !y->control.n_responses && !y->private_.n_requests &&
	    !y->private_.n_responses) {
		text_item(t, TEXT_PLAIN, "none: no query of mode 6 or 7");
		text_line(t);
		return;
	}
	exposure(t, "mode 6", "restrict it (noquery)", &y->control, s->n_control);
	exposure(t, "mode 7", "switch it off (disable monitor, noquery)", &y->private_, s->n_private);
	if (y->n_monlist_requests)
		text_item(t, y->n_monlist_responses ? TEXT_ALARM : TEXT_WARN,
			  "MONLIST: %s requests, %s answer packets%s", count_words(y->n_monlist_requests).s,
			  count_words(y->n_monlist_responses).s,
			  y->n_monlist_responses ? ": this server is used in attacks" : "");
	text_line(t);
}

/* ---- PEAKS --------------------------------------------------------------------------------------- */

static double peak_height(const struct peak *p)
{
	return p->usual_per_s > 0 ? p->requests_per_s / p->usual_per_s : p->requests_per_s;
}

/* True when fewer than `most` peaks are higher than the i-th; of equal ones the earlier is taken. */
static bool is_among_highest(const struct report *r, size_t i, size_t most)
{
	size_t higher = 0;

	for (size_t k = 0; k < r->n_peaks && higher < most; k++) {
		double a = peak_height(&r->peaks[k]), b = peak_height(&r->peaks[i]);
		higher += a > b || (k < i && !(a < b));
	}
	return higher < most;
}

static void one_peak(struct text *t, const struct peak *p)
{
	text_item(t, TEXT_WARN, "%s for %s: %s", moment_words(p->start_ns).s,
		  span_words(p->end_ns - p->start_ns).s, rate_words(p->requests_per_s).s);
	if (p->usual_per_s > 0)
		text_item(t, TEXT_PLAIN, "%.1f× the usual", peak_height(p));
	text_item(t, TEXT_PLAIN, "%s new address%s", count_words(p->new_clients).s,
		  p->new_clients == 1 ? "" : "es");
	text_line(t);
}

static void peaks(struct text *t, const struct report *r)
{
	size_t most = r->full ? 5 : 3;

	if (!r->n_peaks)
		return;
	text_head(t, "PEAKS");
	for (size_t i = 0; i < r->n_peaks; i++)
		if (is_among_highest(r, i, most))
			one_peak(t, &r->peaks[i]);
	if (r->n_peaks > most)
		text_item(t, TEXT_DIM, "and %zu lower ones", r->n_peaks - most);
	text_line(t);
}

/* ---- AUTH ---------------------------------------------------------------------------------------- */

static void auth_kinds(struct text *t, const struct tally *y)
{
	static const char *const name[N_AUTH] = {
		[NTP_AUTH_MAC] = "MAC",         [NTP_AUTH_CRYPTO_NAK] = "crypto-NAK",
		[NTP_AUTH_NTS] = "NTS",         [NTP_AUTH_NTS_NAK] = "NTS NAK",
		[NTP_AUTH_MS_SNTP] = "MS-SNTP", [NTP_AUTH_AUTOKEY] = "Autokey",
	};
	for (unsigned k = 0; k < N_AUTH; k++) {
		uint64_t from = y->auth[0][k], to = y->auth[1][k];
		if (!name[k] || !(from + to))
			continue;
		bool nak = k == NTP_AUTH_CRYPTO_NAK || k == NTP_AUTH_NTS_NAK;
		if (nak)
			text_item(t, TEXT_WARN, "%s %s", count_words(from + to).s, name[k]);
		else
			text_item(t, TEXT_PLAIN, "%s: %s asked, %s answered", name[k], count_words(from).s,
				  count_words(to).s);
	}
}

static void server_names(struct text *t, const struct ntske_info *k)
{
	char name[200];

	for (size_t i = 0; i < k->n_names; i++) {
		text_clean(k->names[i].name, name, sizeof(name));
		text_item(t, TEXT_PLAIN, "%s%s %s", i ? "" : "names ", name, count_words(k->names[i].n).s);
	}
}

static void auth(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	const struct list_summary *s = census_summary(r->census);
	const struct ntske_info *k = census_ntske(r->census);
	uint64_t any = 0;

	for (unsigned i = 1; i < N_AUTH; i++)
		any += y->auth[0][i] + y->auth[1][i];
	if (!any && !k->n_segments && !y->n_bad_trailer)
		return;
	text_head(t, "AUTH");
	if (s->n_mac)
		text_item(t, TEXT_PLAIN, "%s client%s with a MAC", count_words(s->n_mac).s,
			  s->n_mac == 1 ? "" : "s");
	if (s->n_nts)
		text_item(t, TEXT_PLAIN, "%s client%s with NTS", count_words(s->n_nts).s,
			  s->n_nts == 1 ? "" : "s");
	auth_kinds(t, y);
	if (y->n_bad_trailer)
		text_item(t, TEXT_WARN, "neither field nor MAC behind the header %s",
			  count_words(y->n_bad_trailer).s);
	text_line(t);
	if (!k->n_segments)
		return;
	const char *hellos = k->n_client_hellos == 1 ? "" : "s";
	if (census_is_part(r->census))
		text_item(t, TEXT_PLAIN, "NTS-KE: %s hello%s", count_words(k->n_client_hellos).s, hellos);
	else
		text_item(t, TEXT_PLAIN, "NTS-KE: %s hello%s from %s address%s",
			  count_words(k->n_client_hellos).s, hellos, count_words(k->n_clients).s,
			  k->n_clients == 1 ? "" : "es");
	text_item(t, TEXT_PLAIN, "%s answered", count_words(k->n_server_hellos).s);
	if (k->n_alerts)
		text_item(t, TEXT_WARN, "%s TLS alerts", count_words(k->n_alerts).s);
	if (k->n_without_alpn)
		text_item(t, TEXT_WARN, "%s without ALPN ntske/1", count_words(k->n_without_alpn).s);
	server_names(t, k);
	text_line(t);
}

void report_text_findings(struct text *t, const struct report *r)
{
	errors(t, r);
	exposed(t, r);
	peaks(t, r);
	auth(t, r);
}

/* ---- FILE ---------------------------------------------------------------------------------------- */

static void count_item(struct text *t, enum text_style style, uint64_t n, const char *what)
{
	if (n)
		text_item(t, style, "%s %s", count_words(n).s, what);
}

static void fates(struct text *t, const struct report *r)
{
	static const struct {
		const char *what;
		enum text_style style;
	} words[N_FATES] = {
		[FATE_NTP] = { "NTP", TEXT_PLAIN },
		[FATE_ICMP_ERROR] = { "ICMP errors", TEXT_PLAIN },
		[FATE_NTS_KE] = { "NTS-KE", TEXT_PLAIN },
		[FATE_FRAGMENT] = { "fragments", TEXT_PLAIN },
		[FATE_OTHER] = { "other traffic", TEXT_PLAIN },
		[FATE_CUT] = { "cut before NTP began", TEXT_WARN },
		[FATE_MALFORMED] = { "malformed below NTP", TEXT_WARN },
		[FATE_UNKNOWN_LINK] = { "of unknown link types", TEXT_WARN },
		[FATE_FILTERED] = { "filtered out", TEXT_PLAIN },
	};
	const struct tally *y = census_tally(r->census);

	text_item(t, TEXT_PLAIN, "%s frames (%s)", count_words(y->n_frames).s, bytes_words(y->n_bytes).s);
	for (unsigned f = 0; f < N_FATES; f++)
		count_item(t, words[f].style, y->fates[f], words[f].what);
	text_line(t);
}

static void fragments(struct text *t, const struct fragment_info *f)
{
	if (!f->n_fragments)
		return;
	text_item(t, TEXT_PLAIN, "%s fragments: %s reassembled", count_words(f->n_fragments).s,
		  count_words(f->n_reassembled).s);
	count_item(t, TEXT_PLAIN, f->n_timed_out, "never whole");
	count_item(t, TEXT_WARN, f->n_overlaps, "overlapping");
	count_item(t, TEXT_WARN, f->n_refused, "refused for want of room");
}

static void tunnels(struct text *t, const struct tally *y)
{
	bool first = true;

	for (unsigned i = 0; i < N_TUNNELS; i++) {
		if (!y->tunnels[i])
			continue;
		text_item(t, TEXT_PLAIN, "%s%s %s", first ? "in tunnels: " : "",
			  tunnel_name((enum tunnel)(1u << i)), count_words(y->tunnels[i]).s);
		first = false;
	}
}

void report_text_file(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	const struct source_info *s = &r->source;

	text_head(t, "FILE");
	fates(t, r);
	count_item(t, TEXT_WARN, s->n_cut_by_snaplen, "frames cut by the snap length");
	count_item(t, TEXT_WARN, y->n_cut_payload, "NTP packets cut");
	count_item(t, TEXT_WARN, y->n_udp_length_lies, "wrong UDP lengths");
	count_item(t, TEXT_WARN, y->n_ip_length_lies, "wrong IP lengths");
	count_item(t, TEXT_PLAIN, y->n_extension, "with extension fields");
	fragments(t, census_fragments(r->census));
	tunnels(t, y);
	text_line(t);
	count_item(t, TEXT_ALARM, s->n_damaged, "damaged records");
	count_item(t, TEXT_WARN, s->n_without_time, "frames without a time");
	count_item(t, TEXT_WARN, s->n_odd_time, "impossible times");
	count_item(t, TEXT_PLAIN, s->n_skipped_blocks, "other pcapng blocks");
	count_item(t, TEXT_PLAIN, s->order_was_merged ? s->n_paths : 0, "files merged by time");
	if (s->n_time_backwards)
		text_item(t, TEXT_WARN, "the capturing host's clock went back %s time%s",
			  count_words(s->n_time_backwards).s, s->n_time_backwards == 1 ? "" : "s");
	text_line(t);
}
