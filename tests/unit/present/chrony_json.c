/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made.h"
#include "present/chrony_json.h"

static void is_near(double a, double b)
{
	assert_true(fabs(a - b) < 6e-10);
}

static void offsets_have_our_sign(void **state)
{
	(void)state;
	struct chrony_source s = { .offset_s = 3.446e-6, .original_offset_s = 3.503e-6 };
	struct chrony_sourcestats stats = { .offset_s = -1e-6 };
	struct chrony_tracking t = { .correction_s = -2e-6, .last_offset_s = 1e-6 };
	struct chrony_selectdata select = { .state = '*', .low_limit_s = -1e-6, .high_limit_s = 4e-6 };
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	chrony_source_json(&j, &s);
	json_t *root = made_json(&j, &b);
	is_near(made_real(root, "offset_s"), -3.446e-6);
	is_near(made_real(root, "measured_offset_s"), -3.503e-6);
	json_decref(root);
	made_begin(&j, &b);
	chrony_sourcestats_json(&j, &stats);
	root = made_json(&j, &b);
	is_near(made_real(root, "offset_s"), 1e-6);
	json_decref(root);
	made_begin(&j, &b);
	chrony_tracking_json(&j, &t);
	root = made_json(&j, &b);
	is_near(made_real(root, "offset_s"), -2e-6);
	is_near(made_real(root, "last_offset_s"), -1e-6);
	assert_true(json_is_null(json_object_get(root, "reference_time")));
	json_decref(root);
	made_begin(&j, &b);
	chrony_selectdata_json(&j, &select);
	root = made_json(&j, &b);
	is_near(made_real(root, "offset_low_s"), -4e-6);
	is_near(made_real(root, "offset_high_s"), 1e-6);
	assert_string_equal(made_string(root, "meaning"), "best");
	json_decref(root);
}

static void what_never_was_is_null(void **state)
{
	(void)state;
	struct chrony_source s = { .since_sample_s = UINT32_MAX, .reach = 0377, .poll_log2s = 6 };
	struct chrony_client c = { .ntp_interval_log2s = 127, .last_ntp_ago_s = UINT32_MAX, .ntp_hits = 5 };
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	chrony_source_json(&j, &s);
	json_t *root = made_json(&j, &b);
	assert_true(json_is_null(json_object_get(root, "since_sample_s")));
	assert_string_equal(made_string(root, "reach_octal"), "377");
	assert_true(made_real(root, "poll_s") == 64);
	json_decref(root);
	made_begin(&j, &b);
	chrony_client_json(&j, &c);
	root = made_json(&j, &b);
	assert_true(json_is_null(json_object_get(root, "ntp_interval_log2s")));
	assert_true(json_is_null(json_object_get(root, "ntp_last_ago_s")));
	assert_true(json_is_null(json_object_get(root, "address")));
	assert_true(made_real(root, "ntp") == 5);
	json_decref(root);
}

static void counters_that_a_release_lacks_are_left_out(void **state)
{
	(void)state;
	struct chrony_serverstats s = { .n_known = 8, .ntp_hits = 1 };
	struct chrony_ntpdata d = { .flags = 0x8001 };
	struct chrony_activity a = { .online = 2 };
	struct chrony_authdata auth = { .mode = 2, .last_ke_ago_s = 5 };
	struct jw j;
	struct buf b;
	made_begin(&j, &b);
	chrony_serverstats_json(&j, &s);
	chrony_activity_json(&j, &a);
	json_t *root = made_json(&j, &b);
	assert_non_null(json_object_get(root, "ntp_authenticated"));
	assert_null(json_object_get(root, "ntp_interleaved"));
	assert_true(made_real(root, "online") == 2);
	json_decref(root);
	made_begin(&j, &b);
	chrony_ntpdata_json(&j, &d);
	root = made_json(&j, &b);
	assert_string_equal(made_string(root, "tests"), "0000000001");
	assert_true(json_is_true(json_object_get(root, "authenticated")));
	assert_null(json_object_get(root, "kernel_tx_timestamps"));
	json_decref(root);
	made_begin(&j, &b);
	chrony_authdata_json(&j, &auth);
	root = made_json(&j, &b);
	assert_string_equal(made_string(root, "mode"), "nts");
	assert_true(made_real(root, "last_ke_ago_s") == 5);
	json_decref(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_have_our_sign),
		cmocka_unit_test(what_never_was_is_null),
		cmocka_unit_test(counters_that_a_release_lacks_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
