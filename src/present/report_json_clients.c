/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

static const char *const window_key[N_WINDOWS] = {
	[WINDOW_5MIN] = "300_s",  [WINDOW_20MIN] = "1200_s", [WINDOW_1H] = "3600_s",
	[WINDOW_24H] = "86400_s", [WINDOW_7D] = "604800_s",  [WINDOW_ALL] = "all",
};

static void windows(struct jw *j, const char *key, const uint64_t *n, unsigned n_windows)
{
	jw_open(j, key, JW_OBJECT);
	for (unsigned w = 0; w < n_windows; w++)
		jw_u64(j, window_key[w], n[w]);
	jw_close(j);
}

static void unique(struct jw *j, const struct unique_clients *u)
{
	windows(j, "unique", u->now, N_WINDOWS);
	windows(j, "unique_ipv6", u->now_v6, N_WINDOWS);
	jw_open(j, "most", JW_OBJECT);
	for (unsigned w = 0; w < 3; w++) {
		jw_open(j, window_key[w], JW_OBJECT);
		jw_u64(j, "clients", u->most[w]);
		if (u->most[w])
			jw_time(j, "time", u->most_ns[w]);
		else
			jw_null(j, "time");
		jw_close(j);
	}
	jw_close(j);
}

static void summary(struct jw *j, const struct list_summary *s, bool is_part)
{
	const struct {
		const char *key;
		uint64_t n;
	} counts[] = {
		{ "active", s->n_active },
		{ "inactive", s->n_inactive },
		{ "abusive", s->n_abusive },
		{ "rapid", s->n_rapid },
		{ "very_slow", s->n_very_slow },
		{ "one_shot", s->n_one_shot },
		{ "returning", s->n_returning },
		{ "scanners", s->n_scanner },
		{ "alert_none", s->n_alert[ALERT_NONE] },
		{ "alert_sleep", s->n_alert[ALERT_SLEEP] },
		{ "alert_yellow", s->n_alert[ALERT_YELLOW] },
		{ "alert_red", s->n_alert[ALERT_RED] },
		{ "never_answered", s->n_never_answered },
		{ "owed", s->n_owed },
		{ "with_kod", s->n_kod },
		{ "with_mac", s->n_mac },
		{ "with_nts", s->n_nts },
		{ "with_mode_6", s->n_control },
		{ "with_mode_7", s->n_private },
		{ "aged_out", s->n_aged_out },
		{ "refused_packets", s->n_refused_packets },
		{ "forgotten_requests", s->n_forgotten_requests },
	};
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		jw_u64(j, counts[i].key, counts[i].n);
	if (is_part)
		jw_null(j, "refused_addresses_estimate");
	else
		jw_real(j, "refused_addresses_estimate", s->refused_addresses, 0);
	jw_open(j, "by_version", JW_OBJECT);
	for (unsigned v = 0; v < 8; v++) {
		char key[2] = { (char)('0' + v), '\0' };
		if (s->n_version[v])
			jw_u64(j, key, s->n_version[v]);
	}
	jw_close(j);
}

/* Bins up to the last one that holds anything; bin i begins at 2^(i/2). */
static void bins(struct jw *j, const char *key, const uint64_t *n)
{
	unsigned used = LIST_BINS;

	while (used && !n[used - 1])
		used--;
	jw_open(j, key, JW_ARRAY);
	for (unsigned i = 0; i < used; i++)
		jw_u64(j, NULL, n[i]);
	jw_close(j);
}

static void histograms(struct jw *j, const struct list_histograms *h)
{
	jw_open(j, "histograms_sqrt2", JW_OBJECT | JW_LINES);
	bins(j, "by_requests", h->by_requests);
	bins(j, "by_interval_s", h->by_interval_s);
	bins(j, "by_active_s", h->by_active_s);
	bins(j, "by_since_first_s", h->by_since_first_s);
	bins(j, "by_since_last_s", h->by_since_last_s);
	jw_close(j);
}

static void one_talker(struct jw *j, const struct report *r, size_t i, uint64_t *so_far)
{
	struct client_info c;

	census_client(r->census, r->top[i], &c);
	*so_far += c.rx;
	jw_open(j, NULL, JW_OBJECT);
	jw_u64(j, "rank", i + 1);
	jw_addr(j, "ip", &c.addr);
	jw_text_or_null(j, "name", report_name(r, &c.addr));
	jw_time(j, "first", c.first_ns);
	jw_time(j, "last", c.last_ns);
	jw_u64(j, "rx", c.rx);
	jw_u64(j, "tx", c.tx);
	if (c.rx_every_s < 0)
		jw_null(j, "rx_every_s");
	else
		jw_real(j, "rx_every_s", c.rx_every_s, 9);
	jw_share(j, "share", c.rx, census_summary(r->census)->rx);
	jw_share(j, "cumulative_share", *so_far, census_summary(r->census)->rx);
	jw_bool(j, "active", c.classes & CLIENT_ACTIVE);
	jw_bool(j, "abusive", c.classes & CLIENT_ABUSIVE);
	jw_text(j, "alert", alert_name(c.alert));
	jw_close(j);
}

static void loudest(struct jw *j, const struct report *r)
{
	uint64_t so_far = 0;

	jw_open(j, "loudest", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < r->n_listed; i++)
		one_talker(j, r, i, &so_far);
	jw_close(j);
}

static void subnets(struct jw *j, const struct report *r)
{
	jw_open(j, "subnets", JW_ARRAY | JW_LINES);
	for (unsigned k = 0; k < 3; k++)
		for (size_t i = 0; i < r->n_subnets[k]; i++) {
			const struct subnet *s = &r->subnets[k][i];
			jw_open(j, NULL, JW_OBJECT);
			jw_text(j, "net", prefix_words(&s->net, s->bits).s);
			jw_u64(j, "clients", s->n_clients);
			jw_u64(j, "rx", s->rx);
			jw_real(j, "rx_per_s", s->rate_per_s, 6);
			jw_u64(j, "abusive", s->n_abusive);
			jw_close(j);
		}
	jw_close(j);
}

void report_json_clients(struct jw *j, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);

	jw_open(j, "clients", JW_OBJECT | JW_LINES);
	jw_u64(j, "n", s->n);
	jw_u64(j, "n_ipv6", s->n_v6);
	jw_u64(j, "rx", census_summary(r->census)->rx);
	unique(j, census_unique(r->census));
	summary(j, s, census_is_part(r->census));
	histograms(j, &s->histograms);
	jw_close(j);
	loudest(j, r);
	subnets(j, r);
}
