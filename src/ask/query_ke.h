/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One NTS key establishment on its way: a TLS session and what is said in it. */
#ifndef ASK_QUERY_KE_H
#define ASK_QUERY_KE_H

#include "ask/query.h"
#include "engine/ntske_ask.h"
#include "net/udp.h"

struct query_ke_talk;

/* Begins with the server at `at`; results go into report->ke, keys and cookies into report->query.nts.  NULL
 * without memory. */
struct query_ke_talk *query_ke_open(struct query_report *report, const struct ask_query_options *o,
				    const struct udp_target *at, int64_t now_ns);
void query_ke_close(struct query_ke_talk *k); /* accepts NULL */

int query_ke_fd(const struct query_ke_talk *k);
short query_ke_events(const struct query_ke_talk *k);

/* Goes on.  QUERY_NONE: not yet.  Otherwise it is over: QUERY_OK, or why not, with report->why. */
enum query_result query_ke_step(struct query_ke_talk *k, int64_t now_ns);

#endif
