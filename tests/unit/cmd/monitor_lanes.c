/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real children: commands of a line of shell. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "cmd/command.h"
#include "cmd/monitor_lanes.h"
#include "net/clock.h"

const struct command *const commands[] = { NULL };

static char folder[64], script[96], out[96], said[96];
static struct log logged;
static struct lanes lanes;

/* Instead of the library's: so many fail. */
static int n_forks_fail;

pid_t fork(void)
{
	if (n_forks_fail > 0) {
		n_forks_fail--;
		errno = EAGAIN;
		return -1;
	}
	return _Fork();
}

static void make_script(const char *text)
{
	FILE *f = fopen(script, "w");
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	chmod(script, 0700);
}

static const char *read_out(const char *path)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-lanes-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(script, sizeof(script), "%s/script", folder);
	snprintf(out, sizeof(out), "%s/out", folder);
	snprintf(said, sizeof(said), "%s/said", folder);
	log_init(&logged, open(said, O_WRONLY | O_CREAT | O_APPEND, 0600), LOG_LEVEL_INFO);
	lanes_init(&lanes, &logged);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];
	(void)state;
	lanes_end(&lanes);
	close(logged.fd);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static struct alarm_event event(const char *target)
{
	struct alarm_event e = {
		.time_ns = INT64_C(1800000000000000000), .rule = ALARM_OFFSET, .to = ALARM_WARN, .value = 0.5
	};
	snprintf(e.target, sizeof(e.target), "%s", target);
	snprintf(e.text, sizeof(e.text), "Offset; $(reboot) `reboot` 'x' \"y\"");
	return e;
}

static void use(const char *command, int64_t timeout_ns)
{
	const struct lane_settings s = { .command = command, .timeout_ns = timeout_ns };
	lanes_use(&lanes, &s);
}

/* As the helper does it.  How long it took. */
static double run_until_idle(void)
{
	int64_t begin_ns = clock_monotonic_ns();
	lanes_step(&lanes, clock_monotonic_ns());
	while (!lanes_are_idle(&lanes) && clock_monotonic_ns() - begin_ns < 20 * NS_PER_S) {
		struct pollfd p[LANES_FDS_MAX];
		size_t n = lanes_poll(&lanes, p);
		poll(p, n, lanes_wait_ms(&lanes, clock_monotonic_ns()));
		lanes_step(&lanes, clock_monotonic_ns());
	}
	assert_true(lanes_are_idle(&lanes));
	return (double)(clock_monotonic_ns() - begin_ns) / 1e9;
}

/* That text, for an alarm of "a".  How long it took. */
static double run_script(const char *text, int64_t timeout_ns)
{
	const struct alarm_event e = event("a");
	make_script(text);
	use(script, timeout_ns);
	lanes_add(&lanes, &e);
	return run_until_idle();
}

static void a_command_has_the_facts_and_nothing_else(void **state)
{
	const struct alarm_event e = event("ntp.example.net");
	char text[1024];
	(void)state;
	setenv("SECRET", "of the monitor", 1);
	snprintf(text, sizeof(text),
		 "{ env; echo \"text=$NTPSCOPE_TEXT\"; cat; echo $#; pwd; ls /proc/$$/fd; } >%s", out);
	make_script(text);
	use(script, 5 * NS_PER_S);
	lanes_add(&lanes, &e);
	run_until_idle();
	const char *got = read_out(out);
	assert_non_null(strstr(got, "NTPSCOPE_TARGET=ntp.example.net\n"));
	assert_non_null(strstr(got, "NTPSCOPE_RULE=offset\n"));
	assert_non_null(strstr(got, "NTPSCOPE_LEVEL=warn\n"));
	assert_non_null(strstr(got, "NTPSCOPE_VALUE=0.5\n"));
	assert_non_null(strstr(got, "NTPSCOPE_TIME=2027-01-15T08:00:00.000000000Z\n"));
	assert_non_null(strstr(got, "text=Offset; $(reboot) `reboot` 'x' \"y\"\n"));
	assert_non_null(strstr(
		got, "{\"time\": \"2027-01-15T08:00:00.000000000Z\", \"target\": \"ntp.example.net\""));
	assert_non_null(strstr(got, "\n0\n/\n"));
	assert_null(strstr(got, "SECRET"));
	assert_string_equal(read_out(said), "");
}

static void they_run_one_after_the_other_in_their_order(void **state)
{
	char name[8], wanted[256] = "", text[1024];
	(void)state;
	snprintf(text, sizeof(text), "echo begin $NTPSCOPE_TARGET >>%s; sleep 0.05; echo end >>%s", out, out);
	make_script(text);
	use(script, 5 * NS_PER_S);
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		const struct alarm_event e = event(name);
		lanes_add(&lanes, &e);
		snprintf(wanted + strlen(wanted), sizeof(wanted) - strlen(wanted), "begin t%d\nend\n", i);
	}
	run_until_idle();
	assert_string_equal(read_out(out), wanted);
}

static void what_hangs_is_killed_with_what_it_started_and_the_next_one_runs(void **state)
{
	const struct alarm_event first = event("hangs"), second = event("next");
	char text[1024];
	(void)state;
	snprintf(text, sizeof(text),
		 "[ $NTPSCOPE_TARGET = next ] || { (sleep 3; echo late >>%s) & sleep 100; }; echo "
		 "$NTPSCOPE_TARGET >>%s",
		 out, out);
	make_script(text);
	use(script, NS_PER_S / 2);
	lanes_add(&lanes, &first);
	lanes_add(&lanes, &second);
	double took_s = run_until_idle();
	assert_true(took_s > 0.4 && took_s < 2.5);
	assert_string_equal(read_out(out), "next\n");
	assert_non_null(strstr(read_out(said), "alarm-command: not done in time"));
	sleep(3);
	assert_string_equal(read_out(out), "next\n");
}

static void what_fails_is_told(void **state)
{
	const struct alarm_event e = event("a");
	(void)state;
	run_script("exit 3", 5 * NS_PER_S);
	assert_non_null(strstr(read_out(said), "alarm-command: exit status 3"));
	make_script("kill -SEGV $$");
	lanes_add(&lanes, &e);
	run_until_idle();
	assert_non_null(strstr(read_out(said), "alarm-command: ended by signal 11"));
	use("/nowhere/at/all", 5 * NS_PER_S);
	lanes_add(&lanes, &e);
	run_until_idle();
	assert_non_null(strstr(read_out(said), "alarm-command: cannot be started"));
}

static size_t n_of(const char *text, const char *what)
{
	size_t n = 0;
	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void what_it_prints_is_lines_of_the_log(void **state)
{
	(void)state;
	run_script("echo one; printf 'two\\n\\nthr\\033ee' >&2; exit 3", 5 * NS_PER_S);
	const char *got = read_out(said);
	assert_non_null(strstr(got, "alarm-command says: one\n"));
	assert_non_null(strstr(got, "alarm-command says: two\n"));
	assert_non_null(strstr(got, "alarm-command says: thr\\x1bee\n"));
	assert_int_equal(n_of(got, "\n"), 4);
}

/* Whoever prints without end fills no disk, nor does a child that it left behind hold anybody up. */
static void a_flood_of_words_is_cut_off(void **state)
{
	const struct alarm_event e = event("a");
	(void)state;
	assert_true(run_script("yes & exec yes 0123456789", NS_PER_S / 2) < 3);
	const char *got = read_out(said);
	assert_true(strlen(got) < (size_t)4 * LANE_SAYS_MAX);
	assert_int_equal(n_of(got, "the rest is dropped"), 1);
	make_script("setsid sh -c 'sleep 2; echo late' & echo done");
	lanes_add(&lanes, &e);
	assert_true(run_until_idle() < 1.5);
	assert_int_equal(n_of(read_out(said), "says: done"), 1);
}

/* With what it prints nobody waits for a reader, and who reads nothing does not hang. */
static void what_is_not_read_and_what_is_printed_hold_nobody_up(void **state)
{
	static const char chatter[] = "exec 2>/dev/null; i=0; while [ $i -lt 2000 ]; do echo 0123456789 >&2; "
				      "i=$((i + 1)); done";
	(void)state;
	assert_true(run_script(chatter, 5 * NS_PER_S) < 4);
	assert_string_equal(read_out(said), "");
}

static void there_is_room_for_so_many_and_the_rest_is_told_once(void **state)
{
	const struct alarm_event e = event("a");
	char text[1024];
	const char *at;
	size_t n = 0;
	(void)state;
	snprintf(text, sizeof(text), "echo >>%s", out);
	make_script(text);
	use(script, 5 * NS_PER_S);
	for (int i = 0; i < LANE_MAX + 20; i++)
		lanes_add(&lanes, &e);
	assert_int_equal(lanes.at[LANE_COMMAND].n, LANE_MAX);
	assert_int_equal(lanes.at[LANE_COMMAND].n_dropped, 20);
	run_until_idle();
	for (at = read_out(out); *at; at++)
		n += *at == '\n';
	assert_int_equal(n, LANE_MAX);
	at = strstr(read_out(said), "too many alarms wait");
	assert_non_null(at);
	assert_null(strstr(at + 1, "too many alarms wait"));
}

static void settings_that_went_away_end_what_waits(void **state)
{
	const struct alarm_event e = event("a");
	const struct lane_settings none = { 0 };
	char text[1024];
	(void)state;
	snprintf(text, sizeof(text), "echo >>%s", out);
	make_script(text);
	use(script, 5 * NS_PER_S);
	lanes_add(&lanes, &e);
	lanes_use(&lanes, &none);
	run_until_idle();
	assert_string_equal(read_out(out), "");
}

static void a_machine_without_room_for_a_child_loses_no_alarm(void **state)
{
	const struct alarm_event first = event("first"), second = event("second");
	const char *at;
	char text[1024];
	(void)state;
	snprintf(text, sizeof(text), "echo $NTPSCOPE_TARGET >>%s", out);
	make_script(text);
	use(script, 5 * NS_PER_S);
	lanes_add(&lanes, &first);
	lanes_add(&lanes, &second);
	n_forks_fail = 2;
	double took_s = run_until_idle();
	assert_true(took_s > 1.9 && took_s < 4);
	assert_string_equal(read_out(out), "first\nsecond\n");
	at = strstr(read_out(said), "it is tried again");
	assert_non_null(at);
	assert_null(strstr(at + 1, "it is tried again"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_command_has_the_facts_and_nothing_else),
		TEST(they_run_one_after_the_other_in_their_order),
		TEST(what_hangs_is_killed_with_what_it_started_and_the_next_one_runs),
		TEST(what_fails_is_told),
		TEST(what_it_prints_is_lines_of_the_log),
		TEST(a_flood_of_words_is_cut_off),
		TEST(what_is_not_read_and_what_is_printed_hold_nobody_up),
		TEST(there_is_room_for_so_many_and_the_rest_is_told_once),
		TEST(settings_that_went_away_end_what_waits),
		TEST(a_machine_without_room_for_a_child_loses_no_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
