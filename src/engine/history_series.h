/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series that are kept of watched servers and receivers: what each is called, and what it is. */
#ifndef ENGINE_HISTORY_SERIES_H
#define ENGINE_HISTORY_SERIES_H

#include <stddef.h>

struct history_series {
	const char *name;  /* carries its unit: "offset_s" */
	const char *title; /* "Offset, server minus us" */
	const char *unit;  /* "s", "ppm", "per_s", "" for none */
	/* Of values that are steps, their names in order, apart by '|': "nominal|no reply|..."; else NULL. */
	const char *steps;
	int first_step; /* the value of the first of them */
};

/* By number from 0, in the order in which they are shown; NULL at the end. */
const struct history_series *history_series_at(size_t i);

/* NULL: there is none of that name. */
const struct history_series *history_series_find(const char *name);

/* The one that somebody types: "offset" for "offset_s", "clients" for the first that begins so.  NULL. */
const struct history_series *history_series_meant(const char *text, size_t len);

#endif
