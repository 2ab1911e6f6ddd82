/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field/items.h"

/* Where a layout has the item; -1 when it has not. */
static int offset_of(const struct item_layout *l, enum item_field item)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->fields[i].field == item)
			return l->fields[i].offset;
	return -1;
}

/* struct info_monitor_1 and struct info_monitor of ntpd's ntp_request.h. */
static void clients_lie_where_ntpd_puts_them(void **state)
{
	(void)state;
	const struct item_layout *now = item_layout_of(42, 1), *old = item_layout_of(20, 1);
	assert_non_null(now);
	assert_non_null(old);
	assert_int_equal(offset_of(now, ITEM_MON_COUNT), 12);
	assert_int_equal(offset_of(now, ITEM_MON_REMOTE_ADDRESS), 16);
	assert_int_equal(offset_of(now, ITEM_MON_LOCAL_ADDRESS), 20);
	assert_int_equal(offset_of(now, ITEM_MON_PORT), 28);
	assert_int_equal(offset_of(now, ITEM_MON_ADDR6), 40);
	assert_int_equal(offset_of(now, ITEM_MON_DADDR6), 56);
	assert_int_equal(now->ipv6_at, 32);
	assert_int_equal(offset_of(old, ITEM_MON_REMOTE_ADDRESS), 16);
	assert_int_equal(offset_of(old, ITEM_MON_LOCAL_ADDRESS), -1);
	assert_int_equal(offset_of(old, ITEM_MON_PORT), 20);
	assert_int_equal(old->ipv6_at, 24);
}

static void what_is_asked_for_and_what_is_answered_may_differ(void **state)
{
	(void)state;
	static const uint8_t codes[] = { 2, 3, 36, 39 };
	for (size_t i = 0; i < sizeof(codes); i++) {
		const struct item_layout *asked = item_layout_of(codes[i], 0);
		const struct item_layout *answered = item_layout_of(codes[i], 1);
		assert_non_null(asked);
		assert_non_null(answered);
		assert_ptr_not_equal(asked, answered);
		assert_true(asked->len < answered->len);
	}
	assert_ptr_equal(item_layout_of(42, 0), item_layout_of(42, 1));
}

/* Of those that ntpd knows tshark shows the code alone. */
static void codes_without_items_have_no_layout(void **state)
{
	(void)state;
	static const uint8_t none[] = { 14, 15, 23, 24, 25, 35, 40, 41, 43, 46, 255 };
	for (size_t i = 0; i < sizeof(none); i++) {
		assert_null(item_layout_of(none[i], 0));
		assert_null(item_layout_of(none[i], 1));
	}
}

/* What depends on IPv6 may lie behind len; the rest must not, or values would come from the next item. */
static void no_value_reaches_beyond_what_is_read_of_an_item(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		for (unsigned response = 0; response < 2; response++) {
			const struct item_layout *l = item_layout_of((uint8_t)code, response);
			for (unsigned i = 0; l && i < l->n; i++) {
				const struct item_at *a = &l->fields[i];
				bool conditional = a->when == WITH_IPV6 || a->when == WITHOUT_IPV6;
				assert_int_not_equal(a->field, ITEM_NONE);
				assert_true(a->field <= ITEM_TRAPS_FLAGS);
				assert_true(!conditional || l->ipv6_at);
				if (l->len && !conditional && a->offset + a->octets > l->len)
					fail_msg("code %u: %u octets at %u", code, a->octets, a->offset);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_lie_where_ntpd_puts_them),
		cmocka_unit_test(what_is_asked_for_and_what_is_answered_may_differ),
		cmocka_unit_test(codes_without_items_have_no_layout),
		cmocka_unit_test(no_value_reaches_beyond_what_is_read_of_an_item),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
