/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ntpd's counters (sysstats, iostats, monstats), as ntpq prints them and as JSON. */
#ifndef PRESENT_STAT_ROWS_H
#define PRESENT_STAT_ROWS_H

#include <stddef.h>

#include "present/json.h"
#include "proto/var_list.h"

enum stat_kind {
	STAT_NUMBER,
	STAT_SPAN,    /* seconds; counts behind it are rates over it */
	STAT_PACKETS, /* a count with its rate */
};

struct stat_row {
	const char *name, *legend, *key;
	enum stat_kind kind;
	bool since_reset; /* has a second column, the variable "name_r" */
};

struct stat_table {
	const struct stat_row *rows;
	size_t n;
};

extern const struct stat_table stat_sysstats, stat_iostats, stat_monstats;

/* The names to ask for, separated by commas, those from *from on that fit; *from becomes the next.
 * Returns the length; 0: that was all. */
size_t stat_names(const struct stat_table *t, size_t *from, char *out, size_t room);

/* l holds all answers, one behind the other. */
void stat_text(struct buf *out, const struct stat_table *t, struct var_list l);

/* The members of an object that is open; what the server does not know is left out. */
void stat_json(struct jw *j, const struct stat_table *t, struct var_list l);

#endif
