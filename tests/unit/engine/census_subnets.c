/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subnets at their edges; census.c compares them with plain counts. */
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

/* That many clients in 10.0.net.0/24 (or 2001:db8:0:net::/64), asking so often each. */
static void crowd(bool v6, unsigned net, unsigned n, unsigned times)
{
	for (unsigned i = 0; i < n; i++) {
		struct addr a = v6 ? traffic_v6(net, i + 1) : traffic_v4(10, 0, net, i);
		for (unsigned k = 0; k < times; k++)
			ask(&a, k * 100 * S + i);
	}
}

static void expect_nets(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t least,
			size_t max, const char *want)
{
	char got[512] = "";
	struct subnet *nets;
	size_t n;

	assert_int_equal(census_subnets(c, v4_bits, v6_bits, least, max, &nets, &n), ERR_OK);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(got);
		len += addr_text(&nets[i].net, got + len);
		snprintf(got + len, sizeof(got) - len, " %u:%u/%u ", nets[i].bits,
			 (unsigned)nets[i].n_clients, (unsigned)nets[i].rx);
	}
	free(nets);
	assert_string_equal(got, want);
}

static void nets_of_each_family_are_cut_at_their_own_length(void **state)
{
	(void)state;
	crowd(false, 1, 4, 1);
	crowd(false, 2, 2, 2);
	crowd(true, 1, 3, 1);
	crowd(true, 2, 3, 2);
	struct census *c = count();
	expect_nets(c, 120, 64, 1, 10,
		    "10.0.1.0 120:4/4 2001:db8:0:2:: 64:3/6 2001:db8:0:1:: 64:3/3 10.0.2.0 120:2/4 ");
	expect_nets(c, 120, 48, 1, 10, "2001:db8:: 48:6/9 10.0.1.0 120:4/4 10.0.2.0 120:2/4 ");
	expect_nets(c, 112, 0, 1, 10, "10.0.0.0 112:6/8 ");
	expect_nets(c, 0, 48, 1, 10, "2001:db8:: 48:6/9 ");
	expect_nets(c, 128, 0, 1, 2, "10.0.2.0 128:1/2 10.0.2.1 128:1/2 ");
	expect_nets(c, 0, 0, 1, 10, "");
	expect_nets(c, 120, 64, 1, 0, "");
	expect_nets(c, 120, 64, 7, 10, "");
	census_free(c);
}

/* The list is pruned on the way: what was thrown out must not have been among the greatest. */
static void pruning_on_the_way_loses_none_of_the_greatest(void **state)
{
	(void)state;
	for (unsigned net = 0; net < 60; net++)
		crowd(false, net, 1 + net * 37 % 60, 1);
	struct census *c = count();
	expect_nets(c, 120, 0, 1, 3, "10.0.47.0 120:60/60 10.0.34.0 120:59/59 10.0.21.0 120:58/58 ");
	expect_nets(c, 120, 0, 60, 3, "10.0.47.0 120:60/60 ");
	census_free(c);
}

/* Two seconds apart, 200 times, until the end. */
static void abuse_is_counted_with_its_net(void **state)
{
	struct addr calm = traffic_v4(10, 0, 0, 1), mad = traffic_v4(10, 0, 0, 2);
	struct subnet *nets;
	size_t n;

	(void)state;
	for (unsigned i = 0; i < 201; i++)
		ask(&mad, i * 2 * S);
	ask(&calm, 400 * S);
	struct census *c = count();
	assert_int_equal(census_subnets(c, 120, 48, 1, 10, &nets, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(nets[0].n_abusive, 1);
	assert_true(nets[0].rate_per_s > 0.5049 && nets[0].rate_per_s < 0.5051); /* 202 in 400 s */
	free(nets);
	census_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nets_of_each_family_are_cut_at_their_own_length),
		cmocka_unit_test(pruning_on_the_way_loses_none_of_the_greatest),
		cmocka_unit_test(abuse_is_counted_with_its_net),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
