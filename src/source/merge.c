/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "source/files.h"

bool files_before(const struct member *a, const struct member *b)
{
	return a->key_ns != b->key_ns ? a->key_ns < b->key_ns : a->order < b->order;
}

static void swap(struct files *f, size_t i, size_t j)
{
	struct member *m = f->heap[i];

	f->heap[i] = f->heap[j];
	f->heap[j] = m;
}

/* The place of the earlier of i's children, or i when it has none. */
static size_t earlier_child(const struct files *f, size_t i)
{
	size_t left = 2 * i + 1, right = left + 1;

	if (left >= f->n_heap)
		return i;
	return right < f->n_heap && files_before(f->heap[right], f->heap[left]) ? right : left;
}

void files_heap_settle(struct files *f)
{
	for (size_t i = 0;;) {
		size_t child = earlier_child(f, i);

		if (child == i || !files_before(f->heap[child], f->heap[i]))
			return;
		swap(f, i, child);
		i = child;
	}
}

void files_heap_push(struct files *f, struct member *m)
{
	size_t i = f->n_heap++;

	f->heap[i] = m;
	while (i && files_before(f->heap[i], f->heap[(i - 1) / 2])) {
		swap(f, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

void files_heap_pop(struct files *f)
{
	f->heap[0] = f->heap[--f->n_heap];
	files_heap_settle(f);
}

/* A batch in the making. */
struct batch {
	struct packet *out;
	size_t n, max;
	size_t arena_used;
};

static bool room_for(const struct batch *b, const struct packet *p)
{
	return b->n < b->max && p->caplen <= FILES_ARENA_LEN - b->arena_used;
}

static void copy_packet(struct files *f, struct member *m, struct batch *b, const struct packet *p)
{
	struct packet *out = &b->out[b->n++];
	uint8_t *data = f->arena + b->arena_used;

	if (p->caplen)
		memcpy(data, p->data, p->caplen);
	b->arena_used += p->caplen;
	*out = *p;
	out->data = data;
	out->file = m->index;
	f->frame += p->frame - m->frame_given;
	m->frame_given = p->frame;
	out->frame = f->frame;
}

/* Does a file that is not being read yet begin before m's head? */
static bool next_joins(const struct files *f, const struct member *m)
{
	return f->n_begun < f->n_members && f->members[f->n_begun].first_ns < m->key_ns;
}

/* Copies from the first member while it stays the earliest.  False: no room left, or it is at its end. */
static bool copy_run(struct files *f, struct batch *b)
{
	struct member *m = f->heap[0];
	const struct member *second = f->heap[earlier_child(f, 0)];

	while (!next_joins(f, m) && (second == m || files_before(m, second))) {
		const struct packet *p = &m->queue[m->queue_at];

		if (!room_for(b, p))
			return false;
		copy_packet(f, m, b, p);
		m->queue_at++;
		if (!files_fill_queue(f, m)) {
			files_heap_pop(f);
			files_finish(f, m);
			return true;
		}
	}
	files_heap_settle(f);
	return true;
}

size_t files_merge(struct files *f, struct packet *out, size_t max)
{
	struct batch b = { .out = out, .max = max };

	while (f->n_heap > 1) {
		if (next_joins(f, f->heap[0])) {
			if (!files_begin_next(f))
				break;
		} else if (!copy_run(f, &b)) {
			break;
		}
	}
	return b.n;
}
