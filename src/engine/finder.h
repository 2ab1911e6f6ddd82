/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the NTP packet in each frame, one frame after the other: decodes, puts fragments together, looks into
 * ICMP errors where the rule says so.  For printing packets one by one; counting goes through pipeline.h.
 */
#ifndef ENGINE_FINDER_H
#define ENGINE_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/packet.h"
#include "engine/fragments.h"
#include "engine/wireshark_view.h"
#include "proto/frame.h"

enum finder_rule {
	FINDER_STRICT,    /* UDP with port 123 on either side, as the engine counts */
	FINDER_WIRESHARK, /* what wireshark_view.h says */
};

struct finder {
	enum finder_rule rule;
	bool want_layers;   /* fill found.layers: slower */
	bool has_fragments; /* the table below is there: made when the first fragment comes */
	uint64_t secret;
	struct fragments fragments;
};

struct found {
	const struct packet *packet; /* the frame; the last piece of a reassembled packet */
	struct packet whole;         /* what was put together, when reassembled */
	bool reassembled;
	struct datagram datagram;   /* of the outer packet when NTP was quoted in an ICMP error */
	struct view_ntp ntp;        /* len may be 0 under FINDER_STRICT */
	struct layers layers;       /* of the frame, with want_layers */
	struct layers whole_layers; /* of the reassembled packet, its IP header included */
};

/* secret keys the fragment table and changes nothing that is shown. */
void finder_init(struct finder *f, enum finder_rule rule, bool want_layers, uint64_t secret);
void finder_release(struct finder *f);

/* The next frame.  True when it holds an NTP packet, described in *out; otherwise ntp and the layers there
 * mean nothing, the rest holds. */
bool finder_packet(struct finder *f, const struct packet *p, struct found *out);

/* FINDER_STRICT for one datagram: whether it is NTP, then described in *out. */
bool finder_strict_view(const struct datagram *d, struct view_ntp *out);

#endif
