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

enum { CONF_FILE_MAX = 1 << 20, CONF_MESSAGE_MAX = 640 };

/* The texts that settings point to. */
struct conf {
	char **kept;
	size_t n, cap;
};

/* Reads text into settings. ERR_FORMAT: message holds one line, "line 7: bad value 'x' for 'threads':
 * ..." */
enum err conf_parse(struct conf *c, const struct command *self, void *settings, const char *text, size_t len,
		    char message[CONF_MESSAGE_MAX]);

/* The same for a file; the message names it.  ERR_SYS when it cannot be read. */
enum err conf_read(struct conf *c, const struct command *self, void *settings, const char *path,
		   char message[CONF_MESSAGE_MAX]);

/* What settings point to is gone afterwards. */
void conf_release(struct conf *c);

#endif
