/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history` without arguments: what there is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/history.h"
#include "present/history_view.h"
#include "present/json.h"
#include "present/text.h"
#include "present/utf8.h"
#include "store/history.h"
#include "store/history_table.h"
#include "store/journal.h"

/* Longer names stick out. */
enum { WIDTH_MOST = 48 };

struct entry {
	const char *target, *series;
	uint64_t n; /* in the range */
	int64_t first_ns, last_ns;
	double last;
};

struct list {
	struct history_table table;
	struct entry *at; /* one a row of the table */
	size_t n, cap;
	bool is_full; /* no memory */
};

static struct entry *entry_of(struct list *l, const char *target, const char *series)
{
	int32_t i = history_table_row(&l->table, target, series);

	if (i == HISTORY_NO_ROW)
		return NULL;
	if ((size_t)i < l->n)
		return &l->at[i];
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct entry *at = realloc(l->at, cap * sizeof(*at));
		l->is_full = !at;
		if (!at)
			return NULL;
		l->at = at;
		l->cap = cap;
	}
	l->at[l->n] = (struct entry){ .first_ns = INT64_MAX, .last_ns = INT64_MIN, .last = (double)NAN };
	return &l->at[l->n++];
}

static void widen(struct entry *e, int64_t first_ns, int64_t last_ns)
{
	e->first_ns = first_ns < e->first_ns ? first_ns : e->first_ns;
	e->last_ns = last_ns > e->last_ns ? last_ns : e->last_ns;
}

/* All that is kept, whenever it was. */
static bool add_kept(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	struct list *l = arg;
	struct entry *e = entry_of(l, name, series);

	if (e)
		widen(e, first_ns, last_ns);
	return !l->is_full;
}

/* The range has the values. */
static bool add_value(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct list *l = arg;
	struct entry *e = entry_of(l, target, name);

	if (!e)
		return !l->is_full;
	/* Files know whole seconds, the journal more. */
	if (!e->n++ || time_ns >= e->last_ns)
		e->last = value;
	widen(e, time_ns, time_ns);
	return true;
}

static int by_target(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	const struct history_series *sa = history_series_find(a->series),
				    *sb = history_series_find(b->series);
	int order = strcmp(a->target, b->target);

	if (order)
		return order;
	if (!sa || !sb)
		return sa ? -1 : sb ? 1 : strcmp(a->series, b->series);
	return sa < sb ? -1 : sa > sb; /* they lie in one table */
}

/* Names stay where they are until the table is released. */
static void sort(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		l->at[i].target = l->table.at[i].name;
		l->at[i].series = l->table.at[i].series;
	}
	if (l->n)
		qsort(l->at, l->n, sizeof(*l->at), by_target);
}

static int width_of(const struct list *l, bool is_target, size_t least)
{
	char clean[2 * HISTORY_TARGET_MAX];
	size_t most = least;

	for (size_t i = 0; i < l->n; i++) {
		text_clean(is_target ? l->at[i].target : l->at[i].series, clean, sizeof(clean));
		size_t n = utf8_columns(clean, strlen(clean)) + 1;
		most = n > most ? n : most;
	}
	return -(int)(most > WIDTH_MOST ? WIDTH_MOST : most);
}

static void list_table(const struct list *l, struct output *out)
{
	struct text t;
	char when[NSTIME_TEXT_MAX], clean[2 * HISTORY_TARGET_MAX], number[64];
	int target = width_of(l, true, 24), series = width_of(l, false, 20);

	text_begin(&t, &out->buf, out->color);
	text_cell(&t, TEXT_HEAD, target, "TARGET");
	text_cell(&t, TEXT_HEAD, series, "SERIES");
	text_cell(&t, TEXT_HEAD, -22, "SINCE");
	text_cell(&t, TEXT_HEAD, -22, "UNTIL");
	text_cell(&t, TEXT_HEAD, 16, "LAST");
	text_line(&t);
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->at[i];
		const struct history_series *known = history_series_find(e->series);
		text_clean(e->target, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, target, clean);
		text_clean(e->series, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, series, clean);
		nstime_short(e->first_ns, when);
		text_cell(&t, TEXT_PLAIN, -22, when);
		nstime_short(e->last_ns, when);
		text_cell(&t, TEXT_PLAIN, -22, when);
		if (known)
			history_value_text(known, e->last, number);
		else
			snprintf(number, sizeof(number), "%.6g", e->last);
		text_cell(&t, TEXT_PLAIN, 16, isnan(e->last) ? "–" : number);
		text_line(&t);
	}
}

static void list_json(const struct list *l, struct output *out)
{
	struct jw j;

	jw_begin(&j, &out->buf);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-history-list-1");
	jw_open(&j, "series", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->at[i];
		jw_open(&j, NULL, JW_OBJECT);
		jw_text(&j, "target", e->target);
		jw_text(&j, "series", e->series);
		jw_u64(&j, "values", e->n);
		jw_time(&j, "first", e->first_ns);
		jw_time(&j, "last", e->last_ns);
		if (!isnan(e->last))
			jw_real(&j, "value", e->last, 9);
		jw_close(&j);
	}
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
}

int history_show_list(const struct history_run *r)
{
	struct list l = { 0 };
	struct journal_reader reader = { .point = add_value, .arg = &l };
	struct output out;
	enum err e = history_list(r->s.store, add_kept, &l);
	int status = STATUS_FAILED;

	if (!e)
		e = journal_read(r->s.store, r->from_ns, r->to_ns, &reader);
	sort(&l);
	if (e) {
		command_error(r->self, "cannot read '%s': %s", r->s.store,
			      err_text(l.is_full ? ERR_MEMORY : e));
	} else if (!l.n) {
		command_error(r->self, "nothing is known; a monitor notes it: "
				       "'ntpscope monitor --watch HOST'");
	} else {
		status = output_open(&out, r->self, r->s.output, r->s.color);
		if (!status) {
			(r->s.picture.format == PICTURE_JSON ? list_json : list_table)(&l, &out);
			status = history_tell_damage(
				r, &(struct history_damage){ reader.n_bad, reader.n_lines,
							     reader.n_damaged_days, reader.first_damaged });
			status = output_finish(&out, status);
		}
	}
	if (l.table.n_refused)
		command_warning(r->self, "%d series are listed at the most", HISTORY_SERIES_MOST);
	free(l.at);
	history_table_release(&l.table);
	return status;
}
