/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client list as a table for people: the columns of the CenterClick page, and some of ours. */
#include "engine/flags.h"
#include "present/client_rows.h"
#include "present/text.h"
#include "present/utf8.h"
#include "present/words.h"

enum { NAME_MOST = 30, RX = 13, TX = 12, FLAGS = 10, EVERY = 12, ALERT = 8 };

static void measure(struct client_rows *w, const uint32_t *order, size_t n)
{
	w->ip_width = 15;
	w->name_width = 0;
	for (size_t i = 0; i < n; i++) {
		struct client_info c;
		char ip[ADDR_TEXT_MAX];
		census_client(w->census, order[i], &c);
		unsigned len = (unsigned)(client_put_ip(w, ip, &c.addr) - ip);
		w->ip_width = len > w->ip_width ? len : w->ip_width;
		const char *name = client_name(w, &c);
		unsigned columns = name ? (unsigned)utf8_columns(name, strlen(name)) : 0;
		w->name_width = columns > w->name_width ? columns : w->name_width;
	}
	if (w->name_width > NAME_MOST)
		w->name_width = NAME_MOST;
}

static int when_width(const struct client_rows *w)
{
	return w->one_day ? 11 : 22;
}

void client_table_begin(struct client_rows *w, const uint32_t *order, size_t n)
{
	struct words first = moment_words(census_first_ns(w->census)),
		     last = moment_words(census_last_ns(w->census));
	struct text t;

	w->one_day = memcmp(first.s, last.s, 10) == 0;
	measure(w, order, n);
	text_begin(&t, w->out, w->color);
	if (w->one_day && census_n_clients(w->census)) {
		first.s[10] = '\0';
		text_put(&t, TEXT_DIM, first.s);
		text_put(&t, TEXT_DIM, ", times in UTC");
		text_line(&t);
	}
	text_cell(&t, TEXT_HEAD, -(int)w->ip_width, "ip");
	if (w->name_width)
		text_cell(&t, TEXT_HEAD, -(int)w->name_width - 1, " name");
	text_cell(&t, TEXT_HEAD, when_width(w), "first");
	text_cell(&t, TEXT_HEAD, when_width(w), "last");
	text_cell(&t, TEXT_HEAD, RX, "rx");
	text_cell(&t, TEXT_HEAD, TX, "tx");
	text_put(&t, TEXT_PLAIN, "  ");
	text_cell(&t, TEXT_HEAD, -FLAGS, "rx flags");
	text_cell(&t, TEXT_HEAD, -FLAGS, "tx flags");
	text_cell(&t, TEXT_HEAD, EVERY, "rx every");
	text_put(&t, TEXT_PLAIN, "  ");
	text_cell(&t, TEXT_HEAD, -ALERT, "alert");
	text_cell(&t, TEXT_HEAD, 9, "owed");
	text_cell(&t, TEXT_HEAD, 8, "peak/s");
	text_cell(&t, TEXT_HEAD, 11, "mean delta");
	text_line(&t);
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

static void flags_cell(struct text *t, uint32_t flags)
{
	char s[FLAGS_TEXT_MAX];
	flags_text(flags, s);
	text_cell(t, TEXT_PLAIN, -FLAGS, s);
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
	text_cell(&t, TEXT_PLAIN, RX, count_words(c->rx).s);
	text_cell(&t, TEXT_PLAIN, TX, count_words(c->tx).s);
	text_put(&t, TEXT_PLAIN, "  ");
	flags_cell(&t, c->rx_flags);
	flags_cell(&t, c->tx_flags);
	text_cell(&t, TEXT_PLAIN, EVERY, c->rx_every_s < 0 ? "–" : span_s_words(c->rx_every_s).s);
	alert_cell(&t, c->alert);
	text_cell(&t, TEXT_PLAIN, 9, count_words(c->owed).s);
	text_cell(&t, TEXT_PLAIN, 8, count_words(c->peak_1s).s);
	text_cell(&t, TEXT_PLAIN, 11, c->n_deltas ? span_s_words(c->delta_mean_s).s : "–");
	text_line(&t);
}
