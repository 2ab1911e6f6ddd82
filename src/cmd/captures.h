/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all commands that read captures share: their options, and from these the source, ready to run.
 *
 *	struct captures in;
 *	int status = captures_open(&in, self, &s.captures, argc, argv);
 *	if (status)
 *		return status;
 *	while (captures_next(&in, batch, BATCH, &n))       or give in.source and in.filter to a pipeline,
 *		...                                     and the error it ended with to captures_ended()
 *	status = captures_finish(&in);                     warns of damage, frees everything
 */
#ifndef CMD_CAPTURES_H
#define CMD_CAPTURES_H

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "present/hosts.h"
#include "source/bpf.h"
#include "source/source.h"

enum match_kind { MATCH_STRICT, MATCH_WIRESHARK };
enum color_kind { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* First member of the settings of every command with reads_captures. */
struct capture_options {
	const char *filter;       /* -f EXPR: BPF, NULL for none */
	const char *display;      /* -Y FILTER: Wireshark's language, NULL for none; see select.h */
	struct addr_list servers; /* --server ADDR: these addresses are servers, whatever the packets say */
	int match;                /* --match: enum match_kind */
	uint64_t threads;         /* --threads: 0 means one a processor */
	const char *hosts;        /* --hosts FILE: names for addresses */
	int64_t timeout_ns;       /* --timeout: how long an answer may take */
	uint64_t capacity;  /* --capacity: entries of the largest table; 0 means the command's default */
	const char *output; /* -o FILE: instead of standard output */
	int color;          /* --color: enum color_kind */
};

#define CAPTURE_DEFAULTS                                                                          \
	{                                                                                         \
		.match = MATCH_STRICT, .timeout_ns = 5 * INT64_C(1000000000), .color = COLOR_AUTO \
	}

/* The shared rows; offsets count from struct capture_options.  They follow the command's own in --help. */
extern const struct option_row capture_rows[];
extern const size_t n_capture_rows;

struct filter;
struct select;

struct captures {
	const struct command *command;
	const struct capture_options *options;
	struct source *source;  /* watched by the progress line; gives frames that -f will refuse, too */
	struct bpf *filter;     /* -f, for bpf_matches(); NULL without */
	struct filter *display; /* -Y, compiled; NULL without */
	struct select *select;  /* of select_begin(): frames that -Y wants; NULL: all */
	struct hosts hosts;     /* empty without --hosts */
	enum err ended;         /* what the source ended with, ERR_END when all is well */
	const char *const *paths;
	size_t n_paths;
};

/* Opens the captures, compiles the filters, reads the hosts file.  0, or STATUS_FAILED after one line that
 * says what is wrong; then there is nothing to release. */
int captures_open(struct captures *in, const struct command *self, const struct capture_options *options,
		  int n_paths, char **paths);

/* The same, for commands that will read everything twice (-Y may make others do so, too): standard input is
 * put into an unlinked temporary file first, when it is a pipe. */
int captures_open_twice(struct captures *in, const struct command *self,
			const struct capture_options *options, int n_paths, char **paths);

/* Starts over from the first packet.  0 or STATUS_FAILED; on failure *in still wants captures_finish(). */
int captures_rewind(struct captures *in);

/* The next packets that pass -f, and -Y after select_begin(), at most max, in *n; false at the end, in
 * whichever way it came. */
bool captures_next(struct captures *in, struct packet *out, size_t max, size_t *n);

/* Whether the frame passes -f, and -Y after select_begin().  Any thread. */
bool captures_passes(const struct captures *in, const struct packet *p);

/* For those who read in.source themselves: what its last source_next() returned. */
static inline void captures_ended(struct captures *in, enum err e)
{
	in->ended = e;
}

/* Frees everything.  STATUS_OK; STATUS_DAMAGED after a warning when the captures could not be read wholly. */
int captures_finish(struct captures *in);

#endif
