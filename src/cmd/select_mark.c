/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/select_mark.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_FIRST = 4096 };

enum err select_marks_init(struct select_marks *m)
{
	*m = (struct select_marks){ .pieces = calloc(SELECT_PIECES, sizeof(*m->pieces)) };
	return m->pieces ? ERR_OK : ERR_MEMORY;
}

void select_marks_release(struct select_marks *m)
{
	free(m->bits);
	free(m->pieces);
	*m = (struct select_marks){ 0 };
}

static enum err mark(struct select_marks *m, uint64_t frame)
{
	size_t word = frame / 64;
	if (word >= m->n_words) {
		size_t n = m->n_words ? m->n_words : WORDS_FIRST;
		while (n <= word)
			n *= 2;
		uint64_t *grown = realloc(m->bits, n * sizeof(*grown));
		if (!grown)
			return ERR_MEMORY;
		memset(grown + m->n_words, 0, (n - m->n_words) * sizeof(*grown));
		m->bits = grown;
		m->n_words = n;
	}
	m->bits[word] |= UINT64_C(1) << (frame % 64);
	return ERR_OK;
}

static void remember(struct select_marks *m, const struct datagram *d, uint64_t frame)
{
	m->pieces[m->next_piece] = (struct select_piece){ d->src, d->dst, frame, d->fragment_id };
	m->next_piece = (m->next_piece + 1) % SELECT_PIECES;
	if (m->n_pieces < SELECT_PIECES)
		m->n_pieces++;
}

static bool belongs(const struct select_piece *piece, const struct datagram *d)
{
	return piece->frame && piece->id == d->fragment_id && addr_equal(&piece->src, &d->src) &&
	       addr_equal(&piece->dst, &d->dst);
}

/* The packet that the last piece d completed is wanted, or not: so are the others, which are forgotten. */
static enum err settle(struct select_marks *m, const struct datagram *d, bool matches)
{
	enum err e = ERR_OK;
	for (uint32_t i = 0; i < m->n_pieces && !e; i++) {
		if (!belongs(&m->pieces[i], d))
			continue;
		if (matches)
			e = mark(m, m->pieces[i].frame);
		m->pieces[i].frame = 0;
	}
	return e;
}

enum err select_marks_add(struct select_marks *m, const struct row *row, bool matches)
{
	enum err e = ERR_OK;
	uint64_t frame = row->packet->frame;
	struct datagram d;
	if (row->found->reassembled) {
		frame_decode(row->packet, &d, NULL);
		e = settle(m, &d, matches);
	} else if (row->found->datagram.kind == DATAGRAM_FRAGMENT) {
		remember(m, &row->found->datagram, frame);
	}
	return matches && !e ? mark(m, frame) : e;
}
