/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/decode.h"
#include "proto/ntp.h"
#include "random_traffic.h"

static const struct addr *low(void)
{
	static const struct addr a = { .b = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1 } };
	return &a;
}

static const struct addr *high(void)
{
	static const struct addr a = { .b = { [10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1 } };
	return &a;
}

static bool same_event(const struct event *a, const struct event *b)
{
	return addr_equal(&a->client, &b->client) && addr_equal(&a->server, &b->server) &&
	       a->time_ns == b->time_ns && a->frame == b->frame && a->key == b->key &&
	       a->receive == b->receive && a->transmit == b->transmit && a->uid == b->uid &&
	       a->flags == b->flags && memcmp(a->refid, b->refid, 4) == 0 &&
	       a->client_port == b->client_port && a->server_port == b->server_port &&
	       a->payload_len == b->payload_len && a->role == b->role && a->kiss == b->kiss &&
	       a->version == b->version && a->mode == b->mode && a->stratum == b->stratum &&
	       a->poll_log2s == b->poll_log2s && a->auth == b->auth && a->leap == b->leap &&
	       a->opcode == b->opcode && a->to_server == b->to_server;
}

static void the_short_cut_gives_the_same_as_the_general_way(void **state)
{
	static const uint16_t ports[] = { 123, 123, 123, 40000, 1024, 53 };
	(void)state;
	struct engine_config config = engine_config_default();
	struct packet p = { .time_ns = TRAFFIC_START, .frame = 7, .has_time = true };
	uint64_t seed = 5;
	for (unsigned i = 0; i < 400000; i++) {
		uint8_t payload[96];
		uint64_t r = traffic_random(&seed);
		uint32_t len = r % 4 ? 48 : (uint32_t)(r >> 8) % 97;
		for (unsigned k = 0; k < sizeof(payload); k += 8)
			traffic_be64(payload + k, traffic_random(&seed));
		if (r & 16)
			payload[0] = (uint8_t)((payload[0] & 0xf8) | (3 + (r >> 5 & 1)));
		if (r & 64)
			payload[1] = (uint8_t)(r >> 7 & 3);
		if (r & 512)
			memcpy(payload + 12, "RATE", 4);
		struct datagram d = { .kind = DATAGRAM_UDP,
				      .src = r & 1024 ? *low() : *high(),
				      .dst = r & 1024 ? *high() : *low(),
				      .payload = payload,
				      .payload_len = len,
				      .payload_wire_len = r & 2048 ? len : len + (uint32_t)(r >> 12 & 63),
				      .sport = ports[(r >> 20) % 6],
				      .dport = ports[(r >> 24) % 6],
				      .tunnels = (uint16_t)(r >> 28 & 7 ? 0 : 1u << (r >> 32 & 15)) };
		if (!datagram_is_ntp(&d))
			continue;
		struct event a, b;
		memset(&a, 0xaa, sizeof(a)); /* all of it must be written */
		memset(&b, 0x55, sizeof(b));
		decode_ntp(&config, &p, &d, &a);
		decode_ntp_general(&config, &p, &d, &b);
		if (!same_event(&a, &b))
			fail_msg("packet %u: mode %u, version %u, %u octets", i, b.mode, b.version, len);
	}
}

static void every_frame_of_random_traffic_decodes_the_same_both_ways(void **state)
{
	(void)state;
	struct traffic t = random_traffic(11, 20000, RT_ORDERLY);
	struct engine_config config = engine_config_default();
	size_t n_ntp = 0;
	for (size_t i = 0; i < t.n; i++) {
		struct datagram d;
		struct event a, b;
		if (decode_packet(&config, &t.at[i], &d, &a) != FATE_NTP)
			continue;
		decode_ntp_general(&config, &t.at[i], &d, &b);
		assert_true(same_event(&a, &b));
		n_ntp++;
	}
	assert_true(n_ntp > 10000);
	traffic_free(&t);
}

static struct event decoded(const struct engine_config *config, uint8_t first, uint8_t second, uint16_t sport,
			    uint16_t dport, bool up, uint32_t len)
{
	uint8_t payload[128] = { first, second };
	struct packet p = { .time_ns = 1, .frame = 1, .has_time = true };
	struct datagram d = { .kind = DATAGRAM_UDP,
			      .src = up ? *low() : *high(),
			      .dst = up ? *high() : *low(),
			      .payload = payload,
			      .payload_len = len,
			      .payload_wire_len = len,
			      .sport = sport,
			      .dport = dport };
	struct event e;
	decode_ntp(config, &p, &d, &e);
	return e;
}

static void each_mode_has_its_role(void **state)
{
	static const struct {
		uint8_t first, second;
		uint16_t sport, dport;
		uint8_t role;
		bool to_server;
	} row[] = {
		{ 0x23, 0, 40000, 123, EVENT_REQUEST, true },
		{ 0x23, 0, 123, 123, EVENT_REQUEST, true },
		{ 0x24, 2, 123, 40000, EVENT_RESPONSE, false },
		{ 0x24, 2, 123, 123, EVENT_RESPONSE, false },
		{ 0x24, 2, 40000, 123, EVENT_STRANGE, true },
		{ 0x23, 0, 123, 40000, EVENT_STRANGE, false },
		{ 0x21, 2, 123, 123, EVENT_SYMMETRIC, true },
		{ 0x22, 2, 123, 123, EVENT_SYMMETRIC, true },
		{ 0x25, 2, 123, 123, EVENT_BROADCAST, false },
		{ 0x26, 0x02, 40000, 123, EVENT_CONTROL_REQUEST, true },
		{ 0x26, 0x82, 123, 40000, EVENT_CONTROL_RESPONSE, false },
		{ 0x26, 0x82, 123, 123, EVENT_CONTROL_RESPONSE, false },
		{ 0x17, 0, 40000, 123, EVENT_PRIVATE_REQUEST, true },
		{ 0x97, 0, 123, 40000, EVENT_PRIVATE_RESPONSE, false },
		{ 0x97, 0, 123, 123, EVENT_PRIVATE_RESPONSE, false },
		{ 0x08, 0, 40000, 123, EVENT_REQUEST, true },
		/* version 1 has no mode: ports tell (RFC 1059) */
		{ 0x08, 0, 123, 40000, EVENT_RESPONSE, false },
		{ 0x20, 0, 40000, 123, EVENT_STRANGE, true },
	};
	(void)state;
	struct engine_config config = engine_config_default();
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct event e = decoded(&config, row[i].first, row[i].second, row[i].sport, row[i].dport,
					 row[i].to_server, 48);
		if (e.role != row[i].role || e.to_server != row[i].to_server)
			fail_msg("row %u: role %u, to server %d", i, e.role, e.to_server);
		assert_true(addr_equal(&e.client, low()));
	}
}

static void shorter_than_its_header_is_malformed(void **state)
{
	(void)state;
	static const struct {
		uint8_t first;
		uint32_t least;
	} row[] = { { 0x23, 48 }, { 0x24, 48 }, { 0x21, 48 }, { 0x25, 48 },
		    { 0x26, 12 }, { 0x17, 8 },  { 0x2b, 48 } };
	struct engine_config config = engine_config_default();
	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (uint32_t len = 0; len <= row[i].least; len++) {
			struct event e = decoded(&config, row[i].first, 0, 123, 123, true, len);
			assert_int_equal(e.role == EVENT_MALFORMED, len < row[i].least);
			assert_int_equal((e.flags & FLAG_TRUNCATED) != 0, len < row[i].least);
		}
	}
}

static void named_servers_decide_the_direction(void **state)
{
	(void)state;
	struct engine_config config = engine_config_default();
	config.n_servers = 1;
	config.servers[0] = *high();
	struct event e = decoded(&config, 0x24, 2, 123, 123, true, 48);
	assert_true(e.to_server); /* an answer sent to the server */
	assert_int_equal(e.role, EVENT_STRANGE);
	e = decoded(&config, 0x23, 0, 123, 123, false, 48);
	assert_false(e.to_server);
	e = decoded(&config, 0x23, 0, 40000, 123, true, 48);
	assert_int_equal(e.role, EVENT_REQUEST);
	e = decoded(&config, 0x23, 0, 40000, 123, false, 48); /* to somebody else's server */
	assert_int_equal(e.role, EVENT_OUTSIDE);
}

static void each_fate_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_FATES; i++)
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(fate_name(i), fate_name(k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_short_cut_gives_the_same_as_the_general_way),
		cmocka_unit_test(every_frame_of_random_traffic_decodes_the_same_both_ways),
		cmocka_unit_test(each_mode_has_its_role),
		cmocka_unit_test(shorter_than_its_header_is_malformed),
		cmocka_unit_test(named_servers_decide_the_direction),
		cmocka_unit_test(each_fate_has_a_name_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
