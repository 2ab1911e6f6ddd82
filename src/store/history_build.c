/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_build.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_path.h"
#include "store/history_rrd.h"
#include "store/journal.h"

/* Readings are noted when they are complete, some seconds after the time they are of; and the kernel may not
 * have written all of a file when the machine stopped. */
static const int64_t overlap_ns = 600 * NS_PER_S;
static const int64_t future_ns = 86400 * NS_PER_S;

enum { VALUES_AT_ONCE = 1 << 20 };

static int64_t day_of(int64_t t_ns)
{
	int64_t day_ns = 86400 * NS_PER_S;
	return t_ns / day_ns - (t_ns % day_ns < 0);
}

/* ---- into the files ------------------------------------------------------------------------------- */

enum err history_feed_init(struct history_feed *f, const char *folder)
{
	*f = (struct history_feed){ 0 };
	return history_marks_init(&f->marks, folder);
}

void history_feed_release(struct history_feed *f)
{
	history_marks_release(&f->marks);
	history_table_release(&f->table);
	history_values_release(&f->values);
}

void history_feed_add(struct history_feed *f, const char *name, const char *series, int64_t time_ns,
		      int64_t every_ns, double value)
{
	int32_t row = isfinite(value) ? history_table_row(&f->table, name, series) : HISTORY_NO_ROW;

	if (row == HISTORY_NO_ROW)
		return;
	if (time_ns > f->newest_ns)
		f->newest_ns = time_ns;
	if (f->values.n >= HISTORY_WAIT_MOST ||
	    history_values_add(&f->values, time_ns, every_ns, (uint32_t)row, value))
		f->is_behind = true;
}

/* It comes back with the next start; until then what is known goes on. */
static void want(struct history_feed *f, struct history_row *r)
{
	if (!r->is_late)
		r->is_late = history_marks_want(&f->marks, r->name) == ERR_OK;
}

static void set_aside(struct history_feed *f, struct history_row *r, const char *path)
{
	char aside[PATH_MAX];

	if (snprintf(aside, sizeof(aside), "%s", path) < PATH_MAX) {
		memcpy(aside + strlen(aside) - 4, ".bad", 4);
		rename(path, aside);
	}
	want(f, r);
}

/* In the place of the file itself, under the lock. */
static enum err write_run(struct history_feed *f, struct history_row *r, const struct history_value *v,
			  size_t n, size_t *n_late)
{
	char path[PATH_MAX];

	if (!history_path(path, f->marks.folder, r->name, r->series, ".rrd"))
		return ERR_OK; /* nothing that a file can be called: in the journal only */
	if (!history_marks_lock(&f->marks))
		return ERR_SYS;
	history_marks_busy(&f->marks, r->name);
	enum err e = history_rrd_update(path, v, n, n_late);
	if (e == ERR_SYS && errno == ENOENT && history_path_make(f->marks.folder, r->name) == ERR_OK)
		e = history_rrd_update(path, v, n, n_late);
	if (e == ERR_FORMAT) {
		set_aside(f, r, path);
		e = history_rrd_update(path, v, n, n_late);
	}
	history_marks_busy(&f->marks, NULL);
	history_marks_unlock(&f->marks);
	return e;
}

static size_t run_length(const struct history_values *v, size_t from)
{
	size_t to = from;
	while (to < v->n && v->at[to].series == v->at[from].series)
		to++;
	return to - from;
}

static size_t ready_length(const struct history_value *v, size_t n, int64_t until_s)
{
	size_t ready = 0;
	while (ready < n && v[ready].time_s <= until_s)
		ready++;
	return ready;
}

/* Up to until_s; what is newer waits, and so does what could not be written.  is_news: what is late is told,
 * since nobody knew it. */
static enum err flush(struct history_feed *f, bool is_news, int64_t until_s)
{
	struct history_value *at = f->values.at;
	enum err e = ERR_OK;
	size_t kept = 0;

	history_values_sort(&f->values);
	for (size_t i = 0, n; i < f->values.n; i += n) {
		struct history_row *r = &f->table.at[at[i].series];
		size_t n_late = 0;
		n = run_length(&f->values, i);
		size_t ready = e ? 0 : ready_length(&at[i], n, until_s);
		if (ready)
			e = write_run(f, r, &at[i], ready, &n_late);
		if (n_late && is_news)
			want(f, r);
		ready = e ? 0 : ready;
		memmove(&at[kept], &at[i + ready], (n - ready) * sizeof(*at));
		kept += n - ready;
	}
	f->values.n = kept;
	for (size_t i = 0; i < kept; i++)
		at[i].order = (uint32_t)i; /* before those to come */
	return e;
}

/* All up to the newest value is in the files; a clock that was wrong does not count. */
static enum err note_progress(struct history_feed *f, int64_t now_ns)
{
	int64_t upto_ns = f->newest_ns < now_ns ? f->newest_ns : now_ns;
	return f->newest_ns ? history_marks_set_upto(&f->marks, upto_ns) : ERR_OK;
}

enum err history_feed_flush(struct history_feed *f, int64_t now_ns, int64_t until_ns)
{
	enum err e = flush(f, true, until_ns / NS_PER_S);

	if (!e && !f->is_behind)
		e = note_progress(f, now_ns);
	return e;
}

/* ---- from the journal ----------------------------------------------------------------------------- */

/* The journal goes by days, each in a file of its own: values are in order from day to day, and are put in
 * order within. */
struct intake {
	struct journal_reader reader;
	struct history_feed *feed;
	const struct history_table *only; /* rows named "x": NULL for all names */
	int64_t day, most_ns;
	enum err (*flush)(struct intake *in);
	enum err e;
};

static bool is_meant(const struct history_table *only, const char *name)
{
	return !only || history_table_find(only, name, "x") != HISTORY_NO_ROW;
}

static bool take_in(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct intake *in = arg;
	int64_t day = day_of(time_ns);
	struct history_feed *f = in->feed;

	if (day != in->day && f->values.n >= VALUES_AT_ONCE)
		in->e = in->flush(in);
	in->day = day;
	if (in->e || time_ns > in->most_ns || !isfinite(value) || !is_meant(in->only, target))
		return !in->e;
	int32_t row = history_table_row(&f->table, target, name);
	if (time_ns > f->newest_ns)
		f->newest_ns = time_ns;
	if (row != HISTORY_NO_ROW)
		in->e = history_values_add(&f->values, time_ns, in->reader.every_ns, (uint32_t)row, value);
	return !in->e;
}

static enum err take_all(struct intake *in, int64_t from_ns)
{
	in->reader = (struct journal_reader){ .point = take_in, .arg = in };
	in->day = INT64_MIN;
	enum err e = journal_read(in->feed->marks.folder, from_ns, INT64_MAX, &in->reader);
	if (in->e)
		return in->e;
	return e ? e : in->flush(in);
}

static enum err flush_known(struct intake *in)
{
	return flush(in->feed, false, INT64_MAX);
}

/* ---- anew ----------------------------------------------------------------------------------------- */

/* Beside the old one; nobody knows of it. */
static enum err flush_beside(struct intake *in)
{
	struct history_feed *f = in->feed;
	enum err e = ERR_OK;

	history_values_sort(&f->values);
	for (size_t i = 0, n; i < f->values.n && !e; i += n) {
		struct history_row *r = &f->table.at[f->values.at[i].series];
		char path[PATH_MAX];
		size_t n_late;
		n = run_length(&f->values, i);
		if (!history_path(path, f->marks.folder, r->name, r->series, ".rrd.new"))
			continue;
		if (!r->is_open) {
			unlink(path);
			e = history_path_make(f->marks.folder, r->name);
			r->is_open = true;
		}
		if (!e)
			e = history_rrd_update(path, &f->values.at[i], n, &n_late);
	}
	f->values.n = 0;
	return e;
}

static enum err put_in_place(struct history_feed *f, size_t *n_files)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < f->table.n; i++) {
		const struct history_row *r = &f->table.at[i];
		char from[PATH_MAX], to[PATH_MAX];
		if (!r->is_open || !history_path(from, f->marks.folder, r->name, r->series, ".rrd.new") ||
		    !history_path(to, f->marks.folder, r->name, r->series, ".rrd"))
			continue;
		if (!e && rename(from, to) == 0)
			++*n_files;
		else if (errno != ENOENT) /* nothing that a file can hold */
			e = ERR_SYS;
		if (e)
			unlink(from);
	}
	return e;
}

static enum err rebuild(const char *folder, const struct history_table *only, int64_t now_ns, size_t *n_files)
{
	struct history_feed f;
	enum err e = history_feed_init(&f, folder);
	struct intake in = {
		.feed = &f, .only = only, .most_ns = ns_plus(now_ns, future_ns), .flush = flush_beside
	};

	if (e)
		return e;
	e = take_all(&in, INT64_MIN);
	/* What came meanwhile: whoever has it in his hands still adds it himself afterwards. */
	while (!e && !history_marks_lock(&f.marks))
		;
	if (!e)
		e = take_all(&in, ns_minus(now_ns, overlap_ns));
	enum err placed = put_in_place(&f, n_files);
	history_marks_unlock(&f.marks);
	history_feed_release(&f);
	return e ? e : placed;
}

enum err history_rebuild(const char *folder, const char *const *names, size_t n, int64_t now_ns,
			 size_t *n_files)
{
	struct history_table only = { 0 };
	enum err e = history_rrd_is_built() ? ERR_OK : ERR_UNSUPPORTED;
	struct history_marks m;

	*n_files = 0;
	for (size_t i = 0; i < n; i++) {
		char name[HISTORY_TARGET_MAX];
		journal_name(names[i], name);
		history_table_row(&only, name, "x");
	}
	if (!e)
		e = history_marks_init(&m, folder);
	if (!e) {
		history_marks_release(&m);
		int fd = history_marks_lock_rebuild(folder);
		e = fd < 0 ? ERR_SYS : rebuild(folder, n ? &only : NULL, now_ns, n_files);
		if (fd >= 0)
			close(fd);
	}
	history_table_release(&only);
	return e;
}

/* ---- after a start -------------------------------------------------------------------------------- */

struct search {
	struct history_feed *feed;
	struct history_table wanted;
	int64_t most_s;
};

static void note_wanted(void *arg, const char *name)
{
	struct search *s = arg;
	history_table_row(&s->wanted, name, "x");
}

static bool look(void *arg, const char *path, const char *name, const char *series)
{
	struct search *s = arg;
	struct history_rrd_state st;
	enum err e = history_rrd_state(path, &st);

	(void)series;
	if (e == ERR_FORMAT) {
		char aside[PATH_MAX];
		snprintf(aside, sizeof(aside), "%s", path);
		memcpy(aside + strlen(aside) - 4, ".bad", 4);
		rename(path, aside);
	}
	if (e == ERR_FORMAT || (!e && st.last_s > s->most_s))
		history_table_row(&s->wanted, name, "x");
	return true;
}

/* Once the files of a name are new, nothing is wanted any more. */
static enum err mend(struct search *s, int64_t now_ns)
{
	struct history_marks *m = &s->feed->marks;
	char name[HISTORY_TARGET_MAX];
	size_t n_files = 0;

	if (history_marks_was_busy(m, name))
		history_table_row(&s->wanted, name, "x");
	enum err e = s->wanted.n ? rebuild(m->folder, &s->wanted, now_ns, &n_files) : ERR_OK;
	if (!e) {
		history_marks_busy(m, NULL);
		history_marks_want_none(m);
	}
	return e;
}

enum err history_feed_catch_up(struct history_feed *f, int64_t now_ns)
{
	struct search s = { .feed = f, .most_s = now_ns / NS_PER_S + 86400 };
	struct intake in = { .feed = f, .most_ns = ns_plus(now_ns, future_ns), .flush = flush_known };
	int64_t upto_ns = history_marks_upto_ns(&f->marks);
	int alone_fd = history_marks_lock_rebuild(f->marks.folder);

	if (alone_fd < 0)
		return ERR_SYS;
	f->values.n = 0; /* the journal has them */
	history_marks_wanted(&f->marks, note_wanted, &s);
	enum err e = history_path_walk(f->marks.folder, false, look, &s);
	if (!e)
		e = mend(&s, now_ns);
	if (!e)
		e = take_all(&in, upto_ns > now_ns ? INT64_MIN : ns_minus(upto_ns, overlap_ns));
	if (!e)
		e = note_progress(f, now_ns);
	f->is_behind = e != ERR_OK;
	f->values.n = 0;
	history_table_release(&s.wanted);
	close(alone_fd);
	return e;
}
