/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history HOST:SERIES`: which series that is, of those that the store has. */
#include <stdlib.h>
#include <string.h>

#include "cmd/history.h"
#include "store/history.h"
#include "store/journal.h"

enum { SERIES_MOST = 256 };

/* What a bare HOST is: its offset, or what comes closest. */
static const char *const closest[] = { "offset_s", "clock_offset_s",  "pps_offset_s",   "clock_event",
				       "gps_mode", "satellites_used", "refclock_state", "requests_per_s" };

struct known {
	char target[HISTORY_TARGET_MAX]; /* as the journal has it */
	bool is_known, has[SERIES_MOST]; /* by number in the table */
};

static bool note(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	struct known *k = arg;
	const struct history_series *s;

	(void)first_ns;
	(void)last_ns;
	if (strcmp(name, k->target) != 0)
		return true;
	k->is_known = true;
	for (size_t i = 0; i < SERIES_MOST && (s = history_series_at(i)); i++)
		k->has[i] |= strcmp(s->name, series) == 0;
	return true;
}

/* What cannot be read has nothing: whoever reads it next says so. */
static void look(const struct history_run *r, const char *target, struct known *k)
{
	memset(k, 0, sizeof(*k));
	journal_name(target, k->target);
	if (history_list(r->s.store, note, k))
		k->is_known = false;
}

bool history_is_closer(const struct history_series *a, const struct history_series *b)
{
	for (size_t i = 0; i < sizeof(closest) / sizeof(closest[0]); i++)
		if (strcmp(a->name, closest[i]) == 0 || strcmp(b->name, closest[i]) == 0)
			return strcmp(b->name, closest[i]) != 0;
	return a < b; /* they lie in one table */
}

static const struct history_series *closest_of(const struct known *k)
{
	const struct history_series *best = NULL, *s;

	for (size_t i = 0; i < SERIES_MOST && (s = history_series_at(i)); i++)
		if (k->has[i] && (!best || history_is_closer(s, best)))
			best = s;
	return best ? best : history_series_find("offset_s");
}

/* "host:foo" with one colon and a word: no IPv6 address is so. */
static bool looks_like_series(const char *text, const char *colon)
{
	return strchr(text, ':') == colon && colon > text && colon[1] >= 'a' && colon[1] <= 'z' &&
	       colon[1 + strspn(colon + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool is_wrong_series(const struct history_run *r, const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[HISTORY_TARGET_MAX];
	struct known k;

	if (!colon || colon == text || colon - text >= (int)sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	look(r, host, &k);
	return k.is_known || looks_like_series(text, colon);
}

bool history_choose(struct history_run *r)
{
	struct known k;

	for (size_t i = 0; i < r->n; i++) {
		struct history_choice *c = &r->choices[i];
		if (c->series)
			continue;
		look(r, c->target, &k);
		if (!k.is_known && is_wrong_series(r, c->target)) {
			command_error(r->self, "there is no series '%s'; --series lists them",
				      strrchr(c->target, ':') + 1);
			return false;
		}
		c->series = closest_of(&k);
	}
	return true;
}

bool history_lacks(const struct history_run *r, const struct history_choice *c)
{
	const struct history_series *s;
	char text[600] = "";
	bool has_it = false;
	size_t len = 0;
	struct known k;

	look(r, c->target, &k);
	for (size_t i = 0; i < SERIES_MOST && (s = history_series_at(i)); i++) {
		has_it |= k.has[i] && s == c->series;
		if (k.has[i] && len < sizeof(text))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? ", " : "",
						s->name);
	}
	if (!k.is_known || has_it)
		return false;
	command_error(r->self, "'%s' has no %s; it has %s", c->target, c->series->name,
		      len ? text : "nothing that can be drawn");
	return true;
}
