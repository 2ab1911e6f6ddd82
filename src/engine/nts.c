/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/nts.h"

#include <string.h>

#include "base/bytes.h"
#include "crypto/mac.h"
#include "proto/ntp_write.h"

/* What a server may seal: as many cookies as fit into one datagram. */
enum {
	PLAIN_MAX = 8 * (4 + NTSKE_COOKIE_MAX),
	EXT_HEADER_LEN = 4,
	AUTH_HEADER_LEN = 8,
	SEAL_LEN = AUTH_HEADER_LEN + AEAD_NONCE_LEN + AEAD_TAG_LEN, /* of a request, which hides nothing */
};

void nts_exporter_context(uint16_t aead, bool server_to_client, uint8_t out[NTS_CONTEXT_LEN])
{
	store_be16(out, NTSKE_PROTOCOL_NTPV4);
	store_be16(out + 2, aead);
	out[4] = server_to_client;
}

void nts_take_answer(struct nts *n, const struct ntske_answer *a)
{
	n->aead = a->aead;
	n->n_cookies = a->n_cookies;
	memcpy(n->cookies, a->cookies, sizeof(n->cookies));
}

static bool add(uint8_t *p, size_t *len, size_t room, uint16_t type, const uint8_t *body, size_t body_len)
{
	size_t n = ntp_ext_write(p + *len, room - *len, type, body, body_len);
	*len += n;
	return n;
}

/* The authenticator, whose associated data is all that stands before it. */
static bool add_seal(const struct nts *n, const uint8_t *nonce, uint8_t *p, size_t *len, size_t room)
{
	uint8_t body[4 + AEAD_NONCE_LEN + AEAD_TAG_LEN];
	struct aead_text t = { .associated = p,
			       .associated_len = *len,
			       .nonce = nonce,
			       .nonce_len = AEAD_NONCE_LEN,
			       .input = body };

	store_be16(body, AEAD_NONCE_LEN);
	store_be16(body + 2, AEAD_TAG_LEN);
	memcpy(body + 4, nonce, AEAD_NONCE_LEN);
	return aead_seal(n->aead, n->c2s, &t, body + 4 + AEAD_NONCE_LEN) &&
	       add(p, len, room, NTP_EXT_NTS_AUTH, body, sizeof(body));
}

size_t nts_seal(struct nts *n, const uint8_t random[NTS_RANDOM_LEN], uint8_t *p, size_t len, size_t room)
{
	if (!n->n_cookies || room < SEAL_LEN || len > room - SEAL_LEN)
		return 0;
	size_t before_seal = room - SEAL_LEN;
	const struct ntske_cookie *c = &n->cookies[--n->n_cookies];
	memcpy(n->uid, random, NTS_UID_LEN);
	bool fits = add(p, &len, before_seal, NTP_EXT_NTS_UID, n->uid, NTS_UID_LEN) &&
		    add(p, &len, before_seal, NTP_EXT_NTS_COOKIE, c->octets, c->len);
	/* One comes back for the one that goes; each placeholder brings one more, if there is room for it. */
	unsigned n_more = fits ? NTSKE_COOKIES_MAX - 1U - n->n_cookies : 0;
	while (n_more && add(p, &len, before_seal, NTP_EXT_NTS_PLACEHOLDER, NULL, c->len))
		n_more--;
	return fits && add_seal(n, random + NTS_UID_LEN, p, &len, room) ? len : 0;
}

static const struct ntp_ext *find(const struct ntp_trailer *t, uint16_t type)
{
	for (unsigned i = 0; i < t->n_ext; i++)
		if (t->ext[i].type == type)
			return &t->ext[i];
	return NULL;
}

static bool is_ours(const struct nts *n, const uint8_t *p, const struct ntp_trailer *t)
{
	return t->uid_len == NTS_UID_LEN && mac_equal(p + t->uid_offset, n->uid, NTS_UID_LEN);
}

static void take_cookies(struct nts *n, const uint8_t *plain, size_t len)
{
	struct bytes b = bytes_of(plain, len);

	while (bytes_left(&b) >= EXT_HEADER_LEN) {
		uint16_t type = bytes_be16(&b), whole = bytes_be16(&b);
		const uint8_t *body = whole >= EXT_HEADER_LEN ? bytes_take(&b, whole - EXT_HEADER_LEN) : NULL;
		if (!body)
			return;
		size_t body_len = whole - (size_t)EXT_HEADER_LEN;
		if (type != NTP_EXT_NTS_COOKIE || !body_len || body_len > NTSKE_COOKIE_MAX ||
		    n->n_cookies == NTSKE_COOKIES_MAX)
			continue;
		struct ntske_cookie *c = &n->cookies[n->n_cookies++];
		c->len = (uint16_t)body_len;
		memcpy(c->octets, body, body_len);
	}
}

static size_t padded(size_t n)
{
	return (n + 3) / 4 * 4;
}

/* Section 5.6: lengths of nonce and ciphertext, then both, each padded. */
static enum nts_verdict open_seal(struct nts *n, const uint8_t *p, const struct ntp_ext *auth)
{
	uint8_t plain[PLAIN_MAX];

	if (auth->len < AUTH_HEADER_LEN)
		return NTS_FORGED;
	size_t room = auth->len - (size_t)AUTH_HEADER_LEN;
	const uint8_t *body = p + auth->offset + EXT_HEADER_LEN;
	size_t nonce_len = load_be16(body), sealed_len = load_be16(body + 2);
	if (padded(nonce_len) + padded(sealed_len) > room || sealed_len < AEAD_TAG_LEN ||
	    sealed_len - AEAD_TAG_LEN > sizeof(plain))
		return NTS_FORGED;
	struct aead_text t = { .associated = p,
			       .associated_len = auth->offset,
			       .nonce = body + 4,
			       .nonce_len = nonce_len,
			       .input = body + 4 + padded(nonce_len),
			       .input_len = sealed_len };
	if (!aead_open(n->aead, n->s2c, &t, plain))
		return NTS_FORGED;
	take_cookies(n, plain, sealed_len - AEAD_TAG_LEN);
	return NTS_GOOD;
}

enum nts_verdict nts_open(struct nts *n, const uint8_t *p, size_t len, const struct ntp_header *header,
			  const struct ntp_trailer *trailer)
{
	const struct ntp_ext *auth = find(trailer, NTP_EXT_NTS_AUTH);

	if (!is_ours(n, p, trailer))
		return NTS_UNPROTECTED;
	if (!auth)
		return ntp_kiss_of(header) == KISS_NTSN ? NTS_NAK : NTS_UNPROTECTED;
	if (trailer->uid_offset > auth->offset || auth->offset + (size_t)auth->len > len)
		return NTS_UNPROTECTED;
	return open_seal(n, p, auth);
}
