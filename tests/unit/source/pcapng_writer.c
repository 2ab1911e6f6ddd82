/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/pcapng_writer.h"
#include "source/source.h"

static const uint8_t frame_bytes[] = { 0xde, 0xad, 0xbe, 0xef, 0x05 };

static struct packet packet_at(int64_t time_ns)
{
	return (struct packet){
		.data = frame_bytes,
		.time_ns = time_ns,
		.frame = 1,
		.caplen = sizeof(frame_bytes),
		.len = sizeof(frame_bytes),
		.link = LINK_ETHERNET,
		.has_time = true,
	};
}

/* What the draft's diagrams say, octet by octet. */
static const uint8_t section[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1, 0,
	0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0, 0,
};

static const uint8_t ethernet[] = {
	1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0,  0, 0, 0, /* link type 1, no snap length */
	9, 0, 1, 0, 9,  0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0,
};

static void a_frame_makes_section_interface_and_packet(void **state)
{
	(void)state;
	/* 2024-02-29 12:34:56.123456789: 1709210096123456789 ns = 0x17b8554f 0x8f7d8d15 */
	static const uint8_t enhanced[] = {
		6,    0,    0,    0,    40,   0,    0, 0, 0,  0, 0, 0, 0x4f, 0x55,
		0xb8, 0x17, 0x15, 0x8d, 0x7d, 0x8f, 5, 0, 0,  0, 9, 0, 0,    0,
		0xde, 0xad, 0xbe, 0xef, 0x05, 0,    0, 0, 40, 0, 0, 0,
	};
	struct buf b;
	struct pcapng_writer w;
	struct packet p = packet_at(INT64_C(0x17b8554f8f7d8d15));
	p.len = 9;
	buf_init(&b, -1);
	pcapng_writer_init(&w, &b);
	assert_int_equal(pcapng_writer_add(&w, &p), ERR_OK);
	assert_int_equal(w.n_frames, 1);
	assert_int_equal(b.len, sizeof(section) + sizeof(ethernet) + sizeof(enhanced));
	assert_memory_equal(b.data, section, sizeof(section));
	assert_memory_equal(b.data + sizeof(section), ethernet, sizeof(ethernet));
	assert_memory_equal(b.data + sizeof(section) + sizeof(ethernet), enhanced, sizeof(enhanced));
	pcapng_writer_release(&w);
	buf_release(&b);
}

static void a_frame_without_a_time_goes_into_a_simple_block(void **state)
{
	(void)state;
	static const uint8_t simple[] = {
		3, 0, 0, 0, 24, 0, 0, 0, 5, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0x05, 0, 0, 0, 24, 0, 0, 0,
	};
	struct buf b;
	struct pcapng_writer w;
	struct packet p = packet_at(0);
	p.has_time = false;
	buf_init(&b, -1);
	pcapng_writer_init(&w, &b);
	assert_int_equal(pcapng_writer_add(&w, &p), ERR_OK);
	size_t before = sizeof(section) + sizeof(ethernet);
	assert_int_equal(b.len, before + sizeof(simple));
	assert_memory_equal(b.data + before, simple, sizeof(simple));
	pcapng_writer_release(&w);
	buf_release(&b);
}

/* Writes the packets and has our own reader read them. */
static void round_trip(const struct packet *in, size_t n, struct packet *out, struct buf *b,
		       struct source **source)
{
	struct pcapng_writer w;
	char message[200];
	size_t got, have = 0;
	buf_init(b, -1);
	pcapng_writer_init(&w, b);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pcapng_writer_add(&w, &in[i]), ERR_OK);
	pcapng_writer_release(&w);
	assert_int_equal(source_open_memory_file((const uint8_t *)b->data, b->len, 0, source, message,
						 sizeof(message)),
			 ERR_OK);
	while (source_next(*source, out + have, n - have + 1, &got) == ERR_OK && have + got < n)
		have += got;
	assert_int_equal(have + got, n);
	assert_string_equal((*source)->damage, "");
}

static void times_lengths_and_link_types_come_back(void **state)
{
	(void)state;
	struct packet in[] = {
		packet_at(0),         packet_at(INT64_C(1709210096123456789)),
		packet_at(-1),        packet_at(INT64_MIN),
		packet_at(INT64_MAX), packet_at(5),
		packet_at(6),
	};
	enum { N = sizeof(in) / sizeof(in[0]) };
	struct packet out[N + 1];
	struct source *source;
	struct buf b;
	in[1].link = LINK_LINUX_SLL2;
	in[2].caplen = 0;
	in[3].caplen = 3;
	in[4].len = 1500;
	in[5].interface = 3;
	in[6].has_time = false;
	in[6].time_ns = 0;
	round_trip(in, N, out, &b, &source);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(out[i].time_ns, in[i].time_ns);
		assert_int_equal(out[i].caplen, in[i].caplen);
		assert_int_equal(out[i].len, in[i].len);
		assert_int_equal(out[i].link, in[i].link);
		assert_int_equal(out[i].has_time, in[i].has_time);
		assert_memory_equal(out[i].data, in[i].data, in[i].caplen);
	}
	source_free(source);
	buf_release(&b);
}

static void many_interfaces_stay_apart_and_are_written_once(void **state)
{
	(void)state;
	enum { N = 300 };
	struct buf b;
	struct pcapng_writer w;
	struct packet p = packet_at(1);
	buf_init(&b, -1);
	pcapng_writer_init(&w, &b);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < N; i++) {
			p.interface = i * 7919;
			p.file = (uint16_t)(i % 3);
			assert_int_equal(pcapng_writer_add(&w, &p), ERR_OK);
		}
	}
	assert_int_equal(b.len, sizeof(section) + N * sizeof(ethernet) + 3 * N * 40);
	pcapng_writer_release(&w);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_makes_section_interface_and_packet),
		cmocka_unit_test(a_frame_without_a_time_goes_into_a_simple_block),
		cmocka_unit_test(times_lengths_and_link_types_come_back),
		cmocka_unit_test(many_interfaces_stay_apart_and_are_written_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
