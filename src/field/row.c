/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/row.h"

/* Appends the layers from `first` on; offsets count from data, which has caplen octets. */
static void add_headers(struct row *row, const uint8_t *data, uint32_t caplen, const struct layers *layers,
			unsigned first)
{
	for (unsigned i = first; i < layers->n && row->n_headers < ROW_HEADERS_MAX; i++) {
		const struct layer *l = &layers->at[i];
		if (l->offset > caplen)
			return;
		row->headers[row->n_headers++] = (struct row_header){
			.at = data + l->offset,
			.len = l->len,
			.have = caplen - l->offset,
			.type = l->type,
		};
	}
}

void row_of_found(const struct found *found, bool is_ntp, struct row *row)
{
	row->packet = found->packet;
	row->found = found;
	row->ntp = is_ntp ? &found->ntp : NULL;
	row->request_in = row->response_in = 0;
	row->delta_ns = 0;
	row->first_ns = row->before_ns = 0;
	row->udp_stream = row->tcp_stream = ROW_NO_STREAM;
	row->streams = NULL;
	row->exchange = NULL;
	row->client = NULL;
	row->n_headers = 0;
	add_headers(row, found->packet->data, found->packet->caplen, &found->layers, 0);
	/* The frame's own IP header is that of the last piece; the rebuilt one is no second occurrence. */
	if (found->reassembled)
		add_headers(row, found->whole.data, found->whole.caplen, &found->whole_layers, 1);
}
