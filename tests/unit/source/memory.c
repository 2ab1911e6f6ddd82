/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/source.h"

static void packets_come_out_as_they_went_in(void **state)
{
	static const uint8_t data[3] = { 1, 2, 3 };
	struct packet in[5], out[5];
	struct source *s;
	size_t n, total = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		in[i] = (struct packet){ .data = data,
					 .time_ns = 100 - i,
					 .caplen = 3,
					 .len = 3 + (i == 4),
					 .link = LINK_ETHERNET,
					 .has_time = i != 2 };
	s = source_from_memory(in, 5);
	assert_non_null(s);
	while (source_next(s, out, 2, &n) == ERR_OK) {
		for (size_t i = 0; i < n; i++, total++) {
			assert_ptr_equal(out[i].data, data);
			assert_true(out[i].time_ns == in[total].time_ns);
			assert_int_equal(out[i].frame, total + 1);
		}
	}
	assert_int_equal(total, 5);
	assert_int_equal(n, 0);
	assert_int_equal(source_next(s, out, 2, &n), ERR_END);
	assert_int_equal(s->stats.n_frames, 5);
	assert_int_equal(s->stats.n_bytes, 15);
	assert_int_equal(s->stats.n_cut_by_snaplen, 1);
	assert_int_equal(s->stats.n_without_time, 1);
	assert_int_equal(s->stats.n_time_backwards, 3);
	assert_int_equal(s->stats.first_ns, 96);
	assert_int_equal(s->stats.last_ns, 100);
	source_free(s);
}

static void nothing_is_an_end_at_once(void **state)
{
	struct packet out[2];
	struct source *s = source_from_memory(NULL, 0);
	size_t n = 7;

	(void)state;
	assert_int_equal(source_next(s, out, 2, &n), ERR_END);
	assert_int_equal(n, 0);
	assert_int_equal(s->stats.first_ns, 0);
	source_free(s);
	source_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_out_as_they_went_in),
		cmocka_unit_test(nothing_is_an_end_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
