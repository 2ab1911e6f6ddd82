/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations under a clock of their own: what is lost, late, doubled, swapped or forged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/control_ask.h"

enum { MS = 1000000 };

static const struct ask_patience patience = { .answer_ns = 100 * MS, .gap_ns = 50 * MS, .tries = 3 };

struct talk {
	struct control_ask c;
	int64_t now_ns;
	unsigned n_sent;
	uint16_t sequence; /* of the latest question */
};

static struct talk *talk_new(enum control_opcode opcode, uint16_t association)
{
	struct talk *t = calloc(1, sizeof(*t));
	control_ask_begin(&t->c, opcode, association, "offset", 6, 0xfffe, patience);
	return t;
}

/* Until the machine waits; true while it does. */
static bool run(struct talk *t)
{
	struct ask_action a;
	for (;;) {
		control_ask_next(&t->c, t->now_ns, &a);
		if (a.what != ASK_SEND)
			return a.what == ASK_WAIT;
		t->n_sent++;
		t->sequence = (uint16_t)(a.bytes[2] << 8 | a.bytes[3]);
	}
}

static void later(struct talk *t, int64_t ns)
{
	t->now_ns += ns;
	run(t);
}

/* A fragment, changed in octet `at` by `flip`, in a block of exactly its size. */
static void hear(struct talk *t, uint16_t sequence, uint16_t offset, const char *data, bool more, unsigned at,
		 uint8_t flip)
{
	size_t n = strlen(data), len = 12 + (n + 3) / 4 * 4;
	uint8_t *p = calloc(1, len);
	p[0] = 0xd6;
	p[1] = (uint8_t)(0x80 | (more ? 0x20 : 0) | t->c.opcode);
	p[2] = (uint8_t)(sequence >> 8);
	p[3] = (uint8_t)sequence;
	p[4] = 0x06;
	p[5] = 0x15;
	p[6] = (uint8_t)(t->c.association >> 8);
	p[7] = (uint8_t)t->c.association;
	p[8] = (uint8_t)(offset >> 8);
	p[9] = (uint8_t)offset;
	p[11] = (uint8_t)n;
	memcpy(p + 12, data, n);
	p[at] ^= flip;
	control_ask_take(&t->c, p, len, t->now_ns);
	free(p);
}

static void tell(struct talk *t, uint16_t offset, const char *data, bool more)
{
	hear(t, t->sequence, offset, data, more, 0, 0);
}

static void has(const struct talk *t, const char *data)
{
	assert_int_equal(t->c.result, ASK_OK);
	assert_int_equal(t->c.len, strlen(data));
	assert_memory_equal(t->c.data, data, strlen(data));
	assert_int_equal(t->c.status, 0x0615);
}

static void fragments_come_in_any_order(void **state)
{
	(void)state;
	static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					       { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	static const char *const parts[] = { "abcd", "efg", "hi" };
	static const uint16_t offsets[] = { 0, 4, 7 };
	for (unsigned i = 0; i < 6; i++) {
		struct talk *t = talk_new(CONTROL_READVAR, 17767);
		assert_true(run(t));
		for (unsigned k = 0; k < 3; k++) {
			assert_int_equal(t->c.result, ASK_PENDING);
			tell(t, offsets[orders[i][k]], parts[orders[i][k]], orders[i][k] != 2);
		}
		has(t, "abcdefghi");
		assert_false(run(t));
		assert_int_equal(t->n_sent, 1);
		free(t);
	}
}

static void doubled_fragments_count_once(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	tell(t, 0, "abcd", true);
	tell(t, 0, "abcd", true);
	tell(t, 4, "ef", true);
	tell(t, 0, "abcd", true);
	tell(t, 6, "gh", false);
	has(t, "abcdefgh");
	assert_int_equal(t->c.n_doubled, 2);
	assert_int_equal(t->c.n_strange, 0);
	free(t);
}

static void a_lost_fragment_makes_the_question_go_out_again(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	uint16_t first = t->sequence;
	tell(t, 0, "abcd", true);
	later(t, 49 * MS);
	assert_int_equal(t->n_sent, 1);
	later(t, 1 * MS);
	assert_int_equal(t->n_sent, 2);
	assert_int_not_equal(t->sequence, first);
	/* the rest of the first answer comes too late: values of two moments do not mix */
	hear(t, first, 4, "OLD!", false, 0, 0);
	assert_int_equal(t->c.n_stale, 1);
	tell(t, 4, "efgh", false);
	assert_int_equal(t->c.result, ASK_PENDING);
	tell(t, 0, "ABCD", true);
	has(t, "ABCDefgh");
	free(t);
}

static void the_number_after_the_last_is_one(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	assert_int_equal(t->sequence, 0xfffe);
	later(t, 100 * MS);
	assert_int_equal(t->sequence, 0xffff);
	later(t, 200 * MS);
	assert_int_equal(t->sequence, 1);
	tell(t, 0, "x", false);
	has(t, "x");
	free(t);
}

static void silence_is_a_timeout_after_the_last_try(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	int64_t waited_ns = 0;
	while (run(t)) {
		struct ask_action a;
		control_ask_next(&t->c, t->now_ns, &a);
		waited_ns += a.until_ns - t->now_ns;
		t->now_ns = a.until_ns;
	}
	assert_int_equal(t->c.result, ASK_TIMEOUT);
	assert_int_equal(t->n_sent, 3);
	assert_int_equal(waited_ns, 700 * MS);
	free(t);
}

static void parts_without_the_rest_are_incomplete(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	for (int i = 0; i < 3; i++) {
		run(t);
		tell(t, 4, "efgh", false);
		later(t, 400 * MS);
	}
	assert_int_equal(t->c.result, ASK_INCOMPLETE);
	free(t);
}

static void what_is_no_answer_to_the_question_changes_nothing(void **state)
{
	(void)state;
	/* mode, response bit, opcode, sequence, association, count */
	static const struct {
		unsigned at;
		uint8_t flip;
	} changes[] = { { 0, 1 },    { 1, 0x80 }, { 1, 8 }, { 2, 0x40 },
			{ 3, 0x10 }, { 6, 1 },    { 7, 1 }, { 11, 0x80 } };
	struct talk *t = talk_new(CONTROL_READVAR, 17767);
	run(t);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		hear(t, t->sequence, 0, "FALSE", false, changes[i].at, changes[i].flip);
	control_ask_take(&t->c, (const uint8_t *)"\x16\x82", 2, t->now_ns);
	assert_int_equal(t->c.result, ASK_PENDING);
	assert_int_equal(t->c.n_strange, 9);
	tell(t, 0, "true", false);
	has(t, "true");
	free(t);
}

static void false_datagrams_do_not_prolong_the_wait(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	tell(t, 0, "abcd", true);
	for (int i = 0; i < 49; i++) {
		t->now_ns += MS;
		tell(t, 0, "abcd", true);
		tell(t, 2, "zz", true);
		run(t);
	}
	assert_int_equal(t->n_sent, 1);
	later(t, MS);
	assert_int_equal(t->n_sent, 2);
	free(t);
}

static void fragments_over_others_are_refused(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	tell(t, 4, "efgh", true);
	tell(t, 2, "xxx", true);   /* over its begin */
	tell(t, 7, "xxx", true);   /* over its end */
	tell(t, 5, "x", true);     /* inside */
	tell(t, 4, "xxx", true);   /* shorter */
	tell(t, 0, "abcd", false); /* the end lies before it */
	tell(t, 9, "", true);      /* says nothing */
	assert_int_equal(t->c.n_strange, 6);
	tell(t, 8, "ij", false);
	tell(t, 10, "kl", false); /* two ends */
	tell(t, 10, "kl", true);  /* behind the end */
	assert_int_equal(t->c.n_strange, 8);
	tell(t, 0, "abcd", true);
	has(t, "abcdefghij");
	free(t);
}

static void an_answer_may_be_empty(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READSTAT, 0);
	run(t);
	tell(t, 0, "", false);
	has(t, "");
	free(t);
}

static void the_servers_error_has_its_code(void **state)
{
	(void)state;
	static const uint8_t answer[] = { 0xd6, 0xc2, 0xff, 0xfe, 0x04, 0, 0x45, 0x67, 0, 0, 0, 0 };
	struct talk *t = talk_new(CONTROL_READVAR, 0x4567);
	run(t);
	control_ask_take(&t->c, answer, sizeof(answer), t->now_ns);
	assert_int_equal(t->c.result, ASK_ERROR);
	assert_int_equal(t->c.error, 4);
	free(t);
}

static void the_largest_answer_fits_and_no_larger_one(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	tell(t, 65532, "abcd", false);
	assert_int_equal(t->c.n_strange, 0);
	tell(t, 65535, "ef", true);
	assert_int_equal(t->c.n_strange, 1);
	assert_int_equal(t->c.result, ASK_PENDING);
	free(t);
}

static void the_driver_may_end_it(void **state)
{
	(void)state;
	struct talk *t = talk_new(CONTROL_READVAR, 0);
	run(t);
	control_ask_fail(&t->c, ASK_REFUSED);
	assert_false(run(t));
	tell(t, 0, "abcd", false);
	assert_int_equal(t->c.result, ASK_REFUSED);
	control_ask_fail(&t->c, ASK_TIMEOUT);
	assert_int_equal(t->c.result, ASK_REFUSED);
	free(t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_come_in_any_order),
		cmocka_unit_test(doubled_fragments_count_once),
		cmocka_unit_test(a_lost_fragment_makes_the_question_go_out_again),
		cmocka_unit_test(the_number_after_the_last_is_one),
		cmocka_unit_test(silence_is_a_timeout_after_the_last_try),
		cmocka_unit_test(parts_without_the_rest_are_incomplete),
		cmocka_unit_test(what_is_no_answer_to_the_question_changes_nothing),
		cmocka_unit_test(false_datagrams_do_not_prolong_the_wait),
		cmocka_unit_test(fragments_over_others_are_refused),
		cmocka_unit_test(an_answer_may_be_empty),
		cmocka_unit_test(the_servers_error_has_its_code),
		cmocka_unit_test(the_largest_answer_fits_and_no_larger_one),
		cmocka_unit_test(the_driver_may_end_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
