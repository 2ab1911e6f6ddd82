/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The monitor's page and HTTP interface: from the settings to web/, and what web/ asks of the rest. */
#ifndef CMD_MONITOR_PAGE_H
#define CMD_MONITOR_PAGE_H

#include <limits.h>

#include "cmd/monitor_actions.h"
#include "cmd/monitor_feed.h"
#include "cmd/monitor_names.h"
#include "cmd/monitor_options.h"
#include "cmd/monitor_state.h"
#include "engine/live.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/sandbox.h"
#include "web/web.h"

enum { PAGE_SETTINGS_MAX = 128, PAGE_FILES_MAX = 8 };

struct page {
	const struct command *self;
	struct web *web; /* NULL: no page */
	struct log *log;
	struct loop *loop;
	struct feed *feed;
	struct names *names;
	const struct monitor_options *options;
	struct board *board;   /* NULL: nobody is watched */
	struct alarms *alarms; /* NULL with board */
	const struct actions *actions;
	char history[PATH_MAX]; /* the folder of what was kept of those who are; "": none */
	char safety[SANDBOX_TEXT_MAX];
	/* Something with the saved state that somebody should look at; "" while all is well. */
	char trouble[STATE_TROUBLE_MAX];

	/* what the hooks hand out */
	struct watch_device devices[WATCH_DEVICES_MAX];
	struct web_fact settings[PAGE_SETTINGS_MAX], files[PAGE_FILES_MAX], libraries[4];
	char *values[PAGE_SETTINGS_MAX]; /* ours; NULL: "" */
	const char *sentences[2];
	size_t n_settings;
};

/* Begins to listen; feed, names, options and live have to last. 0, or STATUS_FAILED after a line that
 * says what is wrong; close it in either case. */
int page_open(struct page *p, const struct command *self, const struct monitor_options *o, struct live *live);
/* Whether it could open, as far as that can be said without listening; as page_open(). */
int page_check(const struct command *self, const struct monitor_options *o);
void page_close(struct page *p);

/* Takes up certificate, secrets, names and proxies anew.  False after a line in the log: they stay. */
bool page_reload(struct page *p, const struct monitor_options *o);

/* The settings in force become those of the options: of the names for which `which` says so, all when it is
 * NULL (as page_open() does). */
void page_settings(struct page *p, bool (*which)(const char *name));
/* One of them as text. */
const char *page_setting(const struct page *p, const char *name);

/* Splits "192.0.2.1:80" or "[2001:db8::1]:80".  False: it is neither. */
bool page_listen(const char *text, char address[ADDR_TEXT_MAX], uint16_t *port);

#endif
