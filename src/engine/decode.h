/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * First stage of the engine: one packet in, at most one event out.  Stateless, so that any thread may
 * decode any packet; what needs state (fragments, ICMP errors, NTS-KE) is told by the fate and handled in
 * frame order by the pipeline.
 */
#ifndef ENGINE_DECODE_H
#define ENGINE_DECODE_H

#include "base/packet.h"
#include "engine/config.h"
#include "engine/event.h"
#include "proto/frame.h"

/* Every frame read has exactly one fate. */
enum fate {
	FATE_NTP,          /* an event was made */
	FATE_ICMP_ERROR,   /* an ICMP error that quotes an NTP packet */
	FATE_NTS_KE,       /* a TCP segment of the NTS-KE port */
	FATE_FRAGMENT,     /* a piece; the piece that completes an NTP packet becomes FATE_NTP */
	FATE_OTHER,        /* other traffic */
	FATE_CUT,          /* cut by the snap length before the UDP header was whole */
	FATE_MALFORMED,    /* headers below NTP contradict themselves */
	FATE_UNKNOWN_LINK, /* a link type that we do not know */
	FATE_FILTERED,     /* did not match the capture filter (-f) */
	N_FATES,
};

/* *d is always set.  *out only for FATE_NTP and FATE_ICMP_ERROR. */
enum fate decode_packet(const struct engine_config *config, const struct packet *p, struct datagram *d,
			struct event *out);

/* The event of a datagram that is known to be UDP with the NTP port on either side. */
void decode_ntp(const struct engine_config *config, const struct packet *p, const struct datagram *d,
		struct event *e);

/* True for UDP with port 123 on either side. */
static inline bool datagram_is_ntp(const struct datagram *d)
{
	return d->kind == DATAGRAM_UDP && (d->sport == 123 || d->dport == 123);
}

const char *fate_name(enum fate f);

#endif
