/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers for series: each pair of a name and a series that was seen, and what is known of it.  Bounded. */
#ifndef STORE_HISTORY_TABLE_H
#define STORE_HISTORY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/history_point.h"

/* A server can be made to have many parts; what finds no place is in the journal only. */
enum { HISTORY_SERIES_MOST = 32768, HISTORY_NO_ROW = -1 };

struct history_row {
	char *name;
	char series[HISTORY_NAME_MAX];
	int64_t first_s, last_s; /* the caller's; first_s > last_s: not set */
	bool is_late, is_open;   /* the caller's */
};

struct history_table {
	struct history_row *at;
	size_t n, cap;
	uint32_t *slots; /* 0 or the number of a row, plus one */
	size_t n_slots;
	uint64_t n_refused;
};

/* Its number, made when it is new; HISTORY_NO_ROW: no memory, no place, or a series' name that is none. */
int32_t history_table_row(struct history_table *t, const char *name, const char *series);
/* The same, of one that is there; HISTORY_NO_ROW. */
int32_t history_table_find(const struct history_table *t, const char *name, const char *series);
void history_table_release(struct history_table *t);

/* Lower-case letters, digits and _. */
bool history_is_series(const char *series);

#endif
