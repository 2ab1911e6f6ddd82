/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slowest exchanges of the last hour, the last day and all time. */
#include <stdlib.h>
#include <string.h>

#include "engine/live_private.h"

/* What the shards' servers keep now; NULL without memory. */
static struct worst_row *gather(const struct live *l, size_t *n)
{
	size_t max = 0;

	for (unsigned i = 0; i < N_SHARDS; i++)
		for (unsigned k = 0; k < l->state->shards[i].servers.n; k++)
			max += l->state->shards[i].servers.at[k].n_worst;
	struct worst_row *rows = malloc((max + 1) * sizeof(*rows));
	*n = 0;
	for (unsigned i = 0; i < N_SHARDS && rows; i++) {
		const struct servers *s = &l->state->shards[i].servers;
		for (unsigned k = 0; k < s->n; k++)
			for (unsigned w = 0; w < s->at[k].n_worst; w++)
				rows[(*n)++] = (struct worst_row){ s->at[k].addr, s->at[k].worst[w] };
	}
	return rows;
}

static void begin_anew(struct live *l)
{
	for (unsigned i = 0; i < N_SHARDS; i++)
		for (unsigned k = 0; k < l->state->shards[i].servers.n; k++)
			l->state->shards[i].servers.at[k].n_worst = 0;
}

void live_worst_turn(struct live *l, bool is_marked)
{
	size_t n;
	struct worst_row *rows = gather(l, &n);

	l->marks.each_worst = l->config.n_worst;
	if (rows && worst_list_add(&l->state->worst, rows, n, l->config.n_worst, LIVE_WORST_MAX) == ERR_OK) {
		if (is_marked)
			live_marks_tell_worst(&l->marks, rows, n);
		begin_anew(l);
	}
	free(rows);
}

enum err live_worst_of_span(struct live *l, int64_t from_ns)
{
	struct worst_list list = { 0 };
	enum err e = live_marks_worst(&l->marks, from_ns, &list);

	worst_list_release(&l->state->worst);
	l->state->worst = list;
	return e;
}

static int64_t span_begins(const struct live *l, enum live_span span)
{
	int64_t asked_ns = ns_minus(pipeline_now(l->pipeline), live_span_ns(span));

	return span == LIVE_ALL ? l->state->first_ns
				: live_marks_nearest(&l->marks, asked_ns, l->state->first_ns);
}

static enum err collect(struct live *l, int64_t from_ns, struct worst_list *list)
{
	bool whole = from_ns == l->state->first_ns;
	size_t n;
	struct worst_row *rows = gather(l, &n);
	enum err e = rows ? ERR_OK : ERR_MEMORY;

	l->marks.each_worst = l->config.n_worst;
	if (!e && whole)
		e = worst_list_add(list, l->state->worst.at, l->state->worst.n, l->config.n_worst,
				   LIVE_WORST_MAX);
	else if (!e)
		e = live_marks_worst(&l->marks, from_ns, list);
	if (!e)
		e = worst_list_add(list, rows, n, l->config.n_worst, LIVE_WORST_MAX);
	free(rows);
	return e;
}

enum err live_worst(struct live *l, enum live_span span, struct live_worst *out)
{
	struct worst_list list = { 0 };
	enum err e = ERR_OK;

	*out = (struct live_worst){ 0 };
	fair_lock_take(&l->lock);
	if (l->state && l->state->began) {
		out->to_ns = pipeline_now(l->pipeline);
		out->from_ns = span_begins(l, span);
		e = collect(l, out->from_ns, &list);
	}
	fair_lock_let_go(&l->lock);
	if (e) {
		worst_list_release(&list);
		return e;
	}
	worst_rows_sort(list.at, list.n);
	out->rows = list.at;
	out->n = list.n;
	return ERR_OK;
}

void live_worst_release(struct live_worst *w)
{
	free(w->rows);
	*w = (struct live_worst){ 0 };
}
