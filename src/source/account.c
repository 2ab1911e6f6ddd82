/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/account.h"

void account_packets(struct source_stats *s, int64_t *prev_ns, const struct packet *p, size_t n)
{
	int64_t prev = *prev_ns, first = s->first_ns, last = s->last_ns;
	uint64_t n_bytes = 0, n_cut = 0, n_without_time = 0, n_backwards = 0;

	if (prev == INT64_MIN) {
		first = INT64_MAX;
		last = INT64_MIN;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t t = p[i].time_ns;

		n_bytes += p[i].caplen;
		n_cut += p[i].caplen < p[i].len;
		if (!p[i].has_time) {
			n_without_time++;
			continue;
		}
		n_backwards += t < prev;
		first = t < first ? t : first;
		last = t > last ? t : last;
		prev = t;
	}
	if (first <= last) {
		s->first_ns = first;
		s->last_ns = last;
	}
	*prev_ns = prev;
	s->n_frames += n;
	s->n_bytes += n_bytes;
	s->n_cut_by_snaplen += n_cut;
	s->n_without_time += n_without_time;
	s->n_time_backwards += n_backwards;
}
