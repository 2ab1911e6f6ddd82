/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `ntpscope top` shows, drawn into a buffer: a screen of lines, each as wide as it has to be at most. */
#ifndef CMD_TOP_SCREEN_H
#define CMD_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cmd/remote.h"

enum { TOP_ROWS_MAX = 200, TOP_MESSAGE_MAX = 400 };

struct top_order {
	char key;
	const char *sort;   /* as the server takes it */
	const char *word;   /* for people */
	bool rises;         /* unless turned round */
	const char *filter; /* what it is always about; NULL: all */
};

/* 'n' first: who is loudest now. */
extern const struct top_order top_orders[];
extern const size_t n_top_orders;

struct top_view {
	unsigned columns, lines;
	bool color;
	const struct top_order *order;
	bool reversed, paused, helps;
	uint64_t offset;
	const char *filter; /* the user's */
	const char *typing; /* the filter that is being typed; NULL: none */
	const char *url;
	char trouble[TOP_MESSAGE_MAX]; /* instead of the attention line; "" for none */
	/* of the latest answers; NULL before */
	json_t *summary, *page;
};

/* Rows of the list that the screen has room for. */
unsigned top_rows(const struct top_view *v);

/* The screen, lines with \n between. */
void top_draw(const struct top_view *v, struct buf *out);

#endif
