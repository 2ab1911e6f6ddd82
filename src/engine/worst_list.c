/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/worst_list.h"

#include <stdlib.h>
#include <string.h>

void worst_list_release(struct worst_list *l)
{
	free(l->at);
	*l = (struct worst_list){ 0 };
}

/* ---- order --------------------------------------------------------------------------------------- */

static int slowest_first(const void *pa, const void *pb)
{
	const struct worst_row *a = pa, *b = pb;
	if (a->x.delta_ns != b->x.delta_ns)
		return a->x.delta_ns < b->x.delta_ns ? 1 : -1;
	if (a->x.response_frame != b->x.response_frame)
		return a->x.response_frame > b->x.response_frame ? 1 : -1;
	return addr_compare(&a->server, &b->server);
}

static int by_server(const void *pa, const void *pb)
{
	const struct worst_row *a = pa, *b = pb;
	int d = addr_compare(&a->server, &b->server);
	return d ? d : slowest_first(a, b);
}

void worst_rows_sort(struct worst_row *rows, size_t n)
{
	if (n)
		qsort(rows, n, sizeof(*rows), slowest_first);
}

/* ---- added --------------------------------------------------------------------------------------- */

/* Each server's first ones of rows in order; returns how many are left. */
static size_t keep_each(struct worst_row *rows, size_t n, unsigned each_max)
{
	size_t kept = 0, of_server = 0;

	for (size_t i = 0; i < n; i++) {
		bool same = kept && addr_equal(&rows[kept - 1].server, &rows[i].server);
		of_server = same ? of_server + 1 : 1;
		if (of_server <= each_max)
			rows[kept++] = rows[i];
	}
	return kept;
}

enum err worst_list_add(struct worst_list *l, const struct worst_row *rows, size_t n, unsigned each_max,
			size_t max)
{
	if (n == 0 || each_max == 0)
		return ERR_OK;
	struct worst_row *all = malloc((l->n + n) * sizeof(*all));
	if (!all)
		return ERR_MEMORY;
	if (l->n)
		memcpy(all, l->at, l->n * sizeof(*all));
	memcpy(all + l->n, rows, n * sizeof(*all));
	qsort(all, l->n + n, sizeof(*all), by_server);
	size_t kept = keep_each(all, l->n + n, each_max);
	while (kept > max && each_max > 1)
		kept = keep_each(all, kept, each_max /= 2);
	if (kept > max) {
		worst_rows_sort(all, kept);
		kept = max;
		qsort(all, kept, sizeof(*all), by_server);
	}
	struct worst_row *fit = realloc(all, (kept ? kept : 1) * sizeof(*all));
	free(l->at);
	*l = (struct worst_list){ .at = fit ? fit : all, .n = kept };
	return ERR_OK;
}

const struct worst_row *worst_list_of(const struct worst_list *l, const struct addr *server, size_t *n)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (addr_compare(&l->at[middle].server, server) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < l->n && addr_equal(&l->at[low + *n].server, server);)
		++*n;
	return *n ? &l->at[low] : NULL;
}

/* ---- saved --------------------------------------------------------------------------------------- */

static int64_t save_time(struct save_stream *s, int64_t t_ns)
{
	t_ns = save_i(s, t_ns);
	if (t_ns <= INT64_C(1) << 62 && t_ns >= -(INT64_C(1) << 62))
		return t_ns;
	s->bad = true;
	return 0;
}

static void save_row(struct save_stream *s, struct worst_row *r)
{
	save_addr(s, &r->server);
	r->x.request_frame = save_u(s, r->x.request_frame);
	r->x.response_frame = save_u(s, r->x.response_frame);
	r->x.delta_ns = save_time(s, r->x.delta_ns);
	r->x.request_ns = save_time(s, r->x.request_ns);
	save_addr(s, &r->x.client);
}

/* What is read says how much follows: believed a row at a time. */
static bool append(struct worst_list *l, const struct worst_row *row)
{
	if ((l->n & (l->n - 1)) == 0) {
		struct worst_row *more = realloc(l->at, (l->n ? 2 * l->n : 1) * sizeof(*more));
		if (!more)
			return false;
		l->at = more;
	}
	l->at[l->n++] = *row;
	return true;
}

void worst_list_save(struct save_stream *s, struct worst_list *l, size_t max)
{
	size_t n = save_most(s, l->n, max);

	if (save_is_loading(s))
		*l = (struct worst_list){ 0 };
	for (size_t i = 0; i < n && !s->bad; i++) {
		struct worst_row row = { 0 };
		if (!save_is_loading(s))
			row = l->at[i];
		save_row(s, &row);
		if (save_is_loading(s) && !s->bad)
			s->bad = (i && by_server(&l->at[i - 1], &row) > 0) || !append(l, &row);
	}
}
