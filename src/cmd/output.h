/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a command's result goes: standard output or the file of -o, behind a struct buf.  A disk that is full
 * shows at output_finish(), which every command calls last and whose status wins over its own.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "cmd/captures.h"
#include "cmd/command.h"

struct output {
	const struct command *command;
	const char *path; /* NULL: standard output */
	bool aside;       /* written to a nameless or temporary file that takes the name when all is well */
	char *temporary;  /* its name, where the file system knows no nameless files */
	struct buf buf;
	bool color;       /* escape sequences are wanted: a terminal, or asked for; NO_COLOR is honoured */
	bool terminal;    /* standard output is one */
	unsigned columns; /* of the terminal, 80 when it is none */
};

/* 0, or STATUS_FAILED after one line.  A regular file is written aside and takes its name in
 * output_finish(), so that whatever goes wrong leaves the old one as it was. */
int output_open(struct output *out, const struct command *self, const char *path, int color);

/* The same with the options of opened captures; refuses to write over one of them or their hosts file. */
int output_open_for(struct output *out, const struct command *self, const struct captures *in);

/* False, after one line, when output and input (either may be NULL) are the same file. */
bool output_spares(const struct command *self, const char *output, const char *input);

/* True once a write has failed: long loops ask now and then and give up. */
static inline bool output_broken(const struct output *out)
{
	return out->buf.err != ERR_OK;
}

/* Writes what is left and closes.  Returns `status` when all was written, otherwise STATUS_FAILED after one
 * line (none for a closed pipe, as is the custom).  With a status of STATUS_FAILED a file written aside is
 * dropped. */
int output_finish(struct output *out, int status);

#endif
