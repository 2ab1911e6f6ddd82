/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "present/cell.h"

/* Hands over what, 0, 1, 2, ... below f->what until it has enough. */
static void get_counting(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)row;
	for (uint64_t i = 0; i < f->what; i++)
		if (!sink->take(sink, &(struct field_value){ .u = i }))
			return;
}

static const struct field counting = { .type = FIELD_UINT32, .what = 4, .get = get_counting };
static const struct fields_style plain = FIELDS_STYLE_DEFAULT;

static void expect(struct cell *c, const char *text)
{
	struct buf out;
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	c->out = &out;
	cell_fill(c, &counting, NULL);
	buf_char(&out, '\0');
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static void values_are_joined_by_the_aggregator(void **state)
{
	(void)state;
	struct cell c = { .style = &plain };
	expect(&c, "0,1,2,3");
	assert_int_equal(c.n, 4);
}

static void one_value_is_picked_from_many(void **state)
{
	(void)state;
	struct cell c = { .style = &plain, .only = 2 };
	expect(&c, "1");
	assert_int_equal(c.n, 2);
}

static void without_a_buffer_values_are_counted(void **state)
{
	(void)state;
	struct cell c = { .style = &plain };
	cell_fill(&c, &counting, NULL);
	assert_int_equal(c.n, 4);
}

static void get_text(const struct field *f, const struct row *row, struct field_sink *sink)
{
	static const uint8_t text[] = "a\tb\r\n\033[2J\\\"\xc3\xa9\x7f";
	(void)f;
	(void)row;
	sink->take(sink, &(struct field_value){ .bytes = { text, sizeof(text) - 1, NULL } });
}

/* As tshark writes them, but for the escape, which a terminal would obey. */
static void controls_are_shown_not_obeyed(void **state)
{
	(void)state;
	const struct field f = { .type = FIELD_STRING, .get = get_text };
	struct cell c = { .style = &plain };
	struct buf out;
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	c.out = &out;
	cell_fill(&c, &f, NULL);
	buf_char(&out, '\0');
	assert_string_equal(out.data, "a\\tb\\r\\n\\x1b[2J\\\"\xef\xbf\xbd\xef\xbf\xbd\\x7f");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_joined_by_the_aggregator),
		cmocka_unit_test(one_value_is_picked_from_many),
		cmocka_unit_test(without_a_buffer_values_are_counted),
		cmocka_unit_test(controls_are_shown_not_obeyed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
