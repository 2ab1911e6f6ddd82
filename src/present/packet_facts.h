/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all forms of packet_rows.h say of a packet.  Only for the packet_*.c files. */
#ifndef PRESENT_PACKET_FACTS_H
#define PRESENT_PACKET_FACTS_H

#include "field/row.h"
#include "proto/names.h"
#include "proto/ntp.h"
#include "proto/ntp_control.h"

enum { NOTES_MAX = 24 };

struct packet_facts {
	bool has_first;  /* there is a first octet: leap, version, mode */
	bool has_header; /* all 48 octets of a data header are there (modes 0 to 5) */
	bool has_control, has_private;
	struct ntp_header header;
	struct ntp_trailer trailer;
	struct control_header control;
	struct private_header private;
	char refid[REFID_TEXT_MAX];
	unsigned n_notes; /* what is odd, or worth knowing; words of our own, never packet bytes */
	const char *notes[NOTES_MAX];
};

void packet_facts_of(const struct row *row, struct packet_facts *out);

/* The packet's ends; of a frame without an NTP packet those of its datagram, and no payload.  False when
 * there is no IP. */
bool packet_ends_of(const struct row *row, struct view_ntp *out);

/* "udp", "tcp", "icmp", ...: what the frame carries. */
const char *packet_carries(const struct row *row);

#endif
