/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/wireshark_view.h"

#include "proto/ntp.h"

/* Ports below 123 whose dissectors take every payload; asked of tshark 4.0.17 for each port from 1 to 122. */
static const uint8_t udp_before_ntp[] = { 7, 13, 19, 37, 49, 53, 67, 68, 69, 111 };
static const uint8_t tcp_before_ntp[] = {
	7, 13, 19, 20, 21, 22, 23, 25, 37, 42, 43, 49, 53, 70, 79, 80, 88, 102, 110, 111, 119,
};

static bool listed(uint16_t port, const uint8_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == port)
			return true;
	return false;
}

bool wireshark_ports_are_ntp(bool tcp, uint16_t sport, uint16_t dport)
{
	uint16_t low = sport < dport ? sport : dport;
	if (sport != NTP_PORT && dport != NTP_PORT)
		return false;
	if (low == NTP_PORT)
		return true;
	return tcp ? !listed(low, tcp_before_ntp, sizeof(tcp_before_ntp))
		   : !listed(low, udp_before_ntp, sizeof(udp_before_ntp));
}

static bool take(const struct datagram *d, uint32_t wire_len, struct view_ntp *out)
{
	bool tcp = d->kind == DATAGRAM_TCP;
	if ((!tcp && d->kind != DATAGRAM_UDP) || d->payload_len == 0 ||
	    !wireshark_ports_are_ntp(tcp, d->sport, d->dport))
		return false;
	*out = (struct view_ntp){
		.src = d->src,
		.dst = d->dst,
		.payload = d->payload,
		.len = d->payload_len,
		.wire_len = wire_len,
		.sport = d->sport,
		.dport = d->dport,
		.tcp = tcp,
	};
	return true;
}

/* What is quoted ends where the error ends, whatever the quoted headers say. */
static uint32_t quoted_wire_len(const struct datagram *icmp, const struct datagram *quoted)
{
	uint64_t before = (uint64_t)(quoted->payload - icmp->payload);
	uint64_t room = icmp->payload_wire_len > before ? icmp->payload_wire_len - before : 0;
	return quoted->payload_wire_len < room ? quoted->payload_wire_len : (uint32_t)room;
}

enum { ICMP_REDIRECT = 5 }; /* the one error whose quote Wireshark leaves closed (RFC 792) */

static bool look_into_errors(const struct packet *p, const struct datagram *d, struct layers *layers,
			     struct view_ntp *out)
{
	struct datagram pair[2];
	pair[0] = *d;
	for (unsigned i = 0; i < VIEW_QUOTES_MAX; i++) {
		const struct datagram *icmp = &pair[i & 1];
		struct datagram *quoted = &pair[~i & 1];
		if (icmp->kind != DATAGRAM_ICMP && icmp->kind != DATAGRAM_ICMPV6)
			return false;
		if (icmp->kind == DATAGRAM_ICMP && icmp->icmp_type == ICMP_REDIRECT)
			return false;
		if (!icmp_quote_decode(p, icmp, quoted, layers) || !quoted->payload)
			return false;
		uint32_t wire_len = quoted_wire_len(icmp, quoted);
		if (take(quoted, wire_len, out))
			return true;
		quoted->payload_wire_len = wire_len;
	}
	return false;
}

bool wireshark_view(const struct packet *p, const struct datagram *d, struct layers *layers,
		    struct view_ntp *out)
{
	switch ((enum datagram_kind)d->kind) {
	case DATAGRAM_UDP:
	case DATAGRAM_TCP: return take(d, d->payload_wire_len, out);
	case DATAGRAM_ICMP:
	case DATAGRAM_ICMPV6: return look_into_errors(p, d, layers, out);
	case DATAGRAM_FRAGMENT:
	case DATAGRAM_OTHER:
	case DATAGRAM_CUT:
	case DATAGRAM_MALFORMED:
	case DATAGRAM_UNKNOWN_LINK: break;
	}
	return false;
}
