/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "present/tree_parts.h"

enum { MAC_TEXT_MAX = 18 };

static const char *mac_text(const uint8_t *p, char out[MAC_TEXT_MAX])
{
	snprintf(out, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3], p[4], p[5]);
	return out;
}

static const char *ethertype_name(uint16_t type)
{
	switch (type) {
	case 0x0800: return "IPv4";
	case 0x0806: return "ARP";
	case 0x86dd: return "IPv6";
	case 0x8100: return "VLAN";
	case 0x88a8: return "VLAN, service tag";
	case 0x9100: return "VLAN, old service tag";
	case 0x8847: return "MPLS";
	case 0x8848: return "MPLS, multicast";
	case 0x8863: return "PPPoE discovery";
	case 0x8864: return "PPPoE session";
	case 0x6558: return "Ethernet, bridged";
	case 0x880b: return "PPP";
	}
	return type <= 1500 ? "length of 802.3" : "unknown";
}

static void type_item(struct tree *t, uint16_t type)
{
	tree_item(t, "Type", "0x%04x (%s)", type, ethertype_name(type));
}

static void ethernet(struct tree *t, const uint8_t *p)
{
	char mac[MAC_TEXT_MAX];
	tree_open(t, "Ethernet");
	tree_item(t, "Destination", "%s%s", mac_text(p, mac), p[0] & 1 ? " (group)" : "");
	tree_item(t, "Source", "%s", mac_text(p + 6, mac));
	type_item(t, load_be16(p + 12));
}

static void vlan(struct tree *t, const uint8_t *p)
{
	uint16_t tag = load_be16(p);
	tree_open(t, "VLAN %u", tag & 0x0fff);
	tree_bits(t, tag, 16, 0xe000, "Priority", "%u", tag >> 13);
	tree_flag(t, tag, 16, 0x1000, "May be dropped");
	tree_bits(t, tag, 16, 0x0fff, "VLAN", "%u", tag & 0x0fff);
	type_item(t, load_be16(p + 2));
}

static void mpls(struct tree *t, const struct row_header *h)
{
	tree_open(t, "MPLS");
	for (uint32_t at = 0; at + 4 <= h->len; at += 4) {
		uint32_t entry = load_be32(h->at + at);
		tree_item(t, "Label", "%u, class %u, %stime to live %u", entry >> 12, entry >> 9 & 7,
			  entry & 0x100 ? "bottom of the stack, " : "", entry & 0xff);
	}
}

static void pppoe(struct tree *t, const uint8_t *p)
{
	tree_open(t, "PPPoE, session 0x%04x", load_be16(p + 2));
	tree_item(t, "Code", "0x%02x", p[1]);
	tree_item(t, "Length", "%u", load_be16(p + 4));
}

static const char *cooked_kind(uint16_t kind)
{
	static const char *const names[] = { "to us", "broadcast", "multicast", "to another host",
					     "from us" };
	return TREE_WORD(names, kind);
}

static void sll(struct tree *t, const uint8_t *p)
{
	tree_open(t, "Linux cooked capture");
	tree_item(t, "Direction", "%u (%s)", load_be16(p), cooked_kind(load_be16(p)));
	tree_item(t, "Hardware type", "%u", load_be16(p + 2));
	tree_bytes(t, "Address", p + 6, load_be16(p + 4) < 8 ? load_be16(p + 4) : 8);
	type_item(t, load_be16(p + 14));
}

static void sll2(struct tree *t, const uint8_t *p)
{
	tree_open(t, "Linux cooked capture, version 2");
	type_item(t, load_be16(p));
	tree_item(t, "Interface index", "%u", load_be32(p + 4));
	tree_item(t, "Hardware type", "%u", load_be16(p + 8));
	tree_item(t, "Direction", "%u (%s)", p[10], cooked_kind(p[10]));
	tree_bytes(t, "Address", p + 12, p[11] < 8 ? p[11] : 8);
}

static void wlan(struct tree *t, const struct row_header *h)
{
	char mac[MAC_TEXT_MAX];
	tree_open(t, "IEEE 802.11");
	/* A radiotap header is a layer of the same type: it begins with its version, 0, and 0. */
	if (h->len < 24 || (h->at[0] == 0 && h->at[1] == 0)) {
		tree_item(t, "Header", "%u octets", h->len);
		return;
	}
	tree_item(t, "Frame control", "0x%02x%02x", h->at[0], h->at[1]);
	tree_item(t, "Address 1", "%s", mac_text(h->at + 4, mac));
	tree_item(t, "Address 2", "%s", mac_text(h->at + 10, mac));
	tree_item(t, "Address 3", "%s", mac_text(h->at + 16, mac));
}

static void others(struct tree *t, const struct row_header *h)
{
	switch ((enum layer_type)h->type) {
	case LAYER_PPP: tree_open(t, "PPP"); break;
	case LAYER_NULL: tree_open(t, "Loopback"); break;
	case LAYER_CHDLC: tree_open(t, "Cisco HDLC"); break;
	case LAYER_LLC: tree_open(t, "LLC"); break;
	default: tree_open(t, "Link"); break;
	}
	tree_bytes(t, "Header", h->at, h->len);
}

void tree_link_header(struct tree *t, const struct row_header *h)
{
	if (h->type == LAYER_ETHERNET && h->len >= 14)
		ethernet(t, h->at);
	else if (h->type == LAYER_VLAN && h->len >= 4)
		vlan(t, h->at);
	else if (h->type == LAYER_MPLS)
		mpls(t, h);
	else if (h->type == LAYER_PPPOE && h->len >= 6)
		pppoe(t, h->at);
	else if (h->type == LAYER_SLL && h->len >= 16)
		sll(t, h->at);
	else if (h->type == LAYER_SLL2 && h->len >= 20)
		sll2(t, h->at);
	else if (h->type == LAYER_WLAN)
		wlan(t, h);
	else
		others(t, h);
	tree_close(t);
}
