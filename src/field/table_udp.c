/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDP (RFC 768), and of TCP what NTP and NTS-KE are recognised by. */
#include "base/bytes.h"
#include "engine/streams.h"
#include "field/table.h"

enum { CHECKSUM_AT = 6, HEADER_LEN = 8 };

/* tshark does not verify this checksum unless told to. */
static void get_status(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum { UNVERIFIED = 2, NOT_PRESENT = 3 };
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != LAYER_UDP || h->len < HEADER_LEN)
			continue;
		bool absent = load_be16(h->at + CHECKSUM_AT) == 0;
		if (!take_u64(sink, absent ? NOT_PRESENT : UNVERIFIED))
			return;
	}
}

/* All that IP carries, as in Wireshark, whatever the length in the UDP header. */
static void get_payload(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != LAYER_UDP || h->len < HEADER_LEN)
			continue;
		uint32_t len = octets_left(row, i);
		if (len > h->have)
			len = h->have;
		struct field_value v = { .bytes = { h->at + HEADER_LEN, len - HEADER_LEN, NULL } };
		if (len > HEADER_LEN && !sink->take(sink, &v))
			return;
	}
}

/* The number of each header where they are known, or of the innermost. */
static void take_streams(const struct row *row, bool tcp, uint32_t innermost, struct field_sink *sink)
{
	const struct stream_numbers *s = row->streams;
	if (!s && innermost != ROW_NO_STREAM)
		take_u64(sink, innermost);
	for (unsigned i = 0; s && i < s->n; i++)
		if (s->at[i].tcp == tcp && s->at[i].number != STREAM_NONE && !take_u64(sink, s->at[i].number))
			return;
}

static void get_udp_stream(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	take_streams(row, false, row->udp_stream, sink);
}

static void get_tcp_stream(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	take_streams(row, true, row->tcp_stream, sink);
}

#define PORT(name, meaning, type, base, get, what)                                                  \
	{                                                                                           \
		name, meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_HEADERS, false, what, get \
	}
#define STREAM(name, meaning, get)                                              \
	{                                                                       \
		name, meaning, FIELD_UINT32, 0, ROW_NEEDS_STREAM, false, 0, get \
	}
#define UDP(offset, octets) PLACE(LAYER_UDP, offset, octets, 0, 0)
#define TCP(offset, octets) PLACE(LAYER_TCP, offset, octets, 0, 0)

/* clang-format off */
static const struct field udp[] = {
	PORT("udp", "UDP", PROTOCOL, DEC, get_protocol, UDP(0, 0)),
	PORT("udp.checksum", "checksum; 0: none was sent", UINT16, HEX, get_header, UDP(6, 2)),
	PORT("udp.checksum.status", "2: unverified, 3: none was sent", UINT8, DEC, get_status, 0),
	PORT("udp.dstport", "destination port", UINT16, DEC, get_header, UDP(2, 2)),
	PORT("udp.length", "octets of header and payload", UINT16, DEC, get_header, UDP(4, 2)),
	PORT("udp.payload", "payload", BYTES, DEC, get_payload, 0),
	PORT("udp.port", "source and destination port", UINT16, DEC, get_header_pair, UDP(0, 2)),
	PORT("udp.srcport", "source port", UINT16, DEC, get_header, UDP(0, 2)),
	STREAM("udp.stream", "number of the UDP conversation, from 0", get_udp_stream),
};

static const struct field tcp[] = {
	PORT("tcp", "TCP", PROTOCOL, DEC, get_protocol, TCP(0, 0)),
	PORT("tcp.dstport", "destination port", UINT16, DEC, get_header, TCP(2, 2)),
	PORT("tcp.port", "source and destination port", UINT16, DEC, get_header_pair, TCP(0, 2)),
	PORT("tcp.srcport", "source port", UINT16, DEC, get_header, TCP(0, 2)),
	STREAM("tcp.stream", "number of the TCP conversation, from 0", get_tcp_stream),
};
/* clang-format on */

const struct field_table table_udp = FIELD_TABLE(udp);
const struct field_table table_tcp = FIELD_TABLE(tcp);
