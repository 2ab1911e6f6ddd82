/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_build.h"
#include "store/history_path.h"
#include "store/history_rrd.h"
#include "store/history_scan.h"
#include "store/journal.h"

/* A row is a minute: sooner nobody would see it, and each write costs the disk some pages. */
static const int64_t flush_every_ns = 30 * NS_PER_S;

/* An answer is noted when it is complete, with the time of its question. */
static const int64_t hold_ns_of_turn = 20 * NS_PER_S;

/* At the end: so long may files take, which the journal has anyway. */
static const int64_t end_ns = 3 * NS_PER_S;

enum { YOUNG_S = 300 };

struct history {
	char *folder;
	struct journal *journal;
	struct history_feed feed;
	bool is_fed;     /* the feed is there */
	enum err files;  /* what became of the last flush */
	int why[2];      /* errno of that, and of the journal */
	int64_t next_ns; /* of the monotonic clock */
	bool (*go_on)(void *arg);
	void *arg;
};

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* ---- writing ------------------------------------------------------------------------------------- */

enum err history_open(const char *folder, struct history **out)
{
	struct history *h = calloc(1, sizeof(*h));
	enum err e = ERR_MEMORY;

	*out = NULL;
	if (h && (h->folder = strdup(folder)))
		e = journal_open(folder, &h->journal);
	if (e) {
		history_close(h);
		return e;
	}
	*out = h;
	return ERR_OK;
}

static bool is_in_time(void *arg)
{
	const int64_t *until_ns = arg;
	return clock_ns(CLOCK_MONOTONIC) < *until_ns;
}

void history_close(struct history *h)
{
	int64_t until_ns = clock_ns(CLOCK_MONOTONIC) + end_ns;

	if (!h)
		return;
	if (h->is_fed) {
		h->feed.go_on = is_in_time;
		h->feed.arg = &until_ns;
		/* What is behind is caught up in order: the newest must not come first. */
		if (!h->feed.is_behind)
			history_feed_flush(&h->feed, clock_ns(CLOCK_REALTIME), INT64_MAX);
		history_feed_release(&h->feed);
	}
	journal_close(h->journal);
	free(h->folder);
	free(h);
}

/* Whoever opened it may have been another user: so not before it is used. */
static enum err begin(struct history *h)
{
	enum err e = history_feed_init(&h->feed, h->folder);

	h->is_fed = !e;
	h->feed.go_on = h->go_on;
	h->feed.arg = h->arg;
	return e ? e : history_feed_catch_up(&h->feed, clock_ns(CLOCK_REALTIME));
}

static void flush_until(struct history *h, int64_t hold_ns)
{
	int64_t now_ns = clock_ns(CLOCK_REALTIME);
	enum err e;

	if (!history_rrd_is_built())
		return;
	if (!h->is_fed)
		e = begin(h);
	else if (h->feed.is_behind)
		e = history_feed_catch_up(&h->feed, now_ns);
	else
		e = history_feed_flush(&h->feed, now_ns, hold_ns ? now_ns - hold_ns : INT64_MAX);
	if (e != ERR_END) { /* later */
		h->why[0] = errno;
		h->files = e;
	}
	h->next_ns = clock_ns(CLOCK_MONOTONIC) + flush_every_ns;
}

void history_flush(struct history *h)
{
	flush_until(h, 0);
}

void history_slice(struct history *h, bool (*go_on)(void *arg), void *arg)
{
	h->go_on = go_on;
	h->arg = arg;
	if (h->is_fed) {
		h->feed.go_on = go_on;
		h->feed.arg = arg;
	}
}

enum err history_turn(struct history *h)
{
	if (clock_ns(CLOCK_MONOTONIC) >= h->next_ns)
		flush_until(h, hold_ns_of_turn);
	return h->files;
}

enum err history_add(struct history *h, const struct reading *r)
{
	char name[HISTORY_TARGET_MAX], noted[HISTORY_TARGET_MAX];

	if (!r->n_points || !reading_name(r->target, r->part, name))
		return ERR_OK;
	enum err e = journal_add(h->journal, r->time_ns, r->every_ns, name, r->points, r->n_points);
	h->why[1] = errno;
	journal_name(name, noted);
	for (size_t i = 0; i < r->n_points && !e && h->is_fed; i++)
		history_feed_add(&h->feed, noted, r->points[i].name, r->time_ns, r->every_ns,
				 r->points[i].value);
	if (!h->go_on)
		history_turn(h);
	return e;
}

const char *history_failed(const struct history *h, bool is_add, int *why)
{
	*why = h->why[is_add];
	return is_add ? journal_file(h->journal) : h->feed.failed;
}

/* ---- reading ------------------------------------------------------------------------------------- */

/* The lock is held.  Without a file nothing is known.  Failed, the journal has it, from *since_ns on. */
static enum err read_file(const char *path, const struct history_wish *w, struct history_span *out,
			  int64_t *since_ns)
{
	int64_t from_s = w->from_ns / NS_PER_S, to_s = (w->to_ns - 1) / NS_PER_S + 1, least_s = 60;
	struct history_rrd_state st;
	struct history_sum sum = { 0 };
	enum err e = history_rrd_state(path, &st);
	bool is_there = !e;

	if (e && (e != ERR_SYS || errno != ENOENT))
		return e;
	/* There is no whole row yet, or hardly one. */
	*since_ns = ns_times(st.first_s, NS_PER_S);
	if (is_there && st.last_s - st.first_s < YOUNG_S)
		return ERR_UNSUPPORTED;
	*since_ns = INT64_MIN;
	if (is_there)
		least_s = history_rrd_step_s(&st, from_s);
	e = history_sum_init(&sum, from_s, to_s, history_width_s(from_s, to_s, w->most, least_s));
	if (!e && is_there)
		e = history_rrd_read(path, &st, &sum);
	if (!e)
		e = history_sum_span(&sum, out);
	history_sum_release(&sum);
	return e;
}

static enum err read_span(const char *folder, const struct history_wish *w, bool is_hasty,
			  struct history_span *out)
{
	char path[PATH_MAX], name[HISTORY_TARGET_MAX];
	int64_t since_ns = INT64_MIN;
	enum err e = ERR_UNSUPPORTED;

	*out = (struct history_span){ 0 };
	if (w->from_ns >= w->to_ns)
		return ERR_USAGE;
	journal_name(w->name, name);
	int lock_fd = history_rrd_is_built() ? history_marks_lock_shared(folder, is_hasty) : -1;
	if (lock_fd >= 0) {
		/* What can have no file is not known, like what has none. */
		if (!history_path(path, folder, name, w->series, ".rrd"))
			path[0] = '\0';
		e = read_file(path, w, out, &since_ns);
		close(lock_fd);
	}
	if (e && is_hasty)
		return ERR_UNSUPPORTED;
	/* Without files, or with one that cannot be read now, the journal has it all. */
	return e ? history_scan_since(folder, w, since_ns, out) : ERR_OK;
}

enum err history_read(const char *folder, const struct history_wish *w, struct history_span *out)
{
	return read_span(folder, w, false, out);
}

enum err history_read_soon(const char *folder, const struct history_wish *w, struct history_span *out)
{
	return read_span(folder, w, true, out);
}

struct listing {
	bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns);
	void *arg;
	bool any;
};

static bool list_one(void *arg, const char *path, const char *name, const char *series)
{
	struct listing *l = arg;
	struct history_rrd_state st;

	l->any = true;
	if (history_rrd_state(path, &st) != ERR_OK)
		return true;
	/* The first value stands for the second before it. */
	int64_t first_s = st.first_s < st.last_s ? st.first_s + 1 : st.last_s;
	return l->each(l->arg, name, series, ns_times(first_s, NS_PER_S), ns_times(st.last_s, NS_PER_S));
}

enum err history_list(const char *folder,
		      bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns,
				   int64_t last_ns),
		      void *arg)
{
	struct listing l = { .each = each, .arg = arg };
	enum err e = history_rrd_is_built() ? history_path_walk(folder, list_one, &l) : ERR_UNSUPPORTED;

	/* No file at all: perhaps there was no room for one. */
	return (e && e != ERR_END) || !l.any ? history_scan_list(folder, each, arg) : e;
}

void history_span_release(struct history_span *s)
{
	free(s->at);
	*s = (struct history_span){ 0 };
}
