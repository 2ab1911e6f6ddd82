/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/save_stream.h"

#include "save_store.h"

static struct save_stream *saving(struct save_store *to)
{
	struct save_stream *s = calloc(1, sizeof(*s));
	s->write = save_store_write;
	s->arg = to;
	return s;
}

static struct save_stream *loading(struct save_store *from)
{
	struct save_stream *s = calloc(1, sizeof(*s));
	s->read = save_store_read;
	s->arg = from;
	from->at = 0;
	return s;
}

static const uint64_t numbers[] = { 0,         1, 127, 128, 300, UINT32_MAX, UINT64_MAX / 2, UINT64_MAX - 1,
				    UINT64_MAX };
enum { N_NUMBERS = sizeof(numbers) / sizeof(numbers[0]), MANY = 50000 };

static void numbers_come_back(void **state)
{
	(void)state;
	struct save_store store = { 0 };
	struct save_stream *s = saving(&store);
	struct addr v4 = addr_from_v4((const uint8_t[4]){ 1, 2, 3, 4 }), v6 = { .b = { 0x20, 1, 15, 7 } }, a;
	for (unsigned round = 0; round < MANY / 10; round++) {
		for (unsigned i = 0; i < N_NUMBERS; i++) {
			assert_int_equal(save_u(s, numbers[i]), numbers[i]);
			assert_int_equal(save_i(s, (int64_t)numbers[i]), (int64_t)numbers[i]);
		}
	}
	assert_true(save_float(s, 1.5f) == 1.5f);
	assert_true(save_bool(s, true));
	save_addr(s, &v4);
	save_addr(s, &v6);
	save_mark(s, 77);
	assert_true(save_finish(s));
	free(s);
	assert_true(store.len > 2 * SAVE_CHUNK);
	s = loading(&store);
	for (unsigned round = 0; round < MANY / 10; round++) {
		for (unsigned i = 0; i < N_NUMBERS; i++) {
			assert_int_equal(save_u(s, 0), numbers[i]);
			assert_int_equal(save_i(s, 0), (int64_t)numbers[i]);
		}
	}
	assert_true(save_float(s, 0) == 1.5f);
	assert_true(save_bool(s, false));
	save_addr(s, &a);
	assert_memory_equal(&a, &v4, sizeof(a));
	save_addr(s, &a);
	assert_memory_equal(&a, &v6, sizeof(a));
	save_mark(s, 77);
	assert_true(save_finish(s));
	(void)save_u(s, 0); /* behind the end */
	assert_false(save_finish(s));
	free(s);
	free(store.data);
}

static void many_zeros_take_few_octets(void **state)
{
	(void)state;
	static uint64_t words[MANY], back[MANY];
	static uint32_t halves[MANY], halves_back[MANY];
	struct save_store store = { 0 };
	struct save_stream *s = saving(&store);
	words[7] = UINT64_MAX;
	words[MANY - 2] = 5;
	halves[0] = halves[300] = UINT32_MAX;
	save_words(s, words, MANY);
	save_halves(s, halves, MANY);
	assert_true(save_finish(s));
	free(s);
	assert_true(store.len < 1000);
	memset(back, 0x55, sizeof(back));
	memset(halves_back, 0x55, sizeof(halves_back));
	s = loading(&store);
	save_words(s, back, MANY);
	save_halves(s, halves_back, MANY);
	assert_true(save_finish(s));
	assert_memory_equal(words, back, sizeof(words));
	assert_memory_equal(halves, halves_back, sizeof(halves));
	free(s);
	free(store.data);
}

static bool takes(const uint8_t *data, size_t len, void (*what)(struct save_stream *s))
{
	uint8_t chunk[64] = { 0, 0, 0, (uint8_t)len };
	struct save_store store = { .data = chunk, .len = len + 4 };
	struct save_stream *s = loading(&store);
	memcpy(chunk + 4, data, len);
	what(s);
	bool good = save_finish(s);
	free(s);
	return good;
}

static void one(struct save_stream *s)
{
	(void)save_u(s, 0);
}

static void below_ten(struct save_stream *s)
{
	assert_true(save_most(s, 0, 9) <= 9);
}

static void a_float(struct save_stream *s)
{
	float f = save_float(s, 0);
	assert_true(f < 1e38f && f > -1e38f);
}

static void three_words(struct save_stream *s)
{
	uint64_t w[3];
	save_words(s, w, 3);
}

static void what_makes_no_sense_is_refused(void **state)
{
	(void)state;
	assert_true(takes((const uint8_t[]){ 0x81, 1 }, 2, one));
	assert_false(takes((const uint8_t[]){ 0x81 }, 1, one));
	assert_false(takes((const uint8_t[]){ 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1 },
			   11, one));
	assert_true(takes((const uint8_t[]){ 9 }, 1, below_ten));
	assert_false(takes((const uint8_t[]){ 10 }, 1, below_ten));
	assert_false(takes((const uint8_t[]){ 0x80, 0x80, 0x80, 0xfc, 0x0f }, 5, a_float)); /* NaN */
	assert_true(takes((const uint8_t[]){ 0, 2 }, 2, three_words));
	assert_false(takes((const uint8_t[]){ 0, 3 }, 2, three_words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(many_zeros_take_few_octets),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
