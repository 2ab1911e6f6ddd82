/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a list of values and columns from an SNMP agent, a packet's worth at a time: values by GET, columns
 * side by side by GETBULK (GETNEXT where there is only SNMPv1).  No I/O: what to send comes out, what came
 * goes in.  An agent that says "too big" is asked for less, one that does not know something is not asked for
 * it again in this round, and one that goes in circles is left.
 */
#ifndef ENGINE_MIB_ASK_H
#define ENGINE_MIB_ASK_H

#include "engine/mib.h"

enum { MIB_ASK_MAX = 16, MIB_WANTS_MAX = 96 };

/* columns apart: "1.3.6.1.2.1.1.3.0" is a value, a column is everything below it. */
struct mib_want {
	const char *oid;
	bool is_column;
};

struct mib_question {
	enum { MIB_GET, MIB_NEXT, MIB_BULK } kind;
	unsigned repeat; /* MIB_BULK: rows at once */
	size_t n;
	struct mib_oid oid[MIB_ASK_MAX];
};

struct mib_ask {
	bool is_v1, is_stuck;
	unsigned n_questions;
	size_t at_once; /* fewer once it said "too big" */
	unsigned rows_at_once;
	size_t n;
	struct {
		struct mib_oid root, last; /* last: how far a column is read */
		bool is_column, is_done;
		unsigned n_rows;
	} want[MIB_WANTS_MAX];
	size_t n_asked;
	size_t asked[MIB_ASK_MAX]; /* which of them the latest question was about */
};

enum { MIB_ERROR_NONE = 0, MIB_ERROR_TOO_BIG = 1, MIB_ERROR_NO_SUCH_NAME = 2 };

void mib_ask_init(struct mib_ask *a, bool is_v1);
/* More to read; false: it is no identifier, or there is no room. */
bool mib_ask_add(struct mib_ask *a, const struct mib_want *want);

/* The next question; false: all is read, or nothing more can be had (is_stuck). */
bool mib_ask_next(struct mib_ask *a, struct mib_question *out);

/* The answer to it: values in their order, RFC 3416's error-status and error-index (from 1).  Good values go
 * to table. */
void mib_ask_take(struct mib_ask *a, const struct mib_value *v, size_t n, int error, size_t error_index,
		  struct mib_table *table);

#endif
