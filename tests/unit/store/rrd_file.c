/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_rrd.h"
#include "store/rrd_file.h"

struct seen {
	size_t n, n_coarse;
	int64_t last_s;
	double sum;
};

static bool take(void *arg, size_t i, int64_t time_s, int64_t every_s, double value)
{
	struct seen *s = arg;

	assert_int_equal(i, 0);
	assert_true(time_s > s->last_s); /* oldest first, and nothing twice */
	s->last_s = time_s;
	s->n++;
	s->n_coarse += every_s > 60;
	s->sum += value * (double)every_s;
	return true;
}

static bool take_one(void *arg, size_t i, int64_t time_s, int64_t every_s, double value)
{
	(void)i, (void)time_s, (void)every_s, (void)value;
	return ++*(size_t *)arg < 1;
}

/* A file as the history has them: averages of 1 min for 2 days, 5 min for 30 days, ... */
static void averages_come_at_the_finest_that_is_there(void **state)
{
	enum { DAYS = 4, MINUTES = DAYS * 1440 };
	static const int64_t start_s = 1760000400; /* a multiple of an hour */
	char path[] = "/tmp/ntpscope-rrd-XXXXXX";
	struct history_value *v = calloc(MINUTES, sizeof(*v));
	struct rrd_file *f = calloc(1, sizeof(*f));
	struct seen seen = { 0 };
	const struct rrd_reader reader = { take, &seen };
	size_t n_late, n_one = 0;
	(void)state;
	if (!history_rrd_is_built()) {
		assert_int_equal(rrd_file_open("/nonexistent", f), ERR_UNSUPPORTED);
		skip();
	}
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	for (size_t i = 0; i < MINUTES; i++)
		v[i] = (struct history_value){ .time_s = start_s + 60 * (int64_t)(i + 1),
					       .every_s = 60,
					       .value = 3 };
	assert_int_equal(history_rrd_update(path, v, MINUTES, &n_late), ERR_OK);
	assert_int_equal(rrd_file_open(path, f), ERR_OK);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->n_archives, 4);
	assert_int_equal(f->archive[0].step_s, 60);
	assert_int_equal(rrd_file_read(path, f, &reader), ERR_OK);
	assert_true(seen.n > 2800 + 500); /* two days of minutes, two of five of them */
	assert_true(seen.n_coarse > 500);
	/* All of the time once: some rows of five minutes at the beginning may be incomplete. */
	assert_true(fabs(seen.sum - 3.0 * DAYS * 86400) < 3 * 900);
	assert_int_equal(rrd_file_read(path, f, &(struct rrd_reader){ take_one, &n_one }), ERR_END);
	unlink(path);
	free(f);
	free(v);
}

static void what_is_no_such_file_is_not_read(void **state)
{
	char path[] = "/tmp/ntpscope-rrd-XXXXXX";
	struct rrd_file *f = calloc(1, sizeof(*f));
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "RRD\0000003\0", 9), 9);
	close(fd);
	if (history_rrd_is_built()) {
		assert_int_equal(rrd_file_open(path, f), ERR_FORMAT);
		unlink(path);
		assert_int_equal(rrd_file_open(path, f), ERR_SYS);
		assert_int_equal(errno, ENOENT);
	}
	unlink(path);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(averages_come_at_the_finest_that_is_there),
		cmocka_unit_test(what_is_no_such_file_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
