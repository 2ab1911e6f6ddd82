/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One captured frame, as every source hands it over and every decoder reads it.  The bytes are borrowed:
 * they stay valid until the source is asked for its next batch.
 */
#ifndef BASE_PACKET_H
#define BASE_PACKET_H

#include <stdbool.h>
#include <stdint.h>

/* Link types by their registered numbers (LINKTYPE_*), those that the decoder knows. */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101, /* IPv4 or IPv6 by the version nibble; also written as 12 and 14 */
	LINK_CHDLC = 104,
	LINK_IEEE802_11 = 105,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_IEEE802_11_RADIOTAP = 127,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
};

struct packet {
	const uint8_t *data;
	int64_t time_ns;    /* UTC; 0 where has_time is false (pcapng simple packet blocks) */
	uint64_t frame;     /* 1 for the first of the run, counted over all files in reading order */
	uint32_t caplen;    /* bytes at data */
	uint32_t len;       /* bytes the frame had on the wire, as the capture claims */
	uint16_t link;      /* enum link_type or any other LINKTYPE_ number */
	uint16_t file;      /* index of the capture file, 0 for the first */
	uint32_t interface; /* pcapng interface id in its section; 0 in pcap */
	bool has_time;
	bool has_interface; /* from a pcapng file */
};

#endif
