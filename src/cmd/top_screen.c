/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/top_screen.h"

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/text.h"
#include "present/utf8.h"
#include "present/words.h"

enum { HEAD_LINES = 4, FOOT_LINES = 1, CLEAN = 200 };

const struct top_order top_orders[] = {
	{ 'n', "recent_every", "loudest now", true, "last<1m" },
	{ 'r', "rx", "most requests", false, NULL },
	{ 't', "tx", "most answers", false, NULL },
	{ 'p', "peak", "highest peak", false, NULL },
	{ 'o', "owed", "most owed", false, NULL },
	{ 'e', "rx_every", "shortest interval", true, NULL },
	{ 'a', "alert", "alerts", false, NULL },
	{ 'd', "delta", "longest delta", false, NULL },
	{ 'l', "last", "latest", false, NULL },
	{ 'i', "ip", "address", true, NULL },
};
const size_t n_top_orders = sizeof(top_orders) / sizeof(top_orders[0]);

unsigned top_rows(const struct top_view *v)
{
	unsigned rows = v->lines > HEAD_LINES + FOOT_LINES + 1 ? v->lines - HEAD_LINES - FOOT_LINES : 1;
	return rows < TOP_ROWS_MAX ? rows : TOP_ROWS_MAX;
}

/* ---- lines that never are too wide --------------------------------------------------------------- */

struct line {
	struct text t;
	unsigned columns, used;
};

static struct line begin(const struct top_view *v, struct buf *out)
{
	struct line l = { .columns = v->columns };
	text_begin(&l.t, out, v->color);
	return l;
}

/* As much of s as fits into max columns and the line, made harmless; returns the columns it takes. */
static unsigned put_at_most(struct line *l, enum text_style style, unsigned max, const char *s)
{
	char clean[CLEAN];
	size_t at = 0;
	unsigned used = 0, room = l->columns - l->used < max ? l->columns - l->used : max;

	text_clean(s, clean, sizeof(clean));
	for (size_t len = strlen(clean); at < len;) {
		uint32_t c;
		unsigned n = utf8_next(clean + at, len - at, &c);
		unsigned columns = (unsigned)utf8_columns(clean + at, n);
		if (used + columns > room)
			break;
		used += columns;
		at += n;
	}
	clean[at] = '\0';
	if (at)
		text_put(&l->t, style, clean);
	l->used += used;
	return used;
}

static void put(struct line *l, enum text_style style, const char *s)
{
	put_at_most(l, style, UINT32_MAX, s);
}

static void blanks(struct line *l, unsigned n)
{
	while (n--)
		put_at_most(l, TEXT_PLAIN, 1, " ");
}

/* A cell of a table, at the right or with a negative width at the left, and the blank before it; what is
 * longer ends in an ellipsis.  Nothing when the cell does not fit whole. */
static void cell(struct line *l, enum text_style style, int width, const char *s)
{
	unsigned w = (unsigned)(width < 0 ? -width : width), n = (unsigned)utf8_columns(s, strlen(s));

	if (l->columns - l->used < w + (l->used > 0))
		return;
	blanks(l, l->used > 0);
	if (width > 0 && n < w)
		blanks(l, w - n);
	unsigned used = put_at_most(l, style, n > w ? w - 1 : w, s);
	if (n > w)
		used += put_at_most(l, style, 1, "…");
	if (width < 0 && used < w)
		blanks(l, w - used);
}

/* An item of a flowing line; nothing when it does not fit whole. */
static void item(struct line *l, enum text_style style, const char *s)
{
	unsigned n = (unsigned)utf8_columns(s, strlen(s)) + (l->used ? 3 : 0);

	if (l->columns - l->used < n)
		return;
	if (l->used)
		put(l, TEXT_DIM, " · ");
	put(l, style, s);
}

/* ---- the head ------------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	return s ? s : "";
}

static void title(const struct top_view *v, struct buf *out)
{
	struct line l = begin(v, out);
	const json_t *sources = json_object_get(v->summary, "sources");
	char text[120];
	int64_t now_ns;

	put(&l, TEXT_HEAD, "ntpscope top");
	for (size_t i = 0; i < json_array_size(sources); i++)
		item(&l, TEXT_ACCENT, text_of(json_array_get(sources, i), "name"));
	if (v->summary) {
		snprintf(text, sizeof(text), "up %s", span_s_words(remote_number(v->summary, "uptime_s")).s);
		item(&l, TEXT_PLAIN, text);
		uint64_t n = (uint64_t)remote_number(v->summary, "dropped_packets");
		snprintf(text, sizeof(text), "%s dropped", count_words(n).s);
		item(&l, n ? TEXT_ALARM : TEXT_PLAIN, text);
		if (nstime_parse(text_of(v->summary, "now"), &now_ns))
			item(&l, TEXT_DIM, moment_words(now_ns).s);
	}
	buf_char(out, '\n');
}

static void rates(const struct top_view *v, struct buf *out)
{
	struct line l = begin(v, out);
	const json_t *rate = json_object_get(v->summary, "rates"),
		     *clients = json_object_get(v->summary, "clients"),
		     *unique = json_object_get(clients, "unique"),
		     *delta = json_object_get(v->summary, "delta"),
		     *share = json_object_get(rate, "answered_share");
	char text[120];

	if (v->summary) {
		snprintf(text, sizeof(text), "%s requests",
			 rate_words(remote_number(rate, "requests_per_s")).s);
		item(&l, TEXT_HEAD, text);
		if (json_is_number(share)) {
			snprintf(text, sizeof(text), "%.1f %% answered", 100 * json_number_value(share));
			item(&l, TEXT_PLAIN, text);
		}
		snprintf(text, sizeof(text), "%s clients",
			 count_words((uint64_t)remote_number(clients, "n")).s);
		item(&l, TEXT_PLAIN, text);
		snprintf(text, sizeof(text), "%s in 5 min",
			 count_words((uint64_t)remote_number(unique, "300_s")).s);
		item(&l, TEXT_PLAIN, text);
		snprintf(text, sizeof(text), "%s in 24 h",
			 count_words((uint64_t)remote_number(unique, "86400_s")).s);
		item(&l, TEXT_PLAIN, text);
		if (json_is_object(delta)) {
			snprintf(text, sizeof(text), "delta p99 %s",
				 span_s_words(remote_number(delta, "p99_s")).s);
			item(&l, TEXT_PLAIN, text);
		}
	}
	buf_char(out, '\n');
}

static void attention(const struct top_view *v, struct buf *out)
{
	struct line l = begin(v, out);
	const json_t *list = json_object_get(v->summary, "attention");

	if (v->trouble[0])
		put(&l, TEXT_ALARM, v->trouble);
	for (size_t i = 0; !v->trouble[0] && i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);
		const char *level = text_of(a, "level");
		item(&l,
		     strcmp(level, "red") == 0      ? TEXT_ALARM
		     : strcmp(level, "yellow") == 0 ? TEXT_WARN
						    : TEXT_DIM,
		     text_of(a, "text"));
	}
	buf_char(out, '\n');
}

/* ---- the list ------------------------------------------------------------------------------------ */

enum { COUNT = 11, EVERY = 11, FLAGS = 9, ALERT = 6, AGO = 6, PEAK = 6, OWED = 9, NAME = 24 };

enum { ADDRESS = 39, SHORT_COUNT = 6 };

/* Addresses are whole in 80 columns, too: then counts are short. */
static bool is_narrow(const struct top_view *v)
{
	enum { REST = EVERY + 2 * COUNT + AGO + ALERT + 5 };
	return v->columns < ADDRESS + REST;
}

/* What columns of the address a terminal of less than 80 leaves. */
static int ip_width(const struct top_view *v)
{
	enum { LEAST = 30, REST = EVERY + 2 * SHORT_COUNT + AGO + ALERT + 5 };
	int room = (int)v->columns - REST;

	return room < LEAST ? LEAST : room < ADDRESS ? room : ADDRESS;
}

static int count_width(const struct top_view *v)
{
	return is_narrow(v) ? SHORT_COUNT : COUNT;
}

/* "48,395", and where that is too long "1.23M". */
static struct words count_of(const struct top_view *v, uint64_t n)
{
	static const char units[] = "kMGTPE";
	struct words w = count_words(n);
	double d = (double)n / 1000;
	unsigned i = 0;

	if (strlen(w.s) <= (size_t)count_width(v))
		return w;
	while (d >= 999.5) {
		d /= 1000;
		i++;
	}
	snprintf(w.s, sizeof(w.s), "%.*f%c", d < 9.995 ? 2 : d < 99.95 ? 1 : 0, d, units[i]);
	return w;
}

static void heads(const struct top_view *v, struct buf *out)
{
	struct line l = begin(v, out);

	cell(&l, TEXT_HEAD, -ip_width(v), "address");
	cell(&l, TEXT_HEAD, EVERY, "now every");
	cell(&l, TEXT_HEAD, count_width(v), is_narrow(v) ? "rx" : "requests");
	cell(&l, TEXT_HEAD, count_width(v), is_narrow(v) ? "tx" : "answers");
	cell(&l, TEXT_HEAD, AGO, "ago");
	cell(&l, TEXT_HEAD, -ALERT, "alert");
	cell(&l, TEXT_HEAD, PEAK, "peak/s");
	cell(&l, TEXT_HEAD, OWED, "owed");
	cell(&l, TEXT_HEAD, -FLAGS, "rx flags");
	cell(&l, TEXT_HEAD, -FLAGS, "tx flags");
	cell(&l, TEXT_HEAD, EVERY, "mean every");
	cell(&l, TEXT_HEAD, -NAME, "name");
	buf_char(out, '\n');
}

static const char *span_or_dash(struct words *w, double s)
{
	*w = span_s_words(s);
	return s < 0 ? "–" : w->s;
}

/* "37 s", "46 min", "5 h", "3 d" */
static struct words ago_words(int64_t ns)
{
	int64_t s = ns > 0 ? ns / NS_PER_S : 0;
	struct words w;

	if (s < 100)
		snprintf(w.s, sizeof(w.s), "%d s", (int)s);
	else if (s < 6000)
		snprintf(w.s, sizeof(w.s), "%d min", (int)(s / 60));
	else
		snprintf(w.s, sizeof(w.s), s < 48 * 3600 ? "%lld h" : "%lld d",
			 (long long)(s / (s < 48 * 3600 ? 3600 : 86400)));
	return w;
}

static void row(const struct top_view *v, struct buf *out, const json_t *json, int64_t now_ns)
{
	static const enum text_style styles[] = { TEXT_PLAIN, TEXT_DIM, TEXT_WARN, TEXT_ALARM };
	struct line l = begin(v, out);
	struct remote_client c;
	struct words w;

	if (!remote_client_read(json, &c))
		return;
	const struct client_info *i = &c.info;
	cell(&l, TEXT_ACCENT, -ip_width(v), text_of(json, "ip"));
	cell(&l, TEXT_PLAIN, EVERY, span_or_dash(&w, i->recent_every_s));
	cell(&l, TEXT_PLAIN, count_width(v), count_of(v, i->rx).s);
	cell(&l, TEXT_PLAIN, count_width(v), count_of(v, i->tx).s);
	cell(&l, TEXT_PLAIN, AGO, ago_words(now_ns - i->last_ns).s);
	cell(&l, styles[i->alert], -ALERT, i->alert == ALERT_NONE ? "" : alert_name(i->alert));
	cell(&l, TEXT_PLAIN, PEAK, count_words(i->peak_1s).s);
	cell(&l, TEXT_PLAIN, OWED, count_words(i->owed).s);
	cell(&l, TEXT_PLAIN, -FLAGS, text_of(json, "rx_flags"));
	cell(&l, TEXT_PLAIN, -FLAGS, text_of(json, "tx_flags"));
	cell(&l, TEXT_PLAIN, EVERY, span_or_dash(&w, i->rx_every_s));
	cell(&l, TEXT_PLAIN, -NAME, c.name ? c.name : "");
	buf_char(out, '\n');
	remote_client_release(&c);
}

static unsigned list(const struct top_view *v, struct buf *out)
{
	const json_t *clients = json_object_get(v->page, "clients");
	int64_t now_ns = 0;
	unsigned n = 0;

	nstime_parse(text_of(v->page, "now"), &now_ns);
	for (; n < json_array_size(clients) && n < top_rows(v); n++)
		row(v, out, json_array_get(clients, n), now_ns);
	return n;
}

static unsigned help(const struct top_view *v, struct buf *out)
{
	static const char *const lines[] = {
		"keys:",
		"  / or f   a filter: 192.0.2.0/24  alert:red  rx>1000  -flag:R  name:*.example",
		"           enter takes it, escape leaves it, empty is none",
		"  arrows   a row up or down; page up and down, home",
		"  R        the other way round; or the key of an order again",
		"  space    stand still, and go on",
		"  ? h      this; q ends",
		"orders:",
	};
	char text[80];
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]) && n < top_rows(v); i++, n++) {
		struct line l = begin(v, out);
		put(&l, TEXT_PLAIN, lines[i]);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < n_top_orders && n < top_rows(v); i++, n++) {
		struct line l = begin(v, out);
		snprintf(text, sizeof(text), "  %c        %s%s%s", top_orders[i].key, top_orders[i].word,
			 top_orders[i].filter ? ", of " : "",
			 top_orders[i].filter ? top_orders[i].filter : "");
		put(&l, TEXT_PLAIN, text);
		buf_char(out, '\n');
	}
	return n;
}

/* ---- the foot, without a line break ---------------------------------------------------------------- */

static void foot(const struct top_view *v, struct buf *out)
{
	struct line l = begin(v, out);
	char text[400];

	if (v->typing) {
		snprintf(text, sizeof(text), "filter: %s", v->typing);
		put(&l, TEXT_HEAD, text);
		return;
	}
	snprintf(text, sizeof(text), "%s%s", v->order->word, v->reversed ? ", turned round" : "");
	item(&l, TEXT_HEAD, text);
	if (v->page) {
		uint64_t matched = (uint64_t)remote_number(v->page, "matched");
		snprintf(text, sizeof(text), "%s of %s from %s", count_words(matched).s,
			 count_words((uint64_t)remote_number(v->page, "total")).s,
			 count_words(v->offset + (matched > 0)).s);
		item(&l, TEXT_PLAIN, text);
	}
	if (v->filter[0])
		item(&l, TEXT_WARN, v->filter);
	if (v->paused)
		item(&l, TEXT_WARN, "stands still");
	item(&l, TEXT_DIM, "n r t p o e a d l i order");
	item(&l, TEXT_DIM, "/ filter");
	item(&l, TEXT_DIM, "? help");
	item(&l, TEXT_DIM, "q quit");
}

void top_draw(const struct top_view *v, struct buf *out)
{
	title(v, out);
	rates(v, out);
	attention(v, out);
	heads(v, out);
	for (unsigned n = v->helps ? help(v, out) : list(v, out); n < top_rows(v); n++)
		buf_char(out, '\n');
	foot(v, out);
}
