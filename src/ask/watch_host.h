/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a watched host is: a path or an address at once, a name by looking it up beside, anew every ten
 * minutes and whenever nobody answers.  Of several addresses another one is taken as long as nobody
 * answered.
 *
 *	watch_host_knows(h, now)     somebody is to be asked: true, he can be; otherwise it waits for its turn
 *	watch_host_begin(h, l, now)  it is its turn
 *	watch_host_look(h, now)      now and then
 */
#ifndef ASK_WATCH_HOST_H
#define ASK_WATCH_HOST_H

#include "net/lookup_beside.h"

enum { WATCH_HOST_LOOKUP_S = 600 };

struct watch_host {
	const char *name;                 /* borrowed */
	struct lookup_question *question; /* NULL: nothing is asked of the name server */
	int64_t question_ns, looked_ns;   /* when it began; when the answer came */
	int64_t wish_ns;                  /* since when it waits for its turn to be asked; 0: it does not */
	unsigned n_lost;                  /* answers in a row without an address */
	bool is_overdue; /* the question: nobody waits for its answer, which counts all the same */
	bool is_path, is_literal, has_addr, wants_lookup;
	size_t pick; /* which of its addresses */
	struct addr addr;
	uint32_t scope;
	char why[LOOKUP_WHY_MAX]; /* there is no address */
};

void watch_host_init(struct watch_host *h, const char *name);
void watch_host_release(struct watch_host *h);

/* Of this machine, where it is no burden to anybody else. */
bool watch_host_is_here(const struct watch_host *h);

/* True: somebody can be asked.  An address of before will do while the name server is asked for a new one. */
bool watch_host_knows(struct watch_host *h, int64_t now_ns);
/* An answer of the name server is to come. */
static inline bool watch_host_waits(const struct watch_host *h)
{
	return (h->question && !h->is_overdue) || h->wish_ns;
}

/* Whose turn is sooner of two that wait for it: those whose name had no address the last time come last. */
bool watch_host_is_sooner(const struct watch_host *h, const struct watch_host *than);
/* False: there is no memory for it, or no thread, now: as if it had no address. */
bool watch_host_begin(struct watch_host *h, struct lookups *lookups, int64_t now_ns);
void watch_host_look(struct watch_host *h, int64_t now_ns);

/* Nobody answered there. */
void watch_host_failed(struct watch_host *h);

#endif
