/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The associations of an ntpd, as ntpq -p prints them, and as JSON. */
#ifndef PRESENT_PEER_ROWS_H
#define PRESENT_PEER_ROWS_H

#include <stdbool.h>

#include "engine/peer_vars.h"
#include "present/json.h"

struct peer_table {
	struct buf *out;
	unsigned columns;  /* of the page */
	bool numeric;      /* addresses instead of the names of the server's configuration */
	bool wide;         /* a name that has no room gets a line of its own, instead of being cut */
	bool associations; /* the column of association ids, as `apeers` has it */
	int64_t now_ns;    /* our clock, UTC */
};

void peer_table_head(const struct peer_table *t);
void peer_table_row(const struct peer_table *t, const struct peer_vars *p);

/* One object of an array that is open. */
void peer_json_row(struct jw *j, const struct peer_vars *p, int64_t now_ns);

#endif
