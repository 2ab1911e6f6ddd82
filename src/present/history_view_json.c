/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `history --format=json`: ntpscope-history-graph-1; see history_view.h. */
#include <math.h>
#include <stdio.h>

#include "base/nstime.h"
#include "present/history_view.h"
#include "present/json.h"

static void number(struct jw *j, const char *what, const char *unit, double value)
{
	char key[64];

	snprintf(key, sizeof(key), "%s%s%s", what, unit[0] ? "_" : "", unit);
	/* As many as the journal has. */
	jw_digits(j, key, value, 12);
}

static void bucket(struct jw *j, const struct history_line *l, size_t i)
{
	const struct history_bucket *b = &l->span->at[i];

	jw_open(j, NULL, JW_OBJECT);
	jw_time(j, "time", l->span->start_ns + l->span->width_ns * (int64_t)i);
	number(j, "avg", l->series->unit, b->avg);
	number(j, "min", l->series->unit, b->min);
	number(j, "max", l->series->unit, b->max);
	number(j, "last", l->series->unit, b->last);
	jw_close(j);
}

static void line(struct jw *j, const struct history_line *l)
{
	const char *unit = l->series->unit;
	const struct history_figures *f = &l->figures;

	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	jw_text(j, "target", l->name);
	jw_text(j, "series", l->series->name);
	jw_text(j, "title", l->series->title);
	jw_seconds(j, "width_s", l->span->width_ns);
	jw_u64(j, "n", f->n);
	number(j, "last", unit, f->last);
	number(j, "avg", unit, f->avg);
	number(j, "min", unit, f->min);
	number(j, "max", unit, f->max);
	number(j, "p95", unit, f->p95);
	number(j, "p99", unit, f->p99);
	jw_open(j, "intervals", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < l->span->n; i++)
		if (!isnan(l->span->at[i].avg))
			bucket(j, l, i);
	jw_close(j);
	jw_close(j);
}

void history_view_json(const struct history_view *v, struct buf *out)
{
	struct jw j;

	jw_begin(&j, out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-history-graph-1");
	jw_time(&j, "first", v->times.from_ns);
	jw_time(&j, "last", v->times.to_ns);
	jw_open(&j, "series", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->panels[i].n; k++)
			line(&j, &v->panels[i].at[k]);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
}
