/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "source/source.h"

enum { FRAMES_MAX = 64, BYTES_MAX = 4096 };

/* All that a source gave, with the bytes copied. */
struct seen {
	struct packet p[FRAMES_MAX];
	uint8_t bytes[FRAMES_MAX][BYTES_MAX];
	size_t n;
	struct source_stats stats;
	char damage[600];
	enum err end;
};

static void read_all(const struct made *m, size_t step, size_t batch, struct seen *out)
{
	struct packet p[FRAMES_MAX];
	struct source *s;
	char message[600];
	size_t n;

	memset(out, 0, sizeof(*out));
	out->end = source_open_memory_file(m->data, m->len, step, &s, message, sizeof(message));
	if (out->end) {
		assert_null(s);
		snprintf(out->damage, sizeof(out->damage), "%s", message);
		return;
	}
	while (!(out->end = source_next(s, p, batch, &n))) {
		assert_in_range(n, 1, batch);
		for (size_t i = 0; i < n; i++) {
			assert_true(out->n < FRAMES_MAX && p[i].caplen <= BYTES_MAX);
			out->p[out->n] = p[i];
			memcpy(out->bytes[out->n++], p[i].data, p[i].caplen);
		}
	}
	out->stats = s->stats;
	if (*s->damage) /* how much was read ahead depends on the steps */
		out->stats.n_file_bytes = 0;
	snprintf(out->damage, sizeof(out->damage), "%s", s->damage);
	source_free(s);
}

static void assert_same(const struct seen *a, const struct seen *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_true(a->p[i].time_ns == b->p[i].time_ns && a->p[i].frame == b->p[i].frame);
		assert_true(a->p[i].caplen == b->p[i].caplen && a->p[i].len == b->p[i].len);
		assert_true(a->p[i].link == b->p[i].link && a->p[i].has_time == b->p[i].has_time);
		assert_memory_equal(a->bytes[i], b->bytes[i], a->p[i].caplen);
	}
	assert_memory_equal(&a->stats, &b->stats, sizeof(a->stats));
	assert_string_equal(a->damage, b->damage);
}

/* Reads in one piece, and again with every kind of border inside. */
static void read_everyhow(const struct made *m, struct seen *out)
{
	static struct seen other;
	static const size_t steps[] = { 1, 2, 3, 7, 16, 61 };

	read_all(m, 0, FRAMES_MAX, out);
	assert_int_equal(out->end, ERR_END);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		read_all(m, steps[i], i % 2 ? FRAMES_MAX : 1, &other);
		assert_same(out, &other);
	}
}

static struct seen seen;

static void every_pcap_kind_reads_the_same(void **state)
{
	static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34 };

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		struct made m = { .big = i & 1 };
		bool ns = i / 2 == 1;

		made_pcap(&m, magics[i / 2], 276);
		for (uint32_t k = 0; k < 5; k++) {
			made_record(&m, 1760000000 + k, ns ? 123456789 : 123456, 10 * k, 100);
			if (i / 2 == 2)
				made_zeros(&m, 8);
			made_payload(&m, k, 10 * k);
		}
		read_everyhow(&m, &seen);
		assert_int_equal(seen.n, 5);
		for (uint32_t k = 0; k < 5; k++) {
			const struct packet *p = &seen.p[k];

			assert_true(p->time_ns ==
				    INT64_C(1000000000) * (1760000000 + k) + (ns ? 123456789 : 123456000));
			assert_int_equal(p->frame, k + 1);
			assert_int_equal(p->caplen, 10 * k);
			assert_int_equal(p->len, 100);
			assert_int_equal(p->link, 276);
			assert_true(p->has_time);
			assert_true(!k || seen.bytes[k][10 * k - 1] == k);
		}
		assert_int_equal(seen.stats.n_frames, 5);
		assert_int_equal(seen.stats.n_bytes, 100);
		assert_int_equal(seen.stats.n_cut_by_snaplen, 5);
		assert_int_equal(seen.stats.n_file_bytes, m.len);
		assert_string_equal(seen.damage, "");
	}
}

static void sections_of_both_byte_orders_and_several_interfaces_are_read(void **state)
{
	static struct made m;

	(void)state;
	for (int big = 0; big < 2; big++) {
		m.big = big;
		made_section(&m);
		made_interface(&m, 1, 0, 0);
		made_enhanced(&m, 0, UINT64_C(1760000000000001), 60);
		made_interface(&m, 113, 0, 9);
		made_enhanced(&m, 1, UINT64_C(1760000000000000002), 61);
		made_enhanced(&m, 0, UINT64_C(1760000000000003), 62);
	}
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 6);
	for (size_t k = 0; k < 6; k++) {
		assert_int_equal(seen.p[k].link, k % 3 == 1 ? 113 : 1);
		assert_int_equal(seen.p[k].interface, k % 3 == 1);
		assert_int_equal(seen.p[k].caplen, 60 + k % 3);
	}
	assert_true(seen.p[0].time_ns == INT64_C(1760000000000001000));
	assert_true(seen.p[4].time_ns == INT64_C(1760000000000000002));
	assert_int_equal(seen.stats.n_time_backwards, 3);
	assert_true(seen.stats.first_ns == INT64_C(1760000000000000002));
	assert_true(seen.stats.last_ns == INT64_C(1760000000000003000));
}

static void simple_packets_have_no_time_and_the_first_snaplen(void **state)
{
	struct made m = { .big = false };

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 40, 0);
	made_interface(&m, 101, 20, 0);
	made_simple(&m, 90, 40);
	made_enhanced(&m, 1, 1000, 5);
	made_simple(&m, 30, 30);
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 3);
	assert_false(seen.p[0].has_time);
	assert_true(seen.p[0].time_ns == 0);
	assert_int_equal(seen.p[0].caplen, 40);
	assert_int_equal(seen.p[0].len, 90);
	assert_int_equal(seen.p[2].caplen, 30);
	assert_int_equal(seen.stats.n_without_time, 2);
	assert_true(seen.stats.first_ns == 1000000 && seen.stats.last_ns == 1000000);
}

static void blocks_that_wireshark_numbers_take_a_number(void **state)
{
	struct made m = { .big = true };

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 0, 0);
	made_other(&m, 0x00000bad, 8);
	made_enhanced(&m, 0, 1, 5); /* frame 2 */
	made_other(&m, 5, 20);
	made_other(&m, 0x40000bad, 4000);
	made_enhanced(&m, 0, 2, 5); /* frame 4 */
	made_other(&m, 4, 0);
	made_other(&m, 9, 3);
	made_enhanced(&m, 0, 3, 5); /* frame 6 */
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 3);
	for (size_t k = 0; k < 3; k++)
		assert_int_equal(seen.p[k].frame, 2 * (k + 1));
	assert_int_equal(seen.stats.n_skipped_blocks, 5);
	assert_int_equal(seen.stats.n_frames, 3);
}

/* However the file is cut: whole records before the cut come out, and nothing else. */
static void every_cut_keeps_the_records_before_it(const struct made *whole, const size_t *ends, size_t n_ends,
						  size_t header_len)
{
	static struct made m;

	m = *whole;
	for (m.len = header_len; m.len <= whole->len; m.len++) {
		size_t n = 0;
		bool at_border = m.len == header_len;

		for (size_t i = 0; i < n_ends; i++) {
			n += m.len >= ends[i];
			at_border |= m.len == ends[i];
		}
		read_all(&m, 0, FRAMES_MAX, &seen);
		assert_int_equal(seen.end, ERR_END);
		assert_int_equal(seen.n, n);
		assert_int_equal(seen.stats.n_damaged, !at_border);
		if (!at_border) {
			char expect[64];

			snprintf(expect, sizeof(expect),
				 n ? "'memory': truncated after frame %zu" : "'memory': truncated", n);
			assert_string_equal(seen.damage, expect);
		}
	}
}

static void a_cut_pcap_keeps_the_records_before_the_cut(void **state)
{
	static struct made m;
	size_t ends[3];

	(void)state;
	made_pcap(&m, 0xa1b2c3d4, 1);
	for (size_t i = 0; i < 3; i++) {
		made_packet(&m, 5, 0, 30);
		ends[i] = m.len;
	}
	every_cut_keeps_the_records_before_it(&m, ends, 3, 24);
}

static void a_cut_pcapng_keeps_the_blocks_before_the_cut(void **state)
{
	static struct made m;
	size_t ends[3], header_len;

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 0, 0);
	header_len = m.len;
	for (size_t i = 0; i < 3; i++) {
		made_enhanced(&m, 0, 5, 31);
		ends[i] = m.len;
	}
	every_cut_keeps_the_records_before_it(&m, ends, 3, header_len);
}

static void damage_is_told_with_the_frame_before_it(void **state)
{
	static struct made m;

	(void)state;
	made_pcap(&m, 0xa1b2c3d4, 1);
	made_packet(&m, 1, 0, 10);
	made_record(&m, 2, 0, 262145, 262145);
	made_zeros(&m, 100);
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.damage, "'memory': impossible packet length after frame 1");
}

static void a_packet_of_an_unknown_interface_ends_the_file(void **state)
{
	struct made m = { .big = true };

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 0, 0);
	made_enhanced(&m, 0, 1, 5);
	made_enhanced(&m, 1, 2, 5);
	made_enhanced(&m, 0, 3, 5);
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.damage, "'memory': packet of an unknown interface after frame 1");
}

static void block_lengths_that_disagree_end_the_file(void **state)
{
	struct made m = { .big = true };

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 0, 0);
	made_enhanced(&m, 0, 1, 5);
	made_enhanced(&m, 0, 2, 5);
	m.data[m.len - 1] ^= 4;
	made_enhanced(&m, 0, 3, 5);
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.damage, "'memory': block lengths do not agree after frame 1");
}

static void a_new_section_forgets_the_interfaces(void **state)
{
	struct made m = { .big = true };

	(void)state;
	made_section(&m);
	made_interface(&m, 1, 0, 0);
	made_enhanced(&m, 0, 1, 5);
	made_section(&m);
	made_enhanced(&m, 0, 2, 5);
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.damage, "'memory': packet of an unknown interface after frame 1");
}

static void an_empty_file_is_damaged_and_has_no_packets(void **state)
{
	struct made m = { .len = 0 };

	(void)state;
	read_everyhow(&m, &seen);
	assert_int_equal(seen.n, 0);
	assert_int_equal(seen.stats.n_damaged, 1);
	assert_string_equal(seen.damage, "'memory': empty file");
}

static void what_is_no_capture_is_refused_by_name(void **state)
{
	struct made m = { .len = 0 };

	(void)state;
	made_zeros(&m, 100);
	read_all(&m, 0, FRAMES_MAX, &seen);
	assert_int_equal(seen.end, ERR_FORMAT);
	assert_string_equal(seen.damage, "cannot read 'memory': not a capture file");
	m.len = 0;
	made_pcap(&m, 0xa1b2c3d4, 1);
	m.len = 17;
	read_all(&m, 0, FRAMES_MAX, &seen);
	assert_int_equal(seen.end, ERR_TRUNCATED);
	assert_string_equal(seen.damage, "cannot read 'memory': truncated in the file header");
}

static void odd_times_and_times_before_the_last_are_counted(void **state)
{
	struct made m = { .big = false };

	(void)state;
	made_pcap(&m, 0xa1b2c3d4, 1);
	made_packet(&m, 10, 1000000, 4);
	made_packet(&m, 10, 999999, 4);
	made_packet(&m, 10, 999999, 4);
	read_everyhow(&m, &seen);
	assert_true(seen.p[0].time_ns == INT64_C(11000000000));
	assert_int_equal(seen.stats.n_odd_time, 1);
	assert_int_equal(seen.stats.n_time_backwards, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pcap_kind_reads_the_same),
		cmocka_unit_test(sections_of_both_byte_orders_and_several_interfaces_are_read),
		cmocka_unit_test(simple_packets_have_no_time_and_the_first_snaplen),
		cmocka_unit_test(blocks_that_wireshark_numbers_take_a_number),
		cmocka_unit_test(a_cut_pcap_keeps_the_records_before_the_cut),
		cmocka_unit_test(a_cut_pcapng_keeps_the_blocks_before_the_cut),
		cmocka_unit_test(damage_is_told_with_the_frame_before_it),
		cmocka_unit_test(a_packet_of_an_unknown_interface_ends_the_file),
		cmocka_unit_test(block_lengths_that_disagree_end_the_file),
		cmocka_unit_test(a_new_section_forgets_the_interfaces),
		cmocka_unit_test(an_empty_file_is_damaged_and_has_no_packets),
		cmocka_unit_test(what_is_no_capture_is_refused_by_name),
		cmocka_unit_test(odd_times_and_times_before_the_last_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
