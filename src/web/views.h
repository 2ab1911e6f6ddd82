/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders of the client list that pages are cut from, kept so that paging is stable and cheap: by what was
 * asked (sort, direction, filter) for a moment, by their id for as long as somebody pages through them.
 * Their number and memory are bounded; the one that was not used for longest goes first.  Half of the room is
 * for streams, which hold theirs as long as they read: a page always finds room.
 */
#ifndef WEB_VIEWS_H
#define WEB_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/live.h"

enum { VIEWS_MAX = 8, VIEW_ID_MAX = 17 };

#define VIEW_FRESH_NS  INT64_C(2000000000)  /* without an id, one that is younger than this is used again */
#define VIEW_SHARED_NS INT64_C(10000000000) /* a stream takes one that is younger than this, too */
#define VIEW_IDLE_NS   INT64_C(60000000000) /* not asked for in this long: gone */

/* What is asked for. */
struct view_wish {
	enum client_sort by;
	bool descending;
	char filter_text[CLIENT_FILTER_TEXT + 1];
	struct client_filter filter;
};

struct view {
	bool taken;
	uint64_t id;
	struct view_wish wish;
	struct live_view order;
	int64_t made_ns, used_ns; /* monotonic */
	unsigned n_holders;       /* streams that go through it: it stays meanwhile */
};

struct views {
	struct view at[VIEWS_MAX];
	size_t max_bytes, n_bytes;
	uint64_t next_id;
};

/* Ids begin at first_id, which should be another one at each start. */
void views_init(struct views *s, size_t max_bytes, uint64_t first_id);
void views_release(struct views *s);

/* id 0: any fresh one, or a new one; else that one if it is still there and fits the wish, or else
 * a new one. Good until the next call. */
enum err views_get(struct views *s, struct live *l, const struct view_wish *wish, uint64_t id, int64_t now_ns,
		   struct view **out);

/* One that others share, if there is one, or a new one, which stays until view_leave().  ERR_LIMIT when all
 * room for such is held. */
enum err views_hold(struct views *s, struct live *l, const struct view_wish *wish, int64_t now_ns,
		    struct view **out);
void view_leave(struct view *v, int64_t now_ns);
void views_expire(struct views *s, int64_t now_ns);

void view_id_text(uint64_t id, char out[VIEW_ID_MAX]);
/* 0 when it is none. */
uint64_t view_id_parse(const char *text);

#endif
