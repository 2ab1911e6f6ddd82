/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client list, field by field and with each threshold from both sides, as the whole engine keeps it:
 * packets in, census out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "engine/census_private.h"
#include "engine/clients.h"
#include "traffic.h"

#define S    NS_PER_S
#define HOUR (3600 * NS_PER_S)

struct bench {
	struct traffic t;
	struct engine_config config;
	struct addr server, client, other;
	uint64_t key;
	struct census *c;
};

static void begin(struct bench *b)
{
	*b = (struct bench){ .config = traffic_config() };
	b->server = traffic_v4(192, 0, 2, 1);
	b->client = traffic_v4(10, 0, 0, 1);
	b->other = traffic_v4(10, 0, 0, 2);
}

static void ask(struct bench *b, int64_t at_ns, bool answered)
{
	b->key++;
	traffic_ask(&b->t, TRAFFIC_START + at_ns, &b->client, &b->server, b->key);
	if (answered)
		traffic_answer(&b->t, TRAFFIC_START + at_ns, &b->client, &b->server, b->key);
}

/* Somebody else's exchange: the capture goes on to here, and the server is seen to answer. */
static void until(struct bench *b, int64_t at_ns)
{
	traffic_ask(&b->t, TRAFFIC_START + at_ns, &b->other, &b->server, 1);
	traffic_answer(&b->t, TRAFFIC_START + at_ns, &b->other, &b->server, 1);
}

static bool find(const struct bench *b, const struct addr *a, struct client_info *out)
{
	for (size_t i = 0; i < census_n_clients(b->c); i++) {
		census_client(b->c, i, out);
		if (addr_equal(&out->addr, a))
			return true;
	}
	return false;
}

static void count(struct bench *b)
{
	b->c = traffic_census(&b->t, &b->config, 0, NULL);
	assert_non_null(b->c);
}

static struct client_info counted(struct bench *b)
{
	struct client_info info;
	count(b);
	assert_true(find(b, &b->client, &info));
	return info;
}

static void end(struct bench *b)
{
	census_free(b->c);
	traffic_free(&b->t);
}

/* ---- alerts -------------------------------------------------------------------------------------- */

/* rx requests spread over span_ns, the first tx of them answered, then silence until end_ns. */
static struct client_info polled(unsigned rx, unsigned tx, int64_t span_ns, int64_t silence_ns)
{
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < rx; i++)
		ask(&b, rx > 1 ? span_ns / (rx - 1) * i + (i == rx - 1 ? span_ns % (rx - 1) : 0) : 0, i < tx);
	until(&b, span_ns + silence_ns);
	struct client_info info = counted(&b);
	end(&b);
	assert_int_equal(info.rx, rx);
	assert_int_equal(info.tx, tx);
	return info;
}

static void red_is_ten_requests_without_any_answer(void **state)
{
	(void)state;
	assert_int_equal(polled(10, 0, 144 * S, 1).alert, ALERT_RED);
	assert_int_equal(polled(9, 0, 144 * S, 1).alert, ALERT_NONE);
	assert_int_not_equal(polled(10, 1, 144 * S, 1).alert, ALERT_RED);
}

static void red_is_ten_packets_of_which_none_was_a_valid_request(void **state)
{
	(void)state;
	for (unsigned valid = 0; valid < 2; valid++) {
		struct bench b;
		uint8_t control[12] = { 0x26, 2, 0, 1 };
		begin(&b);
		for (unsigned i = 0; i < 10; i++) {
			control[1] = 2;
			traffic_udp(&b.t, TRAFFIC_START + i * 20 * S, &b.client, 999, &b.server, 123, control,
				    12);
			control[1] = 0x82;
			traffic_udp(&b.t, TRAFFIC_START + i * 20 * S, &b.server, 123, &b.client, 999, control,
				    12);
		}
		if (valid)
			ask(&b, 181 * S, true);
		struct client_info i = counted(&b);
		assert_int_equal(i.alert, valid ? ALERT_NONE : ALERT_RED);
		assert_int_equal((i.classes & CLIENT_SCANNER) != 0, !valid);
		end(&b);
	}
}

static void a_capture_of_one_way_makes_nobody_red_or_short_of_answers(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < 20; i++)
		ask(&b, i * 16 * S, false);
	assert_int_equal(counted(&b).alert, ALERT_NONE);
	assert_true(census_one_way(b.c));
	assert_true(census_server(b.c, 0)->one_way);
	end(&b);
	/* One server is seen in both directions, the other is not. */
	begin(&b);
	for (unsigned i = 0; i < 20; i++)
		ask(&b, i * 16 * S, false);
	b.server = traffic_v4(192, 0, 2, 2);
	until(&b, 320 * S);
	assert_int_equal(counted(&b).alert, ALERT_NONE);
	assert_false(census_one_way(b.c));
	end(&b);
}

static void yellow_is_fewer_answers_than_half_the_requests(void **state)
{
	(void)state;
	assert_int_equal(polled(10, 5, 144 * S, 1).alert, ALERT_NONE);
	assert_int_equal(polled(10, 4, 144 * S, 1).alert, ALERT_YELLOW);
	assert_int_equal(polled(11, 6, 160 * S, 1).alert, ALERT_NONE);
	assert_int_equal(polled(11, 5, 160 * S, 1).alert, ALERT_YELLOW);
	assert_int_equal(polled(9, 1, 144 * S, 1).alert, ALERT_NONE);
}

static void yellow_is_a_mean_interval_below_eight_seconds(void **state)
{
	(void)state;
	assert_int_equal(polled(10, 10, 72 * S, 1).alert, ALERT_NONE);
	assert_int_equal(polled(10, 10, 72 * S - 9, 1).alert, ALERT_YELLOW);
	assert_int_equal(polled(9, 9, 8 * S, 1).alert, ALERT_NONE);
}

static void sleep_is_twice_the_interval_within_64_seconds_and_36_hours(void **state)
{
	(void)state;
	assert_int_equal(polled(3, 3, 2 * S, 64 * S).alert, ALERT_NONE);
	assert_int_equal(polled(3, 3, 2 * S, 64 * S + 1000).alert, ALERT_SLEEP);
	assert_int_equal(polled(3, 3, 200 * S, 200 * S).alert, ALERT_NONE);
	assert_int_equal(polled(3, 3, 200 * S, 200 * S + 1000).alert, ALERT_SLEEP);
	assert_int_equal(polled(3, 3, 40 * HOUR, 36 * HOUR).alert, ALERT_NONE);
	assert_int_equal(polled(3, 3, 40 * HOUR, 36 * HOUR + 1000).alert, ALERT_SLEEP);
	assert_int_equal(polled(2, 2, 2 * S, 500 * S).alert, ALERT_NONE);
}

static void every_threshold_is_a_setting(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.config.alert_min_rx = 3;
	for (unsigned i = 0; i < 3; i++)
		ask(&b, i * 16 * S, false);
	until(&b, 60 * S);
	assert_int_equal(counted(&b).alert, ALERT_RED);
	end(&b);
	begin(&b);
	b.config.alert_min_rx = 3;
	b.config.alert_fast_ns = 20 * S;
	for (unsigned i = 0; i < 3; i++)
		ask(&b, i * 16 * S, true);
	assert_int_equal(counted(&b).alert, ALERT_YELLOW);
	end(&b);
	begin(&b);
	b.config.alert_sleep_least_ns = 10 * S;
	for (unsigned i = 0; i < 3; i++)
		ask(&b, i * S, true);
	until(&b, 13 * S);
	assert_int_equal(counted(&b).alert, ALERT_SLEEP);
	end(&b);
}

/* ---- classes ------------------------------------------------------------------------------------- */

static unsigned class_of(unsigned n, int64_t every_ns, int64_t age_ns)
{
	return polled(n, n, every_ns * (n - 1), age_ns).classes;
}

static void active_has_four_ways(void **state)
{
	static const struct {
		unsigned n;
		int64_t every_ms, age_ms;
		bool active;
	} row[] = {
		{ 6, 20000, 99900, true },     { 6, 20000, 100100, false }, /* n > 5 and age / 5 < rate */
		{ 5, 20000, 99900, false },    { 2, 257000, 1284900, true },
		{ 2, 257000, 1285100, false }, /* rate > 256 and age / 5 < rate */
		{ 2, 256000, 1279000, false }, { 2, 3900, 1083900, true },
		{ 2, 3900, 1084100, false }, /* rate < 4 and age < 1084 */
		{ 2, 4100, 1083900, false },   { 2, 65000, 299900, true },
		{ 2, 65000, 300100, false }, /* rate > 64 and age < 300 */
		{ 2, 63900, 299900, false },   { 1, 0, 59900, true },
		{ 1, 0, 60100, false }, /* age < 60 */
	};
	(void)state;
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		unsigned classes = class_of(row[i].n, row[i].every_ms * 1000000, row[i].age_ms * 1000000);
		if (((classes & CLIENT_ACTIVE) != 0) != row[i].active)
			fail_msg("row %u", i);
	}
}

static void abusive_rapid_and_very_slow_have_two_edges_each(void **state)
{
	(void)state;
	assert_int_equal(class_of(100, 30 * S, 1), CLIENT_ACTIVE | CLIENT_ABUSIVE | CLIENT_RAPID);
	assert_int_equal(class_of(100, 30 * S + 1000000, 1), CLIENT_ACTIVE | CLIENT_RAPID);
	assert_int_equal(class_of(99, 30 * S, 1), CLIENT_ACTIVE);
	assert_int_equal(class_of(100, 30 * S, 151 * S), CLIENT_RAPID); /* no longer active */
	assert_int_equal(class_of(100, 60 * S, 1), CLIENT_ACTIVE | CLIENT_RAPID);
	assert_int_equal(class_of(100, 60 * S + 1000000, 1), CLIENT_ACTIVE);
	assert_int_equal(class_of(10, 3000 * S, 1), CLIENT_ACTIVE | CLIENT_VERY_SLOW);
	assert_int_equal(class_of(10, 3000 * S - 1000000, 1), CLIENT_ACTIVE);
	assert_int_equal(class_of(9, 3000 * S, 1), CLIENT_ACTIVE);
}

/* ---- fields -------------------------------------------------------------------------------------- */

static void times_counts_bytes_and_interval(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	ask(&b, 0, true);
	ask(&b, 10 * S, false);
	ask(&b, 20 * S, true);
	ask(&b, 40 * S, true);
	until(&b, 50 * S);
	struct client_info i = counted(&b);
	assert_int_equal(i.first_ns, TRAFFIC_START);
	assert_int_equal(i.last_ns, TRAFFIC_START + 40 * S);
	assert_int_equal(i.first_rx_ns, TRAFFIC_START);
	assert_int_equal(i.last_rx_ns, TRAFFIC_START + 40 * S);
	assert_int_equal(i.rx, 4);
	assert_int_equal(i.tx, 3);
	assert_int_equal(i.rx_bytes, 4 * 48);
	assert_int_equal(i.tx_bytes, 3 * 48);
	assert_int_equal(i.owed, 1);
	assert_int_equal(i.n_deltas, 3);
	assert_int_equal(i.last_port, TRAFFIC_PORT);
	assert_int_equal(i.poll_log2s, 6);
	assert_int_equal(i.servers, 1);
	assert_true(i.rx_every_s > 13.333 && i.rx_every_s < 13.334); /* 40 s / 3 */
	/* 10; 0.95 x 10 + 0.05 x 10; 0.95 x 10 + 0.05 x 20 */
	assert_true(i.recent_every_s > 10.4999 && i.recent_every_s < 10.5001);
	end(&b);
}

static void delta_mean_and_maximum(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned i = 1; i <= 3; i++) {
		traffic_ask(&b.t, TRAFFIC_START + i * S, &b.client, &b.server, i);
		traffic_answer(&b.t, TRAFFIC_START + i * S + i * 1000000, &b.client, &b.server, i);
	}
	struct client_info i = counted(&b);
	assert_true(i.delta_mean_s > 0.0019999 && i.delta_mean_s < 0.0020001);
	assert_true(i.delta_max_ns > 2970000 && i.delta_max_ns < 3030000);
	end(&b);
}

static void the_first_packet_may_be_an_answer(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	traffic_answer(&b.t, TRAFFIC_START, &b.client, &b.server, 5);
	struct client_info i = counted(&b);
	assert_int_equal(i.rx, 0);
	assert_int_equal(i.tx, 1);
	assert_int_equal(i.first_ns, TRAFFIC_START);
	assert_int_equal(i.last_ns, TRAFFIC_START);
	assert_int_equal(i.first_rx_ns, 0);
	assert_true(i.rx_every_s < 0 && i.recent_every_s < 0);
	assert_int_equal(i.classes & CLIENT_ACTIVE, 0);
	census_free(b.c);
	ask(&b, 30 * S, false);
	i = counted(&b);
	assert_int_equal(i.first_ns, TRAFFIC_START);
	assert_int_equal(i.first_rx_ns, TRAFFIC_START + 30 * S);
	assert_true(i.rx_every_s < 0); /* undefined for one */
	assert_int_equal(i.peak_1s, 1);
	end(&b);
}

static void peaks_are_those_of_whole_seconds_and_of_ten(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	for (unsigned i = 0; i < 3; i++)
		ask(&b, 8 * S + i, true);
	for (unsigned i = 0; i < 2; i++)
		ask(&b, 9 * S + i, true);
	for (unsigned i = 0; i < 4; i++) /* the next ten seconds begin */
		ask(&b, 10 * S + i, true);
	ask(&b, 500 * S, true);
	struct client_info i = counted(&b);
	assert_int_equal(i.peak_1s, 4);
	assert_int_equal(i.peak_10s, 5);
	end(&b);
}

static void flags_of_all_packets_are_kept_by_direction(void **state)
{
	(void)state;
	struct bench b;
	uint8_t h[68] = { 0 };
	begin(&b);
	ask(&b, 0, true);
	traffic_header(h, 0xdb, 0, 0, 0, 9); /* leap 3, version 3, with a MAC */
	h[51] = 1;
	traffic_udp(&b.t, TRAFFIC_START + S, &b.client, 5000, &b.server, 123, h, 68);
	traffic_header(h, 0x24, 0, 9, 0, 0);
	memcpy(h + 12, "RATE", 4);
	traffic_udp(&b.t, TRAFFIC_START + S, &b.server, 123, &b.client, 5000, h, 48);
	memcpy(h + 12, "DENY", 4);
	traffic_udp(&b.t, TRAFFIC_START + S, &b.server, 123, &b.client, 5000, h, 48);
	memcpy(h + 12, "RSTR", 4);
	traffic_udp(&b.t, TRAFFIC_START + S, &b.server, 123, &b.client, 5000, h, 48);
	traffic_udp(&b.t, TRAFFIC_START + S, &b.client, 5000, &b.server, 123, h, 20);
	struct client_info i = counted(&b);
	assert_int_equal(i.rx_flags, FLAG_V4 | FLAG_CLIENT | FLAG_V3 | FLAG_MAC | FLAG_LEAP_UNKNOWN |
					     FLAG_PORT_VARIES | FLAG_TRUNCATED | FLAG_SERVER);
	assert_int_equal(i.tx_flags, FLAG_V4 | FLAG_SERVER | FLAG_KOD_RATE | FLAG_KOD_DENY | FLAG_KOD_RSTR);
	assert_int_equal(i.kod_rate, 1);
	assert_int_equal(i.kod_deny, 1);
	assert_int_equal(i.kod_rstr, 1);
	end(&b);
}

static void a_reference_id_that_is_the_server_is_flagged(void **state)
{
	(void)state;
	/* RFC 5905 section 7.3: the IPv4 address, or the first four octets of the MD5 of the IPv6 address. */
	static const uint8_t v4[4] = { 192, 0, 2, 1 }, md5[4] = { 0xe2, 0xfe, 0x00, 0x48 };
	for (unsigned v6 = 0; v6 < 2; v6++) {
		for (unsigned wrong = 0; wrong < 2; wrong++) {
			struct bench b;
			uint8_t h[48];
			begin(&b);
			if (v6) {
				b.server = traffic_v6(0xff, 7);
				b.client = traffic_v6(1, 1);
			}
			traffic_header(h, 0x23, 3, 0, 0, 9);
			memcpy(h + 12, v6 ? md5 : v4, 4);
			h[15] ^= (uint8_t)wrong;
			traffic_udp(&b.t, TRAFFIC_START, &b.client, 5000, &b.server, 123, h, 48);
			h[0] = 0x24; /* in an answer it says nothing about the client */
			traffic_udp(&b.t, TRAFFIC_START, &b.server, 123, &b.client, 5000, h, 48);
			struct client_info i = counted(&b);
			assert_int_equal((i.rx_flags & FLAG_REFID_LOOP) != 0, !wrong);
			assert_false(i.tx_flags & FLAG_REFID_LOOP);
			end(&b);
		}
	}
}

/* An ICMP port unreachable from the client's side, quoting the server's answer. */
static void unreachable(struct bench *b, int64_t at_ns)
{
	uint8_t quoted[256] = { 0 }, room[256] = { 0 };
	uint8_t *q = traffic_udp_ip(quoted + 48, 48, &b->server, 123, &b->client, TRAFFIC_PORT);
	room[48] = room[49] = 3;
	quoted[48] = 0x24;
	memcpy(room + 56, q, 76);
	uint8_t *h = traffic_ip(room + 48, 84, 1, &b->client, &b->server);
	traffic_frame(&b->t, TRAFFIC_START + at_ns, LINK_RAW, h, 104);
}

static void icmp_alone_makes_no_entry(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	unreachable(&b, 0);
	count(&b);
	assert_int_equal(census_n_clients(b.c), 0);
	assert_int_equal(census_icmp(b.c)->n_packets, 1);
	assert_int_equal(census_icmp(b.c)->n_clients, 1);
	assert_int_equal(census_icmp(b.c)->n_answer_quoted, 1);
	census_free(b.c);
	ask(&b, S, true);
	unreachable(&b, S + 2000000);
	unreachable(&b, 2 * S);
	struct client_info i = counted(&b);
	assert_int_equal(i.icmp_errors, 2);
	assert_int_equal(i.rx, 1);
	assert_int_equal(i.last_ns, TRAFFIC_START + S);
	assert_int_equal(census_icmp(b.c)->after_answer->n, 2);
	assert_int_equal(census_icmp(b.c)->after_answer->min, 2000000);
	end(&b);
}

static void blocked_and_malformed_clients_are_listed_too(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	traffic_udp(&b.t, TRAFFIC_START, &b.client, 5000, &b.server, 123, (const uint8_t *)"", 0);
	struct client_info i = counted(&b);
	assert_int_equal(i.rx, 1);
	assert_int_equal(i.rx_flags, FLAG_TRUNCATED);
	end(&b);
}

/* ---- capacity ------------------------------------------------------------------------------------ */

enum { SHARD_ROOM = 4 };

/* Addresses of one shard, so that its share of the capacity is what counts. */
static struct addr in_shard(unsigned i)
{
	for (unsigned k = 0;; k++) {
		struct addr a = traffic_v4(10, k >> 16, k >> 8 & 255, k & 255);
		if (addr_shard(&a) == 5 && i-- == 0)
			return a;
	}
}

static void ask_from(struct bench *b, unsigned i, int64_t at_ns)
{
	b->client = in_shard(i);
	ask(b, at_ns, true);
}

static void begin_small(struct bench *b)
{
	begin(b);
	b->config.capacity = SHARD_ROOM * N_SHARDS;
	for (unsigned i = 0; i < SHARD_ROOM; i++)
		ask_from(b, i, i * S);
}

static bool listed(const struct bench *b, unsigned i)
{
	struct client_info info;
	struct addr a = in_shard(i);
	return find(b, &a, &info);
}

static void beyond_its_capacity_newcomers_are_refused_and_counted(void **state)
{
	(void)state;
	struct bench b;
	begin_small(&b);
	ask_from(&b, 4, 10 * S);
	ask_from(&b, 4, 20 * S);
	ask_from(&b, 0, 30 * S);
	count(&b);
	assert_int_equal(census_n_clients(b.c), SHARD_ROOM);
	assert_false(listed(&b, 4));
	assert_true(listed(&b, 0));
	assert_int_equal(census_summary(b.c)->n_refused_packets, 4);
	assert_true(census_summary(b.c)->refused_addresses > 0.9 &&
		    census_summary(b.c)->refused_addresses < 1.1);
	/* What they did is counted all the same. */
	assert_int_equal(census_tally(b.c)->class_exchanges[CLASS_ANSWERED], 7);
	end(&b);
}

static void the_oldest_silent_go_first_when_room_is_short(void **state)
{
	(void)state;
	struct bench b;
	begin_small(&b);
	/* Client 0 has been silent for more than 20 min, 1 to 3 have not. */
	ask_from(&b, 4, 1200 * S + S / 2);
	count(&b);
	assert_false(listed(&b, 0));
	for (unsigned i = 1; i <= 4; i++)
		assert_true(listed(&b, i));
	assert_int_equal(census_summary(b.c)->n_aged_out, 1);
	assert_int_equal(census_summary(b.c)->n_refused_packets, 0);
	end(&b);
	begin_small(&b);
	ask_from(&b, 4, 1200 * S); /* not yet */
	count(&b);
	assert_false(listed(&b, 4));
	end(&b);
}

static void the_age_out_shrinks_no_further_than_needed(void **state)
{
	(void)state;
	struct bench b;
	begin_small(&b);
	for (unsigned i = 1; i < SHARD_ROOM; i++)
		ask_from(&b, i, 72 * HOUR);
	ask_from(&b, 4, 144 * HOUR);
	count(&b);
	assert_false(listed(&b, 0));
	assert_true(listed(&b, 1) && listed(&b, 4));
	/* 7 days less a quarter; the next packet's hourly look has let it grow by a quarter of that again. */
	assert_int_equal(b.c->state->shards[5].clients.age_out_ns, 126 * HOUR / 4 * 5);
	end(&b);
}

static void the_age_out_grows_back_after_the_pressure(void **state)
{
	(void)state;
	struct bench b;
	begin_small(&b);
	ask_from(&b, 4, 1300 * S);
	for (unsigned i = 1; i < 40; i++)
		ask_from(&b, 4, 1300 * S + i * HOUR);
	count(&b);
	assert_int_equal(b.c->state->shards[5].clients.age_out_ns, b.config.age_out_ns);
	end(&b);
}

static void entries_silent_for_seven_days_go(void **state)
{
	(void)state;
	for (unsigned late = 0; late < 2; late++) {
		struct bench b;
		begin(&b);
		ask_from(&b, 0, 0);
		ask_from(&b, 1, 7 * 24 * HOUR + late);
		count(&b);
		assert_int_equal(listed(&b, 0), !late);
		end(&b);
	}
}

/* After a long gap the record of one that left may be another's when its open request is told. */
static void a_request_of_one_that_left_is_not_owed_to_the_next(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.client = in_shard(0);
	ask(&b, 0, false);
	ask_from(&b, 1, 8 * 24 * HOUR);
	struct client_info i = counted(&b);
	assert_int_equal(i.owed, 0);
	assert_int_equal(census_tally(b.c)->class_exchanges[CLASS_UNANSWERED], 1);
	end(&b);
}

static void the_refused_addresses_are_estimated_within_five_percent(void **state)
{
	(void)state;
	static const unsigned numbers[] = { 100, 3000, 100000 };
	for (unsigned k = 0; k < 3; k++) {
		struct bench b;
		begin(&b);
		b.config.capacity = 1; /* one a shard */
		for (unsigned i = 0; i < numbers[k]; i++) {
			struct addr a = traffic_v4(10, i >> 16, i >> 8 & 255, i & 255);
			for (unsigned twice = 0; twice < 1 + i % 2; twice++)
				traffic_ask(&b.t, TRAFFIC_START, &a, &b.server, 1);
		}
		count(&b);
		double n = numbers[k] - (double)census_n_clients(b.c);
		double estimate = census_summary(b.c)->refused_addresses;
		if (estimate < 0.95 * n || estimate > 1.05 * n)
			fail_msg("%.0f refused, estimate %.0f", n, estimate);
		end(&b);
	}
}

static void a_hundred_thousand_clients_are_all_found_again(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.config.capacity = 1 << 18;
	for (unsigned i = 0; i < 200000; i++) {
		struct addr a = i % 3 ? traffic_v4(10, i % 100000 >> 16, i >> 8 & 255, i & 255)
				      : traffic_v6(i % 50000, i % 50000 / 3);
		traffic_ask(&b.t, TRAFFIC_START + i, &a, &b.server, i + 1);
	}
	count(&b);
	uint64_t rx = 0;
	uint32_t *order;
	assert_int_equal(census_sort_clients(b.c, SORT_IP, false, &order), ERR_OK);
	for (size_t i = 0; i < census_n_clients(b.c); i++) {
		struct client_info info, before;
		census_client(b.c, order[i], &info);
		rx += info.rx;
		if (i) {
			census_client(b.c, order[i - 1], &before);
			assert_true(addr_compare(&before.addr, &info.addr) < 0); /* none twice */
		}
	}
	assert_int_equal(rx, 200000);
	free(order);
	end(&b);
}

/* Slots of the index at first and when n clients have come, of one shard. */
static void index_lens(uint64_t expected, unsigned n, size_t *first, size_t *last)
{
	struct engine_config config = engine_config_default();
	struct client_arena arena;
	struct clients c;
	bool is_new;

	config.clients_expected = expected;
	assert_int_equal(client_arena_init(&arena, config.capacity, 1), ERR_OK);
	assert_int_equal(clients_init(&c, &arena, NULL, &config, 1), ERR_OK);
	*first = c.index_len;
	for (unsigned i = 0; i < n; i++) {
		struct addr a = traffic_v4(10, i >> 16 & 255, i >> 8 & 255, i & 255);
		clients_enter(&c, &a, clients_hash(&c, &a), CLIENT_NONE, TRAFFIC_START, &is_new);
		assert_true(is_new);
	}
	for (unsigned i = 0; i < n; i++) {
		struct addr a = traffic_v4(10, i >> 16 & 255, i >> 8 & 255, i & 255);
		assert_int_not_equal(clients_find(&c, &a, clients_hash(&c, &a)), CLIENT_NONE);
	}
	*last = c.index_len;
	clients_release(&c);
	client_arena_release(&arena);
}

static void for_as_many_as_are_expected_the_index_does_not_grow(void **state)
{
	size_t first, last;
	(void)state;
	index_lens(0, 1000, &first, &last);
	assert_true(first == 512 && last > 1000);
	index_lens(10000, 10000, &first, &last);
	assert_true(first == last && first < 20000);
	index_lens(10000, 30000, &first, &last);
	assert_true(first < last && last > 30000);
	index_lens(UINT64_MAX, 1, &first, &last);
	assert_true(first == last && first < 1500000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(red_is_ten_requests_without_any_answer),
		cmocka_unit_test(red_is_ten_packets_of_which_none_was_a_valid_request),
		cmocka_unit_test(a_capture_of_one_way_makes_nobody_red_or_short_of_answers),
		cmocka_unit_test(yellow_is_fewer_answers_than_half_the_requests),
		cmocka_unit_test(yellow_is_a_mean_interval_below_eight_seconds),
		cmocka_unit_test(sleep_is_twice_the_interval_within_64_seconds_and_36_hours),
		cmocka_unit_test(every_threshold_is_a_setting),
		cmocka_unit_test(active_has_four_ways),
		cmocka_unit_test(abusive_rapid_and_very_slow_have_two_edges_each),
		cmocka_unit_test(times_counts_bytes_and_interval),
		cmocka_unit_test(delta_mean_and_maximum),
		cmocka_unit_test(the_first_packet_may_be_an_answer),
		cmocka_unit_test(peaks_are_those_of_whole_seconds_and_of_ten),
		cmocka_unit_test(flags_of_all_packets_are_kept_by_direction),
		cmocka_unit_test(a_reference_id_that_is_the_server_is_flagged),
		cmocka_unit_test(icmp_alone_makes_no_entry),
		cmocka_unit_test(blocked_and_malformed_clients_are_listed_too),
		cmocka_unit_test(beyond_its_capacity_newcomers_are_refused_and_counted),
		cmocka_unit_test(the_oldest_silent_go_first_when_room_is_short),
		cmocka_unit_test(the_age_out_shrinks_no_further_than_needed),
		cmocka_unit_test(the_age_out_grows_back_after_the_pressure),
		cmocka_unit_test(entries_silent_for_seven_days_go),
		cmocka_unit_test(a_request_of_one_that_left_is_not_owed_to_the_next),
		cmocka_unit_test(the_refused_addresses_are_estimated_within_five_percent),
		cmocka_unit_test(a_hundred_thousand_clients_are_all_found_again),
		cmocka_unit_test(for_as_many_as_are_expected_the_index_does_not_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
