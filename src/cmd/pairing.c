/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/pairing.h"

#include "engine/finder.h"

enum { BATCH = 256 };

enum err pairing_wireshark(struct captures *in, struct match_wireshark *match, struct pairs *pairs,
			   uint64_t secret)
{
	struct packet batch[BATCH];
	struct found found;
	struct finder finder;
	size_t n;
	enum err e = ERR_OK;

	finder_init(&finder, FINDER_WIRESHARK, false, secret);
	while (!e && captures_next(in, batch, BATCH, &n)) {
		for (size_t i = 0; i < n && !e; i++) {
			if (!finder_packet(&finder, &batch[i], &found))
				continue;
			struct match_answer a = match_wireshark_packet(match, &found.ntp, batch[i].frame,
								       pairing_time(&batch[i]));
			if (a.request)
				e = pairs_add(pairs, a.request, batch[i].frame, a.delta_ns);
		}
	}
	finder_release(&finder);
	return e ? e : pairs_seal(pairs);
}
