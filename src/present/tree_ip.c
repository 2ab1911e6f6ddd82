/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/tree_parts.h"

static const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case 0: return "hop-by-hop options";
	case 1: return "ICMP";
	case 4: return "IPv4";
	case 6: return "TCP";
	case 17: return "UDP";
	case 41: return "IPv6";
	case 43: return "routing header";
	case 44: return "fragment header";
	case 47: return "GRE";
	case 50: return "ESP";
	case 51: return "authentication header";
	case 58: return "ICMPv6";
	case 59: return "nothing";
	case 60: return "destination options";
	case 97: return "Ethernet in IP";
	case 132: return "SCTP";
	case 137: return "MPLS";
	}
	return "unknown";
}

/* RFC 2474: six bits of class, RFC 3168: two of congestion. */
static void traffic_class(struct tree *t, uint8_t v)
{
	static const char *const congestion[] = { "not capable", "capable (1)", "capable (0)",
						  "congestion was met" };
	tree_item(t, "Class of service", "0x%02x (DSCP %u, ECN %s)", v, v >> 2, congestion[v & 3]);
}

static void addresses(struct tree *t, const struct addr *src, const struct addr *dst)
{
	char text[TREE_ADDR_MAX];
	tree_addr_text(t, src, text);
	tree_item(t, "Source", "%s", text);
	tree_addr_text(t, dst, text);
	tree_item(t, "Destination", "%s", text);
}

/* The ones' complement sum over the header, 0xffff when it is right (RFC 791 section 3.1). */
static uint16_t header_sum(const uint8_t *p, uint32_t len)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i + 2 <= len; i += 2)
		sum += load_be16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void ipv4(struct tree *t, const struct row_header *h)
{
	const uint8_t *p = h->at;
	struct addr src = addr_from_v4(p + 12), dst = addr_from_v4(p + 16);
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	uint16_t fragment = load_be16(p + 6);
	addr_text(&src, from);
	addr_text(&dst, to);
	tree_open(t, "IPv4, %s to %s", from, to);
	tree_item(t, "Header length", "%u", (p[0] & 15) * 4U);
	traffic_class(t, p[1]);
	tree_item(t, "Total length", "%u", load_be16(p + 2));
	tree_item(t, "Identification", "0x%04x", load_be16(p + 4));
	tree_flag(t, fragment, 16, 0x4000, "Do not fragment");
	tree_flag(t, fragment, 16, 0x2000, "More fragments");
	tree_bits(t, fragment, 16, 0x1fff, "Fragment offset", "%u octets", (fragment & 0x1fff) * 8U);
	tree_item(t, "Time to live", "%u", p[8]);
	tree_item(t, "Protocol", "%u (%s)", p[9], protocol_name(p[9]));
	bool whole = h->len >= (p[0] & 15) * 4U;
	tree_item(t, "Checksum", "0x%04x (%s)", load_be16(p + 10),
		  !whole                            ? "cannot be checked"
		  : header_sum(p, h->len) == 0xffff ? "right"
		  : load_be16(p + 10) == 0          ? "left to hardware"
						    : "wrong");
	addresses(t, &src, &dst);
	if (h->len > 20)
		tree_bytes(t, "Options", p + 20, h->len - 20);
}

static void ipv6(struct tree *t, const uint8_t *p)
{
	struct addr src = addr_from_v6(p + 8), dst = addr_from_v6(p + 24);
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	uint32_t first = load_be32(p);
	addr_text(&src, from);
	addr_text(&dst, to);
	tree_open(t, "IPv6, %s to %s", from, to);
	traffic_class(t, (uint8_t)(first >> 20));
	tree_item(t, "Flow label", "0x%05x", first & 0xfffff);
	tree_item(t, "Payload length", "%u", load_be16(p + 4));
	tree_item(t, "Next header", "%u (%s)", p[6], protocol_name(p[6]));
	tree_item(t, "Hop limit", "%u", p[7]);
	addresses(t, &src, &dst);
}

static void extension(struct tree *t, const struct row_header *h)
{
	tree_open(t, "IP extension header, %u octets", h->len);
	if (h->len)
		tree_item(t, "Next header", "%u (%s)", h->at[0], protocol_name(h->at[0]));
	if (h->len > 2)
		tree_bytes(t, "Content", h->at + 2, h->len - 2);
}

void tree_ip_header(struct tree *t, const struct row_header *h)
{
	if (h->type == LAYER_IPV4 && h->len >= 20)
		ipv4(t, h);
	else if (h->type == LAYER_IPV6 && h->len >= 40)
		ipv6(t, h->at);
	else
		extension(t, h);
	tree_close(t);
}
