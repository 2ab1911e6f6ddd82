/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders at their edges; census.c compares them with plain counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "traffic.h"

#define S NS_PER_S

static struct traffic t;

static void ask(const struct addr *a, int64_t at_ns)
{
	struct addr to = traffic_v4(192, 0, 2, 1);
	traffic_ask(&t, TRAFFIC_START + at_ns, a, &to, (uint64_t)t.n + 1);
}

static struct census *count(void)
{
	struct engine_config config = traffic_config();
	struct census *c = traffic_census(&t, &config, 0, NULL);
	assert_non_null(c);
	traffic_free(&t);
	return c;
}

static void expect_order(const struct census *c, enum client_sort by, bool descending, const char *want)
{
	char got[512] = "";
	uint32_t *order;

	assert_int_equal(census_sort_clients(c, by, descending, &order), ERR_OK);
	for (size_t i = 0; i < census_n_clients(c); i++) {
		struct client_info info;
		size_t len = strlen(got);
		census_client(c, order[i], &info);
		got[len++] = i ? ' ' : '\0';
		addr_text(&info.addr, got + len - !i);
	}
	free(order);
	assert_string_equal(got, want);
}

/* IPv4 lies at ::ffff:0:0/96: behind ::1, before 2001::. */
static void addresses_are_in_order_of_their_octets(void **state)
{
	struct addr a[] = { traffic_v6(1, 1), traffic_v4(10, 0, 0, 255), traffic_v4(9, 255, 0, 0),
			    traffic_v6(0, 2), traffic_v4(10, 0, 0, 3) };

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		ask(&a[i], i * S);
	struct census *c = count();
	expect_order(c, SORT_IP, false, "9.255.0.0 10.0.0.3 10.0.0.255 2001:db8::2 2001:db8:0:1::1");
	expect_order(c, SORT_IP, true, "2001:db8:0:1::1 2001:db8::2 10.0.0.255 10.0.0.3 9.255.0.0");
	expect_order(c, SORT_NAME, false, "9.255.0.0 10.0.0.3 10.0.0.255 2001:db8::2 2001:db8:0:1::1");
	census_free(c);
}

static void ties_rise_by_address_in_either_direction(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct addr a = traffic_v4(10, 0, 0, 4 - i);
		ask(&a, i * S);
		if (i & 1)
			ask(&a, 10 * S + i);
	}
	struct census *c = count();
	expect_order(c, SORT_RX, true, "10.0.0.1 10.0.0.3 10.0.0.2 10.0.0.4");
	expect_order(c, SORT_RX, false, "10.0.0.2 10.0.0.4 10.0.0.1 10.0.0.3");
	expect_order(c, SORT_TX, true, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
	expect_order(c, SORT_TX, false, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
	expect_order(c, SORT_FIRST, false, "10.0.0.4 10.0.0.3 10.0.0.2 10.0.0.1");
	/* 10.0.0.2 and 10.0.0.4 asked once: no interval, which comes last either way. */
	expect_order(c, SORT_RX_EVERY, false, "10.0.0.1 10.0.0.3 10.0.0.2 10.0.0.4");
	expect_order(c, SORT_RX_EVERY, true, "10.0.0.3 10.0.0.1 10.0.0.2 10.0.0.4");
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_in_order_of_their_octets),
		cmocka_unit_test(ties_rise_by_address_in_either_direction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
