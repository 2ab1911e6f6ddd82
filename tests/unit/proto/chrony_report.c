/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/chrony.h"
#include "unit/hex.h"

/* What chronyd 4.3 sent. */
static const char tracking_hex
	[] = "06020000002100050000000000000000010203210000000000000000c0000201c00002010000000000000000"
	     "000000000001000000030000000000006b0811b906533ba0d97121ffd2f60e28e0a75889fa8ac112f0f41456"
	     "febf534de29066c9dcba818e00ff7313";
static const char n_sources_hex[] = "06020000000e000200000000000000000102030e000000000000000000000005";
static const char activity_hex
	[] = "06020000002c000c00000000000000000102032c000000000000000000000003000000000000000000000000"
	     "00000001";
static const char serverstats_hex
	[] = "060200000036001800000000000000000102033600000000000000000000001d000000000000000200000000"
	     "00000000000000000000000000000000000000070000000800000007";
static const char source_of_a_clock_hex
	[] = "06020000000f000300000000000000000102030f000000000000000053484d30000000000000000000000000"
	     "00010000000400000001000200000000ffffffff000000000000000000000000";
static const char source_ipv4_hex
	[] = "06020000000f000300000000000000000102030f0000000000000000c0000201000000000000000000000000"
	     "00010000ffff000200000000000000ff00000000deeb1515dee73ce1e0d1cf53";
static const char stats_of_a_clock_hex
	[] = "0602000000220006000000000000000001020322000000000000000053484d30000000000000000000000000"
	     "0000000000000000000000000000000000000000088000000000000018fa00000000000000000000";
static const char ntpdata_hex
	[] = "06020000003900100000000000000000010203390000000000000000c0000201000000000000000000000000"
	     "00010000c000026500000000000000000000000000010000007b00040402ffe700000000000000007f7f0101"
	     "000000006b0811af0b11ebc1df14eaebe2cfd60ed2fca257e8a354950280000003ff4b4b0000001400000014"
	     "0000001400000014ffffffffffffffffffffffff";
static const char authdata_hex
	[] = "06020000004300140000000000000000010203430000000000000000000000000000000000000000ffffffff"
	     "0000000000000000";
static const char selectdata_hex
	[] = "0602000000450017000000000000000001020345000000000000000053484d30000000000000000000000000"
	     "0000000000000000730003000000000000000000048000000000000000000000";
static const char source_name_hex
	[] = "060200000041001300000000000000000102034100000000000000003139322e302e322e3100000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000";
static const char clients_hex
	[] = "0602000000440015000000000000000001020344000000000000000000000010000000100000000220010db8"
	     "00000000000000000000010200020000000000090000000000000000000000000000000000000000007f7f7f"
	     "00000000ffffffffffffffffc000026500000000000000000000000000010000000000140000000000000000"
	     "000000000000000000000000ff7f7f7f00000000ffffffffffffffff00000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "000000000000000000000000000000000000000000000000000000000000000000000000";

static void is_near(double a, double b)
{
	assert_true(fabs(a - b) < 5.1e-10);
}

static void is_address(const struct chrony_addr *a, const char *wanted)
{
	char text[ADDR_TEXT_MAX];
	addr_text(&a->addr, text);
	assert_string_equal(text, wanted);
}

/* The reply's data point into *s, which the caller frees. */
static struct chrony_reply parse(const char *hex, struct sample *s)
{
	struct chrony_reply r;
	*s = sample_of(hex);
	assert_true(chrony_reply_parse(s->p, s->len, &r));
	return r;
}

static void floats_have_seven_bits_of_exponent(void **state)
{
	(void)state;
	assert_true(chrony_float(0) == 0);
	assert_true(chrony_float(0x04800000) == 1);
	assert_true(chrony_float(0x02800000) == 0.5);
	assert_true(chrony_float(0x05800000) == -1);
	assert_true(fabs(chrony_float(0xcb4f8b59) + 2.567767998229442e-09) < 1e-24);
	assert_true(chrony_float(0x7effffff) > 4.6e18); /* the greatest exponent */
	assert_true(chrony_float(0x80800000) > 0);      /* the least */
}

static void the_tracking_report_reads(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(tracking_hex, &s);
	struct chrony_tracking t;
	assert_true(chrony_tracking(&r, &t));
	assert_int_equal(t.refid, 0xc0000201);
	is_address(&t.addr, "192.0.2.1");
	assert_int_equal(t.stratum, 3);
	assert_int_equal(t.leap, 0);
	assert_int_equal(t.ref_time_ns, INT64_C(1795690937106118048));
	is_near(t.correction_s, -0.000000266);
	is_near(t.last_offset_s, 0.000000057);
	is_near(t.rms_offset_s, 0.000004987);
	assert_true(fabs(t.frequency_ppm - 0.034) < 5e-4);
	assert_true(fabs(t.residual_ppm - 0.002) < 5e-4);
	assert_true(fabs(t.skew_ppm - 0.187) < 5e-4);
	is_near(t.root_delay_s, 0.000008607);
	is_near(t.root_dispersion_s, 0.000001390);
	assert_true(fabs(t.update_interval_s - 0.5) < 0.05);
	free(s.p);
}

static void sources_read(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(source_ipv4_hex, &s);
	struct chrony_source x;
	uint32_t n;
	assert_true(chrony_source(&r, &x));
	is_address(&x.addr, "192.0.2.1");
	assert_int_equal(x.poll_log2s, -1);
	assert_int_equal(x.stratum, 2);
	assert_int_equal(x.state, 0);
	assert_int_equal(x.mode, 0);
	assert_int_equal(x.reach, 0377);
	assert_int_equal(x.since_sample_s, 0);
	is_near(x.offset_s, 0.000003446);
	is_near(x.original_offset_s, 0.000003503);
	is_near(x.error_s, 0.000006253);
	free(s.p);
	r = parse(source_of_a_clock_hex, &s);
	assert_true(chrony_source(&r, &x));
	assert_int_equal(x.addr.family, CHRONY_IPV4);
	assert_int_equal(x.addr.id, 0x53484d30);
	assert_int_equal(x.mode, 2);
	assert_int_equal(x.state, 1);
	assert_int_equal(x.poll_log2s, 4);
	assert_true(x.since_sample_s == UINT32_MAX);
	free(s.p);
	r = parse(n_sources_hex, &s);
	assert_true(chrony_n_sources(&r, &n));
	assert_int_equal(n, 5);
	free(s.p);
}

static void the_smaller_reports_read(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(stats_of_a_clock_hex, &s);
	struct chrony_sourcestats x;
	struct chrony_activity a;
	struct chrony_authdata auth;
	struct chrony_selectdata select;
	char name[CHRONY_NAME_MAX];
	assert_true(chrony_sourcestats(&r, &x));
	assert_int_equal(x.refid, 0x53484d30);
	assert_int_equal(x.addr.family, CHRONY_NO_ADDR);
	assert_true(x.skew_ppm == 2000 && x.deviation_s == 4 && x.offset_error_s == 0);
	free(s.p);
	r = parse(activity_hex, &s);
	assert_true(chrony_activity(&r, &a));
	assert_int_equal(a.online, 3);
	assert_int_equal(a.unresolved, 1);
	free(s.p);
	r = parse(authdata_hex, &s);
	assert_true(chrony_authdata(&r, &auth));
	assert_int_equal(auth.mode, 0);
	assert_true(auth.last_ke_ago_s == UINT32_MAX);
	free(s.p);
	r = parse(selectdata_hex, &s);
	assert_true(chrony_selectdata(&r, &select));
	assert_int_equal(select.state, 's');
	assert_int_equal(select.leap, 3);
	assert_true(select.score == 1);
	free(s.p);
	r = parse(source_name_hex, &s);
	assert_true(chrony_source_name(&r, name));
	assert_string_equal(name, "192.0.2.1");
	memset(s.p + CHRONY_REPLY_HEAD, 'x', 256); /* nothing ends it */
	assert_false(chrony_source_name(&r, name));
	assert_string_equal(name, "");
	free(s.p);
}

static void the_serverstats_of_each_release_read(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(serverstats_hex, &s);
	struct chrony_serverstats x;
	uint8_t wide[17 * 8] = { [7] = 1, [10 * 8 + 7] = 11, [11 * 8 + 3] = 1, [16 * 8 + 7] = 17 };
	assert_true(chrony_serverstats(&r, &x));
	assert_int_equal(x.n_known, 11);
	assert_int_equal(x.ntp_hits, 29);
	assert_int_equal(x.cmd_hits, 2);
	assert_int_equal(x.ntp_interleaved_hits, 7);
	assert_int_equal(x.ntp_timestamps, 8);
	assert_int_equal(x.ntp_span_s, 7);
	r.code = 22;
	assert_true(chrony_serverstats(&r, &x));
	assert_int_equal(x.n_known, 8);
	assert_int_equal(x.ntp_interleaved_hits, 0);
	r.code = 14; /* NTP hits, commands, drops */
	assert_true(chrony_serverstats(&r, &x));
	assert_int_equal(x.ntp_drops, 2);
	r.code = 25;
	r.data = wide;
	r.len = sizeof(wide);
	assert_true(chrony_serverstats(&r, &x));
	assert_int_equal(x.ntp_hits, 1);
	assert_int_equal(x.ntp_span_s, 11);
	assert_true(x.daemon_rx == UINT64_C(1) << 32);
	assert_int_equal(x.hardware_tx, 17);
	r.code = 99;
	assert_false(chrony_serverstats(&r, &x));
	free(s.p);
}

static void the_ntpdata_report_reads(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(ntpdata_hex, &s);
	struct chrony_ntpdata x;
	assert_true(chrony_ntpdata(&r, &x));
	is_address(&x.remote, "192.0.2.1");
	is_address(&x.local, "192.0.2.101");
	assert_int_equal(x.port, 123);
	assert_int_equal(x.version, 4);
	assert_int_equal(x.mode, 4);
	assert_int_equal(x.stratum, 2);
	assert_int_equal(x.poll_log2s, -1);
	assert_int_equal(x.precision_log2s, -25);
	assert_int_equal(x.refid, 0x7f7f0101);
	assert_int_equal(x.ref_time_ns, INT64_C(1795690927185723841));
	is_near(x.offset_s, -0.000003503);
	is_near(x.peer_delay_s, 0.000012388);
	is_near(x.peer_dispersion_s, 0.000000059);
	is_near(x.response_time_s, 0.000077882);
	is_near(x.jitter_asymmetry, 0.5);
	assert_int_equal(x.flags & CHRONY_TESTS, 0x3ff);
	assert_int_equal(x.tx_source, 'K');
	assert_int_equal(x.n_good, 20);
	assert_false(x.has_stamps);
	free(s.p);
}

static void the_clients_read(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(clients_hex, &s);
	struct chrony_clients x;
	assert_true(chrony_clients(&r, &x));
	assert_int_equal(x.n_indices, 16);
	assert_int_equal(x.next_index, 16);
	assert_int_equal(x.n, 2);
	is_address(&x.at[0].addr, "2001:db8::102");
	is_address(&x.at[1].addr, "192.0.2.101");
	assert_int_equal(x.at[0].ntp_hits, 9);
	assert_int_equal(x.at[1].ntp_hits, 20);
	assert_int_equal(x.at[1].ntp_interval_log2s, -1);
	assert_int_equal(x.at[1].ntp_timeout_interval_log2s, CHRONY_NO_INTERVAL);
	assert_int_equal(x.at[1].last_ntp_ago_s, 0);
	assert_true(x.at[1].last_cmd_ago_s == UINT32_MAX);
	s.p[39] = 9; /* more than fit */
	assert_false(chrony_clients(&r, &x));
	assert_int_equal(x.n, 0);
	free(s.p);
}

static void every_short_length_is_refused(void **state)
{
	(void)state;
	struct sample whole = sample_of(ntpdata_hex);
	for (uint32_t len = 0; len < 140; len++) {
		struct sample s = sample_cut(&whole, len);
		struct chrony_reply r;
		struct chrony_ntpdata x;
		bool head = chrony_reply_parse(s.p, s.len, &r);
		assert_int_equal(head, len >= CHRONY_REPLY_HEAD);
		if (head)
			assert_int_equal(chrony_ntpdata(&r, &x), len >= 28 + 112 + 16);
		free(s.p);
	}
	free(whole.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floats_have_seven_bits_of_exponent),
		cmocka_unit_test(the_tracking_report_reads),
		cmocka_unit_test(sources_read),
		cmocka_unit_test(the_smaller_reports_read),
		cmocka_unit_test(the_serverstats_of_each_release_read),
		cmocka_unit_test(the_ntpdata_report_reads),
		cmocka_unit_test(the_clients_read),
		cmocka_unit_test(every_short_length_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
