/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_build.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_intake.h"
#include "store/history_path.h"
#include "store/history_rrd.h"
#include "store/journal.h"

/* Readings are noted when they are complete, some seconds after the time they are of; and the kernel may not
 * have written all of a file when the machine stopped. */
static const int64_t overlap_ns = 600 * NS_PER_S;
static const int64_t future_ns = 86400 * NS_PER_S;

enum {
	SLICE = HISTORY_SLICE,
	LOCK_ROUNDS = 60 /* of half a second: so long does a rebuild wait to put its files in place */
};

/* ---- into the files ------------------------------------------------------------------------------- */

enum err history_feed_init(struct history_feed *f, const char *folder)
{
	*f = (struct history_feed){ 0 };
	snprintf(f->failed, sizeof(f->failed), "%s/rrd", folder);
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

/* "offset_s.rrd" becomes "offset_s.bad". */
static void set_aside(const char *path)
{
	char aside[PATH_MAX];

	if (snprintf(aside, sizeof(aside), "%s", path) < PATH_MAX) {
		memcpy(aside + strlen(aside) - 4, ".bad", 4);
		rename(path, aside);
	}
}

/* Leaves errno as it is. */
static enum err because_of(struct history_feed *f, enum err e, const char *path)
{
	int why = errno;

	if (e)
		snprintf(f->failed, sizeof(f->failed), "%s", path);
	errno = why;
	return e;
}

/* In the place of the file itself, under the lock. */
static enum err write_run(struct history_feed *f, struct history_row *r, const struct history_value *v,
			  size_t n, size_t *n_late)
{
	char path[PATH_MAX];

	if (!history_path(path, f->marks.folder, r->name, r->series, ".rrd"))
		return ERR_OK; /* nothing that a file can be called: in the journal only */
	if (!history_marks_lock(&f->marks))
		return because_of(f, ERR_SYS, path);
	errno = 0;
	history_marks_busy(&f->marks, r->name);
	enum err e = history_rrd_update(path, v, n, n_late);
	if (e == ERR_SYS && errno == ENOENT && history_path_make(f->marks.folder, r->name) == ERR_OK)
		e = history_rrd_update(path, v, n, n_late);
	if (e == ERR_FORMAT) {
		set_aside(path);
		want(f, r);
		e = history_rrd_update(path, v, n, n_late);
	}
	int why = errno;
	history_marks_busy(&f->marks, NULL);
	history_marks_unlock(&f->marks);
	errno = why;
	return because_of(f, e, path);
}

static bool is_full(enum err e)
{
	return e == ERR_SYS && (errno == ENOSPC || errno == EDQUOT);
}

/* One file that cannot be written is no reason to leave out the others; a full disk, or a lock that another
 * holds, is the same for all. */
static bool is_for_all(enum err e)
{
	return e == ERR_END || e == ERR_MEMORY || is_full(e) || (e == ERR_SYS && errno == EWOULDBLOCK);
}

static bool goes_on(const struct history_feed *f)
{
	return !f->go_on || f->go_on(f->arg);
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

/* The file of one series.  *n_done: so many values need no more; what is late is not counted as a failure. */
static enum err write_series(struct history_feed *f, uint32_t series, const struct history_value *v, size_t n,
			     bool is_news, size_t *n_done)
{
	for (*n_done = 0; *n_done < n;) {
		size_t n_late = 0, slice = n - *n_done < SLICE ? n - *n_done : SLICE;
		if (!goes_on(f))
			return ERR_END;
		struct history_row *r = &f->table.at[series]; /* others may have come */
		enum err e = write_run(f, r, v + *n_done, slice, &n_late);
		if (e)
			return e;
		if (n_late && is_news)
			want(f, r);
		*n_done += slice;
	}
	return ERR_OK;
}

/* Up to until_s; what is newer stays in v, and so does what could not be written.  is_news: what is late is
 * told, since nobody knew it.  The first failure, but the last word has one that is the same for all. */
static enum err flush(struct history_feed *f, struct history_values *v, bool is_news, int64_t until_s)
{
	struct history_value *at = v->at;
	enum err first = ERR_OK;
	bool stops = false;
	size_t kept = 0;
	char failed[PATH_MAX] = "";
	int why = 0;

	history_values_sort(v);
	for (size_t i = 0, n; i < v->n; i += n) {
		size_t done = 0;
		n = run_length(v, i);
		size_t ready = stops ? 0 : ready_length(&at[i], n, until_s);
		enum err e = write_series(f, at[i].series, &at[i], ready, is_news, &done);
		stops = stops || is_for_all(e);
		if (e && (!first || stops)) {
			first = e;
			why = errno;
			memcpy(failed, f->failed, sizeof(failed));
		}
		memmove(&at[kept], &at[i + done], (n - done) * sizeof(*at));
		kept += n - done;
	}
	v->n = kept;
	errno = why;
	return because_of(f, first, failed);
}

/* Behind what was left come those that came meanwhile. */
static void put_back(struct history_feed *f, struct history_values *v)
{
	struct history_values came = f->values;

	f->values = *v;
	for (size_t i = 0; i < f->values.n; i++)
		f->values.at[i].order = (uint32_t)i;
	for (size_t i = 0; i < came.n; i++) {
		const struct history_value *c = &came.at[i];
		if (history_values_add(&f->values, c->time_s * NS_PER_S, c->every_s * NS_PER_S, c->series,
				       c->value))
			f->is_behind = true;
	}
	history_values_release(&came);
}

static enum err flush_new(struct history_feed *f, bool is_news, int64_t until_s)
{
	struct history_values v = f->values;

	f->values = (struct history_values){ 0 };
	enum err e = flush(f, &v, is_news, until_s);
	int why = errno;
	put_back(f, &v);
	errno = why;
	return e;
}

/* All up to the newest value is in the files; a clock that was wrong does not count. */
static enum err note_progress(struct history_feed *f, int64_t now_ns)
{
	int64_t upto_ns = f->newest_ns < now_ns ? f->newest_ns : now_ns;
	enum err e = f->newest_ns ? history_marks_set_upto(&f->marks, upto_ns) : ERR_OK;
	return because_of(f, e, f->marks.folder);
}

enum err history_feed_flush(struct history_feed *f, int64_t now_ns, int64_t until_ns)
{
	enum err e = flush_new(f, true, until_ns / NS_PER_S);

	if (!e && !f->is_behind)
		e = note_progress(f, now_ns);
	return e;
}

/* ---- from the journal ----------------------------------------------------------------------------- */

struct build {
	struct history_intake in;
	struct history_feed *feed;
	enum err missed; /* some files could not be written, and are wanted */
	int why_missed;
	char file_missed[PATH_MAX];
};

/* The first that is missed is told. */
static void miss(struct build *b, enum err e)
{
	if (b->missed || !e)
		return;
	b->missed = e;
	b->why_missed = errno;
	memcpy(b->file_missed, b->feed->failed, sizeof(b->file_missed));
}

static void build_init(struct build *b, struct history_feed *f, int64_t now_ns,
		       enum err (*batch)(void *arg, struct history_values *v))
{
	*b = (struct build){ .feed = f };
	b->in = (struct history_intake){ .folder = f->marks.folder,
					 .table = &f->table,
					 .until_ns = ns_plus(now_ns, future_ns),
					 .go_on = f->go_on,
					 .go_on_arg = f->arg,
					 .batch = batch,
					 .arg = b };
}

static enum err take_all(struct build *b, int64_t from_ns)
{
	struct history_feed *f = b->feed;

	/* Unless it is a file of ours. */
	if (snprintf(f->failed, sizeof(f->failed), "%s", f->marks.folder) >= (int)sizeof(f->failed))
		f->failed[0] = '\0';
	enum err e = history_intake_read(&b->in, from_ns);
	if (b->in.newest_ns > f->newest_ns)
		f->newest_ns = b->in.newest_ns;
	return e;
}

/* What cannot be written is made anew another time; that is no reason to stay behind with all others. */
static enum err flush_known(void *arg, struct history_values *v)
{
	struct build *b = arg;
	enum err e = flush(b->feed, v, false, INT64_MAX);

	if (is_for_all(e))
		return e;
	miss(b, e);
	for (size_t i = 0; i < v->n; i += run_length(v, i))
		want(b->feed, &b->feed->table.at[v->at[i].series]);
	v->n = 0;
	return ERR_OK;
}

/* ---- anew ----------------------------------------------------------------------------------------- */

/* Beside the old one; nobody knows of it. */
static enum err flush_beside(void *arg, struct history_values *v)
{
	const struct build *b = arg;
	struct history_feed *f = b->feed;
	enum err e = ERR_OK;

	history_values_sort(v);
	for (size_t i = 0, n; i < v->n && !e; i += n) {
		struct history_row *r = &f->table.at[v->at[i].series];
		char path[PATH_MAX];
		size_t n_late;
		n = run_length(v, i);
		if (!history_path(path, f->marks.folder, r->name, r->series, ".rrd.new"))
			continue;
		if (!r->is_open) {
			unlink(path);
			e = history_path_make(f->marks.folder, r->name);
			r->is_open = true;
		}
		for (size_t at = 0; at < n && !e; at += SLICE)
			e = !goes_on(f) ? ERR_END
					: history_rrd_update(path, &v->at[i + at],
							     n - at < SLICE ? n - at : SLICE, &n_late);
		because_of(f, e, path);
	}
	v->n = 0;
	return e;
}

/* None of them when they are not whole (e, of which errno stays). */
static enum err put_in_place(struct history_feed *f, enum err e, size_t *n_files)
{
	int why = errno;

	for (size_t i = 0; i < f->table.n; i++) {
		const struct history_row *r = &f->table.at[i];
		char from[PATH_MAX], to[PATH_MAX];
		if (!r->is_open || !history_path(from, f->marks.folder, r->name, r->series, ".rrd.new") ||
		    !history_path(to, f->marks.folder, r->name, r->series, ".rrd"))
			continue;
		if (e)
			unlink(from);
		else if (rename(from, to) == 0)
			++*n_files;
		else if (errno != ENOENT) { /* nothing that a file can hold */
			e = because_of(f, ERR_SYS, to);
			why = errno;
			unlink(from);
		}
	}
	errno = why;
	return e;
}

/* Locks are held for less than a second, unless somebody was stopped. */
static enum err lock_patiently(struct history_feed *f, bool (*lock)(struct history_marks *m))
{
	for (int i = 0; i < LOCK_ROUNDS; i++) {
		if (lock(&f->marks))
			return ERR_OK;
		if (errno != EWOULDBLOCK)
			break;
	}
	return because_of(f, ERR_SYS, f->marks.folder);
}

/* Who makes files anew is alone with that, and who holds the lock with making any.  Held by another: another
 * time. */
static void tidy(struct history_marks *m)
{
	if (!history_marks_lock(m))
		return;
	history_path_tidy(m->folder);
	history_marks_unlock(m);
}

static enum err rebuild(const struct history_feed *for_whom, const char *folder,
			const struct history_table *only, int64_t now_ns, struct history_made *made)
{
	struct history_feed f;
	enum err e = history_feed_init(&f, folder);
	struct build b;

	if (e) {
		memcpy(made->failed, f.failed, sizeof(made->failed));
		return e;
	}
	if (for_whom) {
		f.go_on = for_whom->go_on;
		f.arg = for_whom->arg;
	}
	build_init(&b, &f, now_ns, flush_beside);
	b.in.only = only;
	e = take_all(&b, INT64_MIN);
	made->n_bad = b.in.n_bad;
	made->n_damaged_days = b.in.n_damaged_days;
	memcpy(made->first_damaged, b.in.first_damaged, sizeof(made->first_damaged));
	/* What came meanwhile: whoever has it in his hands still adds it himself afterwards. */
	if (!e)
		e = lock_patiently(&f, history_marks_lock_writer);
	if (!e)
		e = take_all(&b, ns_minus(now_ns, overlap_ns));
	if (!e)
		e = lock_patiently(&f, history_marks_lock);
	e = put_in_place(&f, e, &made->n_files);
	int why = errno;
	memcpy(made->failed, f.failed, sizeof(made->failed));
	history_marks_unlock(&f.marks);
	history_intake_release(&b.in);
	history_feed_release(&f);
	errno = why;
	return e;
}

enum err history_rebuild(const char *folder, const char *const *names, size_t n, int64_t now_ns,
			 struct history_made *made)
{
	struct history_table only = { 0 };
	enum err e = history_rrd_is_built() ? ERR_OK : ERR_UNSUPPORTED;
	struct history_marks m;

	*made = (struct history_made){ 0 };
	for (size_t i = 0; i < n; i++) {
		char name[HISTORY_TARGET_MAX];
		journal_name(names[i], name);
		history_table_row(&only, name, "x");
	}
	snprintf(made->failed, sizeof(made->failed), "%s/rrd", folder);
	if (!e)
		e = history_marks_init(&m, folder);
	if (!e) {
		int fd = history_marks_lock_rebuild(folder, true);
		if (fd >= 0)
			tidy(&m);
		history_marks_release(&m);
		e = fd < 0 ? ERR_SYS : rebuild(NULL, folder, n ? &only : NULL, now_ns, made);
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
	if (e == ERR_FORMAT)
		set_aside(path);
	if (e == ERR_FORMAT || (!e && st.last_s > s->most_s)) {
		history_table_row(&s->wanted, name, "x");
		history_marks_want(&s->feed->marks, name); /* should it not come to that now */
	}
	return goes_on(s->feed);
}

/* Once the files of a name are new, nothing is wanted any more; otherwise it stays so. */
static enum err mend(struct search *s, int64_t now_ns)
{
	struct history_marks *m = &s->feed->marks;
	struct history_made made = { 0 };
	char name[HISTORY_TARGET_MAX];

	if (history_marks_was_busy(m, name)) {
		history_table_row(&s->wanted, name, "x");
		if (history_marks_want(m, name) == ERR_OK)
			history_marks_busy(m, NULL);
	}
	enum err e = s->wanted.n ? rebuild(s->feed, m->folder, &s->wanted, now_ns, &made) : ERR_OK;
	if (e)
		return because_of(s->feed, e, made.failed);
	history_marks_want_none(m);
	for (size_t i = 0; i < s->feed->table.n; i++)
		s->feed->table.at[i].is_late = false;
	return ERR_OK;
}

static enum err catch_up(struct build *b, int64_t upto_ns, int64_t now_ns)
{
	struct history_feed *f = b->feed;
	struct search s = { .feed = f, .most_s = now_ns / NS_PER_S + 86400 };

	f->values.n = 0; /* the journal has them */
	history_marks_wanted(&f->marks, note_wanted, &s);
	tidy(&f->marks);
	enum err e = history_path_walk(f->marks.folder, look, &s);
	if (!e)
		e = mend(&s, now_ns);
	history_table_release(&s.wanted);
	/* What is wanted needs room beside what there is, which may have its own. */
	if (is_for_all(e) && !is_full(e))
		return e;
	miss(b, e);
	e = take_all(b, upto_ns > now_ns ? INT64_MIN : ns_minus(upto_ns, overlap_ns));
	if (e)
		return e;
	/* What came meanwhile, most of which the journal had when it was read. */
	e = flush_new(f, false, INT64_MAX);
	if (!e)
		return f->is_behind ? ERR_OK : note_progress(f, now_ns);
	if (is_for_all(e))
		return e;
	miss(b, e);
	return ERR_OK;
}

enum err history_feed_catch_up(struct history_feed *f, int64_t now_ns)
{
	struct build b;
	int64_t upto_ns = history_marks_upto_ns(&f->marks);
	int alone_fd = history_marks_lock_rebuild(f->marks.folder, !f->go_on);

	f->is_behind = true;
	if (alone_fd < 0)
		return errno == EWOULDBLOCK ? ERR_END : because_of(f, ERR_SYS, f->marks.folder);
	f->is_behind = false; /* what finds no place meanwhile says so */
	build_init(&b, f, now_ns, flush_known);
	enum err e = catch_up(&b, upto_ns, now_ns);
	int why = errno;
	if (e)
		f->is_behind = true;
	history_intake_release(&b.in);
	close(alone_fd);
	errno = e ? why : b.why_missed;
	return e ? e : because_of(f, b.missed, b.file_missed);
}
