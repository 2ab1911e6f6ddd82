/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/pcapng.h"

/* Bytes in the making, in the byte order of the test at hand. */
struct made {
	uint8_t data[512];
	size_t len;
	bool big;
};

static void add16(struct made *m, uint16_t v)
{
	m->data[m->len++] = (uint8_t)(m->big ? v >> 8 : v);
	m->data[m->len++] = (uint8_t)(m->big ? v : v >> 8);
}

static void add32(struct made *m, uint32_t v)
{
	add16(m, (uint16_t)(m->big ? v >> 16 : v));
	add16(m, (uint16_t)(m->big ? v : v >> 16));
}

static void add64(struct made *m, uint64_t v)
{
	add32(m, (uint32_t)(m->big ? v >> 32 : v));
	add32(m, (uint32_t)(m->big ? v : v >> 32));
}

static void add_byte_option(struct made *m, uint16_t code, uint8_t value)
{
	add16(m, code);
	add16(m, 1);
	memcpy(m->data + m->len, (uint8_t[4]){ value, 0, 0, 0 }, 4);
	m->len += 4;
}

static void a_section_sets_the_byte_order(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct made m = { .big = big };
		struct pcapng_block b;
		bool seen = !big;

		add32(&m, 0x0a0d0d0a);
		add32(&m, 28);
		add32(&m, 0x1a2b3c4d);
		assert_int_equal(pcapng_block_parse(m.data, &seen, &b), ERR_OK);
		assert_int_equal(seen, big);
		assert_int_equal(b.type, PCAPNG_SECTION);
		assert_int_equal(b.len, 28);
		m.data[8] ^= 1;
		assert_int_equal(pcapng_block_parse(m.data, &seen, &b), ERR_FORMAT);
	}
}

static enum err parse_len(uint32_t len, struct pcapng_block *b)
{
	struct made m = { .big = true };
	bool big = true;

	add32(&m, PCAPNG_ENHANCED_PACKET);
	add32(&m, len);
	add32(&m, 0);
	return pcapng_block_parse(m.data, &big, b);
}

static void block_lengths_have_bounds(void **state)
{
	struct pcapng_block b;

	(void)state;
	for (uint32_t len = 0; len < 12; len++)
		assert_int_equal(parse_len(len, &b), ERR_FORMAT);
	assert_int_equal(parse_len(12, &b), ERR_OK);
	assert_int_equal(parse_len(PCAPNG_BLOCK_MAX, &b), ERR_OK);
	assert_int_equal(parse_len(PCAPNG_BLOCK_MAX + 1, &b), ERR_FORMAT);
	assert_int_equal(parse_len(UINT32_MAX, &b), ERR_FORMAT);
	/* ntar's writer left the padding out. */
	assert_int_equal(parse_len(167, &b), ERR_OK);
	assert_int_equal(b.total_len, 167);
	assert_int_equal(b.len, 168);
}

static void other_versions_are_refused(void **state)
{
	(void)state;
	for (uint16_t major = 0; major < 3; major++) {
		for (uint16_t minor = 0; minor < 4; minor++) {
			struct made m = { .big = false };
			bool ok = major == 1 && (minor == 0 || minor == 2);

			add32(&m, 0x1a2b3c4d);
			add16(&m, major);
			add16(&m, minor);
			add64(&m, UINT64_MAX);
			assert_int_equal(pcapng_section_parse(m.data, m.len, false),
					 ok ? ERR_OK : ERR_UNSUPPORTED);
			assert_int_equal(pcapng_section_parse(m.data, m.len - 1, false), ERR_FORMAT);
		}
	}
}

static void an_interface_reads_the_same_in_both_byte_orders(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct made m = { .big = big };
		struct pcapng_interface i;

		add16(&m, 12);
		add16(&m, 0);
		add32(&m, 96);
		assert_int_equal(pcapng_interface_parse(m.data, m.len, big, &i), ERR_OK);
		assert_int_equal(i.link, 101);
		assert_int_equal(i.snaplen, 96);
		assert_int_equal(i.resolution, 6);
		add_byte_option(&m, 9, 0x8a);
		add16(&m, 14);
		add16(&m, 8);
		add64(&m, (uint64_t)-3600);
		add16(&m, 0);
		add16(&m, 0);
		add32(&m, 0xffffffff); /* behind the end of the options */
		assert_int_equal(pcapng_interface_parse(m.data, m.len, big, &i), ERR_OK);
		assert_int_equal(i.resolution, 0x8a);
		assert_true(i.offset_s == -3600);
	}
}

static void an_option_that_overruns_its_block_is_refused(void **state)
{
	struct made m = { .big = true };
	struct pcapng_interface i;

	(void)state;
	add32(&m, 1 << 16);
	add32(&m, 0);
	add16(&m, 2);
	add16(&m, 5);
	add32(&m, 0);
	assert_int_equal(pcapng_interface_parse(m.data, m.len, true, &i), ERR_FORMAT);
	add32(&m, 0);
	assert_int_equal(pcapng_interface_parse(m.data, m.len, true, &i), ERR_OK);
}

static void make_packet(struct made *m, uint32_t type)
{
	if (type == PCAPNG_ENHANCED_PACKET) {
		add32(m, 3);
	} else if (type == PCAPNG_PACKET) {
		add16(m, 3);
		add16(m, 77);
	}
	if (type != PCAPNG_SIMPLE_PACKET) {
		add32(m, 0x00064016);
		add32(m, 0x12345678);
		add32(m, 6);
	}
	add32(m, 1500);
	memcpy(m->data + m->len, "\1\2\3\4\5\6\0\0", 8);
	m->len += 8;
}

static void all_kinds_of_packets_read_the_same_in_both_byte_orders(void **state)
{
	static const uint32_t types[] = { PCAPNG_ENHANCED_PACKET, PCAPNG_PACKET, PCAPNG_SIMPLE_PACKET };

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		struct made m = { .big = i & 1 };
		struct pcapng_packet p;
		uint32_t type = types[i / 2];
		bool simple = type == PCAPNG_SIMPLE_PACKET;

		make_packet(&m, type);
		assert_int_equal(pcapng_packet_parse(type, m.data, m.len, m.big, 6, &p), ERR_OK);
		assert_int_equal(p.interface, simple ? 0 : 3);
		assert_true(p.ticks == (simple ? 0 : UINT64_C(0x0006401612345678)));
		assert_int_equal(p.has_time, !simple);
		assert_int_equal(p.caplen, 6);
		assert_int_equal(p.len, 1500);
		assert_memory_equal(p.data, "\1\2\3\4\5\6", 6);
		for (size_t n = 0; n < m.len; n++)
			assert_int_equal(pcapng_packet_parse(type, m.data, n, m.big, 6, &p), ERR_FORMAT);
	}
}

static void the_quick_way_gives_what_the_slow_one_gives(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct made m = { .big = big };
		struct pcapng_packet quick = { .has_time = true }, slow;
		uint32_t len;

		add32(&m, PCAPNG_ENHANCED_PACKET);
		add32(&m, 40);
		make_packet(&m, PCAPNG_ENHANCED_PACKET);
		add32(&m, 40);
		assert_true(pcapng_enhanced_load(m.data, m.len, big, &quick, &len));
		assert_int_equal(len, m.len);
		assert_int_equal(
			pcapng_packet_parse(PCAPNG_ENHANCED_PACKET, m.data + 8, m.len - 12, big, 0, &slow),
			ERR_OK);
		assert_ptr_equal(quick.data, slow.data);
		assert_true(quick.ticks == slow.ticks && quick.interface == slow.interface);
		assert_true(quick.caplen == slow.caplen && quick.len == slow.len);
		for (size_t n = 0; n < m.len; n++)
			assert_false(pcapng_enhanced_load(m.data, n, big, &quick, &len));
		assert_int_equal(m.len, 40);
		m.data[39] ^= 1; /* of the length that ends the block */
		assert_false(pcapng_enhanced_load(m.data, m.len, big, &quick, &len));
	}
}

static void a_huge_captured_length_is_refused(void **state)
{
	struct made m = { .big = true };
	struct pcapng_packet p;

	(void)state;
	add32(&m, 0);
	add64(&m, 0);
	add32(&m, UINT32_MAX);
	add32(&m, 90);
	assert_int_equal(pcapng_packet_parse(PCAPNG_ENHANCED_PACKET, m.data, m.len, true, 0, &p), ERR_FORMAT);
	assert_int_equal(pcapng_packet_parse(PCAPNG_SIMPLE_PACKET, m.data + 12, 8, true, 0, &p), ERR_FORMAT);
}

/* The right column is what tshark 4.0.17 printed for such blocks, where its own sums do not overflow. */
static void times_of_every_resolution_agree_with_tshark(void **state)
{
	static const struct {
		uint8_t resolution;
		uint64_t ticks;
		int64_t ns;
	} rows[] = {
		{ 0, 5000000000, INT64_C(5000000000000000000) },
		{ 7, 5000000000, INT64_C(500000000000) },
		{ 10, 5000000000, 500000000 },
		{ 10, UINT64_C(1) << 63, INT64_C(922337203685477580) },
		{ 12, 5000000000, 5000000 },
		{ 18, 5000000000, 5 },
		{ 19, 5000000000, 0 },
		{ 20, UINT64_C(1) << 63, 0 },
		{ 0x9e, 5000000000, INT64_C(4656612873) },
		{ 0xa1, 5000000000, INT64_C(582076609) },
		{ 0xbe, 5000000000, 1 },
		{ 0xbe, UINT64_C(1) << 63, INT64_C(2000000000) },
		{ 0xbf, UINT64_C(1) << 63, INT64_C(1000000000) },
		{ 0xc0, UINT64_C(1) << 63, 0 },
		{ 6, 1760000000999999, INT64_C(1760000000999999000) },
		{ 9, 1760000000999999999, INT64_C(1760000000999999999) },
	};
	bool odd = false;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pcapng_interface interface = { .resolution = rows[i].resolution };

		assert_true(pcapng_time(&interface, rows[i].ticks, &odd) == rows[i].ns);
		interface.offset_s = -5;
		assert_true(pcapng_time(&interface, rows[i].ticks, &odd) == rows[i].ns - INT64_C(5000000000));
		assert_false(odd);
	}
}

static void times_beyond_2262_stop_at_the_border(void **state)
{
	struct pcapng_interface i = { .resolution = 6 };
	bool odd = false;

	(void)state;
	assert_true(pcapng_time(&i, UINT64_MAX, &odd) == INT64_MAX);
	assert_true(odd);
	odd = false;
	i.resolution = 0;
	assert_true(pcapng_time(&i, UINT64_MAX, &odd) == INT64_MAX);
	assert_true(odd);
	odd = false;
	i.offset_s = INT64_MIN;
	assert_true(pcapng_time(&i, 0, &odd) == INT64_MIN);
	assert_true(odd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_section_sets_the_byte_order),
		cmocka_unit_test(block_lengths_have_bounds),
		cmocka_unit_test(other_versions_are_refused),
		cmocka_unit_test(an_interface_reads_the_same_in_both_byte_orders),
		cmocka_unit_test(an_option_that_overruns_its_block_is_refused),
		cmocka_unit_test(all_kinds_of_packets_read_the_same_in_both_byte_orders),
		cmocka_unit_test(the_quick_way_gives_what_the_slow_one_gives),
		cmocka_unit_test(a_huge_captured_length_is_refused),
		cmocka_unit_test(times_of_every_resolution_agree_with_tshark),
		cmocka_unit_test(times_beyond_2262_stop_at_the_border),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
