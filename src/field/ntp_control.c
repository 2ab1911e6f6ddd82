/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mode 6 (RFC 9327), as far as tshark 4.0 gets:
 *
 *	octets  0       1       2         4       6             8       10     12
 *	      | flags | flags | sequence| status| association | offset | count | data ... authenticator
 *	              | R E M op |
 */
#include "proto/ntp_control.h"
#include "base/bytes.h"
#include "field/ntp_get.h"
#include "proto/ntp.h"

enum {
	BIT_RESPONSE = 0x80,
	BIT_ERROR = 0x40,
	OP_MASK = 0x1f,
	OP_READSTAT = 1,
	OP_READVAR = 2,
	OP_WRITEVAR = 3,
	OP_READCLOCK = 4,
	OP_WRITECLOCK = 5,
	OP_ASYNC = 7,
	OP_CONFIGURE = 8,
	OP_SAVECONFIG = 9,
	OP_READ_MRU = 10,
	OP_READ_ORDLIST = 11,
	OP_NONCE = 12,
};

enum { ASSOCID_AT = 6, STATUS_SEEN = 8, ITEM_LEN = 4 };

static bool is_control(const struct row *row)
{
	return ntp_mode_of(row) == NTP_MODE_CONTROL;
}

static uint8_t opcode_of(const struct view_ntp *v)
{
	return v->payload[1] & OP_MASK;
}

void get_control(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_control(row))
		take_ntp_place(f, row->ntp, sink);
}

static enum control_status status_of(const struct view_ntp *v)
{
	uint8_t flags = v->payload[1];
	if (!(flags & BIT_RESPONSE))
		return STATUS_ANY;
	if (flags & BIT_ERROR)
		return STATUS_ERROR;
	switch (flags & OP_MASK) {
	case OP_READSTAT:
	case OP_READVAR:
	case OP_WRITEVAR:
	case OP_ASYNC: return load_be16(v->payload + ASSOCID_AT) ? STATUS_PEER : STATUS_SYSTEM;
	case OP_READCLOCK:
	case OP_WRITECLOCK: return STATUS_CLOCK;
	default: return STATUS_ANY;
	}
}

/* The data, when the message says that it has some. */
static uint32_t count_of(const struct view_ntp *v)
{
	return v->len >= CONTROL_HEADER_LEN ? load_be16(v->payload + 10) : 0;
}

static bool data_is_whole(const struct view_ntp *v)
{
	return v->len - CONTROL_HEADER_LEN >= count_of(v);
}

/* Associations are listed in the answer about the server itself, four octets each. */
static bool has_items(const struct view_ntp *v)
{
	return count_of(v) && opcode_of(v) == OP_READSTAT && load_be16(v->payload + ASSOCID_AT) == 0;
}

/* How many items tshark begins to show; a count that is no multiple of four makes it go on to the end of the
 * packet, and the item that is not whole any more counts. */
static uint32_t items_begun(const struct view_ntp *v)
{
	uint32_t count = count_of(v), have = v->len - CONTROL_HEADER_LEN;
	if (count % ITEM_LEN == 0 && count <= have)
		return count / ITEM_LEN;
	return have / ITEM_LEN + 1;
}

static bool items_stop(const struct view_ntp *v)
{
	return has_items(v) && (count_of(v) % ITEM_LEN != 0 || !data_is_whole(v));
}

/* In each item at that offset. */
static void take_items(const struct field *f, const struct view_ntp *v, uint32_t offset, uint32_t octets,
		       struct field_sink *sink)
{
	if (!has_items(v))
		return;
	uint32_t n = items_begun(v), have = v->len - CONTROL_HEADER_LEN;
	const uint8_t *p = v->payload + CONTROL_HEADER_LEN;
	for (uint32_t i = 0; i < n; i++)
		if (have >= i * ITEM_LEN + offset + octets &&
		    !take_octets(f, p + (size_t)i * ITEM_LEN + offset, octets, sink))
			return;
}

void get_control_status(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!is_control(row) || row->ntp->len < STATUS_SEEN)
		return;
	unsigned kind = place_layer(f->what);
	if ((kind == STATUS_ANY || kind == status_of(row->ntp)) && !take_ntp_place(f, row->ntp, sink))
		return;
	if (kind == STATUS_ANY || kind == STATUS_PEER)
		take_items(f, row->ntp, 2, 2, sink);
}

void get_control_associd(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_control(row) && take_ntp_place(f, row->ntp, sink))
		take_items(f, row->ntp, 0, 2, sink);
}

void get_control_item(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_control(row))
		take_items(f, row->ntp, 0, 0, sink);
}

void get_control_data(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!is_control(row) || !count_of(row->ntp))
		return;
	uint32_t count = count_of(row->ntp), have = row->ntp->len - CONTROL_HEADER_LEN;
	take_octets(f, row->ntp->payload + CONTROL_HEADER_LEN, count < have ? count : have, sink);
}

void get_control_text(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!is_control(row) || !count_of(row->ntp) || !data_is_whole(row->ntp))
		return;
	uint8_t opcode = opcode_of(row->ntp);
	if (opcode == f->what >> 8 || opcode == (f->what & 0xff))
		take_octets(f, row->ntp->payload + CONTROL_HEADER_LEN, count_of(row->ntp), sink);
}

static bool has_authenticator(const struct view_ntp *v, uint32_t count)
{
	if (!(v->payload[1] & BIT_RESPONSE))
		return true;
	switch (opcode_of(v)) {
	case OP_CONFIGURE:
	case OP_SAVECONFIG:
	case OP_READ_MRU:
	case OP_READ_ORDLIST:
	case OP_NONCE: return count != 0;
	default: return false;
	}
}

/* Text that is not wholly there. */
static bool texts_stop(const struct view_ntp *v)
{
	return count_of(v) && opcode_of(v) >= OP_ASYNC && opcode_of(v) <= OP_NONCE && !data_is_whole(v);
}

static void take_key(const struct field *f, const struct view_ntp *v, uint32_t at, uint32_t left,
		     struct field_sink *sink)
{
	enum { MD5_LEN = 20, SHA1_LEN = 24, KEY_MD5 = 0, KEY_SHA = 1 };
	if (left != MD5_LEN && left != SHA1_LEN)
		return;
	uint32_t have = v->len > at ? v->len - at : 0;
	switch ((enum control_auth)f->what) {
	case AUTH_PADDING: break;
	case AUTH_KEY_TYPE: take_u64(sink, left == MD5_LEN ? KEY_MD5 : KEY_SHA); break;
	case AUTH_KEY_INDEX:
		if (have >= 4)
			take_u64(sink, load_be32(v->payload + at));
		break;
	case AUTH_SIGNATURE:
		if (have >= left)
			take_octets(f, v->payload + at + 4, left - 4, sink);
		break;
	}
}

/* Behind the data, filled up to a multiple of 8 octets: key identifier and digest. */
void get_control_auth(const struct field *f, const struct row *row, struct field_sink *sink)
{
	const struct view_ntp *v = row->ntp;
	if (!is_control(row) || v->len < CONTROL_HEADER_LEN || items_stop(v) || texts_stop(v))
		return;
	/* tshark counts the data down while it shows the list, and begins anew at its start. */
	uint32_t count = has_items(v) ? 0 : count_of(v);
	uint32_t at = CONTROL_HEADER_LEN + count;
	uint32_t padding = (8 - at % 8) % 8;
	if (!has_authenticator(v, count) || v->wire_len < at || v->wire_len - at <= padding)
		return;
	if (padding && v->len < at + padding)
		return;
	if (padding && f->what == AUTH_PADDING)
		take_octets(f, v->payload + at, padding, sink);
	at += padding;
	take_key(f, v, at, v->wire_len - at, sink);
}
