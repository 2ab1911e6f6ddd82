/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list as a whole: who is in it when entries have left, histograms, and how clients are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "traffic.h"

#define S NS_PER_S

static struct addr server(void)
{
	return traffic_v4(192, 0, 2, 1);
}

static struct addr client(unsigned i)
{
	return i % 3 ? traffic_v4(10, i >> 16, i >> 8 & 255, i & 255) : traffic_v6(i >> 12, i & 0xfff);
}

static void ask(struct traffic *t, unsigned i, int64_t at_ns)
{
	struct addr a = client(i), to = server();
	traffic_ask(t, TRAFFIC_START + at_ns, &a, &to, (uint64_t)t->n + 1);
}

static struct census *count(struct traffic *t, const struct engine_config *config)
{
	struct census *c = traffic_census(t, config, 0, NULL);
	assert_non_null(c);
	traffic_free(t);
	return c;
}

/* ---- who is listed ------------------------------------------------------------------------------- */

enum { MANY = 6000, SHIFT = 2000, GENERATIONS = 5, AGE_S = 7200 };

/* Each generation shares some clients with the one before; the rest has aged out meanwhile, and newcomers
 * took their records.  What is listed are those of the last one, each once, with its own figures. */
static void entries_that_left_leave_no_gap(void **state)
{
	static uint8_t seen[MANY + GENERATIONS * SHIFT];
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };

	(void)state;
	config.age_out_ns = AGE_S * S;
	for (unsigned g = 0; g < GENERATIONS; g++) {
		unsigned n = g + 1 < GENERATIONS ? MANY : MANY / 3;
		/* Two rounds: the second lets the shards notice what the first has left behind. */
		for (unsigned i = 0; i < 2 * n; i++)
			ask(&t, g * SHIFT + i % n,
			    (int64_t)g * 4 * AGE_S * S + (int64_t)(i / n) * 3700 * S + i);
	}
	struct census *c = count(&t, &config);
	unsigned n_stayed = 0;
	assert_int_equal(census_n_clients(c), MANY / 3);
	assert_int_equal(census_summary(c)->n, MANY / 3);
	for (size_t i = 0; i < census_n_clients(c); i++) {
		struct client_info info;
		unsigned k = (GENERATIONS - 1) * SHIFT;
		census_client(c, i, &info);
		bool new = info.first_ns >= TRAFFIC_START + (GENERATIONS - 1) * INT64_C(4) * AGE_S *S;
		/* Who is always the first of its shard stays through several generations. */
		assert_true(new ? info.rx == 2 : info.rx >= 4 && info.rx <= 2 * GENERATIONS);
		n_stayed += !new;
		for (;; k++) {
			struct addr a = client(k);
			assert_true(k < sizeof(seen));
			if (addr_equal(&a, &info.addr))
				break;
		}
		assert_false(seen[k]);
		seen[k] = true;
	}
	/* The first to ask in a shard is back before the shard believes that time has passed. */
	assert_true(n_stayed <= 64);
	census_free(c);
}

static void an_empty_capture_has_an_empty_census(void **state)
{
	(void)state;
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	struct census *c = count(&t, &config);
	struct subnet *nets;
	struct peak *peaks;
	struct load_level level;
	uint32_t *order, top;
	size_t n;

	assert_int_equal(census_n_clients(c), 0);
	assert_int_equal(census_n_servers(c), 0);
	assert_int_equal(census_first_ns(c), 0);
	assert_false(census_one_way(c));
	assert_int_equal(census_sort_clients(c, SORT_RX, true, &order), ERR_OK);
	free(order);
	assert_int_equal(census_subnets(c, 120, 48, 1, 10, &nets, &n), ERR_OK);
	assert_int_equal(n, 0);
	free(nets);
	assert_int_equal(census_peaks(c, &peaks, &n), ERR_OK);
	assert_int_equal(n, 0);
	free(peaks);
	assert_int_equal(census_load_levels(c, &level, 1), 0);
	assert_int_equal(census_top_clients(c, &top, 1), 0);
	census_free(c);
}

/* ---- histograms ---------------------------------------------------------------------------------- */

static uint64_t sum(const uint64_t bins[LIST_BINS])
{
	uint64_t n = 0;
	for (unsigned i = 0; i < LIST_BINS; i++)
		n += bins[i];
	return n;
}

/* Bin i is [2^(i/2), 2^((i+1)/2)): 1 | 1.41 | 2 | 2.83 | 4 | 5.66 | 8 ... */
static void histograms_have_two_bins_an_octave(void **state)
{
	static const struct {
		unsigned n, bin;
	} requests[] = { { 1, 0 }, { 2, 2 }, { 3, 3 },  { 4, 4 }, { 5, 4 },
			 { 6, 5 }, { 8, 6 }, { 11, 6 }, { 12, 7 } };
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	uint64_t want[LIST_BINS] = { 0 };

	(void)state;
	for (unsigned k = 0; k < 9; k++) {
		for (unsigned i = 0; i < requests[k].n; i++)
			ask(&t, k, i * 64 * S + k);
		want[requests[k].bin]++;
	}
	struct census *c = count(&t, &config);
	const struct list_histograms *h = &census_summary(c)->histograms;
	assert_memory_equal(h->by_requests, want, sizeof(want));
	assert_int_equal(h->by_interval_s[12], 8); /* 64 s is 2^(12/2); one asked once and has none */
	assert_int_equal(sum(h->by_interval_s), 8);
	assert_int_equal(sum(h->by_active_s), 9);
	assert_int_equal(h->by_active_s[0], 1);
	assert_int_equal(sum(h->by_since_first_s), 9);
	assert_int_equal(h->by_since_first_s[18], 9); /* 704 s: 2^9 to 2^9.5 = 724 */
	assert_int_equal(sum(h->by_since_last_s), 9);
	assert_int_equal(h->by_since_last_s[0], 1); /* the last one, just now */
	census_free(c);
}

/* ---- counts of clients --------------------------------------------------------------------------- */

static void send(struct traffic *t, unsigned from, int64_t at_ns, uint8_t first_octet)
{
	uint8_t h[48];
	struct addr a = client(from), to = server();
	traffic_header(h, first_octet, 0, 0, 0, (uint64_t)t->n + 1);
	traffic_udp(t, TRAFFIC_START + at_ns, &a, TRAFFIC_PORT, &to, TRAFFIC_NTP, h, 48);
}

static void clients_are_counted_by_what_they_are(void **state)
{
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	struct addr a = client(1), to = server();

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		ask(&t, 0, i * 2 * S); /* IPv6; two seconds apart: rapid and abusive */
	send(&t, 1, 300 * S, 0x1b);    /* version 3, and then 4: it counts for both */
	send(&t, 1, 301 * S, 0x23);
	traffic_answer(&t, TRAFFIC_START + 301 * S + 1, &a, &to, t.n);
	send(&t, 2, 302 * S, 0x16); /* mode 6: a scanner */
	ask(&t, 4, 0);
	ask(&t, 4, 399 * S);
	struct census *c = count(&t, &config);
	const struct list_summary *s = census_summary(c);
	assert_int_equal(s->n, 4);
	assert_int_equal(s->n_v6, 1);
	assert_int_equal(s->rx, 205);
	assert_int_equal(s->n_rapid, 1);
	assert_int_equal(s->n_abusive, 1);
	assert_int_equal(s->n_scanner, 1);
	assert_int_equal(s->n_one_shot, 1);
	assert_int_equal(s->n_version[3], 1);
	assert_int_equal(s->n_version[4], 3);
	assert_int_equal(s->n_version[2], 1); /* that of the mode 6 packet */
	assert_int_equal(s->n_control, 1);
	assert_int_equal(s->n_never_answered, 3);
	assert_int_equal(s->n_returning, 0);
	assert_int_equal(s->n_alert[ALERT_RED], 1);
	assert_int_equal(s->n_active + s->n_inactive, 4);
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_that_left_leave_no_gap),
		cmocka_unit_test(an_empty_capture_has_an_empty_census),
		cmocka_unit_test(histograms_have_two_bins_an_octave),
		cmocka_unit_test(clients_are_counted_by_what_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
