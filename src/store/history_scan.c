/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "store/history_sum.h"
#include "store/history_table.h"
#include "store/history_values.h"
#include "store/journal.h"

/* A value from before or behind may reach into a span. */
static const int64_t around_ns = 86400 * NS_PER_S; /* as far as a pace goes */

struct gathering {
	struct journal_reader reader;
	const char *series;
	char name[HISTORY_TARGET_MAX];
	struct history_values values;
	enum err e;
};

static bool gather(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct gathering *g = arg;

	if (strcmp(target, g->name) == 0 && strcmp(name, g->series) == 0)
		g->e = history_values_add(&g->values, time_ns, g->reader.every_ns, 0, value);
	return !g->e;
}

static void lay(struct history_values *v, struct history_sum *sum)
{
	int64_t prev_s = INT64_MIN;

	history_values_sort(v);
	for (size_t i = 0; i < v->n; i++) {
		const struct history_value *at = &v->at[i];
		const struct history_bucket b = { at->value, at->value, at->value, at->value };
		if (at->time_s == prev_s)
			continue;
		history_sum_add(sum, history_value_from_s(at, prev_s), at->time_s, &b);
		prev_s = at->time_s;
	}
}

enum err history_scan_read(const char *folder, const struct history_wish *w, struct history_span *out)
{
	return history_scan_since(folder, w, INT64_MIN, out);
}

enum err history_scan_since(const char *folder, const struct history_wish *w, int64_t since_ns,
			    struct history_span *out)
{
	int64_t read_ns = ns_minus(w->from_ns, around_ns);
	struct gathering g = { .series = w->series };
	struct history_sum sum = { 0 };
	int64_t from_s = w->from_ns / NS_PER_S, to_s = (w->to_ns - 1) / NS_PER_S + 1;

	*out = (struct history_span){ 0 };
	if (w->from_ns >= w->to_ns)
		return ERR_USAGE;
	g.reader = (struct journal_reader){ .point = gather, .arg = &g };
	journal_name(w->name, g.name);
	enum err e = history_sum_init(&sum, from_s, to_s, history_width_s(from_s, to_s, w->most, 1));
	if (!e)
		e = journal_read(folder, read_ns > since_ns ? read_ns : since_ns,
				 ns_plus(w->to_ns, around_ns), &g.reader);
	if (g.e)
		e = g.e;
	if (!e) {
		lay(&g.values, &sum);
		e = history_sum_span(&sum, out);
	}
	history_values_release(&g.values);
	history_sum_release(&sum);
	return e;
}

struct listing {
	struct history_table table;
	bool is_full;
};

static bool note(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct listing *l = arg;
	int32_t i = history_table_row(&l->table, target, name);

	(void)value;
	if (i == HISTORY_NO_ROW)
		return true;
	struct history_row *r = &l->table.at[i];
	int64_t time_s = time_ns / NS_PER_S - (time_ns % NS_PER_S < 0);
	r->first_s = time_s < r->first_s ? time_s : r->first_s;
	r->last_s = time_s > r->last_s ? time_s : r->last_s;
	return true;
}

enum err history_scan_list(const char *folder,
			   bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns,
					int64_t last_ns),
			   void *arg)
{
	struct listing l = { 0 };
	struct journal_reader reader = { .point = note, .arg = &l };
	enum err e = journal_read(folder, INT64_MIN, INT64_MAX, &reader);

	for (size_t i = 0; i < l.table.n && !e; i++) {
		const struct history_row *r = &l.table.at[i];
		if (!each(arg, r->name, r->series, ns_times(r->first_s, NS_PER_S),
			  ns_times(r->last_s, NS_PER_S)))
			e = ERR_END;
	}
	history_table_release(&l.table);
	return e;
}
