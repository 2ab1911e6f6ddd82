/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ethernet, VLAN tags, IPv4, IPv6, UDP, TCP, ICMP and the NTP header, from the outside in. */
#include <string.h>

#include "ntpgen.h"

enum {
	ETH_LEN = 14,
	IP4_LEN = 20,
	IP6_LEN = 40,
	UDP_LEN = 8,
	TCP_LEN = 20,
	ICMP_LEN = 8,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_FRAGMENT = 44,
	PROTO_ICMP6 = 58,
	ETH_MIN = 60
};

void ntp_put(uint8_t *out, const struct ntp_fields *f)
{
	out[0] = (uint8_t)(f->li << 6 | f->version << 3 | f->mode);
	out[1] = f->stratum;
	out[2] = (uint8_t)f->poll;
	out[3] = (uint8_t)f->precision;
	put32(out + 4, f->root_delay);
	put32(out + 8, f->root_dispersion);
	put32(out + 12, f->refid);
	put64(out + 16, f->reference);
	put64(out + 24, f->origin);
	put64(out + 32, f->receive);
	put64(out + 40, f->transmit);
}

uint64_t ntp_time(int64_t t_ns)
{
	uint64_t s = (uint64_t)(t_ns / SEC), ns = (uint64_t)(t_ns % SEC);
	return (s + UINT64_C(2208988800)) << 32 | (ns << 32) / 1000000000;
}

struct endpoint endpoint_of(const struct addr *a, uint16_t port)
{
	return (struct endpoint){ .addr = *a, .port = port };
}

/* The Internet checksum's running sum; len may be odd only in the last call. */
static uint32_t sum_octets(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += (uint32_t)(p[0] << 8 | p[1]);
	return len ? sum + (uint32_t)(p[0] << 8) : sum;
}

static uint16_t sum_end(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Ethernet and tags: destination, source, [0x88a8 outer], [0x8100 inner], type. */
static size_t put_link(uint8_t *out, const struct wire *w)
{
	static const uint8_t host[6] = { 2, 0, 0, 0, 0x01, 0x23 }, router[6] = { 2, 0, 0, 0, 0, 1 };
	memcpy(out, w->from_server ? router : host, 6);
	memcpy(out + 6, w->from_server ? host : router, 6);
	size_t at = 12;
	if (w->outer_vlan) {
		put16(out + at, 0x88a8);
		put16(out + at + 2, w->outer_vlan);
		at += 4;
	}
	if (w->vlan) {
		put16(out + at, 0x8100);
		put16(out + at + 2, w->vlan);
		at += 4;
	}
	put16(out + at, addr_is_v4(&w->dst.addr) ? 0x0800 : 0x86dd);
	return at + 2;
}

/* The IP header before len octets of protocol proto; returns its length and the pseudo header's sum. */
static size_t put_ip(uint8_t *out, const struct wire *w, unsigned proto, size_t len, uint32_t *pseudo)
{
	uint8_t ttl = w->ttl ? w->ttl : 64;
	if (addr_is_v4(&w->dst.addr)) {
		memset(out, 0, IP4_LEN);
		out[0] = 0x45;
		put16(out + 2, (unsigned)(IP4_LEN + len));
		put16(out + 4, w->ip_id);
		put16(out + 6, 0x4000);
		out[8] = ttl;
		out[9] = (uint8_t)proto;
		memcpy(out + 12, w->src.addr.b + 12, 4);
		memcpy(out + 16, w->dst.addr.b + 12, 4);
		put16(out + 10, sum_end(sum_octets(0, out, IP4_LEN)));
		*pseudo = sum_octets(proto + (uint32_t)len, out + 12, 8);
		return IP4_LEN;
	}
	put32(out, 0x60000000);
	put16(out + 4, (unsigned)len);
	out[6] = (uint8_t)proto;
	out[7] = ttl;
	memcpy(out + 8, w->src.addr.b, 16);
	memcpy(out + 24, w->dst.addr.b, 16);
	*pseudo = sum_octets(proto + (uint32_t)len, out + 8, 32);
	return IP6_LEN;
}

static size_t pad(uint8_t *out, const struct wire *w, size_t len)
{
	if (w->from_server || len >= ETH_MIN)
		return len;
	memset(out + len, 0, ETH_MIN - len);
	return ETH_MIN;
}

size_t frame_udp(uint8_t *out, const struct wire *w, const uint8_t *payload, size_t len)
{
	uint32_t pseudo;
	size_t at = put_link(out, w);
	at += put_ip(out + at, w, PROTO_UDP, UDP_LEN + len, &pseudo);
	uint8_t *udp = out + at;
	put16(udp, w->src.port);
	put16(udp + 2, w->dst.port);
	put16(udp + 4, (unsigned)(UDP_LEN + len));
	put16(udp + 6, 0);
	if (len)
		memcpy(udp + UDP_LEN, payload, len);
	uint16_t sum = sum_end(sum_octets(pseudo, udp, UDP_LEN + len));
	put16(udp + 6, sum ? sum : 0xffff);
	return pad(out, w, at + UDP_LEN + len);
}

size_t frame_tcp(uint8_t *out, const struct wire *w, uint32_t seq, uint32_t ack, uint8_t flags,
		 const uint8_t *payload, size_t len)
{
	uint32_t pseudo;
	size_t at = put_link(out, w);
	at += put_ip(out + at, w, PROTO_TCP, TCP_LEN + len, &pseudo);
	uint8_t *tcp = out + at;
	memset(tcp, 0, TCP_LEN);
	put16(tcp, w->src.port);
	put16(tcp + 2, w->dst.port);
	put32(tcp + 4, seq);
	put32(tcp + 8, ack);
	tcp[12] = TCP_LEN / 4 << 4;
	tcp[13] = flags;
	put16(tcp + 14, 0xfaf0);
	if (len)
		memcpy(tcp + TCP_LEN, payload, len);
	put16(tcp + 16, sum_end(sum_octets(pseudo, tcp, TCP_LEN + len)));
	return pad(out, w, at + TCP_LEN + len);
}

/* Where the IP packet begins in one of our frames, and how long it is without Ethernet padding. */
static size_t find_ip(const uint8_t *frame, size_t *ip_len)
{
	size_t at = 12;
	while (frame[at] == 0x81 || frame[at] == 0x88)
		at += 4;
	at += 2;
	const uint8_t *ip = frame + at;
	*ip_len = ip[0] >> 4 == 4 ? (size_t)(ip[2] << 8 | ip[3]) : IP6_LEN + (size_t)(ip[4] << 8 | ip[5]);
	return at;
}

size_t frame_icmp(uint8_t *out, const struct addr *from, uint8_t type, uint8_t code, uint32_t rest,
		  const uint8_t *frame, size_t frame_len, size_t quote_len)
{
	size_t ip_len, at = find_ip(frame, &ip_len);
	const uint8_t *ip = frame + at;
	bool v4 = ip[0] >> 4 == 4;
	if (quote_len > ip_len)
		quote_len = ip_len;
	if (at + quote_len > frame_len)
		quote_len = frame_len - at;
	/* The error goes back to whoever sent the quoted packet. */
	struct wire w = { .src = { .addr = *from }, .ttl = v4 ? 58 : 57 };
	w.dst.addr = v4 ? addr_from_v4(ip + 12) : addr_from_v6(ip + 8);
	uint32_t pseudo;
	size_t start = put_link(out, &w);
	start += put_ip(out + start, &w, v4 ? PROTO_ICMP : PROTO_ICMP6, ICMP_LEN + quote_len, &pseudo);
	uint8_t *icmp = out + start;
	icmp[0] = type;
	icmp[1] = code;
	put16(icmp + 2, 0);
	put32(icmp + 4, rest);
	memcpy(icmp + ICMP_LEN, ip, quote_len);
	put16(icmp + 2, sum_end(sum_octets(v4 ? 0 : pseudo, icmp, ICMP_LEN + quote_len)));
	return pad(out, &w, start + ICMP_LEN + quote_len);
}

/* One IPv4 fragment: the header of the whole with its own length, offset and flag. */
static size_t fragment4(uint8_t *out, const uint8_t *frame, uint32_t id, size_t from, size_t len, bool more)
{
	memcpy(out, frame, ETH_LEN + IP4_LEN);
	memcpy(out + ETH_LEN + IP4_LEN, frame + ETH_LEN + IP4_LEN + from, len);
	uint8_t *ip = out + ETH_LEN;
	put16(ip + 2, (unsigned)(IP4_LEN + len));
	put16(ip + 4, id & 0xffff);
	put16(ip + 6, (unsigned)(from / 8) | (more ? 0x2000 : 0));
	put16(ip + 10, 0);
	put16(ip + 10, sum_end(sum_octets(0, ip, IP4_LEN)));
	return ETH_LEN + IP4_LEN + len;
}

/* The same with RFC 8200's fragment header behind the IPv6 header. */
static size_t fragment6(uint8_t *out, const uint8_t *frame, uint32_t id, size_t from, size_t len, bool more)
{
	memcpy(out, frame, ETH_LEN + IP6_LEN);
	uint8_t *ip = out + ETH_LEN, *fragment = ip + IP6_LEN;
	put16(ip + 4, (unsigned)(8 + len));
	fragment[0] = ip[6];
	fragment[1] = 0;
	put16(fragment + 2, (unsigned)from | more);
	put32(fragment + 4, id);
	ip[6] = PROTO_FRAGMENT;
	memcpy(fragment + 8, frame + ETH_LEN + IP6_LEN + from, len);
	return ETH_LEN + IP6_LEN + 8 + len;
}

void frame_split(const uint8_t *frame, size_t len, size_t first_len, uint32_t id, uint8_t *first,
		 size_t *first_out, uint8_t *second, size_t *second_out)
{
	size_t ip_len, at = find_ip(frame, &ip_len);
	bool v4 = frame[at] >> 4 == 4;
	size_t header = v4 ? IP4_LEN : IP6_LEN, rest = ip_len - header - first_len;
	if (at + ip_len > len)
		rest = len - at - header - first_len;
	*first_out = (v4 ? fragment4 : fragment6)(first, frame, id, 0, first_len, true);
	*second_out = (v4 ? fragment4 : fragment6)(second, frame, id, first_len, rest, false);
}
