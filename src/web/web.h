/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page and the HTTP interface (docs/openapi.yaml) over a live engine.
 *
 *	struct web *web;
 *	char why[WEB_WHY_MAX];
 *	if (web_new(&config, live, &hooks, &web, why))
 *		...                            why says what is wrong and how to put it right
 *	add web_fd(web) to the loop, readable: web_run(web)
 *	web_free(web)
 *
 * All of it runs in the thread that calls web_run(), which never blocks for more than some
 * milliseconds but for sorting a list of millions; hooks are called from there.  A report is made
 * by a child process.
 *
 * It reads its files (certificate, key) in web_new() and web_reload() only.  SIGPIPE
 * must be ignored.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "engine/alarms.h"
#include "engine/board.h"
#include "engine/live.h"

enum { WEB_WHY_MAX = 400, WEB_URL_MAX = 96 };

/* Texts are borrowed until web_new() returns. */
struct web_config {
	const char *address;        /* "127.0.0.1", "::1", "0.0.0.0", ... */
	uint16_t port;              /* 8123; 0: any that is free */
	const char *certificate;    /* path of a PEM file with the chain, NULL: no TLS */
	const char *key;            /* path of its key, PEM */
	const char *user;           /* goes with password */
	const char *password;       /* NULL: none */
	const char *token;          /* bearer token, NULL: none; with both, either will do */
	const struct addr *proxies; /* what they say of who asks is believed (X-Forwarded-For) */
	size_t n_proxies;           /* up to 16 */
	const char *names; /* names of this host in addresses, apart by blanks; for web_new()'s rules */
	unsigned max_connections; /* 256 */
	unsigned max_per_address; /* connections of one address: 64 */
	unsigned max_readers;     /* of /api/v1/events: 64 */
	unsigned timeout_s;       /* of a connection on which nothing happens: 30 */
	/* Orders of the list that are kept: 24 MB, half for pages and half for streams, one each whatever its
	 * size. */
	size_t max_view_bytes;
};

/* The defaults that the comments name. */
struct web_config web_config_default(void);

/* ---- what the caller knows ------------------------------------------------------------------------- */

enum web_source_kind { WEB_SOURCE_INTERFACE, WEB_SOURCE_REPLAY };
enum web_source_state { WEB_SOURCE_UP, WEB_SOURCE_DOWN, WEB_SOURCE_ENDED };

struct web_source {
	const char *name;
	enum web_source_kind kind;
	enum web_source_state state;
	bool has_drops; /* the three below are known */
	uint64_t n_received, n_dropped, n_interface_dropped;
};

enum web_names_state { WEB_NAMES_OFF, WEB_NAMES_ON, WEB_NAMES_SUSPENDED };

struct web_names {
	enum web_names_state state;
	uint64_t n_known, n_waiting, n_queries;
};

struct web_fact {
	const char *what, *value;
	const char *note; /* may be NULL */
};

/* Borrowed until the next call of a hook. */
struct web_about {
	const struct web_fact *files; /* what: "configuration", "state", ...; value: its path */
	size_t n_files;
	const struct web_fact *settings; /* what: its name */
	size_t n_settings;
	const char *const *safety; /* sentences */
	size_t n_safety;
	const struct web_fact *libraries; /* what: its name, value: its version */
	size_t n_libraries;
	/* Something with the saved state that somebody should look at; NULL: all is well. */
	const char *snapshot_trouble;
	bool misses_helper; /* who acts on alarms has ended */
};

enum { WEB_SOURCES_MAX = 32 };

/* Each may be NULL. */
struct web_hooks {
	void *arg;
	/* The name of an address, NULL when unknown; good until the next call.  It is called for
	 * each client when the list is filtered or sorted by name, then with the engine's lock
	 * held: it must not call live.h. */
	const char *(*name)(void *arg, const struct addr *a);
	size_t (*sources)(void *arg, struct web_source *out, size_t max);
	void (*names)(void *arg, struct web_names *out);
	void (*about)(void *arg, struct web_about *out);
	struct alarms *alarms; /* about them; NULL: there are none */
	struct board *board;   /* of the servers that are watched; NULL: none are */
	const char *history;   /* the folder of what is kept of them (store/history.h); NULL: nothing is */
	/* False once live_run() has returned, unless a replay came to its end as it should. */
	bool (*counting)(void *arg);
	/* One line for the log, without newline; nothing in it needs to be escaped. */
	void (*log)(void *arg, bool is_error, const char *line);
};

struct web;

/* What web_new() says of the configuration before it begins: whether it is safe, and whether certificate and
 * key can be read and fit. */
enum err web_check(const struct web_config *config, char why[WEB_WHY_MAX]);

/* hooks and live stay the caller's and have to last.  ERR_USAGE when the configuration is not safe
 * or makes no sense, ERR_SYS when the address cannot be had; why then has one sentence or two,
 * without a full stop at the end. */
enum err web_new(const struct web_config *config, struct live *live, const struct web_hooks *hooks,
		 struct web **out, char why[WEB_WHY_MAX]);
void web_free(struct web *w);

/* Takes up what may change while it serves: user, password, token, names, proxies, and with TLS the
 * certificate and its key.  address has to be as it was, the rest is not looked at.  When a secret has
 * changed, connections are closed.  After an error, with why as above, all is as it was. */
enum err web_reload(struct web *w, const struct web_config *config, char why[WEB_WHY_MAX]);

/* Readable when web_run() has something to do. */
int web_fd(const struct web *w);
void web_run(struct web *w);

/* "http://127.0.0.1:8123/" */
void web_url(const struct web *w, char out[WEB_URL_MAX]);

#endif
