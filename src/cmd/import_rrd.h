/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Round-robin files of others, for `ntpscope import`. */
#ifndef CMD_IMPORT_RRD_H
#define CMD_IMPORT_RRD_H

#include <stdbool.h>

#include "cmd/options.h"
#include "store/journal_once.h"

/* By how it begins. */
bool import_is_rrd(const char *path);

/* sources: "DS=SERIES" or "DS=SERIES*FACTOR".  A source that is called like a series is one.  0, or a
 * status after one line; says on standard output what it took for what. */
int import_rrd(const struct command *self, const char *path, const struct text_list *sources,
	       const char *target, struct journal_once *journal);

#endif
