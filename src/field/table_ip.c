/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv4 (RFC 791). */
#include "base/addr.h"
#include "base/bytes.h"
#include "field/table.h"

/* Wireshark shows the version of IPv6 headers under this name too. */
static void get_version(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		bool ip = h->type == LAYER_IPV4 || h->type == LAYER_IPV6;
		if (ip && h->len && !take_u64(sink, h->at[0] >> 4))
			return;
	}
}

static void get_header_len(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == LAYER_IPV4 && h->len && !take_u64(sink, (h->at[0] & 15u) * 4))
			return;
	}
}

/* A length of 0 is left by segmentation offload: Wireshark shows what there is. */
static void get_len(const struct field *f, const struct row *row, struct field_sink *sink)
{
	const struct packet *p = row->packet;
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != LAYER_IPV4 || h->len < 4)
			continue;
		uint32_t len = load_be16(h->at + 2), cut = p->len > p->caplen ? p->len - p->caplen : 0;
		if (!take_u64(sink, len ? len : h->have + cut))
			return;
	}
}

/* tshark does not verify this checksum unless told to: "unverified". */
static void get_status(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum { UNVERIFIED = 2 };
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++)
		if (row->headers[i].type == LAYER_IPV4 && !take_u64(sink, UNVERIFIED))
			return;
}

static bool take_address_text(const struct row_header *h, unsigned offset, struct field_sink *sink)
{
	char text[ADDR_TEXT_MAX];
	if (h->len < offset + 4)
		return true;
	struct addr a = addr_from_v4(h->at + offset);
	text[addr_text(&a, text)] = '\0';
	return take_text(sink, text);
}

/* what: offset of the address; 0: both. */
static void get_host(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum { SRC = 12, DST = 16 };
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != LAYER_IPV4)
			continue;
		if (f->what != DST && !take_address_text(h, SRC, sink))
			return;
		if (f->what != SRC && !take_address_text(h, DST, sink))
			return;
	}
}

#define IP(name, meaning, type, base, get, what)                                                    \
	{                                                                                           \
		name, meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_HEADERS, false, what, get \
	}
#define AT(offset, octets, shift, bits) PLACE(LAYER_IPV4, offset, octets, shift, bits)

/* clang-format off */
static const struct field fields[] = {
	IP("ip", "IPv4", PROTOCOL, DEC, get_protocol, AT(0, 0, 0, 0)),
	IP("ip.addr", "source and destination", IPV4, DEC, get_header_pair, AT(12, 4, 0, 0)),
	IP("ip.checksum", "checksum of the header", UINT16, HEX, get_header, AT(10, 2, 0, 0)),
	IP("ip.checksum.status", "2: unverified", UINT8, DEC, get_status, 0),
	IP("ip.dsfield", "type of service: DSCP and ECN", UINT8, HEX, get_header, AT(1, 1, 0, 0)),
	IP("ip.dsfield.dscp", "differentiated services code point", UINT8, DEC, get_header, AT(1, 1, 2, 0)),
	IP("ip.dsfield.ecn", "explicit congestion notification", UINT8, DEC, get_header, AT(1, 1, 0, 2)),
	IP("ip.dst", "destination", IPV4, DEC, get_header, AT(16, 4, 0, 0)),
	IP("ip.dst_host", "destination, as text", STRING, DEC, get_host, 16),
	IP("ip.flags", "reserved bit, do not fragment, more fragments",
	   UINT8, HEX, get_header, AT(6, 1, 5, 0)),
	IP("ip.flags.df", "do not fragment", BOOLEAN, DEC, get_header, AT(6, 1, 6, 1)),
	IP("ip.flags.mf", "more fragments follow", BOOLEAN, DEC, get_header, AT(6, 1, 5, 1)),
	IP("ip.flags.rb", "reserved bit", BOOLEAN, DEC, get_header, AT(6, 1, 7, 1)),
	IP("ip.frag_offset", "offset of the fragment, in units of 8 octets",
	   UINT16, DEC, get_header, AT(6, 2, 0, 13)),
	IP("ip.hdr_len", "octets of the header", UINT8, DEC, get_header_len, 0),
	IP("ip.host", "source and destination, as text", STRING, DEC, get_host, 0),
	IP("ip.id", "identification", UINT16, HEX, get_header, AT(4, 2, 0, 0)),
	IP("ip.len", "octets of header and payload", UINT16, DEC, get_len, 0),
	IP("ip.proto", "protocol of the payload", UINT8, DEC, get_header, AT(9, 1, 0, 0)),
	IP("ip.src", "source", IPV4, DEC, get_header, AT(12, 4, 0, 0)),
	IP("ip.src_host", "source, as text", STRING, DEC, get_host, 12),
	IP("ip.ttl", "time to live", UINT8, DEC, get_header, AT(8, 1, 0, 0)),
	IP("ip.version", "IP version, of IPv6 headers too", UINT8, DEC, get_version, 0),
};
/* clang-format on */

const struct field_table table_ip = FIELD_TABLE(fields);
