/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packet that an ICMP error quotes. */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

static bool is_error(const struct datagram *icmp)
{
	if (icmp->kind == DATAGRAM_ICMPV6)
		return icmp->icmp_type >= 1 && icmp->icmp_type <= 4;
	if (icmp->kind != DATAGRAM_ICMP)
		return false;
	switch (icmp->icmp_type) {
	case 3:  /* destination unreachable */
	case 4:  /* source quench */
	case 5:  /* redirect */
	case 11: /* time exceeded */
	case 12: /* parameter problem */ return true;
	}
	return false;
}

/* RFC 4884 lets extensions follow the quote and says in the header how long the quote is: in 4-byte words
 * at byte 5 (ICMP), in 8-byte words at byte 4 (ICMPv6).  Zero, as it was before, means up to the end. */
static uint32_t quote_length(const struct datagram *icmp)
{
	const uint8_t *h = icmp->payload - 8;
	uint32_t len = 0;
	if (icmp->kind == DATAGRAM_ICMP && (icmp->icmp_type == 3 || icmp->icmp_type >= 11))
		len = h[5] * 4u;
	else if (icmp->kind == DATAGRAM_ICMPV6 && (icmp->icmp_type == 1 || icmp->icmp_type == 3))
		len = h[4] * 8u;
	return len && len < icmp->payload_len ? len : icmp->payload_len;
}

bool icmp_quote_decode(const struct packet *p, const struct datagram *icmp, struct datagram *quoted,
		       struct layers *layers)
{
	*quoted = (struct datagram){ .kind = DATAGRAM_OTHER };
	if (!is_error(icmp) || !icmp->payload_len)
		return false;
	if (layers && layers->n && layers->at[layers->n - 1].type == LAYER_PAYLOAD)
		layers->n--; /* what was payload of the error is now listed header by header */
	struct walk w = {
		.at = icmp->payload,
		.start = p->data,
		.cap = quote_length(icmp),
		.wire = UINT32_MAX,
		.quoted = true,
		.d = quoted,
		.layers = layers,
	};
	walk_run(&w, STEP_IP);
	if (quoted->ip_version)
		return true;
	quoted->kind = DATAGRAM_OTHER;
	return false;
}
