/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "source/watch.h"
#include "unit/source/own_net.h"

enum { MANY = 64, PATIENCE = 40 /* of 100 ms */ };

static const struct device_config loopback = { .name = "lo", .buffer_bytes = 4 << 20 };
static const struct device_config nowhere = { .name = "nowhere0", .buffer_bytes = 4 << 20 };

struct notes {
	int n, n_bad;
	char last[512];
};

static void note(void *arg, bool is_bad, const char *line)
{
	struct notes *notes = arg;
	notes->n++;
	notes->n_bad += is_bad;
	snprintf(notes->last, sizeof(notes->last), "%s", line);
}

/* NTP frames that come until there are `wanted`, or for 4 s. */
static size_t collect(struct watch *w, size_t wanted)
{
	struct packet out[MANY];
	size_t n, total = 0;
	int64_t now_ns;
	for (int i = 0; i < PATIENCE && total < wanted; i++) {
		assert_int_equal(watch_next(w, out, MANY, &n, &now_ns), ERR_OK);
		for (size_t k = 0; k < n; k++) {
			assert_true(out[k].has_time);
			assert_int_equal(out[k].frame, total + k + 1);
			assert_true(out[k].caplen >= 48);
		}
		assert_true(n > 0 || now_ns > 0);
		total += n;
	}
	return total;
}

static void frames_come_from_the_interfaces_that_are_there(void **state)
{
	struct device_config devices[2] = { nowhere, loopback };
	struct notes notes = { 0 };
	struct watch_config c = { .devices = devices, .n_devices = 2, .note = note, .note_arg = &notes };
	struct watch_device seen[4];
	struct source_stats stats;
	struct watch *w;

	(void)state;
	assert_int_equal(watch_new(&c, &w), ERR_OK);
	assert_int_equal(watch_devices(w, seen, 4, NULL), 2);
	if (!seen[1].is_up)
		print_message("lo: %s\n", seen[1].why);
	assert_true(seen[1].is_up);
	assert_int_equal(seen[1].link, LINK_ETHERNET);
	assert_false(seen[0].is_up);
	assert_true(seen[0].why[0]);
	assert_int_equal(notes.n, 2);
	assert_int_equal(notes.n_bad, 1);
	for (int i = 0; i < 3; i++) {
		assert_true(own_net_send(123));
		assert_true(own_net_send(124)); /* nobody's business */
	}
	assert_int_equal(collect(w, 3), 3);
	assert_int_equal(watch_devices(w, seen, 1, &stats), 2);
	assert_int_equal(stats.n_frames, 3);
	assert_int_equal(watch_devices(w, seen, 4, NULL), 2);
	assert_int_equal(seen[1].n_frames, 3);
	assert_int_equal(seen[1].n_kernel_drops, 0);
	assert_int_equal(notes.n, 2); /* once is enough */
	watch_free(w);
}

static void interfaces_can_be_exchanged(void **state)
{
	struct device_config before[1] = { nowhere }, after[2] = { loopback, nowhere };
	struct watch_config c = { .devices = before, .n_devices = 1 };
	struct watch_device seen[4];
	struct watch *w;

	(void)state;
	assert_int_equal(watch_new(&c, &w), ERR_OK);
	assert_int_equal(watch_set(w, after, 2), ERR_OK);
	assert_int_equal(collect(w, 1), 0); /* takes the wish */
	assert_true(own_net_send(123));
	assert_int_equal(collect(w, 1), 1);
	assert_int_equal(watch_devices(w, seen, 4, NULL), 2);
	assert_string_equal(seen[0].name, "lo");
	assert_int_equal(watch_set(w, after, WATCH_DEVICES_MAX + 1), ERR_LIMIT);
	watch_free(w);
}

static void stopping_is_an_end(void **state)
{
	struct device_config devices[1] = { loopback };
	struct watch_config c = { .devices = devices, .n_devices = 1 };
	struct packet out[1];
	struct watch *w;
	int64_t now_ns;
	size_t n;

	(void)state;
	assert_int_equal(watch_new(&c, &w), ERR_OK);
	watch_stop(w);
	assert_int_equal(watch_next(w, out, 1, &n, &now_ns), ERR_END);
	assert_int_equal(watch_next(w, out, 1, &n, &now_ns), ERR_END);
	watch_free(w);
	watch_free(NULL);
}

static void there_is_a_limit(void **state)
{
	struct device_config devices[WATCH_DEVICES_MAX + 1] = { nowhere };
	struct watch_config c = { .devices = devices, .n_devices = WATCH_DEVICES_MAX + 1 };
	struct watch *w;

	(void)state;
	assert_int_equal(watch_new(&c, &w), ERR_LIMIT);
	assert_null(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_from_the_interfaces_that_are_there),
		cmocka_unit_test(interfaces_can_be_exchanged),
		cmocka_unit_test(stopping_is_an_end),
		cmocka_unit_test(there_is_a_limit),
	};
	if (!own_net()) {
		puts("skipped: no network namespace can be made here");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
