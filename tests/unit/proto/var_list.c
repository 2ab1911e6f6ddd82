/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/var_list.h"

/* "name=value|name=value|": quoted values in brackets, names that stand alone without '='. */
static void reads_as(const char *text, size_t len, const char *wanted)
{
	char *copy = malloc(len + 1), got[2048];
	size_t n = 0;
	memcpy(copy, text, len);
	struct var_list l = var_list_of(copy, len);
	struct var v;
	while (var_next(&l, &v)) {
		const char *q = v.quoted ? "[" : "";
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s%s%s%.*s%s|", (int)v.name_len, v.name,
				      v.has_value ? "=" : "", q, (int)v.value_len, v.value,
				      v.quoted ? "]" : "");
	}
	got[n] = '\0';
	assert_string_equal(got, wanted);
	free(copy);
}

#define READS_AS(text, wanted) reads_as(text, sizeof(text) - 1, wanted)

static void the_system_variables_of_ntpd_read(void **state)
{
	(void)state;
	READS_AS("version=\"ntpd test\", leap=0, stratum=2, precision=-23,\r\nrootdelay=1.234, "
		 "rootdisp=5.678, "
		 "refid=192.0.2.1,\r\nreftime=0xeeacbc00.80000000, peer=17767, offset=-0.123\r\n",
		 "version=[ntpd "
		 "test]|leap=0|stratum=2|precision=-23|rootdelay=1.234|rootdisp=5.678|refid=192.0.2.1|"
		 "reftime=0xeeacbc00.80000000|peer=17767|offset=-0.123|");
}

static void quoted_values_may_have_commas_equals_and_line_ends(void **state)
{
	(void)state;
	READS_AS("timecode=\"\\x02D:22.11.26;T:7, a=b\r\n\",baddata=1",
		 "timecode=[\\x02D:22.11.26;T:7, a=b\r\n]|baddata=1|");
	READS_AS("a=\"\", b=1", "a=[]|b=1|");
	READS_AS("a=\"open, b=1", "a=[open, b=1]|");
	READS_AS("a=\"x\"junk, b=1", "a=[x]|b=1|");
}

static void names_may_stand_alone_and_have_any_signs(void **state)
{
	(void)state;
	READS_AS("gps_cfg[1]=x, gps_position(XYZ)=\"1\", ss_uptime, a.b=2,\r\n",
		 "gps_cfg[1]=x|gps_position(XYZ)=[1]|ss_uptime|a.b=2|");
	READS_AS("", "");
	READS_AS("\r\n\0\0", "");
	READS_AS(",, ,", "");
	READS_AS("=5", "=5|");
	READS_AS("a=", "a=|");
	READS_AS("filtdelay=0.10 0.20   0.30 \r\n", "filtdelay=0.10 0.20   0.30|");
}

static struct var value(const char *text)
{
	return (struct var){ .name = "", .value = text, .value_len = strlen(text), .has_value = true };
}

static void numbers_are_decimal_or_hexadecimal(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		uint64_t n;
	} some[] = {
		{ "0", true, 0 },
		{ "377", true, 377 },
		{ "0xff", true, 255 },
		{ "0XfF", true, 255 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "0xffffffffffffffff", true, UINT64_MAX },
		{ "0x10000000000000000", false, 0 },
		{ "", false, 0 },
		{ "0x", false, 0 },
		{ "-1", false, 0 },
		{ "1 ", false, 0 },
		{ "1.5", false, 0 },
		{ "12a", false, 0 },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		uint64_t n = 1;
		struct var v = value(some[i].text);
		assert_int_equal(var_u64(&v, &n), some[i].ok);
		assert_true(!some[i].ok || n == some[i].n);
	}
}

static void signed_numbers_have_a_sign(void **state)
{
	(void)state;
	int64_t n;
	struct var v = value("-23");
	assert_true(var_i64(&v, &n) && n == -23);
	v = value("+6");
	assert_true(var_i64(&v, &n) && n == 6);
	v = value("-9223372036854775808");
	assert_false(var_i64(&v, &n));
	v = value("-");
	assert_false(var_i64(&v, &n));
}

static void decimals_are_scaled_exactly(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned shift;
		bool ok;
		int64_t n;
	} some[] = {
		{ "-0.123", 6, true, -123000 },
		{ "0.018417", 6, true, 18417 },
		{ "12", 6, true, 12000000 },
		{ ".5", 1, true, 5 },
		{ "5.", 1, true, 50 },
		{ "1.2345", 3, true, 1235 },
		{ "1.2344999", 3, true, 1234 },
		{ "-0.0005", 3, true, -1 },
		{ "922337203685477580", 0, true, 922337203685477580 },
		{ "9223372036854775807", 0, false, 0 },
		{ "1000000000000", 9, false, 0 },
		{ "", 3, false, 0 },
		{ ".", 3, false, 0 },
		{ "-", 3, false, 0 },
		{ "1.x", 3, false, 0 },
		{ "1e5", 3, false, 0 },
		{ "nan", 3, false, 0 },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		int64_t n;
		struct var v = value(some[i].text);
		assert_int_equal(var_scaled(&v, some[i].shift, &n), some[i].ok);
		assert_true(!some[i].ok || n == some[i].n);
	}
}

static void timestamps_are_two_times_eight_digits(void **state)
{
	(void)state;
	uint64_t t;
	struct var v = value("0xeeacbcd8.932cf533");
	assert_true(var_timestamp(&v, &t) && t == UINT64_C(0xeeacbcd8932cf533));
	v = value("0xeeacbcd8.932cf53");
	assert_false(var_timestamp(&v, &t));
	v = value("0xeeacbcd8,932cf533");
	assert_false(var_timestamp(&v, &t));
	v = value("eeacbcd8.932cf53300");
	assert_false(var_timestamp(&v, &t));
}

static void numbered_names_have_their_number(void **state)
{
	(void)state;
	static const char
		text[] = "addr.0=1, addr.65535=2, addr.65536=3, addr.=4, addr=5, addrs.1=6, addr.1x=7";
	static const unsigned wanted[] = { 0, 65535 };
	struct var_list l = var_list_of(text, sizeof(text) - 1);
	struct var v;
	unsigned i, n = 0;
	while (var_next(&l, &v))
		if (var_indexed(&v, "addr", &i))
			assert_int_equal(i, wanted[n++]);
	assert_int_equal(n, 2);
}

static void a_variable_is_found_by_its_name(void **state)
{
	(void)state;
	static const char text[] = "ab=1, a=2, a=3";
	struct var v;
	assert_true(var_find(var_list_of(text, sizeof(text) - 1), "a", &v));
	assert_memory_equal(v.value, "2", 1);
	assert_false(var_find(var_list_of(text, sizeof(text) - 1), "b", &v));
	assert_int_equal(v.value_len, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_system_variables_of_ntpd_read),
		cmocka_unit_test(quoted_values_may_have_commas_equals_and_line_ends),
		cmocka_unit_test(names_may_stand_alone_and_have_any_signs),
		cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
		cmocka_unit_test(signed_numbers_have_a_sign),
		cmocka_unit_test(decimals_are_scaled_exactly),
		cmocka_unit_test(timestamps_are_two_times_eight_digits),
		cmocka_unit_test(numbered_names_have_their_number),
		cmocka_unit_test(a_variable_is_found_by_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
