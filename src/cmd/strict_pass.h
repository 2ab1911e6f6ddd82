/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first pass of commands that show packets beside what the engine knows of them. */
#ifndef CMD_STRICT_PASS_H
#define CMD_STRICT_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/captures.h"
#include "engine/census.h"
#include "engine/config.h"
#include "engine/exchange_index.h"
#include "engine/finder.h"

struct strict_pass {
	struct captures *in;
	const struct engine_config *config;
	/* Only so many rows will be asked about (0: all): reading ends when the fate of those is known. */
	uint64_t max_rows;
	bool all_frames; /* every frame is a row, not only those that are NTP by the rule */
	enum finder_rule rule;
	struct exchange_index *exchanges; /* filled, unless NULL */
	struct census **census;           /* the caller's to free, unless NULL */
};

/* ERR_MEMORY or ERR_LIMIT.  What the captures themselves have to complain of is no failure here: it comes up
 * again in the pass that follows. */
enum err strict_pass_run(struct strict_pass *pass);

#endif
