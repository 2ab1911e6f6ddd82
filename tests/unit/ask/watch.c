/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ask/watch.h"
#include "base/nstime.h"

enum { HOST_MOST = 64 };

struct noted {
	unsigned n;
};

static void note(void *arg, const struct reading *r)
{
	struct noted *n = arg;
	n->n++;
	assert_int_equal(r->via, WATCH_VIA_NTP);
	assert_true(r->time_ns > 0 && r->every_ns >= 16 * NS_PER_S);
	assert_true(r->n_points >= 2 && r->n_facts >= 1);
	assert_true(r->is_ok == !r->why[0]);
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
	const struct reading_sink sink = { note, &n };
	(void)state;
	assert_int_equal(ask_watch_new(hosts, 2, 16 * NS_PER_S, &o, &w), ERR_OK);
	struct timespec nap = { .tv_nsec = 50000000 };
	int64_t next_ns = 0, later_ns;
	for (int i = 0; i < 60 && n.n < 2; i++) {
		next_ns = ask_watch_step(w, &sink);
		nanosleep(&nap, NULL);
	}
	assert_int_equal(n.n, 2);
	later_ns = ask_watch_step(w, &sink);
	assert_int_equal(n.n, 2);
	assert_true(later_ns >= next_ns);
	ask_watch_free(w);
	ask_watch_free(NULL);
}

static void note_name(void *arg, const struct reading *r)
{
	char *name = arg;
	snprintf(name, HOST_MOST, "%s", r->target);
}

/* Settings that are read again give the memory back in which the first ones were. */
static void names_outlive_the_settings_that_they_are_from(void **state)
{
	char setting[] = "127.0.0.1", name[HOST_MOST] = "";
	const char *const hosts[] = { setting };
	const struct reading_sink sink = { note_name, name };
	const struct ask_query_options o = {
		.config = { .version = 4, .samples = 1, .timeout_ns = NS_PER_S / 10 }
	};
	struct timespec nap = { .tv_nsec = 50000000 };
	struct ask_watch *w;
	(void)state;
	assert_int_equal(ask_watch_new(hosts, 1, 16 * NS_PER_S, &o, &w), ERR_OK);
	memset(setting, 'x', sizeof(setting) - 1);
	for (int i = 0; i < 60 && !name[0]; i++) {
		ask_watch_step(w, &sink);
		nanosleep(&nap, NULL);
	}
	assert_string_equal(name, "127.0.0.1");
	ask_watch_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_is_asked_and_then_not_for_a_while),
		cmocka_unit_test(names_outlive_the_settings_that_they_are_from),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
