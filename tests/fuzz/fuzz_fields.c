/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All fields of an arbitrary packet of an arbitrary link type: link type (2 octets), octets that the capture
 * cut (1), what the row knows besides (1), the frame.  Every value is printed, as -T fields does it.
 */
#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/census.h"
#include "engine/streams.h"
#include "present/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BIT_STRICT = 1, BIT_NO_TIME = 2, BIT_CONTEXT = 4, BIT_LAST = 8 };

/* Pairing, streams, exchange and client: values from the ends of their ranges. */
static void add_context(struct row *row, const struct exchange *x, const struct client_info *client)
{
	row->request_in = UINT64_MAX;
	row->response_in = 1;
	row->delta_ns = INT64_MIN;
	row->first_ns = INT64_MIN;
	row->before_ns = INT64_MAX;
	row->udp_stream = 7;
	row->exchange = x;
	row->client = client;
}

static void print_row(const struct row *row, const struct fields_style *style)
{
	struct buf out;
	const struct field *f;
	if (buf_init(&out, -1))
		return;
	for (size_t i = 0; (f = field_at(i)); i++) {
		size_t before = out.len;
		fields_row(style, &f, 1, row, &out);
		/* One line, whatever the packet holds. */
		assert(out.len > before &&
		       memchr(out.data + before, '\n', out.len - before) == out.data + out.len - 1);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	struct packet p = { .link = bytes_be16(&b), .frame = 1 };
	uint32_t cut = bytes_u8(&b);
	uint8_t bits = bytes_u8(&b);
	if (b.bad)
		return 0;
	p.data = b.at;
	p.caplen = (uint32_t)bytes_left(&b);
	p.len = p.caplen + cut;
	p.has_time = !(bits & BIT_NO_TIME);
	p.time_ns = INT64_C(1772323200123456789);

	struct finder finder;
	struct found found;
	struct row row;
	struct exchange exchange = { .class = CLASS_LATE };
	struct client_info client = { .rx = 1, .rx_flags = UINT32_MAX, .classes = 31, .n_deltas = 1 };
	struct fields_style style = FIELDS_STYLE_DEFAULT;
	finder_init(&finder, bits & BIT_STRICT ? FINDER_STRICT : FINDER_WIRESHARK, true, 1);
	bool is_ntp = finder_packet(&finder, &p, &found);
	if (!is_ntp) { /* as for rows of all frames */
		struct datagram d;
		frame_decode(&p, &d, &found.layers);
	}
	row_of_found(&found, is_ntp, &row);
	if (bits & BIT_CONTEXT)
		add_context(&row, &exchange, &client);
	if (bits & BIT_LAST)
		style.occurrence = OCCURRENCE_LAST;
	print_row(&row, &style);
	finder_release(&finder);
	return 0;
}
