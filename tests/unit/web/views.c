/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "serve.h"
#include "web/views.h"

static struct serve s;
static struct views views;
static const int64_t second_ns = NS_PER_S;

static struct view *get(enum client_sort by, uint64_t id, int64_t now_ns)
{
	struct view_wish wish = { .by = by };
	struct view *v;
	assert_int_equal(views_get(&views, s.live, &wish, id, now_ns, &v), ERR_OK);
	return v;
}

static void a_fresh_one_serves_again_and_a_stale_one_by_its_id(void **state)
{
	(void)state;
	views_init(&views, 1 << 20, 99);
	uint64_t first = get(SORT_RX, 0, second_ns)->id;
	assert_true(get(SORT_RX, 0, 2 * second_ns)->id == first);
	assert_true(get(SORT_TX, 0, 2 * second_ns)->id != first);
	assert_true(get(SORT_RX, 0, 4 * second_ns)->id != first);
	assert_true(get(SORT_RX, first, 50 * second_ns)->id == first);
	/* another sort's id is none */
	assert_true(get(SORT_IP, first, 50 * second_ns)->id != first);
	views_expire(&views, 111 * second_ns);
	assert_true(get(SORT_RX, first, 111 * second_ns)->id != first);
	views_release(&views);
	assert_int_equal(views.n_bytes, 0);
}

static void their_memory_is_bounded_but_one_is_always_there(void **state)
{
	(void)state;
	views_init(&views, 2 * (10 * 12 + 8), 7);
	uint64_t first = get(SORT_RX, 0, second_ns)->id;
	get(SORT_TX, 0, second_ns);
	assert_int_equal(views.n_bytes, 10 * 12);
	assert_true(get(SORT_RX, first, second_ns)->id != first);
	views_release(&views);
}

static void what_streams_hold_leaves_room_for_pages(void **state)
{
	struct view_wish rx = { .by = SORT_RX }, ip = { .by = SORT_IP };
	struct view *a, *b, *c;
	(void)state;
	views_init(&views, 2 * (10 * 12 + 8), 7);
	assert_int_equal(views_hold(&views, s.live, &rx, second_ns, &a), ERR_OK);
	/* shared with one who comes a little later */
	assert_int_equal(views_hold(&views, s.live, &rx, 9 * second_ns, &b), ERR_OK);
	assert_ptr_equal(a, b);
	assert_int_equal(views_hold(&views, s.live, &ip, 9 * second_ns, &c), ERR_LIMIT);
	assert_null(c);
	for (int i = 0; i < 10; i++)
		get((enum client_sort)i, 0, (20 + i) * second_ns);
	assert_int_equal(views.n_bytes, 2 * 10 * 12);
	view_leave(a, 40 * second_ns);
	assert_int_equal(views_hold(&views, s.live, &ip, 40 * second_ns, &c), ERR_LIMIT);
	view_leave(b, 40 * second_ns);
	assert_int_equal(views_hold(&views, s.live, &ip, 40 * second_ns, &c), ERR_OK);
	view_leave(c, 40 * second_ns);
	views_release(&views);
	assert_int_equal(views.n_bytes, 0);
}

static void their_number_is_bounded(void **state)
{
	(void)state;
	views_init(&views, 1 << 20, 7);
	for (int i = 0; i < 30; i++)
		get((enum client_sort)(i % 10), 0, i * 10 * second_ns);
	assert_true(views.n_bytes <= VIEWS_MAX * 10 * 12);
	views_release(&views);
}

static void ids_are_text_and_back(void **state)
{
	char text[VIEW_ID_MAX];
	(void)state;
	view_id_text(UINT64_C(0xfedcba9876543210), text);
	assert_string_equal(text, "fedcba9876543210");
	assert_true(view_id_parse(text) == UINT64_C(0xfedcba9876543210));
	assert_true(view_id_parse("") == 0);
	assert_true(view_id_parse("xyz") == 0);
	assert_true(view_id_parse("11111111111111111") == 0);
}

static int begin(void **state)
{
	(void)state;
	return serve_live(&s, 10) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	live_free(s.live);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_one_serves_again_and_a_stale_one_by_its_id),
		cmocka_unit_test(their_memory_is_bounded_but_one_is_always_there),
		cmocka_unit_test(what_streams_hold_leaves_room_for_pages),
		cmocka_unit_test(their_number_is_bounded),
		cmocka_unit_test(ids_are_text_and_back),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
