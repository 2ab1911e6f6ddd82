/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nstime.h"
#include "present/tree_parts.h"

static const char *link_name(uint16_t link)
{
	switch ((enum link_type)link) {
	case LINK_NULL: return "loopback, BSD";
	case LINK_ETHERNET: return "Ethernet";
	case LINK_PPP: return "PPP";
	case LINK_PPP_HDLC: return "PPP in HDLC framing";
	case LINK_PPP_ETHER: return "PPP over Ethernet";
	case LINK_RAW: return "raw IP";
	case LINK_CHDLC: return "Cisco HDLC";
	case LINK_IEEE802_11: return "IEEE 802.11";
	case LINK_LOOP: return "loopback, OpenBSD";
	case LINK_LINUX_SLL: return "Linux cooked capture";
	case LINK_IEEE802_11_RADIOTAP: return "IEEE 802.11 with radiotap";
	case LINK_IPV4: return "raw IPv4";
	case LINK_IPV6: return "raw IPv6";
	case LINK_LINUX_SLL2: return "Linux cooked capture, version 2";
	}
	return "unknown";
}

static void times(struct tree *t, const struct row *row)
{
	char text[NSTIME_TEXT_MAX], seconds[DURATION_TEXT_MAX];
	const struct packet *p = row->packet;
	if (!p->has_time) {
		tree_item(t, "Time", "none");
		return;
	}
	size_t n = nstime_rfc3339(p->time_ns, text);
	text[10] = ' ';
	text[n - 1] = '\0'; /* the Z */
	seconds_text(p->time_ns, seconds);
	tree_item(t, "Time", "%s UTC", text);
	tree_item(t, "Seconds since 1970", "%s", seconds);
	seconds_text((int64_t)((uint64_t)p->time_ns - (uint64_t)row->before_ns), seconds);
	tree_made(t, "Since the frame before", "%s s", seconds);
	seconds_text((int64_t)((uint64_t)p->time_ns - (uint64_t)row->first_ns), seconds);
	tree_made(t, "Since the first frame", "%s s", seconds);
}

void tree_frame(struct tree *t, const struct row *row)
{
	const struct packet *p = row->packet;
	tree_open(t, "Frame %llu: %u octets on the wire, %u captured", (unsigned long long)p->frame, p->len,
		  p->caplen);
	times(t, row);
	tree_item(t, "Link type", "%u (%s)", p->link, link_name(p->link));
	tree_item(t, "Interface", "%u", p->interface);
	tree_item(t, "File", "%u", p->file + 1U);
	if (p->caplen < p->len)
		tree_fault(t, "%u octets were not captured", p->len - p->caplen);
	tree_close(t);
}
