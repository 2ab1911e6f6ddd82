/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The UDP checksum (RFC 768; RFC 8200 section 8.1; RFC 1071 for the sum). */
#include "base/bytes.h"
#include "proto/frame.h"

static uint64_t sum_words(uint64_t sum, const uint8_t *p, uint32_t len)
{
	for (; len >= 2; len -= 2, p += 2)
		sum += load_be16(p);
	return len ? sum + ((uint32_t)*p << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A routing header that still has stops to make: the checksum was made with the last stop's address, which
 * its type knows (RFC 8200 section 8.1).  Looks through the extension headers before UDP. */
static bool is_under_way(const struct datagram *d)
{
	enum { ROUTING = 43, FRAGMENT = 44, AH = 51, UDP = 17 };
	const uint8_t *at = d->ip + 40, *udp = d->payload - 8;
	uint8_t next = d->ip[6];

	while (next != UDP && udp - at >= 8) {
		if (next == ROUTING && at[3])
			return true;
		uint32_t len = next == FRAGMENT ? 8 : next == AH ? (at[1] + 2u) * 4 : (at[1] + 1u) * 8;
		next = at[0];
		at += len <= (size_t)(udp - at) ? len : (size_t)(udp - at);
	}
	return false;
}

enum checksum_state udp_checksum_state(const struct datagram *d)
{
	if (d->kind != DATAGRAM_UDP || !d->ip)
		return CHECKSUM_UNKNOWN;
	const uint8_t *udp = d->payload - 8;
	if (!load_be16(udp + 6))
		return CHECKSUM_ABSENT;
	/* Cut off, or of a length that nobody knows. */
	if ((d->findings & (FRAME_CUT | FRAME_UDP_LENGTH_LIES)) || d->payload_len != d->payload_wire_len)
		return CHECKSUM_UNKNOWN;
	if (d->ip_version == 6 && is_under_way(d))
		return CHECKSUM_UNKNOWN;
	uint32_t len = d->payload_len + 8;
	uint64_t sum = 17 + (uint64_t)(len >> 16) + (len & 0xffff);
	sum = d->ip_version == 6 ? sum_words(sum, d->ip + 8, 32) : sum_words(sum, d->ip + 12, 8);
	return fold(sum_words(sum, udp, len)) == 0xffff ? CHECKSUM_GOOD : CHECKSUM_BAD;
}
