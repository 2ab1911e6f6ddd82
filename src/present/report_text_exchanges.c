/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"

/* ---- EXCHANGES ----------------------------------------------------------------------------------- */

static void kisses(struct text *t, const struct tally *y, const char *before)
{
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (y->kisses[k] && k != KISS_NTSN) { /* that one is a NAK */
			text_item(t, TEXT_DIM, "%s%s %s", before, ntp_kiss_name(k),
				  count_words(y->kisses[k]).s);
			before = "";
		}
}

static void count_item(struct text *t, uint64_t n, const char *what)
{
	if (n)
		text_item(t, TEXT_DIM, "%s %s", count_words(n).s, what);
}

/* What is worth knowing about a class, behind its figures. */
static void remark(struct text *t, const struct report *r, enum exchange_class c)
{
	const struct tally *y = census_tally(r->census);

	switch (c) {
	case CLASS_UNANSWERED: count_item(t, y->n_capture_end, "too near the end to tell"); break;
	case CLASS_LATE:
		text_item(t, TEXT_DIM, "after more than %s",
			  span_words(census_config(r->census)->timeout_ns).s);
		break;
	case CLASS_DUPLICATE: text_item(t, TEXT_DIM, "a second answer to one request"); break;
	case CLASS_UNSOLICITED:
		count_item(t, y->n_before_capture, "perhaps asked before the capture");
		count_item(t, y->n_zero_origin, "with origin 0");
		break;
	case CLASS_KOD: kisses(t, y, ""); break;
	case CLASS_NAK:
		count_item(t, y->auth[1][NTP_AUTH_CRYPTO_NAK], "crypto-NAK");
		count_item(t, y->auth[1][NTP_AUTH_NTS_NAK], "NTS NAK");
		break;
	case CLASS_RETRANSMITTED: text_item(t, TEXT_DIM, "the same transmit timestamp again"); break;
	case CLASS_SYMMETRIC: text_item(t, TEXT_DIM, "between peers"); break;
	case CLASS_OTHER:
		if (y->n_outside)
			count_item(t, y->n_outside, "of servers not named");
		else
			text_item(t, TEXT_DIM, "neither question nor answer");
		break;
	case CLASS_ANSWERED:
	case CLASS_BROADCAST:
	case CLASS_MALFORMED:
	case N_CLASSES: break;
	}
}

static bool is_trouble(enum exchange_class c)
{
	return c == CLASS_UNANSWERED || c == CLASS_LATE || c == CLASS_UNSOLICITED || c == CLASS_NAK ||
	       c == CLASS_MALFORMED;
}

enum { REMARK = TEXT_INDENT + 14 + 12 + 12 + 9 + 2, REMARK_LEAST = 36 }; /* column, and room for it */

static void class_cells(struct text *t, enum text_style style, const char *name, uint64_t n_exchanges,
			uint64_t n_packets, const char *share)
{
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, style, -14, name);
	text_cell(t, TEXT_PLAIN, 12, count_words(n_exchanges).s);
	text_cell(t, TEXT_PLAIN, 12, count_words(n_packets).s);
	text_cell(t, TEXT_PLAIN, 9, share);
}

static void class_row(struct text *t, const struct report *r, enum exchange_class c, uint64_t all_packets)
{
	const struct tally *y = census_tally(r->census);

	if (!y->class_packets[c] && !y->class_exchanges[c])
		return;
	class_cells(t, is_trouble(c) ? TEXT_WARN : TEXT_PLAIN, exchange_class_name(c), y->class_exchanges[c],
		    y->class_packets[c], share_words(y->class_packets[c], all_packets, 2).s);
	t->indent = REMARK + REMARK_LEAST <= t->columns ? REMARK : TEXT_INDENT + 2;
	if (t->indent != REMARK)
		text_line(t);
	remark(t, r, c);
	t->indent = TEXT_INDENT;
	text_line(t);
}

static void modes_of_exchange(struct text *t, const struct tally *y)
{
	if (y->n_interleaved)
		text_item(t, TEXT_PLAIN, "interleaved %s", count_words(y->n_interleaved).s);
	if (y->n_reordered)
		text_item(t, TEXT_PLAIN, "captured in the wrong order %s", count_words(y->n_reordered).s);
	text_line(t);
}

/* The same as items: how many exchanges of each class, and their share. */
static void class_items(struct text *t, const struct tally *y, uint64_t rows)
{
	text_item(t, TEXT_ACCENT, "%s exchanges", count_words(rows).s);
	for (unsigned c = 0; c < N_CLASSES; c++) {
		if (!y->class_packets[c] && !y->class_exchanges[c])
			continue;
		text_item(t, is_trouble(c) ? TEXT_WARN : TEXT_PLAIN, "%s %s (%s)", exchange_class_name(c),
			  count_words(y->class_exchanges[c]).s,
			  share_words(y->class_exchanges[c], rows, 2).s);
	}
	if (y->n_interleaved)
		text_item(t, TEXT_PLAIN, "interleaved %s", count_words(y->n_interleaved).s);
	if (y->n_reordered)
		text_item(t, TEXT_PLAIN, "captured in the wrong order %s", count_words(y->n_reordered).s);
	text_line(t);
	kisses(t, y, "kod: ");
	text_line(t);
}

void report_text_exchanges(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	uint64_t all = 0, rows = 0;

	for (unsigned c = 0; c < N_CLASSES; c++) {
		all += y->class_packets[c];
		rows += y->class_exchanges[c];
	}
	text_head(t, "EXCHANGES");
	if (!r->full) {
		class_items(t, y, rows);
		return;
	}
	text_pad_to(t, TEXT_INDENT + 14);
	text_cell(t, TEXT_DIM, 12, "exchanges");
	text_cell(t, TEXT_DIM, 12, "packets");
	text_cell(t, TEXT_DIM, 9, "share");
	text_line(t);
	for (unsigned c = 0; c < N_CLASSES; c++)
		class_row(t, r, c, all);
	class_cells(t, TEXT_DIM, "all", rows, all, "");
	if (REMARK + REMARK_LEAST <= t->columns) {
		text_pad_to(t, REMARK);
		text_put(t, TEXT_DIM, "the classes add up to the NTP packets");
	}
	text_line(t);
	modes_of_exchange(t, y);
}

/* ---- DELTA --------------------------------------------------------------------------------------- */

enum { WHAT = 19, SPAN = 11, SPAN_NARROW = 10, N_SPANS = 5 };

/* On a narrow page the table begins at the left and its columns are closer; on a very narrow one two go. */
struct delta_table {
	unsigned indent;
	int span;
	bool few;
};

static struct delta_table table_for(const struct text *t)
{
	struct delta_table x = { .indent = TEXT_INDENT, .span = SPAN };
	if (t->columns < TEXT_INDENT + WHAT + (N_SPANS + 1) * SPAN) {
		x.indent = 0;
		x.span = SPAN_NARROW;
	}
	x.few = t->columns < WHAT + (N_SPANS + 1) * SPAN_NARROW;
	return x;
}

static const struct {
	double share; /* 0: the maximum */
	const char *title;
	bool may_go;
} spans[N_SPANS] = {
	{ 0.5, "p50", false },    { 0.9, "p90", true }, { 0.99, "p99", false },
	{ 0.999, "p99.9", true }, { 0, "max", false },
};

static void hist_row(struct text *t, const char *what, const struct hist *h)
{
	struct delta_table x = table_for(t);

	if (!h->n && !h->n_negative)
		return;
	text_pad_to(t, x.indent);
	text_cell(t, TEXT_PLAIN, -WHAT, what);
	text_cell(t, TEXT_PLAIN, x.span, count_words(h->n + h->n_negative).s);
	for (unsigned i = 0; i < N_SPANS; i++) {
		if (x.few && spans[i].may_go)
			continue;
		int64_t ns = spans[i].share > 0 && h->n ? hist_percentile(h, spans[i].share) : h->max;
		text_cell(t, TEXT_PLAIN, x.span, h->n || !(spans[i].share > 0) ? span_words(ns).s : "–");
	}
	text_line(t);
}

/* A clock that was set back while it was read. */
static void negative_item(struct text *t, const char *what, const struct hist *h)
{
	if (h->n_negative)
		text_item(t, TEXT_ALARM, "negative %s %s, down to %s", what, count_words(h->n_negative).s,
			  span_words(h->min).s);
}

static unsigned count_used(const struct hist *h, unsigned n)
{
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++)
		used += h[i].n + h[i].n_negative > 0;
	return used;
}

static void delta_rows(struct text *t, const struct tally *y, bool full)
{
	char what[48];

	hist_row(t, "all", &y->delta);
	if (full && count_used(y->delta_by_version, 8) > 1)
		for (unsigned v = 8; v-- > 0;) {
			snprintf(what, sizeof(what), "version %u", v);
			hist_row(t, what, &y->delta_by_version[v]);
		}
	if (full && count_used(y->delta_by_size, N_SIZES) > 1)
		for (unsigned i = 0; i < N_SIZES; i++) {
			snprintf(what, sizeof(what), "%s octets", tally_size_name(i));
			hist_row(t, what, &y->delta_by_size[i]);
		}
	hist_row(t, "in the server", &y->turnaround);
	hist_row(t, "outside of it", &y->outside_server);
	negative_item(t, "delta", &y->delta);
	negative_item(t, "time in the server", &y->turnaround);
	negative_item(t, "time outside of it", &y->outside_server);
	if (!full)
		text_item(t, TEXT_DIM, "by version, size and load: --full");
	text_line(t);
}

static void load_row(struct text *t, const struct load_level *l, int64_t most_ns)
{
	struct delta_table x = table_for(t);
	int64_t mean_ns = (int64_t)(l->delta_mean_s * 1e9);
	char range[64];

	if (l->to_per_s > l->from_per_s)
		snprintf(range, sizeof(range), "%.0f – %.0f", l->from_per_s, l->to_per_s);
	else
		snprintf(range, sizeof(range), "%.0f", l->from_per_s);
	text_pad_to(t, x.indent);
	text_cell(t, TEXT_PLAIN, -WHAT, range);
	text_cell(t, TEXT_PLAIN, x.span, count_words(l->n).s);
	text_cell(t, TEXT_PLAIN, x.span, span_s_words(l->delta_mean_s).s);
	text_cell(t, TEXT_PLAIN, x.span, span_words(l->delta_max_ns).s);
	if (!x.few)
		text_put(t, TEXT_PLAIN, "  ");
	for (int64_t b = 0; !x.few && most_ns > 0 && b < mean_ns * 20 / most_ns; b++)
		text_put(t, TEXT_ACCENT, "█");
	text_line(t);
}

static void load_rows(struct text *t, const struct report *r)
{
	struct delta_table x = table_for(t);
	int64_t most_ns = 0;

	for (size_t i = 0; i < r->n_loads; i++)
		most_ns = (int64_t)(r->loads[i].delta_mean_s * 1e9) > most_ns
				  ? (int64_t)(r->loads[i].delta_mean_s * 1e9)
				  : most_ns;
	text_head(t, "LOAD");
	if (!x.indent)
		text_line(t);
	text_pad_to(t, x.indent);
	text_cell(t, TEXT_DIM, -WHAT, "requests per second");
	text_cell(t, TEXT_DIM, x.span, "exchanges");
	text_cell(t, TEXT_DIM, x.span, "mean delta");
	text_cell(t, TEXT_DIM, x.span, "max");
	text_line(t);
	for (size_t i = 0; i < r->n_loads; i++)
		load_row(t, &r->loads[i], most_ns);
}

void report_text_delta(struct text *t, const struct report *r)
{
	struct delta_table x = table_for(t);
	const struct tally *y = census_tally(r->census);

	if (!y->delta.n && !y->delta.n_negative)
		return;
	text_head(t, "DELTA");
	text_cell(t, TEXT_DIM, x.indent ? -WHAT : -(WHAT - TEXT_INDENT),
		  x.indent ? "response - request" : "");
	text_cell(t, TEXT_DIM, x.span, "exchanges");
	for (unsigned i = 0; i < N_SPANS; i++)
		if (!x.few || !spans[i].may_go)
			text_cell(t, TEXT_DIM, x.span, spans[i].title);
	text_line(t);
	delta_rows(t, y, r->full);
	if (r->full && r->n_loads > 1)
		load_rows(t, r);
}
