/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows the header of a data packet: extension fields (RFC 7822, RFC 8915, RFC 5906) and the MAC. */
#include "present/tree_parts.h"
#include "proto/names.h"

enum { EXT_HEADER_LEN = 4, SHORT_EXT_MIN = 16, SHORT_EXT_MAX = 24 };

static uint32_t padded(uint32_t len)
{
	return (len + 3) & ~UINT32_C(3);
}

/* RFC 8915 section 5.6: length of the nonce, length of the ciphertext, both padded to 4, more padding. */
static void nts_authenticator(struct tree *t, const uint8_t *p, uint32_t len)
{
	if (len < 4) {
		tree_fault(t, "too short for an authenticator");
		return;
	}
	uint32_t nonce_len = load_be16(p), text_len = load_be16(p + 2), at = 4 + padded(nonce_len);
	if (nonce_len > len - 4 || at > len || text_len > len - at) {
		tree_fault(t, "the lengths of nonce (%u) and ciphertext (%u) do not fit", nonce_len,
			   text_len);
		return;
	}
	tree_bytes(t, "Nonce", p + 4, nonce_len);
	tree_bytes(t, "Ciphertext", p + at, text_len);
	if (at + padded(text_len) < len)
		tree_item(t, "Padding", "%u octets", len - at - padded(text_len));
}

/* RFC 5906 section 10. */
static void autokey(struct tree *t, const uint8_t *p, uint32_t len)
{
	if (len < 4) {
		tree_bytes(t, "Value", p, len);
		return;
	}
	tree_item(t, "Association", "%u", load_be32(p));
	if (len >= 12) {
		tree_item(t, "Timestamp", "%u", load_be32(p + 4));
		tree_item(t, "Filestamp", "%u", load_be32(p + 8));
	}
	if (len >= 16)
		tree_item(t, "Value length", "%u", load_be32(p + 12));
	if (len > 16)
		tree_bytes(t, "Value and signature", p + 16, len - 16);
}

static bool is_autokey(uint16_t type)
{
	return type >> 8 == 0x02 || type >> 8 == 0x82 || type >> 8 == 0xc2;
}

static void value(struct tree *t, uint16_t type, const uint8_t *p, uint32_t len, int64_t pivot_ns)
{
	if (type == NTP_EXT_NTS_AUTH)
		nts_authenticator(t, p, len);
	else if (type == NTP_EXT_NTS_UID)
		tree_bytes(t, "Unique identifier", p, len);
	else if (type == NTP_EXT_NTS_COOKIE)
		tree_bytes(t, "Cookie", p, len);
	else if (type == NTP_EXT_NTS_PLACEHOLDER)
		tree_item(t, "Room asked for", "%u octets", len);
	else if (type >= NTP5_EXT_PADDING)
		tree_ntp5_ext(t, type, p, len, pivot_ns);
	else if (is_autokey(type) && ntp_ext_name(type) && type != NTP_EXT_NTS_COOKIE)
		autokey(t, p, len);
	else
		tree_bytes(t, "Value", p, len);
}

static void extension(struct tree *t, const struct row *row, const struct ntp_ext *e)
{
	const struct view_ntp *v = row->ntp;
	const char *name = ntp_ext_name(e->type);
	uint32_t from = e->offset + EXT_HEADER_LEN;
	uint32_t len = e->len > EXT_HEADER_LEN ? e->len - (uint32_t)EXT_HEADER_LEN : 0;
	tree_open(t, "Extension field: %s", name ? name : "unknown");
	tree_item(t, "Type", "0x%04x", e->type);
	tree_item(t, "Length", "%u", e->len);
	if (from > v->len)
		len = 0;
	else if (len > v->len - from)
		len = v->len - from;
	if (len)
		value(t, e->type, v->payload + from, len, row->packet->time_ns);
	tree_close(t);
}

static const char *auth_words(enum ntp_auth_kind kind)
{
	switch (kind) {
	case NTP_AUTH_NONE: return "none";
	case NTP_AUTH_MAC: return "symmetric key";
	case NTP_AUTH_CRYPTO_NAK: return "crypto-NAK: the request could not be authenticated";
	case NTP_AUTH_NTS: return "NTS";
	case NTP_AUTH_NTS_NAK: return "NTS NAK: cookie or authenticator were refused";
	case NTP_AUTH_MS_SNTP: return "MS-SNTP, signed by a domain controller";
	case NTP_AUTH_AUTOKEY: return "Autokey";
	}
	return "unknown";
}

static void mac(struct tree *t, const struct view_ntp *v, const struct ntp_trailer *r)
{
	tree_item(t, "Key ID", "%u (0x%08x)", r->key_id, r->key_id);
	if (r->mac_offset > v->len || r->mac_len > v->len - r->mac_offset)
		return;
	tree_item(t, "Digest length", "%u (%s)", r->mac_len, ntp_mac_name(r->mac_len));
	tree_bytes(t, "Digest", v->payload + r->mac_offset, r->mac_len);
}

/* What may have been meant as an extension field, but is too short to be the last one without a MAC behind it
 * (RFC 7822 section 7.5.1.4), is shown as that. */
static void rest(struct tree *t, const struct row *row, uint32_t offset)
{
	const uint8_t *p = row->ntp->payload + offset;
	uint32_t len = row->ntp->len - offset;
	struct ntp_ext meant = { .offset = offset };
	tree_fault(t, "what follows is neither an extension field nor a MAC");
	if (len < SHORT_EXT_MIN || len > SHORT_EXT_MAX || load_be16(p + 2) != len) {
		tree_bytes(t, "Rest", p, len);
		return;
	}
	meant.type = load_be16(p);
	meant.len = (uint16_t)len;
	extension(t, row, &meant);
}

void tree_ntp_trailer(struct tree *t, const struct row *row, const struct ntp_header *h)
{
	const struct view_ntp *v = row->ntp;
	struct ntp_trailer r;
	ntp_trailer_parse(v->payload, v->len, v->wire_len, h, &r);
	for (unsigned i = 0; i < r.n_ext; i++)
		extension(t, row, &r.ext[i]);
	if (r.n_ext_more)
		tree_fault(t, "%u more extension fields", r.n_ext_more);
	if (r.auth != NTP_AUTH_NONE)
		tree_item(t, "Authentication", "%s", auth_words((enum ntp_auth_kind)r.auth));
	if (r.mac_len || r.auth == NTP_AUTH_CRYPTO_NAK)
		mac(t, v, &r);
	if (r.malformed && r.rest_offset && r.rest_offset < v->len)
		rest(t, row, r.rest_offset);
	else if (r.malformed)
		tree_fault(t, "what follows the header is neither an extension field nor a MAC");
}
