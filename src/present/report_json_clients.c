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

static void windows(struct json *j, const char *key, const uint64_t *n, unsigned n_windows)
{
	json_open(j, key, JSON_OBJECT);
	for (unsigned w = 0; w < n_windows; w++)
		json_u64(j, window_key[w], n[w]);
	json_close(j);
}

static void unique(struct json *j, const struct unique_clients *u)
{
	windows(j, "unique", u->now, N_WINDOWS);
	windows(j, "unique_ipv6", u->now_v6, N_WINDOWS);
	json_open(j, "most", JSON_OBJECT);
	for (unsigned w = 0; w < 3; w++) {
		json_open(j, window_key[w], JSON_OBJECT);
		json_u64(j, "clients", u->most[w]);
		if (u->most[w])
			json_time(j, "time", u->most_ns[w]);
		else
			json_null(j, "time");
		json_close(j);
	}
	json_close(j);
}

static void summary(struct json *j, const struct list_summary *s)
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
		json_u64(j, counts[i].key, counts[i].n);
	json_real(j, "refused_addresses_estimate", s->refused_addresses, 0);
	json_open(j, "by_version", JSON_OBJECT);
	for (unsigned v = 0; v < 8; v++) {
		char key[2] = { (char)('0' + v), '\0' };
		if (s->n_version[v])
			json_u64(j, key, s->n_version[v]);
	}
	json_close(j);
}

/* Bins up to the last one that holds anything; bin i begins at 2^(i/2). */
static void bins(struct json *j, const char *key, const uint64_t *n)
{
	unsigned used = LIST_BINS;

	while (used && !n[used - 1])
		used--;
	json_open(j, key, JSON_ARRAY);
	for (unsigned i = 0; i < used; i++)
		json_u64(j, NULL, n[i]);
	json_close(j);
}

static void histograms(struct json *j, const struct list_histograms *h)
{
	json_open(j, "histograms_sqrt2", JSON_OBJECT | JSON_LINES);
	bins(j, "by_requests", h->by_requests);
	bins(j, "by_interval_s", h->by_interval_s);
	bins(j, "by_active_s", h->by_active_s);
	bins(j, "by_since_first_s", h->by_since_first_s);
	bins(j, "by_since_last_s", h->by_since_last_s);
	json_close(j);
}

static void one_talker(struct json *j, const struct report *r, size_t i, uint64_t *so_far)
{
	struct client_info c;

	census_client(r->census, r->top[i], &c);
	*so_far += c.rx;
	json_open(j, NULL, JSON_OBJECT);
	json_u64(j, "rank", i + 1);
	json_addr(j, "ip", &c.addr);
	json_text_or_null(j, "name", report_name(r, &c.addr));
	json_time(j, "first", c.first_ns);
	json_time(j, "last", c.last_ns);
	json_u64(j, "rx", c.rx);
	json_u64(j, "tx", c.tx);
	if (c.rx_every_s < 0)
		json_null(j, "rx_every_s");
	else
		json_real(j, "rx_every_s", c.rx_every_s, 9);
	json_share(j, "share", c.rx, r->all_rx);
	json_share(j, "cumulative_share", *so_far, r->all_rx);
	json_bool(j, "active", c.classes & CLIENT_ACTIVE);
	json_bool(j, "abusive", c.classes & CLIENT_ABUSIVE);
	json_text(j, "alert", alert_name(c.alert));
	json_close(j);
}

static void loudest(struct json *j, const struct report *r)
{
	uint64_t so_far = 0;

	json_open(j, "loudest", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < r->n_listed; i++)
		one_talker(j, r, i, &so_far);
	json_close(j);
}

static void subnets(struct json *j, const struct report *r)
{
	json_open(j, "subnets", JSON_ARRAY | JSON_LINES);
	for (unsigned k = 0; k < 3; k++)
		for (size_t i = 0; i < r->n_subnets[k]; i++) {
			const struct subnet *s = &r->subnets[k][i];
			json_open(j, NULL, JSON_OBJECT);
			json_text(j, "net", prefix_words(&s->net, s->bits).s);
			json_u64(j, "clients", s->n_clients);
			json_u64(j, "rx", s->rx);
			json_real(j, "rx_per_s", s->rate_per_s, 6);
			json_u64(j, "abusive", s->n_abusive);
			json_close(j);
		}
	json_close(j);
}

void report_json_clients(struct json *j, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);

	json_open(j, "clients", JSON_OBJECT | JSON_LINES);
	json_u64(j, "n", s->n);
	json_u64(j, "n_ipv6", s->n_v6);
	json_u64(j, "rx", r->all_rx);
	unique(j, census_unique(r->census));
	summary(j, s);
	histograms(j, &s->histograms);
	json_close(j);
	loudest(j, r);
	subnets(j, r);
}
