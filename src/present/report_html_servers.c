/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "present/markup.h"
#include "present/report_html_parts.h"
#include "present/words.h"
#include "proto/names.h"

static bool is_rest(const struct server_info *s)
{
	static const struct addr zero;
	return addr_equal(&s->addr, &zero);
}

static void percentile(struct html *h, const struct hist *x, double share)
{
	html_number_cell(h, NULL, x && x->n ? span_words(hist_percentile(x, share)).s : "–");
}

/* What the latest answer said, and the slowest ones: a row of their own, below. */
static void remarks(struct html *h, const struct server_info *s)
{
	char refid[REFID_TEXT_MAX], text[768] = "";
	size_t n = 0;

	if (s->last_answer_frame) {
		ntp_refid_text(s->stratum, s->refid, refid);
		n += (size_t)snprintf(text, sizeof(text), "stratum %u %s%s · ", s->stratum, refid,
				      s->leap == 3 ? ", not synchronised"
				      : s->leap    ? ", leap second announced"
						   : "");
	}
	if (s->turnaround && s->turnaround->n)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "turnaround p50 %s · ",
				      span_words(hist_percentile(s->turnaround, 0.5)).s);
	if (s->delta && s->delta->n_negative)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s negative, min %s · ",
				      count_words(s->delta->n_negative).s, span_words(s->delta->min).s);
	for (unsigned i = 0; i < s->n_worst && i < h->r->n_worst && n + 80 < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s #%llu · ", i ? "" : "slowest ",
				      span_words(s->worst[i].delta_ns).s,
				      (unsigned long long)s->worst[i].response_frame);
	if (!n)
		return;
	text[n - strlen(" · ")] = '\0';
	html_row(h);
	buf_str(h->out, "<td class=\"t w dim\" colspan=\"11\">");
	markup_text(h->out, text);
	buf_str(h->out, "</td>");
}

static void one(struct html *h, const struct server_info *s)
{
	struct server_outcome o = server_outcome_of(s);
	bool suffers = !s->one_way && o.requests >= 10 && o.lost * 20 > o.requests;

	html_row(h);
	if (is_rest(s))
		html_text_cell(h, NULL, "all others");
	else
		html_addr_cell(h, &s->addr);
	html_number_cell(h, NULL, count_words(o.requests).s);
	html_number_cell(h, NULL, s->one_way ? "–" : share_words(o.answered, o.requests, 2).s);
	html_number_cell(h, NULL, s->one_way ? "–" : share_words(o.kod, o.requests, 2).s);
	html_number_cell(h, suffers ? "alarm" : NULL,
			 s->one_way ? "–" : share_words(o.lost, o.requests, 2).s);
	html_number_cell(h, NULL, s->clients_unknown ? "–" : count_words(s->n_clients).s);
	percentile(h, s->delta, 0.5);
	percentile(h, s->delta, 0.9);
	percentile(h, s->delta, 0.99);
	percentile(h, s->delta, 0.999);
	html_number_cell(h, NULL, s->delta && s->delta->n ? span_words(s->delta->max).s : "–");
	remarks(h, s);
}

void report_html_servers(struct html *h)
{
	static const char *const heads[] = { "<server",   "requests", "answered", "KoD",   "lost", "clients",
					     "delta p50", "p90",      "p99",      "p99.9", "max",  NULL };
	enum { MOST = 50 };
	size_t n = census_n_servers(h->r->census), shown = 0, unasked = 0;

	html_section(h, "servers", "Servers");
	html_table(h, NULL, heads);
	for (size_t i = 0; i < n && shown < MOST; i++) {
		const struct server_info *s = census_server(h->r->census, i);
		if (!s->n_requests && (shown || i + 1 < n)) {
			unasked++;
			continue;
		}
		one(h, s);
		shown++;
	}
	html_table_end(h);
	html_facts(h);
	if (unasked)
		html_fact(h, "dim", "and %zu address%s that spoke as a server and that nobody asked for time",
			  unasked, unasked == 1 ? "" : "es");
	if (shown + unasked < n)
		html_fact(h, "dim", "and %zu servers with fewer requests (all of them: --format=json)",
			  n - shown - unasked);
	html_facts_end(h);
	html_section_end(h);
}
