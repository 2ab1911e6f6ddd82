/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/ntp_ours.h"

#include "base/bytes.h"
#include "base/nstime.h"
#include "engine/exchange.h"
#include "field/ntp_get.h"
#include "proto/names.h"
#include "proto/ntp.h"

enum { NTP5 = 5, STRATUM_SECONDARY = 2, STRATUM_SECONDARY_MAX = 15 };

/* The header of a data packet that is wholly there. */
static bool header_of(const struct row *row, struct ntp_header *h)
{
	int mode = ntp_mode_of(row);
	if (mode < 0 || mode == NTP_MODE_CONTROL || mode == NTP_MODE_PRIVATE)
		return false;
	return ntp_header_parse(row->ntp->payload, row->ntp->len, h);
}

static bool header_of_4(const struct row *row, struct ntp_header *h)
{
	return header_of(row, h) && h->version != NTP5;
}

static bool trailer_of(const struct row *row, struct ntp_trailer *t)
{
	struct ntp_header h;
	if (!header_of(row, &h))
		return false;
	ntp_trailer_parse(row->ntp->payload, row->ntp->len, row->ntp->wire_len, &h, t);
	return true;
}

void get_auth(const struct field *f, const struct row *row, struct field_sink *sink)
{
	static const char *const names[] = {
		[NTP_AUTH_NONE] = "none",
		[NTP_AUTH_MAC] = "mac",
		[NTP_AUTH_CRYPTO_NAK] = "crypto-nak",
		[NTP_AUTH_NTS] = "nts",
		[NTP_AUTH_NTS_NAK] = "nts-nak",
		[NTP_AUTH_MS_SNTP] = "ms-sntp",
		[NTP_AUTH_AUTOKEY] = "autokey",
	};
	struct ntp_trailer t;
	(void)f;
	if (trailer_of(row, &t))
		take_text(sink, names[t.auth]);
}

void get_class(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->exchange)
		take_text(sink, exchange_class_name((enum exchange_class)row->exchange->class));
}

void get_kod(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	char text[REFID_TEXT_MAX];
	(void)f;
	if (!header_of_4(row, &h) || ntp_kiss_of(&h) == KISS_NONE)
		return;
	text[ntp_refid_text(h.stratum, h.refid, text)] = '\0';
	take_text(sink, text);
}

void get_refid_text(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	char text[REFID_TEXT_MAX];
	(void)f;
	if (!header_of_4(row, &h))
		return;
	text[ntp_refid_text(h.stratum, h.refid, text)] = '\0';
	take_text(sink, text);
}

void get_refid_ip(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	if (header_of_4(row, &h) && h.stratum >= STRATUM_SECONDARY && h.stratum <= STRATUM_SECONDARY_MAX)
		take_octets(f, h.refid, 4, sink);
}

/* 16.16 seconds; version 5 has 4.28. */
void get_root(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	if (!header_of(row, &h))
		return;
	uint32_t raw = load_be32(row->ntp->payload + f->what);
	double unit = h.version == NTP5 ? 268435456.0 : 65536.0;
	sink->take(sink, &(struct field_value){ .d = raw / unit });
}

static bool is_answer(const struct ntp_header *h)
{
	return h->mode == NTP_MODE_SERVER && h->receive && h->transmit;
}

void get_turnaround(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	(void)f;
	if (header_of(row, &h) && is_answer(&h))
		take_ns(sink, ntp_diff_ns(h.transmit, h.receive));
}

void get_offset(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	(void)f;
	if (!row->request_in || !row->packet->has_time || !header_of(row, &h) || !is_answer(&h))
		return;
	struct exchange x = { .response_ns = row->packet->time_ns };
	x.request_ns = (int64_t)((uint64_t)x.response_ns - (uint64_t)row->delta_ns);
	exchange_find_offset(&x, h.receive, h.transmit);
	take_ns(sink, x.offset_ns);
}

/* The authenticator (RFC 8915 section 5.6), behind the field's own header of four octets:
 *
 *	| nonce length | ciphertext length | nonce ... padding | ciphertext ... padding |
 *
 * Both are filled up to a multiple of four octets. */
static void take_authenticator(const struct field *f, const uint8_t *p, uint32_t len, struct field_sink *sink)
{
	enum { LENGTHS = 4 };
	if (len < LENGTHS)
		return;
	uint32_t nonce = load_be16(p), ciphertext = load_be16(p + 2);
	uint32_t at = LENGTHS + (nonce + 3) / 4 * 4;
	switch ((enum nts_part)f->what) {
	case NTS_NONCE_LEN: take_u64(sink, nonce); break;
	case NTS_CIPHERTEXT_LEN: take_u64(sink, ciphertext); break;
	case NTS_NONCE:
		if (len - LENGTHS >= nonce)
			take_octets(f, p + LENGTHS, nonce, sink);
		break;
	case NTS_CIPHERTEXT:
		if (len >= at && len - at >= ciphertext)
			take_octets(f, p + at, ciphertext, sink);
		break;
	case NTS_UID:
	case NTS_COOKIE:
	case NTS_COOKIES:
	case NTS_PLACEHOLDERS: break;
	}
}

enum { EXT_HEADER = 4 };

/* The extension fields of that type, one by one. */
static void take_fields(const struct field *f, const struct view_ntp *v, const struct ntp_trailer *t,
			uint16_t type, struct field_sink *sink)
{
	for (unsigned i = 0; i < t->n_ext; i++) {
		const struct ntp_ext *e = &t->ext[i];
		bool whole = e->len >= EXT_HEADER && e->offset <= v->len && v->len - e->offset >= e->len;
		if (e->type != type || !whole)
			continue;
		const uint8_t *p = v->payload + e->offset + EXT_HEADER;
		if (type == NTP_EXT_NTS_AUTH)
			take_authenticator(f, p, e->len - EXT_HEADER, sink);
		else if (!take_octets(f, p, e->len - EXT_HEADER, sink))
			return;
	}
}

void get_nts(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_trailer t;
	if (!trailer_of(row, &t) || !t.uid_len)
		return;
	switch ((enum nts_part)f->what) {
	case NTS_UID: take_octets(f, row->ntp->payload + t.uid_offset, t.uid_len, sink); break;
	case NTS_COOKIES: take_u64(sink, t.n_cookies); break;
	case NTS_PLACEHOLDERS: take_u64(sink, t.n_placeholders); break;
	case NTS_COOKIE: take_fields(f, row->ntp, &t, NTP_EXT_NTS_COOKIE, sink); break;
	case NTS_NONCE:
	case NTS_NONCE_LEN:
	case NTS_CIPHERTEXT:
	case NTS_CIPHERTEXT_LEN: take_fields(f, row->ntp, &t, NTP_EXT_NTS_AUTH, sink); break;
	}
}

void get_v5(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	if (header_of(row, &h) && h.version == NTP5)
		take_ntp_place(f, row->ntp, sink);
}

void get_v5_draft(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct ntp_header h;
	struct ntp_trailer t;
	if (!header_of(row, &h) || h.version != NTP5)
		return;
	ntp_trailer_parse(row->ntp->payload, row->ntp->len, row->ntp->wire_len, &h, &t);
	take_fields(f, row->ntp, &t, NTP5_EXT_DRAFT_ID, sink);
}
