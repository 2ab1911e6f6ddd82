/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One network interface, or "any", as libpcap gives it: a ring in memory shared with the kernel (TPACKET_V3,
 * frames packed into blocks, a block handed over when it is full or DEVICE_LATENCY_MS old), times in
 * nanoseconds by the host's clock, and a filter in the kernel that passes what the engine can use.
 *
 * libpcap's immediate mode is not used: with it libpcap falls back to TPACKET_V2, whose slots are all as long
 * as the longest frame, so that the same memory holds a fraction of the packets, and which wakes us up
 * for each of them.
 */
#ifndef SOURCE_DEVICE_H
#define SOURCE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"

enum {
	DEVICE_NAME_MAX = 64,
	DEVICE_SNAPLEN = 2048, /* an Ethernet frame, tags and all */
	DEVICE_LATENCY_MS = 10,
};

struct device_config {
	char name[DEVICE_NAME_MAX];
	uint64_t buffer_bytes; /* of the ring */
	bool promiscuous;      /* also what is not for this machine: a mirror port */
};

struct device;

/* Opens it.  On failure *out is NULL and why (of size why_len) holds one line without the name: "no such
 * device".  ERR_SYS: it may work later; ERR_USAGE: never. */
enum err device_open(const struct device_config *c, struct device **out, char *why, size_t why_len);
void device_close(struct device *d); /* accepts NULL */

/* For poll(): readable when frames have come. */
int device_fd(const struct device *d);

/* LINKTYPE_ of its frames. */
uint16_t device_link(const struct device *d);

/* Copies up to max frames that have come to `bytes`, which has room for max * DEVICE_SNAPLEN, and describes
 * them in out; *used is how many bytes they took.  Does not wait: *n may be 0.  Anything but ERR_OK: the
 * interface went away, why says how; close it. */
enum err device_read(struct device *d, struct packet *out, size_t max, uint8_t *bytes, size_t *n,
		     size_t *used, char *why, size_t why_len);

/* True while the name still belongs to the interface that was opened: one that was removed and made again
 * bears the same name, and nothing comes from the old one any more. */
bool device_is_there(const struct device *d);

/* Since it was opened: frames that the kernel had no room for in the ring, and those that the interface or
 * its driver lost.  Exact below 2^32 between two calls. */
void device_drops(struct device *d, uint64_t *kernel, uint64_t *interface);

/* "libpcap version 1.10.3 (with TPACKET_V3)" */
const char *device_library(void);

/* What the filter in the kernel passes, in the language of pcap-filter(7). */
extern const char device_filter[];

#endif
