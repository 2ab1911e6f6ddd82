/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all commands that read captures share: their options, and from these the source, ready to run.
 *
 *	struct input in;
 *	int status = input_open(&in, self, &s.input, argc, argv);
 *	if (status)
 *		return status;
 *	while (input_next(&in, batch, BATCH, &n))       or give in.source to a pipeline, and the
 *		...                                     error it ended with to input_ended()
 *	status = input_finish(&in);                     warns of damage, frees everything
 */
#ifndef CMD_INPUT_H
#define CMD_INPUT_H

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "present/hosts.h"
#include "source/source.h"

enum match_kind { MATCH_STRICT, MATCH_WIRESHARK };
enum color_kind { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* First member of the settings of every command with reads_captures. */
struct input_options {
	const char *filter;       /* -f EXPR: BPF, NULL for none */
	struct addr_list servers; /* --server ADDR: these addresses are servers, whatever the packets say */
	int match;                /* --match: enum match_kind */
	uint64_t threads;         /* --threads: 0 means one a processor */
	const char *hosts;        /* --hosts FILE: names for addresses */
	int64_t timeout_ns;       /* --timeout: how long an answer may take */
	uint64_t capacity;        /* --capacity: entries of the largest table; 0 means the command's default */
	const char *output;       /* -o FILE: instead of standard output */
	int color;                /* --color: enum color_kind */
};

#define INPUT_DEFAULTS { .match = MATCH_STRICT, .timeout_ns = 5 * INT64_C(1000000000), .color = COLOR_AUTO }

/* The shared rows; offsets count from struct input_options.  They follow the command's own in --help. */
extern const struct option_row input_rows[];
extern const size_t n_input_rows;

struct input {
	const struct command *command;
	const struct input_options *options;
	struct source *source; /* filtered by -f, watched by the progress line; its stats are those of the files */
	struct hosts hosts;    /* empty without --hosts */
	enum err ended;        /* what the source ended with, ERR_END when all is well */
	const char *const *paths;
	size_t n_paths;
};

/* Opens the captures, compiles the filter, reads the hosts file.  0, or STATUS_FAILED after one line that says
 * what is wrong; then there is nothing to release. */
int input_open(struct input *in, const struct command *self, const struct input_options *options, int n_paths,
	       char **paths);

/* The same, for commands that will read everything twice: standard input is put into an unlinked temporary
 * file first, when it is a pipe. */
int input_open_twice(struct input *in, const struct command *self, const struct input_options *options,
		     int n_paths, char **paths);

/* Starts over from the first packet.  0 or STATUS_FAILED; on failure *in still wants input_finish(). */
int input_rewind(struct input *in);

/* The next packets, at most max, in *n; false at the end, in whichever way it came. */
bool input_next(struct input *in, struct packet *out, size_t max, size_t *n);

/* For those who read in.source themselves: what its last source_next() returned. */
static inline void input_ended(struct input *in, enum err e)
{
	in->ended = e;
}

/* Frees everything.  STATUS_OK; STATUS_DAMAGED after a warning when the captures could not be read wholly. */
int input_finish(struct input *in);

#endif
