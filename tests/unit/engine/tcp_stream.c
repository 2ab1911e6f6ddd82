/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each test writes what came out as one line: ">text" and "<text" for the bytes of the two sides, a hole as
 * [n], octets that the capture cut off as {n}, early segments as e, repeated ones as r (R: with other
 * bytes), keep-alives as k, and flags by their letter.  What comes out at the end stands behind "|". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/tcp_stream.h"

struct book {
	struct tcp_sink sink; /* first */
	char text[4096];
	size_t len;
	int side;
	bool at_end;
	uint64_t n_bytes, n_gaps[2]; /* bytes out; bytes missing, of each side */
	char said[512];              /* the first bytes alone */
};

static void add(struct book *b, const char *s, size_t len)
{
	if (b->len + len < sizeof(b->text)) {
		memcpy(b->text + b->len, s, len);
		b->len += len;
	}
}

static void turn(struct book *b, const struct tcp_event *e)
{
	if (e->unseen && !b->at_end) {
		add(b, "|", 1);
		b->at_end = true;
	}
	if (b->side != (int)e->side) {
		add(b, e->side ? "<" : ">", 1);
		b->side = (int)e->side;
	}
}

static void take(struct tcp_sink *sink, const struct tcp_event *e)
{
	struct book *b = (struct book *)sink;
	char s[32];

	turn(b, e);
	switch (e->kind) {
	case TCP_EVENT_FLAGS:
		if (e->flags & TCP_FLAG_SYN)
			add(b, "S", 1);
		if (e->flags & TCP_FLAG_FIN)
			add(b, "F", 1);
		if (e->flags & TCP_FLAG_RST)
			add(b, "X", 1);
		break;
	case TCP_EVENT_DATA:
		add(b, (const char *)e->data, e->len);
		if (b->n_bytes + e->len <= sizeof(b->said))
			memcpy(b->said + b->n_bytes, e->data, e->len);
		b->n_bytes += e->len;
		break;
	case TCP_EVENT_GAP:
		add(b, s, (size_t)snprintf(s, sizeof(s), e->cut ? "{%u}" : "[%u]", e->len));
		b->n_gaps[e->side] += e->len;
		break;
	case TCP_EVENT_REPEATED: add(b, e->n_differ ? "R" : "r", 1); break;
	case TCP_EVENT_EARLY: add(b, "e", 1); break;
	case TCP_EVENT_KEEP_ALIVE: add(b, "k", 1); break;
	}
	b->text[b->len] = '\0';
}

struct talk {
	struct tcp_stream stream;
	struct book book;
	uint64_t frame;
};

static struct talk *talk_new(void)
{
	struct talk *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	t->book = (struct book){ .sink.take = take, .side = -1 };
	assert_int_equal(tcp_stream_init(&t->stream, &t->book.sink), ERR_OK);
	return t;
}

static void send_cut(struct talk *t, unsigned side, uint32_t seq, uint32_t ack, unsigned flags,
		     const char *text, uint32_t cut)
{
	uint32_t len = (uint32_t)strlen(text);
	tcp_stream_add(&t->stream, &(struct tcp_segment){ .side = side,
							  .seq = seq,
							  .ack = ack,
							  .flags = (uint8_t)(flags | TCP_FLAG_ACK),
							  .payload = (const uint8_t *)text,
							  .len = len - cut,
							  .wire_len = len,
							  .frame = ++t->frame });
}

static void say(struct talk *t, unsigned side, uint32_t seq, uint32_t ack, const char *text)
{
	send_cut(t, side, seq, ack, 0, text, 0);
}

/* Ends the talk and compares. */
static void expect(struct talk *t, const char *text)
{
	tcp_stream_finish(&t->stream);
	assert_string_equal(t->book.text, text);
	tcp_stream_release(&t->stream);
	free(t);
}

static void a_talk_comes_out_as_it_was(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	tcp_stream_add(&t->stream, &(struct tcp_segment){ .seq = 99, .flags = TCP_FLAG_SYN });
	send_cut(t, 1, 499, 100, TCP_FLAG_SYN, "", 0);
	say(t, 0, 100, 500, "");
	say(t, 0, 100, 500, "hello");
	say(t, 1, 500, 105, "HELLO");
	say(t, 0, 105, 505, "more");
	send_cut(t, 0, 109, 505, TCP_FLAG_FIN, "", 0);
	send_cut(t, 1, 505, 110, TCP_FLAG_RST, "", 0);
	expect(t, ">S<S>hello<HELLO>moreF<X");
}

static void early_segments_wait_for_those_before_them(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 0, "ab");
	say(t, 0, 106, 0, "gh");
	say(t, 0, 104, 0, "ef");
	say(t, 0, 108, 0, "ij");
	say(t, 0, 102, 0, "cd");
	say(t, 0, 110, 0, "kl");
	expect(t, ">abeeecdefghijkl");
}

static void what_comes_again_comes_out_once(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 0, "abcd");
	say(t, 0, 100, 0, "abcd"); /* all of it */
	say(t, 0, 101, 0, "bc");   /* a part */
	say(t, 0, 102, 0, "cdef"); /* and more */
	say(t, 0, 110, 0, "kl");
	say(t, 0, 110, 0, "kl"); /* while it is held */
	say(t, 0, 106, 0, "ghijkl");
	expect(t, ">abcdrrrefeeghijklrr");
}

static void other_bytes_for_the_same_place_are_told_and_the_first_count(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 0, "abcd");
	say(t, 0, 102, 0, "XYef");
	say(t, 0, 104, 0, "ef");
	say(t, 0, 99, 0, "?abc"); /* before the first that was seen: nobody knows */
	expect(t, ">abcdRefrr");
}

static void held_bytes_are_compared_when_their_turn_comes(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 0, "ab");
	say(t, 0, 104, 0, "EF");
	say(t, 0, 102, 0, "cdef");
	expect(t, ">abecdefR");
}

static void sequence_numbers_wrap(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	tcp_stream_add(&t->stream, &(struct tcp_segment){ .seq = 0xfffffffd, .flags = TCP_FLAG_SYN });
	say(t, 0, 2, 0, "ef");
	say(t, 0, 0xfffffffe, 0, "ab");
	say(t, 0, 0, 0, "cd");
	say(t, 0, 0xffffffff, 0, "bc");
	expect(t, ">Seabcdefr");
}

static void a_hole_that_was_acknowledged_is_a_gap(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 500, "ab");
	say(t, 0, 104, 500, "ef");
	say(t, 1, 500, 102, "1"); /* does not speak of it */
	say(t, 1, 501, 104, "2"); /* has the hole, not what is behind it */
	say(t, 1, 502, 106, "3");
	say(t, 0, 106, 503, "gh");
	say(t, 0, 102, 503, "cd"); /* too late */
	expect(t, ">abe<12>[2]ef<3>ghr");
}

static void several_holes_close_one_after_the_other(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 500, "a");
	say(t, 0, 102, 500, "c");
	say(t, 0, 104, 500, "e");
	say(t, 0, 106, 500, "g");
	say(t, 1, 500, 105, "!");
	expect(t, ">aeee[1]c[1]e<!|>[1]g");
}

static void what_is_held_at_the_end_comes_out_behind_its_gap(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 1, 100, 0, "ab");
	say(t, 1, 110, 0, "kl");
	expect(t, "<abe|[8]kl");
}

static void what_the_capture_cut_off_is_a_gap(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	send_cut(t, 0, 100, 0, 0, "abcdef", 4);
	send_cut(t, 0, 106, 0, 0, "gh", 2);
	say(t, 0, 108, 0, "ij");
	send_cut(t, 0, 104, 0, 0, "efgh", 1); /* again, and cut again */
	say(t, 0, 108, 0, "xy");
	expect(t, ">ab{4}{2}ijrR");
}

static void keep_alives_are_no_data(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 0, 100, 0, "ab");
	say(t, 0, 101, 0, "");
	say(t, 0, 101, 0, "?");
	say(t, 0, 102, 0, "cd");
	expect(t, ">abkkcd");
}

static void data_may_come_with_syn_and_fin(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	send_cut(t, 0, 99, 0, TCP_FLAG_SYN, "ab", 0);
	send_cut(t, 0, 102, 0, TCP_FLAG_FIN, "cd", 0);
	expect(t, ">SabcdF");
}

static void a_stream_may_begin_in_the_middle(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	say(t, 1, 0x80000000, 77, "middle");
	say(t, 0, 77, 0x80000006, "yes");
	expect(t, "<middle>yes");
}

/* More early segments than can be held: earlier holes become gaps, and no byte is lost. */
static void full_tables_lose_no_byte(void **state)
{
	(void)state;
	struct talk *t = talk_new();
	uint64_t n = 1;
	say(t, 0, 100, 0, "a");
	for (uint32_t i = 1; i <= 3 * TCP_STREAM_PIECES; i++, n++)
		say(t, 0, 100 + 2 * i, 0, "b");
	tcp_stream_finish(&t->stream);
	assert_int_equal(t->book.n_bytes, n);
	assert_int_equal(t->book.n_gaps[0], 3 * TCP_STREAM_PIECES);
	tcp_stream_release(&t->stream);
	free(t);
}

static void big_segments_fill_the_table_too(void **state)
{
	(void)state;
	enum { BIG = 60000, N = 40 };
	struct talk *t = talk_new();
	uint8_t *bytes = calloc(2, TCP_STREAM_HELD);
	assert_non_null(bytes);
	struct tcp_segment s = { .payload = bytes, .len = 1, .wire_len = 1 };
	tcp_stream_add(&t->stream, &s);
	for (uint32_t i = 0; i < N; i++) {
		s.seq = 2 + i * (BIG + 1);
		s.len = s.wire_len = BIG;
		tcp_stream_add(&t->stream, &s);
	}
	s.seq += 2 * BIG;
	s.len = s.wire_len = TCP_STREAM_HELD + 1; /* one that can never be held */
	tcp_stream_add(&t->stream, &s);
	tcp_stream_finish(&t->stream);
	assert_int_equal(t->book.n_bytes, 1 + N * BIG + TCP_STREAM_HELD + 1);
	tcp_stream_release(&t->stream);
	free(t);
	free(bytes);
}

/* Pieces of a known text in any order and any overlap give the text. */
static void any_order_gives_the_same_bytes(void **state)
{
	(void)state;
	enum { LEN = 300 };
	uint64_t seed = 7;
	char text[LEN + 1];
	for (unsigned i = 0; i < LEN; i++)
		text[i] = (char)('a' + i % 23);
	text[LEN] = '\0';
	for (unsigned round = 0; round < 300; round++) {
		struct talk *t = talk_new();
		uint32_t base = 0u - (uint32_t)(round * 3);
		tcp_stream_add(&t->stream, &(struct tcp_segment){ .seq = base - 1, .flags = TCP_FLAG_SYN });
		for (unsigned i = 0; i < 400; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			uint32_t at = (uint32_t)(seed >> 33) % LEN, len = (uint32_t)(seed >> 20) % 17 + 1;
			if (len > LEN - at)
				len = LEN - at;
			tcp_stream_add(&t->stream, &(struct tcp_segment){ .seq = base + at,
									  .payload = (uint8_t *)text + at,
									  .len = len,
									  .wire_len = len });
		}
		tcp_stream_add(&t->stream, &(struct tcp_segment){ .seq = base,
								  .payload = (uint8_t *)text,
								  .len = LEN,
								  .wire_len = LEN });
		tcp_stream_finish(&t->stream);
		assert_int_equal(t->book.n_bytes, LEN);
		assert_memory_equal(t->book.said, text, LEN);
		assert_int_equal(t->stream.side[0].offset, LEN);
		assert_null(strchr(t->book.text, 'R'));
		tcp_stream_release(&t->stream);
		free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_talk_comes_out_as_it_was),
		cmocka_unit_test(early_segments_wait_for_those_before_them),
		cmocka_unit_test(what_comes_again_comes_out_once),
		cmocka_unit_test(other_bytes_for_the_same_place_are_told_and_the_first_count),
		cmocka_unit_test(held_bytes_are_compared_when_their_turn_comes),
		cmocka_unit_test(sequence_numbers_wrap),
		cmocka_unit_test(a_hole_that_was_acknowledged_is_a_gap),
		cmocka_unit_test(several_holes_close_one_after_the_other),
		cmocka_unit_test(what_is_held_at_the_end_comes_out_behind_its_gap),
		cmocka_unit_test(what_the_capture_cut_off_is_a_gap),
		cmocka_unit_test(keep_alives_are_no_data),
		cmocka_unit_test(data_may_come_with_syn_and_fin),
		cmocka_unit_test(a_stream_may_begin_in_the_middle),
		cmocka_unit_test(full_tables_lose_no_byte),
		cmocka_unit_test(big_segments_fill_the_table_too),
		cmocka_unit_test(any_order_gives_the_same_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
