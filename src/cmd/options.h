/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Option tables.  A row says how an option is written, what kind of value it takes and where in the
 * command's settings the value goes; parsing and help are the same code for every command.
 *
 *	struct settings {
 *		struct capture_options captures;     first: the shared rows of captures.h write there
 *		uint64_t count;
 *	};
 *	static const struct option_row rows[] = {
 *		{ 'c', "count", "N", "stop after N rows", OPTION_COUNT,
 *		  .offset = offsetof(struct settings, count), .min = 1, .max = UINT64_MAX },
 *	};
 *
 * Accepted: --name=VALUE, --name VALUE, -xVALUE, -x VALUE, flags combined (-ab), "--" before arguments that
 * begin with a dash, options and arguments in any order.  "-" is an argument (standard input).
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/addr.h"
#include "cmd/command.h"

enum option_kind {
	OPTION_FLAG,     /* bool, becomes true */
	OPTION_TEXT,     /* const char * */
	OPTION_TEXTS,    /* struct text_list: may be given again */
	OPTION_ADDRS,    /* struct addr_list: may be given again, checked to be addresses */
	OPTION_COUNT,    /* uint64_t from min to max; "k", "M", "G" multiply by powers of 1000 */
	OPTION_DURATION, /* int64_t ns, min to max in seconds: "5", "0.25", "200ms", "10min", "2h", "7d" */
	OPTION_CHOICE,   /* int, index into the words of `choices` */
};

struct option_row {
	char letter;         /* 0: only the long name */
	const char *name;    /* without the dashes; NULL: only the letter */
	const char *metavar; /* NULL for flags; for choices NULL means the words themselves */
	const char *help;    /* one line, lower case, no full stop, at most 48 columns */
	enum option_kind kind;
	size_t offset;     /* of the value in the settings */
	uint64_t min, max; /* OPTION_COUNT and OPTION_DURATION; max of OPTION_ADDRS: so often, 0: no matter */
	const char *choices; /* "table|json|csv" */
	/* More than its kind asks for; NULL: nothing.  False: why says what is wrong. */
	bool (*check)(const char *value, char *why, size_t why_len);
	/* Whether a text cannot stand beside one that was given before, and why.  NULL: it always can. */
	bool (*clashes)(const char *earlier, const char *value, char *why, size_t why_len);
	/* For commands with a configuration file, see conf.h. */
	const char *section;  /* where its line belongs; NULL: command line only */
	const char *standard; /* the value it has when nothing is said, as text, for manuals; NULL: none */
	const char *example;  /* of a value, where there is no standard one */
	bool is_rare;         /* left to the manual: --help does not list it */
	bool is_secret;       /* not shown on the page */
};

enum { OPTION_LIST_MAX = 640 }; /* more than there are fields */

struct text_list {
	size_t n;
	const char *at[OPTION_LIST_MAX];
};

struct addr_list {
	size_t n;
	struct addr at[OPTION_LIST_MAX];
};

/* Parses argv[1..*argc-1] for self into settings.  On true, argv[0..*argc-1] are the positional arguments.
 * On false the command is over and *status is its exit status: --help was printed (0), or one line said what
 * is wrong (2). */
bool options_parse(const struct command *self, void *settings, int *argc, char **argv, int *status);

/* Takes one value for a row into settings, as from the command line; flags take yes and no.  False: why says
 * what is wrong with it.  Texts are borrowed. */
bool options_take(const struct option_row *row, void *settings, const char *value, char *why, size_t why_len);

/* What `ntpscope packets --help` prints. */
void options_help(const struct command *self, FILE *out);

/* What `ntpscope --help` prints: all commands, in groups. */
void options_help_all(FILE *out);

/* The word among n that the user most likely meant by `word`, or NULL when none is near. */
const char *options_nearest(const char *word, const char *const *words, size_t n);

/* The table of `self` and the shared one, row by row, for help; NULL at the end. */
const struct option_row *options_row(const struct command *self, size_t i);

#endif
