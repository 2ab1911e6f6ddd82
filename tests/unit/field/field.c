/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "field/field.h"

static void every_field_is_found_by_its_name(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct field *f; (f = field_at(n)); n++)
		assert_ptr_equal(field_find(f->name), f);
	assert_true(n > 400);
	assert_null(field_at(n + 1));
	assert_null(field_find("ntp.nothing"));
	assert_null(field_find("ntp."));
	assert_null(field_find(""));
}

static void the_table_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; field_at(i); i++)
		if (strcmp(field_at(i - 1)->name, field_at(i)->name) >= 0)
			fail_msg("%s stands before %s", field_at(i - 1)->name, field_at(i)->name);
}

static void every_field_has_type_meaning_and_a_getter(void **state)
{
	(void)state;
	const struct field *f;
	for (size_t i = 0; (f = field_at(i)); i++) {
		assert_true(strlen(f->meaning) > 1);
		assert_true(*field_type_name((enum field_type)f->type));
		assert_non_null(f->get);
	}
}

static void names_are_plain(void **state)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789._";
	(void)state;
	for (size_t i = 0; field_at(i); i++)
		assert_int_equal(strspn(field_at(i)->name, plain), strlen(field_at(i)->name));
}

/* Only what a value has to know beyond the packet costs a pass over the captures. */
static void needs_are_few(void **state)
{
	(void)state;
	assert_int_equal(field_find("ntp.stratum")->needs, 0);
	assert_int_equal(field_find("frame.number")->needs, 0);
	assert_int_equal(field_find("ip.src")->needs, ROW_NEEDS_HEADERS);
	assert_int_equal(field_find("ntp.delta_time")->needs, ROW_NEEDS_REQUEST);
	assert_int_equal(field_find("ntp.response_in")->needs, ROW_NEEDS_RESPONSE);
	assert_int_equal(field_find("udp.stream")->needs, ROW_NEEDS_STREAM);
	assert_int_equal(field_find("ntp.class")->needs, ROW_NEEDS_EXCHANGE);
	assert_int_equal(field_find("client.rx")->needs, ROW_NEEDS_CLIENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_found_by_its_name),
		cmocka_unit_test(the_table_is_sorted),
		cmocka_unit_test(every_field_has_type_meaning_and_a_getter),
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(needs_are_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
