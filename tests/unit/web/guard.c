/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "web/guard.h"

static const struct addr somebody = { .b = { 0x20, 0x01, 0x0d, 0xb8, [15] = 7 } };
static const struct addr neighbour = { .b = { 0x20, 0x01, 0x0d, 0xb8, [15] = 9 } };

static enum err try(const struct web_config *c, char why[WEB_WHY_MAX])
{
	struct guard g;
	enum err e = guard_init(&g, c, why);
	if (!e)
		guard_release(&g);
	return e;
}

static void what_others_can_reach_needs_tls_and_a_secret(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	(void)state;
	assert_int_equal(try(&c, why), ERR_OK);
	c.address = "127.8.8.8";
	assert_int_equal(try(&c, why), ERR_OK);
	c.address = "::1";
	assert_int_equal(try(&c, why), ERR_OK);
	c.address = "0.0.0.0";
	assert_int_equal(try(&c, why), ERR_USAGE);
	assert_non_null(strstr(why, "both are missing"));
	c.password = "long enough";
	assert_int_equal(try(&c, why), ERR_USAGE);
	assert_non_null(strstr(why, "the certificate is missing"));
	c.certificate = c.key = "x.pem";
	assert_int_equal(try(&c, why), ERR_OK);
	c.password = NULL;
	assert_int_equal(try(&c, why), ERR_USAGE);
	assert_non_null(strstr(why, "password and token are missing"));
	c.token = "0123456789abcdef";
	assert_int_equal(try(&c, why), ERR_OK);
	c.address = "::";
	assert_int_equal(try(&c, why), ERR_OK);
}

static void weak_secrets_and_halves_are_refused(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	(void)state;
	c.password = "seven77";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c.password = "";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c.password = "eight888";
	assert_int_equal(try(&c, why), ERR_OK);
	c.user = "a:b";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c.user = "";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c = web_config_default();
	c.token = "fifteen_letters";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c = web_config_default();
	c.key = "key.pem";
	assert_int_equal(try(&c, why), ERR_USAGE);
	c = web_config_default();
	c.address = "localhost";
	assert_int_equal(try(&c, why), ERR_USAGE);
	assert_non_null(strstr(why, "'localhost'"));
}

static void without_a_secret_only_our_own_names_are_answered_to(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	struct guard g;
	(void)state;
	c.names = "ntp.example  clock";
	assert_int_equal(guard_init(&g, &c, why), ERR_OK);
	assert_true(guard_host(&g, NULL));
	assert_true(guard_host(&g, "127.0.0.1:8123"));
	assert_true(guard_host(&g, "[::1]:8123"));
	assert_true(guard_host(&g, "[::1]"));
	assert_true(guard_host(&g, "LocalHost:1"));
	assert_true(guard_host(&g, "a.localhost"));
	assert_true(guard_host(&g, "NTP.example:8123"));
	assert_true(guard_host(&g, "clock"));
	assert_false(guard_host(&g, "evil.example"));
	assert_false(guard_host(&g, "ntp.example.evil"));
	assert_false(guard_host(&g, "localhost.evil"));
	assert_false(guard_host(&g, ".localhost"));
	assert_false(guard_host(&g, ""));
	guard_release(&g);
	c.token = "0123456789abcdef";
	assert_int_equal(guard_init(&g, &c, why), ERR_OK);
	assert_true(guard_host(&g, "evil.example"));
	guard_release(&g);
}

static void password_or_token_opens_and_nothing_else(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	struct guard g;
	(void)state;
	c.user = "me";
	c.password = "secret77";
	c.token = "0123456789abcdef";
	assert_int_equal(guard_init(&g, &c, why), ERR_OK);
	int64_t now_ns = NS_PER_S;
	assert_int_equal(guard_credentials(&g, NULL, &somebody, now_ns), GUARD_ASK);
	assert_int_equal(guard_credentials(&g, "Basic bWU6c2VjcmV0Nzc=", &somebody, now_ns), GUARD_PASS);
	assert_int_equal(guard_credentials(&g, "basic  bWU6c2VjcmV0Nzc=", &somebody, now_ns), GUARD_PASS);
	assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &somebody, now_ns), GUARD_PASS);
	static const char *const bad[] = { "",
					   "Basic",
					   "Basic ",
					   "Basic bWU6c2VjcmV0Nzg=",
					   "Basic bWU6c2VjcmV0Nzc=x",
					   "Basic !!!!",
					   "Bearer ",
					   "Bearer 0123456789abcde",
					   "Bearer 0123456789abcdef0",
					   "Digest x" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(guard_credentials(&g, bad[i], &somebody, now_ns), GUARD_WRONG);
		assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &somebody, now_ns),
				 GUARD_PASS);
	}
	guard_release(&g);
}

static void many_wrong_tries_shut_the_door_for_a_minute(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	struct guard g;
	int64_t now_ns = 5 * NS_PER_S;
	(void)state;
	c.token = "0123456789abcdef";
	assert_int_equal(guard_init(&g, &c, why), ERR_OK);
	for (int i = 0; i < GUARD_TRIES; i++)
		assert_int_equal(guard_credentials(&g, "Bearer x", &somebody, now_ns),
				 i < GUARD_TRIES - 1 ? GUARD_WRONG : GUARD_WRONG_LAST);
	assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &somebody, now_ns), GUARD_TOO_MANY);
	/* the same /64 */
	assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &neighbour, now_ns),
			 GUARD_TOO_MANY);
	now_ns += 61 * NS_PER_S;
	assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &somebody, now_ns), GUARD_PASS);
	guard_release(&g);
}

/* Another secret, and the guard that has it in the place of the one before. */
static bool take(struct guard *g, struct web_config *c, const char *token)
{
	char why[WEB_WHY_MAX];
	struct guard fresh;
	c->token = token;
	assert_int_equal(guard_init(&fresh, c, why), ERR_OK);
	return guard_take(g, &fresh, c);
}

static void another_secret_takes_the_place_and_wrong_tries_are_not_forgotten(void **state)
{
	struct web_config c = web_config_default();
	char why[WEB_WHY_MAX];
	struct guard g;
	(void)state;
	assert_int_equal(guard_init(&g, &c, why), ERR_OK);
	assert_true(take(&g, &c, "0123456789abcdef"));
	assert_false(take(&g, &c, "0123456789abcdef"));
	for (int i = 0; i < GUARD_TRIES; i++)
		guard_credentials(&g, "Bearer x", &neighbour, 0);
	assert_true(take(&g, &c, "fedcba9876543210"));
	assert_int_equal(guard_credentials(&g, "Bearer fedcba9876543210", &neighbour, 1), GUARD_TOO_MANY);
	static const struct addr other = { .b = { 0x20, 0x01, 0x0d, 0xb9, [15] = 9 } };
	assert_int_equal(guard_credentials(&g, "Bearer 0123456789abcdef", &other, 1), GUARD_WRONG);
	assert_int_equal(guard_credentials(&g, "Bearer fedcba9876543210", &other, 1), GUARD_PASS);
	c.password = "long enough";
	assert_true(take(&g, &c, "fedcba9876543210"));
	c.user = "me";
	assert_true(take(&g, &c, "fedcba9876543210"));
	assert_false(take(&g, &c, "fedcba9876543210"));
	c.password = NULL;
	assert_true(take(&g, &c, NULL));
	assert_int_equal(guard_credentials(&g, NULL, &other, 1), GUARD_PASS);
	guard_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_can_reach_needs_tls_and_a_secret),
		cmocka_unit_test(weak_secrets_and_halves_are_refused),
		cmocka_unit_test(without_a_secret_only_our_own_names_are_answered_to),
		cmocka_unit_test(password_or_token_opens_and_nothing_else),
		cmocka_unit_test(many_wrong_tries_shut_the_door_for_a_minute),
		cmocka_unit_test(another_secret_takes_the_place_and_wrong_tries_are_not_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
