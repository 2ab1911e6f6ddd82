/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line per frame of a capture: frame, kind, addresses, ports, payload bytes that are there and that
 * were on the wire, tunnels, findings.  Fragments are put together, as Wireshark does.  For
 * datagrams.py.  Ends with status 3 when the short cut of frame_decode() and its long way differ on any
 * frame. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/nstime.h"
#include "engine/fragments.h"
#include "proto/frame.h"
#include "proto/walk.h"
#include "source/source.h"

static const char *kind_name(enum datagram_kind kind)
{
	switch (kind) {
	case DATAGRAM_UDP: return "udp";
	case DATAGRAM_TCP: return "tcp";
	case DATAGRAM_ICMP: return "icmp";
	case DATAGRAM_ICMPV6: return "icmpv6";
	case DATAGRAM_FRAGMENT: return "fragment";
	case DATAGRAM_OTHER: return "other";
	case DATAGRAM_CUT: return "cut";
	case DATAGRAM_MALFORMED: return "malformed";
	case DATAGRAM_UNKNOWN_LINK: return "unknown-link";
	}
	return "?";
}

/* Before the short cut the struct holds rubbish, which it has to replace. */
static bool ways_agree(const struct packet *p)
{
	struct datagram a, b;

	memset(&a, 0, sizeof(a)); /* padding too */
	memset(&b, 0, sizeof(b));
	frame_decode_general(p, &a, NULL);
	b.ttl = b.tcp_flags = 0xff;
	b.payload_wire_len = b.tcp_seq = b.fragment_id = b.fragment_offset = 0xffffff;
	frame_decode(p, &b, NULL);
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static void dump(struct fragments *f, const struct packet *p)
{
	char src[ADDR_TEXT_MAX] = "-", dst[ADDR_TEXT_MAX] = "-";
	struct packet whole = *p;
	struct datagram d;

	frame_decode(p, &d, NULL);
	/* A fragment may hold a tunnel whose packets are fragments themselves. */
	for (int depth = 0; d.kind == DATAGRAM_FRAGMENT && depth < 4; depth++) {
		uint16_t tunnels = d.tunnels | TUNNEL_REASSEMBLED;
		struct packet piece = whole;
		if (!fragments_add(f, &piece, &d, &whole))
			break;
		frame_decode(&whole, &d, NULL);
		d.tunnels |= tunnels;
	}
	if (d.ip_version) {
		addr_text(&d.src, src);
		addr_text(&d.dst, dst);
	}
	printf("%" PRIu64 "\t%s\t%s\t%s\t%u\t%u\t%u\t%u\t%x\t%x\n", p->frame,
	       kind_name((enum datagram_kind)d.kind), src, dst, d.sport, d.dport, d.payload_len,
	       d.payload_wire_len, d.tunnels, d.findings);
}

int main(int argc, char **argv)
{
	char message[512] = "";
	const char *path = argc > 1 ? argv[1] : "-";
	struct packet batch[64];
	struct fragments f;
	struct source *s;
	bool agree = true;
	size_t n;

	if (source_open_files(&path, 1, &s, message, sizeof(message))) {
		fprintf(stderr, "%s\n", message);
		return 2;
	}
	if (fragments_init(&f, FRAGMENTS_CAPACITY, FRAGMENTS_MEMORY, FRAGMENTS_TIMEOUT_S * NS_PER_S, 1)) {
		source_free(s);
		return 1;
	}
	while (source_next(s, batch, 64, &n) == ERR_OK)
		for (size_t i = 0; i < n; i++) {
			agree = ways_agree(&batch[i]) && agree;
			dump(&f, &batch[i]);
		}
	fragments_release(&f);
	source_free(s);
	return agree ? 0 : 3;
}
