/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One packet with a false date, as broken clocks and hostile files have them: nobody ages out for it,
 * nothing is held for ever, no window moves.  And packets cut inside their header, which say nothing of what
 * was cut off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "traffic.h"

#define S       NS_PER_S
#define YEAR_NS (365 * 86400 * S)

enum { N_CLIENTS = 40, SHARD = 9 };

static const struct addr *server(void)
{
	static const struct addr a = { .b = { [10] = 0xff, 0xff, 192, 0, 2, 1 } };
	return &a;
}

/* The shard's clients 0, 1, 2 ...: a shard has a time of its own. */
static struct addr in_shard(unsigned i)
{
	for (unsigned k = 0;; k++) {
		struct addr a = traffic_v4(10, k >> 16, k >> 8 & 255, k & 255);
		if (addr_shard(&a) == SHARD && i-- == 0)
			return a;
	}
}

static void ask(struct traffic *t, unsigned client, int64_t at_ns)
{
	struct addr a = in_shard(client);
	traffic_ask(t, TRAFFIC_START + at_ns, &a, server(), (uint64_t)t->n + 1);
}

/* All clients in turn, one each ten seconds, for `rounds` rounds. */
static void everybody_asks(struct traffic *t, int64_t from_ns, unsigned rounds)
{
	for (unsigned i = 0; i < rounds * N_CLIENTS; i++)
		ask(t, i % N_CLIENTS, from_ns + i * 10 * S);
}

static struct census *count(struct traffic *t)
{
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(t, &config, 0, NULL);
	assert_non_null(c);
	return c;
}

static void one_date_in_the_future_ages_nobody_out(void **state)
{
	static const int64_t offsets_ns[] = { 30 * YEAR_NS, 8 * 86400 * S, -30 * YEAR_NS };

	(void)state;
	for (unsigned k = 0; k < 3; k++) {
		struct traffic t = { 0 };
		everybody_asks(&t, 0, 2);
		ask(&t, 0, offsets_ns[k]);
		everybody_asks(&t, 1000 * S, 2);
		struct census *c = count(&t);
		assert_int_equal(census_n_clients(c), N_CLIENTS);
		assert_int_equal(census_summary(c)->n_aged_out, 0);
		census_free(c);
		traffic_free(&t);
	}
}

static void two_dates_in_a_row_are_the_time(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	everybody_asks(&t, 0, 2);
	ask(&t, 0, 8 * 86400 * S);
	ask(&t, 0, 8 * 86400 * S + 1);
	struct census *c = count(&t);
	assert_int_equal(census_n_clients(c), 1);
	assert_int_equal(census_summary(c)->n_aged_out, N_CLIENTS - 1);
	census_free(c);
	traffic_free(&t);
}

/* After the false date entries go on leaving when their time has come. */
static void ageing_goes_on_behind_a_false_date(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	everybody_asks(&t, 0, 1);
	ask(&t, 0, 30 * YEAR_NS);
	everybody_asks(&t, 500 * S, 1);
	for (unsigned i = 0; i < 10 * 24; i++)
		ask(&t, 1, (1000 + 3600 * (int64_t)i) * S);
	struct census *c = count(&t);
	struct client_info info;
	/* Client 0 has the false date itself: nobody can tell that it is gone. */
	assert_int_equal(census_n_clients(c), 2);
	assert_int_equal(census_summary(c)->n_aged_out, N_CLIENTS - 2);
	for (size_t i = 0; i < 2; i++) {
		census_client(c, i, &info);
		struct addr a = in_shard(info.rx == 241 + 1 ? 1 : 0);
		assert_true(addr_equal(&info.addr, &a));
	}
	census_free(c);
	traffic_free(&t);
}

static void one_date_in_the_future_moves_no_window(void **state)
{
	struct unique_clients want = { 0 };

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		struct traffic t = { 0 };
		everybody_asks(&t, 0, 1);
		ask(&t, 0, k ? 30 * YEAR_NS : 400 * S);
		everybody_asks(&t, 410 * S, 1);
		struct census *c = count(&t);
		const struct unique_clients *u = census_unique(c);
		if (k == 0)
			want = *u;
		/* Client 0 itself seems to be present; at most what was kept of the minutes before is
		 * lost. */
		for (unsigned w = 0; w < 3; w++) {
			assert_in_range(u->now[w], want.now[w], want.now[w] + k);
			assert_true(u->most[w] <= want.most[w] + 1);
			assert_true(u->most[w] + 1 >= u->now[w]);
		}
		assert_int_equal(want.now[WINDOW_5MIN], 27); /* from 9 min 0 s to 13 min 20 s */
		census_free(c);
		traffic_free(&t);
	}
}

/* ---- fragments ----------------------------------------------------------------------------------- */

/* The first 40 octets of a datagram of more. */
static void first_piece(struct traffic *t, uint8_t id, int64_t at_ns)
{
	uint8_t room[256] = { 0 };
	struct addr a = in_shard(0);
	uint8_t *h = traffic_udp_ip(room + 48, 32, &a, TRAFFIC_PORT, server(), TRAFFIC_NTP);
	room[48] = 0x23;
	h[5] = id;
	h[6] = 0x20;
	traffic_frame(t, TRAFFIC_START + at_ns, LINK_RAW, h, 60);
}

static void a_piece_from_the_future_holds_nobody_up(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	first_piece(&t, 1, 30 * YEAR_NS);
	for (uint8_t i = 0; i < 10; i++)
		first_piece(&t, (uint8_t)(2 + i), i * S);
	first_piece(&t, 20, 600 * S);
	struct census *c = count(&t);
	assert_int_equal(census_fragments(c)->n_fragments, 12);
	assert_int_equal(census_fragments(c)->n_timed_out, 11);
	census_free(c);
	traffic_free(&t);
}

/* ---- cut headers --------------------------------------------------------------------------------- */

/* The snap length leaves n octets of the NTP header of a question and its answer. */
static void exchange_cut_to(struct traffic *t, uint32_t n, int64_t at_ns)
{
	struct addr a = in_shard(0);
	traffic_ask(t, TRAFFIC_START + at_ns, &a, server(), 1 + (uint64_t)at_ns);
	traffic_answer(t, TRAFFIC_START + at_ns + 1000, &a, server(), 1 + (uint64_t)at_ns);
	t->at[t->n - 1].caplen = t->at[t->n - 2].caplen = 28 + n;
}

static void what_was_cut_off_is_in_no_count(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 48; n++) {
		struct traffic t = { 0 };
		exchange_cut_to(&t, n, 0);
		struct census *c = count(&t);
		const struct tally *y = census_tally(c);
		bool whole = n == 48;
		assert_int_equal(y->fates[FATE_NTP], 2);
		assert_int_equal(y->n_cut_payload, whole ? 0 : 2);
		assert_int_equal(y->modes[0][3], 1);
		assert_int_equal(y->modes[1][4], 1);
		assert_int_equal(y->strata[0], 0); /* nothing cut is a stratum of 0 */
		assert_int_equal(y->strata[2], whole ? 1 : 0);
		assert_int_equal(y->polls[6 + 128], whole ? 1 : 0);
		assert_int_equal(y->polls[0 + 128], 0);
		census_free(c);
		traffic_free(&t);
	}
}

static void a_cut_answer_does_not_tell_the_servers_stratum(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	exchange_cut_to(&t, 48, 0);
	exchange_cut_to(&t, 12, S);
	struct census *c = count(&t);
	assert_int_equal(census_n_servers(c), 1);
	assert_int_equal(census_server(c, 0)->stratum, 2);
	assert_int_equal(census_server(c, 0)->last_answer_frame, 2);
	census_free(c);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_date_in_the_future_ages_nobody_out),
		cmocka_unit_test(two_dates_in_a_row_are_the_time),
		cmocka_unit_test(ageing_goes_on_behind_a_false_date),
		cmocka_unit_test(one_date_in_the_future_moves_no_window),
		cmocka_unit_test(a_piece_from_the_future_holds_nobody_up),
		cmocka_unit_test(what_was_cut_off_is_in_no_count),
		cmocka_unit_test(a_cut_answer_does_not_tell_the_servers_stratum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
