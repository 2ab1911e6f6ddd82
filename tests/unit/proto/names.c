/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/names.h"

static void every_mode_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(ntp_mode_name(NTP_MODE_CLIENT), "client");
	assert_string_equal(ntp_mode_name(NTP_MODE_SERVER), "server");
	assert_string_equal(ntp_mode_name(NTP_MODE_ACTIVE), "symmetric active");
	for (unsigned m = 0; m < 256; m++)
		assert_non_null(ntp_mode_name((uint8_t)m));
}

static void a_reference_id_reads_by_its_stratum(void **state)
{
	(void)state;
	static const struct {
		uint8_t stratum, refid[4];
		const char *text;
	} rows[] = {
		{ 1, { 0x47, 0x50, 0x53, 0x00 }, "GPS" },
		{ 1, { 0x44, 0x43, 0x46, 0x61 }, "DCFa" },
		{ 1, { 0x44, 0x43, 0x46, 0x70 }, "DCFp" },
		{ 1, { 0x4c, 0x4f, 0x43, 0x4c }, "LOCL" },
		{ 1, { 0x58, 0x4e, 0x4f, 0x4e }, "XNON" },
		{ 2, { 0xc0, 0x00, 0x02, 0x01 }, "192.0.2.1" },
		{ 3, { 0x7f, 0x7f, 0x01, 0x01 }, "127.127.1.1" },
		{ 1, { 0x01, 0xff, 0x00, 0xfe }, "0x01ff00fe" },
		{ 0, { 'R', 'A', 'T', 'E' }, "RATE" },
		{ 0, { 0, 0, 0, 0 }, "0x00000000" },
		{ 1, { 'G', 'P', 'S', ' ' }, "GPS" },
		{ 1, { 'G', ' ', 'S', 0 }, "0x47205300" },
		{ 1, { ' ', ' ', ' ', ' ' }, "0x20202020" },
		{ 1, { 'G', 0x80, 0, 0 }, "0x47800000" },
		{ 1, { '~', '!', 0, 0 }, "~!" },
		{ 2, { 'R', 'A', 'T', 'E' }, "82.65.84.69" },
		{ 15, { 255, 255, 255, 255 }, "255.255.255.255" },
		{ 16, { 'I', 'N', 'I', 'T' }, "73.78.73.84" },
		{ 255, { 0, 0, 0, 0 }, "0.0.0.0" },
		{ 2, { 10, 9, 100, 99 }, "10.9.100.99" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[REFID_TEXT_MAX];
		assert_int_equal(ntp_refid_text(rows[i].stratum, rows[i].refid, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void field_types_have_the_names_of_the_registry(void **state)
{
	(void)state;
	assert_string_equal(ntp_ext_name(0x0104), "NTS unique identifier");
	assert_string_equal(ntp_ext_name(0x0204), "NTS cookie");
	assert_string_equal(ntp_ext_name(0x0304), "NTS cookie placeholder");
	assert_string_equal(ntp_ext_name(0x0404), "NTS authenticator");
	assert_string_equal(ntp_ext_name(0x2005), "UDP checksum complement");
	assert_string_equal(ntp_ext_name(0x0203), "Autokey cookie request");
	assert_string_equal(ntp_ext_name(0x8201), "Autokey association response");
	assert_string_equal(ntp_ext_name(0xc209), "Autokey MV error");
	assert_string_equal(ntp_ext_name(0x0202), "Autokey certificate request");
	assert_string_equal(ntp_ext_name(0x0002), "Autokey, octets swapped");
	assert_string_equal(ntp_ext_name(0x8902), "Autokey, octets swapped");
	assert_string_equal(ntp_ext_name(0xf5ff), "NTPv5 draft identification");
	assert_null(ntp_ext_name(0x0000));
	assert_null(ntp_ext_name(0x0a02));
	assert_null(ntp_ext_name(0x4302));
	assert_null(ntp_ext_name(0x020a));
	assert_null(ntp_ext_name(0x1234));
}

static void icmp_errors_are_told_by_family_type_and_code(void **state)
{
	(void)state;
	assert_string_equal(icmp_error_name(4, 3, 3), "port unreachable");
	assert_string_equal(icmp_error_name(6, 1, 4), "port unreachable");
	assert_string_equal(icmp_error_name(4, 3, 13), "administratively prohibited");
	assert_string_equal(icmp_error_name(6, 1, 1), "administratively prohibited");
	assert_string_equal(icmp_error_name(4, 3, 1), "host unreachable");
	assert_string_equal(icmp_error_name(4, 3, 200), "destination unreachable");
	assert_string_equal(icmp_error_name(4, 5, 1), "redirect");
	assert_string_equal(icmp_error_name(6, 2, 0), "packet too big");
	assert_string_equal(icmp_error_name(4, 11, 0), "time exceeded in transit");
	for (unsigned version = 4; version <= 6; version += 2)
		for (unsigned type = 0; type < 256; type++)
			for (unsigned code = 0; code < 256; code++)
				assert_non_null(
					icmp_error_name((uint8_t)version, (uint8_t)type, (uint8_t)code));
}

static void a_digest_is_named_by_its_length(void **state)
{
	(void)state;
	assert_string_equal(ntp_mac_name(16), "MD5 or AES-CMAC");
	assert_string_equal(ntp_mac_name(20), "SHA-1 or truncated SHA-2");
	assert_string_equal(ntp_mac_name(32), "SHA-256");
	assert_string_equal(ntp_mac_name(64), "SHA-512");
	assert_string_equal(ntp_mac_name(0), "unknown");
	assert_string_equal(ntp_mac_name(UINT32_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_has_a_name),
		cmocka_unit_test(a_reference_id_reads_by_its_stratum),
		cmocka_unit_test(field_types_have_the_names_of_the_registry),
		cmocka_unit_test(icmp_errors_are_told_by_family_type_and_code),
		cmocka_unit_test(a_digest_is_named_by_its_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
