/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From captures to a census, for the commands that print one: opens, counts, and tells what the source said.
 *
 *	struct counted x;
 *	int status = counted_open(&x, self, &s.captures, argc, argv);
 *	...                                     x.config and x.io may still be changed
 *	status = counted_run(&x);
 *	...                                     x.census and x.info are there
 *	return counted_close(&x, status);
 */
#ifndef CMD_CENSUS_H
#define CMD_CENSUS_H

#include "cmd/captures.h"
#include "cmd/engine.h"
#include "cmd/output.h"
#include "present/source_info.h"

struct counted {
	const struct command *self;
	struct captures in;
	struct output out;
	struct engine_config config;
	struct pipeline_io io;
	struct census *census;   /* NULL until counted_run() gave STATUS_OK */
	struct source_info info; /* damage is borrowed from the source */
};

/* Opens captures and output.  0, or STATUS_FAILED with nothing left to close. */
int counted_open(struct counted *x, const struct command *self, const struct capture_options *options,
		 int n_paths, char **paths);

/* Reads everything.  STATUS_FAILED after one line when there is no census.  A row callback that stops with
 * ERR_END ends the run well. */
int counted_run(struct counted *x);

/* Writes what is left, warns of damage, frees.  Returns the command's exit status. */
int counted_close(struct counted *x, int status);

#endif
