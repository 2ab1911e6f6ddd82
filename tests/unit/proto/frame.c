/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cut for plain frames and the walk through all headers give the same answer for all bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/frame.h"
#include "proto/walk.h"
#include "unit/wire.h"

#define MACS "020000000001 020000000002 "

/* Field by field: padding is nobody's business. */
static void check_equal(const struct datagram *a, const struct datagram *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_true(addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst));
	assert_ptr_equal(a->payload, b->payload);
	assert_int_equal(a->payload_len, b->payload_len);
	assert_int_equal(a->payload_wire_len, b->payload_wire_len);
	assert_int_equal(a->sport, b->sport);
	assert_int_equal(a->dport, b->dport);
	assert_int_equal(a->tunnels, b->tunnels);
	assert_int_equal(a->findings, b->findings);
	assert_int_equal(a->ip_version, b->ip_version);
	assert_int_equal(a->ip_proto, b->ip_proto);
	assert_int_equal(a->ttl, b->ttl);
	assert_int_equal(a->icmp_type, b->icmp_type);
	assert_int_equal(a->icmp_code, b->icmp_code);
	assert_int_equal(a->tcp_flags, b->tcp_flags);
	assert_int_equal(a->tcp_seq, b->tcp_seq);
	assert_int_equal(a->fragment_id, b->fragment_id);
	assert_int_equal(a->fragment_offset, b->fragment_offset);
	assert_int_equal(a->fragment_more, b->fragment_more);
	assert_ptr_equal(a->ip, b->ip);
	assert_int_equal(a->ip_len, b->ip_len);
}

/* Decodes in all three ways, each into memory full of something else. */
static void check_ways_agree(const struct packet *p, struct datagram *out)
{
	struct datagram general, listed;
	struct layers layers;

	memset(out, 0xa5, sizeof(*out));
	memset(&general, 0x5a, sizeof(general));
	memset(&listed, 0x33, sizeof(listed));
	frame_decode(p, out, NULL);
	frame_decode_general(p, &general, NULL);
	frame_decode(p, &listed, &layers);
	check_equal(out, &general);
	check_equal(out, &listed);
	for (unsigned i = 0; i < layers.n; i++)
		assert_true(layers.at[i].offset + layers.at[i].len <= p->caplen);
}

static void begin(struct wire *w, unsigned shape)
{
	wire_begin(w, shape & 8 ? 48 : 68);
	wire_udp(w, 123, shape & 16 ? 123 : 4789);
	if (shape & 1)
		wire_ip6(w, 17);
	else
		wire_ip4(w, 17);
	wire_ether(w, shape & 1 ? 0x86dd : 0x0800);
	if (shape & 2) { /* 0, 1, or 2 tags between addresses and type */
		uint8_t macs[12];
		memcpy(macs, w->at, 12);
		w->at += 12;
		w->len -= 12;
		wire_hex(w, shape & 4 ? "8100 0001 8100 0002" : "8100 0001");
		wire_push(w, macs, 12);
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void plain_frames_are_decoded_alike_in_both_ways(void **state)
{
	(void)state;
	for (unsigned shape = 0; shape < 32; shape++) {
		struct wire w;
		struct datagram d;
		begin(&w, shape);
		struct packet p = wire_packet(&w, LINK_ETHERNET, w.len);
		check_ways_agree(&p, &d);
		wire_free(&p);
		assert_int_equal(d.kind, DATAGRAM_UDP);
		assert_int_equal(d.sport, 123);
		assert_int_equal(d.payload_len, shape & 8 ? 48 : 68);
		assert_int_equal(d.tunnels, shape & 2 ? TUNNEL_VLAN : 0);
	}
}

static void cut_frames_are_decoded_alike_in_both_ways(void **state)
{
	(void)state;
	for (unsigned shape = 0; shape < 32; shape++) {
		struct wire w;
		begin(&w, shape);
		for (uint32_t n = 0; n < w.len; n++) {
			struct datagram d;
			struct packet p = wire_packet(&w, LINK_ETHERNET, n);
			check_ways_agree(&p, &d);
			assert_true(d.findings & FRAME_CUT);
			p.len = n; /* a short frame, not a cut one */
			check_ways_agree(&p, &d);
			wire_free(&p);
		}
	}
}

/* Every value of every header byte, alone. */
static void frames_with_one_strange_byte_are_decoded_alike_in_both_ways(void **state)
{
	(void)state;
	for (unsigned shape = 0; shape < 8; shape++) {
		struct wire w;
		begin(&w, shape | 24);
		for (uint32_t i = 0; i < w.len - 47; i++) {
			uint8_t right = w.at[i];
			for (unsigned v = 0; v < 256; v++) {
				struct datagram d;
				w.at[i] = (uint8_t)v;
				struct packet p = wire_packet(&w, LINK_ETHERNET, w.len);
				check_ways_agree(&p, &d);
				wire_free(&p);
			}
			w.at[i] = right;
		}
	}
}

static void damaged_frames_are_decoded_alike_in_both_ways(void **state)
{
	(void)state;
	static const uint8_t telling[] = { 0,    1,    4,    6,    8,    0x11, 0x29, 0x2c,
					   0x2f, 0x3a, 0x45, 0x60, 0x81, 0x88, 0xff };
	uint32_t random = 1;
	for (unsigned round = 0; round < 100000; round++) {
		struct wire w;
		struct datagram d;
		begin(&w, round % 32);
		for (unsigned n = next_random(&random) % 6; n; n--)
			w.at[next_random(&random) % 70] = telling[next_random(&random) % sizeof(telling)];
		uint32_t caplen = next_random(&random) % 4 ? w.len : next_random(&random) % (w.len + 1);
		struct packet p = wire_packet(&w, LINK_ETHERNET, caplen);
		check_ways_agree(&p, &d);
		wire_free(&p);
	}
}

static void every_link_survives_damage(void **state)
{
	(void)state;
	uint32_t random = 7;
	for (unsigned round = 0; round < 100000; round++) {
		struct wire w;
		struct datagram d, quoted;
		begin(&w, round % 32);
		for (unsigned n = next_random(&random) % 20; n; n--)
			w.at[next_random(&random) % w.len] = (uint8_t)next_random(&random);
		struct packet p = wire_packet(&w, (uint16_t)(next_random(&random) % 280), w.len);
		check_ways_agree(&p, &d);
		icmp_quote_decode(&p, &d, &quoted, NULL);
		udp_checksum_state(&d);
		wire_free(&p);
	}
}

static void layers_are_listed_outermost_first(void **state)
{
	(void)state;
	static const struct layer want[] = {
		{ LAYER_ETHERNET, 14, 0 },  { LAYER_VLAN, 4, 14 },      { LAYER_IPV4, 20, 18 },
		{ LAYER_UDP, 8, 38 },       { LAYER_VXLAN, 8, 46 },     { LAYER_ETHERNET, 14, 54 },
		{ LAYER_IPV6, 40, 68 },     { LAYER_IPV6_EXT, 8, 108 }, { LAYER_UDP, 8, 116 },
		{ LAYER_PAYLOAD, 48, 124 },
	};
	struct wire w;
	struct datagram d;
	struct layers layers;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_hex(&w, "1100 0104 00000000");
	wire_ip6(&w, 60);
	wire_ether(&w, 0x86dd);
	wire_hex(&w, "08000000 00000100");
	wire_udp(&w, 50000, 4789);
	wire_ip4(&w, 17);
	wire_hex(&w, MACS "8100 0001 0800");
	struct packet p = wire_packet(&w, LINK_ETHERNET, w.len);
	frame_decode(&p, &d, &layers);
	wire_free(&p);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.tunnels, TUNNEL_VLAN | TUNNEL_VXLAN);
	assert_false(layers.overflow);
	assert_int_equal(layers.n, sizeof(want) / sizeof(want[0]));
	for (unsigned i = 0; i < layers.n; i++) {
		assert_int_equal(layers.at[i].type, want[i].type);
		assert_int_equal(layers.at[i].len, want[i].len);
		assert_int_equal(layers.at[i].offset, want[i].offset);
	}
}

static void too_many_headers_are_malformed_with_and_without_a_list(void **state)
{
	(void)state;
	for (unsigned n_tags = 18; n_tags < 26; n_tags++) {
		struct wire w;
		struct datagram d;
		struct layers layers;
		wire_begin(&w, 48);
		wire_udp(&w, 40000, 123);
		wire_ip4(&w, 17);
		wire_hex(&w, "0800");
		for (unsigned i = 0; i < n_tags; i++)
			wire_hex(&w, "8100 0001");
		wire_hex(&w, MACS);
		struct packet p = wire_packet(&w, LINK_ETHERNET, w.len);
		check_ways_agree(&p, &d);
		frame_decode(&p, &d, &layers);
		wire_free(&p);
		bool fits = n_tags + 3 <= LAYERS_MAX; /* with Ethernet, IPv4, UDP */
		assert_int_equal(d.kind, fits ? DATAGRAM_UDP : DATAGRAM_MALFORMED);
		assert_int_equal(layers.overflow, n_tags + 4 > LAYERS_MAX);
	}
}

static void tcp_gives_ports_flags_and_payload(void **state)
{
	(void)state;
	struct wire w;
	struct datagram d;
	wire_begin(&w, 30);
	wire_hex(&w, "9c40 116c 01020304 00000000 60 18 0000 0000 0000 01010101");
	wire_ip4(&w, 6);
	wire_ether(&w, 0x0800);
	for (uint32_t n = 0; n <= w.len; n++) {
		struct packet p = wire_packet(&w, LINK_ETHERNET, n);
		check_ways_agree(&p, &d);
		wire_free(&p);
		assert_int_equal(d.kind, n >= w.len - 30 ? DATAGRAM_TCP : DATAGRAM_CUT);
		assert_int_equal(d.dport, n >= 38 ? 4460 : 0);
	}
	assert_int_equal(d.payload_len, 30);
	assert_int_equal(d.tcp_seq, 0x01020304);
	assert_int_equal(d.tcp_flags, 0x18);
}

static void icmp_gives_type_and_code(void **state)
{
	(void)state;
	struct wire w;
	struct datagram d;
	wire_begin(&w, 20);
	wire_hex(&w, "0801 0000 00010002");
	wire_ip4(&w, 1);
	wire_ether(&w, 0x0800);
	struct packet p = wire_packet(&w, LINK_ETHERNET, w.len);
	check_ways_agree(&p, &d);
	wire_free(&p);
	assert_int_equal(d.kind, DATAGRAM_ICMP);
	assert_int_equal(d.icmp_type, 8);
	assert_int_equal(d.icmp_code, 1);
	assert_int_equal(d.payload_len, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_frames_are_decoded_alike_in_both_ways),
		cmocka_unit_test(cut_frames_are_decoded_alike_in_both_ways),
		cmocka_unit_test(frames_with_one_strange_byte_are_decoded_alike_in_both_ways),
		cmocka_unit_test(damaged_frames_are_decoded_alike_in_both_ways),
		cmocka_unit_test(every_link_survives_damage),
		cmocka_unit_test(layers_are_listed_outermost_first),
		cmocka_unit_test(too_many_headers_are_malformed_with_and_without_a_list),
		cmocka_unit_test(tcp_gives_ports_flags_and_payload),
		cmocka_unit_test(icmp_gives_type_and_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
