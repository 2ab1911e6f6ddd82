/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/report_parts.h"
#include "present/utf8.h"
#include "present/words.h"

/* The time of day is enough in a capture of a day. */
static struct words when_words(int64_t t_ns, int64_t length_ns)
{
	return length_ns <= 86400 * NS_PER_S ? clock_words(t_ns) : moment_words(t_ns);
}

static void unique(struct text *t, const struct report *r)
{
	const struct unique_clients *u = census_unique(r->census);
	const struct list_summary *s = census_summary(r->census);
	int64_t length_ns = census_last_ns(r->census) - census_first_ns(r->census);

	text_item(t, TEXT_ACCENT, "%s address%s", count_words(s->n).s, s->n == 1 ? "" : "es");
	text_item(t, TEXT_PLAIN, "%s IPv6", share_words(s->n_v6, s->n, 1).s);
	/* A window longer than the capture says nothing new. */
	for (unsigned w = 0; w < WINDOW_ALL && window_ns(w) < length_ns; w++)
		text_item(t, TEXT_PLAIN, "%s%s %s", w ? "" : "in the last ", window_name(w),
			  count_words(u->now[w]).s);
	text_line(t);
	for (unsigned w = 0; w < 3 && window_ns(w) < length_ns; w++)
		text_item(t, TEXT_PLAIN, "%s%s %s (at %s)", w ? "" : "at most, in ", window_name(w),
			  count_words(u->most[w]).s, when_words(u->most_ns[w], length_ns).s);
	text_line(t);
}

static void count_item(struct text *t, enum text_style style, const char *what, uint64_t n)
{
	if (n)
		text_item(t, style, "%s %s", what, count_words(n).s);
}

/* Who is red: they are seldom the loudest, and are what needs a hand. */
static void reds(struct text *t, const struct report *r)
{
	enum { SHOWN = 3 };
	uint64_t more = census_summary(r->census)->n_alert[ALERT_RED];
	struct client_info c;
	uint32_t *order = NULL;

	if (!more || census_sort_clients(r->census, SORT_ALERT, true, &order))
		return;
	for (size_t i = 0; i < SHOWN && more; i++, more--) {
		char address[ADDR_TEXT_MAX];
		census_client(r->census, order[i], &c);
		addr_text(&c.addr, address);
		text_item(t, TEXT_ALARM, "%s%s (%s packets, %s back)", i ? "" : "red: ", address,
			  count_words(c.rx).s, count_words(c.tx).s);
	}
	if (more)
		text_item(t, TEXT_DIM, "%s more: ntpscope clients --alert red", count_words(more).s);
	text_line(t);
	free(order);
}

static void classes(struct text *t, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);

	text_item(t, TEXT_PLAIN, "active %s", count_words(s->n_active).s);
	count_item(t, TEXT_PLAIN, "inactive", s->n_inactive);
	count_item(t, TEXT_ALARM, "abusive", s->n_abusive);
	count_item(t, TEXT_WARN, "rapid", s->n_rapid);
	count_item(t, TEXT_PLAIN, "very slow", s->n_very_slow);
	if (s->n_one_shot)
		text_item(t, TEXT_PLAIN, "one-shot %s (%s)", count_words(s->n_one_shot).s,
			  share_words(s->n_one_shot, s->n, 1).s);
	count_item(t, TEXT_PLAIN, "returning", s->n_returning);
	count_item(t, TEXT_ALARM, "scanners", s->n_scanner);
	text_line(t);
	if (!census_one_way(r->census))
		count_item(t, TEXT_PLAIN, "never answered", s->n_never_answered);
	count_item(t, TEXT_ALARM, "red", s->n_alert[ALERT_RED]);
	count_item(t, TEXT_WARN, "yellow", s->n_alert[ALERT_YELLOW]);
	count_item(t, TEXT_PLAIN, "asleep", s->n_alert[ALERT_SLEEP]);
	count_item(t, TEXT_PLAIN, "owed an answer", s->n_owed);
	count_item(t, TEXT_PLAIN, "got a KoD", s->n_kod);
	count_item(t, TEXT_PLAIN, "left by age", s->n_aged_out);
	text_line(t);
	reds(t, r);
}

static void versions(struct text *t, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);

	for (unsigned v = 8; v-- > 0;)
		if (s->n_version[v])
			text_item(t, TEXT_PLAIN, "v%u %s", v, share_words(s->n_version[v], s->n, 1).s);
}

static void modes(struct text *t, const struct tally *y)
{
	static const char *const name[8] = { "reserved", "active",    "passive", "client",
					     "server",   "broadcast", "control", "private" };
	bool first = true;

	for (unsigned m = 0; m < 8; m++) {
		uint64_t n = y->modes[0][m] + y->modes[1][m];
		if (!n)
			continue;
		text_item(t, TEXT_PLAIN, "%s%s %s", first ? "packets: " : "", name[m], count_words(n).s);
		first = false;
	}
}

/* Strata of the answers: 0 and 16 up apart. */
static void strata(struct text *t, const struct tally *y)
{
	uint64_t above = 0;
	bool first = true;

	for (unsigned i = 16; i < 256; i++)
		above += y->strata[i];
	for (unsigned i = 0; i < 16; i++) {
		if (!y->strata[i])
			continue;
		text_item(t, TEXT_PLAIN, "%s%u: %s", first ? "stratum " : "", i, count_words(y->strata[i]).s);
		first = false;
	}
	if (above)
		text_item(t, TEXT_WARN, "%s16 and above: %s", first ? "stratum " : "", count_words(above).s);
}

/* "64 s", "1/2 s"; i is the exponent + 128. */
static struct words poll_words(unsigned i)
{
	struct words w;

	if (i >= 128)
		snprintf(w.s, sizeof(w.s), "%u s", 1u << (i - 128));
	else
		snprintf(w.s, sizeof(w.s), "1/%u s", 1u << (128 - i));
	return w;
}

/* Poll exponents of requests as a row of bars; odd exponents are counted behind it. */
static void polls(struct text *t, const struct tally *y)
{
	enum { FIRST = 128 - 7, LAST = 128 + 17 }; /* 1/128 s (chrony) to 36 h (RFC 5905 section 7.2) */
	unsigned from = LAST + 1, to = 0;
	uint64_t most = 0, odd = 0;
	char bars[64] = "";

	for (unsigned i = 0; i < 256; i++) {
		if (i < FIRST || i > LAST) {
			odd += y->polls[i];
		} else if (y->polls[i]) {
			from = i < from ? i : from;
			to = i;
			most = y->polls[i] > most ? y->polls[i] : most;
		}
	}
	for (unsigned i = from; i <= to; i++)
		memcpy(bars + strlen(bars), bar_of(y->polls[i], most), strlen(bar_of(y->polls[i], most)) + 1);
	if (from < to)
		text_item(t, TEXT_PLAIN, "poll %s %s %s", poll_words(from).s, bars, poll_words(to).s);
	else if (from == to)
		text_item(t, TEXT_PLAIN, "poll %s", poll_words(from).s);
	if (odd)
		text_item(t, TEXT_PLAIN, "odd poll %s", count_words(odd).s);
}

void report_text_clients(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);

	text_head(t, "CLIENTS");
	unique(t, r);
	classes(t, r);
	versions(t, r);
	polls(t, y);
	text_line(t);
	modes(t, y);
	strata(t, y);
	count_item(t, TEXT_WARN, "leap second announced", y->leaps[1] + y->leaps[2]);
	count_item(t, TEXT_WARN, "not synchronised (leap 3)", y->leaps[3]);
	text_line(t);
}
