/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made.h"
#include "present/clock_rows.h"

static const char dcf77
	[] = "device=\"RAW DCF77 CODE (Conrad DCF77 receiver module)\", "
	     "timecode=\"---------------RAD--S1--81-4p-2----P1-4--2124----1-24--2--p\", poll=120, noreply=3, "
	     "badformat=2, "
	     "baddata=1, refclock_status=\"TIME CODE NOT CONFIRMED; CALL BIT; (LEAP INDICATION; CALLBIT)\", "
	     "refclock_states=\"*NOMINAL: 1d+21:21:36 (99.99%); FAULT: 00:00:03 (0.01%); running time: "
	     "1d+21:21:39\"";

static struct var_list list(const char *text)
{
	return var_list_of(text, strlen(text));
}

static void a_dcf77_clock_is_in_plain_text(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, -1);
	clock_text(&b, 17767, 0x0034, "GENERIC(0)", list(dcf77), 80, 0);
	char *text = made_text(&b);
	static const char
		wanted[] = "GENERIC(0): RAW DCF77 CODE (Conrad DCF77 receiver module) (association 17767)\n"
			   "  status    signal loss (0x0034: 3 events, clk_bad_signal)\n"
			   "  counts    120 polls, 3 without reply, 2 bad format, 1 bad data\n"
			   "  receiver  no reception: running on its quartz\n"
			   "  receiver  irregular at the transmitter\n"
			   "  states    *NOMINAL: 1d+21:21:36 (99.99%); FAULT: 00:00:03 (0.01%); running "
			   "time: 1d+21:21:39\n"
			   "  telegram  DCF77: Sunday, 2026-10-25 02:59 CEST\n"
			   "            call bit: irregular at the transmitter\n"
			   "            summer time changes at the end of this hour\n";
	assert_memory_equal(text, wanted, strlen(wanted));
	free(text);
}

static void json_has_it_taken_apart(void **state)
{
	(void)state;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	clock_json(&j, 17767, 0x0034, "GENERIC(0)", list(dcf77), 0);
	json_t *root = made_json(&j, &b), *telegram = json_object_get(root, "telegram");
	json_t *states = json_object_get(root, "states");
	assert_string_equal(made_string(json_object_get(root, "status"), "meaning"), "signal loss");
	assert_string_equal(made_string(telegram, "local_time"), "2026-10-25T02:59:00");
	assert_string_equal(made_string(telegram, "zone"), "CEST");
	assert_int_equal(json_array_size(json_object_get(telegram, "flags")), 3);
	assert_int_equal(json_array_size(json_object_get(telegram, "faults")), 0);
	assert_int_equal(json_array_size(states), 3);
	assert_string_equal(made_string(json_array_get(states, 0), "state"), "NOMINAL");
	assert_true(json_is_true(json_object_get(json_array_get(states, 0), "current")));
	assert_true(made_real(json_array_get(states, 0), "time_s") == 86400 + 21 * 3600 + 21 * 60 + 36);
	assert_true(made_real(json_array_get(states, 1), "time_s") == 3);
	assert_int_equal(json_array_size(json_object_get(root, "receiver")), 2);
	json_decref(root);
}

static void a_clock_without_telegram_has_none(void **state)
{
	(void)state;
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	clock_json(&j, 1, 0, "",
		   list("name=\"NMEA\", timecode=\"$GPRMC,1\", refclock_states=\"x;;:;a: b;:\""), 0);
	json_t *root = made_json(&j, &b);
	assert_true(json_is_null(json_object_get(root, "telegram")));
	assert_int_equal(json_array_size(json_object_get(root, "states")), 0);
	json_decref(root);
	buf_init(&b, -1);
	clock_text(&b, 1, 0, "", list("name=\"N\x1bM\", timecode=\"$GPRMC,1\""), 80, 0);
	char *text = made_text(&b);
	static const char wanted[] = "N\\x1bM (association 1)\n"
				     "  status    nominal (0x0000: no events, clk_unspec)\n";
	assert_memory_equal(text, wanted, strlen(wanted));
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dcf77_clock_is_in_plain_text),
		cmocka_unit_test(json_has_it_taken_apart),
		cmocka_unit_test(a_clock_without_telegram_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
