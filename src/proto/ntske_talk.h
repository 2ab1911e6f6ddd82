/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two messages of NTS key establishment (RFC 8915 section 4): the client's request, and the server's
 * answer with all that it may say.
 */
#ifndef PROTO_NTSKE_TALK_H
#define PROTO_NTSKE_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ntske_type {
	NTSKE_END = 0,
	NTSKE_NEXT_PROTOCOL = 1,
	NTSKE_ERROR = 2,
	NTSKE_WARNING = 3,
	NTSKE_AEAD = 4,
	NTSKE_COOKIE = 5,
	NTSKE_SERVER = 6,
	NTSKE_PORT = 7,
};

enum { NTSKE_PROTOCOL_NTPV4 = 0, NTSKE_COOKIES_MAX = 8, NTSKE_COOKIE_MAX = 512, NTSKE_SERVER_MAX = 256 };

/* A request for NTPv4 with these AEAD algorithms, best first.  Returns its length, 0 when there is no room.
 */
size_t ntske_request_write(const uint16_t *aeads, size_t n, uint8_t *p, size_t room);

enum ntske_verdict {
	NTSKE_OK,
	NTSKE_INCOMPLETE,   /* no End of Message yet */
	NTSKE_BAD_RECORD,   /* a record that is not as it must be; bad_type says which */
	NTSKE_UNKNOWN,      /* a critical record that we do not know; bad_type */
	NTSKE_SAID_ERROR,   /* an Error record; code */
	NTSKE_SAID_WARNING, /* a Warning record; code.  None is defined: an error (section 4.1.4) */
	NTSKE_NO_PROTOCOL,  /* it does not speak NTS for NTPv4 */
	NTSKE_NO_AEAD,      /* none of our algorithms, or one that we did not offer */
	NTSKE_NO_COOKIES,
};

struct ntske_cookie {
	uint16_t len;
	uint8_t octets[NTSKE_COOKIE_MAX];
};

struct ntske_answer {
	uint16_t aead;
	uint16_t code;                 /* of an error or a warning */
	uint16_t bad_type;             /* of a record that is bad or unknown */
	uint16_t port;                 /* 0: none said, 123 */
	char server[NTSKE_SERVER_MAX]; /* address or name; "": that of the key establishment.  Printable */
	uint8_t n_cookies;
	uint16_t n_cookies_more; /* beyond NTSKE_COOKIES_MAX, or too long for us: left out */
	struct ntske_cookie cookies[NTSKE_COOKIES_MAX];
};

/* Reads what has come so far of an answer to a request for these algorithms. */
enum ntske_verdict ntske_answer_parse(const uint8_t *p, size_t len, const uint16_t *aeads, size_t n,
				      struct ntske_answer *out);

/* "unrecognized critical record", "bad request", "internal server error" (section 4.1.3); NULL for others. */
const char *ntske_error_name(uint16_t code);

#endif
