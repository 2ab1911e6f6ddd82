/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The octets behind the header.  Version 4 (RFC 5905 section 7.3, RFC 7822):
 *
 *   header (48) | field ... field | key id (4) digest (16 or 20)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |          Field Type           |       Length (multiple of 4)  |
 *   |                       Value, padding                          |
 *
 * Nothing marks where fields stop and the MAC begins but the lengths: a rest of 20 or 24 octets is always a
 * MAC, which is why the last field has at least 28 octets where no MAC follows.
 */
#include "proto/ntp.h"

/* What the walk carries from field to field. */
struct walk {
	const uint8_t *p;
	uint32_t present, wire; /* octets captured and sent */
	uint32_t at;            /* the next octet to look at; 48 <= at <= wire */
	bool nts_auth, autokey;
	bool type_0204; /* NTS cookie or Autokey, told by the company it keeps */
	struct ntp_trailer *out;
};

static uint32_t rest(const struct walk *w)
{
	return w->wire - w->at;
}

/* True when n octets from `at` on were captured; otherwise notes the cut. */
static bool visible(struct walk *w, uint32_t n)
{
	if (w->present >= w->at && w->present - w->at >= n)
		return true;
	w->out->cut = true;
	return false;
}

static void give_up(struct walk *w)
{
	w->out->malformed = true;
	w->out->rest_offset = w->at;
}

/* The rest as key id and digest.  Its length was known to be right; the octets may be cut. */
static void take_mac(struct walk *w, enum ntp_auth_kind kind)
{
	struct ntp_trailer *t = w->out;

	t->auth = (uint8_t)kind;
	if (visible(w, 4))
		t->key_id = load_be32(w->p + w->at);
	if (visible(w, rest(w))) {
		t->mac_offset = w->at + 4;
		t->mac_len = rest(w) - 4;
	}
	w->at = w->wire;
}

/* Four octets: a crypto-NAK when all are zero (RFC 5905 section 7.5). */
static void take_four(struct walk *w)
{
	if (!visible(w, 4))
		return;
	if (load_be32(w->p + w->at))
		give_up(w);
	else
		w->out->auth = NTP_AUTH_CRYPTO_NAK;
}

static bool all_zero(const uint8_t *p, uint32_t n)
{
	uint8_t any = 0;

	for (uint32_t i = 0; i < n; i++)
		any |= p[i];
	return !any;
}

/* RFC 5906 section 10: response and error bits, version 2 in the high octet, one of ten codes in the low. */
static bool is_autokey(uint16_t type)
{
	uint8_t high = (uint8_t)(type >> 8), code = (uint8_t)type;
	return (high == 0x02 || high == 0x82 || high == 0xc2) && code <= 9 && type != NTP_EXT_NTS_COOKIE;
}

/* What a field's type alone tells; enough to know the kind of packet when its value was cut. */
static void note_type(struct walk *w, uint16_t type)
{
	w->nts_auth |= type == NTP_EXT_NTS_AUTH;
	w->type_0204 |= type == NTP_EXT_NTS_COOKIE;
	w->autokey |= is_autokey(type);
}

static void keep_field(struct walk *w, uint16_t type, uint16_t len)
{
	struct ntp_trailer *t = w->out;

	if (type == NTP_EXT_NTS_UID && !t->uid_offset) {
		t->uid_offset = w->at + 4;
		t->uid_len = len - 4u;
	}
	if (type == NTP_EXT_NTS_COOKIE && t->n_cookies < UINT8_MAX)
		t->n_cookies++;
	if (type == NTP_EXT_NTS_PLACEHOLDER && t->n_placeholders < UINT8_MAX)
		t->n_placeholders++;
	if (t->n_ext < NTP_EXT_MAX)
		t->ext[t->n_ext++] = (struct ntp_ext){ .type = type, .len = len, .offset = w->at };
	else
		t->n_ext_more++;
}

/* Takes one field of version 4; false when the walk is over. */
static bool take_field4(struct walk *w)
{
	if (!visible(w, 4))
		return false;
	uint16_t type = load_be16(w->p + w->at), len = load_be16(w->p + w->at + 2);
	/* RFC 7822 section 3.  A length of 0 would never end. */
	if (len < 16 || len % 4 || len > rest(w)) {
		give_up(w);
		return false;
	}
	note_type(w, type);
	if (!visible(w, len))
		return false;
	keep_field(w, type, len);
	w->at += len;
	return true;
}

static void walk_version4(struct walk *w)
{
	for (;;) {
		uint32_t left = rest(w);
		if (left == 0)
			return;
		if (left == 4) {
			take_four(w);
			return;
		}
		if (left < 20) {
			give_up(w);
			return;
		}
		if (left == 20 || left == 24) {
			take_mac(w, NTP_AUTH_MAC);
			return;
		}
		if (!take_field4(w))
			return;
	}
}

/* Key id and the digests of DES (8), MD5 (16), SHA-1 (20), Tiger (24), SHA-2 and SHA-3 (28 to 64). */
static bool is_mac_size(uint32_t n)
{
	switch (n) {
	case 4 + 8:
	case 4 + 16:
	case 4 + 20:
	case 4 + 24:
	case 4 + 28:
	case 4 + 32:
	case 4 + 48:
	case 4 + 64: return true;
	}
	return false;
}

/*
 * Versions up to 3 know no fields: the whole rest is the MAC (RFC 1305 appendix C).  Windows domains put
 * their own authenticator there ([MS-SNTP] section 2.2): 20 octets with an empty digest in a request, or 72.
 */
static void walk_version3(struct walk *w)
{
	uint32_t left = rest(w);

	if (left == 4)
		take_four(w);
	else if (left == 72)
		take_mac(w, NTP_AUTH_MS_SNTP);
	else if (left == 20 && w->present >= w->at + 20 && all_zero(w->p + w->at + 4, 16))
		take_mac(w, NTP_AUTH_MS_SNTP);
	else if (is_mac_size(left))
		take_mac(w, NTP_AUTH_MAC);
	else if (left)
		give_up(w);
}

/* Takes one field of version 5, whose length leaves out the padding to a multiple of 4. */
static bool take_field5(struct walk *w)
{
	if (!visible(w, 4))
		return false;
	uint16_t type = load_be16(w->p + w->at), len = load_be16(w->p + w->at + 2);
	uint32_t padded = (len + 3u) & ~3u;
	if (len < 4 || padded > rest(w)) {
		give_up(w);
		return false;
	}
	note_type(w, type);
	if (!visible(w, len))
		return false;
	keep_field(w, type, len);
	if (type == NTP5_EXT_MAC && len >= 8) {
		w->out->auth = NTP_AUTH_MAC;
		w->out->key_id = load_be32(w->p + w->at + 4);
		w->out->mac_offset = w->at + 8;
		w->out->mac_len = len - 8u;
	}
	w->at += padded;
	return true;
}

static void walk_version5(struct walk *w)
{
	while (rest(w) >= 4)
		if (!take_field5(w))
			return;
	if (rest(w))
		give_up(w);
}

/* Fields tell more than the MAC behind them does. */
static void judge_fields(struct walk *w, const struct ntp_header *h)
{
	struct ntp_trailer *t = w->out;

	if (!t->uid_offset)
		t->n_cookies = 0;
	if (t->uid_offset && w->nts_auth)
		t->auth = NTP_AUTH_NTS;
	else if (t->uid_offset && ntp_kiss_of(h) == KISS_NTSN)
		t->auth = NTP_AUTH_NTS_NAK;
	else if (w->autokey || (w->type_0204 && !t->uid_offset))
		t->auth = NTP_AUTH_AUTOKEY;
}

/* All but ext[], of which only the first n_ext are ever read. */
static void clear(struct ntp_trailer *t)
{
	t->auth = NTP_AUTH_NONE;
	t->malformed = t->cut = false;
	t->n_ext = t->n_cookies = t->n_placeholders = 0;
	t->n_ext_more = 0;
	t->key_id = t->mac_offset = t->mac_len = t->uid_offset = t->uid_len = t->rest_offset = 0;
}

void ntp_trailer_parse(const uint8_t *p, uint32_t len, uint32_t wire_len, const struct ntp_header *header,
		       struct ntp_trailer *out)
{
	clear(out);
	if (wire_len < len)
		wire_len = len;
	if (wire_len <= NTP_HEADER_LEN)
		return;

	struct walk w = { .p = p, .present = len, .wire = wire_len, .at = NTP_HEADER_LEN, .out = out };
	if (header->version <= 3) {
		walk_version3(&w);
		return;
	}
	/* Versions 6 and 7 do not exist; senders that put them there mean version 4. */
	if (header->version == 5)
		walk_version5(&w);
	else
		walk_version4(&w);
	judge_fields(&w, header);
}
