/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "present/report_parts.h"
#include "present/utf8.h"
#include "present/words.h"
#include "proto/names.h"

enum { LABEL = 26, LABEL_NARROW = 6, LABEL_MAX = ADDR_TEXT_MAX + HOSTS_LABEL_MAX + 8 };

static bool is_rest(const struct server_info *s)
{
	static const struct addr zero;
	return addr_equal(&s->addr, &zero);
}

static void label_of(const struct report *r, const struct server_info *s, char out[LABEL_MAX])
{
	const char *name = report_label(r, &s->addr);
	struct words a = addr_words(&s->addr);

	if (is_rest(s))
		snprintf(out, LABEL_MAX, "all others");
	else if (name)
		snprintf(out, LABEL_MAX, "%s (%s)", a.s, name);
	else
		snprintf(out, LABEL_MAX, "%s", a.s);
}

/* The columns of the table.  On a narrow page an address has a line of its own; on a very narrow one some
 * figures are told below, with the others that have no column. */
enum column { REQUESTS, ANSWERED, KOD, LOST, CLIENTS, P50, P99, P999, N_COLUMNS };

static const struct {
	const char *title;
	int width;
	bool may_go;
} columns[N_COLUMNS] = {
	[REQUESTS] = { "requests", 11, false },
	[ANSWERED] = { "answered", 9, false },
	[KOD] = { "KoD", 8, true },
	[LOST] = { "lost", 8, false },
	[CLIENTS] = { "clients", 9, true },
	[P50] = { "delta p50", 10, false },
	[P99] = { "p99", 9, false },
	[P999] = { "p99.9", 9, true },
};

enum { NARROW = LABEL_NARROW + 73, WIDE = LABEL + 73 };

static unsigned label_width(const struct text *t)
{
	return t->columns < WIDE ? LABEL_NARROW : LABEL;
}

static bool has_column(const struct text *t, enum column c)
{
	return t->columns >= NARROW || !columns[c].may_go;
}

static struct words percentile_words(const struct hist *h, double share)
{
	struct words none = { "–" };
	return h && h->n ? span_words(hist_percentile(h, share)) : none;
}

static struct words figure(const struct server_info *s, const struct server_outcome *o, enum column c)
{
	switch (c) {
	case ANSWERED: return share_words(o->answered, o->requests, 2);
	case KOD: return share_words(o->kod, o->requests, 2);
	case LOST: return share_words(o->lost, o->requests, 2);
	case CLIENTS: return s->clients_unknown ? (struct words){ "–" } : count_words(s->n_clients);
	case P50: return percentile_words(s->delta, 0.5);
	case P99: return percentile_words(s->delta, 0.99);
	case P999: return percentile_words(s->delta, 0.999);
	case REQUESTS:
	case N_COLUMNS: break;
	}
	return count_words(o->requests);
}

static void figures(struct text *t, const struct server_info *s, const struct server_outcome *o)
{
	bool suffers = !s->one_way && o->requests >= 10 && o->lost * 20 > o->requests;

	for (enum column c = 0; c < N_COLUMNS; c++) {
		if (!has_column(t, c))
			continue;
		if (s->one_way && c == ANSWERED) {
			int width = columns[ANSWERED].width + columns[LOST].width;
			text_cell(t, TEXT_WARN, width + (has_column(t, KOD) ? columns[KOD].width : 0),
				  has_column(t, KOD) ? "one way: never heard" : "never heard");
			c = LOST;
			continue;
		}
		text_cell(t, c == LOST && suffers ? TEXT_ALARM : TEXT_PLAIN, columns[c].width,
			  figure(s, o, c).s);
	}
}

static void figures_below(struct text *t, const struct server_info *s, const struct server_outcome *o)
{
	for (enum column c = 0; c < N_COLUMNS; c++)
		if (!has_column(t, c) && !(s->one_way && c == KOD))
			text_item(t, TEXT_PLAIN, "%s %s", columns[c].title, figure(s, o, c).s);
}

static void last_answer(struct text *t, const struct server_info *s)
{
	char refid[REFID_TEXT_MAX];

	if (!s->last_answer_frame)
		return;
	ntp_refid_text(s->stratum, s->refid, refid);
	text_item(t, s->stratum == 0 || s->stratum > 15 ? TEXT_WARN : TEXT_PLAIN, "stratum %u %s", s->stratum,
		  refid);
	if (s->leap == 3)
		text_item(t, TEXT_ALARM, "leap 3: not synchronised");
	else if (s->leap)
		text_item(t, TEXT_WARN, "leap second %s announced", s->leap == 1 ? "insertion" : "deletion");
}

static void slowest(struct text *t, const struct report *r, const struct server_info *s)
{
	if (!s->delta || !s->delta->n)
		return;
	if (s->turnaround && s->turnaround->n)
		text_item(t, TEXT_PLAIN, "turnaround p50 %s",
			  span_words(hist_percentile(s->turnaround, 0.5)).s);
	text_item(t, TEXT_PLAIN, "delta p90 %s", span_words(hist_percentile(s->delta, 0.9)).s);
	if (!s->n_worst || !r->n_worst)
		text_item(t, TEXT_PLAIN, "max %s", span_words(s->delta->max).s);
	if (s->delta->n_negative)
		text_item(t, TEXT_ALARM, "%s negative, min %s", count_words(s->delta->n_negative).s,
			  span_words(s->delta->min).s);
	for (unsigned i = 0; i < s->n_worst && i < r->n_worst; i++) {
		const struct worst *w = &s->worst[i];
		text_item(t, TEXT_PLAIN, "%s%s #%llu", i ? "" : "worst ", span_words(w->delta_ns).s,
			  (unsigned long long)w->response_frame);
	}
}

static void one_server(struct text *t, const struct report *r, const struct server_info *s)
{
	struct server_outcome o = server_outcome_of(s);
	char label[LABEL_MAX];

	label_of(r, s, label);
	text_put(t, TEXT_ACCENT, label);
	if (t->column > label_width(t))
		text_line(t);
	text_pad_to(t, label_width(t));
	figures(t, s, &o);
	text_line(t);
	figures_below(t, s, &o);
	last_answer(t, s);
	slowest(t, r, s);
	text_line(t);
}

static bool is_named(const struct report *r, const struct server_info *s)
{
	const struct engine_config *c = census_config(r->census);

	for (unsigned i = 0; i < c->n_servers; i++)
		if (addr_equal(&c->servers[i], &s->addr))
			return true;
	return false;
}

void report_text_servers(struct text *t, const struct report *r)
{
	enum { MOST = 20 };
	size_t n = census_n_servers(r->census), shown = 0, unasked = 0;

	text_put(t, TEXT_HEAD, "SERVER");
	text_pad_to(t, label_width(t));
	for (enum column c = 0; c < N_COLUMNS; c++)
		if (has_column(t, c))
			text_cell(t, TEXT_DIM, columns[c].width, columns[c].title);
	text_line(t);
	for (size_t i = 0; i < n && shown < MOST; i++) {
		const struct server_info *s = census_server(r->census, i);
		if (s->n_requests || is_named(r, s) || (!shown && i + 1 == n)) {
			one_server(t, r, s);
			shown++;
		} else {
			unasked++;
		}
	}
	if (unasked)
		text_item(t, TEXT_DIM,
			  "and %zu address%s that spoke as a server and that nobody asked for time", unasked,
			  unasked == 1 ? "" : "es");
	if (shown + unasked < n)
		text_item(t, TEXT_DIM, "and %zu servers with fewer requests (all of them: --format=json)",
			  n - shown - unasked);
	text_line(t);
}
