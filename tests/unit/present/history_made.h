/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spans made for tests: a wave with a gap, in minutes from a day on. */
#ifndef TESTS_UNIT_PRESENT_HISTORY_MADE_H
#define TESTS_UNIT_PRESENT_HISTORY_MADE_H

#include <math.h>

#include "base/nstime.h"
#include "present/history_view.h"

enum { MADE_N = 240 };

/* 2026-03-01T00:00:00Z */
#define MADE_FROM_NS (INT64_C(1772323200) * NS_PER_S)

struct made {
	struct history_bucket at[MADE_N];
	struct history_span span;
};

static inline void made_span(struct made *m, double low, double high)
{
	m->span = (struct history_span){ MADE_FROM_NS, 60 * NS_PER_S, MADE_N, m->at };
	for (int i = 0; i < MADE_N; i++) {
		double v = low + (high - low) * (i % 60) / 59;
		bool is_gap = i >= 100 && i < 140;
		v = is_gap ? (double)NAN : v;
		m->at[i] = (struct history_bucket){ v, v, v, v };
	}
}

static inline struct history_view made_view(void)
{
	return (struct history_view){ .title = "A title",
				      .subtitle = "",
				      .times = { .from_ns = MADE_FROM_NS,
						 .to_ns = MADE_FROM_NS + MADE_N * 60 * NS_PER_S,
						 .clock = CHART_UTC } };
}

#endif
