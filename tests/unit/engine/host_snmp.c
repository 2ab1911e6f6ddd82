/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "base/nstime.h"
#include "engine/host_snmp.h"
#include "mib_made.h"

#define IF  "1.3.6.1.2.1.2.2.1."
#define IFX "1.3.6.1.2.1.31.1.1.1."
#define UCD "1.3.6.1.4.1.2021."
#define NTP "1.3.6.1.2.1.197.1."

struct machine {
	struct mib_table t;
	struct mib_rates rates;
	struct mib_report r;
};

static void read_at(struct machine *m, int64_t s)
{
	mib_rates_begin(&m->rates, s * NS_PER_S, host_snmp_uptime_s(&m->t));
	mib_report_begin(&m->r);
	host_snmp_ntp(&m->t, &m->rates, &m->r.at[0]);
	host_snmp_read(&m->t, &m->rates, &m->r);
}

static void a_machine_without_swap_has_memory(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	put(&m->t, made_integer(UCD "4.5.0", 1000));
	put(&m->t, made_integer(UCD "4.6.0", 300));
	put(&m->t, made_integer(UCD "4.14.0", 50));
	put(&m->t, made_integer(UCD "4.15.0", 150));
	read_at(m, 0);
	assert_point(&m->r.at[0], "memory_used_bytes", 500 * 1024);
	assert_point(&m->r.at[0], "memory_total_bytes", 1000 * 1024);
	assert_no_point(&m->r.at[0], "swap_used_bytes");
	put(&m->t, made_integer(UCD "4.3.0", 0));
	put(&m->t, made_integer(UCD "4.4.0", 0));
	read_at(m, 60);
	assert_point(&m->r.at[0], "swap_used_bytes", 0);
	free(m);
}

static void ticks_of_processors(struct machine *m, uint32_t user, uint32_t system, uint32_t idle,
				uint32_t wait)
{
	put(&m->t, made_count(UCD "11.50.0", user, 32));
	put(&m->t, made_count(UCD "11.52.0", system, 32));
	put(&m->t, made_count(UCD "11.53.0", idle, 32));
	put(&m->t, made_count(UCD "11.54.0", wait, 32));
}

static void processors_are_busy_but_for_idling_and_waiting(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	put(&m->t, made_integer("1.3.6.1.2.1.25.3.3.1.2.196608", 80)); /* not asked where there are ticks */
	ticks_of_processors(m, 4294967290U, 0, 1000, 0);
	read_at(m, 0);
	assert_no_point(&m->r.at[0], "cpu_percent");
	ticks_of_processors(m, 14, 5, 1060, 15); /* 20 and 5 of 100 */
	read_at(m, 60);
	assert_point(&m->r.at[0], "cpu_percent", 25);
	free(m);
	m = calloc(1, sizeof(*m));
	put(&m->t, made_integer("1.3.6.1.2.1.25.3.3.1.2.1", 80));
	put(&m->t, made_integer("1.3.6.1.2.1.25.3.3.1.2.2", 20));
	read_at(m, 0);
	assert_point(&m->r.at[0], "cpu_percent", 50);
	free(m);
}

static void put_interface(struct machine *m, unsigned row, const char *name, int type, int state)
{
	char oid[64];

	(void)snprintf(oid, sizeof(oid), IF "2.%u", row);
	put(&m->t, made_text(oid, name));
	(void)snprintf(oid, sizeof(oid), IF "3.%u", row);
	put(&m->t, made_integer(oid, type));
	(void)snprintf(oid, sizeof(oid), IF "8.%u", row);
	put(&m->t, made_integer(oid, state));
}

static void interfaces_are_parts_by_name_and_the_loopback_is_none(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	char name[32];
	(void)state;
	put_interface(m, 1, "lo", 24, 1);
	for (unsigned i = 2; i < 12; i++) {
		(void)snprintf(name, sizeof(name), "eth%u", i - 2);
		put_interface(m, i, name, 6, i % 2 ? 1 : 2);
	}
	put(&m->t, made_text(IFX "1.3", "wan"));
	put(&m->t, made_count(IFX "15.3", 1000, 32));
	read_at(m, 0);
	assert_int_equal(m->r.n, 1 + HOST_SNMP_INTERFACES);
	assert_string_equal(m->r.at[1].part, "wan"); /* up ones first */
	assert_string_equal(fact_of(&m->r.at[1], "speed"), "1000 Mbit/s");
	assert_string_equal(fact_of(&m->r.at[1], "state"), "up");
	assert_string_equal(m->r.at[2].part, "eth3");
	assert_string_equal(fact_of(&m->r.at[6], "state"), "down");
	free(m);
}

static void wide_counters_are_taken_where_there_are_some(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	put_interface(m, 2, "eth0", 6, 1);
	put(&m->t, made_count(IF "10.2", 4294967000U, 32));
	put(&m->t, made_count(IF "16.2", 4294967000U, 32));
	put(&m->t, made_count(IFX "6.2", 10000000000, 64));
	for (unsigned c = 13; c < 21; c++) {
		char oid[64];
		(void)snprintf(oid, sizeof(oid), IF "%u.2", c);
		if (c != 16)
			put(&m->t, made_count(oid, c, 32));
	}
	read_at(m, 0);
	put(&m->t, made_count(IF "10.2", 4, 32));
	put(&m->t, made_count(IF "16.2", 704, 32));
	put(&m->t, made_count(IFX "6.2", 15000000000, 64)); /* more than 32 bits in 10 s */
	put(&m->t, made_count(IF "13.2", 33, 32));
	read_at(m, 10);
	assert_point(&m->r.at[1], "received_bytes_per_s", 500000000);
	assert_point(&m->r.at[1], "sent_bytes_per_s", 100);
	assert_point(&m->r.at[1], "interface_errors_per_s", 2);
	free(m);
}

static void an_offset_is_a_number_and_a_unit(void **state)
{
	(void)state;
	assert_true(host_snmp_seconds("0.032 ms") == 0.032 / 1e3);
	assert_true(host_snmp_seconds("1.232 s") == 1.232);
	assert_true(host_snmp_seconds("-3.5us") == -3.5 / 1e6);
	assert_true(host_snmp_seconds(" -12.5 \xc2\xb5s ") == -12.5 / 1e6);
	assert_true(host_snmp_seconds("250ns") == 250 / 1e9);
	assert_true(host_snmp_seconds("-0.002") == -0.002 / 1e3); /* as ntpd has it */
	assert_true(isnan(host_snmp_seconds("n/a")));
	assert_true(isnan(host_snmp_seconds("12 hours")));
	assert_true(isnan(host_snmp_seconds("")));
	assert_true(isnan(host_snmp_seconds(NULL)));
}

static void an_ntp_server_with_a_mib_of_its_own(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	put(&m->t, made_integer(NTP "2.1.0", 6));
	put(&m->t, made_count(NTP "2.2.0", 2, 32));
	put(&m->t, made_text(NTP "2.4.0", "ntp1.example.net"));
	put(&m->t, made_text(NTP "2.5.0", "-0.125 ms"));
	put(&m->t, made_count(NTP "2.6.0", 4, 32));
	put(&m->t, made_text(NTP "2.7.0", "6.927"));
	put(&m->t, made_count(NTP "2.12.0", 100, 32));
	read_at(m, 0);
	put(&m->t, made_count(NTP "2.12.0", 700, 32));
	read_at(m, 60);
	assert_point(&m->r.at[0], "ntp_state", 2);
	assert_point(&m->r.at[0], "stratum", 2);
	assert_point(&m->r.at[0], "clock_offset_s", -0.000125);
	assert_point(&m->r.at[0], "root_dispersion_s", 0.006927);
	assert_point(&m->r.at[0], "sources", 4);
	assert_point(&m->r.at[0], "received_per_s", 10);
	assert_string_equal(fact_of(&m->r.at[0], "source"), "ntp1.example.net");
	assert_string_equal(fact_of(&m->r.at[0], "ntp"), "synchronized to a server");
	put(&m->t, made_integer(NTP "2.1.0", 99));
	read_at(m, 120);
	assert_no_point(&m->r.at[0], "ntp_state");
	free(m);
}

static void uptime_is_the_machines_where_it_is_known(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	(void)state;
	assert_true(isnan(host_snmp_uptime_s(&m->t)));
	put(&m->t, made_count("1.3.6.1.2.1.1.3.0", 199, 32));
	assert_true(host_snmp_uptime_s(&m->t) == 1.99);
	put(&m->t, made_count("1.3.6.1.2.1.25.1.1.0", 123456, 32));
	assert_true(host_snmp_uptime_s(&m->t) == 1234.56);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_without_swap_has_memory),
		cmocka_unit_test(processors_are_busy_but_for_idling_and_waiting),
		cmocka_unit_test(interfaces_are_parts_by_name_and_the_loopback_is_none),
		cmocka_unit_test(wide_counters_are_taken_where_there_are_some),
		cmocka_unit_test(an_offset_is_a_number_and_a_unit),
		cmocka_unit_test(an_ntp_server_with_a_mib_of_its_own),
		cmocka_unit_test(uptime_is_the_machines_where_it_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
