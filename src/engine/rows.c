/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/rows.h"

#include <stdlib.h>

void row_list_release(struct row_list *l)
{
	free(l->at);
	*l = (struct row_list){ 0 };
}

/* Room for one more element; the old array survives a failure. */
static bool grow(void **at, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return true;
	size_t more = *cap ? *cap * 2 : 256;
	void *p = realloc(*at, more * size);
	if (!p)
		return false;
	*at = p;
	*cap = more;
	return true;
}

void row_list_add(struct row_list *l, const struct exchange *x)
{
	void *at = l->at;
	if (!grow(&at, l->n, &l->cap, sizeof(*l->at))) {
		l->err = ERR_MEMORY;
		return;
	}
	l->at = at;
	l->at[l->n++] = *x;
}

enum err row_list_emit(struct row_list *l, enum err (*row)(void *arg, const struct exchange *x), void *arg)
{
	enum err e = l->err;
	for (size_t i = 0; !e && i < l->n; i++)
		e = row(arg, &l->at[i]);
	l->n = 0;
	return e;
}

void row_queue_release(struct row_queue *q)
{
	free(q->heap);
	free(q->pool);
	free(q->free_rows);
	*q = (struct row_queue){ 0 };
}

/* Pool, list of free places and heap grow together; all new places are free. */
static bool pool_grow(struct row_queue *q)
{
	size_t cap = q->pool_cap ? q->pool_cap * 2 : 256;
	struct exchange *pool = realloc(q->pool, cap * sizeof(*pool));
	if (pool)
		q->pool = pool;
	uint32_t *free_rows = realloc(q->free_rows, cap * sizeof(*free_rows));
	if (free_rows)
		q->free_rows = free_rows;
	struct row_place *heap = realloc(q->heap, cap * sizeof(*heap));
	if (heap)
		q->heap = heap;
	if (!pool || !free_rows || !heap || cap > UINT32_MAX)
		return false;
	for (size_t i = cap; i > q->pool_cap; i--)
		q->free_rows[q->n_free++] = (uint32_t)(i - 1);
	q->pool_cap = q->cap = cap;
	return true;
}

static void heap_push(struct row_queue *q, struct row_place p)
{
	size_t i = q->n++;
	while (i && q->heap[(i - 1) / 2].frame > p.frame) {
		q->heap[i] = q->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->heap[i] = p;
}

static struct row_place heap_pop(struct row_queue *q)
{
	struct row_place top = q->heap[0], last = q->heap[--q->n];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= q->n)
			break;
		child += child + 1 < q->n && q->heap[child + 1].frame < q->heap[child].frame;
		if (q->heap[child].frame >= last.frame)
			break;
		q->heap[i] = q->heap[child];
		i = child;
	}
	if (q->n)
		q->heap[i] = last;
	return top;
}

void row_queue_take(struct row_queue *q, struct row_list *from)
{
	if (from->err)
		q->err = from->err;
	for (size_t i = 0; i < from->n && !q->err; i++) {
		if (!q->n_free && !pool_grow(q)) {
			q->err = ERR_MEMORY;
			break;
		}
		uint32_t row = q->free_rows[--q->n_free];
		q->pool[row] = from->at[i];
		heap_push(q, (struct row_place){ exchange_frame(&from->at[i]), row });
	}
	from->n = 0;
}

enum err row_queue_emit(struct row_queue *q, uint64_t before_frame,
			enum err (*row)(void *arg, const struct exchange *x), void *arg)
{
	enum err e = q->err;
	while (!e && q->n && q->heap[0].frame < before_frame) {
		struct row_place p = heap_pop(q);
		e = row(arg, &q->pool[p.row]);
		q->free_rows[q->n_free++] = p.row;
	}
	return e;
}
