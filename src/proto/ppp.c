/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PPP (RFC 1661), PPP in HDLC-like framing (RFC 1662), PPPoE (RFC 2516), Cisco HDLC. */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

enum { PPP_IP4 = 0x0021, PPP_IP6 = 0x0057, PPP_MPLS = 0x0281, PPP_MPLS_MULTICAST = 0x0283 };

/* The protocol field is two bytes, or one when it was compressed: then its last bit is 1 (RFC 1661
 * section 2). */
enum step ppp_protocol(struct walk *w)
{
	if (!walk_has(w, 1))
		return STEP_END;
	const uint8_t *h = walk_header(w, LAYER_PPP, w->at[0] & 1 ? 1 : 2);
	if (!h)
		return STEP_END;
	switch (h[0] & 1 ? h[0] : load_be16(h)) {
	case PPP_IP4: return STEP_IP;
	case PPP_IP6: return STEP_IP6;
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST: return mpls_stack(w);
	}
	return walk_end(w, DATAGRAM_OTHER);
}

/* Address 0xff and control 0x03 may have been left out (RFC 1661 section 6.6). */
enum step ppp_begin(struct walk *w)
{
	if (w->cap && w->at[0] == 0xff) {
		if (!walk_has(w, 2))
			return STEP_END;
		if (w->at[1] == 0x03)
			walk_skip(w, 2);
	}
	return STEP_PPP;
}

enum step ppp_chdlc(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_CHDLC, 4);
	if (!h)
		return STEP_END;
	w->type = load_be16(h + 2);
	return w->type > 1500 ? STEP_ETHERTYPE : walk_end(w, DATAGRAM_OTHER);
}

enum step ppp_hdlc_begin(struct walk *w)
{
	if (w->cap && (w->at[0] == 0x0f || w->at[0] == 0x8f)) /* Cisco's unicast and broadcast addresses */
		return ppp_chdlc(w);
	return ppp_begin(w);
}

/*   0        1      2         4        6
 *  +--------+------+---------+--------+----
 *  | v1, t1 | code | session | length |  PPP
 *  +--------+------+---------+--------+----
 */
enum step ppp_pppoe(struct walk *w)
{
	const uint8_t *h = walk_header(w, LAYER_PPPOE, 6);
	if (!h)
		return STEP_END;
	if (h[1]) /* discovery */
		return walk_end(w, DATAGRAM_OTHER);
	w->d->tunnels |= TUNNEL_PPPOE;
	walk_bound(w, load_be16(h + 4));
	return STEP_PPP;
}
