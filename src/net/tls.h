/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A TLS 1.3 client session over TCP that never blocks: for NTS key establishment.  GnuTLS is seen by this
 * file's source only.
 *
 *	tls_open(&t, &options);
 *	while ((s = tls_step(t)) == TLS_CONNECTING || s == TLS_SHAKING)
 *		poll() tls_fd() for tls_events()
 *	tls_write(t, ...), tls_read(t, ...), tls_export(t, ...)
 *	tls_close(t);
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

enum { TLS_TEXT_MAX = 256 };

/* Where the trust comes from: read once, used by many sessions. */
struct tls_trust;

/* ca_file: PEM, NULL for the system's.  ERR_SYS or ERR_FORMAT: it cannot be read, or has no certificate. */
enum err tls_trust_new(const char *ca_file, struct tls_trust **out);
void tls_trust_free(struct tls_trust *t); /* accepts NULL */

struct tls_options {
	const struct tls_trust *trust; /* outlives the session */
	bool is_unverified;            /* any certificate will do; what is wrong with it is still told */
	const char *name;              /* what the certificate has to be for: a name or an address */
	const char *alpn;              /* the one protocol that is offered */
	struct addr addr;
	uint16_t port;
	uint32_t scope;
	const struct addr *source; /* NULL: any */
};

enum tls_failure {
	TLS_FINE,
	TLS_NO_CONNECTION,   /* TCP: refused, unreachable */
	TLS_NO_SESSION,      /* alerts, versions, garbage, closed */
	TLS_NO_ALPN,         /* a session, but it does not speak our protocol */
	TLS_BAD_CERTIFICATE, /* a session, but not with whom we want */
};

struct tls;

enum err tls_open(struct tls **out, const struct tls_options *o);
void tls_close(struct tls *t); /* accepts NULL; says goodbye if it can */

enum tls_state { TLS_CONNECTING, TLS_SHAKING, TLS_READY, TLS_FAILED };

/* Goes on with connecting and the handshake. */
enum tls_state tls_step(struct tls *t);

int tls_fd(const struct tls *t);
short tls_events(const struct tls *t); /* POLLIN or POLLOUT, whatever it waits for */

/* Once ready.  As many octets as went through at once (0: wait), or -1 when it is over. */
long tls_write(struct tls *t, const uint8_t *p, size_t len);
/* The same; at the end of the stream *at_end. */
long tls_read(struct tls *t, uint8_t *p, size_t room, bool *at_end);

/* RFC 8446 section 7.5.  False without a session. */
bool tls_export(struct tls *t, const char *label, const uint8_t *context, size_t context_len, uint8_t *out,
		size_t len);

struct tls_facts {
	enum tls_failure failure;
	char why[TLS_TEXT_MAX]; /* of a failure: a few words, printable */
	char version[24];       /* "TLS1.3"; "" without a session */
	char cipher[64];
	char subject[TLS_TEXT_MAX], issuer[TLS_TEXT_MAX]; /* of the certificate, printable; "" none seen */
	int64_t not_before_s, not_after_s;                /* Unix seconds; 0: unknown */
	char distrust[TLS_TEXT_MAX]; /* what is wrong with the certificate, also where it was let through */
};

const struct tls_facts *tls_facts(const struct tls *t);

#endif
