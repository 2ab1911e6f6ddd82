/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "present/alarm_json.h"

static void written(const struct alarm_event *e, struct buf *b)
{
	struct jw j;

	assert_int_equal(buf_init(b, -1), ERR_OK);
	jw_begin(&j, b);
	alarm_event_json(&j, e);
	jw_end(&j);
	buf_add(b, "", 1);
	assert_int_equal(b->err, ERR_OK);
}

static void an_event_has_all_its_fields(void **state)
{
	const struct alarm_event e = { .time_ns = INT64_C(1772366400000000000),
				       .target = "ntp.example.net",
				       .part = "GPS(0)",
				       .via = WATCH_VIA_NTP,
				       .rule = ALARM_OFFSET,
				       .from = ALARM_OK,
				       .to = ALARM_CRITICAL,
				       .value = 0.0625,
				       .limit = 0.05,
				       .text = "Offset 62.5 ms" };
	struct buf b;
	(void)state;
	written(&e, &b);
	assert_string_equal(b.data,
			    "{\"time\": \"2026-03-01T12:00:00.000000000Z\", \"target\": \"ntp.example.net\", "
			    "\"part\": \"GPS(0)\", \"via\": \"ntp\", \"rule\": \"offset\", \"from\": \"ok\", "
			    "\"to\": \"critical\", \"value\": 0.062500000, \"limit_s\": 0.050000000, "
			    "\"text\": \"Offset 62.5 ms\"}\n");
	buf_release(&b);
}

static void what_has_no_value_is_null_and_quotes_are_escaped(void **state)
{
	const struct alarm_event e = { .target = "\"", .value = (double)NAN, .limit = (double)NAN };
	struct buf b;
	(void)state;
	written(&e, &b);
	assert_non_null(strstr(b.data, "\"target\": \"\\\"\""));
	assert_non_null(strstr(b.data, "\"value\": null"));
	assert_non_null(strstr(b.data, "\"limit\": null"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_has_all_its_fields),
		cmocka_unit_test(what_has_no_value_is_null_and_quotes_are_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
