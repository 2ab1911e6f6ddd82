/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of the monitor's clients: those of the hosts file, then those of the DNS. */
#ifndef CMD_MONITOR_NAMES_H
#define CMD_MONITOR_NAMES_H

#include <stdbool.h>

#include "cmd/monitor_options.h"
#include "engine/live.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "present/hosts.h"

struct names {
	const struct command *self;
	struct hosts hosts;
	struct resolver *resolver; /* NULL: the DNS is not asked */
	uint64_t dns_clients;
	bool is_suspended; /* only those that matter */
	uint64_t cursor;   /* of live_walk() */
};

/* 0, or STATUS_FAILED after a line that says what is wrong; close it in either case. */
int names_open(struct names *n, const struct command *self, const struct monitor_options *o,
	       struct loop *loop);
void names_close(struct names *n);

/* Another hosts file, and another budget; what the DNS said is kept. False: it cannot be read, and the
 * old one stays. */
bool names_reload(struct names *n, const struct monitor_options *o);

/* NULL: none is known.  Valid until the loop runs on.  It may have anything printable in it. */
const char *names_find(const struct names *n, const struct addr *a);

/* Each second: asks for what the budget allows, and looks for those to ask about. */
void names_tick(struct names *n, struct live *live, int64_t now_ns);

#endif
