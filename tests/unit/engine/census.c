/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists, subnets, windows, peaks and load, each compared with a plain count over the clients or the
 * packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_traffic.h"

static struct census *count(const struct traffic *t)
{
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(t, &config, 0, NULL);
	assert_non_null(c);
	return c;
}

static const double UNDEFINED = -1e300;

static double sort_value(const struct client_info *i, enum client_sort by)
{
	switch (by) {
	case SORT_FIRST: return (double)(i->first_ns - TRAFFIC_START);
	case SORT_LAST: return (double)(i->last_ns - TRAFFIC_START);
	case SORT_RX: return (double)i->rx;
	case SORT_TX: return (double)i->tx;
	case SORT_RX_EVERY: return i->rx > 1 ? i->rx_every_s : UNDEFINED;
	case SORT_RECENT_EVERY: return i->recent_every_s >= 0 ? i->recent_every_s : UNDEFINED;
	case SORT_ALERT: return i->alert;
	case SORT_OWED: return (double)i->owed;
	case SORT_PEAK: return i->peak_1s;
	case SORT_PEAK_10S: return i->peak_10s;
	case SORT_RX_BYTES: return (double)i->rx_bytes;
	case SORT_TX_BYTES: return (double)i->tx_bytes;
	case SORT_DELTA: return i->n_deltas ? i->delta_mean_s : UNDEFINED;
	case SORT_DELTA_MAX: return i->n_deltas ? (double)i->delta_max_ns : UNDEFINED;
	case SORT_DELTAS: return (double)i->n_deltas;
	case SORT_POLL: return i->rx ? i->poll_log2s : UNDEFINED;
	case SORT_PORT: return i->rx ? i->last_port : UNDEFINED;
	case SORT_KOD_RATE: return i->kod_rate;
	case SORT_KOD_DENY: return i->kod_deny;
	case SORT_KOD_RSTR: return i->kod_rstr;
	case SORT_RX_FLAGS: return i->rx_flags;
	case SORT_TX_FLAGS: return i->tx_flags;
	case SORT_SERVERS: return __builtin_popcountll(i->servers);
	case SORT_CLASSES: return i->classes;
	case SORT_ICMP: return i->icmp_errors;
	case SORT_IP:
	case SORT_NAME:
	case N_CLIENT_SORTS: break;
	}
	return 0;
}

static void check_order(const struct census *c, const uint32_t *order, enum client_sort by, bool descending)
{
	for (size_t i = 1; i < census_n_clients(c); i++) {
		struct client_info a, b;
		census_client(c, order[i - 1], &a);
		census_client(c, order[i], &b);
		double va = sort_value(&a, by), vb = sort_value(&b, by);
		int address = addr_compare(&a.addr, &b.addr);
		if (by == SORT_IP || by == SORT_NAME)
			assert_true(descending ? address > 0 : address < 0);
		else if (va == vb && address >= 0)
			fail_msg("sort key %d, place %zu: a tie", (int)by, i);
		else if (va != vb && (va == UNDEFINED || vb == UNDEFINED))
			assert_true(vb == UNDEFINED); /* last either way */
		else if (va != vb && (descending ? va < vb : va > vb))
			fail_msg("sort key %d, place %zu", (int)by, i);
	}
}

static void lists_are_sorted_by_any_column_both_ways(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, 8000, RT_ORDERLY);
	struct census *c = count(&t);
	assert_true(census_n_clients(c) > 100);
	for (unsigned by = 0; by < N_CLIENT_SORTS; by++) {
		for (unsigned descending = 0; descending < 2; descending++) {
			uint32_t *order;
			assert_int_equal(census_sort_clients(c, by, descending, &order), ERR_OK);
			check_order(c, order, by, descending);
			free(order);
		}
	}
	census_free(c);
	traffic_free(&t);
}

static void the_loudest_are_the_head_of_the_list_by_requests(void **state)
{
	(void)state;
	struct traffic t = random_traffic(2, 8000, RT_ORDERLY);
	struct census *c = count(&t);
	uint32_t *order, top[50];
	assert_int_equal(census_sort_clients(c, SORT_RX, true, &order), ERR_OK);
	for (size_t max = 0; max <= 50; max += 10) {
		assert_int_equal(census_top_clients(c, top, max), max);
		for (size_t i = 0; i < max; i++)
			assert_int_equal(top[i], order[i]);
	}
	free(order);
	census_free(c);
	traffic_free(&t);
}

/* ---- subnets ------------------------------------------------------------------------------------- */

enum { NETS_MAX = 4096 };

static int most_crowded(const void *pa, const void *pb)
{
	const struct subnet *a = pa, *b = pb;
	if (a->n_clients != b->n_clients)
		return a->n_clients < b->n_clients ? 1 : -1;
	if (a->rx != b->rx)
		return a->rx < b->rx ? 1 : -1;
	return addr_compare(&a->net, &b->net);
}

static size_t nets_by_hand(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t least,
			   struct subnet *out)
{
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < census_n_clients(c); i++) {
		struct client_info info;
		census_client(c, i, &info);
		unsigned bits = addr_is_v4(&info.addr) ? v4_bits : v6_bits;
		struct addr net = addr_truncate(&info.addr, bits);
		size_t k = 0;
		while (k < n && !(addr_equal(&out[k].net, &net) && out[k].bits == bits))
			k++;
		if (k == n) {
			assert_true(n < NETS_MAX);
			out[n++] = (struct subnet){ .net = net, .bits = bits };
		}
		out[k].n_clients++;
		out[k].rx += info.rx;
	}
	for (size_t k = 0; k < n; k++)
		if (out[k].n_clients >= least)
			out[kept++] = out[k];
	qsort(out, kept, sizeof(*out), most_crowded);
	return kept;
}

static void the_most_crowded_subnets_are_found(void **state)
{
	(void)state;
	static struct subnet want[NETS_MAX];
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct traffic t = { 0 };
		struct addr server = traffic_v4(192, 0, 2, 1);
		uint64_t random = seed;
		for (unsigned i = 0; i < 600; i++) {
			uint64_t r = traffic_random(&random);
			struct addr a = r % 4 ? traffic_v4(10, 0, (r >> 8) % (1 + (r >> 16) % 60),
							   r >> 24 & 255)
					      : traffic_v6((r >> 8) % 9, r >> 24 & 0xfff);
			traffic_ask(&t, TRAFFIC_START + i, &a, &server, i + 1);
		}
		struct census *c = count(&t);
		for (size_t max = 1; max <= 100; max = max * 3 - 1 + (max == 1)) {
			for (uint64_t least = 0; least < 4; least++) {
				struct subnet *got;
				size_t n, n_want = nets_by_hand(c, 120, 48, least, want);
				assert_int_equal(census_subnets(c, 120, 48, least, max, &got, &n), ERR_OK);
				assert_int_equal(n, n_want < max ? n_want : max);
				for (size_t i = 0; i < n; i++) {
					assert_int_equal(got[i].n_clients, want[i].n_clients);
					assert_int_equal(got[i].rx, want[i].rx);
					assert_true(addr_equal(&got[i].net, &want[i].net));
				}
				free(got);
			}
		}
		census_free(c);
		traffic_free(&t);
	}
}

/* ---- over time ----------------------------------------------------------------------------------- */

static int64_t minute_of(int64_t t_ns)
{
	int64_t minute_ns = 60 * NS_PER_S;
	return (t_ns - t_ns % minute_ns) / minute_ns;
}

static void a_window_is_minutes_of_the_clock_with_the_present_one(void **state)
{
	(void)state;
	struct traffic t = random_traffic(4, 8000, RT_ORDERLY);
	struct census *c = count(&t);
	const struct unique_clients *u = census_unique(c);
	for (unsigned w = 0; w < N_WINDOWS; w++) {
		uint64_t n = 0, n_v6 = 0;
		for (size_t i = 0; i < census_n_clients(c); i++) {
			struct client_info info;
			census_client(c, i, &info);
			int64_t n_ago = minute_of(census_last_ns(c)) - minute_of(info.last_ns);
			bool in = w == WINDOW_ALL || n_ago < window_ns(w) / (60 * NS_PER_S);
			n += in;
			n_v6 += in && !addr_is_v4(&info.addr);
		}
		assert_int_equal(u->now[w], n);
		assert_int_equal(u->now_v6[w], n_v6);
	}
	assert_int_equal(u->now[WINDOW_ALL], census_n_clients(c));
	for (unsigned w = 0; w < 3; w++)
		assert_true(u->most[w] > 0 && u->most[w] <= census_n_clients(c));
	census_free(c);
	traffic_free(&t);
}

/* A client a second for an hour, each once: 300 in five minutes, give or take the present one. */
static void the_most_clients_at_one_time(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (unsigned i = 0; i < 3600; i++) {
		struct addr a = traffic_v4(10, 0, i >> 8, i & 255);
		traffic_ask(&t, TRAFFIC_START + i * NS_PER_S, &a, &server, i + 1);
	}
	struct census *c = count(&t);
	const struct unique_clients *u = census_unique(c);
	assert_int_equal(u->most[0], 300);
	assert_int_equal(u->most[1], 1200);
	assert_int_equal(u->most[2], 3600);
	assert_int_equal(u->most_ns[0], TRAFFIC_START + 300 * NS_PER_S);
	census_free(c);
	traffic_free(&t);
}

static void a_peak_stands_out_of_the_usual(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (unsigned s = 0; s < 1200; s++) {
		unsigned rate = s >= 600 && s < 660 ? 40 : 4;
		for (unsigned k = 0; k < rate; k++) {
			struct addr a = traffic_v4(10, rate == 40, s & 255, k);
			traffic_ask(&t, TRAFFIC_START + s * NS_PER_S + k, &a, &server, s * 64 + k + 1);
		}
	}
	struct census *c = count(&t);
	struct peak *peaks;
	size_t n;
	assert_int_equal(census_peaks(c, &peaks, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(peaks[0].start_ns, TRAFFIC_START + 600 * NS_PER_S);
	assert_int_equal(peaks[0].end_ns, TRAFFIC_START + 660 * NS_PER_S);
	assert_true(peaks[0].requests_per_s > 39.9 && peaks[0].requests_per_s < 40.1);
	assert_true(peaks[0].usual_per_s > 3.9 && peaks[0].usual_per_s < 4.1);
	assert_int_equal(peaks[0].new_clients, 60 * 40);
	free(peaks);
	census_free(c);
	traffic_free(&t);
}

static void levels_of_load_hold_all_exchanges(void **state)
{
	(void)state;
	struct traffic t = random_traffic(3, 8000, RT_ORDERLY);
	struct census *c = count(&t);
	for (size_t max = 1; max <= 8; max++) {
		struct load_level levels[8];
		uint64_t sum = 0;
		size_t n = census_load_levels(c, levels, max);
		assert_true(n >= 1 && n <= max);
		for (size_t i = 0; i < n; i++) {
			sum += levels[i].n;
			assert_true(levels[i].from_per_s <= levels[i].to_per_s);
			assert_true(i == 0 || levels[i - 1].to_per_s < levels[i].from_per_s);
		}
		assert_int_equal(sum, census_tally(c)->delta.n + census_tally(c)->delta.n_negative);
	}
	census_free(c);
	traffic_free(&t);
}

static void servers_come_busiest_first_and_their_slowest_slowest_first(void **state)
{
	(void)state;
	struct traffic t = random_traffic(6, 8000, RT_ORDERLY);
	struct census *c = count(&t);
	assert_int_equal(census_n_servers(c) > 10, 1);
	for (size_t i = 0; i < census_n_servers(c); i++) {
		const struct server_info *s = census_server(c, i);
		assert_true(i == 0 || s->n_requests <= census_server(c, i - 1)->n_requests);
		assert_true(s->n_worst <= 10);
		for (unsigned k = 1; k < s->n_worst; k++)
			assert_true(s->worst[k].delta_ns <= s->worst[k - 1].delta_ns);
		if (s->n_worst)
			assert_int_equal(s->worst[0].delta_ns, s->delta->max);
	}
	census_free(c);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_sorted_by_any_column_both_ways),
		cmocka_unit_test(the_loudest_are_the_head_of_the_list_by_requests),
		cmocka_unit_test(the_most_crowded_subnets_are_found),
		cmocka_unit_test(a_window_is_minutes_of_the_clock_with_the_present_one),
		cmocka_unit_test(the_most_clients_at_one_time),
		cmocka_unit_test(a_peak_stands_out_of_the_usual),
		cmocka_unit_test(levels_of_load_hold_all_exchanges),
		cmocka_unit_test(servers_come_busiest_first_and_their_slowest_slowest_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
