/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "made.h"
#include "source/source.h"

enum { FRAMES_MAX = 20000 };

/* A folder of capture files, and what reading them gave. */
struct set {
	char folder[64];
	char paths[1000][96];
	const char *argv[1000];
	size_t n_files;
	struct packet *p; /* data is replaced by the first byte's value */
	size_t n;
	struct source_stats stats;
	char damage[512];
	bool merged;
	uint64_t total_file_bytes;
};

static struct set *set_new(void)
{
	struct set *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->p = calloc(FRAMES_MAX, sizeof(*s->p));
	snprintf(s->folder, sizeof(s->folder), "/tmp/ntpscope-files-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	return s;
}

static void set_free(struct set *s)
{
	for (size_t i = 0; i < s->n_files; i++)
		unlink(s->paths[i]);
	assert_int_equal(rmdir(s->folder), 0);
	free(s->p);
	free(s);
}

static void add_file(struct set *s, const struct made *m)
{
	size_t i = s->n_files++;
	char folder[sizeof(s->folder)];
	FILE *f;

	memcpy(folder, s->folder, sizeof(folder));
	snprintf(s->paths[i], sizeof(s->paths[i]), "%s/%zu.pcap", folder, i);
	s->argv[i] = s->paths[i];
	f = fopen(s->paths[i], "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(m->data, 1, m->len, f), m->len);
	assert_int_equal(fclose(f), 0);
}

/* A pcap file with one frame at each of the times, in seconds. */
static void add_times(struct set *s, const uint32_t *times, size_t n)
{
	static struct made m;

	m.len = 0;
	made_pcap(&m, 0xa1b2c3d4, 1);
	for (size_t i = 0; i < n; i++)
		made_packet(&m, times[i], 0, 20 + times[i] % 7);
	add_file(s, &m);
}

#define ADD_TIMES(s, ...)                               \
	add_times(s, (const uint32_t[]){ __VA_ARGS__ }, \
		  sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static enum err read_set(struct set *s, size_t batch, char *message)
{
	static struct packet p[4096];
	struct source *src;
	enum err e = source_open_files(s->argv, s->n_files, &src, message, 600);
	size_t n;

	s->n = 0;
	if (e)
		return e;
	while (!(e = source_next(src, p, batch, &n))) {
		assert_in_range(n, 1, batch);
		for (size_t i = 0; i < n; i++) {
			unsigned int sum = 0;

			for (uint32_t k = 0; k < p[i].caplen; k++)
				sum |= p[i].data[k] ^ (uint8_t)(p[i].time_ns / 1000000000);
			assert_true(sum == 0 || !p[i].has_time);
			s->p[s->n] = p[i];
			s->p[s->n++].data = NULL;
		}
	}
	assert_int_equal(e, ERR_END);
	s->stats = src->stats;
	memcpy(s->damage, src->damage, sizeof(s->damage));
	s->merged = src->order_was_merged;
	s->total_file_bytes = src->total_file_bytes;
	source_free(src);
	return ERR_OK;
}

static void assert_order(const struct set *s, const uint32_t *times, const uint16_t *files, size_t n)
{
	assert_int_equal(s->n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s->p[i].time_ns / 1000000000, times[i]);
		assert_int_equal(s->p[i].file, files[i]);
		assert_int_equal(s->p[i].frame, i + 1);
	}
}

static void files_that_follow_each_other_are_read_earliest_first(void **state)
{
	struct set *s = set_new();
	char message[600];

	(void)state;
	ADD_TIMES(s, 200, 201, 202);
	ADD_TIMES(s, 100, 102, 101);
	ADD_TIMES(s, 300);
	for (size_t batch = 1; batch < 12; batch++) {
		assert_int_equal(read_set(s, batch, message), ERR_OK);
		assert_order(s, (const uint32_t[]){ 100, 102, 101, 200, 201, 202, 300 },
			     (const uint16_t[]){ 1, 1, 1, 0, 0, 0, 2 }, 7);
		assert_false(s->merged);
		assert_int_equal(s->stats.n_time_backwards, 1);
		assert_int_equal(s->stats.n_file_bytes, s->total_file_bytes);
	}
	set_free(s);
}

static void files_are_merged_where_they_overlap(void **state)
{
	struct set *s = set_new();
	char message[600];

	(void)state;
	ADD_TIMES(s, 10, 20, 30, 30, 40);
	ADD_TIMES(s, 25, 30, 35, 60);
	ADD_TIMES(s, 61, 62);
	ADD_TIMES(s, 5, 6);
	for (size_t batch = 1; batch < 20; batch++) {
		assert_int_equal(read_set(s, batch, message), ERR_OK);
		assert_order(s, (const uint32_t[]){ 5, 6, 10, 20, 25, 30, 30, 30, 35, 40, 60, 61, 62 },
			     (const uint16_t[]){ 3, 3, 0, 0, 1, 0, 0, 1, 1, 0, 1, 2, 2 }, 13);
		assert_true(s->merged);
		assert_int_equal(s->stats.n_time_backwards, 0);
	}
	set_free(s);
}

static void one_file_keeps_its_own_order(void **state)
{
	struct set *s = set_new();
	char message[600];

	(void)state;
	ADD_TIMES(s, 50, 10, 40, 20);
	assert_int_equal(read_set(s, 3, message), ERR_OK);
	assert_order(s, (const uint32_t[]){ 50, 10, 40, 20 }, (const uint16_t[]){ 0, 0, 0, 0 }, 4);
	assert_false(s->merged);
	set_free(s);
}

static void equal_times_keep_the_order_of_the_files(void **state)
{
	struct set *s = set_new();
	char message[600];

	(void)state;
	ADD_TIMES(s, 7, 7);
	ADD_TIMES(s, 7, 8);
	ADD_TIMES(s, 7, 7, 8);
	assert_int_equal(read_set(s, 100, message), ERR_OK);
	assert_order(s, (const uint32_t[]){ 7, 7, 7, 7, 7, 8, 8 }, (const uint16_t[]){ 0, 0, 1, 2, 2, 1, 2 },
		     7);
	set_free(s);
}

static uint32_t next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* Deals frames of rising times to files as dealt by `deal`, and reads them back in order. */
static void deal_and_read(size_t n_frames, size_t n_files, bool in_pieces, uint32_t seed)
{
	struct set *s = set_new();
	struct made *m = calloc(n_files, sizeof(*m));
	char message[600];
	uint32_t x = seed;

	assert_non_null(m);
	for (size_t i = 0; i < n_files; i++)
		made_pcap(&m[i], 0xa1b23c4d, 1);
	for (size_t i = 0; i < n_frames; i++) {
		size_t f = in_pieces ? i * n_files / n_frames : next_random(&x) % n_files;

		made_packet(&m[f], 1000 + (uint32_t)i, 5, next_random(&x) % 60);
	}
	for (size_t i = 0; i < n_files; i++)
		add_file(s, &m[in_pieces ? n_files - 1 - i : i]);
	free(m);
	for (size_t batch = 1; batch <= 4096; batch = 5 * batch + 1) {
		assert_int_equal(read_set(s, batch, message), ERR_OK);
		assert_int_equal(s->n, n_frames);
		for (size_t i = 0; i < n_frames; i++) {
			assert_int_equal(s->p[i].frame, i + 1);
			assert_true(s->p[i].time_ns == (int64_t)(1000 + i) * 1000000000 + 5);
		}
		assert_int_equal(s->merged, !in_pieces);
	}
	set_free(s);
}

static void frames_dealt_to_files_come_back_in_order(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed < 12; seed++)
		deal_and_read(2000, 2 + seed % 9, false, seed);
}

static void pieces_of_one_capture_come_back_as_it_was(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed < 12; seed++)
		deal_and_read(2000, 6 + seed, true, seed);
}

static void more_files_than_descriptors_are_no_trouble(void **state)
{
	struct rlimit before, few;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ .rlim_cur = 90, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	deal_and_read(2000, 500, true, 1);
	deal_and_read(2000, 500, false, 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void damage_in_one_file_does_not_stop_the_others(void **state)
{
	struct set *s = set_new();
	char message[600], expect[600];

	(void)state;
	ADD_TIMES(s, 10, 20);
	ADD_TIMES(s, 30, 40);
	ADD_TIMES(s, 50, 60);
	for (size_t i = 0; i < 2; i++) {
		struct stat st;

		assert_int_equal(stat(s->paths[i], &st), 0);
		assert_int_equal(truncate(s->paths[i], st.st_size - 3), 0);
	}
	assert_int_equal(read_set(s, 100, message), ERR_OK);
	assert_order(s, (const uint32_t[]){ 10, 30, 50, 60 }, (const uint16_t[]){ 0, 1, 2, 2 }, 4);
	assert_int_equal(s->stats.n_damaged, 2);
	snprintf(expect, sizeof(expect), "'%s': truncated after frame 1", s->paths[0]);
	assert_string_equal(s->damage, expect);
	set_free(s);
}

static void numbers_without_packets_are_kept_over_files(void **state)
{
	static struct made m;
	struct set *s = set_new();
	char message[600];

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		m.len = 0;
		made_section(&m);
		made_interface(&m, 1, 0, 0x80);
		made_other(&m, 0xbad, 4);
		made_enhanced(&m, 0, 10 + i, 9);
		made_other(&m, 0xbad, 4);
		made_enhanced(&m, 0, 20 + i, 9);
		made_other(&m, 0xbad, 4);
		add_file(s, &m);
	}
	assert_int_equal(read_set(s, 100, message), ERR_OK);
	assert_int_equal(s->n, 4);
	/* C 10 C 20 C and C 11 C 21 C, merged: the gaps go with the frame behind them. */
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(s->p[i].frame, 2 + 2 * i + (i == 3));
	set_free(s);
}

static void a_file_that_is_no_capture_is_named(void **state)
{
	static struct made m;
	struct set *s = set_new();
	char message[600], expect[600];

	(void)state;
	ADD_TIMES(s, 10, 20);
	made_zeros(&m, 50);
	add_file(s, &m);
	assert_int_equal(read_set(s, 100, message), ERR_FORMAT);
	snprintf(expect, sizeof(expect), "cannot read '%s': not a capture file", s->paths[1]);
	assert_string_equal(message, expect);
	s->argv[1] = "/nonexistent/a.pcap";
	assert_int_equal(read_set(s, 100, message), ERR_SYS);
	assert_string_equal(message, "cannot read '/nonexistent/a.pcap': No such file or directory");
	s->argv[1] = s->folder;
	assert_int_equal(read_set(s, 100, message), ERR_SYS);
	snprintf(expect, sizeof(expect), "cannot read '%s': Is a directory", s->folder);
	assert_string_equal(message, expect);
	set_free(s);
}

static void standard_input_is_read_at_most_once(void **state)
{
	struct source *src;
	char message[600];
	const char *twice[] = { "-", "-" };

	(void)state;
	assert_int_equal(source_open_files(twice, 2, &src, message, sizeof(message)), ERR_USAGE);
	assert_null(src);
	assert_string_equal(message, "standard input can be read only once");
	assert_int_equal(source_open_files(twice, 0, &src, message, sizeof(message)), ERR_USAGE);
}

/* A pipe on standard input takes part in a merge like any file. */
static void standard_input_is_merged_with_files(void **state)
{
	static struct made m;
	struct set *s = set_new();
	char message[600];
	int ends[2], before = dup(STDIN_FILENO);

	(void)state;
	ADD_TIMES(s, 10, 30);
	made_pcap(&m, 0xa1b2c3d4, 1);
	made_packet(&m, 20, 0, 5);
	made_packet(&m, 40, 0, 5);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], m.data, m.len), m.len);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	s->argv[1] = "-";
	s->n_files = 2;
	assert_int_equal(read_set(s, 100, message), ERR_OK);
	assert_order(s, (const uint32_t[]){ 10, 20, 30, 40 }, (const uint16_t[]){ 0, 1, 0, 1 }, 4);
	assert_int_equal(s->total_file_bytes, 0);
	dup2(before, STDIN_FILENO);
	close(before);
	s->n_files = 1;
	set_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_follow_each_other_are_read_earliest_first),
		cmocka_unit_test(files_are_merged_where_they_overlap),
		cmocka_unit_test(one_file_keeps_its_own_order),
		cmocka_unit_test(equal_times_keep_the_order_of_the_files),
		cmocka_unit_test(frames_dealt_to_files_come_back_in_order),
		cmocka_unit_test(pieces_of_one_capture_come_back_as_it_was),
		cmocka_unit_test(more_files_than_descriptors_are_no_trouble),
		cmocka_unit_test(damage_in_one_file_does_not_stop_the_others),
		cmocka_unit_test(numbers_without_packets_are_kept_over_files),
		cmocka_unit_test(a_file_that_is_no_capture_is_named),
		cmocka_unit_test(standard_input_is_read_at_most_once),
		cmocka_unit_test(standard_input_is_merged_with_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
