/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One HTTP or HTTPS GET, piece by piece, in the calling thread; and a POST of whose answer only the status
 * counts.  No redirects: what is asked has its answer or none.  libcurl is seen by this file's source
 * only.
 */
#ifndef NET_HTTP_GET_H
#define NET_HTTP_GET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { HTTP_WHY_MAX = 400, HTTP_URL_MAX = 2048 };

struct http_options {
	const char *user, *password; /* Basic; NULL: none */
	const char *token;           /* Bearer; NULL: none */
	const char *authorities;     /* path of certificates to trust, PEM; NULL: those of the system */
	long connect_s, silence_s; /* give up after so long without a connection, without a byte; 0: never */
};

/* A connection that is kept from request to request. */
struct http_client;

/* Texts are borrowed.  NULL without memory. */
struct http_client *http_client_new(const struct http_options *options);
void http_client_free(struct http_client *c);

/* take() gets the pieces of a good answer (200) and returns false to stop.  Otherwise why has one
 * sentence for people; ERR_SYS: no connection or it broke off, ERR_FORMAT: another status (the
 * sentence is what the server said), ERR_END: take() stopped it, without a sentence. */
enum err http_get(struct http_client *c, const char *url,
		  bool (*take)(void *arg, const char *data, size_t len), void *arg, char why[HTTP_WHY_MAX]);

/* Sends data, to a stranger's server, by way of the proxies that the environment names.  ERR_OK: its status
 * was 2xx.  Otherwise why has one sentence, and *again tells whether another try may help.  At most
 * silence_s in all. */
enum err http_post(struct http_client *c, const char *url, const char *type, const char *data, size_t len,
		   char why[HTTP_WHY_MAX], bool *again);

/* text with all but letters, digits and -._~ as %XX; false when it does not fit. */
bool http_escape(const char *text, char *out, size_t room);

#endif
