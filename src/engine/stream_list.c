/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stream_list.h"

#include <stdlib.h>
#include <string.h>

enum { START = 256 };

void stream_info_a(const struct stream_info *s, struct addr *addr, uint16_t *port)
{
	*addr = s->high_first ? s->ends.high : s->ends.low;
	*port = s->high_first ? s->ends.high_port : s->ends.low_port;
}

void stream_info_b(const struct stream_info *s, struct addr *addr, uint16_t *port)
{
	*addr = s->high_first ? s->ends.low : s->ends.high;
	*port = s->high_first ? s->ends.low_port : s->ends.high_port;
}

/* Numbers come in order, but a -Y filter may leave some out: those stay zeroed. */
static bool make_room(struct stream_list *l, bool tcp, size_t n)
{
	if (n <= l->room[tcp])
		return true;
	size_t room = l->room[tcp] ? l->room[tcp] : START;
	while (room < n)
		room += room / 2;
	struct stream_info *at = realloc(l->at[tcp], room * sizeof(*at));
	if (!at) {
		l->err = ERR_MEMORY;
		return false;
	}
	memset(at + l->room[tcp], 0, (room - l->room[tcp]) * sizeof(*at));
	l->at[tcp] = at;
	l->room[tcp] = room;
	return true;
}

static void see_time(struct stream_info *s, int64_t time_ns, bool first)
{
	if (first || time_ns < s->first_ns)
		s->first_ns = time_ns;
	if (first || time_ns > s->last_ns)
		s->last_ns = time_ns;
}

struct stream_info *stream_list_packet(struct stream_list *l, const struct stream_header *h, uint64_t frame,
				       int64_t time_ns, uint32_t len)
{
	if (l->err || !make_room(l, h->tcp, (size_t)h->number + 1))
		return NULL;
	struct stream_info *s = &l->at[h->tcp][h->number];
	if (h->number >= l->n[h->tcp])
		l->n[h->tcp] = (size_t)h->number + 1;
	if (!s->first_frame) {
		s->ends = h->ends;
		s->number = h->number;
		s->tcp = h->tcp;
		s->first_frame = frame;
	}
	bool first = !s->packets[0] && !s->packets[1];
	if (h->quoted) {
		if (first)
			see_time(s, time_ns, !s->quoted);
		if (first && !s->quoted)
			s->high_first = h->from_high;
		s->quoted++;
		return s;
	}
	if (first)
		s->high_first = h->from_high;
	see_time(s, time_ns, first);
	bool back = h->from_high != s->high_first;
	s->packets[back]++;
	s->bytes[back] += len;
	if (h->tcp && h->len >= 14)
		s->tcp_flags |= h->at[13];
	return s;
}

void stream_list_delta(struct stream_list *l, const struct stream_info *s, int64_t delta_ns)
{
	if (l->err)
		return;
	if (l->n_deltas == l->deltas_room) {
		size_t room = l->deltas_room ? l->deltas_room + l->deltas_room / 2 : START;
		struct stream_delta *deltas = realloc(l->deltas, room * sizeof(*deltas));
		if (!deltas) {
			l->err = ERR_MEMORY;
			return;
		}
		l->deltas = deltas;
		l->deltas_room = room;
	}
	l->deltas[l->n_deltas++] = (struct stream_delta){ s->number, s->tcp, delta_ns };
	l->at[s->tcp][s->number].n_deltas++;
}

static int by_value(const void *pa, const void *pb)
{
	int64_t a, b;
	memcpy(&a, pa, sizeof(a));
	memcpy(&b, pb, sizeof(b));
	return a < b ? -1 : a > b;
}

/* The least of n sorted values that `percent` of them do not exceed. */
static int64_t percentile(const int64_t *sorted, uint64_t n, unsigned percent)
{
	uint64_t rank = (n * percent + 99) / 100;
	return sorted[rank ? rank - 1 : 0];
}

/* Deltas of one table go side by side by stream; what is sorted is then small. */
static void work_out(struct stream_list *l, bool tcp, int64_t *values, size_t *ends)
{
	size_t sum = 0;

	for (size_t i = 0; i < l->n[tcp]; i++) {
		ends[i] = sum;
		sum += l->at[tcp][i].n_deltas;
	}
	for (size_t i = 0; i < l->n_deltas; i++)
		if (l->deltas[i].tcp == tcp)
			values[ends[l->deltas[i].number]++] = l->deltas[i].delta_ns;
	for (size_t i = 0; i < l->n[tcp]; i++) {
		struct stream_info *s = &l->at[tcp][i];
		if (!s->n_deltas)
			continue;
		int64_t *first = values + ends[i] - s->n_deltas;
		qsort(first, s->n_deltas, sizeof(*first), by_value);
		s->p50_ns = percentile(first, s->n_deltas, 50);
		s->p99_ns = percentile(first, s->n_deltas, 99);
		s->max_ns = first[s->n_deltas - 1];
	}
}

enum err stream_list_seal(struct stream_list *l)
{
	size_t most = l->n[0] > l->n[1] ? l->n[0] : l->n[1];
	int64_t *values = malloc((l->n_deltas + 1) * sizeof(*values));
	size_t *ends = malloc((most + 1) * sizeof(*ends));

	if (values && ends && !l->err) {
		work_out(l, false, values, ends);
		work_out(l, true, values, ends);
	} else {
		l->err = ERR_MEMORY;
	}
	free(values);
	free(ends);
	return l->err;
}

void stream_list_release(struct stream_list *l)
{
	free(l->at[0]);
	free(l->at[1]);
	free(l->deltas);
	*l = (struct stream_list){ 0 };
}
