/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of `ntpscope history` share. */
#ifndef CMD_HISTORY_H
#define CMD_HISTORY_H

#include "cmd/output.h"
#include "cmd/picture.h"
#include "engine/history_point.h"
#include "engine/history_series.h"

struct history_settings {
	struct picture picture;
	const char *store, *end, *title, *output, *site;
	int64_t range_ns;
	bool local, log, exact, rebuild, series;
	int color;
};

/* A series of a server; NULL: the one that comes closest to its offset. */
struct history_choice {
	char target[HISTORY_TARGET_MAX];
	const struct history_series *series;
};

enum { HISTORY_CHOICES_MAX = 32 };

struct history_run {
	const struct command *self;
	struct history_settings s;
	struct history_choice choices[HISTORY_CHOICES_MAX];
	size_t n;
	int64_t from_ns, to_ns;
};

/* Finds the series of those that were named without one.  False after a line: there is none of that name. */
bool history_choose(struct history_run *r);
/* Whether a bare HOST that has both is a. */
bool history_is_closer(const struct history_series *a, const struct history_series *b);
/* Whether the store knows the server, but not that series; then it says which it has. */
bool history_lacks(const struct history_run *r, const struct history_choice *c);

/* Each returns an exit status, after one line when it is not 0. */
int history_graph(const struct history_run *r);
int history_show_list(const struct history_run *r);
int history_export(const struct history_run *r);
int history_site(const struct history_run *r);
/* Says what of the journal could not be read: STATUS_OK, STATUS_DAMAGED. */
struct history_damage {
	uint64_t n_bad, n_lines; /* n_lines 0: not counted */
	uint64_t n_days;
	const char *first_day; /* the name of its file */
};
int history_tell_damage(const struct history_run *r, const struct history_damage *d);

#endif
