/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/monitor_options.h"

/* main.c has it; options only need it to be there. */
const struct command *const commands[] = { &cmd_monitor, NULL };

static char path[] = "/tmp/ntpscope-conf-XXXXXX";

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static bool read_them(struct monitor_options *o, struct conf *c, int argc, char **argv)
{
	int n_left, status;
	return monitor_options_read(&cmd_monitor, o, c, argc, argv, &n_left, &status);
}

static const struct option_row *row_called(const char *name)
{
	const struct option_row *row;
	size_t i = 0;
	while ((row = options_row(&cmd_monitor, i)) && strcmp(row->name, name) != 0)
		i++;
	assert_non_null(row);
	return row;
}

static void every_default_is_a_value_that_is_accepted(void **state)
{
	char why[160];
	struct monitor_options *o = calloc(1, sizeof(*o));
	(void)state;
	for (size_t i = 0; i < cmd_monitor.n_options; i++) {
		const struct option_row *row = &cmd_monitor.options[i];
		if (row->standard && !options_take(row, o, row->standard, why, sizeof(why)))
			fail_msg("%s: %s", row->name, why);
		assert_true(row->name != NULL);
		assert_true(strlen(row->help) <= 48);
	}
	free(o);
}

static void the_defaults_are_those_of_the_requirement(void **state)
{
	struct monitor_options *o = malloc(sizeof(*o));
	(void)state;
	monitor_options_default(o);
	struct engine_config c = monitor_engine_config(o), d = engine_config_default();
	assert_int_equal(c.capacity, 1000000);
	assert_int_equal(c.age_out_ns, d.age_out_ns);
	assert_int_equal(c.alert_min_rx, d.alert_min_rx);
	assert_int_equal(c.alert_fast_ns, d.alert_fast_ns);
	assert_int_equal(c.alert_sleep_min_rx, d.alert_sleep_min_rx);
	assert_int_equal(c.alert_sleep_least_ns, d.alert_sleep_least_ns);
	assert_int_equal(c.alert_sleep_most_ns, d.alert_sleep_most_ns);
	assert_int_equal(c.timeout_ns, d.timeout_ns);
	assert_int_equal(o->dns_rate, 1);
	assert_int_equal(o->dns_again_ns, 86400 * INT64_C(1000000000));
	assert_int_equal(o->dns_clients, 50000);
	assert_int_equal(o->snapshot_interval_ns, 300 * INT64_C(1000000000));
	assert_string_equal(o->listen, "127.0.0.1:8123");
	assert_int_equal(o->buffer_bytes, 64000000);
	free(o);
}

static void the_command_line_goes_before_the_file(void **state)
{
	char *argv[] = { (char *)"monitor", (char *)"--capacity=5k", (char *)"-i",
			 (char *)"lo",      (char *)"--config",      path };
	struct monitor_options *o = malloc(sizeof(*o));
	struct conf c = { 0 };
	(void)state;
	write_file("[clients]\ncapacity = 9k\nage-out = 2d\n[capture]\ninterface = a\ninterface = b\n"
		   "server = 192.0.2.1\n");
	assert_true(read_them(o, &c, 6, argv));
	assert_int_equal(o->capacity, 5000);
	assert_int_equal(o->age_out_ns, 2 * 86400 * INT64_C(1000000000));
	assert_int_equal(o->interfaces.n, 1);
	assert_string_equal(o->interfaces.at[0], "lo");
	assert_int_equal(o->servers.n, 1);
	assert_string_equal(argv[1], "--capacity=5k");
	conf_release(&c);
	free(o);
}

static void a_wrong_file_ends_it(void **state)
{
	char *argv[] = { (char *)"monitor", (char *)"--config", path };
	struct monitor_options *o = malloc(sizeof(*o));
	struct conf c = { 0 };
	(void)state;
	write_file("[clients]\ncapacity = none\n");
	assert_false(read_them(o, &c, 3, argv));
	conf_release(&c);
	free(o);
}

static void what_is_wrong_later_is_told_with_its_line(void **state)
{
	char *argv[] = { (char *)"monitor", (char *)"--config", path, (char *)"--hosts=/a/hosts" };
	struct monitor_options *o = malloc(sizeof(*o)), *fresh = malloc(sizeof(*fresh));
	struct conf c = { 0 }, other = { 0 };
	char where[CONF_WHERE_MAX], wanted[CONF_WHERE_MAX];
	(void)state;
	write_file("[watch]\nwatch = a\n\nwatch = a\n[names]\nhosts = /b/hosts\n");
	assert_true(read_them(o, &c, 4, argv));
	conf_where(o->file, o->watched.at[1], where);
	snprintf(wanted, sizeof(wanted), "'%s', line 4: ", path);
	assert_string_equal(where, wanted);
	assert_int_equal(conf_line(o->file, o->watched.at[0]), 2);
	conf_where(o->file, o->hosts, where); /* the command line's */
	assert_string_equal(where, "");
	conf_where(NULL, o->watched.at[1], where);
	assert_string_equal(where, "");
	write_file("\n\n\n\n\n[watch]\nwatch = b\n");
	assert_true(read_them(fresh, &other, 3, argv));
	monitor_options_replace(o, &c, fresh, &other);
	assert_ptr_equal(o->file, &c);
	assert_string_equal(o->watched.at[0], "b");
	assert_int_equal(conf_line(o->file, o->watched.at[0]), 7);
	conf_release(&c);
	free(fresh);
	free(o);
}

static void an_address_with_a_secret_is_not_shown(void **state)
{
	char *argv[] = { (char *)"monitor", (char *)"--alarm-webhook=https://example.org/secret" };
	struct monitor_options *o = malloc(sizeof(*o));
	struct conf c = { 0 };
	struct buf b;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	assert_true(read_them(o, &c, 2, argv));
	monitor_options_value(o, row_called("alarm-webhook"), &b);
	assert_string_equal(b.data, "(set)");
	buf_release(&b);
	conf_release(&c);
	free(o);
}

static void a_list_is_shown_as_lines(void **state)
{
	char *argv[] = { (char *)"monitor", (char *)"--watch=a name=b", (char *)"--watch=c via=ntp",
			 (char *)"--server=192.0.2.1", (char *)"--server=2001:db8::1" };
	struct monitor_options *o = malloc(sizeof(*o));
	struct conf c = { 0 };
	struct buf b;
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	assert_true(read_them(o, &c, 5, argv));
	monitor_options_value(o, row_called("watch"), &b);
	assert_string_equal(b.data, "a name=b\nc via=ntp");
	monitor_options_value(o, row_called("server"), &b);
	assert_string_equal(b.data, "192.0.2.1\n2001:db8::1");
	buf_release(&b);
	conf_release(&c);
	free(o);
}

static void a_list_is_shown_to_its_end(void **state)
{
	enum { LINES = 500 };
	struct monitor_options *o = calloc(1, sizeof(*o));
	const struct option_row *row = row_called("watch");
	char room[16];
	struct buf b;
	(void)state;
	for (o->watched.n = 0; o->watched.n < LINES; o->watched.n++)
		o->watched.at[o->watched.n] = o->watched.n + 1 < LINES ? "ntp1.example.net" : "the.last.one";
	buf_lend(&b, room, sizeof(room));
	monitor_options_value(o, row, &b);
	assert_int_equal(b.err, ERR_OK);
	assert_int_equal(b.len, (LINES - 1) * 17 + 12 + 1);
	assert_string_equal(b.data + b.len - 14, "\nthe.last.one");
	monitor_options_value(o, row, &b);
	assert_int_equal(b.len, (LINES - 1) * 17 + 12 + 1);
	buf_release(&b);
	free(o);
}

static void a_time_is_shown_exactly_as_it_may_stand_in_the_file(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0s" },
		{ 5000000000, "5s" },
		{ 5000000001, "5000000001ns" },
		{ 5040000000, "5040ms" },
		{ 64000000000, "64s" },
		{ 300000000000, "5min" },
		{ 36 * INT64_C(3600000000000), "36h" },
		{ 7 * INT64_C(86400000000000), "7d" },
	};
	struct monitor_options *o = calloc(1, sizeof(*o)), *again = calloc(1, sizeof(*again));
	const struct option_row *row = row_called("timeout");
	char room[64], why[160];
	struct buf b;
	(void)state;
	buf_lend(&b, room, sizeof(room));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		o->timeout_ns = cases[i].ns;
		monitor_options_value(o, row, &b);
		assert_string_equal(b.data, cases[i].text);
		if (cases[i].ns <= 86400 * INT64_C(1000000000)) {
			assert_true(options_take(row, again, b.data, why, sizeof(why)));
			assert_int_equal(again->timeout_ns, cases[i].ns);
		}
	}
	buf_release(&b);
	free(again);
	free(o);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_is_a_value_that_is_accepted),
		cmocka_unit_test(the_defaults_are_those_of_the_requirement),
		cmocka_unit_test(the_command_line_goes_before_the_file),
		cmocka_unit_test(a_wrong_file_ends_it),
		cmocka_unit_test(what_is_wrong_later_is_told_with_its_line),
		cmocka_unit_test(an_address_with_a_secret_is_not_shown),
		cmocka_unit_test(a_list_is_shown_as_lines),
		cmocka_unit_test(a_list_is_shown_to_its_end),
		cmocka_unit_test(a_time_is_shown_exactly_as_it_may_stand_in_the_file),
	};
	int fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
