/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command's configuration file: the options of its table that have a section, one line each.
 *
 *	# ntpscope.conf
 *	[capture]
 *	interface = eth0
 *	[clients]
 *	capacity = 2M
 *
 * Options that may be given again may have several lines. '#' and ';' begin comments. The first thing
 * that is wrong ends it: a half understood configuration is worse than none.
 */
#ifndef CMD_CONF_H
#define CMD_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cmd/command.h"

enum { CONF_FILE_MAX = 1 << 20, CONF_MESSAGE_MAX = 640, CONF_WHERE_MAX = 192 };

/* A text that settings point to, and the line that it stands in. */
struct conf_text {
	char *text;
	int line;
};

struct conf {
	struct conf_text *kept;
	size_t n, cap;
	char path[CONF_WHERE_MAX - 32]; /* of conf_read(), cut where it is longer */
};

/* Reads text into settings. ERR_FORMAT: message holds one line, "line 7: bad value 'x' for 'threads':
 * ..." */
enum err conf_parse(struct conf *c, const struct command *self, void *settings, const char *text, size_t len,
		    char message[CONF_MESSAGE_MAX]);

/* The same for a file; the message names it.  ERR_SYS when it cannot be read. */
enum err conf_read(struct conf *c, const struct command *self, void *settings, const char *path,
		   char message[CONF_MESSAGE_MAX]);

/* Where a text that settings point to stands, for what is found wrong after all was read:
 * "'/etc/ntpscope.conf', line 7: ".  "" where it is not of this file but of the command line, and without a
 * file (NULL). */
void conf_where(const struct conf *c, const char *text, char out[CONF_WHERE_MAX]);
/* The line; 0: none. */
int conf_line(const struct conf *c, const char *text);

/* What settings point to is gone afterwards. */
void conf_release(struct conf *c);

#endif
