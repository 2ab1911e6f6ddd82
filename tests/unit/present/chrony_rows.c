/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted lines are what chronyc 4.3 printed for the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made.h"
#include "present/chrony_rows.h"

static void printed(struct buf *b, const char *wanted)
{
	char *text = made_text(b);
	assert_string_equal(text, wanted);
	free(text);
}

static void has(struct buf *b, const char *wanted)
{
	char *text = made_text(b);
	assert_non_null(strstr(text, wanted));
	free(text);
}

static void a_source_has_chronycs_line(void **state)
{
	(void)state;
	struct chrony_source s = { .poll_log2s = -1,
				   .stratum = 2,
				   .reach = 0377,
				   .since_sample_s = 1,
				   .original_offset_s = 3.503e-6,
				   .offset_s = 3.446e-6,
				   .error_s = 6.253e-6 };
	struct buf b;
	buf_init(&b, -1);
	chrony_sources_row(&b, &s, "192.0.2.1");
	printed(&b, "^* 192.0.2.1                     2  -1   377     1  +3446ns[+3503ns] +/- 6253ns\n");
}

static void sourcestats_have_chronycs_line(void **state)
{
	(void)state;
	struct chrony_sourcestats s = { .n_samples = 17,
					.n_runs = 10,
					.span_s = 8,
					.residual_ppm = 0.003,
					.skew_ppm = 0.182,
					.offset_s = 1.605e-6,
					.deviation_s = 0.446e-6 };
	struct buf b;
	buf_init(&b, -1);
	chrony_sourcestats_row(&b, &s, "192.0.2.1");
	printed(&b, "192.0.2.1                  17  10     8     +0.003      0.182  +1605ns   446ns\n");
}

static void the_other_tables_have_chronycs_lines(void **state)
{
	(void)state;
	struct chrony_authdata a = { .last_ke_ago_s = UINT32_MAX };
	struct chrony_selectdata s = { .state = '*',
				       .score = 1,
				       .low_limit_s = -2.715e-6,
				       .high_limit_s = 6.296e-6,
				       .configured = 2,
				       .effective = 2 | 8 };
	struct chrony_client c = { .ntp_hits = 20,
				   .ntp_interval_log2s = -1,
				   .ntp_timeout_interval_log2s = 127,
				   .cmd_interval_log2s = 127,
				   .last_cmd_ago_s = UINT32_MAX };
	struct buf b;
	buf_init(&b, -1);
	chrony_authdata_row(&b, &a, "192.0.2.1");
	chrony_selectdata_row(&b, &s, "192.0.2.1");
	chrony_clients_row(&b, &c, "192.0.2.101");
	printed(&b, "192.0.2.1                      -     0    0    0    -    0    0    0    0\n"
		    "* 192.0.2.1                 N -P--- -P-R-    0   1.0 -2715ns +6296ns  N\n"
		    "192.0.2.101                    20      0  -1   -     0       0      0   -     -\n");
}

static void the_tracking_report_has_thirteen_lines(void **state)
{
	(void)state;
	struct chrony_tracking t = { .refid = 0xc0000201,
				     .stratum = 3,
				     .ref_time_ns = INT64_C(1795690937106118048),
				     .correction_s = -0.000000275,
				     .last_offset_s = 0.000000057,
				     .frequency_ppm = -0.034,
				     .leap = 0 };
	struct buf b;
	unsigned n = 0;
	buf_init(&b, -1);
	chrony_tracking_text(&b, &t, "192.0.2.1");
	char *text = made_text(&b);
	for (const char *p = text; *p; p++)
		n += *p == '\n';
	assert_int_equal(n, 13);
	assert_non_null(strstr(text, "Reference ID    : C0000201 (192.0.2.1)\n"));
	assert_non_null(strstr(text, "Ref time (UTC)  : 2026-11-26 11:02:17Z\n"));
	assert_non_null(strstr(text, "System time     : 0.000000275 seconds fast of NTP time\n"));
	assert_non_null(strstr(text, "Last offset     : +0.000000057 seconds\n"));
	assert_non_null(strstr(text, "Frequency       : 0.034 ppm slow\n"));
	free(text);
}

static void serverstats_show_what_the_release_knows(void **state)
{
	(void)state;
	struct chrony_serverstats s = { .ntp_hits = 29, .n_known = 7 };
	struct buf b;
	buf_init(&b, -1);
	chrony_serverstats_text(&b, &s);
	char *text = made_text(&b);
	assert_non_null(strstr(text, "NTP packets received       : 29\n"));
	assert_null(strstr(text, "NTS-KE"));
	free(text);
	s.n_known = 17;
	s.hardware_tx = 5;
	buf_init(&b, -1);
	chrony_serverstats_text(&b, &s);
	has(&b, "NTP hardware TX timestamps : 5\n");
}

static void tests_of_a_packet_are_bits_in_three_groups(void **state)
{
	(void)state;
	struct chrony_ntpdata d = { .flags = 0x3fd,
				    .mode = 4,
				    .poll_log2s = -1,
				    .precision_log2s = -25,
				    .offset_s = -3.503e-6,
				    .stratum = 1,
				    .refid = 0x47505300 };
	struct buf b;
	buf_init(&b, -1);
	chrony_ntpdata_text(&b, &d);
	char *text = made_text(&b);
	assert_non_null(strstr(text, "NTP tests       : 111 111 1101\n"));
	assert_non_null(strstr(text, "Precision       : -25 (0.000000030 seconds)\n"));
	assert_non_null(strstr(text, "Reference ID    : 47505300 (GPS)\n"));
	assert_non_null(strstr(text, "Offset          : -0.000003503 seconds\n"));
	assert_null(strstr(text, "Total kernel TX"));
	free(text);
}

static void activity_has_five_lines(void **state)
{
	(void)state;
	struct chrony_activity a = { .online = 3, .unresolved = 1 };
	struct buf b;
	buf_init(&b, -1);
	chrony_activity_text(&b, &a);
	has(&b, "3 sources online\n0 sources offline\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_has_chronycs_line),
		cmocka_unit_test(sourcestats_have_chronycs_line),
		cmocka_unit_test(the_other_tables_have_chronycs_lines),
		cmocka_unit_test(the_tracking_report_has_thirteen_lines),
		cmocka_unit_test(serverstats_show_what_the_release_knows),
		cmocka_unit_test(tests_of_a_packet_are_bits_in_three_groups),
		cmocka_unit_test(activity_has_five_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
