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
#include <stdatomic.h>

#include "ask/watch_host.h"
#include "base/nstime.h"

#define S NS_PER_S

/* What "host" is; anybody else is nobody. */
static const char *_Atomic address = "192.0.2.1";

static int ask(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	if (strcmp(host, "host") != 0)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_and_addresses_are_known_at_once),
		cmocka_unit_test(names_are_looked_up_anew_after_ten_minutes_and_after_a_silence),
		cmocka_unit_test(who_had_no_address_comes_last_and_has_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
