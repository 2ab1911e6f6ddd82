/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS (RFC 8446, RFC 5246) as far as an onlooker without keys can read it: records, hellos, alerts.  Pure;
 * octets that are missing are noted and what was reached is set.
 */
#ifndef PROTO_TLS_H
#define PROTO_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum { TLS_RECORD_HEADER = 5, TLS_RECORD_MOST = (1 << 14) + 2048 }; /* the widest body of all versions */

enum tls_record_type {
	TLS_RECORD_CHANGE_CIPHER = 20,
	TLS_RECORD_ALERT = 21,
	TLS_RECORD_HANDSHAKE = 22,
	TLS_RECORD_DATA = 23,
	TLS_RECORD_HEARTBEAT = 24,
};

struct tls_record {
	uint8_t type;
	uint16_t version; /* of the record layer: 0x0301 or 0x0303 whatever is agreed upon */
	uint16_t len;     /* of the body */
};

/* Reads the five octets.  False when they begin no record of SSL 3.0 to TLS 1.3. */
bool tls_record_parse(const uint8_t p[TLS_RECORD_HEADER], struct tls_record *out);

enum tls_handshake_type { TLS_HANDSHAKE_CLIENT_HELLO = 1, TLS_HANDSHAKE_SERVER_HELLO = 2 };

enum { TLS_NAME_MAX = 256, TLS_PROTOCOLS_MAX = 128, TLS_VERSIONS_MAX = 8 };

/* One handshake message; but for hellos only type and length are told. */
struct tls_handshake {
	uint8_t type;
	uint32_t len;     /* of its body, as it says */
	bool cut;         /* it goes on in another record */
	bool retry;       /* a server hello that asks for another client hello (RFC 8446 section 4.1.4) */
	uint16_t version; /* agreed upon (server hello), else the one of the old field */
	uint16_t cipher;  /* chosen by the server */
	unsigned n_versions;
	uint16_t versions[TLS_VERSIONS_MAX]; /* offered */
	const uint8_t *ciphers;              /* offered, two octets each; borrowed */
	unsigned n_ciphers;
	char name[TLS_NAME_MAX];           /* server name; unprintable octets as '?'; "" = none */
	char protocols[TLS_PROTOCOLS_MAX]; /* ALPN, set apart by commas; likewise */
};

/* The next message of a record's body; false at the end. */
bool tls_handshake_next(struct bytes *b, struct tls_handshake *out);

/* Values reserved so that nobody relies on knowing all (RFC 8701). */
static inline bool tls_is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

/* Words; NULL for what has none. */
const char *tls_record_name(uint8_t type);
const char *tls_handshake_name(uint8_t type);
const char *tls_version_name(uint16_t version);
const char *tls_alert_name(uint8_t description);
const char *tls_cipher_name(uint16_t cipher);

#endif
