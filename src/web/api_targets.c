/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known now of the servers and receivers that are watched. */
#include <stdlib.h>
#include <string.h>

#include "present/text.h"
#include "web/web_private.h"

enum { CLEAN_MAX = 4 * READING_TEXT_MAX };

struct place {
	char target[HISTORY_TARGET_MAX];
	size_t at; /* on the board */
	enum alarm_level level;
};

/* Together what belongs together, in the order in which it came first. */
static int by_target(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->target, y->target);
	return order ? order : x->at < y->at ? -1 : 1;
}

/* ---- one way of knowing something of it ------------------------------------------------------------ */

/* Names are ours, or as good as: a stranger's would break the object. */
static bool is_key(const char *name)
{
	size_t len = strlen(name);
	return len && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static void values(struct jw *j, const struct board_entry *e)
{
	jw_open(j, "values", JW_OBJECT);
	for (size_t i = 0; i < e->n_points; i++) {
		size_t first = 0;
		while (strcmp(e->points[first].name, e->points[i].name) != 0)
			first++;
		if (first == i && is_key(e->points[i].name))
			jw_real(j, e->points[i].name, e->points[i].value, 9);
	}
	jw_close(j);
}

/* A stranger's text, its hidden characters shown. */
static void told(struct jw *j, const char *key, const char *s)
{
	char clean[CLEAN_MAX];

	text_clean(s, clean, sizeof(clean));
	jw_text(j, key, clean);
}

static void facts(struct jw *j, const struct board_entry *e)
{
	jw_open(j, "facts", JW_OBJECT);
	for (size_t i = 0; i < e->n_facts; i++) {
		size_t first = 0;
		while (strcmp(e->facts[first].name, e->facts[i].name) != 0)
			first++;
		if (first == i && is_key(e->facts[i].name))
			told(j, e->facts[i].name, e->facts[i].text);
	}
	jw_close(j);
}

static void satellites(struct jw *j, const struct board_entry *e)
{
	jw_open(j, "satellites", JW_ARRAY);
	for (size_t i = 0; i < e->n_satellites; i++) {
		const struct reading_satellite *s = &e->satellites[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_i64(j, "gnss", s->gnss);
		jw_i64(j, "prn", s->prn);
		jw_real(j, "azimuth_deg", s->azimuth_deg, 1);
		jw_real(j, "elevation_deg", s->elevation_deg, 1);
		jw_real(j, "snr_dbhz", s->snr_dbhz, 1);
		jw_bool(j, "used", s->is_used);
		jw_close(j);
	}
	jw_close(j);
}

static void part(struct jw *j, const struct board_entry *e)
{
	jw_open(j, NULL, JW_OBJECT);
	jw_text(j, "part", e->part);
	jw_text(j, "via", watch_via_name(e->via));
	jw_time(j, "time", e->time_ns);
	jw_real(j, "every_s", (double)e->every_ns / 1e9, 3);
	jw_bool(j, "ok", e->is_ok);
	jw_time_or_null(j, "ok_at", e->ok_ns);
	jw_time(j, "changed_at", e->changed_ns);
	told(j, "why", e->why);
	values(j, e);
	facts(j, e);
	satellites(j, e);
	jw_close(j);
}

/* ---- all of them ----------------------------------------------------------------------------------- */

/* Which entries there are, of one target or of all (NULL); NULL: no memory. */
static struct place *places(struct board *b, const char *target, struct board_entry *e, size_t *n)
{
	size_t cap = 64;
	struct place *at = malloc(cap * sizeof(*at));

	*n = 0;
	for (size_t i = 0; at && board_at(b, i, e); i++) {
		if (target && strcmp(e->target, target) != 0)
			continue;
		if (*n == cap) {
			struct place *more = realloc(at, 2 * cap * sizeof(*at));
			if (!more)
				free(at);
			at = more;
			cap *= 2;
		}
		if (!at)
			break;
		memcpy(at[*n].target, e->target, sizeof(e->target));
		at[*n].level = ALARM_OK;
		at[(*n)++].at = i;
	}
	if (at)
		qsort(at, *n, sizeof(*at), by_target);
	return at;
}

/* The worst alarm that stands about each target and its parts. */
static void take_levels(struct place *at, size_t n, struct alarms *a)
{
	struct alarm_state s;
	size_t cursor = 0;

	while (a && alarms_next(a, &cursor, ALARM_INFO, &s)) {
		size_t low = 0, high = n;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (strcmp(at[middle].target, s.target) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		/* The first of a target's entries has it. */
		if (low < n && strcmp(at[low].target, s.target) == 0 && s.level > at[low].level)
			at[low].level = s.level;
	}
}

static void targets(struct jw *j, struct board *b, const struct place *at, size_t n, struct board_entry *e)
{
	for (size_t i = 0; i < n; i++) {
		bool is_first = !i || strcmp(at[i].target, at[i - 1].target) != 0;
		bool is_last = i + 1 == n || strcmp(at[i].target, at[i + 1].target) != 0;
		if (is_first) {
			jw_open(j, NULL, JW_OBJECT | JW_LINES);
			jw_text(j, "target", at[i].target);
			jw_text(j, "level", alarm_level_name(at[i].level));
			jw_open(j, "parts", JW_ARRAY | JW_LINES);
		}
		/* Another one may have its number by now. */
		if (board_at(b, at[i].at, e) && strcmp(e->target, at[i].target) == 0)
			part(j, e);
		if (is_last) {
			jw_close(j);
			jw_close(j);
		}
	}
}

enum MHD_Result api_targets(struct request *r)
{
	struct board *board = r->web->hooks.board;
	struct board_entry *e = malloc(sizeof(*e));
	struct place *at = NULL;
	size_t n = 0;
	struct buf b;
	struct jw j;

	if (e && board)
		at = places(board, url_text(&r->url, "target"), e, &n);
	if (at)
		take_levels(at, n, r->web->hooks.alarms);
	if (!e || (board && !at) || buf_init(&b, -1)) {
		free(e);
		free(at);
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(ERR_MEMORY));
	}
	begin_object(&j, &b, "ntpscope-targets-1");
	jw_time(&j, "wall_time", clock_utc_ns());
	jw_bool(&j, "keeps_history", r->web->hooks.history != NULL);
	jw_u64(&j, "refused", board ? board_refused(board) : 0);
	jw_open(&j, "targets", JW_ARRAY | JW_LINES);
	if (n)
		targets(&j, board, at, n, e);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
	free(e);
	free(at);
	return reply_json(r, &b);
}
