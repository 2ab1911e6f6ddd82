/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <netdb.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "ask/watch_host.h"
#include "base/nstime.h"
#include "unit/address_space.h"

#define S NS_PER_S

/* What "host" is, and "slow", once somebody posts; anybody else is nobody. */
static const char *_Atomic address = "192.0.2.1";
static sem_t slow;

static int ask(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	if (strncmp(host, "slow", 4) == 0) {
		sem_wait(&slow);
		host += strcmp(host, "slow") == 0 ? 0 : strlen("slow-");
	}
	if (strcmp(host, "slow") != 0 && strcmp(host, "host") != 0)
		return EAI_NONAME;
	return getaddrinfo(address, service, hints, out);
}

static void find(struct watch_host *h, struct lookups *l, int64_t now_ns)
{
	assert_true(watch_host_waits(h) && h->wish_ns);
	assert_true(watch_host_begin(h, l, now_ns));
	for (int i = 0; i < 10000 && watch_host_waits(h); i++) {
		watch_host_look(h, now_ns);
		poll(NULL, 0, 1);
	}
	assert_false(watch_host_waits(h));
}

static bool is_at(const struct watch_host *h, const char *text)
{
	struct addr a;
	return addr_parse(text, &a) && addr_equal(&a, &h->addr);
}

static void paths_and_addresses_are_known_at_once(void **state)
{
	struct watch_host h;
	(void)state;
	watch_host_init(&h, "/run/chrony/chronyd.sock");
	assert_true(watch_host_knows(&h, S) && h.is_path && watch_host_is_here(&h));
	watch_host_init(&h, "192.0.2.1");
	assert_true(watch_host_knows(&h, S) && is_at(&h, "192.0.2.1"));
	watch_host_failed(&h);
	assert_true(watch_host_knows(&h, 10000 * S));
	assert_false(watch_host_waits(&h));
	assert_false(watch_host_is_here(&h));
	watch_host_init(&h, "::1");
	assert_true(watch_host_is_here(&h));
	watch_host_init(&h, "localhost");
	assert_true(watch_host_is_here(&h));
}

static void names_are_looked_up_anew_after_ten_minutes_and_after_a_silence(void **state)
{
	struct watch_host h;
	struct lookups *l;
	(void)state;
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	watch_host_init(&h, "host");
	assert_false(watch_host_knows(&h, S));
	find(&h, l, S);
	assert_true(watch_host_knows(&h, 600 * S) && is_at(&h, "192.0.2.1"));
	assert_false(watch_host_waits(&h));
	address = "192.0.2.2";
	assert_true(watch_host_knows(&h, 602 * S)); /* the one of before, meanwhile */
	find(&h, l, 602 * S);
	assert_true(is_at(&h, "192.0.2.2"));
	watch_host_failed(&h);
	assert_true(watch_host_knows(&h, 603 * S));
	assert_true(watch_host_waits(&h));
	watch_host_release(&h);
	lookups_free(l);
}

static void who_had_no_address_comes_last_and_has_a_reason(void **state)
{
	struct watch_host lost, first, second;
	struct lookups *l;
	(void)state;
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	watch_host_init(&lost, "nobody");
	watch_host_init(&first, "host");
	watch_host_init(&second, "host");
	assert_false(watch_host_knows(&lost, S));
	find(&lost, l, S);
	assert_false(watch_host_knows(&lost, 2 * S));
	assert_false(watch_host_waits(&lost)); /* it is known that there is none */
	assert_true(strlen(lost.why) > 5);
	watch_host_failed(&lost);
	(void)watch_host_knows(&lost, 3 * S);
	(void)watch_host_knows(&first, 4 * S);
	(void)watch_host_knows(&second, 5 * S);
	assert_true(watch_host_is_sooner(&first, &second) && !watch_host_is_sooner(&second, &first));
	assert_true(watch_host_is_sooner(&second, &lost) && !watch_host_is_sooner(&lost, &second));
	lookups_free(l);
}

static void look_until_over(struct watch_host *h, int64_t now_ns)
{
	for (int i = 0; i < 10000 && h->question; i++) {
		watch_host_look(h, now_ns);
		poll(NULL, 0, 1);
	}
	assert_null(h->question);
}

static void who_does_not_answer_in_time_is_silent_and_an_answer_that_is_late_counts(void **state)
{
	struct watch_host h, nobody;
	struct lookups *l;
	(void)state;
	assert_int_equal(sem_init(&slow, 0, 0), 0);
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	watch_host_init(&h, "slow");
	watch_host_init(&nobody, "slow-nobody");
	assert_false(watch_host_knows(&h, S) || watch_host_knows(&nobody, S));
	assert_true(watch_host_begin(&h, l, S) && watch_host_begin(&nobody, l, S));
	watch_host_look(&h, 11 * S - 1);
	assert_true(watch_host_waits(&h));
	watch_host_look(&h, 11 * S);
	watch_host_look(&nobody, 11 * S);
	assert_false(watch_host_knows(&h, 11 * S) || watch_host_waits(&h));
	assert_string_equal(h.why, "the name server does not answer in time");
	watch_host_failed(&h); /* it is silent; the name server is still to answer, and not asked twice */
	watch_host_look(&h, 30 * S);
	assert_false(watch_host_knows(&h, 30 * S) || watch_host_waits(&h));
	assert_int_equal(lookups_running(l), 2);
	sem_post(&slow);
	sem_post(&slow);
	look_until_over(&h, 31 * S);
	assert_true(watch_host_knows(&h, 75 * S) && is_at(&h, "192.0.2.2") && !watch_host_waits(&h));
	/* Who was not known a while ago may be by now. */
	look_until_over(&nobody, 75 * S);
	assert_false(watch_host_knows(&nobody, 75 * S));
	assert_true(watch_host_waits(&nobody));
	lookups_free(l);
}

static void a_resolver_that_hangs_for_ten_minutes_is_given_up(void **state)
{
	struct watch_host h;
	struct lookups *l;
	(void)state;
	assert_int_equal(sem_init(&slow, 0, 0), 0);
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	watch_host_init(&h, "slow");
	assert_false(watch_host_knows(&h, S));
	assert_true(watch_host_begin(&h, l, S));
	watch_host_look(&h, 100 * S);
	watch_host_look(&h, 601 * S);
	assert_false(watch_host_knows(&h, 601 * S) || watch_host_waits(&h));
	watch_host_look(&h, 602 * S);
	assert_false(watch_host_knows(&h, 602 * S));
	assert_true(watch_host_waits(&h));
	assert_true(watch_host_begin(&h, l, 602 * S));
	assert_int_equal(lookups_running(l), 2);
	sem_post(&slow);
	sem_post(&slow);
	look_until_over(&h, 603 * S);
	assert_true(watch_host_knows(&h, 603 * S));
	for (int i = 0; i < 10000 && lookups_running(l); i++)
		poll(NULL, 0, 1);
	lookups_free(l);
}

static void who_cannot_be_looked_up_for_want_of_a_thread_is_silent(void **state)
{
	struct watch_host h;
	struct lookups *l;
	struct rlimit old;
	(void)state;
	if (!HAS_BOUND_OF_MEMORY)
		skip();
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	watch_host_init(&h, "host");
	assert_false(watch_host_knows(&h, S));
	bound_address_space(0, &old);
	bool has_begun = watch_host_begin(&h, l, S);
	assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
	assert_false(has_begun || watch_host_knows(&h, S) || watch_host_waits(&h));
	assert_true(strstr(h.why, "no thread"));
	watch_host_failed(&h);
	assert_false(watch_host_knows(&h, 65 * S));
	find(&h, l, 65 * S);
	assert_true(watch_host_knows(&h, 65 * S));
	lookups_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* The first: stacks that were had once are kept. */
		cmocka_unit_test(who_cannot_be_looked_up_for_want_of_a_thread_is_silent),
		cmocka_unit_test(paths_and_addresses_are_known_at_once),
		cmocka_unit_test(names_are_looked_up_anew_after_ten_minutes_and_after_a_silence),
		cmocka_unit_test(who_had_no_address_comes_last_and_has_a_reason),
		cmocka_unit_test(who_does_not_answer_in_time_is_silent_and_an_answer_that_is_late_counts),
		cmocka_unit_test(a_resolver_that_hangs_for_ten_minutes_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
