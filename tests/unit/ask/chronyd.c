/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ask/chronyd.h"
#include "responder.h"

static void begin(struct chronyd *c, const struct responder *r)
{
	struct udp_target to = responder_target(r);
	*c = (struct chronyd){ .patience = ask_patience_of(NS_PER_S / 2, 3) };
	assert_int_equal(line_open_udp(&c->line, &to), ASK_OK);
}

static size_t refuses(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	size_t n = responder_chronyd(nth, question, len, out);
	out[9] = CHRONY_UNAUTHORISED;
	return n;
}

static void a_question_is_answered(void **state)
{
	(void)state;
	struct responder r;
	struct chronyd c;
	const struct chrony_arguments second = { .index = 2 };
	uint32_t n;
	responder_begin(&r, responder_chronyd);
	begin(&c, &r);
	assert_int_equal(chronyd_query(&c, CHRONY_N_SOURCES, NULL), ASK_OK);
	assert_true(chrony_n_sources(&c.ask.reply, &n));
	assert_int_equal(n, 3);
	assert_int_equal(chronyd_query(&c, CHRONY_SOURCE_DATA, &second), ASK_OK);
	line_close(&c.line);
	responder_end(&r);
}

static void a_refusal_has_its_status(void **state)
{
	(void)state;
	struct responder r;
	struct chronyd c;
	responder_begin(&r, refuses);
	begin(&c, &r);
	assert_int_equal(chronyd_query(&c, CHRONY_SERVERSTATS, NULL), ASK_ERROR);
	assert_int_equal(c.ask.status, CHRONY_UNAUTHORISED);
	line_close(&c.line);
	responder_end(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(a_refusal_has_its_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
