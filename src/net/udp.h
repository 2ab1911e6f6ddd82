/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connected UDP socket that tells when the kernel sent and received (SO_TIMESTAMPING, software stamps), and
 * which ICMP error a datagram met.  It never blocks: wait for its descriptor with poll() or a loop.
 *
 *	struct udp u;
 *	if (udp_open(&u, &(struct udp_target){ .addr = server, .port = 123 }, NULL))
 *		...
 *	udp_send(&u, packet, len, &sent_ns);
 *	...                                    POLLIN or POLLERR: something is there
 *	while (udp_next(&u, answer, sizeof(answer), &event) != UDP_NOTHING)
 *		...
 *	udp_close(&u);
 */
#ifndef NET_UDP_H
#define NET_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct udp_target {
	struct addr addr;
	uint16_t port;
	uint32_t scope; /* of a link-local IPv6 address: the interface's number; else 0 */
};

struct udp {
	int fd; /* -1: not open */
	bool is_v6;
};

/* Connects.  source (NULL: any) is the address of ours to send from; the port is always a random one.
 * ERR_SYS: no route, no such address here, no descriptors. */
enum err udp_open(struct udp *u, const struct udp_target *to, const struct addr *source);
void udp_close(struct udp *u); /* once more does no harm */

/* *sent_ns (may be NULL) is our clock, UTC, just before; a better one follows as UDP_SENT.  ERR_SYS also
 * when an ICMP error of an earlier datagram waits: udp_next() has it. */
enum err udp_send(struct udp *u, const uint8_t *p, size_t len, int64_t *sent_ns);

enum udp_what {
	UDP_NOTHING,  /* for now */
	UDP_DATAGRAM, /* from the target */
	UDP_SENT,     /* the kernel gave the nth datagram to the interface */
	UDP_ERROR,    /* an ICMP error, or one of this machine (no route) */
};

struct udp_event {
	enum udp_what what;
	int64_t time_ns;   /* UDP_DATAGRAM, UDP_SENT: UTC */
	bool kernel_stamp; /* UDP_DATAGRAM: it is the kernel's; else our clock when it was read */
	size_t len;        /* UDP_DATAGRAM: octets in the buffer; what the buffer had no room for is lost */
	bool is_cut;       /* UDP_DATAGRAM: the buffer had no room */
	uint32_t nth;      /* UDP_SENT: which udp_send(), from 0 */
	int error;         /* UDP_ERROR: an errno */
	bool is_icmp;      /* UDP_ERROR: the rest is set */
	uint8_t icmp_type, icmp_code;
	struct addr from; /* who sent the ICMP error */
};

/* What has come, errors and transmit times before datagrams. */
enum udp_what udp_next(struct udp *u, uint8_t *buffer, size_t room, struct udp_event *out);

#endif
