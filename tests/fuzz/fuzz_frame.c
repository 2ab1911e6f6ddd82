/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: link type (2 bytes), how much longer the frame was on the wire (1), the frame. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void check_bounds(const struct packet *p, const struct datagram *d)
{
	const uint8_t *end = p->data + p->caplen;

	check(d->payload >= p->data && d->payload <= end && d->payload_len <= (size_t)(end - d->payload));
	check(d->payload_len <= d->payload_wire_len);
	if (d->ip)
		check(d->ip >= p->data && d->ip_len <= (size_t)(end - d->ip));
	check(!d->ip == !d->ip_version);
	if (d->kind == DATAGRAM_UDP)
		check(d->ip && d->payload - d->ip >= 28);
	udp_checksum_state(d);
}

static void check_same(const struct datagram *a, const struct datagram *b)
{
	check(a->kind == b->kind && addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst));
	check(a->payload == b->payload && a->payload_len == b->payload_len);
	check(a->payload_wire_len == b->payload_wire_len && a->sport == b->sport && a->dport == b->dport);
	check(a->tunnels == b->tunnels && a->findings == b->findings && a->ip_version == b->ip_version);
	check(a->ip_proto == b->ip_proto && a->ttl == b->ttl && a->icmp_type == b->icmp_type);
	check(a->icmp_code == b->icmp_code && a->tcp_flags == b->tcp_flags && a->tcp_seq == b->tcp_seq);
	check(a->fragment_id == b->fragment_id && a->fragment_offset == b->fragment_offset);
	check(a->fragment_more == b->fragment_more && a->ip == b->ip && a->ip_len == b->ip_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	struct packet p = {
		.data = data + 3,
		.caplen = (uint32_t)(size - 3),
		.link = load_be16(data),
		.len = (uint32_t)(size - 3) + data[2],
	};
	struct datagram d, general, listed, quoted;
	struct layers layers;

	memset(&d, 0xa5, sizeof(d));
	memset(&general, 0x5a, sizeof(general));
	frame_decode(&p, &d, NULL);
	frame_decode_general(&p, &general, NULL);
	frame_decode(&p, &listed, &layers);
	check_bounds(&p, &d);
	check_same(&d, &general);
	check_same(&d, &listed);
	bool is_quote = icmp_quote_decode(&p, &d, &quoted, &layers);
	check(layers.n <= LAYERS_MAX);
	for (unsigned i = 0; i < layers.n; i++)
		check(layers.at[i].offset <= p.caplen && layers.at[i].len <= p.caplen - layers.at[i].offset);
	if (is_quote)
		check_bounds(&p, &quoted);
	return 0;
}
