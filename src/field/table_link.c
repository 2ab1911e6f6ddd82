/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ethernet and VLAN tags. */
#include "base/bytes.h"
#include "field/table.h"

enum { TYPE_AT = 12, TAG_TYPE_AT = 2, LENGTH_MAX = 1500, SERVICE_TAG = 0x88a8 };

/* The type that announces a tag stands in the two octets before it, whatever they end. */
bool vlan_is_service(const struct row *row, unsigned i)
{
	return i && row->headers[i - 1].len >= 2 && load_be16(row->headers[i].at - 2) == SERVICE_TAG;
}

/* Up to 1500 the type is a length (IEEE 802.3 clause 3.2.6).  what: 1 for lengths, 0 for types. */
static void take_type(const struct field *f, const struct row_header *h, unsigned at, struct field_sink *sink,
		      bool *more)
{
	bool wants_length = (f->what & 1) != 0;
	if (h->len < at + 2)
		return;
	uint16_t type = load_be16(h->at + at);
	if ((type <= LENGTH_MAX) == wants_length)
		*more = take_u64(sink, type);
}

static void get_eth_type(const struct field *f, const struct row *row, struct field_sink *sink)
{
	bool more = true;
	for (unsigned i = 0; i < row->n_headers && more; i++)
		if (row->headers[i].type == LAYER_ETHERNET)
			take_type(f, &row->headers[i], TYPE_AT, sink, &more);
}

static void get_vlan_type(const struct field *f, const struct row *row, struct field_sink *sink)
{
	bool more = true;
	for (unsigned i = 0; i < row->n_headers && more; i++)
		if (row->headers[i].type == LAYER_VLAN && !vlan_is_service(row, i))
			take_type(f, &row->headers[i], TAG_TYPE_AT, sink, &more);
}

static void get_vlan(const struct field *f, const struct row *row, struct field_sink *sink)
{
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		if (h->type == LAYER_VLAN && h->len >= 2 && !vlan_is_service(row, i) &&
		    !take_octets(f, h->at, 2, sink))
			return;
	}
}

static void get_vlan_protocol(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	for (unsigned i = 0; i < row->n_headers; i++) {
		const struct row_header *h = &row->headers[i];
		struct field_value v = { .bytes = { h->at, h->len, row } };
		if (h->type == LAYER_VLAN && !vlan_is_service(row, i) && !sink->take(sink, &v))
			return;
	}
}

#define LINK(name, meaning, type, base, get, what)                                                  \
	{                                                                                           \
		name, meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_HEADERS, false, what, get \
	}
#define ETH(offset, octets, shift, bits) PLACE(LAYER_ETHERNET, offset, octets, shift, bits)
#define TAG(shift, bits)                 PLACE(LAYER_VLAN, 0, 2, shift, bits)

/* clang-format off */
static const struct field eth[] = {
	LINK("eth", "Ethernet", PROTOCOL, DEC, get_protocol, ETH(0, 0, 0, 0)),
	LINK("eth.addr", "Ethernet destination and source", ETHER, DEC, get_header_pair, ETH(0, 6, 0, 0)),
	LINK("eth.dst", "Ethernet destination", ETHER, DEC, get_header, ETH(0, 6, 0, 0)),
	LINK("eth.dst.ig", "destination is a group", BOOLEAN, DEC, get_header, ETH(0, 3, 16, 1)),
	LINK("eth.dst.lg", "destination is administered locally", BOOLEAN, DEC, get_header, ETH(0, 3, 17, 1)),
	LINK("eth.len", "octets that follow, of IEEE 802.3", UINT16, DEC, get_eth_type, 1),
	LINK("eth.src", "Ethernet source", ETHER, DEC, get_header, ETH(6, 6, 0, 0)),
	LINK("eth.src.ig", "source is a group", BOOLEAN, DEC, get_header, ETH(6, 3, 16, 1)),
	LINK("eth.src.lg", "source is administered locally", BOOLEAN, DEC, get_header, ETH(6, 3, 17, 1)),
	LINK("eth.type", "Ethernet type of what follows", UINT16, HEX, get_eth_type, 0),
};

static const struct field vlan[] = {
	LINK("vlan", "802.1Q tag", PROTOCOL, DEC, get_vlan_protocol, PLACE(LAYER_VLAN, 0, 0, 0, 0)),
	LINK("vlan.dei", "drop eligible", BOOLEAN, DEC, get_vlan, TAG(12, 1)),
	LINK("vlan.etype", "Ethernet type of what follows the tag", UINT16, HEX, get_vlan_type, 0),
	LINK("vlan.id", "VLAN number", UINT16, DEC, get_vlan, TAG(0, 12)),
	LINK("vlan.len", "octets that follow the tag, of IEEE 802.3", UINT16, DEC, get_vlan_type, 1),
	LINK("vlan.priority", "priority", UINT16, DEC, get_vlan, TAG(13, 0)),
};
/* clang-format on */

const struct field_table table_eth = FIELD_TABLE(eth);
const struct field_table table_vlan = FIELD_TABLE(vlan);
