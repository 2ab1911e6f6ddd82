/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/peer_vars.h"

static struct peer_vars parsed(const char *text)
{
	struct peer_vars p;
	peer_vars_parse(&p, 17769, 0xb41d, text, strlen(text));
	return p;
}

static void a_server_of_ntpsec_reads(void **state)
{
	(void)state;
	struct peer_vars p = parsed(
		"srcadr=192.0.2.101, srcport=123, dstadr=192.0.2.1, dstport=123, leap=0,\r\nhmode=3, "
		"stratum=3, "
		"ppoll=99, hpoll=3, precision=-25, rootdelay=0.000, rootdisp=1.500,\r\nrefid=127.127.1.1, "
		"reftime=0xeeb29143.63d83aba, rec=0xeeb2914f.2bda8021, reach=0x7f, "
		"unreach=0,\r\ndelay=0.048314, "
		"offset=-0.015228, jitter=0.015710, dispersion=187.526868, flash=0x400, ntscookies=-1\r\n");
	assert_memory_equal(p.srcadr.p, "192.0.2.101", 11);
	assert_int_equal(p.srcadr.len, 11);
	assert_null(p.srchost.p);
	assert_int_equal(p.delay_ns, 48314);
	assert_int_equal(p.offset_ns, -15228);
	assert_int_equal(p.jitter_ns, 15710);
	assert_int_equal(p.rootdisp_ns, 1500000);
	assert_true(p.is_fine);
	assert_int_equal(p.reach, 0177);
	assert_int_equal(p.flash, 0x400);
	assert_true(p.rec == UINT64_C(0xeeb2914f2bda8021));
	assert_int_equal(peer_vars_poll_log2s(&p), 3);
	assert_int_equal(peer_vars_type(&p), 'u');
	assert_int_equal(peer_tally(p.flags.selection), '+');
	assert_false(peer_vars_is_clock(&p));
}

static void what_is_not_told_is_not_there(void **state)
{
	(void)state;
	struct peer_vars p = parsed("srcadr=192.0.2.1, delay=0.5, offset=junk");
	assert_int_equal(p.has, PEER_DELAY);
	assert_false(p.is_fine);
	assert_int_equal(p.ntscookies, -1);
	assert_int_equal(peer_vars_type(&p), '?');
}

static void types_are_those_of_ntpq(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		char type;
	} some[] = {
		{ "hmode=1", 's' },
		{ "hmode=2", 'S' },
		{ "hmode=3", 'u' },
		{ "hmode=3, srchost=\"GPS_NMEA(0)\"", 'l' },
		{ "hmode=3, refid=POOL", 'p' },
		{ "hmode=3, srcadr=224.0.1.1", 'a' },
		{ "hmode=3, ntscookies=8", '8' },
		{ "hmode=5, srcadr=224.0.1.1", 'M' },
		{ "hmode=5, srcadr=192.0.2.255", 'B' },
		{ "hmode=6", 'b' },
		{ "hmode=4", '?' },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct peer_vars p = parsed(some[i].text);
		assert_int_equal(peer_vars_type(&p), some[i].type);
	}
}

static void the_poll_is_the_lesser_one_within_bounds(void **state)
{
	(void)state;
	struct peer_vars p = parsed("hpoll=10, ppoll=6");
	assert_int_equal(peer_vars_poll_log2s(&p), 6);
	p = parsed("hpoll=-5, ppoll=10");
	assert_int_equal(peer_vars_poll_log2s(&p), 3);
	p = parsed("hpoll=9223372036854775807, ppoll=99");
	assert_int_equal(peer_vars_poll_log2s(&p), 17);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_of_ntpsec_reads),
		cmocka_unit_test(what_is_not_told_is_not_there),
		cmocka_unit_test(types_are_those_of_ntpq),
		cmocka_unit_test(the_poll_is_the_lesser_one_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
