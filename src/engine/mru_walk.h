/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ntpd's list of most recently used addresses (opcode 10 of mode 6, with the nonces of opcode 12), read
 * to its end however long it is, as a state machine without I/O; ask.h says how it is driven.
 *
 * The server goes through its list from the address that was quiet for longest to the one it heard of
 * last, a few hundred rows an answer; each question names rows that we have, and the answer begins
 * behind the newest of them that has not changed since.  Memory is bounded: rows are handed out as they
 * come, and only some of them are remembered to go on from.  An address that is heard of while we read
 * moves to the end, and so is handed out again there with its new counts; row() sees it twice.
 *
 * Answers that stay away make the next question ask for less; a nonce grows old and is fetched anew; when the
 * server knows none of the rows that we name, older ones are named, and in the end the list is begun again.
 */
#ifndef ENGINE_MRU_WALK_H
#define ENGINE_MRU_WALK_H

#include <stdbool.h>

#include "base/addr.h"
#include "engine/control_ask.h"

enum {
	MRU_ROWS_MAX = 512,   /* of one answer; servers give 256 at most */
	MRU_POINTS = 1024,    /* rows remembered to go on from */
	MRU_FILTER_MAX = 200, /* octets */
	MRU_SCOPE_MAX = 16,
	MRU_RESTARTS_MAX = 8,
};

struct mru_row {
	struct addr addr;
	uint64_t first, last; /* NTP timestamps */
	uint64_t count, dropped;
	int64_t score_milli;
	uint16_t port, restrictions;
	uint8_t mode, version;
	bool has_score, has_dropped; /* only ntpsec tells */
	char scope[MRU_SCOPE_MAX];   /* "%eth0" of a link-local address, or "" */
};

struct mru_wish {
	const char *filter;     /* "mincount=3, resall=0x20"; NULL or "": none */
	const char *first_only; /* goes only with the first question: "recent=100" */
	int64_t pace_ns;        /* from one question to the next, at least */
	struct ask_patience patience;
	uint64_t limit; /* rows to hand out; 0: all */
	void (*row)(void *arg, const struct mru_row *row);
	void *arg;
};

struct mru_point {
	uint64_t last;
	struct addr addr;
	uint16_t port;
	char scope[MRU_SCOPE_MAX];
};

struct mru_walk {
	enum ask_result result;
	uint8_t error;   /* with ASK_ERROR */
	uint64_t now;    /* at the end: what time the server said it was */
	uint64_t n_rows; /* handed out */
	uint64_t n_questions, n_asked_again, n_restarts;
	uint64_t n_damaged; /* rows that lacked something */

	/* Private. */
	struct mru_wish wish;
	struct control_ask ask;
	uint16_t sequence;
	enum { MRU_NONCE, MRU_LIST } phase;
	char nonce[64];
	int64_t nonce_ns, next_ns;
	unsigned n_frags, n_failed, n_back; /* n_back: names older points by so many steps */
	bool uses_limit;
	unsigned at, n_points; /* ring */
	struct mru_point points[MRU_POINTS];
	struct {
		struct mru_row row;
		unsigned have;
	} rows[MRU_ROWS_MAX];
	uint64_t newest; /* the greatest `last` handed out */
};

/* sequence: hard to guess.  The texts of the wish are borrowed until the end. */
void mru_walk_begin(struct mru_walk *w, const struct mru_wish *wish, uint16_t sequence);

void mru_walk_next(struct mru_walk *w, int64_t now_ns, struct ask_action *out);
void mru_walk_take(struct mru_walk *w, const uint8_t *p, size_t len, int64_t now_ns);
void mru_walk_fail(struct mru_walk *w, enum ask_result why);

#endif
