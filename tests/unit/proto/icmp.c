/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ICMP errors quote, and the UDP checksum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/frame.h"
#include "unit/wire.h"

/* An error that quotes the first `quoted` bytes of an NTP request. */
static void begin_error(struct wire *w, uint8_t type, uint32_t quoted)
{
	struct wire inner;
	wire_begin(&inner, 48);
	wire_udp(&inner, 40000, 123);
	wire_ip4(&inner, 17);
	wire_begin(w, 0);
	wire_push(w, inner.at, quoted);
	wire_hex(w, "0003 0000 00000000");
	w->at[0] = type;
	wire_ip4(w, 1);
}

static bool decode_error(const struct wire *w, struct datagram *quoted, struct layers *layers)
{
	struct datagram d;
	struct packet p = wire_packet(w, LINK_RAW, w->len);
	frame_decode(&p, &d, layers);
	bool is_error = icmp_quote_decode(&p, &d, quoted, layers);
	wire_free(&p);
	return is_error;
}

static void a_whole_quote_is_a_whole_datagram(void **state)
{
	(void)state;
	struct wire w;
	struct datagram q;
	begin_error(&w, 3, 76);
	assert_true(decode_error(&w, &q, NULL));
	assert_int_equal(q.kind, DATAGRAM_UDP);
	assert_int_equal(q.sport, 40000);
	assert_int_equal(q.dport, 123);
	assert_int_equal(q.payload_len, 48);
	assert_int_equal(q.payload_wire_len, 48);
	assert_int_equal(q.findings, 0);
}

static void eight_bytes_behind_ip_give_the_ports(void **state)
{
	(void)state;
	struct wire w;
	struct datagram q;
	begin_error(&w, 11, 28);
	assert_true(decode_error(&w, &q, NULL));
	assert_int_equal(q.kind, DATAGRAM_UDP);
	assert_int_equal(q.dport, 123);
	assert_int_equal(q.payload_len, 0);
	assert_int_equal(q.payload_wire_len, 48);
	assert_int_equal(q.findings, FRAME_CUT);
}

static void every_shorter_quote_is_cut(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 28; n++) {
		struct wire w;
		struct datagram q;
		begin_error(&w, 3, n);
		assert_int_equal(decode_error(&w, &q, NULL), n >= 20);
		assert_int_equal(q.kind, n >= 20 ? DATAGRAM_CUT : DATAGRAM_OTHER);
		assert_int_equal(q.dport, n >= 24 ? 123 : 0);
	}
}

static void only_errors_quote(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
		struct wire w;
		struct datagram q;
		begin_error(&w, (uint8_t)type, 76);
		assert_int_equal(decode_error(&w, &q, NULL), error);
		assert_int_equal(q.kind, error ? DATAGRAM_UDP : DATAGRAM_OTHER);
	}
}

static void icmpv6_errors_quote_ipv6(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct wire w;
		struct datagram q;
		wire_begin(&w, 48);
		wire_udp(&w, 40000, 123);
		wire_ip6(&w, 17);
		wire_hex(&w, "0004 0000 00000000");
		w.at[0] = (uint8_t)type;
		wire_ip6(&w, 58);
		assert_int_equal(decode_error(&w, &q, NULL), type >= 1 && type <= 4);
		if (type >= 1 && type <= 4)
			assert_int_equal(q.payload_len, 48);
	}
}

/* RFC 4884: the quote is 128 bytes (32 words), zeros after its end, then extensions. */
static void extensions_are_not_quoted(void **state)
{
	(void)state;
	struct wire w;
	struct datagram q;
	wire_begin(&w, 200); /* stands for what goes on behind */
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	wire_hex(&w, "0b00 0000 00 20 0000");
	wire_ip4(&w, 1);
	assert_true(decode_error(&w, &q, NULL));
	assert_int_equal(q.payload_len, 128 - 28);
	assert_int_equal(q.payload_wire_len, 200);
}

static void layers_go_on_behind_the_error(void **state)
{
	(void)state;
	static const uint8_t want[] = { LAYER_IPV4, LAYER_ICMP, LAYER_IPV4, LAYER_UDP, LAYER_PAYLOAD };
	static const unsigned offsets[] = { 0, 20, 28, 48, 56 };
	struct wire w;
	struct datagram q;
	struct layers layers;
	begin_error(&w, 3, 76);
	assert_true(decode_error(&w, &q, &layers));
	assert_int_equal(layers.n, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(layers.at[i].type, want[i]);
		assert_int_equal(layers.at[i].offset, offsets[i]);
	}
}

/* ---- checksums ---- */

static enum checksum_state checksum_of(const struct wire *w, uint32_t caplen)
{
	struct datagram d;
	struct packet p = wire_packet(w, LINK_RAW, caplen);
	frame_decode(&p, &d, NULL);
	enum checksum_state state = udp_checksum_state(&d);
	wire_free(&p);
	return state;
}

/* The sum of the words of header, pseudo header and payload is made zero by adding to the last word. */
static void make_right(struct wire *w, uint32_t addresses, uint32_t n_addresses, uint32_t udp)
{
	uint32_t sum = 17 + (w->len - udp);
	for (uint32_t i = 0; i < n_addresses; i += 2)
		sum += (uint32_t)w->at[addresses + i] << 8 | w->at[addresses + i + 1];
	wire_be16(w->at + udp + 6, 0);
	for (uint32_t i = udp; i < w->len; i++)
		sum += (i - udp) % 2 ? w->at[i] : (uint32_t)w->at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	wire_be16(w->at + udp + 6, ~sum);
}

/* From a public capture (CESNET ipfixprobe, BSD-3-Clause); tshark says that the checksum is good. */
static void a_genuine_checksum_is_good(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 0);
	wire_hex(&w, "45c0004cf72b40004011f407c0a8001e25bb682c007b007b003840abe30006e8"
		     "0000000000000000494e49540000000000000000000000000000000000000000"
		     "00000000dab51fe51f27d8e1");
	assert_int_equal(checksum_of(&w, w.len), CHECKSUM_GOOD);
	w.at[30] ^= 4;
	assert_int_equal(checksum_of(&w, w.len), CHECKSUM_BAD);
}

static void right_and_wrong_checksums_are_told_apart(void **state)
{
	(void)state;
	for (uint32_t len = 0; len < 100; len++) {
		struct wire w;
		wire_begin(&w, len);
		wire_udp(&w, 40000, 123);
		wire_ip4(&w, 17);
		make_right(&w, 12, 8, 20);
		assert_int_equal(checksum_of(&w, w.len), CHECKSUM_GOOD);
		w.at[12] ^= 1;
		assert_int_equal(checksum_of(&w, w.len), CHECKSUM_BAD);

		wire_begin(&w, len);
		wire_udp(&w, 40000, 123);
		wire_ip6(&w, 17);
		make_right(&w, 8, 32, 40);
		assert_int_equal(checksum_of(&w, w.len), CHECKSUM_GOOD);
		w.at[39] ^= 0x80;
		assert_int_equal(checksum_of(&w, w.len), CHECKSUM_BAD);
	}
}

static void checksums_that_cannot_be_known_are_unknown(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	assert_int_equal(checksum_of(&w, w.len - 1), CHECKSUM_UNKNOWN);
	assert_int_equal(checksum_of(&w, 20), CHECKSUM_UNKNOWN);
	wire_be16(w.at + 26, 0);
	assert_int_equal(checksum_of(&w, w.len), CHECKSUM_ABSENT);
	wire_be16(w.at + 26, 1);
	wire_be16(w.at + 24, 400);
	assert_int_equal(checksum_of(&w, w.len), CHECKSUM_UNKNOWN);
	/* A routing header with a stop to go: another destination was summed than the header's. */
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_hex(&w, "1102 0001 00000000 20010db8000000000000000000000009");
	wire_ip6(&w, 43);
	assert_int_equal(checksum_of(&w, w.len), CHECKSUM_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_quote_is_a_whole_datagram),
		cmocka_unit_test(eight_bytes_behind_ip_give_the_ports),
		cmocka_unit_test(every_shorter_quote_is_cut),
		cmocka_unit_test(only_errors_quote),
		cmocka_unit_test(icmpv6_errors_quote_ipv6),
		cmocka_unit_test(extensions_are_not_quoted),
		cmocka_unit_test(layers_go_on_behind_the_error),
		cmocka_unit_test(a_genuine_checksum_is_good),
		cmocka_unit_test(right_and_wrong_checksums_are_told_apart),
		cmocka_unit_test(checksums_that_cannot_be_known_are_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
