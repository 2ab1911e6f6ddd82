/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ask/poll_line.h"

/* A question that waits, or has its result. */
struct question {
	enum ask_result result;
};

static void next(void *m, int64_t now_ns, struct ask_action *out)
{
	const struct question *q = m;

	*out = (struct ask_action){ .what = q->result == ASK_PENDING ? ASK_WAIT : ASK_OVER,
				    .until_ns = now_ns + NS_PER_S };
}

static void take(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	(void)m, (void)p, (void)len, (void)now_ns;
}

static void give_up(void *m, enum ask_result why)
{
	((struct question *)m)->result = why;
}

static enum ask_result result(const void *m)
{
	return ((const struct question *)m)->result;
}

static const struct machine machine = { next, take, give_up, result };

static void open_line(struct poll_line *l)
{
	struct udp_target to = { .port = 9 };

	*l = (struct poll_line){ 0 };
	assert_true(addr_parse("127.0.0.1", &to.addr));
	l->is_open = line_open_udp(&l->line, &to) == ASK_OK;
	assert_true(l->is_open);
}

static void a_question_waits_for_its_line(void **state)
{
	struct question q = { ASK_PENDING };
	struct poll_wait wait = { 0 };
	struct poll_line l;
	(void)state;
	open_line(&l);
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_WAITS);
	assert_int_equal(wait.n, 1);
	assert_int_equal(wait.fds[0].fd, l.line.udp.fd);
	assert_true(wait.fds[0].events & POLLIN);
	assert_true(wait.until_ns < INT64_MAX);
	q.result = ASK_OK;
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_ANSWERED);
	assert_int_equal(wait.n, 0);
	line_close(&l.line);
}

/* Before, it may be somebody else who speaks there. */
static void an_error_is_an_answer_once_somebody_has_answered(void **state)
{
	struct question q = { ASK_ERROR };
	struct poll_wait wait;
	struct poll_line l;
	(void)state;
	open_line(&l);
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_OVER);
	q.result = ASK_OK;
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_ANSWERED);
	q.result = ASK_ERROR;
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_ANSWERED);
	q.result = ASK_TIMEOUT;
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_OVER);
	line_close(&l.line);
}

static void without_a_line_it_is_over_and_says_why(void **state)
{
	struct question q = { ASK_PENDING };
	struct poll_wait wait = { .n = 1 };
	struct poll_line l = { 0 };
	(void)state;
	assert_int_equal(poll_line_step(&l, &machine, &q, &wait), POLL_LINE_OVER);
	assert_int_equal(wait.n, 0);
	assert_string_equal(poll_line_why(&l, ASK_PENDING, ""), "no socket");
	l.is_open = true;
	assert_string_equal(poll_line_why(&l, ASK_TIMEOUT, ""), "no answer");
	assert_string_equal(poll_line_why(&l, ASK_ERROR, "not authorised"), "not authorised");
	assert_string_equal(poll_line_why(&l, ASK_BAD_ANSWER, ""), ask_result_name(ASK_BAD_ANSWER));
	reading_text(l.line.why, sizeof(l.line.why), "port unreachable");
	assert_string_equal(poll_line_why(&l, ASK_REFUSED, ""), "port unreachable");
}

static void a_trial_is_shorter_and_each_question_begins_anew(void **state)
{
	const struct poll_turn trial = { .is_trial = true }, usual = { 0 };
	struct poll_line l = { 0 };
	(void)state;
	reading_text(l.line.why, sizeof(l.line.why), "port unreachable");
	struct ask_patience p = poll_line_ask(&l, &usual);
	assert_string_equal(l.line.why, "");
	assert_int_equal(p.tries, 2);
	assert_int_equal(p.answer_ns, NS_PER_S); /* and two for the second */
	p = poll_line_ask(&l, &trial);
	assert_int_equal(p.tries, 1);
	assert_int_equal(p.answer_ns, NS_PER_S * 3 / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_waits_for_its_line),
		cmocka_unit_test(an_error_is_an_answer_once_somebody_has_answered),
		cmocka_unit_test(without_a_line_it_is_over_and_says_why),
		cmocka_unit_test(a_trial_is_shorter_and_each_question_begins_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
