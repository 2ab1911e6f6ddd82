/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of all in a few figures, worked out each second for whoever watches. */
#ifndef WEB_PULSE_H
#define WEB_PULSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/live.h"
#include "present/json.h"
#include "web/web.h"

/* Something that needs a hand. */
struct attention {
	const char *id, *level, *filter; /* filter may be NULL */
	bool has_n;
	uint64_t n;
	char text[120];
};

enum { ATTENTION_MAX = 16, RATE_SECONDS = 10 };

struct pulse {
	int64_t at_ns; /* monotonic; 0: never yet */
	struct live_totals totals;
	/* means of the whole seconds before now; answered_share is negative without requests */
	double requests_per_s, answers_per_s, new_per_s, answered_share;
	struct live_point delta; /* latest whole minute (or second) with delta times; n_deltas 0: none */
	struct web_source sources[WEB_SOURCES_MAX]; /* names are good during the beat only */
	size_t n_sources;
	bool has_drops;
	uint64_t n_dropped;
	struct web_names names;
	struct attention attention[ATTENTION_MAX];
	size_t n_attention;
};

/* Takes it anew. */
void pulse_beat(struct web *w, int64_t now_ns);

/* Members that the summary and the events share. */
void pulse_json_rates(struct jw *j, const struct pulse *p);
void pulse_json_delta(struct jw *j, const struct pulse *p);
void pulse_json_unique(struct jw *j, const struct pulse *p);

/* {"schema": "ntpscope-pulse-1", ...} in one line. */
void pulse_json(struct buf *b, const struct web *w);

#endif
