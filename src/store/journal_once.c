/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal_once.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "store/history_table.h"
#include "store/journal.h"

/* 20 MB; twice as many slots are never more than half full. */
enum { VALUES_MOST = 1 << 19, N_SLOTS = 2 * VALUES_MOST };

/* Of one series at one moment: nobody asks so often, and each is compared with the others. */
enum { MOMENT_MOST = 1000 };

struct value {
	int64_t time_ns, every_ns;
	double value;
	uint32_t row;
	bool is_first;          /* of a line */
	bool is_known, is_same; /* the journal has one of that moment; that very one */
};

struct journal_once {
	char *folder;
	struct journal *journal;
	struct history_table rows; /* of a target and a series each */
	struct value *at;
	size_t n;
	uint32_t *slots; /* 0, or the number of a value plus one */
	int64_t first_ns, last_ns;
	struct journal_once_counts counts;
	bool cannot_read;
};

enum err journal_once_open(const char *folder, struct journal_once **out)
{
	struct journal_once *o = calloc(1, sizeof(*o));
	enum err e = ERR_MEMORY;

	*out = NULL;
	if (!o)
		return e;
	o->folder = strdup(folder);
	o->at = malloc(VALUES_MOST * sizeof(*o->at));
	o->slots = calloc(N_SLOTS, sizeof(*o->slots));
	if (o->folder && o->at && o->slots)
		e = journal_open(folder, &o->journal);
	if (e) {
		int why = errno;
		journal_once_close(o);
		errno = why;
		return e;
	}
	*out = o;
	return ERR_OK;
}

void journal_once_close(struct journal_once *o)
{
	if (!o)
		return;
	journal_close(o->journal);
	history_table_release(&o->rows);
	free(o->slots);
	free(o->at);
	free(o->folder);
	free(o);
}

struct journal_once_counts journal_once_counts(const struct journal_once *o)
{
	return o->counts;
}

const char *journal_once_file(const struct journal_once *o)
{
	const char *file = journal_file(o->journal);
	return o->cannot_read || !*file ? o->folder : file;
}

static size_t slot_of(int64_t time_ns, uint32_t row)
{
	return hash64((uint64_t)time_ns, hash64(row, 1)) & (N_SLOTS - 1);
}

/* From *slot on, the next value of that moment and row; NULL: *slot is empty. */
static struct value *next_of(const struct journal_once *o, size_t *slot, int64_t time_ns, uint32_t row)
{
	for (; o->slots[*slot]; *slot = (*slot + 1) & (N_SLOTS - 1)) {
		struct value *v = &o->at[o->slots[*slot] - 1];
		if (v->time_ns == time_ns && v->row == row)
			return v;
	}
	return NULL;
}

/* ---- what is known ------------------------------------------------------------------------------- */

static bool mark_known(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct journal_once *o = arg;
	int32_t row = history_table_find(&o->rows, target, name);
	struct value *v;

	if (row == HISTORY_NO_ROW)
		return true;
	size_t slot = slot_of(time_ns, (uint32_t)row);
	for (; (v = next_of(o, &slot, time_ns, (uint32_t)row)); slot = (slot + 1) & (N_SLOTS - 1)) {
		v->is_known = true;
		v->is_same |= v->value == value;
	}
	return true;
}

/* What is new of the line that begins with the value `from`.  *n: so many values it has. */
static enum err write_line(struct journal_once *o, size_t from, size_t *n)
{
	struct history_point points[HISTORY_POINTS_MAX];
	const struct value *first = &o->at[from];
	size_t n_new = 0;

	for (*n = 0; from + *n < o->n && (!*n || !first[*n].is_first); ++*n) {
		const struct value *v = &first[*n];
		o->counts.n_known += v->is_known;
		o->counts.n_other += v->is_known && !v->is_same;
		if (!v->is_known)
			points[n_new++] = (struct history_point){ o->rows.at[v->row].series, v->value };
	}
	o->counts.n_added += n_new;
	return n_new ? journal_add(o->journal, first->time_ns, first->every_ns, o->rows.at[first->row].name,
				   points, n_new)
		     : ERR_OK;
}

enum err journal_once_flush(struct journal_once *o)
{
	struct journal_reader reader = { .point = mark_known, .arg = o };
	enum err e = o->n ? journal_read(o->folder, o->first_ns, ns_plus(o->last_ns, 1), &reader) : ERR_OK;

	o->cannot_read = e != ERR_OK;
	for (size_t i = 0, n; i < o->n && !e; i += n)
		e = write_line(o, i, &n);
	o->n = 0;
	memset(o->slots, 0, N_SLOTS * sizeof(*o->slots));
	history_table_release(&o->rows);
	return e;
}

/* ---- what waits ---------------------------------------------------------------------------------- */

/* As the journal will have it. */
static double as_written(double value)
{
	char text[40];

	snprintf(text, sizeof(text), "%.12g", value);
	return strtod(text, NULL);
}

/* False: it is known. */
static bool put(struct journal_once *o, const struct value *new)
{
	size_t slot = slot_of(new->time_ns, new->row), n = 0;
	const struct value *v;

	for (; (v = next_of(o, &slot, new->time_ns, new->row)); slot = (slot + 1) & (N_SLOTS - 1)) {
		bool is_other = v->value != new->value;
		if (!is_other || ++n == MOMENT_MOST) {
			o->counts.n_known++;
			o->counts.n_other += is_other;
			return false;
		}
	}
	o->at[o->n] = *new;
	o->slots[slot] = (uint32_t)++o->n;
	return true;
}

static bool has_place(struct journal_once *o, const char *target, const struct history_point *points,
		      size_t n)
{
	bool has_rows = true;

	for (size_t i = 0; i < n && has_rows; i++)
		has_rows = !history_is_series(points[i].name) ||
			   history_table_row(&o->rows, target, points[i].name) != HISTORY_NO_ROW;
	return has_rows && o->n + n <= VALUES_MOST;
}

enum err journal_once_add(struct journal_once *o, int64_t time_ns, int64_t every_ns, const char *target,
			  const struct history_point *points, size_t n)
{
	char name[HISTORY_TARGET_MAX];
	bool is_first = true;

	journal_name(target, name);
	if (!*name)
		return ERR_OK;
	/* Values of one moment stay together; but a file may have the same time throughout. */
	bool is_full = o->n >= VALUES_MOST / 2 && time_ns != o->at[o->n - 1].time_ns;
	if (is_full || !has_place(o, name, points, n)) {
		enum err e = journal_once_flush(o);
		if (e)
			return e;
		if (!has_place(o, name, points, n))
			return ERR_MEMORY;
	}
	if (!o->n) {
		o->first_ns = INT64_MAX;
		o->last_ns = INT64_MIN;
	}
	o->first_ns = time_ns < o->first_ns ? time_ns : o->first_ns;
	o->last_ns = time_ns > o->last_ns ? time_ns : o->last_ns;
	for (size_t i = 0; i < n; i++) {
		int32_t row = history_table_find(&o->rows, name, points[i].name);
		const struct value v = { .time_ns = time_ns,
					 .every_ns = every_ns,
					 .value = as_written(points[i].value),
					 .row = (uint32_t)row,
					 .is_first = is_first };
		if (row != HISTORY_NO_ROW && put(o, &v))
			is_first = false;
	}
	return ERR_OK;
}
