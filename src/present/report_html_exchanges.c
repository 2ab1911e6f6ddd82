/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_html_parts.h"
#include "present/words.h"

static bool is_trouble(enum exchange_class c)
{
	return c == CLASS_UNANSWERED || c == CLASS_LATE || c == CLASS_UNSOLICITED || c == CLASS_NAK ||
	       c == CLASS_MALFORMED;
}

static void row(struct html *h, const char *class, const char *name, uint64_t exchanges, uint64_t packets,
		uint64_t all)
{
	html_row(h);
	html_text_cell(h, class, name);
	html_number_cell(h, NULL, count_words(exchanges).s);
	html_number_cell(h, NULL, count_words(packets).s);
	html_number_cell(h, NULL, share_words(packets, all, 2).s);
}

void report_html_exchanges(struct html *h)
{
	static const char *const heads[] = { "<class", "exchanges", "packets", "share of the packets", NULL };
	const struct tally *y = census_tally(h->r->census);
	uint64_t all = 0, rows = 0;

	for (unsigned c = 0; c < N_CLASSES; c++) {
		all += y->class_packets[c];
		rows += y->class_exchanges[c];
	}
	html_section(h, "exchanges", "Exchanges");
	html_table(h, NULL, heads);
	for (unsigned c = 0; c < N_CLASSES; c++)
		if (y->class_packets[c] || y->class_exchanges[c])
			row(h, is_trouble((enum exchange_class)c) ? "warn" : NULL,
			    exchange_class_name((enum exchange_class)c), y->class_exchanges[c],
			    y->class_packets[c], all);
	row(h, "dim", "all", rows, all, all);
	html_table_end(h);
	html_facts(h);
	if (y->n_capture_end)
		html_fact(h, NULL, "unanswered, too near the end to tell: %s",
			  count_words(y->n_capture_end).s);
	if (y->n_before_capture)
		html_fact(h, NULL, "unsolicited, perhaps asked before the capture: %s",
			  count_words(y->n_before_capture).s);
	if (y->n_zero_origin)
		html_fact(h, NULL, "unsolicited with origin 0: %s", count_words(y->n_zero_origin).s);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (y->kisses[k] && k != KISS_NTSN)
			html_fact(h, NULL, "%s %s", ntp_kiss_name(k), count_words(y->kisses[k]).s);
	if (y->n_interleaved)
		html_fact(h, NULL, "interleaved %s", count_words(y->n_interleaved).s);
	if (y->n_reordered)
		html_fact(h, NULL, "captured in the wrong order %s", count_words(y->n_reordered).s);
	html_facts_end(h);
	html_section_end(h);
}

/* ---- delta times --------------------------------------------------------------------------------- */

static void hist_row(struct html *h, const char *what, const struct hist *x)
{
	static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };

	if (!x->n && !x->n_negative)
		return;
	html_row(h);
	html_text_cell(h, NULL, what);
	html_number_cell(h, NULL, count_words(x->n + x->n_negative).s);
	html_number_cell(h, x->n_negative ? "alarm" : NULL, span_words(x->min).s);
	for (unsigned i = 0; i < 4; i++)
		html_number_cell(h, NULL, x->n ? span_words(hist_percentile(x, shares[i])).s : "–");
	html_number_cell(h, NULL, span_words(x->max).s);
	html_number_cell(h, NULL, span_words((int64_t)hist_mean(x)).s);
}

static void loads(struct html *h)
{
	static const char *const heads[] = { "<requests per second", "exchanges", "mean delta", "max", NULL };

	html_table(h, "delta time by the load in the second of the request", heads);
	for (size_t i = 0; i < h->r->n_loads; i++) {
		const struct load_level *l = &h->r->loads[i];
		char range[64];
		if (l->to_per_s > l->from_per_s)
			snprintf(range, sizeof(range), "%.0f – %.0f", l->from_per_s, l->to_per_s);
		else
			snprintf(range, sizeof(range), "%.0f", l->from_per_s);
		html_row(h);
		html_text_cell(h, NULL, range);
		html_number_cell(h, NULL, count_words(l->n).s);
		html_number_cell(h, NULL, span_s_words(l->delta_mean_s).s);
		html_number_cell(h, NULL, span_words(l->delta_max_ns).s);
	}
	html_table_end(h);
}

void report_html_delta(struct html *h)
{
	static const char *const heads[] = { "<",   "exchanges", "min", "p50",  "p90",
					     "p99", "p99.9",     "max", "mean", NULL };
	const struct tally *y = census_tally(h->r->census);
	char what[48];

	if (!y->delta.n && !y->delta.n_negative)
		return;
	html_section(h, "delta", "Delta times");
	html_table(h, "capture time of the response minus that of the request", heads);
	hist_row(h, "all", &y->delta);
	for (unsigned v = 8; v-- > 0;) {
		snprintf(what, sizeof(what), "version %u", v);
		hist_row(h, what, &y->delta_by_version[v]);
	}
	for (unsigned i = 0; i < N_SIZES; i++) {
		snprintf(what, sizeof(what), "%s octets", tally_size_name(i));
		hist_row(h, what, &y->delta_by_size[i]);
	}
	hist_row(h, "in the server", &y->turnaround);
	hist_row(h, "outside of it", &y->outside_server);
	html_table_end(h);
	if (h->r->n_loads > 1)
		loads(h);
	html_section_end(h);
}
