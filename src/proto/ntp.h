/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The NTP data header (RFC 5905 section 7.3; versions 1 to 4 share it), the NTPv5 draft header, and the
 * rule which trailing octets are extension fields and which the MAC.  Odd values are data, never errors.
 */
#ifndef PROTO_NTP_H
#define PROTO_NTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
	NTP_PORT = 123,
	NTS_KE_PORT = 4460,
	NTP_HEADER_LEN = 48,
};

enum ntp_mode {
	NTP_MODE_RESERVED = 0,
	NTP_MODE_ACTIVE = 1,
	NTP_MODE_PASSIVE = 2,
	NTP_MODE_CLIENT = 3,
	NTP_MODE_SERVER = 4,
	NTP_MODE_BROADCAST = 5,
	NTP_MODE_CONTROL = 6,
	NTP_MODE_PRIVATE = 7,
};

struct ntp_header {
	uint8_t leap, version, mode;
	uint8_t stratum;
	int8_t poll_log2s, precision_log2s;
	uint32_t root_delay;      /* 16.16 seconds, unsigned as in RFC 5905 */
	uint32_t root_dispersion; /* 16.16 seconds */
	uint8_t refid[4];
	uint64_t reference, origin, receive, transmit; /* 32.32 seconds since 1900; 0 = unknown */
};

static inline uint8_t ntp_first_leap(uint8_t first)
{
	return first >> 6;
}
static inline uint8_t ntp_first_version(uint8_t first)
{
	return first >> 3 & 7;
}
static inline uint8_t ntp_first_mode(uint8_t first)
{
	return first & 7;
}

/* Reads the 48 octets.  A shorter payload gives false; the fields that are wholly there are set, the rest
 * is zero.  Valid for versions 0 to 4 as far as the layout goes; version 5 has ntp5_header_parse(). */
bool ntp_header_parse(const uint8_t *p, uint32_t len, struct ntp_header *out);

/* draft-ietf-ntp-ntpv5 (layout of -06 to -09). */
struct ntp5_header {
	uint8_t leap, mode, stratum;
	int8_t poll_log2s, precision_log2s;
	uint32_t root_delay, root_dispersion; /* 4.28 seconds */
	uint8_t timescale, era;
	uint16_t flags;
	uint64_t server_cookie, client_cookie, receive, transmit;
};

bool ntp5_header_parse(const uint8_t *p, uint32_t len, struct ntp5_header *out);

/* Extension field types (IANA, RFC 9748). */
enum ntp_ext_type {
	NTP_EXT_NTS_UID = 0x0104,
	NTP_EXT_NETWORK_CORRECTION = 0x010a,
	NTP_EXT_NTS_COOKIE = 0x0204,
	NTP_EXT_NTS_PLACEHOLDER = 0x0304,
	NTP_EXT_NTS_AUTH = 0x0404,
	NTP_EXT_CHECKSUM = 0x2005,
	NTP_EXT_MONO_ROOT = 0xf323,
	NTP5_EXT_PADDING = 0xf501,
	NTP5_EXT_MAC = 0xf502,
	NTP5_EXT_REFID_REQUEST = 0xf503,
	NTP5_EXT_REFID_RESPONSE = 0xf504,
	NTP5_EXT_SERVER_INFO = 0xf505,
	NTP5_EXT_CORRECTION = 0xf506,
	NTP5_EXT_REFERENCE = 0xf507,
	NTP5_EXT_MONO_RECEIVE = 0xf508,
	NTP5_EXT_SECONDARY = 0xf509,
	NTP5_EXT_DRAFT_ID = 0xf5ff,
};

struct ntp_ext {
	uint16_t type;
	uint16_t len;    /* as in the field: header and padding included (version 5: padding not) */
	uint32_t offset; /* of the field's header, from the start of the NTP payload */
};

enum { NTP_EXT_MAX = 32 };

enum ntp_auth_kind {
	NTP_AUTH_NONE,
	NTP_AUTH_MAC,        /* key id and digest */
	NTP_AUTH_CRYPTO_NAK, /* four zero octets, RFC 5905 section 7.5 */
	NTP_AUTH_NTS,        /* RFC 8915: unique identifier and authenticator are there */
	NTP_AUTH_NTS_NAK,    /* kiss code NTSN with a unique identifier */
	NTP_AUTH_MS_SNTP,    /* up to version 3: 72 octets, or 20 whose digest is all zero (a request) */
	NTP_AUTH_AUTOKEY,    /* RFC 5906 fields */
};

/* What follows the 48 octets.  Of ext[] only the first n_ext are set.  Where a capture cuts the MAC or the
 * NTS authenticator, auth is known from lengths and types, but mac_len or the entry in ext[] is missing. */
struct ntp_trailer {
	uint8_t auth;   /* enum ntp_auth_kind */
	bool malformed; /* a rest that is neither field nor MAC; what came before it is kept */
	bool cut;       /* the capture ends inside the trailer: what is whole is kept */
	uint8_t n_ext;
	uint16_t n_ext_more; /* fields beyond NTP_EXT_MAX, counted only */
	uint8_t n_cookies, n_placeholders;
	struct ntp_ext ext[NTP_EXT_MAX];
	uint32_t key_id;
	uint32_t mac_offset, mac_len; /* digest octets behind the key id; 0 = no MAC */
	uint32_t uid_offset, uid_len; /* NTS unique identifier's value; 0 = none */
	uint32_t rest_offset;         /* where the rest that is malformed begins; 0 = none */
};

/* Splits octets 48.. of an NTP data packet (modes 0 to 5) of `len` present and `wire_len` sent octets by
 * the rules for its version (RFC 7822, RFC 8573; versions 0 to 3: the whole rest is the MAC; 5: the draft's
 * fields; 6 and 7 as 4).  header may not be NULL: version, stratum and refid decide. */
void ntp_trailer_parse(const uint8_t *p, uint32_t len, uint32_t wire_len, const struct ntp_header *header,
		       struct ntp_trailer *out);

/* Kiss codes, RFC 5905 section 7.4 and RFC 8915; the ones that are counted apart. */
enum ntp_kiss {
	KISS_NONE, /* not a kiss-o'-death packet */
	KISS_RATE,
	KISS_DENY,
	KISS_RSTR,
	KISS_AUTH,
	KISS_CRYP,
	KISS_NTSN,
	KISS_INIT,
	KISS_STEP,
	KISS_OTHER, /* another printable code */
	N_KISS,
};

/* A server or broadcast packet (modes 4, 5, 2) of stratum 0 whose refid is four printable octets; a refid of
 * zeros or unprintable octets is KISS_NONE ("unspecified"). */
enum ntp_kiss ntp_kiss_of(const struct ntp_header *h);

/* "RATE", ...; "other" for KISS_OTHER, "" for KISS_NONE. */
const char *ntp_kiss_name(enum ntp_kiss k);

#endif
