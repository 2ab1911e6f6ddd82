/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history` without arguments: what there is. */
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/history.h"
#include "present/json.h"
#include "present/text.h"
#include "store/history_table.h"
#include "store/journal.h"

/* The row of a table has its names. */
struct entry {
	uint64_t n;
	int64_t first_ns, last_ns;
	double last;
};

struct list {
	struct history_table table;
	struct entry *at;
	size_t cap;
	bool is_full; /* no memory */
};

/* NULL: no memory (is_full), or no series of ours. */
static struct entry *entry_of(struct list *l, const char *target, const char *series)
{
	int32_t row = history_table_row(&l->table, target, series);

	if (row == HISTORY_NO_ROW)
		return NULL;
	if ((size_t)row >= l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct entry *at = realloc(l->at, cap * sizeof(*at));
		l->is_full = !at;
		if (!at)
			return NULL;
		memset(at + l->cap, 0, (cap - l->cap) * sizeof(*at));
		l->at = at;
		l->cap = cap;
	}
	return &l->at[row];
}

static bool add_to_list(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct list *l = arg;
	struct entry *e = entry_of(l, target, name);

	if (!e)
		return !l->is_full;
	if (!e->n || time_ns < e->first_ns)
		e->first_ns = time_ns;
	if (!e->n++ || time_ns >= e->last_ns) {
		e->last_ns = time_ns;
		e->last = value;
	}
	return true;
}

static void list_table(const struct list *l, struct output *out)
{
	struct text t;
	char when[NSTIME_TEXT_MAX], clean[2 * HISTORY_TARGET_MAX], number[40];

	text_begin(&t, &out->buf, out->color);
	text_cell(&t, TEXT_HEAD, -32, "TARGET");
	text_cell(&t, TEXT_HEAD, -20, "SERIES");
	text_cell(&t, TEXT_HEAD, 9, "VALUES");
	text_cell(&t, TEXT_HEAD, 22, "SINCE");
	text_cell(&t, TEXT_HEAD, 16, "LAST");
	text_line(&t);
	for (size_t i = 0; i < l->table.n; i++) {
		const struct history_row *r = &l->table.at[i];
		const struct entry *e = &l->at[i];
		text_clean(r->name, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, -32, clean);
		text_clean(r->series, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, -20, clean);
		snprintf(number, sizeof(number), "%llu", (unsigned long long)e->n);
		text_cell(&t, TEXT_PLAIN, 9, number);
		nstime_short(e->first_ns, when);
		text_cell(&t, TEXT_PLAIN, 22, when);
		snprintf(number, sizeof(number), "%.6g", e->last);
		text_cell(&t, TEXT_PLAIN, 16, number);
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
	for (size_t i = 0; i < l->table.n; i++) {
		const struct history_row *r = &l->table.at[i];
		const struct entry *e = &l->at[i];
		jw_open(&j, NULL, JW_OBJECT);
		jw_text(&j, "target", r->name);
		jw_text(&j, "series", r->series);
		jw_u64(&j, "values", e->n);
		jw_time(&j, "first", e->first_ns);
		jw_time(&j, "last", e->last_ns);
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
	struct journal_reader reader = { .point = add_to_list, .arg = &l };
	struct output out;
	enum err e = journal_read(r->s.store, r->from_ns, r->to_ns, &reader);
	int status = STATUS_FAILED;

	if (e) {
		command_error(r->self, "cannot read '%s': %s", r->s.store,
			      err_text(l.is_full ? ERR_MEMORY : e));
	} else if (!l.table.n) {
		command_error(r->self, "nothing is known in that time; a monitor notes it: "
				       "'ntpscope monitor --watch HOST'");
	} else {
		status = output_open(&out, r->self, r->s.output, r->s.color);
		if (!status) {
			(r->s.picture.format == PICTURE_JSON ? list_json : list_table)(&l, &out);
			status = history_tell_damage(r, reader.n_bad, reader.n_lines, reader.n_damaged_days);
			status = output_finish(&out, status);
		}
	}
	if (l.table.n_refused)
		command_warning(r->self, "%d series are listed at the most", HISTORY_SERIES_MOST);
	history_table_release(&l.table);
	free(l.at);
	return status;
}
