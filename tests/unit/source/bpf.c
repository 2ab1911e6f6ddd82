/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/bpf.h"
#include "unit/wire.h"

static bool matches(const char *expression, const struct wire *w, uint16_t link)
{
	struct bpf *b;
	char message[256];
	assert_int_equal(bpf_new(&b, expression, message, sizeof(message)), ERR_OK);
	struct packet p = wire_packet(w, link, w->len);
	bool yes = bpf_matches(b, &p);
	wire_free(&p);
	bpf_free(b);
	return yes;
}

static void one_expression_serves_every_link_type(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	assert_true(matches("udp port 123", &w, LINK_RAW));
	assert_true(matches("udp port 123", &w, LINK_IPV4));
	assert_true(matches("host 192.0.2.1", &w, 12));
	assert_false(matches("host 192.0.2.2", &w, LINK_RAW));
	wire_ether(&w, 0x0800);
	assert_true(matches("udp port 123", &w, LINK_ETHERNET));
	assert_false(matches("udp port 53", &w, LINK_ETHERNET));
	assert_false(matches("udp port 123", &w, 147)); /* a link type that nobody knows */
}

static void an_expression_may_be_for_one_link_type_only(void **state)
{
	(void)state;
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, 123);
	wire_ip4(&w, 17);
	assert_false(matches("ether host 02:00:00:00:00:01", &w, LINK_RAW));
	wire_ether(&w, 0x0800);
	assert_true(matches("ether host 02:00:00:00:00:01", &w, LINK_ETHERNET));
}

static void a_wrong_expression_says_why(void **state)
{
	(void)state;
	struct bpf *b;
	char message[256] = "";
	assert_int_equal(bpf_new(&b, "udp port port", message, sizeof(message)), ERR_USAGE);
	assert_null(b);
	assert_non_null(strstr(message, "syntax error"));
	assert_null(strchr(message, '\n'));
	bpf_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_expression_serves_every_link_type),
		cmocka_unit_test(an_expression_may_be_for_one_link_type_only),
		cmocka_unit_test(a_wrong_expression_says_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
