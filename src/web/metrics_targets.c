/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/metrics_targets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/history_series.h"

enum { REACH_POLLS = 8, SERIES_MAX = 192 };

static const char prefix[] = "ntpscope_target_";

/* ---- names ----------------------------------------------------------------------------------------- */

/* What a series' name ends in is its unit; base units and whole words are what Prometheus wants. */
static const struct ending {
	const char *ours, *theirs;
	double factor;
} endings[] = {
	{ "_bytes_per_s", "_bytes_per_second", 1 },
	{ "_per_s", "_per_second", 1 },
	{ "reach_polls", "reach_ratio", 1.0 / REACH_POLLS }, /* of fewer at first, see value_of() */
	{ "_percent", "_ratio", 0.01 },
	{ "_s", "_seconds", 1 },
	{ "_c", "_celsius", 1 },
};

static const struct ending *ending_of(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t n = strlen(endings[i].ours);
		if (len >= n && strcmp(name + len - n, endings[i].ours) == 0)
			return &endings[i];
	}
	return NULL;
}

bool metrics_targets_name(size_t i, char out[METRICS_NAME_MAX])
{
	const struct history_series *s = history_series_at(i);
	const struct ending *e = s ? ending_of(s->name) : NULL;

	if (!s)
		return false;
	int kept = (int)(strlen(s->name) - (e ? strlen(e->ours) : 0));
	snprintf(out, METRICS_NAME_MAX, "%s%.*s%s", prefix, kept, s->name, e ? e->theirs : "");
	return true;
}

/* ---- what is known, once through the board --------------------------------------------------------- */

struct row {
	char *target, *part;
	enum watch_via via;
	bool is_up;
	int64_t time_ns;
	double values[SERIES_MAX]; /* NAN: a gap */
};

struct rows {
	size_t n, n_hidden, n_series;
	struct row *at;
};

/* The register begins empty, and is no sign of anything for that. */
static double value_of(const struct board_entry *e, const char *name)
{
	double v = board_value(e, name);

	return strcmp(name, "reach_polls") == 0 && e->n_polls && e->n_polls < REACH_POLLS
		       ? v * REACH_POLLS / e->n_polls
		       : v;
}

static void fill(struct row *r, const struct board_entry *e, size_t n_series, int64_t now_ns)
{
	bool is_late = reading_is_late(e->heard_ns, e->every_ns, now_ns);

	r->via = e->via;
	r->is_up = e->is_ok && !is_late;
	r->time_ns = e->time_ns;
	for (size_t i = 0; i < n_series; i++)
		r->values[i] = is_late ? (double)NAN : value_of(e, history_series_at(i)->name);
}

static bool add(struct rows *rows, const struct board_entry *e, int64_t now_ns)
{
	struct row *at = realloc(rows->at, (rows->n + 1) * sizeof(*at));

	if (!at)
		return false;
	rows->at = at;
	struct row *r = &at[rows->n];
	*r = (struct row){ .target = strdup(e->target), .part = strdup(e->part) };
	if (!r->target || !r->part) {
		free(r->target);
		free(r->part);
		return false;
	}
	fill(r, e, rows->n_series, now_ns);
	rows->n++;
	return true;
}

static void gather(struct rows *rows, struct board *board, int64_t now_ns)
{
	struct board_entry *e = malloc(sizeof(*e));

	while (rows->n_series < SERIES_MAX && history_series_at(rows->n_series))
		rows->n_series++;
	/* Those that are heard of have their place before those that are late. */
	for (int late = 0; e && late <= 1; late++)
		for (size_t i = 0; board_at(board, i, e); i++)
			if (reading_is_late(e->heard_ns, e->every_ns, now_ns) == late &&
			    (rows->n == METRICS_ENTRIES_MAX || !add(rows, e, now_ns)))
				rows->n_hidden++;
	free(e);
}

static void release(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		free(rows->at[i].target);
		free(rows->at[i].part);
	}
	free(rows->at);
}

/* ---- what is printed ------------------------------------------------------------------------------- */

static void sample(struct om *o, const struct row *r, double v)
{
	om_real(o, v, "target", r->target, "part", r->part, "via", watch_via_name(r->via), NULL);
}

static void states(struct om *o, const struct rows *rows)
{
	om_family(o, OM_GAUGE, "ntpscope_targets_hidden", "Watched parts for which there was no room here");
	om_u64(o, rows->n_hidden, NULL);
	if (rows->n)
		om_family(o, OM_GAUGE, "ntpscope_target_up", "1 while it answers");
	for (size_t i = 0; i < rows->n; i++)
		if (rows->at[i].via != WATCH_VIA_TRAFFIC) /* nobody is asked: no traffic is no silence */
			sample(o, &rows->at[i], rows->at[i].is_up);
	if (rows->n)
		om_family(o, OM_GAUGE, "ntpscope_target_reading_time_seconds",
			  "When it was asked last, since 1970");
	for (size_t i = 0; i < rows->n; i++)
		sample(o, &rows->at[i], (double)rows->at[i].time_ns / 1e9);
}

/* Ratios are of 1, however a person reads them. */
static void help_of(const struct history_series *s, char *out, size_t room)
{
	size_t n = (size_t)snprintf(out, room, "%s", s->title);

	for (const char *c = s->steps; c && *c && n < room; c += strcspn(c, "|"), c += *c == '|')
		n += (size_t)snprintf(out + n, room - n, "%s%.*s", c == s->steps ? ": " : ", ",
				      (int)strcspn(c, "|"), c);
}

static void series(struct om *o, const struct rows *rows, size_t i)
{
	const struct history_series *s = history_series_at(i);
	const struct ending *e = ending_of(s->name);
	char name[METRICS_NAME_MAX], help[256];
	bool any = false;

	metrics_targets_name(i, name);
	help_of(s, help, sizeof(help));
	for (size_t k = 0; k < rows->n; k++) {
		double v = rows->at[k].values[i];
		if (!isfinite(v))
			continue;
		if (!any)
			om_family(o, OM_GAUGE, name, help);
		any = true;
		sample(o, &rows->at[k], v * (e ? e->factor : 1));
	}
}

/* 0, 1, 2, as check programs have it; information is no alarm. */
static unsigned number_of(enum alarm_level level)
{
	switch (level) {
	case ALARM_OK:
	case ALARM_INFO: return 0;
	case ALARM_WARN: return 1;
	case ALARM_CRITICAL: break;
	}
	return 2;
}

static void states_of_rules(struct om *o, struct alarms *alarms)
{
	struct alarm_state *s = malloc(sizeof(*s));
	size_t n = 0;

	if (!s)
		return;
	for (size_t cursor = 0; n < METRICS_ALARMS_MAX && alarms_next(alarms, &cursor, ALARM_OK, s); n++) {
		if (!n)
			om_family(o, OM_GAUGE, "ntpscope_alarm",
				  "Health rule: 0 kept, 1 warning, 2 critical");
		om_u64(o, number_of(s->level), "target", s->target, "part", s->part, "via",
		       watch_via_name(s->via), "rule", alarm_rule_name(s->rule), NULL);
	}
	om_family(o, OM_COUNTER, "ntpscope_alarm_changes",
		  "Changes of such states, those before the start too");
	om_u64(o, alarms_version(alarms), NULL);
	free(s);
}

void metrics_targets(struct om *o, struct board *board, struct alarms *alarms, int64_t now_ns)
{
	struct rows rows = { 0 };

	if (board) {
		gather(&rows, board, now_ns);
		states(o, &rows);
		for (size_t i = 0; i < rows.n_series; i++)
			series(o, &rows, i);
		release(&rows);
	}
	if (alarms)
		states_of_rules(o, alarms);
}
