/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of an agent that there is not. */
#ifndef TESTS_MIB_MADE_H
#define TESTS_MIB_MADE_H

#include <string.h>

#include "engine/mib_report.h"

static inline struct mib_value made_value(const char *oid, enum mib_kind kind)
{
	struct mib_value v = { .kind = kind, .bits = 32 };

	assert_true(mib_oid_parse(oid, &v.oid));
	return v;
}

static inline struct mib_value made_integer(const char *oid, int64_t integer)
{
	struct mib_value v = made_value(oid, MIB_INTEGER);

	v.integer = integer;
	return v;
}

static inline struct mib_value made_count(const char *oid, uint64_t count, unsigned bits)
{
	struct mib_value v = made_value(oid, MIB_COUNT);

	v.count = count;
	v.bits = bits;
	return v;
}

static inline struct mib_value made_text(const char *oid, const char *text)
{
	struct mib_value v = made_value(oid, MIB_TEXT);

	v.len = strlen(text);
	memcpy(v.text, text, v.len + 1);
	return v;
}

static inline void put(struct mib_table *t, struct mib_value v)
{
	mib_table_put(t, &v);
}

/* -1e9: there is none. */
static inline double point_of(const struct reading_made *p, const char *series)
{
	for (size_t i = 0; i < p->n_points; i++)
		if (strcmp(p->points[i].name, series) == 0)
			return p->points[i].value;
	return -1e9;
}

static inline const char *fact_of(const struct reading_made *p, const char *name)
{
	for (size_t i = 0; i < p->n_facts; i++)
		if (strcmp(p->facts[i].name, name) == 0)
			return p->facts[i].text;
	return "";
}

static inline void assert_point(const struct reading_made *p, const char *series, double wanted)
{
	double got = point_of(p, series), off = got > wanted ? got - wanted : wanted - got;

	if (off > 1e-12 * (wanted < 0 ? -wanted : wanted) + 1e-15)
		fail_msg("%s is %.17g, not %.17g", series, got, wanted);
}

static inline void assert_no_point(const struct reading_made *p, const char *series)
{
	if (point_of(p, series) != -1e9)
		fail_msg("%s is %.17g, not a gap", series, point_of(p, series));
}

#endif
