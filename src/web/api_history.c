/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was kept of the servers and receivers that are watched: a series over a stretch of time, as arrays
 * that a chart takes as they are; and which series there are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/history_figures.h"
#include "engine/history_series.h"
#include "store/history.h"
#include "store/history_sum.h"
#include "web/web_private.h"

enum { FINE_MAX = 10000 }; /* buckets that are read: a month of five minutes is 8,928 */

/* ---- one series ------------------------------------------------------------------------------------ */

struct wish {
	struct history_wish fine;
	uint64_t most;
	const struct history_series *series;
};

static bool take_wish(struct request *r, struct wish *w)
{
	struct url *u = &r->url;
	int64_t now_ns = clock_utc_ns();

	*w = (struct wish){ .most = 600 };
	w->fine = (struct history_wish){
		.name = url_text(u, "name"),
		.series = url_text(u, "series"),
		.from_ns = ns_minus(now_ns, 86400 * NS_PER_S),
		.to_ns = now_ns,
		.most = FINE_MAX,
	};
	if (!w->fine.name || !*w->fine.name)
		url_wrong(u, "name", "says of which target, as /api/v1/history/series lists them");
	w->series = w->fine.series ? history_series_find(w->fine.series) : NULL;
	if (!w->series)
		url_wrong(u, "series", "must be a series, as /api/v1/history/series lists them");
	url_moment(u, "from", now_ns, &w->fine.from_ns);
	url_moment(u, "to", now_ns, &w->fine.to_ns);
	url_count(u, "most", 1, FINE_MAX, &w->most);
	if (!u->wrong && w->fine.to_ns <= w->fine.from_ns)
		url_wrong(u, "to", "must be after from");
	return !u->wrong;
}

static enum err summary(struct jw *j, const struct history_span *s)
{
	struct history_figures f;
	enum err e = history_figures(s, &f);

	if (e)
		return e;
	jw_open(j, "summary", JW_OBJECT);
	jw_real(j, "last", f.last, 9);
	jw_real(j, "avg", f.avg, 9);
	jw_real(j, "min", f.min, 9);
	jw_real(j, "max", f.max, 9);
	jw_real(j, "p95", f.p95, 9);
	jw_real(j, "p99", f.p99, 9);
	jw_close(j);
	return ERR_OK;
}

/* No more than 'most' of them, each at a multiple of its width, like those that are kept: nothing of their
 * range is lost, and what is not known weighs nothing. */
static enum err widen(struct history_span *s, size_t most)
{
	int64_t from_s = s->start_ns / NS_PER_S, width_s = s->width_ns / NS_PER_S;
	int64_t to_s = from_s + (int64_t)s->n * width_s;
	struct history_span wide;
	struct history_sum sum;

	if (s->n <= most)
		return ERR_OK;
	enum err e = history_sum_init(&sum, from_s, to_s, history_width_s(from_s, to_s, most, width_s));
	for (size_t i = 0; !e && i < s->n; i++) {
		int64_t at_s = from_s + (int64_t)i * width_s;
		history_sum_add(&sum, at_s, at_s + width_s, &s->at[i]);
	}
	if (!e)
		e = history_sum_span(&sum, &wide);
	history_sum_release(&sum);
	if (e)
		return e;
	history_span_release(s);
	*s = wide;
	return ERR_OK;
}

static double value(const struct history_bucket *b, unsigned which)
{
	const double v[] = { b->avg, b->min, b->max, b->last };
	return v[which];
}

static void columns(struct jw *j, const struct history_span *s)
{
	static const char *const names[] = { "avg", "min", "max", "last" };

	for (unsigned c = 0; c < 4; c++) {
		jw_open(j, names[c], JW_ARRAY);
		for (size_t i = 0; i < s->n; i++)
			jw_real(j, NULL, value(&s->at[i], c), 9);
		jw_close(j);
	}
}

static void steps(struct jw *j, const struct history_series *s)
{
	if (!s->steps) {
		jw_null(j, "steps");
		return;
	}
	jw_open(j, "steps", JW_ARRAY);
	for (const char *at = s->steps;; at++) {
		size_t len = strcspn(at, "|");
		jw_text_n(j, NULL, at, len);
		at += len;
		if (!*at)
			break;
	}
	jw_close(j);
}

static void kind(struct jw *j, const struct history_series *s)
{
	jw_text(j, "series", s->name);
	jw_text(j, "title", s->title);
	jw_text(j, "unit", s->unit);
	steps(j, s);
	jw_i64(j, "first_step", s->first_step);
}

static enum err answer(struct jw *j, const struct wish *w, struct history_span *s)
{
	jw_text(j, "name", w->fine.name);
	kind(j, w->series);
	enum err e = summary(j, s);
	if (!e)
		e = widen(s, w->most);
	jw_time(j, "start", s->start_ns);
	jw_real(j, "width_s", (double)s->width_ns / 1e9, 3);
	jw_u64(j, "n", s->n);
	columns(j, s);
	return e;
}

enum MHD_Result api_history(struct request *r)
{
	const char *folder = r->web->hooks.history;
	struct history_span span = { 0 };
	struct wish w;
	struct buf b;
	struct jw j;

	if (!take_wish(r, &w))
		return reply_wrong(r);
	span.start_ns = w.fine.from_ns;
	enum err e = folder ? history_read(folder, &w.fine, &span) : ERR_OK;
	if (!e && buf_init(&b, -1))
		e = ERR_MEMORY;
	if (e) {
		history_span_release(&span);
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "cannot read the history: %s",
				   err_text(e));
	}
	begin_object(&j, &b, "ntpscope-history-1");
	e = answer(&j, &w, &span);
	if (e && !b.err)
		b.err = e;
	jw_close(&j);
	jw_end(&j);
	history_span_release(&span);
	return reply_json(r, &b);
}

/* ---- which there are ------------------------------------------------------------------------------- */

static bool belongs(const char *name, const char *target)
{
	size_t len = target ? strlen(target) : 0;
	return !target || (strncmp(name, target, len) == 0 && (!name[len] || name[len] == '/'));
}

static void series(struct jw *j, const struct kept_list *l, const char *target)
{
	jw_open(j, "series", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < l->n; i++) {
		const struct kept_series *s = &l->at[i];
		if (!belongs(kept_text(l, s->name), target))
			continue;
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "name", kept_text(l, s->name));
		jw_text(j, "series", kept_text(l, s->series));
		jw_time(j, "first", s->first_ns);
		jw_time(j, "last", s->last_ns);
		jw_close(j);
	}
	jw_close(j);
}

static void kinds(struct jw *j)
{
	const struct history_series *s;

	jw_open(j, "kinds", JW_ARRAY | JW_LINES);
	for (size_t i = 0; (s = history_series_at(i)); i++) {
		jw_open(j, NULL, JW_OBJECT);
		kind(j, s);
		jw_close(j);
	}
	jw_close(j);
}

enum MHD_Result api_history_series(struct request *r)
{
	const struct kept_list *list;
	enum err e = kept_get(&r->web->kept, clock_monotonic_ns(), &list);
	struct buf b;
	struct jw j;

	if (e)
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "cannot read the history: %s",
				   err_text(e));
	if (buf_init(&b, -1))
		return MHD_NO;
	begin_object(&j, &b, "ntpscope-history-series-1");
	jw_bool(&j, "keeps_history", r->web->hooks.history != NULL);
	jw_bool(&j, "making", kept_is_making(&r->web->kept));
	kinds(&j);
	series(&j, list, url_text(&r->url, "target"));
	jw_close(&j);
	jw_end(&j);
	return reply_json(r, &b);
}
