/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "present/report_parts.h"
#include "present/utf8.h"
#include "present/words.h"

enum { ADDR_LEAST = 22, LABEL_SIZE = ADDR_TEXT_MAX + HOSTS_LABEL_MAX + 8 };
enum { RANK = 6, MARK = 2, PACKETS = 10, EVERY = 11, SHARE = 7, SUM = 7, FIRST = 11, ALERT = 8 };

/* The columns that the page has room for.  Where the longest address has none, it gets a line of its own. */
struct table {
	int width; /* of the addresses */
	bool share, sum, first;
};

/* "addr name" when both fit where the longest address must; the name goes below otherwise. */
static size_t label_of(const struct report *r, const struct client_info *c, char *out, bool *name_below)
{
	enum { MOST = 39 };
	const char *name = report_label(r, &c->addr);
	struct words a = addr_words(&c->addr);

	*name_below = false;
	snprintf(out, LABEL_SIZE, "%s", a.s);
	if (name && strlen(a.s) + 1 + utf8_columns(name, strlen(name)) <= MOST)
		snprintf(out, LABEL_SIZE, "%s %s", a.s, name);
	else if (name)
		*name_below = true;
	return utf8_columns(out, strlen(out));
}

static int address_column(const struct report *r, size_t n)
{
	size_t width = ADDR_LEAST;

	for (size_t i = 0; i < n; i++) {
		struct client_info c;
		char label[LABEL_SIZE];
		bool below;
		census_client(r->census, r->top[i], &c);
		size_t columns = label_of(r, &c, label, &below);
		width = columns > width ? columns : width;
	}
	return (int)width;
}

/* Takes a column when there is room for it. */
static bool take(int *room, int width)
{
	if (*room < width)
		return false;
	*room -= width;
	return true;
}

static struct table table_for(const struct text *t, const struct report *r, size_t n)
{
	int longest = address_column(r, n);
	int room = (int)t->columns - RANK - ADDR_LEAST - MARK - PACKETS - EVERY - ALERT;
	struct table x = { .share = take(&room, SHARE) };

	x.first = take(&room, FIRST);
	x.sum = take(&room, SUM);
	x.width = longest <= ADDR_LEAST + room || t->columns >= TEXT_COLUMNS ? longest : ADDR_LEAST;
	return x;
}

static enum text_style alert_style(enum alert a)
{
	return a == ALERT_RED ? TEXT_ALARM : a == ALERT_YELLOW ? TEXT_WARN : TEXT_DIM;
}

/* The alert and, where there is room, its reason. */
static void put_alert(struct text *t, const struct client_info *c)
{
	char s[128];

	if (c->alert == ALERT_NONE)
		return;
	if ((c->alert == ALERT_RED || c->alert == ALERT_YELLOW) && c->tx < c->rx / 2)
		snprintf(s, sizeof(s), "%s: %s answered", alert_name(c->alert),
			 share_words(c->tx, c->rx, 0).s);
	else
		snprintf(s, sizeof(s), "%s", alert_name(c->alert));
	if (t->column + 2 + strlen(s) > t->columns)
		snprintf(s, sizeof(s), "%s", alert_name(c->alert));
	text_put(t, TEXT_PLAIN, " ");
	text_put(t, alert_style(c->alert), s);
}

/* The time of day; the date where the capture has several. */
static struct words first_words(const struct report *r, int64_t t_ns)
{
	struct words from = moment_words(census_first_ns(r->census)),
		     to = moment_words(census_last_ns(r->census));

	if (memcmp(from.s, to.s, 10) == 0)
		return clock_words(t_ns);
	from = moment_words(t_ns);
	from.s[10] = '\0';
	return from;
}

static void one_talker(struct text *t, const struct report *r, size_t i, const struct table *x,
		       uint64_t *so_far)
{
	uint64_t all = census_summary(r->census)->rx;
	struct client_info c;
	char label[LABEL_SIZE], rank[24];
	bool name_below;

	census_client(r->census, r->top[i], &c);
	size_t columns = label_of(r, &c, label, &name_below);
	*so_far += c.rx;
	snprintf(rank, sizeof(rank), "%zu", i + 1);
	text_cell(t, TEXT_DIM, RANK - 2, rank);
	text_put(t, TEXT_PLAIN, "  ");
	text_cell(t, TEXT_ACCENT, -x->width, label);
	if (columns > (size_t)x->width)
		text_line(t);
	text_pad_to(t, RANK + (unsigned)x->width);
	const char *mark = c.classes & CLIENT_ABUSIVE ? " !" : c.classes & CLIENT_ACTIVE ? " *" : "  ";
	text_put(t, c.classes & CLIENT_ABUSIVE ? TEXT_ALARM : TEXT_PLAIN, mark);
	text_cell(t, TEXT_PLAIN, PACKETS, count_words(c.rx).s);
	text_cell(t, TEXT_PLAIN, EVERY, c.rx_every_s < 0 ? "–" : span_s_words(c.rx_every_s).s);
	if (x->share)
		text_cell(t, TEXT_PLAIN, SHARE, share_words(c.rx, all, 1).s);
	if (x->sum)
		text_cell(t, TEXT_PLAIN, SUM, share_words(*so_far, all, 1).s);
	if (x->first)
		text_cell(t, TEXT_DIM, FIRST, first_words(r, c.first_ns).s);
	put_alert(t, &c);
	text_line(t);
	if (name_below) {
		text_pad_to(t, RANK);
		text_put(t, TEXT_DIM, report_label(r, &c.addr));
		text_line(t);
	}
}

/* The rate is what a narrow page does without. */
static bool has_rate(const struct text *t)
{
	return t->columns >= TEXT_INDENT + 24 + 11 + 13 + 11;
}

static void one_subnet(struct text *t, const struct subnet *s)
{
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, TEXT_ACCENT, -24, prefix_words(&s->net, s->bits).s);
	text_cell(t, TEXT_PLAIN, 11, count_words(s->n_clients).s);
	text_cell(t, TEXT_PLAIN, 13, count_words(s->rx).s);
	if (has_rate(t))
		text_cell(t, TEXT_PLAIN, 11, rate_words(s->rate_per_s).s);
	if (s->n_abusive) {
		text_cell(t, TEXT_ALARM, 9, count_words(s->n_abusive).s);
		text_put(t, TEXT_ALARM, " abusive");
	}
	text_line(t);
}

static void subnets(struct text *t, const struct report *r)
{
	size_t each = r->full ? 3 : 2;
	uint64_t all = 0;

	for (unsigned k = 0; k < REPORT_SUBNET_KINDS; k++)
		all += r->n_subnets[k];
	if (!all)
		return;
	text_head(t, "SUBNETS");
	text_pad_to(t, TEXT_INDENT + 24);
	text_cell(t, TEXT_DIM, 11, "addresses");
	text_cell(t, TEXT_DIM, 13, "requests");
	if (has_rate(t))
		text_cell(t, TEXT_DIM, 11, "rate");
	text_line(t);
	for (unsigned k = 0; k < REPORT_SUBNET_KINDS; k++)
		for (size_t i = 0; i < r->n_subnets[k] && i < each; i++)
			one_subnet(t, &r->subnets[k][i]);
}

static void loudest_head(struct text *t, const struct table *x)
{
	text_put(t, TEXT_HEAD, "LOUDEST");
	text_put(t, TEXT_DIM, " * active");
	text_put(t, TEXT_DIM, " ! abusive");
	text_pad_to(t, RANK + (unsigned)x->width + MARK);
	text_cell(t, TEXT_DIM, PACKETS, "packets");
	text_cell(t, TEXT_DIM, EVERY, "every");
	if (x->share)
		text_cell(t, TEXT_DIM, SHARE, "share");
	if (x->sum)
		text_cell(t, TEXT_DIM, SUM, "sum");
	if (x->first)
		text_cell(t, TEXT_DIM, FIRST, "first");
	text_line(t);
}

void report_text_loudest(struct text *t, const struct report *r)
{
	uint64_t so_far = 0;
	struct table x = table_for(t, r, r->n_listed);

	if (r->n_listed) {
		text_blank_line(t);
		loudest_head(t, &x);
	}
	for (size_t i = 0; i < r->n_listed; i++)
		one_talker(t, r, i, &x, &so_far);
	subnets(t, r);
}
