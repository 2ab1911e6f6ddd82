/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A time server that there is not, of any of the three generations. */
#ifndef TESTS_LANTIME_MADE_H
#define TESTS_LANTIME_MADE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lantime.h"
#include "mib_made.h"

#define LANTIME_MADE_LTNG "1.3.6.1.4.1.5597.30.0."
#define LANTIME_MADE_OS   "1.3.6.1.4.1.5597.7."
#define LANTIME_MADE_LT   "1.3.6.1.4.1.5597.3."

struct machine {
	struct mib_table t;
	struct mib_report r;
};

static inline void read_as(struct machine *m, enum lantime_kind kind)
{
	assert_int_equal(lantime_kind(&m->t), kind);
	mib_report_begin(&m->r);
	lantime_read(kind, &m->t, &m->r);
}

static inline void put_integers(struct machine *m, const char *const *oids, const int64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(&m->t, made_integer(oids[i], values[i]));
}

/* What a column or a scalar brings: the values below it are left out, and the report is another one. */
static inline bool brings_something(const struct machine *m, enum lantime_kind kind,
				    const struct mib_want *want)
{
	struct machine *with = calloc(1, sizeof(*with)), *without = calloc(1, sizeof(*without));
	struct mib_oid root;

	assert_true(mib_oid_parse(want->oid, &root));
	for (size_t i = 0; i < m->t.n; i++) {
		mib_table_put(&with->t, &m->t.at[i]);
		if (!mib_oid_is_below(&m->t.at[i].oid, &root))
			mib_table_put(&without->t, &m->t.at[i]);
	}
	mib_report_begin(&with->r);
	lantime_read(kind, &with->t, &with->r);
	mib_report_begin(&without->r);
	lantime_read(kind, &without->t, &without->r);
	bool is_other = memcmp(&with->r, &without->r, sizeof(with->r)) != 0;
	free(with);
	free(without);
	return is_other;
}

/* Nothing is asked for in vain: each wish changes what is said of one of the machines. */
static inline void assert_all_wishes_matter(enum lantime_kind kind, struct machine *const *machines, size_t n)
{
	const struct mib_want *w;

	for (size_t i = 0; (w = lantime_wants(kind, i)); i++) {
		bool matters = false;
		for (size_t k = 0; k < n; k++)
			matters = matters || brings_something(machines[k], kind, w);
		if (!matters)
			fail_msg("nothing comes of %s", w->oid);
	}
}

#endif
