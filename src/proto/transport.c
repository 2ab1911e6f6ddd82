/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDP (RFC 768), TCP (RFC 9293), ICMP (RFC 792, RFC 4443): the last headers of the walk. */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

/* Both transports begin with their ports, which a cut header may still have. */
static void ports(struct walk *w)
{
	if (w->cap < 4)
		return;
	w->d->sport = load_be16(w->at);
	w->d->dport = load_be16(w->at + 2);
}

/* A tunnel was found behind UDP: what was said of the outer datagram is not said of the inner one. */
static enum step leave_udp(struct walk *w, enum step inner)
{
	w->d->kind = DATAGRAM_OTHER;
	w->d->sport = w->d->dport = 0;
	w->d->findings &= (uint16_t) ~(FRAME_UDP_LENGTH_LIES | FRAME_TRAILER | FRAME_UDP_SUM_ZERO);
	return inner;
}

/*   0       2       4        6          8
 *  +-------+-------+--------+----------+
 *  | sport | dport | length | checksum |
 *  +-------+-------+--------+----------+
 */
enum step transport_udp(struct walk *w)
{
	enum { UDP_LEN = 8 };
	struct datagram *d = w->d;

	ports(w);
	const uint8_t *h = walk_header(w, LAYER_UDP, UDP_LEN);
	if (!h)
		return STEP_END;
	uint32_t len = load_be16(h + 4), payload = w->wire;
	if (!load_be16(h + 6))
		d->findings |= FRAME_UDP_SUM_ZERO;
	if (!len && d->ip_version == 6) { /* right in a jumbogram only (RFC 2675 section 4) */
		len = payload + UDP_LEN;
		if (len <= UINT16_MAX)
			d->findings |= FRAME_UDP_LENGTH_LIES;
	}
	if (len < UDP_LEN) {
		d->findings |= FRAME_UDP_LENGTH_LIES;
		return walk_end(w, DATAGRAM_MALFORMED);
	}
	len -= UDP_LEN;
	if (len > payload)
		d->findings |= FRAME_UDP_LENGTH_LIES;
	else if (len < payload)
		d->findings |= FRAME_TRAILER;
	walk_bound(w, len);
	d->kind = DATAGRAM_UDP;
	enum step inner = tunnel_of_udp(w);
	return inner == STEP_END ? STEP_END : leave_udp(w, inner);
}

enum step transport_tcp(struct walk *w)
{
	enum { TCP_LEN = 20 };
	struct datagram *d = w->d;

	ports(w);
	if (!walk_has(w, TCP_LEN)) {
		enum datagram_kind why = (enum datagram_kind)d->kind;
		walk_note(w, LAYER_TCP, TCP_LEN);
		return walk_end(w, why);
	}
	const uint8_t *h = w->at;
	d->tcp_seq = load_be32(h + 4);
	d->tcp_flags = h[13];
	uint32_t len = (h[12] >> 4) * 4u;
	if (len < TCP_LEN)
		return walk_end(w, DATAGRAM_MALFORMED);
	return walk_header(w, LAYER_TCP, len) ? walk_end(w, DATAGRAM_TCP) : STEP_END;
}

/* type, code, checksum (2), and four bytes whose meaning is the type's: a header of eight in all.  The
 * shortest messages have no more than four. */
enum step transport_icmp(struct walk *w, bool v6)
{
	if (!walk_has(w, 4))
		return STEP_END;
	w->d->icmp_type = w->at[0];
	w->d->icmp_code = w->at[1];
	if (!walk_header(w, v6 ? LAYER_ICMPV6 : LAYER_ICMP, w->wire < 8 ? w->wire : 8))
		return STEP_END;
	return walk_end(w, v6 ? DATAGRAM_ICMPV6 : DATAGRAM_ICMP);
}
