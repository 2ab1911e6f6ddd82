/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <semaphore.h>

#include "net/lookup_beside.h"

/* "slow" is answered when somebody posts, anybody else at once. */
static sem_t slow;

static int ask(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	if (strcmp(host, "slow") == 0)
		sem_wait(&slow);
	if (strcmp(host, "none") == 0)
		return EAI_NONAME;
	if (strcmp(host, "files") == 0) {
		errno = EMFILE;
		return EAI_SYSTEM;
	}
	return getaddrinfo(strcmp(host, "::1") == 0 ? host : "192.0.2.1", service, hints, out);
}

static struct lookups *begin(void)
{
	struct lookups *l;
	assert_int_equal(sem_init(&slow, 0, 0), 0);
	assert_int_equal(lookups_new(ask, &l), ERR_OK);
	return l;
}

static void wait_until_over(const struct lookup_question *q)
{
	for (int i = 0; i < 10000 && !lookup_is_over(q); i++)
		poll(NULL, 0, 1);
	assert_true(lookup_is_over(q));
}

static void wait_until_none_runs(const struct lookups *l)
{
	for (int i = 0; i < 10000 && lookups_running(l); i++)
		poll(NULL, 0, 1);
	assert_int_equal(lookups_running(l), 0);
}

static void answers_come_beside(void **state)
{
	struct lookups *l = begin();
	struct lookup_one *one = calloc(1, sizeof(*one));
	struct addr a;
	(void)state;
	struct lookup_question *q = lookup_begin(l, "[::1]"), *none = lookup_begin(l, "none");
	wait_until_over(q);
	lookup_end(q, one);
	assert_true(addr_parse("::1", &a));
	assert_int_equal(one->n, 1);
	assert_true(addr_equal(&one->at[0].addr, &a));
	assert_string_equal(one->why, "");
	wait_until_over(none);
	lookup_end(none, one);
	assert_int_equal(one->n, 0);
	assert_true(strlen(one->why) > 5);
	struct lookup_question *files = lookup_begin(l, "files");
	wait_until_over(files);
	lookup_end(files, one);
	assert_string_equal(one->why, strerror(EMFILE));
	assert_int_equal(lookups_running(l), 0);
	lookups_free(l);
	lookups_free(NULL);
	free(one);
}

/* As many as there are: none waits for another. */
static void slow_ones_keep_nobody(void **state)
{
	enum { SLOW = 100 };
	struct lookups *l = begin();
	struct lookup_one *one = calloc(1, sizeof(*one));
	struct lookup_question *many[SLOW];
	(void)state;
	for (int i = 0; i < SLOW; i++)
		many[i] = lookup_begin(l, "slow");
	struct lookup_question *q = lookup_begin(l, "quick");
	wait_until_over(q);
	lookup_end(q, one);
	assert_int_equal(one->n, 1);
	assert_int_equal(lookups_running(l), SLOW);
	for (int i = 0; i < SLOW; i++) {
		assert_false(lookup_is_over(many[i]));
		lookup_end(many[i], one); /* given up */
		assert_int_equal(one->n, 0);
		assert_string_equal(one->why, "the name server does not answer in time");
	}
	assert_int_equal(lookups_running(l), SLOW); /* a resolver cannot be stopped */
	for (int i = 0; i < SLOW; i++)
		sem_post(&slow);
	wait_until_none_runs(l);
	lookups_free(l);
	free(one);
}

static void their_end_may_come_after_all_was_given_back(void **state)
{
	struct lookups *l = begin();
	struct lookup_one *one = calloc(1, sizeof(*one));
	(void)state;
	struct lookup_question *q = lookup_begin(l, "slow");
	lookup_end(q, one);
	lookups_free(l);
	sem_post(&slow);
	poll(NULL, 0, 50); /* it frees what is left: the sanitizer's business */
	free(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_beside),
		cmocka_unit_test(slow_ones_keep_nobody),
		cmocka_unit_test(their_end_may_come_after_all_was_given_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
