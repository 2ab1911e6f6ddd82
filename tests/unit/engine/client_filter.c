/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each term from both sides, and what is said about texts that are no filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/client_filter.h"
#include "engine/event.h"

#define NOW (1000000 * NS_PER_S)

static const char *name_of(void *arg, const struct addr *a)
{
	(void)arg;
	return a->b[15] == 7 ? "Time.Lab.Example" : NULL;
}

static struct client_info client(const char *address)
{
	struct client_info c = {
		.rx = 1000,
		.tx = 4,
		.rx_flags = FLAG_V4 | FLAG_CLIENT,
		.tx_flags = FLAG_KOD_RATE | FLAG_SERVER,
		.rx_every_s = 8,
		.recent_every_s = -1,
		.first_ns = NOW - 86400 * NS_PER_S,
		.last_ns = NOW - 300 * NS_PER_S,
		.last_rx_ns = NOW - 300 * NS_PER_S,
		.n_deltas = 1,
		.delta_mean_s = 0.002,
		.alert = ALERT_YELLOW,
		.classes = CLIENT_ABUSIVE | CLIENT_ACTIVE,
	};
	assert_true(addr_parse(address, &c.addr));
	return c;
}

static bool passes(const char *filter, const struct client_info *c)
{
	struct client_filter f;
	struct client_filter_error error;
	if (client_filter_parse(filter, &f, &error))
		fail_msg("'%s': %s", filter, error.message);
	f.name = name_of;
	return client_filter_match(&f, c, NOW);
}

static void check(const char *yes, const char *no, const struct client_info *c)
{
	char opposite[300];
	if (!passes(yes, c) || passes(no, c))
		fail_msg("'%s' is to pass, '%s' not", yes, no);
	(void)snprintf(opposite, sizeof(opposite), "-%s", yes);
	assert_false(passes(opposite, c));
	(void)snprintf(opposite, sizeof(opposite), "-%s", no);
	assert_true(passes(opposite, c));
}

static void addresses_and_prefixes(void **state)
{
	(void)state;
	struct client_info v4 = client("192.0.2.7"), v6 = client("2001:db8::7");
	check("192.0.2.7", "192.0.2.8", &v4);
	check("192.0.2.0/24", "192.0.3.0/24", &v4);
	check("192.0.2.6/31", "192.0.2.4/31", &v4);
	check("0.0.0.0/0", "::/1", &v4);
	check("2001:db8::/32", "2001:db9::/32", &v6);
	check("2001:DB8::7", "2001:db8::8", &v6);
	check("::/0", "0.0.0.0/0", &v6);
	check("db8:", "db9:", &v6);
	check("0.2", "0.3", &v4);
}

static void words(void **state)
{
	(void)state;
	struct client_info c = client("192.0.2.7");
	check("alert:yellow", "alert:red", &c);
	check("alert:red,Yellow", "alert:none,sleep,red", &c);
	check("class:abusive", "class:rapid", &c);
	check("class:active", "class:inactive", &c);
	check("flag:R", "flag:D", &c);
	check("rxflag:4", "rxflag:R", &c);
	check("txflag:DR", "txflag:C", &c);
	c.rx = 1;
	c.classes = 0;
	check("class:one-shot", "class:active", &c);
	check("class:inactive", "class:scanner,very-slow", &c);
}

static void names(void **state)
{
	(void)state;
	struct client_info c = client("192.0.2.7"), nameless = client("192.0.2.8");
	check("name:*.example", "name:*.exampl", &c);
	check("name:time.*", "name:lab.*", &c);
	check("name:t??e.*b.*", "name:t?e.*", &c);
	check("name:LAB", "name:lob", &c);
	check("lab.ex", "lab.ax", &c);
	assert_false(passes("name:*", &nameless));
	assert_true(passes("-name:*", &nameless));
}

static void figures_from_both_sides(void **state)
{
	(void)state;
	struct client_info c = client("192.0.2.7");
	check("rx>999", "rx>1000", &c);
	check("rx>=1k", "rx>1k", &c);
	check("rx<=1000", "rx<1000", &c);
	check("rx=1000", "rx==1001", &c);
	check("tx<5", "tx<4", &c);
	check("every<8.1s", "every<8s", &c);
	check("every>7999ms", "every>8", &c);
	check("last<301", "last<5m", &c);
	check("last>=5m", "last>5min", &c);
	check("first>=1d", "first>24h", &c);
	check("owed=0", "owed>0", &c);
	check("delta<3ms", "delta>2000us", &c);
	/* It has none. */
	assert_false(passes("recent<100", &c));
	assert_false(passes("recent>=0", &c));
}

static void all_terms_must_hold(void **state)
{
	(void)state;
	struct client_info c = client("192.0.2.7");
	assert_true(passes("", &c));
	assert_true(passes("  \t", &c));
	assert_true(passes(" rx>9   alert:yellow\t-192.0.2.8 ", &c));
	assert_false(passes("rx>9 alert:red", &c));
}

/* What address and flags say is what the whole says. */
static void a_look_at_address_and_flags_is_never_wrong(void **state)
{
	static const char *const texts[] = { "10.0.0.0/8",
					     "-10.0.0.0/8",
					     "flag:4",
					     "-flag:4 10.0.0.1",
					     "rxflag:C txflag:C",
					     "alert:red",
					     "10.0.0.0/8 rx>5 owed<9",
					     "-flag:C name:x" };
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct client_filter f;
		struct client_filter_error error;
		assert_int_equal(client_filter_parse(texts[i], &f, &error), ERR_OK);
		for (unsigned k = 0; k < 64; k++) {
			struct client_info c = { .addr = addr_from_v4(
							 (const uint8_t[4]){ 10 + k % 2, 0, 0, 1 }),
						 .rx_flags = k & 2 ? FLAG_V4 : FLAG_CLIENT,
						 .tx_flags = k & 4 ? FLAG_V4 : FLAG_CLIENT,
						 .rx = k,
						 .alert = k % 4 };
			bool passes,
				may = client_filter_may_match(&f, &c.addr, c.rx_flags, c.tx_flags, &passes);
			bool match = client_filter_match(&f, &c, NOW);
			assert_true(may || !match);
			assert_true(!may || !passes || match);
			assert_true(client_filter_wants_names(&f) == (strstr(texts[i], "name") != NULL));
			assert_true(client_filter_wants_figures(&f) == (strstr(texts[i], "owed") != NULL));
		}
	}
}

static void refused(const char *text, size_t column, const char *message_part)
{
	struct client_filter f;
	struct client_filter_error error;
	assert_int_equal(client_filter_parse(text, &f, &error), ERR_USAGE);
	assert_int_equal(error.column, column);
	if (!strstr(error.message, message_part))
		fail_msg("'%s': %s", text, error.message);
	assert_int_equal(f.n_terms, 0);
}

static void what_is_no_filter_is_explained(void **state)
{
	(void)state;
	refused("rx>5 alert:blue", 6, "none, sleep, yellow, red");
	refused("class:", 1, "very-slow, scanner, one-shot");
	refused("flag:q", 1, "letter");
	refused("flag:", 1, "letter");
	refused("colour:red", 1, "alert:, class:");
	refused("  rx>", 3, "number");
	refused("rx>-5", 1, "number");
	refused("rx>nan", 1, "number");
	refused("rx>5s", 1, "k, M or G");
	refused("every<5x", 1, "unit");
	refused("weight>5", 1, "no such figure");
	refused("192.0.2.0/33", 1, "up to 32");
	refused("2001:db8::/129", 1, "up to 128");
	refused("192.0.2.0/", 1, "prefix length");
	refused("x/8", 1, "not an address");
	refused("name:", 1, "nothing");
	refused("1 2 3 4 5 6 7 8 9 a b c d e f g h", 33, "16 terms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_prefixes),
		cmocka_unit_test(words),
		cmocka_unit_test(names),
		cmocka_unit_test(figures_from_both_sides),
		cmocka_unit_test(all_terms_must_hold),
		cmocka_unit_test(a_look_at_address_and_flags_is_never_wrong),
		cmocka_unit_test(what_is_no_filter_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
