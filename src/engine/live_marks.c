/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/live_marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

int64_t live_marks_moment(int64_t now_s)
{
	return time_floor(now_s, LIVE_MARK_S);
}

void live_marks_release(struct live_marks *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->at[i].data);
		worst_list_release(&m->at[i].worst);
	}
	worst_list_release(&m->since);
	*m = (struct live_marks){ 0 };
}

bool live_marks_due(const struct live_marks *m, int64_t now_s)
{
	return !m->began || live_marks_moment(now_s) != m->latest_s;
}

/* ---- octets -------------------------------------------------------------------------------------- */

struct room {
	uint8_t *data;
	size_t len, at;
};

static bool write_room(void *arg, const void *data, size_t len)
{
	struct room *r = arg;
	if (len > LIVE_MARK_BYTES - r->len)
		return false;
	memcpy(r->data + r->len, data, len);
	r->len += len;
	return true;
}

static bool read_room(void *arg, void *data, size_t len)
{
	struct room *r = arg;
	if (len > r->len - r->at)
		return false;
	memcpy(data, r->data + r->at, len);
	r->at += len;
	return true;
}

/* False when it does not go in. */
static bool pack(struct since *s, struct live_mark *out)
{
	struct save_stream *stream = calloc(1, sizeof(*stream));
	struct room room = { .data = malloc(LIVE_MARK_BYTES) };
	bool good = stream && room.data;

	if (good) {
		stream->write = write_room;
		stream->arg = &room;
		since_save(stream, s);
		good = save_finish(stream);
	}
	free(stream);
	uint8_t *fit = good ? realloc(room.data, room.len) : NULL;
	if (!fit)
		free(room.data);
	out->data = fit;
	out->len = room.len;
	return fit != NULL;
}

static enum err unpack(const struct live_mark *m, struct since **out)
{
	struct save_stream *stream = calloc(1, sizeof(*stream));
	struct room room = { .data = m->data, .len = m->len };
	struct since *s = since_new();
	bool good = stream && s;
	enum err e = good ? ERR_OK : ERR_MEMORY;

	*out = NULL;
	if (good) {
		stream->read = read_room;
		stream->arg = &room;
		since_save(stream, s);
		if (stream->bad || room.at != room.len)
			e = ERR_FORMAT;
	}
	free(stream);
	if (e)
		since_free(s);
	else
		*out = s;
	return e;
}

/* ---- which are kept ------------------------------------------------------------------------------ */

/* Without memory they are forgotten. */
static void hand_on(const struct live_marks *m, struct worst_list *from, struct worst_list *to)
{
	(void)worst_list_add(to, from->at, from->n, m->each_worst, LIVE_MARK_WORST);
	worst_list_release(from);
}

/* Its time becomes a part of the next one's.  Nobody asks for what was before the first mark. */
static void drop(struct live_marks *m, size_t i)
{
	if (i)
		hand_on(m, &m->at[i].worst, i + 1 < m->n ? &m->at[i + 1].worst : &m->since);
	else
		worst_list_release(&m->at[i].worst);
	free(m->at[i].data);
	memmove(&m->at[i], &m->at[i + 1], (m->n - i - 1) * sizeof(m->at[0]));
	m->n--;
}

static int64_t hour_of(const struct live_marks *m, size_t i)
{
	return time_floor(m->at[i].at_s, LIVE_MARK_HOUR_S);
}

static void forget_old(struct live_marks *m, int64_t now_s)
{
	for (size_t i = 0; i < m->n;) {
		int64_t age_s = now_s - m->at[i].at_s;
		bool later_in_hour = i && hour_of(m, i) == hour_of(m, i - 1);
		if (age_s > LIVE_MARKS_KEPT_S || (age_s >= LIVE_MARKS_FINE_S && later_in_hour))
			drop(m, i);
		else
			i++;
	}
}

void live_marks_add(struct live_marks *m, int64_t now_s, struct since *s)
{
	int64_t at_s = live_marks_moment(now_s);
	bool goes_on = m->began && at_s > m->latest_s;
	struct live_mark mark = { .at_s = at_s };

	m->began = true;
	m->latest_s = at_s;
	while (m->n && m->at[m->n - 1].at_s > now_s)
		drop(m, m->n - 1);
	forget_old(m, now_s);
	if (!goes_on || !s || m->n == LIVE_MARKS_MAX || (m->n && m->at[m->n - 1].at_s == at_s))
		return;
	if (pack(s, &mark)) {
		mark.worst = m->since;
		m->since = (struct worst_list){ 0 };
		m->at[m->n++] = mark;
	} else
		m->n_too_large++;
}

/* ---- asked for ----------------------------------------------------------------------------------- */

static int64_t distance(int64_t a_ns, int64_t b_ns)
{
	int64_t d_ns = ns_minus(a_ns, b_ns);
	return d_ns < 0 ? -d_ns : d_ns;
}

/* NULL: the beginning of all is nearer. */
static const struct live_mark *nearest(const struct live_marks *m, int64_t from_ns, int64_t first_ns)
{
	const struct live_mark *best = NULL;
	int64_t least_ns = distance(first_ns, from_ns);

	if (first_ns >= from_ns)
		return NULL;
	for (size_t i = 0; i < m->n; i++) {
		int64_t d_ns = distance(ns_times(m->at[i].at_s, NS_PER_S), from_ns);
		if (d_ns > least_ns)
			continue;
		least_ns = d_ns;
		best = &m->at[i];
	}
	return best;
}

int64_t live_marks_nearest(const struct live_marks *m, int64_t from_ns, int64_t first_ns)
{
	const struct live_mark *best = nearest(m, from_ns, first_ns);
	return best ? ns_times(best->at_s, NS_PER_S) : first_ns;
}

enum err live_marks_find(const struct live_marks *m, int64_t from_ns, int64_t first_ns, struct since **out)
{
	const struct live_mark *best = nearest(m, from_ns, first_ns);

	*out = NULL;
	if (!best)
		return ERR_OK;
	enum err e = unpack(best, out);
	if (!e)
		(*out)->from_ns = ns_times(best->at_s, NS_PER_S);
	return e;
}

uint64_t live_marks_bytes(const struct live_marks *m)
{
	uint64_t n = m->since.n * sizeof(*m->since.at);
	for (size_t i = 0; i < m->n; i++)
		n += m->at[i].len + m->at[i].worst.n * sizeof(*m->at[i].worst.at);
	return n;
}

/* ---- the slowest exchanges ----------------------------------------------------------------------- */

void live_marks_tell_worst(struct live_marks *m, const struct worst_row *rows, size_t n)
{
	(void)worst_list_add(&m->since, rows, n, m->each_worst, LIVE_MARK_WORST);
}

enum err live_marks_worst(const struct live_marks *m, int64_t from_ns, struct worst_list *out)
{
	enum err e = worst_list_add(out, m->since.at, m->since.n, m->each_worst, SIZE_MAX);

	for (size_t i = 0; i < m->n && !e; i++)
		if (ns_times(m->at[i].at_s, NS_PER_S) > from_ns)
			e = worst_list_add(out, m->at[i].worst.at, m->at[i].worst.n, m->each_worst, SIZE_MAX);
	return e;
}

/* ---- saved --------------------------------------------------------------------------------------- */

static void save_mark_of(struct save_stream *s, struct live_mark *m, int64_t before_s, bool has_worst)
{
	int64_t bound_s = (INT64_C(1) << 62) / NS_PER_S;
	struct since *made = NULL;

	m->at_s = save_i(s, m->at_s);
	m->len = save_most(s, m->len, LIVE_MARK_BYTES);
	s->bad = s->bad || m->at_s <= before_s || m->at_s > bound_s || m->at_s % LIVE_MARK_S || !m->len;
	if (save_is_loading(s)) {
		m->data = s->bad ? NULL : calloc(1, m->len);
		s->bad = s->bad || !m->data;
	}
	if (!s->bad)
		save_bytes(s, m->data, m->len);
	if (save_is_loading(s) && !s->bad)
		s->bad = unpack(m, &made) != ERR_OK;
	since_free(made);
	if (has_worst && !s->bad)
		worst_list_save(s, &m->worst, LIVE_MARK_WORST);
}

void live_marks_save(struct save_stream *s, struct live_marks *m, bool has_worst)
{
	int64_t bound_s = (INT64_C(1) << 62) / NS_PER_S;
	size_t n = save_most(s, m->n, LIVE_MARKS_MAX);

	m->began = save_bool(s, m->began);
	m->latest_s = save_i(s, m->latest_s);
	if (m->latest_s > bound_s || m->latest_s < -bound_s || m->latest_s % LIVE_MARK_S) {
		s->bad = true;
		m->latest_s = 0;
	}
	for (size_t i = 0; i < n && !s->bad; i++) {
		if (save_is_loading(s))
			m->at[m->n++] = (struct live_mark){ 0 };
		save_mark_of(s, &m->at[i], i ? m->at[i - 1].at_s : -bound_s - 1, has_worst);
	}
	if (has_worst && !s->bad)
		worst_list_save(s, &m->since, LIVE_MARK_WORST);
}
