/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/pcap.h"

static void put16(uint8_t *p, uint16_t v, bool big)
{
	p[0] = (uint8_t)(big ? v >> 8 : v);
	p[1] = (uint8_t)(big ? v : v >> 8);
}

static void put32(uint8_t *p, uint32_t v, bool big)
{
	put16(p, (uint16_t)(big ? v >> 16 : v), big);
	put16(p + 2, (uint16_t)(big ? v : v >> 16), big);
}

static void header(uint8_t *p, uint32_t magic, uint16_t major, uint16_t minor, uint32_t network, bool big)
{
	memset(p, 0, PCAPFILE_HEADER_MAX);
	put32(p, magic, big);
	put16(p + 4, major, big);
	put16(p + 6, minor, big);
	put32(p + 16, 262144, big);
	put32(p + 20, network, big);
}

static void every_magic_is_known_in_both_byte_orders(void **state)
{
	static const struct {
		uint32_t magic;
		bool nanoseconds;
		unsigned int header_len, record_len;
	} kinds[] = {
		{ 0xa1b2c3d4, false, 24, 16 }, { 0xa1b23c4d, true, 24, 16 },  { 0xa1b2cd34, false, 24, 24 },
		{ 0x1c0001ac, false, 28, 16 }, { 0x1c0001ab, false, 28, 16 },
	};
	uint8_t b[PCAPFILE_HEADER_MAX];
	struct pcapfile f;

	(void)state;
	for (unsigned int i = 0; i < 2 * sizeof(kinds) / sizeof(*kinds); i++) {
		bool big = i & 1;

		header(b, kinds[i / 2].magic, 2, 4, 113, big);
		assert_int_equal(pcapfile_parse(b, sizeof(b), &f), ERR_OK);
		assert_int_equal(f.big_endian, big);
		assert_int_equal(f.nanoseconds, kinds[i / 2].nanoseconds);
		assert_int_equal(f.header_len, kinds[i / 2].header_len);
		assert_int_equal(f.record_len, kinds[i / 2].record_len);
		assert_int_equal(f.link, 113);
		assert_int_equal(f.major, 2);
		assert_int_equal(f.minor, 4);
		assert_int_equal(f.snaplen, 262144);
		assert_int_equal(f.lengths, PCAPFILE_LENGTHS_NAMED);
	}
}

static void every_short_length_is_refused(void **state)
{
	uint8_t b[PCAPFILE_HEADER_MAX];
	struct pcapfile f;

	(void)state;
	header(b, 0xa1b2c3d4, 2, 4, 1, false);
	assert_int_equal(pcapfile_parse(b, 0, &f), ERR_TRUNCATED);
	for (size_t n = 1; n < 4; n++)
		assert_int_equal(pcapfile_parse(b, n, &f), ERR_FORMAT);
	for (size_t n = 4; n < 24; n++)
		assert_int_equal(pcapfile_parse(b, n, &f), ERR_TRUNCATED);
	assert_int_equal(pcapfile_parse(b, 24, &f), ERR_OK);
	header(b, 0x1c0001ac, 2, 4, 1, false);
	assert_int_equal(pcapfile_parse(b, 27, &f), ERR_TRUNCATED);
}

static void other_bytes_are_not_a_capture(void **state)
{
	static const uint8_t text[] = "This is a text file, not a capture";
	struct pcapfile f;

	(void)state;
	assert_int_equal(pcapfile_parse(text, sizeof(text), &f), ERR_FORMAT);
}

static enum err parse_network(uint32_t network, struct pcapfile *f)
{
	uint8_t b[PCAPFILE_HEADER_MAX];

	header(b, 0xa1b2c3d4, 2, 4, network, true);
	return pcapfile_parse(b, sizeof(b), f);
}

static void raw_ip_has_one_link_type(void **state)
{
	struct pcapfile f;

	(void)state;
	assert_int_equal(parse_network(12, &f), ERR_OK);
	assert_int_equal(f.link, 101);
	assert_int_equal(parse_network(14, &f), ERR_OK);
	assert_int_equal(f.link, 101);
	assert_int_equal(parse_network(13, &f), ERR_OK);
	assert_int_equal(f.link, 13);
}

static void frame_check_bits_are_no_part_of_the_link_type(void **state)
{
	struct pcapfile f;

	(void)state;
	assert_int_equal(parse_network(0x44000001, &f), ERR_OK);
	assert_int_equal(f.link, 1);
	assert_int_equal(parse_network(0xf0000065, &f), ERR_OK);
	assert_int_equal(f.link, 101);
}

/* As tshark and libpcap have it ("network type reserved field not zero"). */
static void reserved_link_type_bits_are_refused(void **state)
{
	struct pcapfile f;

	(void)state;
	for (unsigned int bit = 16; bit < 26; bit++)
		assert_int_equal(parse_network(1 | UINT32_C(1) << bit, &f), ERR_UNSUPPORTED);
}

static enum pcapfile_lengths lengths_of_version(uint16_t major, uint16_t minor, enum err expect)
{
	uint8_t b[PCAPFILE_HEADER_MAX];
	struct pcapfile f;

	header(b, 0xa1b2c3d4, major, minor, 1, false);
	assert_int_equal(pcapfile_parse(b, sizeof(b), &f), expect);
	return f.lengths;
}

static void old_versions_swap_the_lengths(void **state)
{
	struct pcapfile_record r = { .caplen = 1500, .len = 90 };

	(void)state;
	assert_int_equal(lengths_of_version(2, 2, ERR_OK), PCAPFILE_LENGTHS_SWAPPED);
	assert_int_equal(lengths_of_version(543, 0, ERR_OK), PCAPFILE_LENGTHS_SWAPPED);
	assert_int_equal(lengths_of_version(2, 3, ERR_OK), PCAPFILE_LENGTHS_MAYBE_SWAPPED);
	assert_int_equal(lengths_of_version(2, 99, ERR_OK), PCAPFILE_LENGTHS_NAMED);
	lengths_of_version(1, 4, ERR_UNSUPPORTED);
	pcapfile_order_lengths(PCAPFILE_LENGTHS_NAMED, &r);
	assert_int_equal(r.caplen, 1500);
	pcapfile_order_lengths(PCAPFILE_LENGTHS_MAYBE_SWAPPED, &r);
	assert_int_equal(r.caplen, 90);
	pcapfile_order_lengths(PCAPFILE_LENGTHS_MAYBE_SWAPPED, &r);
	assert_int_equal(r.caplen, 90);
	pcapfile_order_lengths(PCAPFILE_LENGTHS_SWAPPED, &r);
	assert_int_equal(r.caplen, 1500);
}

static void a_record_reads_the_same_in_both_byte_orders(void **state)
{
	uint8_t b[PCAPFILE_RECORD_LEN];

	(void)state;
	for (int big = 0; big < 2; big++) {
		struct pcapfile_record r;

		put32(b, 1760000001, big);
		put32(b + 4, 999999, big);
		put32(b + 8, 60, big);
		put32(b + 12, 90, big);
		r = pcapfile_record_load(b, big, false);
		assert_true(r.time_ns == INT64_C(1760000001999999000));
		assert_int_equal(r.caplen, 60);
		assert_int_equal(r.len, 90);
		assert_false(r.odd_time);
		r = pcapfile_record_load(b, big, true);
		assert_true(r.time_ns == INT64_C(1760000001000999999));
	}
}

/* What tshark 4.0.17 makes of them: a 32-bit count of nanoseconds, signed. */
static void odd_fractions_are_carried_as_wireshark_does(void **state)
{
	uint8_t b[PCAPFILE_RECORD_LEN] = { 0 };
	static const struct {
		uint32_t fraction;
		bool nanoseconds;
		int64_t ns;
	} odd[] = {
		{ 1000000, false, 1000000000 }, { 1999999, false, 1999999000 },
		{ 0xffffffff, false, -1000 },   { 1000000000, true, 1000000000 },
		{ 0xffffffff, true, -1 },       { 0x80000000, true, INT32_MIN },
	};

	(void)state;
	put32(b, 10, true);
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct pcapfile_record r;

		put32(b + 4, odd[i].fraction, true);
		r = pcapfile_record_load(b, true, odd[i].nanoseconds);
		assert_true(r.time_ns == INT64_C(10000000000) + odd[i].ns);
		assert_true(r.odd_time);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_magic_is_known_in_both_byte_orders),
		cmocka_unit_test(every_short_length_is_refused),
		cmocka_unit_test(other_bytes_are_not_a_capture),
		cmocka_unit_test(raw_ip_has_one_link_type),
		cmocka_unit_test(frame_check_bits_are_no_part_of_the_link_type),
		cmocka_unit_test(reserved_link_type_bits_are_refused),
		cmocka_unit_test(old_versions_swap_the_lengths),
		cmocka_unit_test(a_record_reads_the_same_in_both_byte_orders),
		cmocka_unit_test(odd_fractions_are_carried_as_wireshark_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
