/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/nstime.h"
#include "engine/mib_round.h"
#include "mib_made.h"

/* An agent that knows the names it is asked for, of a list; everything it has is an integer 1. */
static void answer(struct mib_round *r, const char *const *has, size_t n_has, unsigned *n_questions)
{
	struct mib_question q;

	while (mib_round_next(r, &q)) {
		struct mib_value v[MIB_ASK_MAX];
		(*n_questions)++;
		for (size_t i = 0; i < q.n; i++) {
			v[i] = (struct mib_value){ .oid = q.oid[i], .kind = MIB_NONE };
			for (size_t k = 0; k < n_has; k++) {
				struct mib_value known = made_integer(has[k], 1);
				if (mib_oid_compare(&known.oid, &q.oid[i]) == 0)
					v[i] = known;
			}
		}
		mib_round_take(r, v, q.n, MIB_ERROR_NONE, 0);
	}
}

static void an_agent_is_asked_what_it_is_and_then_for_that(void **state)
{
	static const char *const ltng[] = { "1.3.6.1.2.1.1.3.0", "1.3.6.1.4.1.5597.30.0.2.1.0",
					    "1.3.6.1.4.1.5597.30.0.2.2.0", "1.3.6.1.4.1.5597.3.1.2.0",
					    "1.3.6.1.4.1.5597.3.1.3.0" };
	struct mib_round *r = calloc(1, sizeof(*r));
	struct mib_rates *rates = calloc(1, sizeof(*rates));
	struct mib_report *report = calloc(1, sizeof(*report));
	unsigned n = 0;
	(void)state;
	mib_round_begin(r, false);
	answer(r, ltng, 5, &n);
	assert_int_equal(r->kind, LANTIME_LTNG);
	assert_null(mib_find(&r->table, "1.3.6.1.4.1.5597.3.1.3", 0)); /* not asked for */
	assert_true(mib_round_report(r, rates, NS_PER_S, report));
	assert_point(&report->at[0], "stratum", 1);
	assert_point(&report->at[0], "ntp_state", 1);
	free(report);
	free(rates);
	free(r);
}

static void an_agent_with_nothing_of_all_that_says_so(void **state)
{
	struct mib_round *r = calloc(1, sizeof(*r));
	struct mib_rates *rates = calloc(1, sizeof(*rates));
	struct mib_report *report = calloc(1, sizeof(*report));
	unsigned n = 0;
	(void)state;
	mib_round_begin(r, false);
	answer(r, NULL, 0, &n);
	assert_int_equal(r->kind, LANTIME_NONE);
	assert_false(mib_round_report(r, rates, NS_PER_S, report));
	assert_true(n < 10);
	free(report);
	free(rates);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_agent_is_asked_what_it_is_and_then_for_that),
		cmocka_unit_test(an_agent_with_nothing_of_all_that_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
