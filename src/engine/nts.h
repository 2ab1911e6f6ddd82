/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client's side of NTS for NTPv4 (RFC 8915 section 5): requests that carry a cookie and are sealed, and
 * answers that bring new cookies.  A cookie is used once.
 */
#ifndef ENGINE_NTS_H
#define ENGINE_NTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/aead.h"
#include "proto/ntp.h"
#include "proto/ntske_talk.h"

enum { NTS_UID_LEN = 32, NTS_RANDOM_LEN = NTS_UID_LEN + AEAD_NONCE_LEN };

struct nts {
	uint16_t aead; /* 0: no keys */
	uint8_t c2s[AEAD_KEY_MAX], s2c[AEAD_KEY_MAX];
	uint8_t n_cookies;
	struct ntske_cookie cookies[NTSKE_COOKIES_MAX];
	uint8_t uid[NTS_UID_LEN]; /* of the request that is on its way */
};

/* The exporter's context for one direction (RFC 8915 section 5.1): 5 octets. */
enum { NTS_CONTEXT_LEN = 5 };
void nts_exporter_context(uint16_t aead, bool server_to_client, uint8_t out[NTS_CONTEXT_LEN]);
#define NTS_EXPORTER_LABEL "EXPORTER-network-time-security"

/* Takes the cookies of an answer; the keys are the caller's to fill in. */
void nts_take_answer(struct nts *n, const struct ntske_answer *a);

/* Adds the fields of a request behind the len octets at p and takes a cookie for it; asks for as many as are
 * missing to a full stock, as far as there is room.  random is NTS_RANDOM_LEN fresh octets.  Returns the new
 * length, or 0 without a cookie or room. */
size_t nts_seal(struct nts *n, const uint8_t random[NTS_RANDOM_LEN], uint8_t *p, size_t len, size_t room);

enum nts_verdict {
	NTS_GOOD,
	NTS_NAK,         /* the server cannot open our cookie (section 5.7): ask for new keys */
	NTS_UNPROTECTED, /* no fields of NTS, or another request's identifier */
	NTS_FORGED,      /* the seal is wrong */
};

/* Judges an answer, and takes the cookies out of a good one. */
enum nts_verdict nts_open(struct nts *n, const uint8_t *p, size_t len, const struct ntp_header *header,
			  const struct ntp_trailer *trailer);

#endif
