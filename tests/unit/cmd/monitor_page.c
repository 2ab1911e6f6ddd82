/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/monitor_page.h"

/* main.c has it; options only need it to be there. */
const struct command *const commands[] = { NULL };

static void an_address_and_a_port_are_told_apart(void **state)
{
	static const struct {
		const char *text, *address;
		uint16_t port;
	} cases[] = {
		{ "127.0.0.1:8123", "127.0.0.1", 8123 },
		{ "[::1]:80", "::1", 80 },
		{ "0.0.0.0:0", "0.0.0.0", 0 },
		{ "[2001:db8::1]:65535", "2001:db8::1", 65535 },
	};
	char address[ADDR_TEXT_MAX];
	uint16_t port;
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(page_listen(cases[i].text, address, &port));
		assert_string_equal(address, cases[i].address);
		assert_int_equal(port, cases[i].port);
	}
}

static void what_is_neither_is_refused(void **state)
{
	static const char *const texts[] = { "",
					     "8123",
					     ":8123",
					     "localhost:80",
					     "127.0.0.1",
					     "127.0.0.1:",
					     "127.0.0.1:65536",
					     "127.0.0.1:8x",
					     "::1:80",
					     "[::1]",
					     "[::1:80",
					     "[]:80",
					     "127.0.0.1:-1",
					     "1.2.3:80" };
	char address[ADDR_TEXT_MAX];
	uint16_t port;
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (page_listen(texts[i], address, &port))
			fail_msg("'%s' is accepted", texts[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_and_a_port_are_told_apart),
		cmocka_unit_test(what_is_neither_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
