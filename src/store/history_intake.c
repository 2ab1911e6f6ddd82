/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_intake.h"

#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "store/journal.h"

/* Smaller days wait for others. */
enum { VALUES_MOST = 1 << 22, PART_THAT_WAITS = 4 };

static const int64_t day_ns = 86400 * NS_PER_S;

/* Whoever reads, once more or for the first time. */
struct pass {
	struct history_intake *in;
	struct journal_reader reader;
};

static size_t most_of(const struct history_intake *in)
{
	return in->n_most ? in->n_most : VALUES_MOST;
}

/* Half of what is there gives way, series by series; false: it is all of one series. */
static bool make_room(struct history_intake *in)
{
	struct history_values *v = &in->values;
	size_t n = v->n / 2;

	history_values_sort(v);
	while (n && v->at[n - 1].series == v->at[n].series)
		n--;
	if (!n)
		for (n = v->n / 2; n < v->n && v->at[n].series == v->at[0].series;)
			n++;
	if (n == v->n)
		return false;
	in->row_end = v->at[n].series;
	v->n = n;
	for (size_t i = 0; i < n; i++)
		v->at[i].order = (uint32_t)i; /* what comes is behind them */
	return true;
}

static bool is_meant(const struct history_table *only, const char *name)
{
	return !only || history_table_find(only, name, "x") != HISTORY_NO_ROW;
}

static void take(struct history_intake *in, const struct journal_reader *r, int64_t time_ns,
		 const char *target, const char *name, double value)
{
	size_t most = most_of(in);

	if (++in->n_seen % HISTORY_SLICE == 0 && in->go_on && !in->go_on(in->go_on_arg))
		in->e = ERR_END;
	if (in->e || time_ns > in->until_ns || !isfinite(value) || !is_meant(in->only, target))
		return;
	int32_t row = history_table_row(in->table, target, name);
	if (time_ns > in->newest_ns)
		in->newest_ns = time_ns;
	if (row == HISTORY_NO_ROW || (uint32_t)row < in->row_begin || (uint32_t)row >= in->row_end)
		return;
	/* One series alone may have as many as it wants. */
	if (in->values.n >= most && in->values.n % most == 0 && make_room(in) && (uint32_t)row >= in->row_end)
		return;
	in->e = history_values_add(&in->values, time_ns, r->every_ns, (uint32_t)row, value);
}

static bool take_again(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	const struct pass *p = arg;

	take(p->in, &p->reader, time_ns, target, name, value);
	return !p->in->e;
}

/* With the series for which there was no room. */
static enum err end_batch(struct history_intake *in)
{
	int64_t begin_ns = ns_times(in->first_day, day_ns), end_ns = ns_times(in->day + 1, day_ns);
	enum err e = in->batch(in->arg, &in->values);

	while (!e && in->row_end != UINT32_MAX) {
		struct pass again = { .in = in, .reader = { .point = take_again, .arg = &again } };
		in->row_begin = in->row_end;
		in->row_end = UINT32_MAX;
		e = journal_read(in->folder, begin_ns > in->from_ns ? begin_ns : in->from_ns, end_ns,
				 &again.reader);
		if (in->e)
			e = in->e;
		if (!e)
			e = in->batch(in->arg, &in->values);
	}
	in->row_begin = 0;
	in->row_end = UINT32_MAX;
	return e;
}

static bool take_first(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct pass *p = arg;
	struct history_intake *in = p->in;
	int64_t day = journal_day_of(time_ns);

	if (day != in->day && in->values.n >= most_of(in) / PART_THAT_WAITS)
		in->e = end_batch(in);
	if (!in->values.n)
		in->first_day = day;
	in->day = day;
	take(in, &p->reader, time_ns, target, name, value);
	return !in->e;
}

enum err history_intake_read(struct history_intake *in, int64_t from_ns)
{
	struct pass first = { .in = in, .reader = { .point = take_first, .arg = &first } };

	in->from_ns = from_ns;
	in->day = INT64_MIN;
	in->first_day = INT64_MAX;
	in->row_begin = 0;
	in->row_end = UINT32_MAX;
	enum err e = journal_read(in->folder, from_ns, INT64_MAX, &first.reader);
	in->n_bad = first.reader.n_bad;
	in->n_damaged_days = first.reader.n_damaged_days;
	memcpy(in->first_damaged, first.reader.first_damaged, sizeof(in->first_damaged));
	if (in->e)
		return in->e;
	return e ? e : end_batch(in);
}

void history_intake_release(struct history_intake *in)
{
	history_values_release(&in->values);
}
