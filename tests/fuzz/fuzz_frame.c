/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A frame of any link type: link type (2 octets), octets missing from the end of the capture (1), the frame.
 * What comes out must lie within the frame, and must not depend on whether the layers are asked for.
 */
#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(const struct packet *p, const struct datagram *d)
{
	if (d->payload)
		assert(d->payload >= p->data && d->payload + d->payload_len <= p->data + p->caplen);
	if (d->ip)
		assert(d->ip >= p->data && d->ip + d->ip_len <= p->data + p->caplen);
	if (d->payload_len)
		assert(d->payload);
}

static void check_quote(const struct packet *p, const struct datagram *d)
{
	struct datagram quoted;
	if (icmp_quote_decode(p, d, &quoted, NULL))
		check_within(p, &quoted);
}

static void check_layers(const struct packet *p, const struct layers *layers)
{
	for (unsigned i = 0; i < layers->n; i++)
		assert(layers->at[i].offset <= p->caplen &&
		       layers->at[i].len <= p->caplen - layers->at[i].offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	struct packet p = { .time_ns = 1, .has_time = true, .frame = 1 };
	p.link = bytes_be16(&b);
	uint8_t missing = bytes_u8(&b);
	if (b.bad)
		return 0;
	p.caplen = (uint32_t)bytes_left(&b);
	p.data = bytes_take(&b, p.caplen);
	p.len = p.caplen + missing;

	struct datagram plain, listed;
	struct layers layers;
	frame_decode(&p, &plain, NULL);
	frame_decode(&p, &listed, &layers);
	check_within(&p, &plain);
	check_layers(&p, &layers);
	assert(plain.kind == listed.kind && plain.payload == listed.payload &&
	       plain.payload_len == listed.payload_len);
	assert(plain.findings == listed.findings && plain.tunnels == listed.tunnels);
	if (plain.kind == DATAGRAM_UDP)
		udp_checksum_state(&plain);
	if (plain.kind == DATAGRAM_ICMP || plain.kind == DATAGRAM_ICMPV6)
		check_quote(&p, &plain);
	return 0;
}
