/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "ask/watch.h"
#include "base/nstime.h"

struct noted {
	unsigned n;
	enum query_result results[4];
};

static void note(void *arg, const struct query_report *r, uint8_t reach)
{
	struct noted *n = arg;
	n->results[n->n++ % 4] = r->result;
	(void)reach;
	assert_true(r->asked_ns > 0);
}

/* Whether anybody answers on port 123 of loopback is not ours to say; that nobody does is an answer, too. */
static void everybody_is_asked_and_then_not_for_a_while(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "nosuch.invalid" };
	const struct ask_query_options o = {
		.config = { .version = 4, .samples = 1, .timeout_ns = NS_PER_S / 10 }
	};
	struct ask_watch *w;
	struct noted n = { 0 };
	(void)state;
	assert_int_equal(ask_watch_new(hosts, 2, 16 * NS_PER_S, &o, &w), ERR_OK);
	struct timespec nap = { .tv_nsec = 50000000 };
	int64_t next_ns = 0, later_ns;
	for (int i = 0; i < 60 && n.n < 2; i++) {
		next_ns = ask_watch_step(w, note, &n);
		nanosleep(&nap, NULL);
	}
	assert_int_equal(n.n, 2);
	for (unsigned i = 0; i < 2; i++)
		assert_true(n.results[i] != QUERY_NONE);
	later_ns = ask_watch_step(w, note, &n);
	assert_int_equal(n.n, 2);
	assert_true(later_ns >= next_ns);
	ask_watch_free(w);
	ask_watch_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_is_asked_and_then_not_for_a_while),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
