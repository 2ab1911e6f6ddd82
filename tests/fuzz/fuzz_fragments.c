/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: IP packets one after the other, each behind seconds that passed (1 byte), bytes cut from its end by
 * the snap length (1), and its length (2).  What was rebuilt is decoded and, when a fragment, given back. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "engine/fragments.h"
#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void give(struct fragments *f, struct packet p)
{
	for (int depth = 0; depth < 4; depth++) {
		struct datagram d;
		struct packet whole;
		frame_decode(&p, &d, NULL);
		if (d.kind != DATAGRAM_FRAGMENT || !fragments_add(f, &p, &d, &whole))
			return;
		check(whole.caplen <= whole.len && whole.caplen >= 20);
		for (uint32_t i = 0, sum = 0; i < whole.caplen; i++)
			check((sum += whole.data[i]) < UINT32_MAX);
		p = whole;
	}
}

/* Every piece is in one count, or still held. */
static void check_books(const struct fragments *f)
{
	const struct fragments_stats *s = &f->stats;
	uint64_t done = s->n_pieces + s->n_duplicates + s->n_overlaps + s->n_bad + s->n_cut + s->n_refused +
			s->n_dropped;

	check(done <= s->n_seen);
	check(s->n_seen - done <= f->n_blocks_used);
	check(f->n_trains <= 8 && f->n_blocks_used <= f->n_blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	struct fragments f;
	int64_t now_ns = 0;
	uint64_t frame = 0;

	if (fragments_init(&f, 8, 64 << 10, 30 * NS_PER_S, 1))
		return 0;
	while (bytes_left(&b) >= 4) {
		now_ns += bytes_u8(&b) * NS_PER_S;
		uint32_t cut = bytes_u8(&b), len = bytes_be16(&b);
		if (len > bytes_left(&b))
			len = (uint32_t)bytes_left(&b);
		const uint8_t *at = bytes_take(&b, len);
		give(&f, (struct packet){
				 .data = at,
				 .caplen = len > cut ? len - cut : 0,
				 .len = len,
				 .link = LINK_RAW,
				 .time_ns = now_ns,
				 .frame = ++frame,
				 .has_time = true,
			 });
		check_books(&f);
	}
	fragments_release(&f);
	return 0;
}
