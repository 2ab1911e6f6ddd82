/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/census.h"
#include "unit/field/ask.h"

static void a_kiss_has_its_code(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48);
	p[0] = 0x24;
	memcpy(p + 12, "RATE", 4);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.kod", "RATE");
	ask_expect(&a, "ntp.refid.text", "RATE");
	ask_expect(&a, "ntp.refid.ip", "");
	ask_expect(&a, "ntp.auth", "none");
	ask_end(&a);
}

static void fixed_point_comes_in_seconds(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48);
	p[0] = 0x24;
	p[1] = 2;
	memcpy(p + 4, "\x00\x00\x04\x50\x00\x01\x80\x00\xc0\x00\x02\x01", 12);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.rootdelay_s", "0.016845703125");
	ask_expect(&a, "ntp.rootdispersion_s", "1.5");
	ask_expect(&a, "ntp.refid.ip", "192.0.2.1");
	ask_expect(&a, "ntp.refid.text", "192.0.2.1");
	ask_expect(&a, "ntp.kod", "");
	ask_end(&a);
}

/* T2 and T3 half a second apart, the server a second ahead of the capture. */
static void turnaround_and_offset_are_signed_spans(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48);
	p[0] = 0x24;
	memcpy(p + 32, "\xec\x91\xf6\x01\x00\x00\x00\x00\xec\x91\xf6\x01\x80\x00\x00\x00", 16);
	ask_udp(&a, 0);
	a.p.time_ns = (INT64_C(0xec91f600) - (int64_t)NTP_UNIX_S) * NS_PER_S + 600000000;
	ask_expect(&a, "ntp.turnaround_s", "0.500000000");
	ask_expect(&a, "ntp.offset_s", "");
	a.row.request_in = 1;
	a.row.delta_ns = 700000000;
	ask_expect(&a, "ntp.delta_time", "0.700000000");
	ask_expect(&a, "ntp.offset_s", "1.000000000");
	ask_end(&a);
}

/* RFC 8915 section 5: unique identifier, cookie, placeholder, authenticator with a nonce of 3 octets. */
static void the_parts_of_nts_have_names(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48 + 36 + 20 + 20 + 28);
	p[0] = 0x23;
	p += 48;
	memcpy(p, "\x01\x04\x00\x24", 4);
	memset(p + 4, 0xaa, 32);
	p += 36;
	memcpy(p, "\x02\x04\x00\x14", 4);
	memset(p + 4, 0xbb, 16);
	p += 20;
	memcpy(p, "\x03\x04\x00\x14", 4);
	p += 20;
	memcpy(p, "\x04\x04\x00\x1c\x00\x03\x00\x10\x01\x02\x03\x00", 12);
	memset(p + 12, 0xcc, 16);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.auth", "nts");
	ask_expect(&a, "ntp.nts.uid", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	ask_expect(&a, "ntp.nts.cookies", "1");
	ask_expect(&a, "ntp.nts.cookie", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	ask_expect(&a, "ntp.nts.placeholders", "1");
	ask_expect(&a, "ntp.nts.nonce.length", "3");
	ask_expect(&a, "ntp.nts.nonce", "010203");
	ask_expect(&a, "ntp.nts.ciphertext.length", "16");
	ask_expect(&a, "ntp.nts.ciphertext", "cccccccccccccccccccccccccccccccc");
	ask_expect(&a, "ntp.ext.type", "0x0104,0x0204,0x0304,0x0404");
	ask_end(&a);
}

static void version_5_has_fields_of_its_own(void **state)
{
	(void)state;
	struct ask a;
	uint8_t *p = ask_begin(&a, 48);
	p[0] = 0x2c;
	memcpy(p + 4, "\x10\x00\x00\x00", 4);
	memcpy(p + 12, "\x01\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x07\xde\xad\xbe\xef\x00\x00\x00\x01",
	       20);
	ask_udp(&a, 0);
	ask_expect(&a, "ntp.v5.timescale", "1");
	ask_expect(&a, "ntp.v5.era", "2");
	ask_expect(&a, "ntp.v5.flags", "0x0004");
	ask_expect(&a, "ntp.v5.server_cookie", "0x0000000000000007");
	ask_expect(&a, "ntp.v5.client_cookie", "0xdeadbeef00000001");
	ask_expect(&a, "ntp.rootdelay_s", "1");
	ask_expect(&a, "ntp.refid.text", "");
	ask_end(&a);
}

static void a_client_is_told_of_once_it_is_known(void **state)
{
	(void)state;
	struct ask a;
	struct client_info c = {
		.addr = addr_from_v4((const uint8_t[]){ 192, 0, 2, 9 }),
		.rx = 5000000000,
		.tx = 3,
		.rx_every_s = 64.25,
		.recent_every_s = -1,
		.last_port = 40123,
		.poll_log2s = -3,
		.alert = ALERT_RED,
		.classes = CLIENT_ACTIVE | CLIENT_RAPID,
		.rx_flags = 1,
		.n_deltas = 2,
		.delta_mean_s = 0.25,
		.delta_max_ns = 400000000,
	};
	ask_begin(&a, 48)[0] = 0x23;
	ask_udp(&a, 0);
	a.row.client = &c;
	ask_expect(&a, "client.address", "192.0.2.9");
	ask_expect(&a, "client.ip", "192.0.2.9");
	ask_expect(&a, "client.ipv6", "");
	ask_expect(&a, "client.rx", "5000000000");
	ask_expect(&a, "client.tx", "3");
	ask_expect(&a, "client.rx_every_s", "64.25");
	ask_expect(&a, "client.recent_every_s", "");
	ask_expect(&a, "client.last_port", "40123");
	ask_expect(&a, "client.poll_log2s", "-3");
	ask_expect(&a, "client.alert", "red");
	ask_expect(&a, "client.classes", "active,rapid");
	ask_expect(&a, "client.rx_flags", "0x00000001");
	ask_expect(&a, "client.delta_mean_s", "0.25");
	ask_expect(&a, "client.delta_max_s", "0.400000000");
	ask_end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kiss_has_its_code),
		cmocka_unit_test(fixed_point_comes_in_seconds),
		cmocka_unit_test(turnaround_and_offset_are_signed_spans),
		cmocka_unit_test(the_parts_of_nts_have_names),
		cmocka_unit_test(version_5_has_fields_of_its_own),
		cmocka_unit_test(a_client_is_told_of_once_it_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
