/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks servers for the time, many side by side in one thread: moves the bytes of the state machines in
 * engine/query.h and engine/ntske_ask.h.  Never touches the clock.
 */
#ifndef ASK_QUERY_H
#define ASK_QUERY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "engine/query_report.h"
#include "net/tls.h"

struct ask_query_options {
	struct query_config config;
	const struct ntp_key *key;     /* NULL: none */
	const struct addr *source;     /* NULL: any */
	const struct tls_trust *trust; /* for config.has_nts */
	uint16_t ke_port;
	bool is_unverified;                /* any certificate will do */
	bool ke_only;                      /* of NTS, the key establishment is enough */
	const volatile sig_atomic_t *stop; /* when not 0: end with what there is; NULL: never */
};

/* How far it is. */
struct ask_query_progress {
	size_t n_servers, n_done;
	size_t n_questions, n_over; /* of all samples, those that are over one way or the other */
};

/* Asks every report whose result is QUERY_NONE: host, addr, scope and port are given, the rest is filled in.
 * Returns when all are done.  watch() is called whenever something came or a time was reached; NULL: nobody
 * watches.  ERR_MEMORY. */
enum err ask_queries(struct query_report *reports, size_t n, const struct ask_query_options *o,
		     void (*watch)(void *arg, const struct ask_query_progress *p), void *arg);

/* One of them, driven by somebody who waits for much else, too.  report and options are borrowed to the
 * end. */
struct ask_query;
struct ask_query *ask_query_begin(struct query_report *report,
				  const struct ask_query_options *o); /* NULL: no memory */
/* Does what is to be done now.  False: it is over, and the report is filled in.  True: it waits for the
 * descriptor, or until that time (monotonic). */
bool ask_query_step(struct ask_query *q, int *fd, short *events, int64_t *until_ns);
void ask_query_free(struct ask_query *q); /* accepts NULL; also one that is not over */

#endif
