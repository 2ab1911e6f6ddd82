/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/chrony_ask.h"

enum { MS = 1000000 };

struct talk {
	struct chrony_ask c;
	int64_t now_ns;
	unsigned n_sent;
	uint8_t request[CHRONY_MESSAGE_MAX];
};

static void begin(struct talk *t)
{
	memset(t, 0, sizeof(*t));
	chrony_ask_begin(&t->c, CHRONY_ACTIVITY, NULL, UINT32_MAX,
			 (struct ask_patience){ .answer_ns = 100 * MS, .tries = 3 });
}

static bool run(struct talk *t)
{
	struct ask_action a;
	for (;;) {
		chrony_ask_next(&t->c, t->now_ns, &a);
		if (a.what != ASK_SEND)
			return a.what == ASK_WAIT;
		assert_int_equal(a.len, 48);
		memcpy(t->request, a.bytes, a.len);
		t->n_sent++;
	}
}

/* The reply to the latest request, with octet `at` changed. */
static void hear(struct talk *t, unsigned status, unsigned at, uint8_t flip)
{
	uint8_t p[48] = { 6, 2, 0, 0, 0, CHRONY_ACTIVITY, 0, 12, 0, (uint8_t)status };
	memcpy(p + 16, t->request + 8, 4);
	p[31] = 3;
	p[at] ^= flip;
	chrony_ask_take(&t->c, p, sizeof(p), t->now_ns);
}

static void the_reply_is_kept(void **state)
{
	(void)state;
	struct talk t;
	struct chrony_activity a;
	begin(&t);
	assert_true(run(&t));
	hear(&t, 0, 0, 0);
	assert_false(run(&t));
	assert_int_equal(t.c.result, ASK_OK);
	assert_true(chrony_activity(&t.c.reply, &a));
	assert_int_equal(a.online, 3);
}

static void a_lost_reply_is_asked_for_again_under_the_next_number(void **state)
{
	(void)state;
	struct talk t;
	uint8_t first[4];
	begin(&t);
	run(&t);
	memcpy(first, t.request + 8, 4);
	t.now_ns += 100 * MS;
	run(&t);
	assert_int_equal(t.n_sent, 2);
	assert_int_equal(t.request[7], 1); /* the attempt */
	assert_memory_equal(first, "\xff\xff\xff\xff", 4);
	assert_memory_equal(t.request + 8, "\0\0\0\0", 4);
	/* the first one's reply comes late */
	hear(&t, 0, 16, 0xff);
	assert_int_equal(t.c.n_strange, 1);
	for (unsigned i = 16; i < 20; i++)
		t.request[i - 8] = 0xff;
	hear(&t, 0, 0, 0);
	assert_int_equal(t.c.n_stale, 1);
	assert_int_equal(t.c.result, ASK_PENDING);
}

static void silence_is_a_timeout_after_the_last_try(void **state)
{
	(void)state;
	struct talk t;
	begin(&t);
	while (run(&t))
		t.now_ns = t.c.due_ns;
	assert_int_equal(t.c.result, ASK_TIMEOUT);
	assert_int_equal(t.n_sent, 3);
	assert_int_equal(t.now_ns, 700 * MS);
}

static void what_is_no_reply_to_it_changes_nothing(void **state)
{
	(void)state;
	/* version, type, command, sequence */
	static const unsigned at[] = { 0, 1, 5, 16, 18 };
	struct talk t;
	begin(&t);
	run(&t);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		hear(&t, 0, at[i], 0x40);
	chrony_ask_take(&t.c, t.request, 27, t.now_ns);
	assert_int_equal(t.c.n_strange, 6);
	assert_int_equal(t.c.result, ASK_PENDING);
	hear(&t, 0, 0, 0);
	assert_int_equal(t.c.result, ASK_OK);
}

static void chronyds_error_has_its_status(void **state)
{
	(void)state;
	struct talk t;
	begin(&t);
	run(&t);
	hear(&t, CHRONY_UNAUTHORISED, 0, 0);
	assert_int_equal(t.c.result, ASK_ERROR);
	assert_int_equal(t.c.status, CHRONY_UNAUTHORISED);
}

static void the_driver_may_end_it(void **state)
{
	(void)state;
	struct talk t;
	begin(&t);
	run(&t);
	chrony_ask_fail(&t.c, ASK_REFUSED);
	assert_false(run(&t));
	hear(&t, 0, 0, 0);
	assert_int_equal(t.c.result, ASK_REFUSED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reply_is_kept),
		cmocka_unit_test(a_lost_reply_is_asked_for_again_under_the_next_number),
		cmocka_unit_test(silence_is_a_timeout_after_the_last_try),
		cmocka_unit_test(what_is_no_reply_to_it_changes_nothing),
		cmocka_unit_test(chronyds_error_has_its_status),
		cmocka_unit_test(the_driver_may_end_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
