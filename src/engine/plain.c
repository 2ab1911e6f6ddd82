/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/plain.h"

#include <string.h>

#include "base/hash.h"

void plain_batch_begin(struct plain_batch *b, uint64_t first_frame)
{
	b->frame = first_frame;
	b->n_servers = 0;
	b->recent[0] = b->recent[1] = 0;
	memset(b->slots, 0, sizeof(b->slots));
}

int plain_find_server(struct plain_batch *b, const struct addr *a, bool v6)
{
	unsigned at = (unsigned)hash_addr_fixed(a) % PLAIN_SERVER_SLOTS;
	for (; b->slots[at]; at = (at + 1) % PLAIN_SERVER_SLOTS) {
		if (!addr_equal(&b->servers[b->slots[at] - 1], a))
			continue;
		b->recent[v6] = (uint8_t)(b->slots[at] - 1);
		return b->recent[v6];
	}
	if (b->n_servers == PLAIN_SERVERS_MAX)
		return -1;
	b->servers[b->n_servers++] = *a;
	b->slots[at] = (uint8_t)b->n_servers;
	b->recent[v6] = (uint8_t)(b->n_servers - 1);
	return b->recent[v6];
}

void plain_expand(const struct plain_batch *b, const struct plain_event *e, struct event *out)
{
	bool request = plain_is_request(e);
	*out = (struct event){
		.client = e->client,
		.server = b->servers[e->server],
		.time_ns = e->time_ns,
		.frame = b->frame + e->n_behind,
		.key = e->key,
		.receive = e->receive,
		.transmit = e->transmit,
		.flags = plain_flags(e->first) | (e->bits & PLAIN_REFID_LOOP ? FLAG_REFID_LOOP : 0),
		.client_port = e->client_port,
		.server_port = NTP_PORT,
		.payload_len = NTP_HEADER_LEN,
		.role = request ? EVENT_REQUEST : EVENT_RESPONSE,
		.version = (uint8_t)plain_version(e),
		.mode = e->first & 7,
		.stratum = e->stratum,
		.poll_log2s = e->poll_log2s,
		.precision_log2s = e->precision_log2s,
		.leap = e->first >> 6,
		.to_server = request,
	};
	memcpy(out->refid, e->refid, 4);
}
