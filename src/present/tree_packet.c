/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/tree_parts.h"

void tree_addr_text(const struct tree *t, const struct addr *a, char out[TREE_ADDR_MAX])
{
	const char *name = hosts_label(t->hosts, a);
	size_t n = addr_text(a, out);
	if (name)
		snprintf(out + n, TREE_ADDR_MAX - n, " (%s)", name);
}

/* How far from the frame's time, when it is near enough to mean something. */
static void distance_text(int64_t time_ns, const struct packet *p, char *out, size_t size)
{
	char span[DURATION_TEXT_MAX];
	int64_t off;
	out[0] = '\0';
	if (!p->has_time || __builtin_sub_overflow(time_ns, p->time_ns, &off) || off > 3600 * NS_PER_S ||
	    off < -3600 * NS_PER_S)
		return;
	duration_text(off < 0 ? -off : off, span);
	snprintf(out, size, ", %s %s the frame", span, off < 0 ? "before" : "after");
}

void tree_timestamp_text(uint64_t ntp, const struct packet *p, char out[TREE_TIME_MAX])
{
	char text[NSTIME_TEXT_MAX], distance[64];
	if (!ntp) {
		snprintf(out, TREE_TIME_MAX, "0 (not set)");
		return;
	}
	/* 1968 to 2104, as RFC 4330 section 3 and Wireshark have it: what clients send is often random, and
	 * then no era is right. */
	const int64_t pivot_ns = INT64_C(2085978496) * NS_PER_S;
	int64_t time_ns = nstime_from_ntp(ntp, pivot_ns);
	int64_t s = time_ns / NS_PER_S - (time_ns % NS_PER_S < 0);
	int64_t since_1900_s = s + (int64_t)NTP_UNIX_S;
	long long era = (since_1900_s - (int64_t)(ntp >> 32)) / (INT64_C(1) << 32);
	distance_text(time_ns, p, distance, sizeof(distance));
	/* Digits behind the nanosecond are cut, not rounded up. */
	size_t n = nstime_rfc3339(s * NS_PER_S + (int64_t)((ntp & UINT32_MAX) * (uint64_t)NS_PER_S >> 32),
				  text);
	text[10] = ' ';
	text[n - 1] = '\0';
	snprintf(out, TREE_TIME_MAX, "%s UTC (era %lld, %08x.%08x%s)", text, era, (unsigned)(ntp >> 32),
		 (unsigned)ntp, distance);
}

static void header(struct tree *t, const struct row *row, const struct row_header *h)
{
	switch ((enum layer_type)h->type) {
	case LAYER_ETHERNET:
	case LAYER_VLAN:
	case LAYER_MPLS:
	case LAYER_PPPOE:
	case LAYER_PPP:
	case LAYER_SLL:
	case LAYER_SLL2:
	case LAYER_NULL:
	case LAYER_CHDLC:
	case LAYER_WLAN:
	case LAYER_LLC: tree_link_header(t, h); break;
	case LAYER_IPV4:
	case LAYER_IPV6:
	case LAYER_IPV6_EXT: tree_ip_header(t, h); break;
	case LAYER_GRE:
	case LAYER_VXLAN:
	case LAYER_GENEVE:
	case LAYER_GTP: tree_tunnel_header(t, h); break;
	case LAYER_UDP: tree_udp_header(t, row, h); break;
	case LAYER_TCP: tree_tcp_header(t, row, h); break;
	case LAYER_ICMP:
	case LAYER_ICMPV6: tree_icmp_header(t, h); break;
	case LAYER_PAYLOAD: break;
	}
}

static void other_payload(struct tree *t, const struct row *row)
{
	const struct datagram *d = &row->found->datagram;
	if (d->kind == DATAGRAM_TCP && (d->sport == NTS_KE_PORT || d->dport == NTS_KE_PORT)) {
		tree_ntske(t, d->payload, d->payload_len);
	} else if (d->kind == DATAGRAM_FRAGMENT) {
		tree_open(t, "Fragment at offset %u, %u octets%s", d->fragment_offset, d->payload_len,
			  d->fragment_more ? ", more follow" : ", the last");
		tree_close(t);
	} else if (d->kind == DATAGRAM_MALFORMED || d->kind == DATAGRAM_CUT) {
		tree_fault(t, d->kind == DATAGRAM_CUT ? "the capture ends inside the headers"
						      : "the headers contradict themselves");
	} else if (d->payload && d->payload_len) {
		tree_open(t, "Payload: %u octets", d->payload_len);
		tree_close(t);
	}
}

void tree_packet(struct tree *t, const struct row *row)
{
	tree_frame(t, row);
	for (unsigned i = 0; i < row->n_headers; i++)
		header(t, row, &row->headers[i]);
	if (row->found->reassembled)
		tree_made(t, "Put together from fragments", "%u octets of IP", row->found->whole.len);
	if (row->ntp)
		tree_ntp(t, row);
	else
		other_payload(t, row);
	text_blank_line(&t->text);
}
