/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

bool history_is_series(const char *series)
{
	size_t n = strspn(series, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return n && n < HISTORY_NAME_MAX && !series[n];
}

static uint64_t hash_pair(const char *name, const char *series)
{
	return hash_text(series, hash_text(name, 1));
}

/* The slot that has it, or the empty one where it belongs. */
static uint32_t *find_slot(const struct history_table *t, const char *name, const char *series)
{
	size_t i = hash_pair(name, series) & (t->n_slots - 1);

	while (t->slots[i]) {
		const struct history_row *r = &t->at[t->slots[i] - 1];
		if (strcmp(r->series, series) == 0 && strcmp(r->name, name) == 0)
			break;
		i = (i + 1) & (t->n_slots - 1);
	}
	return &t->slots[i];
}

static bool grow(struct history_table *t)
{
	size_t cap = t->cap ? 2 * t->cap : 64;
	struct history_row *at = realloc(t->at, cap * sizeof(*at));
	uint32_t *slots = calloc(2 * cap, sizeof(*slots));

	if (at)
		t->at = at;
	if (!at || !slots) {
		free(slots);
		return false;
	}
	free(t->slots);
	t->slots = slots;
	t->n_slots = 2 * cap;
	t->cap = cap;
	for (size_t i = 0; i < t->n; i++)
		*find_slot(t, at[i].name, at[i].series) = (uint32_t)i + 1;
	return true;
}

int32_t history_table_find(const struct history_table *t, const char *name, const char *series)
{
	return t->n_slots ? (int32_t)*find_slot(t, name, series) - 1 : HISTORY_NO_ROW;
}

int32_t history_table_row(struct history_table *t, const char *name, const char *series)
{
	int32_t known = history_table_find(t, name, series);

	if (known != HISTORY_NO_ROW)
		return known;
	if (!*name || !history_is_series(series))
		return HISTORY_NO_ROW;
	char *copy = t->n < HISTORY_SERIES_MOST && (t->n < t->cap || grow(t)) ? strdup(name) : NULL;
	if (!copy) {
		t->n_refused++;
		return HISTORY_NO_ROW;
	}
	struct history_row *r = &t->at[t->n];
	*r = (struct history_row){ .name = copy, .first_s = INT64_MAX, .last_s = INT64_MIN };
	memcpy(r->series, series, strlen(series) + 1);
	*find_slot(t, name, series) = (uint32_t)t->n + 1;
	return (int32_t)t->n++;
}

void history_table_release(struct history_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->at[i].name);
	free(t->at);
	free(t->slots);
	*t = (struct history_table){ 0 };
}
