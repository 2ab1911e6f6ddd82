/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/rows.h"

#include <stdlib.h>
#include <string.h>

void row_list_release(struct row_list *l)
{
	free(l->at);
	*l = (struct row_list){ 0 };
}

static bool make_room(struct row_list *l, size_t more)
{
	size_t cap = l->cap ? l->cap : 256;
	while (cap < l->n + more)
		cap *= 2;
	if (cap == l->cap)
		return true;
	struct exchange *at = realloc(l->at, cap * sizeof(*at));
	if (!at) {
		l->err = ERR_MEMORY;
		return false;
	}
	l->at = at;
	l->cap = cap;
	return true;
}

void row_list_add(struct row_list *l, const struct exchange *x)
{
	if (make_room(l, 1))
		l->at[l->n++] = *x;
}

void row_list_move(struct row_list *into, struct row_list *from)
{
	if (from->err)
		into->err = from->err;
	if (from->n && make_room(into, from->n)) {
		memcpy(into->at + into->n, from->at, from->n * sizeof(*from->at));
		into->n += from->n;
	}
	from->n = 0;
}

static int compare_rows(const void *pa, const void *pb)
{
	const struct exchange *a = pa, *b = pb;
	uint64_t fa = exchange_frame(a), fb = exchange_frame(b);
	if (fa != fb)
		return fa < fb ? -1 : 1;
	return (a->response_frame > b->response_frame) - (a->response_frame < b->response_frame);
}

enum err row_list_emit(struct row_list *l, uint64_t before_frame,
		       enum err (*row)(void *arg, const struct exchange *x), void *arg)
{
	size_t n = 0;
	enum err e = l->err;

	if (!l->n)
		return e;
	qsort(l->at, l->n, sizeof(*l->at), compare_rows);
	while (!e && n < l->n && exchange_frame(&l->at[n]) < before_frame)
		e = row(arg, &l->at[n++]);
	memmove(l->at, l->at + n, (l->n - n) * sizeof(*l->at));
	l->n -= n;
	return e;
}
