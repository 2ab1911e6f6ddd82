/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a packet changes in the record of its client, for the hot path: the cold part is left alone by packets
 * that are neither the first nor soon after the one before.
 */
#ifndef ENGINE_CLIENT_COUNT_H
#define ENGINE_CLIENT_COUNT_H

#include "base/nstime.h"
#include "engine/clients.h"

/* Within so many seconds a packet counts for a burst. */
enum { CLIENT_BURST_S = 10 };

/* The slow parts: the first packet; one soon after the one before it, or dated before it; an answer that is
 * the first or dated before the latest; a count of deltas beyond the hot part. */
void client_begin_rx(struct client_hot *h, struct client_cold *c, int64_t time_ns, uint16_t port);
void client_soon_rx(struct client_hot *h, struct client_cold *c, int64_t time_ns);
void client_first_tx(struct client_hot *h, struct client_cold *c, int64_t time_ns);
uint32_t client_many_deltas(struct client_hot *h, struct client_cold *c);

static inline void client_go_on_rx(struct clients *clients, uint32_t id, struct client_hot *h,
				   int64_t time_ns, uint16_t port)
{
	int64_t gap_ns = time_ns - h->last_rx_ns;
	if (gap_ns >= CLIENT_BURST_S * NS_PER_S)
		h->calm = 1;
	else
		client_soon_rx(h, client_cold_of(clients, id), time_ns);
	if (gap_ns >= 0) {
		float interval_s = (float)gap_ns * 1e-9f;
		h->recent_s = h->recent_s > 0 ? 0.95f * h->recent_s + 0.05f * interval_s : interval_s;
		h->last_rx_ns = time_ns;
	}
	if (h->last_port != port) {
		h->rx_flags |= FLAG_PORT_VARIES;
		h->last_port = port;
	}
}

/* A packet of 48 octets from the client. */
static inline void client_add_rx(struct clients *clients, uint32_t id, int64_t time_ns, uint32_t flags,
				 uint16_t port, int8_t poll_log2s, bool valid)
{
	struct client_hot *h = client_hot_of(clients, id);

	if (h->rx == 0 && client_cold_of(clients, id)->rx_high == 0)
		client_begin_rx(h, client_cold_of(clients, id), time_ns, port);
	else
		client_go_on_rx(clients, id, h, time_ns, port);
	h->rx = h->rx + 1;
	if (h->rx == 0)
		client_cold_of(clients, id)->rx_high++;
	h->rx_flags |= flags;
	h->poll_bias = (uint8_t)(poll_log2s + 128);
	h->valid_seen |= valid;
}

/* A packet of 48 octets to the client. */
static inline void client_add_tx(struct clients *clients, uint32_t id, int64_t time_ns, uint32_t flags)
{
	struct client_hot *h = client_hot_of(clients, id);

	if (time_ns >= h->last_tx_ns && h->tx)
		h->last_tx_ns = time_ns;
	else
		client_first_tx(h, client_cold_of(clients, id), time_ns);
	h->tx = h->tx + 1;
	if (h->tx == 0)
		client_cold_of(clients, id)->tx_high++;
	h->tx_flags |= flags;
}

/* Delta time of an answered request; bin is its hist_bin(). */
static inline void client_count_delta(struct clients *clients, uint32_t id, int64_t delta_ns, unsigned bin)
{
	struct client_hot *h = client_hot_of(clients, id);
	uint32_t n = h->n_deltas + 1;
	if (h->many || n >> CLIENT_DELTA_BITS)
		n = client_many_deltas(h, client_cold_of(clients, id));
	else
		h->n_deltas = n & ((1 << CLIENT_DELTA_BITS) - 1);
	h->delta_mean_s += ((float)delta_ns * 1e-9f - h->delta_mean_s) / (float)n;
	if (bin > h->delta_max_bin)
		h->delta_max_bin = bin & 0xfff;
}

#endif
