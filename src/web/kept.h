/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of series that are kept of watched servers.  Making it looks into each of their files, some
 * thousand in all, which takes too long for the thread that serves: another one makes it anew when somebody
 * asks and it has become old, and meanwhile the one of before is given.  Nobody waits for the first one
 * either: without round-robin files it is a walk through all that was ever kept.
 */
#ifndef WEB_KEPT_H
#define WEB_KEPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define KEPT_FRESH_NS INT64_C(30000000000)

struct kept_series {
	size_t name, series; /* in the texts */
	int64_t first_ns, last_ns;
};

struct kept_list {
	struct kept_series *at;
	size_t n, cap;
	char *texts;
	size_t n_texts, cap_texts;
	enum err failed;
};

struct kept {
	const char *folder;
	struct kept_list list, next; /* the one that is given, the one that is made */
	bool has_list, runs;
	atomic_bool is_made;
	int64_t begun_ns, made_ns; /* when it was begun: the next one, the list */
	pthread_t thread;
};

/* folder, which is borrowed, may be NULL: then nothing is kept. */
void kept_init(struct kept *k, const char *folder);
void kept_release(struct kept *k); /* waits for the thread */

/* Begins to make the list: so that it is there when somebody asks.  ERR_SYS: no thread. */
enum err kept_begin(struct kept *k, int64_t now_ns);

/* Good until the next call.  It never waits: until the first one is made it is empty, and kept_is_making().
 * What history_list() says, ERR_MEMORY; ERR_SYS: there is none, and no thread to make it. */
enum err kept_get(struct kept *k, int64_t now_ns, const struct kept_list **out);
bool kept_is_making(const struct kept *k);

static inline const char *kept_text(const struct kept_list *l, size_t at)
{
	return l->texts + at;
}

#endif
