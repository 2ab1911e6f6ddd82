/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/table.h"

#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"

/* Wireshark's reading: seconds with the top bit clear are in the era from 2036 on (RFC 4330 section 3); the
 * fraction is cut, not rounded; zero is "no time", which is 1970 sharp. */
static struct field_time ntp_time(uint64_t ntp)
{
	uint32_t ntp_s = (uint32_t)(ntp >> 32);
	uint32_t ns = (uint32_t)(((ntp & UINT32_MAX) * (uint64_t)NS_PER_S) >> 32);
	int64_t s = (int64_t)ntp_s + (ntp_s >> 31 ? 0 : INT64_C(1) << 32) - (int64_t)NTP_UNIX_S;
	if (ns == 0 && ntp_s == 0)
		s = 0;
	return (struct field_time){ .s = s, .ns = (int32_t)ns };
}

static uint64_t load(const uint8_t *p, uint32_t octets)
{
	uint64_t v = 0;
	for (uint32_t i = 0; i < octets; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t number(uint32_t what, const uint8_t *p, uint32_t octets)
{
	uint64_t v = load(p, octets) >> (what >> 6 & 63);
	unsigned bits = what & 63;
	return bits ? v & ((UINT64_C(1) << bits) - 1) : v;
}

static uint32_t text_len(const uint8_t *p, uint32_t octets)
{
	const uint8_t *nul = octets ? memchr(p, '\0', octets) : NULL;
	return nul ? (uint32_t)(nul - p) : octets;
}

bool take_octets(const struct field *f, const uint8_t *p, uint32_t octets, struct field_sink *sink)
{
	struct field_value v = { .u = 0 };
	switch ((enum field_type)f->type) {
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_FRAMENUM: v.u = number(f->what, p, octets); break;
	case FIELD_INT8: v.i = ((int64_t)load(p, octets) ^ 0x80) - 0x80; break; /* one octet */
	case FIELD_INT16: v.i = (int16_t)load(p, octets); break;
	case FIELD_INT32: v.i = (int32_t)load(p, octets); break;
	case FIELD_INT64: v.i = (int64_t)load(p, octets); break;
	case FIELD_ABSOLUTE_TIME: v.time = ntp_time(load(p, octets)); break;
	case FIELD_STRING: /* up to the first NUL, as in Wireshark */
		v.bytes.at = p;
		v.bytes.len = text_len(p, octets);
		v.bytes.row = NULL;
		break;
	case FIELD_NONE:
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_PROTOCOL:
		v.bytes.at = p;
		v.bytes.len = octets;
		v.bytes.row = NULL;
		break;
	case FIELD_DOUBLE:
	case FIELD_RELATIVE_TIME: return true;
	}
	return sink->take(sink, &v);
}

bool take_text(struct field_sink *sink, const char *text)
{
	struct field_value v = { .bytes = { (const uint8_t *)text, (uint32_t)strlen(text), NULL } };
	return sink->take(sink, &v);
}

bool take_ns(struct field_sink *sink, int64_t ns)
{
	struct field_value v = { .time = { .s = ns / NS_PER_S, .ns = (int32_t)(ns % NS_PER_S) } };
	return sink->take(sink, &v);
}

static uint32_t octets_of(const struct field *f)
{
	unsigned octets = place_octets(f->what);
	return octets == OCTETS_16 ? 16 : octets;
}

void get_header(const struct field *f, const struct row *row, struct field_sink *sink)
{
	unsigned layer = place_layer(f->what), offset = place_offset(f->what);
	uint32_t octets = octets_of(f);
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == layer && h->len >= offset + octets &&
		    !take_octets(f, h->at + offset, octets, sink))
			return;
	}
}

void get_header_pair(const struct field *f, const struct row *row, struct field_sink *sink)
{
	unsigned layer = place_layer(f->what), offset = place_offset(f->what);
	uint32_t octets = octets_of(f);
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != layer || h->len < offset + 2 * octets)
			continue;
		if (!take_octets(f, h->at + offset, octets, sink) ||
		    !take_octets(f, h->at + offset + octets, octets, sink))
			return;
	}
}

/* Octets of a header with all that it carries, as it says itself; 0: it says nothing. */
static uint32_t stated_len(const struct row_header *h)
{
	enum { IP6_LEN = 40, UDP_LEN = 8 };
	uint32_t len;
	switch (h->type) {
	case LAYER_IPV4: return h->len >= 4 ? load_be16(h->at + 2) : 0;
	case LAYER_IPV6: len = h->len >= 6 ? load_be16(h->at + 4) : 0; return len ? len + IP6_LEN : 0;
	case LAYER_UDP: /* of a tunnel */
		len = h->len >= 6 ? load_be16(h->at + 4) : 0;
		return len >= UDP_LEN ? len : 0;
	default: return 0;
	}
}

/* A header that was put together from fragments lies elsewhere than the headers before it. */
uint32_t octets_left(const struct row *row, unsigned i)
{
	const struct row_header *h = &row->headers[i];
	uint32_t left = UINT32_MAX;
	for (const struct row_header *b = row->headers; b < h; b++) {
		uint32_t len = stated_len(b), before = b->have - h->have;
		if (!len || b->have < h->have || b->at + before != h->at)
			continue;
		if (len < before)
			left = 0;
		else if (len - before < left)
			left = len - before;
	}
	return left == UINT32_MAX ? h->have : left;
}

void get_protocol(const struct field *f, const struct row *row, struct field_sink *sink)
{
	unsigned layer = place_layer(f->what);
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		struct field_value v = { .bytes = { h->at, h->len, row } };
		if (h->type == layer && !sink->take(sink, &v))
			return;
	}
}
