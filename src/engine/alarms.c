/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarms.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/alarm_own.h"
#include "engine/alarm_past.h"
#include "engine/heard.h"
#include "engine/watch_plan.h"

#define SELDOM_NS (WATCH_DENIED_S * NS_PER_S)
/* A state of which no reading says anything any more is ended after an hour; of what is silent, after a
 * week. */
enum { FORGET_S = 3600, FORGET_TIMES = 8, FORGET_SILENT_S = 7 * 86400 };

/* By the wall clock, to be shown, and by one that nobody sets, to judge by. */
struct moment {
	int64_t utc_ns, ns;
};

/* The state of one rule. */
struct kept {
	enum alarm_rule rule;
	enum alarm_level level;
	struct alarm_trip warn, critical;
	struct alarm_flaps flaps;
	int64_t since_ns, time_ns;
	int64_t heard_ns; /* by the clock that nobody sets; 0: not since the start */
	double value, limit;
	char text[ALARM_TEXT_MAX];
};

/* A source of readings. */
struct subject {
	struct heard from; /* heard_ns 0: not since the start */
	int64_t missed_ns; /* when the next reading is missed that does not come */
	struct alarm_memory memory;
	size_t n;
	struct kept *at; /* of the rules that ever said something */
};

struct alarms {
	pthread_mutex_t lock;
	struct alarm_limits limits;
	struct heard_table subjects;
	struct alarm_past past;
	uint64_t n_refused;
	int64_t began_ns; /* the first moment that was told, by the clock that nobody sets; 0: none yet */
	int64_t now_ns;   /* the latest one */
};

static void release(void *entry)
{
	struct subject *s = entry;

	for (unsigned i = 0; i < N_ALARM_MEDIANS; i++)
		free(s->memory.medians[i]);
	free(s->at);
}

static bool nothing_stands(const void *entry)
{
	const struct subject *s = entry;

	for (size_t i = 0; i < s->n; i++)
		if (s->at[i].level > ALARM_OK)
			return false;
	return true;
}

static const struct heard_kind subject_kind = { sizeof(struct subject), release, nothing_stands };

enum err alarms_new(const struct alarm_limits *l, struct alarms **out)
{
	struct alarms *a = calloc(1, sizeof(*a));

	*out = a;
	if (!a)
		return ERR_MEMORY;
	if (alarm_limits_copy(&a->limits, l)) {
		free(a);
		*out = NULL;
		return ERR_MEMORY;
	}
	a->subjects.kind = &subject_kind;
	pthread_mutex_init(&a->lock, NULL);
	return ERR_OK;
}

void alarms_free(struct alarms *a)
{
	if (!a)
		return;
	alarm_limits_release(&a->limits);
	heard_release(&a->subjects);
	alarm_past_release(&a->past);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* ---- who ------------------------------------------------------------------------------------------- */

/* Finds it or makes it, by names without controls: so they come back from the log.  NULL: no room. */
static struct subject *subject(struct alarms *a, const char *said_target, const char *said_part,
			       enum watch_via via)
{
	char target[HISTORY_TARGET_MAX], part[HISTORY_TARGET_MAX];

	if (strlen(said_target) >= sizeof(target) || strlen(said_part) >= sizeof(part))
		return NULL;
	reading_text(target, sizeof(target), said_target);
	reading_text(part, sizeof(part), said_part);
	alarm_clean(target);
	alarm_clean(part);
	struct subject *s = heard_find(&a->subjects, target, part, via);
	return s ? s : heard_add(&a->subjects, target, part, via, a->now_ns);
}

static struct kept *find_rule(struct subject *s, enum alarm_rule rule)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->at[i].rule == rule)
			return &s->at[i];
	return NULL;
}

static struct kept *rule_of(struct subject *s, enum alarm_rule rule, int64_t now_ns)
{
	struct kept *k = find_rule(s, rule);

	if (k)
		return k;
	struct kept *at = realloc(s->at, (s->n + 1) * sizeof(*at));
	if (!at)
		return NULL;
	s->at = at;
	k = &at[s->n++];
	*k = (struct kept){ .rule = rule,
			    .since_ns = now_ns,
			    .time_ns = now_ns,
			    .value = (double)NAN,
			    .limit = (double)NAN };
	return k;
}

/* Its own, that of the target whose part it is, or that for all. */
static const struct alarm_limit *limit_of(const struct alarms *a, const struct subject *s,
					  enum alarm_rule rule)
{
	char name[HISTORY_TARGET_MAX];

	if (!a->limits.n_own)
		return &a->limits.of[rule];
	bool fits = reading_name(s->from.target, s->from.part, name);
	return alarm_own_find(&a->limits, rule, fits ? name : s->from.target);
}

/* ---- what changes ---------------------------------------------------------------------------------- */

struct changes {
	size_t n;
	struct alarm_event at[N_ALARM_RULES];
};

static void change(struct alarms *a, const struct subject *s, struct kept *k, enum alarm_level to,
		   const char *text, struct moment now, struct changes *c)
{
	struct alarm_event *e = &c->at[c->n++];

	*e = (struct alarm_event){ .time_ns = now.utc_ns,
				   .via = s->from.via,
				   .rule = k->rule,
				   .from = k->level,
				   .to = to,
				   .value = k->value,
				   .limit = k->limit };
	reading_text(e->target, sizeof(e->target), s->from.target);
	reading_text(e->part, sizeof(e->part), s->from.part);
	reading_text(e->text, sizeof(e->text), text);
	reading_text(k->text, sizeof(k->text), text);
	if (to > k->level)
		alarm_flaps_raised(&k->flaps, now.ns);
	k->level = to;
	k->since_ns = now.utc_ns;
	alarm_past_add(&a->past, e);
}

static enum alarm_level level_of(const struct kept *k)
{
	if (k->critical.is_set)
		return ALARM_CRITICAL;
	return k->warn.is_set ? alarm_first_level(k->rule) : ALARM_OK;
}

static void judge(struct alarms *a, struct subject *s, enum alarm_rule rule, double value, const char *why,
		  struct moment now, struct changes *c)
{
	const struct alarm_limit *l = limit_of(a, s, rule);
	struct kept *k = rule_of(s, rule, now.utc_ns);
	char text[ALARM_TEXT_MAX];

	if (!k)
		return;
	k->time_ns = now.utc_ns;
	k->heard_ns = now.ns;
	k->value = value;
	int64_t calm_ns = alarm_flaps_calm_ns(&k->flaps);
	const struct alarm_need need = { .readings = l->readings,
					 .set_ns = l->hold_ns,
					 .clear_ns = calm_ns > l->hold_ns ? calm_ns : l->hold_ns };
	alarm_trip_step(&k->warn, alarm_says(rule, false, l->warn, k->warn.is_set, value), &need, now.ns);
	alarm_trip_step(&k->critical, alarm_says(rule, true, l->critical, k->critical.is_set, value), &need,
			now.ns);
	enum alarm_level to = level_of(k);
	if (to == k->level)
		return;
	k->limit = alarm_rule_unit(rule) == ALARM_IN_STATES ? (double)NAN : alarm_limit_at_level(l, to);
	alarm_text(rule, l, to, value, why, text, sizeof(text));
	change(a, s, k, to, text, now, c);
}

static void add_to_median(struct alarm_memory *m, unsigned which, double value, int64_t time_ns)
{
	if (!m->medians[which])
		m->medians[which] = calloc(1, sizeof(*m->medians[which]));
	if (m->medians[which])
		alarm_median_add(m->medians[which], value, time_ns);
}

static void learn(struct subject *s, const struct reading *r, int64_t now_ns)
{
	struct alarm_memory *m = &s->memory;
	double v;

	if (!m->n_readings++)
		m->first_ns = now_ns;
	m->latest_ns = now_ns;
	m->was_reached |= alarm_is_reached(r);
	m->n_silent = !alarm_is_silence(r) ? 0 : m->n_silent < UINT16_MAX ? m->n_silent + 1 : m->n_silent;
	for (size_t i = 0; i < r->n_points; i++)
		m->had_pps |= strcmp(r->points[i].name, "pps_offset_s") == 0;
	for (unsigned i = 0; i < N_ALARM_MEDIANS; i++) {
		if (alarm_median_series(i, r, &v))
			add_to_median(m, i, v, r->time_ns);
	}
	s->from.heard_ns = now_ns;
	/* Who does not answer is asked more and more seldom, and that is told by its readings. */
	s->from.every_ns = r->is_ok ? r->every_ns : SELDOM_NS > r->every_ns ? SELDOM_NS : r->every_ns;
	s->missed_ns = 0;
}

static void tell(const struct changes *c, const struct alarm_sink *sink)
{
	for (size_t i = 0; i < c->n; i++)
		sink->changed(sink->arg, &c->at[i]);
}

/* What was raised before the start is dated by the wall clock: at the first moment it is known what that is
 * by the other one. */
static void note_time(struct alarms *a, struct moment now)
{
	int64_t shift_ns = ns_minus(now.ns, now.utc_ns);

	for (size_t i = 0; !a->began_ns && i < a->subjects.n; i++) {
		struct subject *s = heard_at(&a->subjects, i);
		for (size_t k = 0; k < s->n; k++) {
			int64_t raised_ns = ns_plus(s->at[k].flaps.raised_ns, shift_ns);
			s->at[k].flaps.raised_ns = raised_ns < now.ns ? raised_ns : now.ns;
		}
	}
	if (!a->began_ns)
		a->began_ns = now.ns;
	a->now_ns = now.ns;
}

void alarms_take(struct alarms *a, const struct reading *r, int64_t now_ns, const struct alarm_sink *sink)
{
	const struct moment now = { r->time_ns, now_ns };
	struct changes c; /* large: only what is used of it is set */
	double value;

	c.n = 0;
	pthread_mutex_lock(&a->lock);
	note_time(a, now);
	struct subject *s = subject(a, r->target, r->part, r->via);
	a->n_refused += !s;
	if (s)
		learn(s, r, now_ns);
	for (unsigned i = 0; s && i < N_ALARM_RULES; i++)
		if (limit_of(a, s, (enum alarm_rule)i)->is_on &&
		    alarm_value((enum alarm_rule)i, &s->memory, r, &value))
			judge(a, s, (enum alarm_rule)i, value, i == ALARM_SILENT ? r->why : NULL, now, &c);
	pthread_mutex_unlock(&a->lock);
	tell(&c, sink);
}

/* ---- time ------------------------------------------------------------------------------------------ */

/* A part is judged with its server, where that has readings of the same kind: one alarm, not one each. */
static bool stands_alone(struct alarms *a, const struct subject *s)
{
	return !s->from.part[0] || !heard_find(&a->subjects, s->from.target, "", s->from.via);
}

/* Where there is no traffic there are no readings of it: that is no silence of a server. */
static bool is_late(struct alarms *a, const struct subject *s)
{
	const struct heard *h = &s->from;

	return h->via != WATCH_VIA_TRAFFIC && h->via != WATCH_VIA_IMPORT && h->heard_ns &&
	       reading_is_late(h->heard_ns, h->every_ns, a->now_ns) && stands_alone(a, s);
}

/* Each reading that does not come is one, however often time is told. */
static void tell_late(struct alarms *a, struct subject *s, struct moment now, struct changes *c)
{
	const struct alarm_limit *l = limit_of(a, s, ALARM_SILENT);
	double worst = isnan(l->critical) ? l->warn : l->critical;

	s->missed_ns = now.ns + s->from.every_ns;
	if (l->is_on)
		judge(a, s, ALARM_SILENT, worst, "no reading comes", now, c);
}

/* Nobody measures it any more: a part that is gone, a server that is no longer watched. */
static bool is_forgotten(struct alarms *a, struct subject *s, const struct kept *k)
{
	const struct kept *silent = find_rule(s, ALARM_SILENT);
	int64_t last_ns = k->rule == ALARM_SILENT ? s->from.heard_ns : k->heard_ns;
	int64_t most_ns = FORGET_S * NS_PER_S, many_ns = FORGET_TIMES * s->from.every_ns;

	if (s->from.heard_ns && silent && silent->level > ALARM_OK)
		most_ns = FORGET_SILENT_S * NS_PER_S;
	else if (most_ns < many_ns)
		most_ns = many_ns;
	if (last_ns < a->began_ns)
		last_ns = a->began_ns;
	return k->level > ALARM_OK && ns_minus(a->now_ns, last_ns) > most_ns;
}

static void end_state(struct alarms *a, struct subject *s, struct kept *k, const char *why, struct moment now,
		      struct changes *c)
{
	k->warn = k->critical = (struct alarm_trip){ 0 };
	k->limit = (double)NAN;
	if (k->rule == ALARM_SILENT) {
		s->from.heard_ns = 0;
		s->memory.n_silent = 0;
	}
	change(a, s, k, ALARM_OK, why, now, c);
}

/* Of a rule that is off nothing stands, and what stood ends as other things do. */
static void end_what_is_off(struct alarms *a, struct subject *s, struct moment now, struct changes *c)
{
	for (size_t i = s->n; i-- > 0;) {
		if (limit_of(a, s, s->at[i].rule)->is_on)
			continue;
		s->at[i].limit = (double)NAN;
		if (s->at[i].level > ALARM_OK)
			change(a, s, &s->at[i], ALARM_OK, "The rule is off", now, c);
		s->at[i] = s->at[--s->n];
	}
}

static void tick_subject(struct alarms *a, struct subject *s, struct moment now, struct changes *c)
{
	end_what_is_off(a, s, now, c);
	for (size_t i = 0; i < s->n && c->n < N_ALARM_RULES - 1; i++)
		if (is_forgotten(a, s, &s->at[i]))
			end_state(a, s, &s->at[i], "Nothing more is heard of it", now, c);
	if (now.ns >= s->missed_ns && is_late(a, s))
		tell_late(a, s, now, c);
}

void alarms_tick(struct alarms *a, int64_t utc_ns, int64_t now_ns, const struct alarm_sink *sink)
{
	const struct moment now = { utc_ns, now_ns };
	struct changes c; /* large: only what is used of it is set */
	bool is_there = true;

	pthread_mutex_lock(&a->lock);
	note_time(a, now);
	heard_sweep(&a->subjects, a->began_ns, now_ns);
	pthread_mutex_unlock(&a->lock);
	for (size_t i = 0; is_there; i++) {
		c.n = 0;
		pthread_mutex_lock(&a->lock);
		is_there = i < a->subjects.n;
		if (is_there)
			tick_subject(a, heard_at(&a->subjects, i), now, &c);
		pthread_mutex_unlock(&a->lock);
		tell(&c, sink);
	}
}

/* One subject of that target, from the i-th on; false: there is none. */
static bool forget_next(struct alarms *a, size_t *i, const char *target, const char *why, struct moment now,
			struct changes *c)
{
	struct subject *s = NULL;

	for (; !s && *i < a->subjects.n; ++*i) {
		s = heard_at(&a->subjects, *i);
		if (strcmp(s->from.target, target) != 0)
			s = NULL;
	}
	if (!s)
		return false;
	for (size_t k = 0; k < s->n; k++)
		if (s->at[k].level > ALARM_OK)
			end_state(a, s, &s->at[k], why, now, c);
	heard_remove(&a->subjects, --*i);
	return true;
}

void alarms_forget(struct alarms *a, const char *said_target, const char *why, int64_t utc_ns,
		   const struct alarm_sink *sink)
{
	char target[HISTORY_TARGET_MAX];
	struct changes c; /* large: only what is used of it is set */
	bool is_there = true;

	reading_text(target, sizeof(target), said_target);
	alarm_clean(target);
	for (size_t i = 0; is_there;) {
		c.n = 0;
		pthread_mutex_lock(&a->lock);
		is_there = forget_next(a, &i, target, why, (struct moment){ utc_ns, a->now_ns }, &c);
		pthread_mutex_unlock(&a->lock);
		tell(&c, sink);
	}
}

void alarms_ask_anew(struct alarms *a, const char *said_target)
{
	char target[HISTORY_TARGET_MAX];

	reading_text(target, sizeof(target), said_target);
	alarm_clean(target);
	pthread_mutex_lock(&a->lock);
	for (size_t i = 0; i < a->subjects.n; i++) {
		struct subject *s = heard_at(&a->subjects, i);
		if (strcmp(s->from.target, target) != 0 || s->from.part[0])
			continue;
		s->memory.n_readings = 0;
		s->memory.was_reached = false;
	}
	pthread_mutex_unlock(&a->lock);
}

/* ---- settings and the time before ------------------------------------------------------------------ */

enum err alarms_set_limits(struct alarms *a, const struct alarm_limits *l)
{
	struct alarm_limits next, last;
	enum err e = alarm_limits_copy(&next, l);

	if (e)
		return e;
	pthread_mutex_lock(&a->lock);
	last = a->limits;
	a->limits = next;
	pthread_mutex_unlock(&a->lock);
	alarm_limits_release(&last);
	return ERR_OK;
}

void alarms_replay(struct alarms *a, const struct alarm_event *e)
{
	pthread_mutex_lock(&a->lock);
	if (e->from != e->to)
		alarm_past_add(&a->past, e);
	struct subject *s = subject(a, e->target, e->part, e->via);
	struct kept *k = s ? rule_of(s, e->rule, e->time_ns) : NULL;
	if (k) {
		k->level = e->to;
		k->critical = (struct alarm_trip){ .is_set = e->to == ALARM_CRITICAL };
		k->warn = (struct alarm_trip){ .is_set = e->to > ALARM_OK &&
							 !isnan(limit_of(a, s, e->rule)->warn) };
		k->since_ns = k->time_ns = e->time_ns;
		k->value = e->value;
		k->limit = e->limit;
		if (e->rule == ALARM_SILENT && e->to > ALARM_OK && e->value > 0)
			s->memory.n_silent = e->value < UINT16_MAX ? (unsigned)e->value : UINT16_MAX;
		s->memory.had_pps |= e->rule == ALARM_PPS;
		if (e->to > e->from)
			alarm_flaps_raised(&k->flaps, e->time_ns); /* until note_time() */
		reading_text(k->text, sizeof(k->text), e->text);
	}
	pthread_mutex_unlock(&a->lock);
}

const char *alarms_wants_past(struct alarms *a, const struct reading *r, unsigned which)
{
	double value;
	const char *series = alarm_median_series(which, r, &value);

	pthread_mutex_lock(&a->lock);
	const struct subject *s = series ? subject(a, r->target, r->part, r->via) : NULL;
	bool wants = s && !s->memory.medians[which];
	pthread_mutex_unlock(&a->lock);
	return wants ? series : NULL;
}

void alarms_learn(struct alarms *a, const struct reading *r, unsigned which, double value, int64_t time_ns)
{
	pthread_mutex_lock(&a->lock);
	struct subject *s = subject(a, r->target, r->part, r->via);
	if (s)
		add_to_median(&s->memory, which, value, time_ns);
	pthread_mutex_unlock(&a->lock);
}

/* ---- asking ---------------------------------------------------------------------------------------- */

static void copy_state(const struct subject *s, const struct kept *k, struct alarm_state *out)
{
	*out = (struct alarm_state){ .via = s->from.via,
				     .rule = k->rule,
				     .level = k->level,
				     .since_ns = k->since_ns,
				     .time_ns = k->time_ns,
				     .value = k->value,
				     .limit = k->limit };
	reading_text(out->target, sizeof(out->target), s->from.target);
	reading_text(out->part, sizeof(out->part), s->from.part);
	memcpy(out->text, k->text, sizeof(out->text));
}

bool alarms_event_at(struct alarms *a, size_t i, struct alarm_event *out)
{
	pthread_mutex_lock(&a->lock);
	bool is_there = alarm_past_at(&a->past, i, out);
	pthread_mutex_unlock(&a->lock);
	return is_there;
}

/* A cursor is a subject's number and that of its rule. */
bool alarms_next(struct alarms *a, size_t *cursor, enum alarm_level least, struct alarm_state *out)
{
	bool is_found = false;

	pthread_mutex_lock(&a->lock);
	while (!is_found && *cursor / N_ALARM_RULES < a->subjects.n) {
		const struct subject *s = heard_at(&a->subjects, *cursor / N_ALARM_RULES);
		size_t i = *cursor % N_ALARM_RULES;
		if (i >= s->n) {
			*cursor += N_ALARM_RULES - i;
			continue;
		}
		++*cursor;
		is_found = s->at[i].level >= least;
		if (is_found)
			copy_state(s, &s->at[i], out);
	}
	pthread_mutex_unlock(&a->lock);
	return is_found;
}

uint64_t alarms_version(struct alarms *a)
{
	pthread_mutex_lock(&a->lock);
	uint64_t n = a->past.n;
	pthread_mutex_unlock(&a->lock);
	return n;
}

uint64_t alarms_refused(struct alarms *a)
{
	pthread_mutex_lock(&a->lock);
	uint64_t n = a->n_refused;
	pthread_mutex_unlock(&a->lock);
	return n;
}
