/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_html_parts.h"
#include "present/words.h"

static void fact(struct html *h, const char *class, const char *what, uint64_t n)
{
	if (n)
		html_fact(h, class, "%s %s", what, count_words(n).s);
}

static void windows(struct html *h)
{
	static const char *const heads[] = { "<in the last", "addresses", "IPv6", "at most", "<at", NULL };
	const struct unique_clients *u = census_unique(h->r->census);

	html_table(h,
		   "addresses seen within that time before the end of the capture, and the most at any time",
		   heads);
	for (unsigned w = 0; w < N_WINDOWS; w++) {
		html_row(h);
		html_text_cell(h, NULL, window_name((enum window)w));
		html_number_cell(h, NULL, count_words(u->now[w]).s);
		html_number_cell(h, NULL, share_words(u->now_v6[w], u->now[w], 1).s);
		html_number_cell(h, NULL, w < 3 ? count_words(u->most[w]).s : "");
		html_text_cell(h, NULL, w < 3 && u->most[w] ? moment_words(u->most_ns[w]).s : "");
	}
	html_table_end(h);
}

static void classes(struct html *h)
{
	const struct list_summary *s = census_summary(h->r->census);

	html_facts(h);
	html_fact(h, NULL, "%s addresses", count_words(s->n).s);
	html_fact(h, NULL, "%s IPv6", share_words(s->n_v6, s->n, 1).s);
	fact(h, NULL, "active", s->n_active);
	fact(h, NULL, "inactive", s->n_inactive);
	fact(h, "alarm", "abusive", s->n_abusive);
	fact(h, NULL, "rapid", s->n_rapid);
	fact(h, NULL, "very slow", s->n_very_slow);
	fact(h, NULL, "one-shot", s->n_one_shot);
	fact(h, NULL, "returning", s->n_returning);
	fact(h, "warn", "scanners", s->n_scanner);
	if (!census_one_way(h->r->census))
		fact(h, NULL, "never answered", s->n_never_answered);
	fact(h, "alarm", "alert red", s->n_alert[ALERT_RED]);
	fact(h, "warn", "alert yellow", s->n_alert[ALERT_YELLOW]);
	fact(h, NULL, "asleep", s->n_alert[ALERT_SLEEP]);
	fact(h, NULL, "owed an answer", s->n_owed);
	fact(h, NULL, "got a KoD", s->n_kod);
	fact(h, NULL, "left by age", s->n_aged_out);
	for (unsigned v = 8; v-- > 0;)
		if (s->n_version[v])
			html_fact(h, NULL, "version %u %s", v, share_words(s->n_version[v], s->n, 1).s);
	html_facts_end(h);
}

static void modes(struct html *h)
{
	static const char *const name[8] = { "reserved", "active",    "passive", "client",
					     "server",   "broadcast", "control", "private" };
	const struct tally *y = census_tally(h->r->census);

	html_facts(h);
	for (unsigned m = 0; m < 8; m++)
		fact(h, NULL, name[m], y->modes[0][m] + y->modes[1][m]);
	for (unsigned i = 0; i < 256; i++)
		if (y->strata[i])
			html_fact(h, i > 15 ? "warn" : NULL, "stratum %u: %s", i,
				  count_words(y->strata[i]).s);
	fact(h, "warn", "leap second announced", y->leaps[1] + y->leaps[2]);
	fact(h, "warn", "not synchronised (leap 3)", y->leaps[3]);
	html_facts_end(h);
}

static uint64_t count_rx(const struct census *c)
{
	struct client_info info;
	uint64_t rx = 0;

	for (size_t i = 0; i < census_n_clients(c); i++) {
		census_client(c, i, &info);
		rx += info.rx;
	}
	return rx;
}

static void loudest(struct html *h)
{
	static const char *const heads[] = { "#",   "<client", "packets", "answered", "every",  "share",
					     "sum", "<first",  "<last",   "<class",   "<alert", NULL };
	const struct report *r = h->r;
	uint64_t all = count_rx(r->census), so_far = 0;

	if (!r->n_listed)
		return;
	html_table(h,
		   census_packets_known(r->census) ? "the loudest clients"
						   : "the loudest clients, since each was first seen",
		   heads);
	for (size_t i = 0; i < r->n_listed; i++) {
		struct client_info c;
		char rank[24];
		census_client(r->census, r->top[i], &c);
		so_far += c.rx;
		snprintf(rank, sizeof(rank), "%zu", i + 1);
		html_row(h);
		html_number_cell(h, NULL, rank);
		html_addr_cell(h, &c.addr);
		html_number_cell(h, NULL, count_words(c.rx).s);
		html_number_cell(h, NULL, share_words(c.tx < c.rx ? c.tx : c.rx, c.rx, 0).s);
		html_number_cell(h, NULL, c.rx_every_s < 0 ? "–" : span_s_words(c.rx_every_s).s);
		html_number_cell(h, NULL, share_words(c.rx, all, 1).s);
		html_number_cell(h, NULL, share_words(so_far, all, 1).s);
		html_text_cell(h, NULL, moment_words(c.first_ns).s);
		html_text_cell(h, NULL, moment_words(c.last_ns).s);
		html_text_cell(h, c.classes & CLIENT_ABUSIVE ? "alarm" : NULL,
			       c.classes & CLIENT_ABUSIVE  ? "abusive"
			       : c.classes & CLIENT_ACTIVE ? "active"
							   : "");
		html_text_cell(h,
			       c.alert == ALERT_RED      ? "alarm"
			       : c.alert == ALERT_YELLOW ? "warn"
							 : NULL,
			       c.alert == ALERT_NONE ? "" : alert_name(c.alert));
	}
	html_table_end(h);
}

static void subnets(struct html *h)
{
	static const char *const heads[] = { "<subnet", "addresses", "packets", "rate", "abusive", NULL };
	const struct report *r = h->r;
	bool any = false;

	for (unsigned k = 0; k < REPORT_SUBNET_KINDS; k++)
		any |= r->n_subnets[k] > 0;
	if (!any)
		return;
	html_table(h,
		   census_packets_known(r->census)
			   ? "prefixes with three addresses or more"
			   : "prefixes with three addresses or more; packets since they were first seen",
		   heads);
	for (unsigned k = 0; k < REPORT_SUBNET_KINDS; k++) {
		for (size_t i = 0; i < r->n_subnets[k]; i++) {
			const struct subnet *s = &r->subnets[k][i];
			html_row(h);
			html_text_cell(h, NULL, prefix_words(&s->net, s->bits).s);
			html_number_cell(h, NULL, count_words(s->n_clients).s);
			html_number_cell(h, NULL, count_words(s->rx).s);
			html_number_cell(h, NULL, rate_words(s->rate_per_s).s);
			html_number_cell(h, s->n_abusive ? "alarm" : NULL, count_words(s->n_abusive).s);
		}
	}
	html_table_end(h);
}

void report_html_clients(struct html *h)
{
	html_section(h, "clients", "Clients");
	classes(h);
	windows(h);
	loudest(h);
	subnets(h);
	modes(h);
	html_section_end(h);
}
