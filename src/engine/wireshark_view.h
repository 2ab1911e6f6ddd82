/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which bytes of a frame Wireshark 4.0 takes for NTP, for people who compare.  It differs from our own rule
 * (UDP with port 123 on either side) in four ways: the lower port's protocol goes first, so that ports such
 * as 53 or 67 beat 123; TCP port 123 counts; a packet quoted in an ICMP error is looked at like any other;
 * and an empty payload is none.
 *
 * Not followed: TCP segments that are sent again (Wireshark skips those), and protocols that other packets of
 * the capture announce for a port.
 */
#ifndef ENGINE_WIRESHARK_VIEW_H
#define ENGINE_WIRESHARK_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/packet.h"
#include "proto/frame.h"

struct view_ntp {
	struct addr src, dst; /* innermost, those of the quoted packet in an ICMP error */
	const uint8_t *payload;
	uint32_t len, wire_len; /* octets there, at least 1, and octets sent */
	uint16_t sport, dport;
	bool tcp;
};

/* An error may quote a packet that is an error; Wireshark goes on, and so do we, this deep. */
enum { VIEW_QUOTES_MAX = 4 };

/* Looks at d, decoded from p, and what it quotes.  True when NTP is found, described in *out.  With layers
 * the headers of quoted packets are listed there too, behind those of d. */
bool wireshark_view(const struct packet *p, const struct datagram *d, struct layers *layers,
		    struct view_ntp *out);

/* Which of two ports decides: true when Wireshark's choice for this pair is NTP. */
bool wireshark_ports_are_ntp(bool tcp, uint16_t sport, uint16_t dport);

#endif
