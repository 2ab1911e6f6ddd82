/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/nstime.h"
#include "engine/watch_spec.h"

static struct watch_spec good(const char *text)
{
	struct watch_spec s;
	char why[WATCH_SPEC_WHY_MAX];
	if (watch_spec_parse(&s, text, why))
		fail_msg("'%s': %s", text, why);
	assert_string_equal(why, "");
	return s;
}

static void a_host_alone_is_tried_in_every_way(void **state)
{
	struct watch_spec s = good("ntp1.example.net");
	(void)state;
	assert_string_equal(s.host, "ntp1.example.net");
	assert_string_equal(s.name, "ntp1.example.net");
	assert_true(s.is_auto && s.every_ns == 0 && !s.snmp_file[0]);
	for (int i = 0; i < N_WATCH_WAYS; i++)
		assert_true(s.via[i] && !s.port[i]);
}

static void everything_can_be_said(void **state)
{
	struct watch_spec s = good(
		"  2001:db8::7  name=gps-1\tvia=gpsd:2948,mode6 every=5min snmp=/etc/ntpscope/lt.snmp ");
	(void)state;
	assert_string_equal(s.host, "2001:db8::7");
	assert_string_equal(s.name, "gps-1");
	assert_string_equal(s.snmp_file, "/etc/ntpscope/lt.snmp");
	assert_false(s.is_auto);
	assert_true(s.via[WATCH_VIA_GPSD] && s.port[WATCH_VIA_GPSD] == 2948);
	assert_true(s.via[WATCH_VIA_MODE6] && s.port[WATCH_VIA_MODE6] == 0);
	assert_false(s.via[WATCH_VIA_NTP] || s.via[WATCH_VIA_CHRONY] || s.via[WATCH_VIA_SNMP]);
	assert_int_equal(s.every_ns, 300 * NS_PER_S);
	assert_int_equal(good("a every=1").every_ns, NS_PER_S);
	assert_int_equal(good("a every=1d").every_ns, 86400 * NS_PER_S);
}

static void a_path_is_the_socket_of_chronyd(void **state)
{
	struct watch_spec s = good("/run/chrony/chronyd.sock name=here");
	(void)state;
	assert_true(s.via[WATCH_VIA_CHRONY] && !s.via[WATCH_VIA_NTP] && !s.is_auto);
	assert_true(good("/run/x via=chrony").via[WATCH_VIA_CHRONY]);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *word;
	} bad[] = {
		{ "", "no host" },
		{ "  ", "no host" },
		{ "via=ntp", "'via=ntp'" },
		{ "a via=", "'via='" },
		{ "a via=ntp,", "'via=ntp,'" },
		{ "a via=,ntp", "'via=,ntp'" },
		{ "a via=ntpd", "'ntpd'" },
		{ "a via=traffic", "'traffic'" },
		{ "a via=ntp,ntp", "'ntp' is given twice" },
		{ "a via=gpsd:0", "'gpsd:0'" },
		{ "a via=gpsd:65536", "'gpsd:65536'" },
		{ "a via=gpsd:", "'gpsd:'" },
		{ "a every=0s", "'every=0s'" },
		{ "a every=2d", "'every=2d'" },
		{ "a every=s", "'every=s'" },
		{ "a every=99999999999999999999s", "'every=" },
		{ "a every=10 min", "'min'" },
		{ "a name=", "'name='" },
		{ "a name=b/c", "'name=b/c'" },
		{ "a name=traffic",
		  "'traffic' is the name of what is seen on the wire; give it another name=" },
		{ "traffic", "'traffic' is the name of what is seen on the wire; give it another name=" },
		{ "a/b", "'a/b'" },
		{ "a name=b name=c", "'name=c'" },
		{ "a color=red", "'color=red'" },
		{ "a b", "'b'" },
		{ "a snmp=", "'snmp='" },
		{ "a na\x01me=x", "'na?me=x'" },
		{ "/run/x via=ntp", "'ntp'" },
	};
	struct watch_spec s;
	char why[WATCH_SPEC_WHY_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(watch_spec_parse(&s, bad[i].text, why), ERR_FORMAT);
		if (!strstr(why, bad[i].word))
			fail_msg("'%s': %s", bad[i].text, why);
	}
}

static void what_is_too_long_is_refused(void **state)
{
	char text[1000];
	struct watch_spec s;
	char why[WATCH_SPEC_WHY_MAX];
	(void)state;
	memset(text, 'a', 300);
	text[300] = '\0';
	assert_int_equal(watch_spec_parse(&s, text, why), ERR_FORMAT);
	assert_non_null(strstr(why, "aaa...' is too long"));
	text[200] = '\0';
	assert_int_equal(watch_spec_parse(&s, text, why), ERR_FORMAT);
	assert_non_null(strstr(why, "give it a name="));
	memcpy(text + 200, " name=b", 8);
	assert_int_equal(watch_spec_parse(&s, text, why), ERR_OK);
	memcpy(text, "a name=", 7);
	assert_int_equal(watch_spec_parse(&s, text, why), ERR_FORMAT);
	assert_true(strlen(why) < WATCH_SPEC_WHY_MAX);
}

static void two_lines_are_the_same_however_they_are_written(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_same, asks_alike;
	} all[] = {
		{ "ntp1", "ntp1", true, true },
		{ "ntp1 via=ntp,snmp name=a", "ntp1   name=a via=snmp,ntp", true, true },
		{ "ntp1 every=60s", "ntp1 every=1min", true, true },
		{ "ntp1 every=60s", "ntp1 every=61s", false, true },
		{ "ntp1", "ntp1 name=a", false, true },
		{ "ntp1 via=snmp snmp=/etc/a", "ntp1 via=snmp snmp=/etc/b", false, true },
		{ "ntp1", "ntp2 name=ntp1", false, false },
		{ "ntp1", "ntp1 via=ntp", false, false },
		{ "ntp1 via=ntp", "ntp1 via=ntp:1123", false, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct watch_spec a, b;
		char why[WATCH_SPEC_WHY_MAX];
		if (watch_spec_parse(&a, all[i].a, why) || watch_spec_parse(&b, all[i].b, why))
			fail_msg("%s", why);
		if (watch_spec_is_same(&a, &b) != all[i].is_same ||
		    watch_spec_asks_alike(&a, &b) != all[i].asks_alike)
			fail_msg("'%s', '%s'", all[i].a, all[i].b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_alone_is_tried_in_every_way),
		cmocka_unit_test(everything_can_be_said),
		cmocka_unit_test(a_path_is_the_socket_of_chronyd),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(two_lines_are_the_same_however_they_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
