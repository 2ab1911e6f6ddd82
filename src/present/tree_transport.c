/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/tree_parts.h"
#include "proto/names.h"

void tree_tunnel_header(struct tree *t, const struct row_header *h)
{
	const char *name = "Tunnel";
	if (h->type == LAYER_GRE)
		name = "GRE";
	else if (h->type == LAYER_VXLAN)
		name = "VXLAN";
	else if (h->type == LAYER_GENEVE)
		name = "Geneve";
	else if (h->type == LAYER_GTP)
		name = "GTP-U";
	tree_open(t, "%s", name);
	if ((h->type == LAYER_VXLAN || h->type == LAYER_GENEVE) && h->len >= 8)
		tree_item(t, "Network identifier", "%u", load_be32(h->at + 4) >> 8);
	else if (h->type == LAYER_GRE && h->len >= 4)
		tree_item(t, "Protocol", "0x%04x", load_be16(h->at + 2));
	else if (h->type == LAYER_GTP && h->len >= 8)
		tree_item(t, "Tunnel endpoint", "0x%08x", load_be32(h->at + 4));
	tree_bytes(t, "Header", h->at, h->len);
	tree_close(t);
}

/* True for the innermost header of its type: the one that the datagram was read from. */
static bool is_innermost(const struct row *row, const struct row_header *h)
{
	for (const struct row_header *i = h + 1; i < row->headers + row->n_headers; i++)
		if (i->type == h->type)
			return false;
	return true;
}

static const char *checksum_words(const struct row *row, const struct row_header *h)
{
	const struct datagram *d = &row->found->datagram;
	if (!is_innermost(row, h) || d->kind != DATAGRAM_UDP)
		return "not checked";
	switch (udp_checksum_state(d)) {
	case CHECKSUM_GOOD: return "right";
	case CHECKSUM_BAD: return "wrong, or left to hardware";
	case CHECKSUM_ABSENT: return "not sent";
	case CHECKSUM_UNKNOWN: break;
	}
	return "cannot be checked: the packet is cut";
}

static void findings(struct tree *t, const struct datagram *d)
{
	if (d->findings & FRAME_UDP_LENGTH_LIES)
		tree_fault(t, "the UDP length cannot be right");
	if (d->findings & FRAME_IP_LENGTH_LIES)
		tree_fault(t, "the IP length is more than the frame had");
	if (d->findings & FRAME_TRAILER)
		tree_fault(t, "IP carries more than UDP says");
}

void tree_udp_header(struct tree *t, const struct row *row, const struct row_header *h)
{
	const uint8_t *p = h->at;
	if (h->len < 8) {
		tree_open(t, "UDP, cut");
		tree_close(t);
		return;
	}
	tree_open(t, "UDP, port %u to %u", load_be16(p), load_be16(p + 2));
	tree_item(t, "Source port", "%u", load_be16(p));
	tree_item(t, "Destination port", "%u", load_be16(p + 2));
	tree_item(t, "Length", "%u", load_be16(p + 4));
	tree_item(t, "Checksum", "0x%04x (%s)", load_be16(p + 6), checksum_words(row, h));
	if (is_innermost(row, h)) {
		if (row->udp_stream != ROW_NO_STREAM)
			tree_made(t, "Stream", "%u", row->udp_stream);
		findings(t, &row->found->datagram);
	}
	tree_close(t);
}

void tree_tcp_header(struct tree *t, const struct row *row, const struct row_header *h)
{
	static const char *const flags[] = { "Finish",      "Begin (SYN)", "Reset",    "Push",
					     "Acknowledge", "Urgent",      "ECN echo", "Window reduced" };
	const uint8_t *p = h->at;
	if (h->len < 20) {
		tree_open(t, "TCP, cut");
		tree_close(t);
		return;
	}
	tree_open(t, "TCP, port %u to %u", load_be16(p), load_be16(p + 2));
	tree_item(t, "Sequence", "%u", load_be32(p + 4));
	tree_item(t, "Acknowledgment", "%u", load_be32(p + 8));
	tree_item(t, "Header length", "%u", (p[12] >> 4) * 4U);
	for (unsigned i = 0; i < 8; i++)
		if (p[13] >> i & 1)
			tree_flag(t, p[13], 8, 1U << i, flags[i]);
	tree_item(t, "Window", "%u", load_be16(p + 14));
	if (is_innermost(row, h) && row->tcp_stream != ROW_NO_STREAM)
		tree_made(t, "Stream", "%u", row->tcp_stream);
	tree_close(t);
}

static const char *icmp_words(bool v6, uint8_t type, uint8_t code)
{
	bool error = v6 ? type >= 1 && type <= 4
			: type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
	return error ? icmp_error_name(v6 ? 6 : 4, type, code) : "no error";
}

void tree_icmp_header(struct tree *t, const struct row_header *h)
{
	bool v6 = h->type == LAYER_ICMPV6;
	const char *name = v6 ? "ICMPv6" : "ICMP";
	if (h->len < 4) {
		tree_open(t, "%s, cut", name);
		tree_close(t);
		return;
	}
	tree_open(t, "%s, %s", name, icmp_words(v6, h->at[0], h->at[1]));
	tree_item(t, "Type", "%u", h->at[0]);
	tree_item(t, "Code", "%u", h->at[1]);
	tree_item(t, "Checksum", "0x%04x", load_be16(h->at + 2));
	tree_close(t);
}
