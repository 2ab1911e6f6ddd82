/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields inside the NTP payload, as far as tshark 4.0 gets in it: where the capture ends inside a
 * field, that field and all behind it are missing.
 */
#include "base/bytes.h"
#include "present/cell.h"
#include "proto/ntp.h"

/* Where a field of the data header is (RFC 5905 section 7.3) and how many octets it has. */
struct place {
	uint8_t offset, len;
};

static const struct place places[] = {
	[NTP_FLAGS] = { 0, 1 },       [NTP_LEAP] = { 0, 1 },          [NTP_VERSION] = { 0, 1 },
	[NTP_MODE] = { 0, 1 },        [NTP_STRATUM] = { 1, 1 },       [NTP_PPOLL] = { 2, 1 },
	[NTP_PRECISION] = { 3, 1 },   [NTP_ROOT_DELAY] = { 4, 4 },    [NTP_ROOT_DISPERSION] = { 8, 4 },
	[NTP_REFID] = { 12, 4 },      [NTP_REFTIME] = { 16, 8 },      [NTP_ORG] = { 24, 8 },
	[NTP_REC] = { 32, 8 },        [NTP_XMT] = { 40, 8 },          [NTP_KEYID] = { 0, 0 },
	[NTP_MAC] = { 0, 0 },         [NTP_EXT_TYPE] = { 0, 0 },      [NTP_EXT_LENGTH] = { 0, 0 },
	[NTP_CTRL_OPCODE] = { 1, 1 }, [NTP_CTRL_SEQUENCE] = { 2, 2 },
};

void ntp_field_value(enum ntp_field f, const uint8_t *at, struct cell *cell)
{
	switch (f) {
	case NTP_FLAGS: cell_hex(cell, at[0], 2); break;
	case NTP_LEAP: cell_u64(cell, ntp_first_leap(at[0])); break;
	case NTP_VERSION: cell_u64(cell, ntp_first_version(at[0])); break;
	case NTP_MODE: cell_u64(cell, ntp_first_mode(at[0])); break;
	case NTP_STRATUM:
	case NTP_PPOLL:
	case NTP_PRECISION: /* tshark 4.0 takes both exponents for unsigned */ cell_u64(cell, at[0]); break;
	case NTP_ROOT_DELAY:
	case NTP_ROOT_DISPERSION: /* raw, not seconds */ cell_u64(cell, load_be32(at)); break;
	case NTP_REFID:
	case NTP_KEYID: cell_bytes(cell, at, 4); break;
	case NTP_REFTIME:
	case NTP_ORG:
	case NTP_REC:
	case NTP_XMT: cell_ntp_time(cell, load_be64(at)); break;
	case NTP_EXT_TYPE: cell_hex(cell, load_be16(at), 4); break;
	case NTP_EXT_LENGTH: cell_u64(cell, load_be16(at)); break;
	case NTP_CTRL_OPCODE: cell_u64(cell, at[0] & 0x1f); break;
	case NTP_CTRL_SEQUENCE: cell_u64(cell, load_be16(at)); break;
	case NTP_MAC: /* has no fixed length */ break;
	}
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

static void print_extension(enum ntp_field f, const uint8_t *p, struct cell *cell)
{
	if (f == NTP_EXT_TYPE)
		ntp_field_value(f, p, cell);
	else if (f == NTP_EXT_LENGTH)
		ntp_field_value(f, p + 2, cell);
}

static void print_trailer(enum ntp_field f, const struct view_ntp *v, struct cell *cell)
{
	uint32_t at = NTP_HEADER_LEN, ext;
	if (v->len < NTP_HEADER_LEN)
		return;
	while ((ext = extension_len(v->payload + at, v->len - at, v->wire_len - at)) != 0) {
		if (ext == EXT_CUT)
			return;
		print_extension(f, v->payload + at, cell);
		if (ext % 4 != 0 || v->len - at < ext)
			return;
		at += ext;
	}
	if (v->len - at < 4)
		return;
	if (f == NTP_KEYID)
		ntp_field_value(f, v->payload + at, cell);
	at += 4;
	if (f == NTP_MAC && v->wire_len > at && v->len == v->wire_len)
		cell_bytes(cell, v->payload + at, v->len - at);
}

static void print_data(enum ntp_field f, const struct view_ntp *v, struct cell *cell)
{
	if (f == NTP_CTRL_OPCODE || f == NTP_CTRL_SEQUENCE)
		return;
	if (places[f].len == 0)
		print_trailer(f, v, cell);
	else if (v->len >= (uint32_t)places[f].offset + places[f].len)
		ntp_field_value(f, v->payload + places[f].offset, cell);
}

static void print_control(enum ntp_field f, const struct view_ntp *v, struct cell *cell)
{
	bool has = f <= NTP_MODE || f == NTP_CTRL_OPCODE || f == NTP_CTRL_SEQUENCE;
	if (has && v->len >= (uint32_t)places[f].offset + places[f].len)
		ntp_field_value(f, v->payload + places[f].offset, cell);
}

/* Requests with the authentication bit end in a time, a key id and a MAC at fixed places (the request block
 * of mode 7 is always 184 octets long). */
static void print_private_auth(enum ntp_field f, const struct view_ntp *v, struct cell *cell)
{
	enum { RESPONSE_BIT = 0x80, AUTH_BIT = 0x80, KEYID_AT = 192, MAC_AT = 196 };
	if ((v->payload[0] & RESPONSE_BIT) || !(v->payload[1] & AUTH_BIT) || v->len < MAC_AT)
		return;
	if (f == NTP_KEYID)
		ntp_field_value(f, v->payload + KEYID_AT, cell);
	else if (f == NTP_MAC && v->wire_len > MAC_AT && v->len == v->wire_len)
		cell_bytes(cell, v->payload + MAC_AT, v->len - MAC_AT);
}

static void print_private(enum ntp_field f, const struct view_ntp *v, struct cell *cell)
{
	if (f <= NTP_MODE) {
		if (f != NTP_LEAP)
			ntp_field_value(f, v->payload, cell);
		return;
	}
	if (v->len >= 4 && private_items_print(f, v->payload, v->len, cell))
		print_private_auth(f, v, cell);
}

void field_print_ntp(const struct field *f, const struct row *row, struct cell *cell)
{
	if (row->ntp->len == 0)
		return;
	switch ((enum ntp_mode)ntp_first_mode(row->ntp->payload[0])) {
	case NTP_MODE_CONTROL: print_control((enum ntp_field)f->what, row->ntp, cell); break;
	case NTP_MODE_PRIVATE: print_private((enum ntp_field)f->what, row->ntp, cell); break;
	case NTP_MODE_RESERVED:
	case NTP_MODE_ACTIVE:
	case NTP_MODE_PASSIVE:
	case NTP_MODE_CLIENT:
	case NTP_MODE_SERVER:
	case NTP_MODE_BROADCAST: print_data((enum ntp_field)f->what, row->ntp, cell); break;
	}
}
