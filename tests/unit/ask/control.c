/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ask/control.h"
#include "net/clock.h"
#include "responder.h"

static struct control *control_new(const struct responder *r)
{
	struct control *c = calloc(1, sizeof(*c));
	struct udp_target to = responder_target(r);
	assert_int_equal(line_open_udp(&c->line, &to), ASK_OK);
	c->patience = ask_patience_of(NS_PER_S / 2, 3);
	return c;
}

static void control_end(struct control *c)
{
	line_close(&c->line);
	free(c);
}

static size_t second_time(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	return nth ? responder_control(nth, question, len, out) : 0;
}

static size_t never(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	(void)nth, (void)question, (void)len, (void)out;
	return 0;
}

/* A nonce, then a list of one row. */
static size_t mru(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	static const char *const texts[] = {
		"nonce=0123456789abcdef01234567\r\n",
		"addr.0=192.0.2.1:123, last.0=0xeeacbcd8.00000000, first.0=0xeeacbcd7.00000000, ct.0=5, "
		"mv.0=35, "
		"rs.0=0x0, now=0xeeacbcd9.00000000\r\n",
	};
	size_t n = strlen(texts[nth & 1]);
	responder_control(nth, question, len, out);
	out[11] = (uint8_t)n;
	memcpy(out + 12, texts[nth & 1], n + 1);
	return 12 + (n + 3) / 4 * 4;
}

static void a_question_is_answered(void **state)
{
	(void)state;
	struct responder r;
	responder_begin(&r, responder_control);
	struct control *c = control_new(&r);
	assert_int_equal(control_query(c, CONTROL_READVAR, 0, "stratum", 7), ASK_OK);
	assert_int_equal(c->ask.len, 9);
	assert_memory_equal(c->ask.data, "stratum=2", 9);
	control_end(c);
	responder_end(&r);
}

static void a_lost_datagram_is_sent_again(void **state)
{
	(void)state;
	struct responder r;
	responder_begin(&r, second_time);
	struct control *c = control_new(&r);
	assert_int_equal(control_query(c, CONTROL_READVAR, 0, "", 0), ASK_OK);
	assert_int_equal(c->ask.n_sent, 2);
	control_end(c);
	responder_end(&r);
}

static void silence_is_a_timeout(void **state)
{
	(void)state;
	struct responder r;
	responder_begin(&r, never);
	struct control *c = control_new(&r);
	int64_t begin_ns = clock_monotonic_ns();
	assert_int_equal(control_query(c, CONTROL_READVAR, 0, "", 0), ASK_TIMEOUT);
	assert_in_range(clock_monotonic_ns() - begin_ns, NS_PER_S * 4 / 10, NS_PER_S * 20);
	control_end(c);
	responder_end(&r);
}

static void count(void *arg, const struct mru_row *row)
{
	unsigned *n = arg;
	assert_int_equal(row->count, 5);
	(*n)++;
}

static void a_list_is_read(void **state)
{
	(void)state;
	struct responder r;
	unsigned n = 0;
	struct mru_walk *w = calloc(1, sizeof(*w));
	responder_begin(&r, mru);
	struct control *c = control_new(&r);
	struct mru_wish wish = { .row = count, .arg = &n, .patience = c->patience };
	assert_int_equal(control_mru(c, w, &wish, NULL), ASK_OK);
	assert_int_equal(n, 1);
	assert_true(w->now == UINT64_C(0xeeacbcd900000000));
	control_end(c);
	responder_end(&r);
	free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(a_lost_datagram_is_sent_again),
		cmocka_unit_test(silence_is_a_timeout),
		cmocka_unit_test(a_list_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
