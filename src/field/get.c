/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/nstime.h"
#include "field/table.h"

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
	case FIELD_INT8: v.i = (int8_t)load(p, octets); break;
	case FIELD_INT16: v.i = (int16_t)load(p, octets); break;
	case FIELD_INT32: v.i = (int32_t)load(p, octets); break;
	case FIELD_INT64: v.i = (int64_t)load(p, octets); break;
	case FIELD_ABSOLUTE_TIME: v.time = ntp_time(load(p, octets)); break;
	case FIELD_NONE:
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_STRING:
	case FIELD_PROTOCOL:
		v.bytes.at = p;
		v.bytes.len = octets;
		break;
	case FIELD_DOUBLE:
	case FIELD_RELATIVE_TIME: return true;
	}
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
