/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "field/table.h"

enum frame_part { PART_NUMBER, PART_LEN, PART_CAPLEN, PART_INTERFACE, PART_ENCAPSULATION, PART_LINK };
enum frame_time { TIME_SINCE_1970, TIME_SINCE_BEFORE, TIME_SINCE_FIRST };

/* Wireshark's own numbers for link types; -1 where it has none that we know. */
static int encapsulation(uint16_t link)
{
	switch (link) {
	case LINK_NULL: return 15;
	case LINK_ETHERNET: return 1;
	case LINK_PPP:
	case LINK_PPP_HDLC: return 4;
	case LINK_PPP_ETHER: return 139;
	case LINK_RAW:
	case 12:
	case 14: return 7;
	case LINK_CHDLC: return 28;
	case LINK_IEEE802_11: return 20;
	case LINK_LOOP: return 174;
	case LINK_LINUX_SLL: return 25;
	case LINK_IEEE802_11_RADIOTAP: return 23;
	case LINK_IPV4: return 129;
	case LINK_IPV6: return 130;
	case LINK_LINUX_SLL2: return 210;
	default: return -1;
	}
}

static void get_part(const struct field *f, const struct row *row, struct field_sink *sink)
{
	const struct packet *p = row->packet;
	switch ((enum frame_part)f->what) {
	case PART_NUMBER: take_u64(sink, p->frame); break;
	case PART_LEN: take_u64(sink, p->len); break;
	case PART_CAPLEN: take_u64(sink, p->caplen); break;
	case PART_LINK: take_u64(sink, p->link); break;
	case PART_INTERFACE:
		if (p->has_interface)
			take_u64(sink, p->interface);
		break;
	case PART_ENCAPSULATION:
		if (encapsulation(p->link) >= 0)
			sink->take(sink, &(struct field_value){ .i = encapsulation(p->link) });
		break;
	}
}

/* Differences of times that may lie anywhere: as unsigned numbers they wrap and never trap. */
static int64_t since(int64_t then, int64_t now)
{
	return (int64_t)((uint64_t)now - (uint64_t)then);
}

static void get_time(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!row->packet->has_time)
		return;
	int64_t now = row->packet->time_ns;
	switch ((enum frame_time)f->what) {
	case TIME_SINCE_1970: take_ns(sink, now); break;
	case TIME_SINCE_BEFORE: take_ns(sink, since(row->before_ns, now)); break;
	case TIME_SINCE_FIRST: take_ns(sink, since(row->first_ns, now)); break;
	}
}

static void get_frame(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	sink->take(sink, &(struct field_value){ .bytes = { row->packet->data, row->packet->caplen, row } });
}

struct names {
	char text[1024];
	size_t len;
};

static void add_name(struct names *n, const char *name)
{
	size_t len = strlen(name);
	if (n->len + len + 1 > sizeof(n->text))
		return;
	if (n->len)
		n->text[n->len++] = ':';
	memcpy(n->text + n->len, name, len);
	n->len += len;
}

static const char *ipv6_extension(uint8_t next)
{
	switch (next) {
	case 0: return "ipv6.hopopts";
	case 43: return "ipv6.routing";
	case 44: return "ipv6.fraghdr";
	case 51: return "ah";
	case 60: return "ipv6.dstopts";
	default: return "ipv6.ext";
	}
}

static const char *header_name(const struct row *row, unsigned i)
{
	const struct row_header *h = &row->headers[i];
	switch ((enum layer_type)h->type) {
	case LAYER_ETHERNET: return "eth";
	case LAYER_VLAN: return vlan_is_service(row, i) ? "ieee8021ad" : "vlan";
	case LAYER_MPLS: return i && h[-1].type == LAYER_MPLS ? NULL : "mpls";
	case LAYER_PPPOE: return "pppoes";
	case LAYER_PPP: return "ppp";
	case LAYER_SLL:
	case LAYER_SLL2: return "sll";
	case LAYER_NULL: return "null";
	case LAYER_CHDLC: return "chdlc";
	case LAYER_WLAN: return "wlan";
	case LAYER_LLC: return "llc";
	case LAYER_IPV4: return "ip";
	case LAYER_IPV6: return "ipv6";
	case LAYER_IPV6_EXT: return ipv6_extension(ipv6_next_before(row, i));
	case LAYER_GRE: return "gre";
	case LAYER_VXLAN: return "vxlan";
	case LAYER_GENEVE: return "geneve";
	case LAYER_GTP: return "gtp";
	case LAYER_UDP: return "udp";
	case LAYER_TCP: return "tcp";
	case LAYER_ICMP: return "icmp";
	case LAYER_ICMPV6: return "icmpv6";
	case LAYER_PAYLOAD: break;
	}
	return NULL;
}

/* Those whose type field Wireshark calls a protocol of its own. */
static bool has_ethertype(const struct row *row, unsigned i)
{
	const struct row_header *h = &row->headers[i];
	bool typed = h->type == LAYER_ETHERNET || h->type == LAYER_VLAN || h->type == LAYER_SLL ||
		     h->type == LAYER_SLL2;
	return typed && (i + 1 == row->n_headers || h[1].type != LAYER_LLC);
}

static void get_protocols(const struct field *f, const struct row *row, struct field_sink *sink)
{
	struct names n = { .len = 0 };
	(void)f;
	if (row->packet->link == LINK_RAW || row->packet->link == 12 || row->packet->link == 14)
		add_name(&n, "raw");
	else if (row->packet->link == LINK_IEEE802_11_RADIOTAP)
		add_name(&n, "radiotap:wlan_radio");
	for (unsigned i = 0; i < row->n_headers; i++) {
		const char *name = header_name(row, i);
		if (!name)
			continue;
		add_name(&n, name);
		if (has_ethertype(row, i))
			add_name(&n, "ethertype");
	}
	if (row->ntp)
		add_name(&n, "ntp");
	sink->take(sink,
		   &(struct field_value){ .bytes = { (const uint8_t *)n.text, (uint32_t)n.len, NULL } });
}

#define FRAME(name, meaning, type, get, what)                       \
	{                                                           \
		name, meaning, FIELD_##type, 0, 0, false, what, get \
	}

/* clang-format off */
static const struct field fields[] = {
	{ "frame", "the frame, octet by octet", FIELD_PROTOCOL, 0, 0, false,
	  PLACE(LAYER_OF_FRAME, 0, 0, 0, 0), get_frame },
	FRAME("frame.cap_len", "octets of the frame in the capture", UINT32, get_part, PART_CAPLEN),
	FRAME("frame.encap_type", "link type, in Wireshark's numbering", INT16, get_part, PART_ENCAPSULATION),
	FRAME("frame.interface_id", "interface, in pcapng files", UINT32, get_part, PART_INTERFACE),
	FRAME("frame.len", "octets of the frame on the wire", UINT32, get_part, PART_LEN),
	{ "frame.link_type", "link type, LINKTYPE_ number", FIELD_UINT16, 0, 0, true, PART_LINK, get_part },
	FRAME("frame.number", "number of the frame, from 1, over all files", UINT32, get_part, PART_NUMBER),
	{ "frame.protocols", "protocols from the outside in, as far as they are known", FIELD_STRING, 0,
	  ROW_NEEDS_HEADERS, false, 0, get_protocols },
	FRAME("frame.time", "when it was captured (UTC)", ABSOLUTE_TIME, get_time, TIME_SINCE_1970),
	{ "frame.time_delta", "since the frame before it", FIELD_RELATIVE_TIME, 0, ROW_NEEDS_BEFORE, false,
	  TIME_SINCE_BEFORE, get_time },
	FRAME("frame.time_epoch", "when it was captured, seconds since 1970",
	      RELATIVE_TIME, get_time, TIME_SINCE_1970),
	{ "frame.time_relative", "since the first frame", FIELD_RELATIVE_TIME, 0, ROW_NEEDS_BEFORE, false,
	  TIME_SINCE_FIRST, get_time },
};
/* clang-format on */

const struct field_table table_frame = FIELD_TABLE(fields);
