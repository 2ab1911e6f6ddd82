/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be seen of NTS key establishment (RFC 8915 section 4) without its keys: the TLS hello messages
 * on TCP port 4460; and the records themselves, for those who hold the plaintext.
 */
#ifndef PROTO_NTSKE_H
#define PROTO_NTSKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum tls_seen { TLS_NONE, TLS_CLIENT_HELLO, TLS_SERVER_HELLO, TLS_ALERT, TLS_OTHER };

enum { TLS_SNI_MAX = 256, TLS_ALPN_MAX = 64 };

struct tls_hello {
	enum tls_seen seen;
	char sni[TLS_SNI_MAX];   /* host name as sent, NUL-terminated, unprintable octets as '?'; "" = none */
	char alpn[TLS_ALPN_MAX]; /* first protocol offered; "" = none */
	bool alpn_ntske;         /* "ntske/1" is among those offered (RFC 8915 section 4) */
	bool cut;                /* the hello goes on beyond this segment */
	uint8_t alert_level, alert_description;
};

/* Looks at the first octets of a TCP segment's payload.  Of a hello that is cut, what was reached is set;
 * TLS_NONE when these octets begin no TLS record, as in the middle of a stream. */
void tls_hello_parse(const uint8_t *p, uint32_t len, struct tls_hello *out);

struct ntske_record {
	bool critical;
	uint16_t type;
	const uint8_t *body;
	uint16_t body_len;
};

/* The next record; false at the end or when it is cut (then b->bad). */
bool ntske_record_next(struct bytes *b, struct ntske_record *out);

#endif
