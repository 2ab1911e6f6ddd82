/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A subcommand: one file in this folder that ends in one `const struct command`, listed in commands.c.  The
 * rows of its option table drive parsing and --help; see options.h.
 *
 *	static int run(const struct command *self, int argc, char **argv)
 *	{
 *		struct settings s = { .captures = CAPTURE_DEFAULTS };
 *		int status;
 *		if (!options_parse(self, &s, &argc, argv, &status))
 *			return status;
 *		...                        argv[0] to argv[argc - 1] are the positional arguments now
 *	}
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct option_row;

/* Exit statuses.  A status that a command of its own needs is listed in docs/formats.md. */
enum {
	STATUS_OK = 0,
	STATUS_DAMAGED = 1, /* a result, but not from all of the input: the warning says why */
	STATUS_FAILED = 2,  /* no result: wrong usage, unreadable input, output that could not be written */
};

struct command {
	const char *name;
	const char *summary;          /* its line in `ntpscope --help` */
	const char *arguments;        /* "CAPTURE...", "" when it takes none */
	const char *about;            /* a paragraph for its own --help, lines of at most 78 columns */
	const char *examples;         /* lines of shell, each ending in \n */
	void (*more_help)(FILE *out); /* what --help says behind the options; NULL for nothing */
	const struct option_row *options;
	size_t n_options;
	bool reads_captures; /* the shared rows of captures.h apply too: its settings begin with
				   struct capture_options */
	bool prints_at_end;  /* nothing is printed while captures are read: progress fits the same terminal */
	unsigned min_arguments; /* fewer are a usage error */
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command cmd_clients;
extern const struct command cmd_completion;
extern const struct command cmd_exchanges;
extern const struct command cmd_fields;
extern const struct command cmd_graph;
extern const struct command cmd_history;
extern const struct command cmd_import;
extern const struct command cmd_monitor;
extern const struct command cmd_packets;
extern const struct command cmd_query;
extern const struct command cmd_follow;
extern const struct command cmd_report;
extern const struct command cmd_streams;
extern const struct command cmd_top;
extern const struct command cmd_peers;
extern const struct command cmd_vars;
extern const struct command cmd_clock;
extern const struct command cmd_sysstats;
extern const struct command cmd_iostats;
extern const struct command cmd_monstats;
extern const struct command cmd_mru;
extern const struct command cmd_tracking;
extern const struct command cmd_sources;
extern const struct command cmd_sourcestats;
extern const struct command cmd_serverstats;
extern const struct command cmd_ntpdata;
extern const struct command cmd_authdata;
extern const struct command cmd_selectdata;
extern const struct command cmd_activity;

/* The table in commands.c, ended by NULL. */
extern const struct command *const commands[];

/* One line on standard error, "ntpscope packets: MESSAGE".  Control bytes in it, which may come from file
 * names or packets, are shown as \xNN.  self may be NULL before a command is known. */
void command_error(const struct command *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with "warning: " before the message. */
void command_warning(const struct command *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
