/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames with an NTP packet inside, behind headers in hex, and what must be found in them. */
#ifndef TESTS_UNIT_PROTO_FOUND_H
#define TESTS_UNIT_PROTO_FOUND_H

#include "proto/frame.h"
#include "unit/wire.h"

#define MACS "020000000001 020000000002 "

/* 48 octets to port 123 in IPv4 or IPv6, behind the headers in hex. */
static inline void found_begin(struct wire *w, bool v6, const char *headers)
{
	wire_begin(w, 48);
	wire_udp(w, 40000, 123);
	v6 ? wire_ip6(w, 17) : wire_ip4(w, 17);
	wire_hex(w, headers);
}

/* Of its values only those that do not point into the frame may be looked at. */
static inline struct datagram found_decode(const struct wire *w, uint16_t link, uint32_t caplen)
{
	struct datagram d;
	struct packet p = wire_packet(w, link, caplen);
	frame_decode(&p, &d, NULL);
	wire_free(&p);
	return d;
}

static inline void found_check(const struct datagram *d, uint16_t tunnels)
{
	assert_int_equal(d->kind, DATAGRAM_UDP);
	assert_int_equal(d->sport, 40000);
	assert_int_equal(d->dport, 123);
	assert_int_equal(d->payload_len, 48);
	assert_int_equal(d->payload_wire_len, 48);
	assert_int_equal(d->findings, 0);
	assert_int_equal(d->tunnels, tunnels);
}

static inline void found_expect(bool v6, const char *headers, uint16_t link, uint16_t tunnels)
{
	struct wire w;
	found_begin(&w, v6, headers);
	struct datagram d = found_decode(&w, link, w.len);
	found_check(&d, tunnels);
	assert_int_equal(d.ip_version, v6 ? 6 : 4);
}

/* Nothing is opened: the walk ends with that kind. */
static inline void found_nothing(const char *headers, uint16_t link, enum datagram_kind kind)
{
	struct wire w;
	found_begin(&w, false, headers);
	struct datagram d = found_decode(&w, link, w.len);
	assert_int_equal(d.kind, kind);
	assert_int_equal(d.dport, 0);
}

/* Each capture that ends before the packet's own headers do is cut, whatever is missing, and no worse. */
static inline void found_when_cut(const char *headers, uint16_t link)
{
	struct wire w;
	found_begin(&w, false, headers);
	for (uint32_t n = 0; n < w.len - 48; n++) {
		struct datagram d = found_decode(&w, link, n);
		assert_int_equal(d.kind, DATAGRAM_CUT);
	}
}

#endif
