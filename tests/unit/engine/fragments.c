/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/fragments.h"
#include "proto/frame.h"
#include "unit/wire.h"

/* The packet that the tests take apart: UDP with 3000 bytes for port 123. */
enum { DATA = 3000, WHOLE = DATA + 8 };

struct bench {
	struct fragments f;
	struct packet whole;
	int64_t now_ns;
	uint64_t frame;
	uint8_t expected[WHOLE];
};

static void begin(struct bench *b, uint32_t capacity, size_t memory)
{
	struct wire w;
	memset(b, 0, sizeof(*b));
	wire_begin(&w, DATA);
	wire_udp(&w, 40000, 123);
	memcpy(b->expected, w.at, WHOLE);
	assert_int_equal(fragments_init(&b->f, capacity, memory, 30 * NS_PER_S, 5), ERR_OK);
}

static void begin_plain(struct bench *b)
{
	begin(b, 64, 1 << 20);
}

/* Gives bytes offset..offset+len of the packet id; cut > 0 takes that many from the capture. */
static bool give_cut(struct bench *b, bool v6, uint32_t id, uint32_t offset, uint32_t len, uint32_t cut)
{
	struct wire w;
	struct datagram d;
	bool more = offset + len < WHOLE;

	wire_begin(&w, 0);
	wire_push(&w, b->expected + offset, len);
	if (v6) {
		uint8_t h[8] = { 17 };
		wire_be16(h + 2, offset | more);
		wire_be16(h + 4, id >> 16);
		wire_be16(h + 6, id);
		wire_push(&w, h, 8);
		wire_ip6(&w, 44);
	} else {
		wire_ip4(&w, 17);
		wire_be16(w.at + 4, id);
		wire_be16(w.at + 6, offset / 8 | (more ? 0x2000 : 0));
	}
	wire_ether(&w, v6 ? 0x86dd : 0x0800);
	struct packet p = wire_packet(&w, LINK_ETHERNET, w.len - cut);
	p.time_ns = b->now_ns;
	p.frame = ++b->frame;
	p.file = 3;
	frame_decode(&p, &d, NULL);
	assert_int_equal(d.kind, DATAGRAM_FRAGMENT);
	bool done = fragments_add(&b->f, &p, &d, &b->whole);
	wire_free(&p);
	return done;
}

static bool give(struct bench *b, bool v6, uint32_t id, uint32_t offset, uint32_t len)
{
	return give_cut(b, v6, id, offset, len, 0);
}

/* What came out is a raw IP packet without fragment fields and with a right header checksum. */
static void check_whole(const struct bench *b, bool v6)
{
	struct datagram d;
	frame_decode(&b->whole, &d, NULL);
	assert_int_equal(b->whole.link, v6 ? LINK_IPV6 : LINK_IPV4);
	assert_int_equal(b->whole.len, (v6 ? 40 : 20) + WHOLE);
	assert_int_equal(b->whole.caplen, b->whole.len);
	assert_int_equal(b->whole.frame, b->frame);
	assert_int_equal(b->whole.file, 3);
	assert_true(b->whole.time_ns == b->now_ns);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.findings, 0);
	assert_int_equal(d.ttl, v6 ? 62 : 61);
	assert_int_equal(d.src.b[15], 1);
	assert_int_equal(d.dst.b[15], 7);
	assert_int_equal(d.payload_len, DATA);
	assert_memory_equal(d.payload, b->expected + 8, DATA);
	uint32_t sum = 0;
	for (unsigned i = 0; i < 20 && !v6; i += 2)
		sum += (uint32_t)b->whole.data[i] << 8 | b->whole.data[i + 1];
	if (!v6)
		assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
}

static void every_order_of_three_pieces_gives_the_packet(void **state)
{
	(void)state;
	static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					       { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	static const uint32_t offset[3] = { 0, 1480, 2960 }, len[3] = { 1480, 1480, WHOLE - 2960 };
	struct bench b;
	begin_plain(&b);
	for (unsigned i = 0; i < 12; i++) {
		const unsigned *order = orders[i / 2];
		bool v6 = i % 2;
		assert_false(give(&b, v6, 7, offset[order[0]], len[order[0]]));
		assert_false(give(&b, v6, 7, offset[order[1]], len[order[1]]));
		assert_true(give(&b, v6, 7, offset[order[2]], len[order[2]]));
		check_whole(&b, v6);
	}
	assert_int_equal(b.f.stats.n_reassembled, 12);
	assert_int_equal(b.f.stats.n_pieces, 36);
	assert_int_equal(b.f.n_trains, 0);
	fragments_release(&b.f);
}

static void small_and_large_pieces_fit_together(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	for (uint32_t size = 8; size < WHOLE; size += 8) {
		for (uint32_t at = 0; at < WHOLE; at += size) {
			uint32_t len = WHOLE - at < size ? WHOLE - at : size;
			assert_int_equal(give(&b, size & 8, size, at, len), at + len == WHOLE);
		}
		check_whole(&b, size & 8);
	}
	assert_int_equal(b.f.n_blocks_used, 0);
	fragments_release(&b.f);
}

static void packets_are_told_apart_by_addresses_protocol_and_id(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	assert_false(give(&b, false, 1, 0, 1480));
	assert_false(give(&b, false, 2, 1480, WHOLE - 1480));
	assert_false(give(&b, true, 1, 1480, WHOLE - 1480));
	assert_int_equal(b.f.n_trains, 3);
	assert_true(give(&b, false, 2, 0, 1480));
	assert_true(give(&b, false, 1, 1480, WHOLE - 1480));
	assert_true(give(&b, true, 1, 0, 1480));
	fragments_release(&b.f);
}

static void exact_duplicates_are_ignored(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	assert_false(give(&b, false, 1, 0, 1600)); /* more than a block */
	assert_false(give(&b, false, 1, 0, 1600));
	assert_false(give(&b, false, 1, 0, 1600));
	assert_true(give(&b, false, 1, 1600, WHOLE - 1600));
	check_whole(&b, false);
	assert_int_equal(b.f.stats.n_duplicates, 2);
	assert_int_equal(b.f.stats.n_overlaps, 0);
	fragments_release(&b.f);
}

/* RFC 5722: the packet is given up and so are the pieces that come later. */
static void overlaps_give_the_packet_up(void **state)
{
	(void)state;
	static const struct {
		uint32_t offset, len;
	} second[] = {
		{ 8, 1480 }, { 1472, 800 }, { 0, 1472 }, { 8, 1464 }, { 0, 1488 }, { 0, 2960 },
	};
	for (unsigned i = 0; i < sizeof(second) / sizeof(second[0]); i++) {
		struct bench b;
		begin_plain(&b);
		assert_false(give(&b, true, 1, 0, 1480));
		assert_false(give(&b, true, 1, second[i].offset, second[i].len));
		assert_int_equal(b.f.stats.n_overlaps, 1);
		assert_int_equal(b.f.n_blocks_used, 0);
		assert_false(give(&b, true, 1, 0, 1480));
		assert_false(give(&b, true, 1, 1480, WHOLE - 1480));
		assert_int_equal(b.f.stats.n_dropped, 3);
		b.now_ns += 31 * NS_PER_S; /* its time is over: the same id may come again */
		assert_false(give(&b, true, 1, 0, 1480));
		assert_true(give(&b, true, 1, 1480, WHOLE - 1480));
		assert_int_equal(b.f.stats.n_timed_out, 0);
		fragments_release(&b.f);
	}
}

static void the_same_place_with_other_bytes_is_an_overlap(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	assert_false(give(&b, false, 1, 8, 1480));
	b.expected[100] ^= 1;
	assert_false(give(&b, false, 1, 8, 1480));
	assert_int_equal(b.f.stats.n_overlaps, 1);
	fragments_release(&b.f);
}

static void what_is_not_whole_in_time_is_dropped(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	assert_false(give(&b, false, 1, 0, 1480));
	b.now_ns = 30 * NS_PER_S;
	assert_true(give(&b, false, 1, 1480, WHOLE - 1480)); /* just in time */
	assert_false(give(&b, false, 2, 0, 1480));
	b.now_ns += 30 * NS_PER_S + 1;
	assert_false(give(&b, false, 2, 1480, WHOLE - 1480));
	assert_int_equal(b.f.stats.n_timed_out, 1);
	assert_int_equal(b.f.stats.n_dropped, 1);
	assert_int_equal(b.f.n_trains, 1);
	b.now_ns = INT64_MIN; /* a clock that stepped back harms nothing */
	assert_false(give(&b, false, 3, 0, 1480));
	b.now_ns = INT64_MAX;
	assert_false(give(&b, false, 4, 0, 1480));
	fragments_release(&b.f);
}

static void a_full_table_refuses_and_counts(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 4, 1 << 20);
	for (uint32_t id = 0; id < 10; id++)
		assert_false(give(&b, false, id, 0, 1480));
	assert_int_equal(b.f.n_trains, 4);
	assert_int_equal(b.f.stats.n_refused, 6);
	for (uint32_t id = 0; id < 10; id++)
		assert_int_equal(give(&b, false, id, 1480, WHOLE - 1480), id < 4);
	fragments_release(&b.f);
}

static void full_memory_refuses_and_counts(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 64, 8 * 1500);
	for (uint32_t id = 0; id < 10; id++)
		assert_false(give(&b, false, id, 0, 1480));
	assert_int_equal(b.f.n_blocks_used, b.f.n_blocks);
	assert_int_equal(b.f.stats.n_refused, 10 - b.f.n_blocks);
	b.now_ns += 31 * NS_PER_S;
	assert_false(give(&b, false, 20, 0, 1480));
	assert_int_equal(b.f.n_blocks_used, 1);
	assert_true(give(&b, false, 20, 1480, WHOLE - 1480));
	fragments_release(&b.f);
}

static void a_cut_first_piece_is_handed_out_as_it_is(void **state)
{
	(void)state;
	struct bench b;
	struct datagram d;
	begin_plain(&b);
	assert_true(give_cut(&b, false, 1, 0, 1480, 1400));
	frame_decode(&b.whole, &d, NULL);
	assert_int_equal(d.kind, DATAGRAM_UDP);
	assert_int_equal(d.dport, 123);
	assert_int_equal(d.payload_len, 72);
	assert_int_equal(d.payload_wire_len, 1472);
	assert_true(d.findings & FRAME_CUT);
	assert_false(give(&b, false, 1, 1480, WHOLE - 1480));
	assert_int_equal(b.f.stats.n_cut, 1);
	assert_int_equal(b.f.stats.n_dropped, 1);
	fragments_release(&b.f);
}

static void a_cut_later_piece_gives_the_packet_up(void **state)
{
	(void)state;
	struct bench b;
	begin_plain(&b);
	assert_false(give(&b, true, 1, 0, 1480));
	assert_false(give_cut(&b, true, 1, 1480, WHOLE - 1480, 1));
	assert_int_equal(b.f.stats.n_cut, 1);
	assert_int_equal(b.f.stats.n_dropped, 1);
	assert_int_equal(b.f.n_blocks_used, 0);
	fragments_release(&b.f);
}

/* The "ping of death": offset 65528 and more than 7 bytes. */
static void pieces_beyond_the_largest_packet_are_bad(void **state)
{
	(void)state;
	struct bench b;
	struct datagram d;
	struct wire w;
	begin_plain(&b);
	wire_begin(&w, 100);
	wire_ip4(&w, 17);
	wire_be16(w.at + 6, 8191);
	struct packet p = wire_packet(&w, LINK_IPV4, w.len);
	frame_decode(&p, &d, NULL);
	assert_false(fragments_add(&b.f, &p, &d, &b.whole));
	wire_free(&p);
	wire_begin(&w, 0);
	wire_ip4(&w, 17);
	wire_be16(w.at + 6, 0x2001);
	p = wire_packet(&w, LINK_IPV4, w.len);
	frame_decode(&p, &d, NULL);
	assert_false(fragments_add(&b.f, &p, &d, &b.whole));
	wire_free(&p);
	assert_int_equal(b.f.stats.n_bad, 2);
	assert_int_equal(b.f.n_trains, 0);
	fragments_release(&b.f);
}

static void bounds_without_room_are_refused(void **state)
{
	(void)state;
	struct fragments f;
	assert_int_equal(fragments_init(&f, 0, 1 << 20, 1, 0), ERR_USAGE);
	assert_int_equal(fragments_init(&f, 16, 100, 1, 0), ERR_USAGE);
	fragments_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_three_pieces_gives_the_packet),
		cmocka_unit_test(small_and_large_pieces_fit_together),
		cmocka_unit_test(packets_are_told_apart_by_addresses_protocol_and_id),
		cmocka_unit_test(exact_duplicates_are_ignored),
		cmocka_unit_test(overlaps_give_the_packet_up),
		cmocka_unit_test(the_same_place_with_other_bytes_is_an_overlap),
		cmocka_unit_test(what_is_not_whole_in_time_is_dropped),
		cmocka_unit_test(a_full_table_refuses_and_counts),
		cmocka_unit_test(full_memory_refuses_and_counts),
		cmocka_unit_test(a_cut_first_piece_is_handed_out_as_it_is),
		cmocka_unit_test(a_cut_later_piece_gives_the_packet_up),
		cmocka_unit_test(pieces_beyond_the_largest_packet_are_bad),
		cmocka_unit_test(bounds_without_room_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
