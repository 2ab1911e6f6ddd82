/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the series over time tells: peaks, and delta time at levels of load. */
#include <stdlib.h>
#include <string.h>

#include "engine/census_private.h"

enum {
	SLOT_S = 10,       /* peaks are looked for in slots of about this length */
	TRAIL_SLOTS = 180, /* the median is that of the last half hour */
	TRAIL_LEAST = 30,  /* with less than five minutes behind it nothing is called a peak */
	PEAK_LEAST_PACKETS = 50,
	PEAK_GAP_SLOTS = 3, /* quieter slots inside one peak */
};

/* ---- peaks --------------------------------------------------------------------------------------- */

struct slot {
	uint64_t requests, new_clients;
};

static struct slot *make_slots(const struct series *s, size_t per_slot, size_t *n)
{
	*n = (s->n + per_slot - 1) / per_slot;
	struct slot *at = calloc(*n + 1, sizeof(*at));
	for (size_t i = 0; at && i < s->n; i++) {
		at[i / per_slot].requests += s->at[i].requests;
		at[i / per_slot].new_clients += s->at[i].new_clients;
	}
	return at;
}

static int compare_u64(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;
	return (a > b) - (a < b);
}

static void trailing_medians(const struct slot *at, size_t i, double *requests, double *new_clients)
{
	uint64_t r[TRAIL_SLOTS], f[TRAIL_SLOTS];
	size_t n = i < TRAIL_SLOTS ? i : TRAIL_SLOTS;
	for (size_t k = 0; k < n; k++) {
		r[k] = at[i - n + k].requests;
		f[k] = at[i - n + k].new_clients;
	}
	qsort(r, n, sizeof(*r), compare_u64);
	qsort(f, n, sizeof(*f), compare_u64);
	*requests = (double)r[n / 2];
	*new_clients = (double)f[n / 2];
}

static bool peak_begins(const struct census *c, const struct slot *at, size_t i, double usual)
{
	return at[i].requests >= PEAK_LEAST_PACKETS &&
	       (double)at[i].requests > c->state->config.peak_factor * (usual > 1 ? usual : 1);
}

/* From its onset a peak lasts until the rate stays below the threshold for some slots. */
static size_t peak_end(const struct slot *at, size_t n, size_t begin, double threshold)
{
	size_t last = begin;
	for (size_t i = begin + 1; i < n && i <= last + PEAK_GAP_SLOTS; i++)
		if ((double)at[i].requests > threshold)
			last = i;
	return last + 1;
}

static int64_t series_ns(const struct series *s, int64_t slot, int64_t slot_ns)
{
	return ns_plus(ns_times(s->start_s, NS_PER_S), ns_times(slot, slot_ns));
}

static struct peak describe_peak(const struct series *s, const struct slot *at, size_t begin, size_t end,
				 size_t per_slot, double usual, double usual_new)
{
	double slot_s = (double)per_slot * s->width_s;
	int64_t slot_ns = (int64_t)per_slot * s->width_s * NS_PER_S;
	uint64_t highest = 0;
	struct peak p = {
		.start_ns = series_ns(s, (int64_t)begin, slot_ns),
		.end_ns = series_ns(s, (int64_t)end, slot_ns),
		.usual_per_s = usual / slot_s,
		.usual_new_per_s = usual_new / slot_s,
	};
	for (size_t i = begin; i < end; i++) {
		p.new_clients += at[i].new_clients;
		highest = at[i].requests > highest ? at[i].requests : highest;
	}
	p.requests_per_s = (double)highest / slot_s;
	return p;
}

enum err census_peaks(const struct census *c, struct peak **out, size_t *n)
{
	const struct series *s = &c->series;
	size_t per_slot = s->width_s < SLOT_S ? SLOT_S / s->width_s : 1;
	size_t n_slots, cap = 0;
	struct slot *at = make_slots(s, per_slot, &n_slots);

	*out = NULL;
	*n = 0;
	if (!at)
		return ERR_MEMORY;
	for (size_t i = TRAIL_LEAST; i < n_slots; i++) {
		double usual, usual_new;
		if (at[i].requests < PEAK_LEAST_PACKETS)
			continue;
		trailing_medians(at, i, &usual, &usual_new);
		if (!peak_begins(c, at, i, usual))
			continue;
		size_t end = peak_end(at, n_slots, i, c->state->config.peak_factor * usual);
		if (*n == cap) {
			cap = cap ? cap * 2 : 16;
			struct peak *more = realloc(*out, cap * sizeof(*more));
			if (!more)
				break;
			*out = more;
		}
		(*out)[(*n)++] = describe_peak(s, at, i, end, per_slot, usual, usual_new);
		i = end;
	}
	free(at);
	return ERR_OK;
}

/* ---- delta under load ---------------------------------------------------------------------------- */

static int by_load(const void *pa, const void *pb)
{
	const struct bucket *a = *(const struct bucket *const *)pa, *b = *(const struct bucket *const *)pb;
	if (a->requests != b->requests)
		return a->requests < b->requests ? -1 : 1;
	return (a > b) - (a < b);
}

static void add_bucket(struct load_level *l, const struct bucket *b, double width_s, double *sum_s)
{
	double rate = b->requests / width_s;
	if (l->n == 0)
		l->from_per_s = rate;
	l->to_per_s = rate;
	if (l->n == 0 || b->delta_max_ns > l->delta_max_ns)
		l->delta_max_ns = b->delta_max_ns;
	l->n += b->n_deltas;
	*sum_s += (double)b->delta_sum_ns * 1e-9;
	l->delta_mean_s = *sum_s / (double)l->n;
}

size_t census_load_levels(const struct census *c, struct load_level *out, size_t max)
{
	const struct series *s = &c->series;
	const struct bucket **at = malloc((s->n + 1) * sizeof(const struct bucket *));
	size_t n = 0, level = 0;
	uint64_t total = 0;
	double sum_s = 0;

	for (size_t i = 0; at && i < s->n; i++) {
		if (s->at[i].n_deltas) {
			at[n++] = &s->at[i];
			total += s->at[i].n_deltas;
		}
	}
	if (n)
		qsort(at, n, sizeof(*at), by_load);
	memset(out, 0, max * sizeof(*out));
	for (size_t i = 0; i < n && max; i++) {
		/* Seconds of one rate stay together. */
		if (out[level].n >= total / max + 1 && level + 1 < max &&
		    at[i]->requests != at[i - 1]->requests) {
			level++;
			sum_s = 0;
		}
		add_bucket(&out[level], at[i], s->width_s, &sum_s);
	}
	free(at);
	return n && max ? level + 1 : 0;
}
