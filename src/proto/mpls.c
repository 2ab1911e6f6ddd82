/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MPLS label stacks (RFC 3032).  Labels do not say what they carry, so the first nibble has to (RFC 4928). */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

/* Does an Ethernet frame at offset carry something that we would open? */
static bool looks_like_ethernet(const struct walk *w, uint32_t offset)
{
	if (w->cap < offset + 14)
		return false;
	switch (load_be16(w->at + offset + 12)) {
	case 0x0800:
	case 0x86dd:
	case 0x8100:
	case 0x88a8:
	case 0x8847:
	case 0x8864: return true;
	}
	return false;
}

/*  label (20 bits), traffic class (3), bottom of stack (1), TTL (8) */
enum step mpls_stack(struct walk *w)
{
	const uint8_t *h;

	w->d->tunnels |= TUNNEL_MPLS;
	do {
		h = walk_header(w, LAYER_MPLS, 4);
		if (!h)
			return STEP_END;
	} while (!(h[2] & 1));
	if (!walk_has(w, 1))
		return STEP_END;
	switch (w->at[0] >> 4) {
	case 4:
	case 6: return STEP_IP;
	case 0: /* a pseudowire with control word (RFC 4448 section 4.6), or a MAC address with a 0 */
		if (looks_like_ethernet(w, 4)) {
			walk_skip(w, 4);
			return STEP_ETHERNET;
		}
		break;
	}
	return looks_like_ethernet(w, 0) ? STEP_ETHERNET : walk_end(w, DATAGRAM_OTHER);
}
