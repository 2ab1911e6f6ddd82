/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: segments one after the other, each behind its side and flags (1 byte), sequence number (4),
 * acknowledgment (4), octets there (2) and octets cut off (1).  What comes out is counted: each side's bytes
 * and gaps lie one behind the other, and are never more than what was sent.  TLS is looked for in them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "engine/tcp_stream.h"
#include "proto/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct account {
	struct tcp_sink sink; /* first */
	uint64_t offset[2], n_bytes, n_sent;
	bool over;
};

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void look_for_tls(const uint8_t *p, uint32_t len)
{
	struct tls_record record;
	struct tls_handshake h;

	if (len < TLS_RECORD_HEADER || !tls_record_parse(p, &record))
		return;
	check(tls_record_name(record.type) != NULL);
	struct bytes b = bytes_of(p + TLS_RECORD_HEADER, len - TLS_RECORD_HEADER);
	while (tls_handshake_next(&b, &h))
		for (unsigned i = 0; i < h.n_ciphers; i++)
			tls_cipher_name(load_be16(h.ciphers + 2 * i));
}

static void take(struct tcp_sink *sink, const struct tcp_event *e)
{
	struct account *a = (struct account *)sink;

	check(e->side < 2 && e->unseen <= a->over);
	if (e->kind != TCP_EVENT_DATA && e->kind != TCP_EVENT_GAP)
		return;
	check(e->len && e->offset == a->offset[e->side]);
	a->offset[e->side] += e->len;
	if (e->kind == TCP_EVENT_GAP)
		return;
	a->n_bytes += e->len;
	look_for_tls(e->data, e->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	struct account a = { .sink.take = take };
	struct tcp_stream t;

	if (tcp_stream_init(&t, &a.sink))
		return 0;
	while (bytes_left(&b) >= 12) {
		uint8_t first = bytes_u8(&b);
		struct tcp_segment s = { .side = first >> 7, .flags = first & 0x3f };
		s.seq = bytes_be32(&b);
		s.ack = bytes_be32(&b);
		s.len = bytes_be16(&b);
		s.wire_len = bytes_u8(&b);
		if (s.len > bytes_left(&b))
			s.len = (uint32_t)bytes_left(&b);
		s.wire_len += s.len;
		s.payload = bytes_take(&b, s.len);
		a.n_sent += s.len;
		tcp_stream_add(&t, &s);
		for (unsigned i = 0; i < 2; i++)
			check(t.side[i].n_pieces <= TCP_STREAM_PIECES &&
			      t.side[i].arena_used <= TCP_STREAM_HELD);
	}
	a.over = true;
	tcp_stream_finish(&t);
	check(a.n_bytes <= a.n_sent);
	check(!t.side[0].n_pieces && !t.side[1].n_pieces);
	tcp_stream_release(&t);
	return 0;
}
