/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/state.h"

static void a_state_is_made_and_freed_whole(void **state)
{
	(void)state;
	struct engine_config config = engine_config_default();
	struct engine_state *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	assert_int_equal(engine_state_init(s, &config), ERR_OK);
	assert_int_equal(s->config.capacity, config.capacity);
	assert_false(s->began);
	assert_int_equal(worker_sums_init(&s->sums, NULL), ERR_OK);
	assert_non_null(s->sums.tally);
	engine_state_free(s);
}

static void more_clients_than_the_index_can_name_are_not_promised(void **state)
{
	(void)state;
	struct engine_config config = engine_config_default();
	struct engine_state *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	config.capacity = UINT64_MAX;
	assert_int_equal(engine_state_init(s, &config), ERR_OK);
	assert_int_equal(s->config.capacity, CLIENTS_MAX);
	engine_state_free(s);
}

static void nothing_is_freed_as_well(void **state)
{
	(void)state;
	engine_state_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_is_made_and_freed_whole),
		cmocka_unit_test(more_clients_than_the_index_can_name_are_not_promised),
		cmocka_unit_test(nothing_is_freed_as_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
