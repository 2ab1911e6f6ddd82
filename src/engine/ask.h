/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the state machines that ask servers share.  A machine does no I/O: whoever drives it asks it
 * what to do, tells it what came and what time it is.
 *
 *	x_begin(&x, ...);
 *	while (x_next(&x, now_ns, &todo), todo.what != ASK_OVER) {
 *		ASK_SEND: sends todo.bytes, asks again
 *		ASK_WAIT: waits until todo.until_ns or for a datagram, which goes to x_take()
 *	}
 */
#ifndef ENGINE_ASK_H
#define ENGINE_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "base/nstime.h"

enum ask_do { ASK_SEND, ASK_WAIT, ASK_OVER };

struct ask_action {
	enum ask_do what;
	const uint8_t *bytes; /* ASK_SEND: valid until the machine is used again */
	size_t len;
	int64_t until_ns; /* ASK_WAIT */
};

enum ask_result {
	ASK_PENDING,
	ASK_OK,
	ASK_TIMEOUT,     /* no answer at all */
	ASK_INCOMPLETE,  /* parts of an answer, and never all of them */
	ASK_ERROR,       /* the server's own error, which has a code */
	ASK_REFUSED,     /* nobody listens: port unreachable */
	ASK_UNREACHABLE, /* another ICMP error, no route, no such socket */
	ASK_LOCAL,       /* the system does not let us: a socket's permissions, a firewall of ours */
	ASK_BAD_ANSWER,  /* an answer that says nothing that could be understood */
	ASK_UNSUPPORTED, /* nothing that this kind of server could be asked */
};

/* For the driver to tell a machine; "timeout", "refused", ... as users and programs see it.  Never NULL. */
const char *ask_result_name(enum ask_result r);

/* How long to wait. The first question waits answer_ns for its answer, the next twice as long, and so
 * on; gap_ns is how long the rest of an answer may take once some of it is there. */
struct ask_patience {
	int64_t answer_ns, gap_ns;
	unsigned tries;
};

/* Patience that gives up after total_ns without an answer. */
static inline struct ask_patience ask_patience_of(int64_t total_ns, unsigned tries)
{
	int64_t first_ns = total_ns / ((INT64_C(1) << tries) - 1);
	return (struct ask_patience){ .answer_ns = first_ns, .gap_ns = first_ns, .tries = tries };
}

#endif
