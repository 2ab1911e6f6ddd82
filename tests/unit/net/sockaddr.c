/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "net/sockaddr.h"

static void there_and_back_is_the_same(void **state)
{
	static const struct {
		const char *text;
		int family;
		uint32_t scope;
	} rows[] = { { "192.0.2.1", AF_INET, 0 },
		     { "2001:db8::1", AF_INET6, 0 },
		     { "fe80::1", AF_INET6, 7 } };
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		union socket_address s;
		struct addr a, back;
		uint32_t scope;
		assert_true(addr_parse(rows[i].text, &a));
		socklen_t len = socket_address_of(&a, 123, rows[i].scope, &s);
		assert_int_equal(len, rows[i].family == AF_INET ? sizeof(s.v4) : sizeof(s.v6));
		assert_int_equal(s.any.sa_family, rows[i].family);
		assert_int_equal(ntohs(rows[i].family == AF_INET ? s.v4.sin_port : s.v6.sin6_port), 123);
		assert_true(socket_address_read(&s.any, &back, &scope));
		assert_true(addr_equal(&a, &back));
		assert_int_equal(scope, rows[i].scope);
	}
}

static void another_family_is_none(void **state)
{
	struct sockaddr_storage s = { .ss_family = AF_UNIX };
	struct addr a;
	(void)state;
	assert_false(socket_address_read((const struct sockaddr *)&s, &a, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back_is_the_same),
		cmocka_unit_test(another_family_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
