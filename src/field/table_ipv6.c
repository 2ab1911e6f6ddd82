/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv6 (RFC 8200) and its fragment header. */
#include "base/addr.h"
#include "base/bytes.h"
#include "field/table.h"

enum { NEXT_FRAGMENT = 44, NEXT_NONE = 59 };

/* What the header before says that header i is. */
uint8_t ipv6_next_before(const struct row *row, unsigned i)
{
	const struct row_header *before = i ? &row->headers[i - 1] : NULL;
	if (before && before->type == LAYER_IPV6 && before->len > 6)
		return before->at[6];
	if (before && before->type == LAYER_IPV6_EXT && before->len)
		return before->at[0];
	if (before && before->type == LAYER_IPV4 && before->len > 9)
		return before->at[9];
	return NEXT_NONE;
}

static void get_fragment(const struct field *f, const struct row *row, struct field_sink *sink)
{
	unsigned offset = place_offset(f->what), octets = place_octets(f->what);
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == LAYER_IPV6_EXT && ipv6_next_before(row, i) == NEXT_FRAGMENT &&
		    h->len >= offset + octets && !take_octets(f, h->at + offset, octets, sink))
			return;
	}
}

/* IPv6 text as print_ipv6() has it. */
static bool take_address_text(const struct row_header *h, unsigned offset, struct field_sink *sink)
{
	char text[ADDR_TEXT_MAX + 8];
	size_t prefix = 0;
	if (h->len < offset + 16)
		return true;
	struct addr a = addr_from_v6(h->at + offset);
	if (addr_is_v4(&a)) {
		prefix = 7;
		memcpy(text, "::ffff:", prefix);
	}
	text[prefix + addr_text(&a, text + prefix)] = '\0';
	return take_text(sink, text);
}

/* what: offset of the address; 0: both. */
static void get_host(const struct field *f, const struct row *row, struct field_sink *sink)
{
	enum { SRC = 8, DST = 24 };
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type != LAYER_IPV6)
			continue;
		if (f->what != DST && !take_address_text(h, SRC, sink))
			return;
		if (f->what != SRC && !take_address_text(h, DST, sink))
			return;
	}
}

#define IP6(name, meaning, type, base, get, what)                                                   \
	{                                                                                           \
		name, meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_HEADERS, false, what, get \
	}
#define AT(offset, octets, shift, bits)       PLACE(LAYER_IPV6, offset, octets, shift, bits)
#define FRAGMENT(offset, octets, shift, bits) PLACE(LAYER_IPV6_EXT, offset, octets, shift, bits)

/* clang-format off */
static const struct field fields[] = {
	IP6("ipv6", "IPv6", PROTOCOL, DEC, get_protocol, AT(0, 0, 0, 0)),
	IP6("ipv6.addr", "source and destination", IPV6, DEC, get_header_pair, AT(8, OCTETS_16, 0, 0)),
	IP6("ipv6.dst", "destination", IPV6, DEC, get_header, AT(24, OCTETS_16, 0, 0)),
	IP6("ipv6.dst_host", "destination, as text", STRING, DEC, get_host, 24),
	IP6("ipv6.flow", "flow label", UINT24, HEX, get_header, AT(0, 4, 0, 20)),
	IP6("ipv6.fraghdr.ident", "fragment: identification",
	    UINT32, HEX, get_fragment, FRAGMENT(4, 4, 0, 0)),
	IP6("ipv6.fraghdr.more", "fragment: more follow", BOOLEAN, DEC, get_fragment, FRAGMENT(2, 2, 0, 1)),
	IP6("ipv6.fraghdr.nxt", "fragment: what follows the header",
	    UINT8, DEC, get_fragment, FRAGMENT(0, 1, 0, 0)),
	IP6("ipv6.fraghdr.offset", "fragment: offset in units of 8 octets",
	    UINT16, DEC, get_fragment, FRAGMENT(2, 2, 3, 0)),
	IP6("ipv6.hlim", "hop limit", UINT8, DEC, get_header, AT(7, 1, 0, 0)),
	IP6("ipv6.host", "source and destination, as text", STRING, DEC, get_host, 0),
	IP6("ipv6.nxt", "what follows the header", UINT8, DEC, get_header, AT(6, 1, 0, 0)),
	IP6("ipv6.plen", "octets behind the header", UINT16, DEC, get_header, AT(4, 2, 0, 0)),
	IP6("ipv6.src", "source", IPV6, DEC, get_header, AT(8, OCTETS_16, 0, 0)),
	IP6("ipv6.src_host", "source, as text", STRING, DEC, get_host, 8),
	IP6("ipv6.tclass", "traffic class: DSCP and ECN", UINT32, HEX, get_header, AT(0, 4, 20, 8)),
	IP6("ipv6.tclass.dscp", "differentiated services code point",
	    UINT32, DEC, get_header, AT(0, 4, 22, 6)),
	IP6("ipv6.tclass.ecn", "explicit congestion notification", UINT32, DEC, get_header, AT(0, 4, 20, 2)),
	IP6("ipv6.version", "IP version", UINT8, DEC, get_header, AT(0, 1, 4, 0)),
};
/* clang-format on */

const struct field_table table_ipv6 = FIELD_TABLE(fields);
