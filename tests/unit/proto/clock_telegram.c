/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/clock_telegram.h"

static const struct {
	const char *bits, *text;
	uint8_t minute, hour, day, weekday, month, year;
	unsigned flags, faults;
} minutes[] = {
	{ "00000000000000000010100101101010010001000111110001011001000",
	  "------------------M-S--4-12-P-2--1-p-2---21241---1-24--2--p", 34, 12, 22, 7, 11, 26, 0, 0 },
	{ "00000000000000000100100000000110000010010111111000011001001",
	  "-----------------D--S-------p12----p1--8-212412----24--2--P", 0, 3, 29, 7, 3, 26, TELEGRAM_SUMMER,
	  0 },
	{ "00000000000000000011100000000100000110000011110000111010001",
	  "------------------MLS-------p1-----P1-----1241----124-1---P", 0, 1, 1, 7, 1, 17,
	  TELEGRAM_LEAP_SECOND, 0 },
	{ "00000000000000011100110011010010000110100111100001011001000",
	  "---------------RAD--S1--81-4p-2----P1-4--2124----1-24--2--p", 59, 2, 25, 7, 10, 26,
	  TELEGRAM_SUMMER | TELEGRAM_DST_CHANGE | TELEGRAM_CALL_BIT, 0 },
	{ "00000000000000000010110101101010010001000111110001011001000", NULL, 0, 0, 0, 0, 0, 0, 0,
	  TELEGRAM_MINUTE_PARITY },
};

static uint64_t bits_of(const char *text)
{
	uint64_t bits = 0;
	for (unsigned i = 0; text[i]; i++)
		bits |= (uint64_t)(text[i] == '1') << i;
	return bits;
}

static void minutes_of_dcf77_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		struct clock_telegram t, u;
		dcf77_telegram(bits_of(minutes[i].bits), &t);
		assert_int_equal(t.faults & minutes[i].faults, minutes[i].faults);
		if (minutes[i].faults)
			continue;
		assert_int_equal(t.faults, 0);
		assert_int_equal(t.minute, minutes[i].minute);
		assert_int_equal(t.hour, minutes[i].hour);
		assert_int_equal(t.day, minutes[i].day);
		assert_int_equal(t.weekday, minutes[i].weekday);
		assert_int_equal(t.month, minutes[i].month);
		assert_int_equal(t.year, minutes[i].year);
		assert_int_equal(t.flags, minutes[i].flags);
		assert_true(dcf77_telegram_of_text(minutes[i].text, strlen(minutes[i].text), &u));
		assert_memory_equal(&t, &u, sizeof(t));
	}
}

static void every_bit_that_is_wrong_is_noticed_or_is_no_time(void **state)
{
	(void)state;
	uint64_t good = bits_of(minutes[0].bits);
	for (unsigned i = 0; i < DCF77_BITS; i++) {
		struct clock_telegram t;
		dcf77_telegram(good ^ UINT64_C(1) << i, &t);
		/* weather, call bit and announcements are under no parity */
		bool is_free = (i >= 1 && i <= 16) || i == 19;
		assert_int_equal(t.faults != 0, !is_free);
	}
}

static void what_is_no_text_of_ntpd_is_refused(void **state)
{
	(void)state;
	struct clock_telegram t;
	char text[64];
	size_t len = strlen(minutes[0].text);
	assert_false(dcf77_telegram_of_text("", 0, &t));
	assert_false(dcf77_telegram_of_text(minutes[0].text, len - 1, &t));
	for (size_t i = 0; i < len; i++) {
		memcpy(text, minutes[0].text, len);
		text[i] = 'x';
		assert_false(dcf77_telegram_of_text(text, len, &t));
	}
	memcpy(text, minutes[0].text, len);
	text[len] = '_';
	assert_true(dcf77_telegram_of_text(text, len + 1, &t));
}

static void telegrams_of_meinberg_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned flags, faults;
	} some[] = {
		{ "\x02"
		  "D:22.11.26;T:7;U:12.34.56;    \x03",
		  0, 0 },
		{ "\x02"
		  "D:22.11.26;T:7;U:11.34.56;#*U \x03",
		  TELEGRAM_FREE_RUNNING | TELEGRAM_QUARTZ | TELEGRAM_UTC, 0 },
		{ "\x02"
		  "D:29.03.26;T:7;U:01.34.56;   !\x03",
		  TELEGRAM_DST_CHANGE, 0 },
		{ "D:31.12.16;T:6;U:23.59.60;  UA", TELEGRAM_UTC | TELEGRAM_LEAP_SECOND, 0 },
		{ "D:22.11.26;T:7;U:12.34.56;  S ", TELEGRAM_SUMMER, 0 },
		{ "D:32.11.26;T:7;U:12.34.56;    ", 0, TELEGRAM_VALUES },
		{ "D:22.13.26;T:0;U:25.34.56;    ", 0, TELEGRAM_VALUES },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct clock_telegram t;
		assert_true(meinberg_telegram(some[i].text, strlen(some[i].text), &t));
		assert_int_equal(t.flags, some[i].flags);
		assert_int_equal(t.faults, some[i].faults);
		assert_false(t.is_dcf77);
	}
}

static void what_is_no_telegram_of_meinberg_is_refused(void **state)
{
	(void)state;
	static const char text[] = "D:22.11.26;T:7;U:12.34.56;    ";
	struct clock_telegram t;
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_false(meinberg_telegram(text, len, &t));
	assert_false(meinberg_telegram("D:2x.11.26;T:7;U:12.34.56;    ", 30, &t));
	assert_false(meinberg_telegram("D-22.11.26;T:7;U:12.34.56;    ", 30, &t));
}

static void bits_have_names(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= TELEGRAM_QUARTZ; i <<= 1)
		assert_string_not_equal(telegram_flag_name(i), "unknown");
	for (unsigned i = 1; i <= TELEGRAM_VALUES; i <<= 1)
		assert_string_not_equal(telegram_fault_name(i), "unknown");
	assert_string_equal(telegram_flag_name(0), "unknown");
	assert_string_equal(telegram_fault_name(128), "unknown");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_of_dcf77_read),
		cmocka_unit_test(every_bit_that_is_wrong_is_noticed_or_is_no_time),
		cmocka_unit_test(what_is_no_text_of_ntpd_is_refused),
		cmocka_unit_test(telegrams_of_meinberg_read),
		cmocka_unit_test(what_is_no_telegram_of_meinberg_is_refused),
		cmocka_unit_test(bits_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
