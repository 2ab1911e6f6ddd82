/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that scripts read: as sntp, ntpdate and plugins print them, to the octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/present/query_made.h"

static struct query_report reports[3];

static struct query_list list_of(size_t n)
{
	return (struct query_list){ .at = reports, .n = n, .now_ns = MADE_NOW_NS };
}

static char *sntp(size_t n)
{
	const struct query_list l = list_of(n);
	struct buf b;
	buf_init(&b, -1);
	query_sntp(&l, &b);
	return made_text(&b);
}

static char *ntpdate(size_t n, int64_t now_ns)
{
	struct query_list l = list_of(n);
	struct buf b;
	l.now_ns = now_ns;
	buf_init(&b, -1);
	query_ntpdate(&l, &b);
	return made_text(&b);
}

static char *nagios(size_t n, int64_t warning_ns, int64_t critical_ns, int *status)
{
	const struct query_list l = list_of(n);
	struct buf b;
	buf_init(&b, -1);
	*status = query_nagios(&l, warning_ns, critical_ns, &b);
	return made_text(&b);
}

static void is(char *text, const char *wanted)
{
	assert_string_equal(text, wanted);
	free(text);
}

static void sntp_has_a_line_for_each_server(void **state)
{
	(void)state;
	made_good(&reports[0], "ntp.example", "192.0.2.1", 250 * MADE_MS);
	made_good(&reports[1], "2001:db8::1", "2001:db8::1", -1500 * MADE_MS);
	reports[1].query.samples[0].header.leap = 1;
	reports[2] = made_report("nosuch.example", "0.0.0.0", QUERY_DNS);
	MADE_SAY(reports[2].why, "Name or service not known");
	is(sntp(3),
	   "2026-11-26 09:14:59.250000 (+0000) +0.250000 +/- 0.005907 ntp.example 192.0.2.1 s2 no-leap\n"
	   "2026-11-26 09:14:57.500000 (+0000) -1.500000 +/- 0.005907 2001:db8::1 2001:db8::1 s2 add-leap\n"
	   "nosuch.example dns: its name leads to no address (Name or service not known)\n");
}

static void ntpdate_says_what_it_would_do(void **state)
{
	(void)state;
	made_good(&reports[0], "ntp.example", "192.0.2.1", 250 * MADE_MS);
	reports[1] = made_report("192.0.2.2", "192.0.2.2", QUERY_TIMEOUT);
	is(ntpdate(2, MADE_NOW_NS),
	   "server 192.0.2.1, stratum 2, offset +0.250000, delay 0.00400\n"
	   "server 192.0.2.2, stratum 0, offset +0.000000, delay 0.00000\n"
	   "26 Nov 09:15:00 ntpscope: adjust time server 192.0.2.1 offset +0.250000 sec\n");
	made_good(&reports[0], "ntp.example", "192.0.2.1", -500 * MADE_MS);
	is(ntpdate(1, MADE_NOW_NS),
	   "server 192.0.2.1, stratum 2, offset -0.500000, delay 0.00400\n"
	   "26 Nov 09:15:00 ntpscope: step time server 192.0.2.1 offset -0.500000 sec\n");
}

static void ntpdate_has_the_date_of_every_month(void **state)
{
	(void)state;
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	for (int i = 0; i < 12; i++) {
		char date[40], wanted[96];
		int64_t t_ns;
		snprintf(date, sizeof(date), "2026-%02d-0%dT23:59:5%dZ", i + 1, i % 9 + 1, i % 9);
		assert_true(nstime_parse(date, &t_ns));
		snprintf(wanted, sizeof(wanted),
			 "0%d %s 23:59:5%d ntpscope: no server suitable for synchronization found\n",
			 i % 9 + 1, months[i], i % 9);
		is(ntpdate(0, t_ns), wanted);
	}
}

static void a_plugin_answers_with_status_and_performance_data(void **state)
{
	(void)state;
	int status;

	made_good(&reports[0], "ntp.example", "192.0.2.1", -250 * MADE_MS);
	is(nagios(1, 500 * MADE_MS, 2 * NS_PER_S, &status),
	   "NTP OK: Offset -0.25 secs, stratum 2|offset=-0.250000000s;0.5;2; delay=0.004000000s;;;0; "
	   "bound=0.005907250s;;;0; jitter=0.001000000s;;;0; stratum=2;;;0;16\n");
	assert_int_equal(status, 0);
	free(nagios(1, 250 * MADE_MS, 250 * MADE_MS, &status));
	assert_int_equal(status, 0); /* not beyond it */
	free(nagios(1, 250 * MADE_MS - 1, NS_PER_S, &status));
	assert_int_equal(status, 1);
	free(nagios(1, 0, 249 * MADE_MS, &status));
	assert_int_equal(status, 2);
}

static void each_failure_is_critical_or_unknown(void **state)
{
	(void)state;
	for (int r = QUERY_TIMEOUT; r < N_QUERY_RESULTS; r++) {
		int status;
		bool is_ours = r == QUERY_DNS || r == QUERY_LOCAL;
		reports[0] = made_report("192.0.2.1", "192.0.2.1", (enum query_result)r);
		char *text = nagios(1, NS_PER_S, NS_PER_S, &status);
		assert_int_equal(status, is_ours ? 3 : 2);
		assert_int_equal(
			strncmp(text, is_ours ? "NTP UNKNOWN: " : "NTP CRITICAL: ", is_ours ? 13 : 14), 0);
		assert_null(strchr(text, '|'));
		free(text);
	}
}

static void of_several_servers_the_worst_comes_first_and_all_have_a_line(void **state)
{
	(void)state;
	int status;

	made_good(&reports[0], "a.example", "192.0.2.1", 0);
	reports[1] = made_report("b.example", "192.0.2.2", QUERY_REFUSED);
	MADE_SAY(reports[1].why, "ICMP from 192.0.2.2: port unreachable");
	reports[2] = made_report("c.example", "0.0.0.0", QUERY_DNS);
	char *text = nagios(3, NS_PER_S, NS_PER_S, &status);
	assert_int_equal(status, 2);
	assert_non_null(
		strstr(text, "NTP CRITICAL: refused: nobody listens on that port (ICMP from 192.0.2.2: port "
			     "unreachable), server b.example|'offset_192.0.2.1'=0.000000000s;1;1; "));
	assert_non_null(strstr(text, "\nNTP OK: Offset 0 secs, stratum 2, server a.example\n"));
	assert_non_null(strstr(text, "\nNTP UNKNOWN: dns: its name leads to no address, server c.example\n"));
	free(text);
	reports[1] = reports[2];
	free(nagios(2, NS_PER_S, NS_PER_S, &status));
	assert_int_equal(status, 3);
}

static void the_key_establishment_alone_is_enough_where_it_is_wanted(void **state)
{
	(void)state;
	int status;

	reports[0] = made_report("a.example", "192.0.2.1", QUERY_OK);
	reports[0].ke_only = true;
	reports[0].ke.n_cookies = 8;
	is(nagios(1, NS_PER_S, NS_PER_S, &status), "NTP OK: 8 cookies\n");
	assert_int_equal(status, 0);
}

/* What is watched for: the day on which nobody has renewed it. */
static void a_plugin_tells_the_days_that_a_certificate_has_left(void **state)
{
	(void)state;
	int status;

	reports[0] = made_report("a.example", "192.0.2.1", QUERY_OK);
	reports[0].ke_only = true;
	reports[0].ke = (struct query_ke){ .is_good = true,
					   .n_cookies = 8,
					   .took_ns = 45 * MADE_MS,
					   .not_after_s = MADE_NOW_NS / NS_PER_S + 3 * MADE_DAY_S };
	is(nagios(1, NS_PER_S, NS_PER_S, &status),
	   "NTP OK: 8 cookies, certificate 3 days left|certificate_days=3;;;; ke_time=0.045000000s;;;0;\n");
	assert_int_equal(status, 0);
	reports[0].result = QUERY_NTS_CERTIFICATE;
	reports[0].ke.is_good = false;
	reports[0].ke.not_after_s = MADE_NOW_NS / NS_PER_S - MADE_DAY_S;
	is(nagios(1, NS_PER_S, NS_PER_S, &status),
	   "NTP CRITICAL: nts-certificate: its certificate is not to be trusted|certificate_days=-1;;;;\n");
	assert_int_equal(status, 2);
}

/* One line stays one line, and performance data begin where ours do. */
static void what_strangers_say_does_not_act(void **state)
{
	(void)state;
	static const char escaped[] = "\\x1b[31mred\\x0a\\x7cx=1\\u202e\\xff\"";
	char wanted[512];
	int status;

	reports[0] = made_report(MADE_HOSTILE, "192.0.2.1", QUERY_KOD);
	MADE_SAY(reports[0].why, MADE_HOSTILE);
	MADE_SAY(reports[0].query.kiss, "RA|E");
	snprintf(wanted, sizeof(wanted), "%s kod: it asks us to stay away, RA\\x7cE (%s)\n", escaped,
		 escaped);
	is(sntp(1), wanted);
	snprintf(wanted, sizeof(wanted), "NTP CRITICAL: kod: it asks us to stay away, RA\\x7cE (%s)\n",
		 escaped);
	is(nagios(1, NS_PER_S, NS_PER_S, &status), wanted);
	reports[0].result = QUERY_DNS;
	reports[0].query.kiss[0] = '\0';
	snprintf(wanted, sizeof(wanted),
		 "%s dns: its name leads to no address (%s)\n26 Nov 09:15:00 ntpscope: no server "
		 "suitable for synchronization found\n",
		 escaped, escaped);
	is(ntpdate(1, MADE_NOW_NS), wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sntp_has_a_line_for_each_server),
		cmocka_unit_test(ntpdate_says_what_it_would_do),
		cmocka_unit_test(ntpdate_has_the_date_of_every_month),
		cmocka_unit_test(a_plugin_answers_with_status_and_performance_data),
		cmocka_unit_test(each_failure_is_critical_or_unknown),
		cmocka_unit_test(of_several_servers_the_worst_comes_first_and_all_have_a_line),
		cmocka_unit_test(the_key_establishment_alone_is_enough_where_it_is_wanted),
		cmocka_unit_test(a_plugin_tells_the_days_that_a_certificate_has_left),
		cmocka_unit_test(what_strangers_say_does_not_act),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
