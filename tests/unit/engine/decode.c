/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/decode.h"
#include "engine/plain.h"
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

static bool same_both_ways(const struct packet *p, const struct engine_config *config, bool *plain)
{
	struct datagram d;
	struct event a, b;

	memset(&b, 0x55, sizeof(b)); /* all of it must be written */
	struct plain_batch batch;
	struct plain_event e;
	memset(&e, 0xaa, sizeof(e)); /* all of it must be written */
	plain_batch_begin(&batch, p->frame - 5);
	*plain = plain_decode(&batch, p, &e);
	if (!*plain)
		return true;
	plain_expand(&batch, &e, &a);
	return decode_packet(config, p, &d, &b) == FATE_NTP && same_event(&a, &b) &&
	       a.header_cut == b.header_cut && a.precision_log2s == b.precision_log2s;
}

/* Plain frames, and such as differ from one in a few octets. */
static void the_short_cut_gives_the_same_as_the_general_way(void **state)
{
	(void)state;
	struct engine_config config = engine_config_default();
	uint64_t seed = 5;
	unsigned n_plain = 0;
	for (unsigned i = 0; i < 400000; i++) {
		uint64_t r = traffic_random(&seed);
		bool v6 = r & 1;
		uint32_t len = (v6 ? 54 : 34) + 8 + 48;
		uint8_t f[128] = { 0 };
		f[12] = v6 ? 0x86 : 0x08;
		f[13] = v6 ? 0xdd : 0x00;
		memcpy(f + 14, v6 ? "\x60\0\0\0\0\x38\x11\x40" : "\x45\0\0\x4c\0\0\0\0\x40\x11\0\0",
		       v6 ? 8 : 12);
		uint8_t *udp = f + len - 56;
		udp[r >> 1 & 1 ? 1 : 3] = 123;
		udp[r >> 1 & 1 ? 2 : 0] = 0x9c;
		udp[5] = 56;
		for (unsigned k = 8; k < 56; k += 8)
			traffic_be64(udp + k, traffic_random(&seed));
		udp[8] = (uint8_t)(0xc0 * (r >> 2 & 1) | (1 + (r >> 3 & 3)) << 3 | (r >> 1 & 1 ? 4 : 3));
		udp[9] = (uint8_t)(r >> 5 & 3);
		for (unsigned n = r >> 7 & 3; n; n--) {
			uint64_t m = traffic_random(&seed);
			f[12 + m % (len - 12 - 40)] ^= (uint8_t)(1u << (m >> 8 & 7));
		}
		struct packet p = { .data = f,
				    .caplen = r & 512 ? len : len - 1 + (r >> 10 & 3),
				    .len = len + 3,
				    .link = LINK_ETHERNET,
				    .time_ns = TRAFFIC_START,
				    .frame = 7,
				    .has_time = true };
		bool plain;
		if (!same_both_ways(&p, &config, &plain))
			fail_msg("frame %u of seed 5", i);
		n_plain += plain;
	}
	assert_true(n_plain > 100000);
}

static void every_frame_of_random_traffic_decodes_the_same_both_ways(void **state)
{
	(void)state;
	struct traffic t = random_traffic(11, 20000, RT_ORDERLY);
	struct engine_config config = engine_config_default();
	size_t n_plain = 0;
	for (size_t i = 0; i < t.n; i++) {
		bool plain;
		assert_true(same_both_ways(&t.at[i], &config, &plain));
		n_plain += plain;
	}
	assert_true(n_plain > 1000);
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
