/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client list as a table for people: the columns of the CenterClick page, and some of ours. */
#include "engine/flags.h"
#include "present/client_rows.h"
#include "present/text.h"
#include "present/utf8.h"
#include "present/words.h"

enum { NAME_MOST = 30, COUNT = 11, EVERY = 12, ALERT = 7 };

/* The columns that only stand there when the page is wide enough. */
enum { OWED = 8, PEAK = 8, DELTA = 11 };

static unsigned flags_width(uint32_t flags)
{
	char s[FLAGS_TEXT_MAX];
	return (unsigned)flags_text(flags, s);
}

static unsigned at_least(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static void measure(struct client_rows *w, const struct client_rows_ahead *ahead)
{
	w->ip_width = 15;
	w->name_width = 0;
	w->flags_width[0] = w->flags_width[1] = 8;
	for (size_t i = 0; i < ahead->n; i++) {
		struct client_info c;
		char ip[ADDR_TEXT_MAX];
		ahead->get(ahead->arg, i, &c);
		w->ip_width = at_least(w->ip_width, (unsigned)(client_put_ip(w, ip, &c.addr) - ip));
		w->flags_width[0] = at_least(w->flags_width[0], flags_width(c.rx_flags));
		w->flags_width[1] = at_least(w->flags_width[1], flags_width(c.tx_flags));
		const char *name = client_name(w, &c);
		char clean[NAME_MOST * 4 + 1] = "";
		if (name)
			text_clean(name, clean, sizeof(clean));
		w->name_width = at_least(w->name_width, (unsigned)utf8_columns(clean, strlen(clean)));
	}
	if (w->name_width)
		w->name_width = at_least(w->name_width, 4);
	if (w->name_width > NAME_MOST)
		w->name_width = NAME_MOST;
}

static int when_width(const struct client_rows *w)
{
	return w->one_day ? 11 : 22;
}

/* Which of the last columns still fit into the page. */
static void choose_columns(struct client_rows *w)
{
	unsigned used = w->ip_width + (w->name_width ? w->name_width + 1 : 0) + 2 * (unsigned)when_width(w) +
			2 * COUNT + 2 + w->flags_width[0] + 1 + w->flags_width[1] + EVERY + 2 + ALERT;

	w->has_owed = used + OWED <= w->columns;
	w->has_peak = used + OWED + PEAK <= w->columns;
	w->has_delta = used + OWED + PEAK + DELTA <= w->columns;
}

static void heads(struct client_rows *w, struct text *t)
{
	text_cell(t, TEXT_HEAD, -(int)w->ip_width, "ip");
	if (w->name_width) {
		text_put(t, TEXT_PLAIN, " ");
		text_cell(t, TEXT_HEAD, -(int)w->name_width, "name");
	}
	text_cell(t, TEXT_HEAD, when_width(w), "first");
	text_cell(t, TEXT_HEAD, when_width(w), "last");
	text_cell(t, TEXT_HEAD, COUNT, "rx");
	text_cell(t, TEXT_HEAD, COUNT, "tx");
	text_put(t, TEXT_PLAIN, "  ");
	text_cell(t, TEXT_HEAD, -(int)w->flags_width[0] - 1, "rx flags");
	text_cell(t, TEXT_HEAD, -(int)w->flags_width[1], "tx flags");
	text_cell(t, TEXT_HEAD, EVERY, "rx every");
	text_put(t, TEXT_PLAIN, "  ");
	text_cell(t, TEXT_HEAD, -ALERT, "alert");
	if (w->has_owed)
		text_cell(t, TEXT_HEAD, OWED, "owed");
	if (w->has_peak)
		text_cell(t, TEXT_HEAD, PEAK, "peak/s");
	if (w->has_delta)
		text_cell(t, TEXT_HEAD, DELTA, "mean delta");
	text_line(t);
}

void client_table_begin(struct client_rows *w, const struct client_rows_ahead *ahead)
{
	struct words first = moment_words(w->facts->first_ns), last = moment_words(w->facts->last_ns);
	struct text t;

	w->one_day = memcmp(first.s, last.s, 10) == 0;
	measure(w, ahead);
	choose_columns(w);
	text_begin(&t, w->out, w->color);
	if (w->one_day && w->facts->n_clients) {
		first.s[10] = '\0';
		text_put(&t, TEXT_DIM, first.s);
		text_put(&t, TEXT_DIM, ", times in UTC");
		text_line(&t);
	}
	heads(w, &t);
}

static void name_cell(struct client_rows *w, struct text *t, const struct client_info *c)
{
	const char *name = client_name(w, c);
	char clean[NAME_MOST * 4 + 1] = "";

	if (!w->name_width)
		return;
	text_put(t, TEXT_PLAIN, " ");
	if (name)
		text_clean(name, clean, sizeof(clean));
	/* Cut to the column, whole characters only. */
	size_t len = strlen(clean), at = 0, columns = 0;
	while (at < len && columns < NAME_MOST) {
		uint32_t c32;
		unsigned n = utf8_next(clean + at, len - at, &c32);
		columns += utf8_columns(clean + at, n);
		at += n;
	}
	clean[at] = '\0';
	text_cell(t, TEXT_PLAIN, -(int)w->name_width, clean);
}

static void when_cell(struct client_rows *w, struct text *t, int64_t t_ns)
{
	text_cell(t, TEXT_PLAIN, when_width(w), w->one_day ? clock_words(t_ns).s : moment_words(t_ns).s);
}

static void flags_cell(struct text *t, int width, uint32_t flags)
{
	char s[FLAGS_TEXT_MAX];
	flags_text(flags, s);
	text_cell(t, TEXT_PLAIN, -width, s);
}

static void alert_cell(struct text *t, enum alert alert)
{
	static const enum text_style style[] = {
		[ALERT_NONE] = TEXT_PLAIN,
		[ALERT_SLEEP] = TEXT_DIM,
		[ALERT_YELLOW] = TEXT_WARN,
		[ALERT_RED] = TEXT_ALARM,
	};
	text_put(t, TEXT_PLAIN, "  ");
	text_cell(t, style[alert], -ALERT, alert == ALERT_NONE ? "" : alert_name(alert));
}

void client_row_table(struct client_rows *w, const struct client_info *c)
{
	struct text t;
	char ip[ADDR_TEXT_MAX];

	text_begin(&t, w->out, w->color);
	*client_put_ip(w, ip, &c->addr) = '\0';
	text_cell(&t, TEXT_ACCENT, -(int)w->ip_width, ip);
	name_cell(w, &t, c);
	when_cell(w, &t, c->first_ns);
	when_cell(w, &t, c->last_ns);
	text_cell(&t, TEXT_PLAIN, COUNT, count_words(c->rx).s);
	text_cell(&t, TEXT_PLAIN, COUNT, count_words(c->tx).s);
	text_put(&t, TEXT_PLAIN, "  ");
	flags_cell(&t, (int)w->flags_width[0] + 1, c->rx_flags);
	flags_cell(&t, (int)w->flags_width[1], c->tx_flags);
	text_cell(&t, TEXT_PLAIN, EVERY, c->rx_every_s < 0 ? "–" : span_s_words(c->rx_every_s).s);
	alert_cell(&t, c->alert);
	if (w->has_owed)
		text_cell(&t, TEXT_PLAIN, OWED, count_words(c->owed).s);
	if (w->has_peak)
		text_cell(&t, TEXT_PLAIN, PEAK, count_words(c->peak_1s).s);
	if (w->has_delta)
		text_cell(&t, TEXT_PLAIN, DELTA, c->n_deltas ? span_s_words(c->delta_mean_s).s : "–");
	text_line(&t);
}
