/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers for numbers are those of Wireshark 4.0, which computes in 32 or 64 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "field/filter_value.h"

static struct filter_value number(enum field_type type, int64_t i)
{
	return (struct filter_value){ .type = (uint8_t)type, .v.i = i };
}

static struct filter_value octets(enum field_type type, const char *at, uint32_t len)
{
	return (struct filter_value){ .type = (uint8_t)type,
				      .prefix = 128,
				      .v.bytes = { (const uint8_t *)at, len, NULL } };
}

static struct filter_value span(int64_t s, int32_t ns)
{
	return (struct filter_value){ .type = FIELD_RELATIVE_TIME, .v.time = { s, ns } };
}

static void order_is(struct filter_value a, struct filter_value b, enum order expected)
{
	assert_int_equal(filter_order(&a, &b), expected);
}

static void numbers_of_all_widths_are_put_in_order(void **state)
{
	(void)state;
	order_is(number(FIELD_UINT8, 3), number(FIELD_UINT32, 3), ORDER_EQUAL);
	order_is(number(FIELD_UINT64, -1), number(FIELD_UINT32, 3), ORDER_GREATER);
	order_is(number(FIELD_INT8, -1), number(FIELD_INT64, 0), ORDER_LESS);
	order_is(number(FIELD_INT32, -1), number(FIELD_UINT8, 0), ORDER_LESS);
	/* A negative number is nothing to an unsigned one. */
	order_is(number(FIELD_UINT8, 0), number(FIELD_INT32, -1), ORDER_UNKNOWN);
	order_is(number(FIELD_INT64, 0), number(FIELD_UINT64, -1), ORDER_UNKNOWN);
	order_is(number(FIELD_BOOLEAN, 1), number(FIELD_BOOLEAN, 5), ORDER_EQUAL);
}

static void octets_go_by_length_first_and_texts_by_content(void **state)
{
	(void)state;
	order_is(octets(FIELD_BYTES, "z", 1), octets(FIELD_BYTES, "ab", 2), ORDER_LESS);
	order_is(octets(FIELD_STRING, "z", 1), octets(FIELD_STRING, "ab", 2), ORDER_GREATER);
	order_is(octets(FIELD_STRING, "ab", 2), octets(FIELD_STRING, "abc", 3), ORDER_LESS);
	order_is(octets(FIELD_BYTES, NULL, 0), octets(FIELD_BYTES, "", 0), ORDER_EQUAL);
}

static void the_shorter_prefix_counts(void **state)
{
	(void)state;
	struct filter_value a = octets(FIELD_IPV4, "\xc0\x00\x02\x7f", 4),
			    net = octets(FIELD_IPV4, "\xc0\x00\x02\x40", 4);
	net.prefix = 26;
	order_is(a, net, ORDER_EQUAL);
	net.prefix = 27;
	order_is(a, net, ORDER_GREATER);
	net.prefix = 0;
	order_is(a, net, ORDER_EQUAL);
	net.prefix = 128; /* of a field */
	order_is(a, a, ORDER_EQUAL);
	order_is(net, a, ORDER_LESS);
}

static void times_before_1970_keep_their_order(void **state)
{
	(void)state;
	order_is(span(-1, -500000000), span(-1, 0), ORDER_LESS);
	order_is(span(0, -1), span(0, 1), ORDER_LESS);
	order_is(span(INT64_MAX, 999999999), span(INT64_MIN, -999999999), ORDER_GREATER);
}

static void sum_is(enum filter_op op, struct filter_value a, struct filter_value b, enum field_type type,
		   int64_t i)
{
	uint8_t room[FILTER_OCTETS_MAX];
	struct filter_value sum;
	assert_true(filter_compute(op, &a, &b, room, &sum));
	assert_int_equal(sum.type, type);
	assert_int_equal(sum.v.i, i);
}

static void no_sum(enum filter_op op, struct filter_value a, struct filter_value b)
{
	uint8_t room[FILTER_OCTETS_MAX];
	struct filter_value sum;
	assert_false(filter_compute(op, &a, &b, room, &sum));
}

static void sums_have_the_width_of_their_left_side(void **state)
{
	(void)state;
	sum_is(OP_ADD, number(FIELD_UINT8, 255), number(FIELD_UINT8, 255), FIELD_UINT32, 510);
	sum_is(OP_SUBTRACT, number(FIELD_UINT8, 3), number(FIELD_UINT8, 5), FIELD_INT32, -2);
	sum_is(OP_MULTIPLY, number(FIELD_UINT64, INT64_MAX), number(FIELD_UINT8, 2), FIELD_UINT64, -2);
	sum_is(OP_MODULO, number(FIELD_INT32, -7), number(FIELD_INT32, 3), FIELD_INT32, -1);
	sum_is(OP_BIT_AND, number(FIELD_UINT8, 0x23), number(FIELD_UINT8, 7), FIELD_UINT32, 3);
	no_sum(OP_ADD, number(FIELD_UINT32, UINT32_MAX), number(FIELD_UINT8, 1));
	no_sum(OP_MULTIPLY, number(FIELD_UINT64, -1), number(FIELD_UINT64, -1));
	no_sum(OP_DIVIDE, number(FIELD_INT32, INT32_MIN), number(FIELD_INT32, -1));
	no_sum(OP_DIVIDE, number(FIELD_INT64, INT64_MIN), number(FIELD_INT64, -1));
	no_sum(OP_DIVIDE, number(FIELD_UINT8, 1), number(FIELD_UINT8, 0));
	no_sum(OP_MODULO, number(FIELD_UINT8, 1), number(FIELD_UINT8, 0));
	no_sum(OP_ADD, span(INT64_MAX, 999999999), span(0, 1));
}

static void spans_carry(void **state)
{
	(void)state;
	uint8_t room[FILTER_OCTETS_MAX];
	struct filter_value a = span(1, 600000000), b = span(0, 500000000), sum;
	assert_true(filter_compute(OP_ADD, &a, &b, room, &sum));
	assert_int_equal(sum.v.time.s, 2);
	assert_int_equal(sum.v.time.ns, 100000000);
	assert_true(filter_compute(OP_SUBTRACT, &b, &a, room, &sum));
	assert_int_equal(sum.v.time.s, -1);
	assert_int_equal(sum.v.time.ns, -100000000);
	assert_true(filter_is_negative(&sum));
	assert_true(filter_negate(&sum, &sum));
	assert_int_equal(sum.v.time.s, 1);
}

static void what_does_not_fit_cannot_be_negated(void **state)
{
	(void)state;
	struct filter_value big = number(FIELD_UINT32, UINT32_MAX), least = number(FIELD_INT64, INT64_MIN),
			    out;
	assert_false(filter_negate(&big, &out));
	assert_false(filter_negate(&least, &out));
}

static void a_text_contains_no_empty_text_but_octets_do(void **state)
{
	(void)state;
	struct filter_value text = octets(FIELD_STRING, "abc", 3), some = octets(FIELD_BYTES, "abc", 3);
	struct filter_value none = octets(FIELD_BYTES, NULL, 0), bc = octets(FIELD_BYTES, "bc", 2);
	assert_false(filter_contains(&text, &none));
	assert_true(filter_contains(&some, &none));
	assert_true(filter_contains(&some, &bc));
	assert_false(filter_contains(&bc, &some));
	assert_false(filter_contains(&none, &bc));
}

static void values_print_as_wireshark_prints_them(void **state)
{
	(void)state;
	char room[64];
	struct filter_value v = octets(FIELD_IPV6, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	assert_int_equal(filter_print(&v, room), 11);
	assert_string_equal(room, "2001:db8::1");
	v = octets(FIELD_ETHER, "\x00\x00\x5e\x00\x53\xff", 6);
	filter_print(&v, room);
	assert_string_equal(room, "00:00:5e:00:53:ff");
	v = number(FIELD_INT16, -7);
	assert_int_equal(filter_print(&v, room), 2);
	v = number(FIELD_UINT64, -1);
	filter_print(&v, room);
	assert_string_equal(room, "18446744073709551615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_all_widths_are_put_in_order),
		cmocka_unit_test(octets_go_by_length_first_and_texts_by_content),
		cmocka_unit_test(the_shorter_prefix_counts),
		cmocka_unit_test(times_before_1970_keep_their_order),
		cmocka_unit_test(sums_have_the_width_of_their_left_side),
		cmocka_unit_test(spans_carry),
		cmocka_unit_test(what_does_not_fit_cannot_be_negated),
		cmocka_unit_test(a_text_contains_no_empty_text_but_octets_do),
		cmocka_unit_test(values_print_as_wireshark_prints_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
