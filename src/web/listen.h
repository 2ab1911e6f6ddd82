/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The socket and the TLS files, with messages that say what is wrong: MHD only says that it failed. */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "web/web.h"

/* A listening socket, non-blocking, in *fd, and the port that it got in *port when that was 0. */
enum err listen_open(const struct addr *a, uint16_t *port, int *fd, char why[WEB_WHY_MAX]);

/* PEM texts, NUL at the end, the caller's to free. */
struct tls_files {
	char *certificate, *key;
};

/* Both files, which have to fit together. */
enum err tls_files_read(const char *certificate, const char *key, struct tls_files *out,
			char why[WEB_WHY_MAX]);
void tls_files_release(struct tls_files *t);

/* What we show to those who connect: a certificate and its key, held by each connection that began with it,
 * so that another can take its place meanwhile. */
struct tls_identity;

/* Held once; NULL without memory, or when the two do not fit. */
struct tls_identity *tls_identity_new(const struct tls_files *t);
struct tls_identity *tls_identity_hold(struct tls_identity *i); /* i may be NULL */
void tls_identity_let_go(struct tls_identity *i);               /* the last one frees it */

/* The session, a gnutls_session_t that has not shaken hands yet, shows it. */
bool tls_identity_show(const struct tls_identity *i, void *session);

#endif
