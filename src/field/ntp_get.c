/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields inside the NTP payload, as far as tshark 4.0 gets in it: where the capture ends inside a
 * field, that field and all behind it are missing.
 */
#include "field/ntp_get.h"

#include "base/bytes.h"
#include "field/items.h"
#include "proto/ntp.h"

int ntp_mode_of(const struct row *row)
{
	return row->ntp && row->ntp->len ? ntp_first_mode(row->ntp->payload[0]) : -1;
}

bool take_ntp_place(const struct field *f, const struct view_ntp *v, struct field_sink *sink)
{
	uint32_t offset = place_offset(f->what), octets = place_octets(f->what);
	return v->len < offset + octets || take_octets(f, v->payload + offset, octets, sink);
}

void get_ntp_flags(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (ntp_mode_of(row) >= 0)
		take_ntp_place(f, row->ntp, sink);
}

void get_ntp_leap(const struct field *f, const struct row *row, struct field_sink *sink)
{
	int mode = ntp_mode_of(row);
	if (mode >= 0 && mode != NTP_MODE_PRIVATE)
		take_ntp_place(f, row->ntp, sink);
}

void get_ntp_data(const struct field *f, const struct row *row, struct field_sink *sink)
{
	int mode = ntp_mode_of(row);
	if (mode < 0 || mode == NTP_MODE_CONTROL)
		return;
	if (mode == NTP_MODE_PRIVATE)
		private_items_get(f, place_layer(f->what), row->ntp, sink);
	else
		take_ntp_place(f, row->ntp, sink);
}

enum { EXT_MIN = 16, MAC_MIN = 20, NAK_LEN = 4, EXT_CUT = 1 };

/* tshark looks at the headers of all fields to come before it shows the first: true when one of them lies
 * beyond the captured octets. */
static bool chain_is_cut(const uint8_t *p, uint32_t have, uint32_t at, uint32_t left)
{
	while (left - at >= EXT_MIN || left - at == NAK_LEN) {
		if (have < at + NAK_LEN)
			return true;
		uint32_t len = load_be16(p + at + 2);
		if (len < EXT_MIN || len > left - at || have < at + len)
			return false;
		at += len;
	}
	return false;
}

/* Trailers: tshark 4.0.17 takes 16 octets or more that look like an extension field for one, in every
 * version, when what is left behind it is nothing, a crypto-NAK, another field, or long enough for a MAC of
 * MD5. Returns the field's length, 0 when the rest is the MAC, EXT_CUT when the capture ends before that
 * shows. */
static uint32_t extension_len(const uint8_t *p, uint32_t have, uint32_t left)
{
	if (left < EXT_MIN)
		return 0;
	if (have < 4)
		return EXT_CUT;
	uint32_t len = load_be16(p + 2);
	if (len < EXT_MIN || len > left)
		return 0;
	uint32_t behind = left - len;
	if (have < len || behind == 0)
		return len; /* a field that is cut itself is believed */
	if (behind < EXT_MIN && behind != NAK_LEN)
		return 0;
	if (have < len + NAK_LEN)
		return EXT_CUT;
	if (behind == NAK_LEN)
		return load_be32(p + len) == 0 ? len : 0;
	if (chain_is_cut(p, have, len, left))
		return EXT_CUT;
	uint32_t next = load_be16(p + len + 2);
	return behind >= MAC_MIN || (next >= EXT_MIN && next <= behind) ? len : 0;
}

/* The field at p, `have` octets of it there.  One whose length is no multiple of 4 is the last that tshark
 * reads, and has no value. */
static bool take_extension(const struct field *f, const uint8_t *p, uint32_t have, uint32_t len,
			   struct field_sink *sink)
{
	switch ((enum trailer_part)f->what) {
	case TRAILER_EXT: return take_octets(f, p, have < len ? have : len, sink);
	case TRAILER_EXT_TYPE: return take_u64(sink, load_be16(p));
	case TRAILER_EXT_LENGTH: return take_u64(sink, load_be16(p + 2));
	case TRAILER_EXT_VALUE: return have < len || len % 4 || take_octets(f, p + 4, len - 4, sink);
	case TRAILER_EXT_INVALID: return len % 4 == 0 || take_octets(f, p, 0, sink);
	case TRAILER_TIME:
	case TRAILER_KEYID:
	case TRAILER_MAC: break;
	}
	return true;
}

/* Key id, 4 octets, and MAC, all that is left. */
static void take_mac(const struct field *f, const struct view_ntp *v, uint32_t at, struct field_sink *sink)
{
	if (v->len < at || v->len - at < 4)
		return;
	if (f->what == TRAILER_KEYID)
		take_octets(f, v->payload + at, 4, sink);
	at += 4;
	if (f->what == TRAILER_MAC && v->wire_len > at && v->len == v->wire_len)
		take_octets(f, v->payload + at, v->len - at, sink);
}

static void data_trailer(const struct field *f, const struct view_ntp *v, struct field_sink *sink)
{
	uint32_t at = NTP_HEADER_LEN, ext;
	if (v->len < NTP_HEADER_LEN)
		return;
	while ((ext = extension_len(v->payload + at, v->len - at, v->wire_len - at)) != 0) {
		if (ext == EXT_CUT || !take_extension(f, v->payload + at, v->len - at, ext, sink))
			return;
		if (ext % 4 != 0 || v->len - at < ext)
			return;
		at += ext;
	}
	take_mac(f, v, at, sink);
}

/* Requests with the authentication bit end in a time, a key id and a MAC at fixed places (the request block
 * of mode 7 is always 184 octets long). */
static void private_trailer(const struct field *f, const struct view_ntp *v, struct field_sink *sink)
{
	enum { RESPONSE_BIT = 0x80, AUTH_BIT = 0x80, TIME_AT = 184, TIME_LEN = 8 };
	unsigned item = f->what == TRAILER_KEYID ? ITEM_KEYID : ITEM_NONE;
	if (!private_items_get(f, item, v, sink))
		return;
	if ((v->payload[0] & RESPONSE_BIT) || !(v->payload[1] & AUTH_BIT) || v->len < TIME_AT + TIME_LEN)
		return;
	if (f->what == TRAILER_TIME)
		take_octets(f, v->payload + TIME_AT, TIME_LEN, sink);
	else
		take_mac(f, v, TIME_AT + TIME_LEN, sink);
}

void get_ntp_trailer(const struct field *f, const struct row *row, struct field_sink *sink)
{
	int mode = ntp_mode_of(row);
	if (mode == NTP_MODE_PRIVATE)
		private_trailer(f, row->ntp, sink);
	else if (mode >= 0 && mode != NTP_MODE_CONTROL)
		data_trailer(f, row->ntp, sink);
}
