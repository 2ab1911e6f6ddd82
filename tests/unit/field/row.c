/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/field/ask.h"

static void headers_come_from_the_outside_in(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	wire_udp(&a.w, 123, 123);
	wire_ip6(&a.w, 17);
	wire_ip4(&a.w, 41);
	wire_ether(&a.w, 0x0800);
	ask_frame(&a, LINK_ETHERNET, 0);
	static const uint8_t types[] = { LAYER_ETHERNET, LAYER_IPV4, LAYER_IPV6, LAYER_UDP };
	static const uint32_t lens[] = { 14, 20, 40, 8 };
	uint32_t at = 0;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(a.row.headers[i].type, types[i]);
		assert_int_equal(a.row.headers[i].len, lens[i]);
		assert_ptr_equal(a.row.headers[i].at, a.p.data + at);
		assert_int_equal(a.row.headers[i].have, a.p.caplen - at);
		at += lens[i];
	}
	assert_non_null(a.row.ntp);
	ask_end(&a);
}

static void a_row_begins_without_knowledge_of_other_frames(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x24;
	ask_udp(&a, 0);
	assert_int_equal(a.row.request_in, 0);
	assert_int_equal(a.row.udp_stream, ROW_NO_STREAM);
	assert_null(a.row.exchange);
	assert_null(a.row.client);
	ask_expect(&a, "ntp.request_in", "");
	ask_expect(&a, "ntp.delta_time", "");
	ask_expect(&a, "ntp.class", "");
	ask_expect(&a, "udp.stream", "");
	ask_expect(&a, "client.rx", "");
	ask_end(&a);
}

static void frames_without_ntp_have_headers_only(void **state)
{
	(void)state;
	struct ask a;
	ask_begin(&a, 48)[0] = 0x23;
	ask_udp(&a, 0);
	row_of_found(&a.found, false, &a.row);
	assert_null(a.row.ntp);
	ask_expect(&a, "ntp", "");
	ask_expect(&a, "ntp.stratum", "");
	ask_expect(&a, "ntp.auth", "");
	ask_expect(&a, "ip.src", "192.0.2.1");
	ask_end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_come_from_the_outside_in),
		cmocka_unit_test(a_row_begins_without_knowledge_of_other_frames),
		cmocka_unit_test(frames_without_ntp_have_headers_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
