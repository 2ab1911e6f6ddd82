/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a snapshot is taken up and when it is not, and that a killed writer leaves a whole one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../engine/live_traffic.h"
#include "store/snapshot.h"

static const int64_t S = NS_PER_S;

struct bench {
	char folder[64], path[96];
	struct engine_config config;
	struct snapshot_moment then;
};

static int begin(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	snprintf(b->folder, sizeof(b->folder), "/tmp/ntpscope-snapshot-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/clients", b->folder);
	b->config = traffic_config();
	b->then = (struct snapshot_moment){ .wall_ns = 1000000 * S, .boot_ns = 500 * S, .boot_id = { 1 } };
	*state = b;
	return 0;
}

static int end(void **state)
{
	struct bench *b = *state;
	char command[128];
	snprintf(command, sizeof(command), "rm -r %s", b->folder);
	assert_int_equal(system(command), 0);
	free(b);
	return 0;
}

static struct live *some_live(const struct bench *b, size_t n_packets)
{
	struct traffic t = random_traffic(2, n_packets, RT_ORDERLY);
	struct live *l = live_of(&t, &b->config, 0, false);
	assert_non_null(l);
	traffic_free(&t);
	return l;
}

static uint64_t n_frames(struct live *l)
{
	struct live_totals o;
	live_totals(l, &o);
	return o.n_frames;
}

/* Frees what was loaded; its frames in *n. */
static struct snapshot_result load(const struct bench *b, const struct snapshot_moment *now,
				   uint64_t identity, uint64_t *n)
{
	struct snapshot_result r;
	struct live *l;
	assert_int_equal(snapshot_load(b->path, now, identity, &b->config, &l, &r), ERR_OK);
	*n = n_frames(l);
	assert_true((*n != 0) == (r.state == SNAPSHOT_LOADED));
	live_free(l);
	return r;
}

static void save(const struct bench *b, size_t n_packets)
{
	struct live *l = some_live(b, n_packets);
	assert_int_equal(snapshot_save(b->path, &b->then, 7, l), ERR_OK);
	live_free(l);
}

static void a_snapshot_is_taken_up(void **state)
{
	const struct bench *b = *state;
	struct snapshot_moment now = b->then;
	struct stat st;
	uint64_t n;
	save(b, 2000);
	now.wall_ns += 60 * S;
	now.boot_ns += 60 * S;
	struct snapshot_result r = load(b, &now, 7, &n);
	assert_int_equal(r.state, SNAPSHOT_LOADED);
	assert_int_equal(r.made_ns, b->then.wall_ns);
	assert_in_range(n, 2000, 2010);
	assert_string_equal(r.aside, "");
	assert_int_equal(stat(b->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void none_is_no_error(void **state)
{
	const struct bench *b = *state;
	uint64_t n;
	assert_int_equal(load(b, &b->then, 7, &n).state, SNAPSHOT_NONE);
	assert_int_equal(mkdir(b->path, 0700), 0);
	assert_int_equal(load(b, &b->then, 7, &n).state, SNAPSHOT_UNREADABLE);
}

static void age_clock_and_servers_from_both_sides(void **state)
{
	const struct bench *b = *state;
	int64_t age_ns = b->config.age_out_ns;
	static const uint8_t other_boot[16] = { 2 };
	const struct {
		int64_t wall_ns, boot_ns;
		bool rebooted;
		uint64_t identity;
		enum snapshot_state want;
	} cases[] = {
		{ age_ns, age_ns, false, 7, SNAPSHOT_LOADED },
		{ age_ns + 1, age_ns + 1, false, 7, SNAPSHOT_OLD },
		{ age_ns, -400 * S, true, 7, SNAPSHOT_LOADED },
		{ age_ns + 1, -400 * S, true, 7, SNAPSHOT_OLD },
		{ 10 * S + 128 * S, 10 * S, false, 7, SNAPSHOT_LOADED },
		{ 10 * S + 128 * S + 1, 10 * S, false, 7, SNAPSHOT_CLOCK_STEPPED },
		{ 10 * S - 128 * S, 10 * S, false, 7, SNAPSHOT_LOADED },
		{ 10 * S - 128 * S - 1, 10 * S, false, 7, SNAPSHOT_CLOCK_STEPPED },
		{ -128 * S, -400 * S, true, 7, SNAPSHOT_LOADED },
		{ -128 * S - 1, -400 * S, true, 7, SNAPSHOT_CLOCK_STEPPED },
		{ 10 * S, 10 * S, false, 8, SNAPSHOT_OTHER_SERVERS },
	};
	save(b, 200);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct snapshot_moment now = b->then;
		uint64_t n;
		now.wall_ns += cases[i].wall_ns;
		now.boot_ns += cases[i].boot_ns;
		if (cases[i].rebooted)
			memcpy(now.boot_id, other_boot, sizeof(other_boot));
		struct snapshot_result r = load(b, &now, cases[i].identity, &n);
		if (r.state != cases[i].want)
			fail_msg("case %zu: %s", i, snapshot_reason(r.state));
		/* One that may be wanted again, after a wrong --server or clock is mended, goes aside. */
		bool wanted = r.state == SNAPSHOT_OTHER_SERVERS || r.state == SNAPSHOT_CLOCK_STEPPED;
		assert_int_equal(access(b->path, F_OK), wanted ? -1 : 0);
		assert_int_equal(r.aside[0] != '\0', wanted);
		if (wanted)
			assert_int_equal(rename(r.aside, b->path), 0);
	}
}

static void damage(const struct bench *b, off_t at)
{
	uint8_t octet;
	int fd = open(b->path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &octet, 1, at), 1);
	octet ^= 0x10;
	assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	close(fd);
}

static void a_damaged_one_is_set_aside_and_never_lost(void **state)
{
	const struct bench *b = *state;
	char want[128];
	uint64_t n;
	for (unsigned i = 0; i < 3; i++) {
		save(b, 200);
		damage(b, 100 + 50 * i);
		struct snapshot_result r = load(b, &b->then, 7, &n);
		assert_int_equal(r.state, SNAPSHOT_DAMAGED);
		if (i)
			snprintf(want, sizeof(want), "%s.damaged.%u", b->path, i);
		else
			snprintf(want, sizeof(want), "%s.damaged", b->path);
		assert_string_equal(r.aside, want);
		assert_int_equal(access(want, F_OK), 0);
		assert_int_equal(access(b->path, F_OK), -1);
	}
	save(b, 200);
	damage(b, 11);
	struct snapshot_result r = load(b, &b->then, 7, &n);
	assert_int_equal(r.state, SNAPSHOT_OTHER_VERSION);
	snprintf(want, sizeof(want), "%s.other-version", b->path);
	assert_string_equal(r.aside, want);
	assert_int_equal(load(b, &b->then, 7, &n).state, SNAPSHOT_NONE);
}

static void what_cannot_be_written_leaves_the_old_one(void **state)
{
	const struct bench *b = *state;
	char beside[128];
	uint64_t n;
	save(b, 2000);
	snprintf(beside, sizeof(beside), "%s.new", b->path);
	assert_int_equal(mkdir(beside, 0700), 0);
	struct live *l = some_live(b, 300);
	assert_int_equal(snapshot_save(b->path, &b->then, 7, l), ERR_SYS);
	assert_int_equal(errno, EISDIR);
	live_free(l);
	assert_int_equal(load(b, &b->then, 7, &n).state, SNAPSHOT_LOADED);
	assert_in_range(n, 2000, 2010);
}

static void save_for_ever(const struct bench *b, struct live *l)
{
	for (;;)
		if (snapshot_save(b->path, &b->then, 7, l))
			_exit(1);
}

static void whoever_is_killed_leaves_a_whole_one(void **state)
{
	const struct bench *b = *state;
	struct live *l = some_live(b, 3000);
	uint64_t seed = 11, n;
	assert_int_equal(snapshot_save(b->path, &b->then, 7, l), ERR_OK);
	for (unsigned i = 0; i < 50; i++) {
		int status;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			save_for_ever(b, l);
		usleep((useconds_t)(traffic_random(&seed) % 20000));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		struct snapshot_result r = load(b, &b->then, 7, &n);
		if (r.state != SNAPSHOT_LOADED)
			fail_msg("after %u: %s", i, snapshot_reason(r.state));
	}
	live_free(l);
}

static void the_present_moment_is_known(void **state)
{
	(void)state;
	static const uint8_t none[16];
	struct snapshot_moment a, b;
	snapshot_moment_now(&a);
	snapshot_moment_now(&b);
	assert_true(a.wall_ns > TRAFFIC_START / 2 && b.boot_ns >= a.boot_ns);
	assert_memory_equal(a.boot_id, b.boot_id, 16);
	if (access("/proc/sys/kernel/random/boot_id", R_OK) == 0)
		assert_memory_not_equal(a.boot_id, none, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_snapshot_is_taken_up, begin, end),
		cmocka_unit_test_setup_teardown(none_is_no_error, begin, end),
		cmocka_unit_test_setup_teardown(age_clock_and_servers_from_both_sides, begin, end),
		cmocka_unit_test_setup_teardown(a_damaged_one_is_set_aside_and_never_lost, begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_leaves_the_old_one, begin, end),
		cmocka_unit_test_setup_teardown(whoever_is_killed_leaves_a_whole_one, begin, end),
		cmocka_unit_test(the_present_moment_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
