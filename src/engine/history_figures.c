/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/history_figures.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;
	return a < b ? -1 : a > b;
}

static double rank(const double *sorted, size_t n, double share)
{
	size_t i = (size_t)ceil(share * (double)n);
	return sorted[i ? i - 1 : 0];
}

/* Second to fourth moments about the mean. */
static void shape(const double *v, size_t n, struct history_figures *out)
{
	double m2 = 0, m3 = 0, m4 = 0;

	for (size_t i = 0; i < n; i++) {
		double d = v[i] - out->avg, d2 = d * d;
		m2 += d2;
		m3 += d2 * d;
		m4 += d2 * d2;
	}
	m2 /= (double)n;
	out->deviation = sqrt(m2);
	/* Rounding alone is no shape. */
	if (out->deviation <= 1e-12 * fabs(out->avg))
		out->deviation = 0;
	if (out->deviation > 0) {
		out->skewness = m3 / (double)n / (m2 * out->deviation);
		out->kurtosis = m4 / (double)n / (m2 * m2) - 3;
	}
}

static double *averages(const struct history_span *s, struct history_figures *out)
{
	double *v = malloc((s->n ? s->n : 1) * sizeof(*v)), sum = 0;

	for (size_t i = 0; v && i < s->n; i++) {
		const struct history_bucket *b = &s->at[i];
		if (isnan(b->avg))
			continue;
		v[out->n++] = b->avg;
		sum += b->avg;
		out->last = b->last;
		out->min = fmin(out->min, b->min); /* which passes over NAN */
		out->max = fmax(out->max, b->max);
	}
	if (out->n)
		out->avg = sum / (double)out->n;
	return v;
}

enum err history_figures(const struct history_span *s, struct history_figures *out)
{
	const double none = (double)NAN;

	*out = (struct history_figures){ 0,    none, none, none, none, none, none,
					 none, none, none, none, none, none };
	double *v = averages(s, out);
	if (!v)
		return ERR_MEMORY;
	if (out->n) {
		qsort(v, out->n, sizeof(*v), by_value);
		out->p1 = rank(v, out->n, 0.01);
		out->p5 = rank(v, out->n, 0.05);
		out->p50 = rank(v, out->n, 0.50);
		out->p95 = rank(v, out->n, 0.95);
		out->p99 = rank(v, out->n, 0.99);
		shape(v, out->n, out);
	}
	free(v);
	return ERR_OK;
}
