/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the client list can be sorted by, by words for people and by the keys of its rows. */
#ifndef PRESENT_CLIENT_SORTS_H
#define PRESENT_CLIENT_SORTS_H

#include <stdbool.h>

#include "engine/census.h"

struct client_sort_row {
	const char *word;   /* "rx_every" */
	const char *column; /* "rx_every_s", as in JSON and CSV */
	enum client_sort by;
	bool falls; /* unless said otherwise: of amounts the greatest are looked for */
};

/* rx first: the default. */
extern const struct client_sort_row client_sort_rows[N_CLIENT_SORTS];

/* The words in that order with bars between, for option tables. */
extern const char client_sort_words[];

/* By word or column; NULL when there is none. */
const struct client_sort_row *client_sort_find(const char *text);

#endif
