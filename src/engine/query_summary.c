/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/query.h"

#include <math.h>

#include "base/nstime.h"

static const struct query_sample *least_delay(const struct query *q, enum query_result among)
{
	const struct query_sample *best = NULL;

	for (unsigned i = 0; i < q->n_samples; i++) {
		const struct query_sample *s = &q->samples[i];
		if (s->result == among && s->has_times && (!best || s->delay_ns < best->delay_ns))
			best = s;
	}
	return best;
}

/* RFC 5905 section 10: the root mean square of the differences to the best. */
static int64_t jitter(const struct query *q, const struct query_sample *best)
{
	double sum = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < q->n_samples; i++) {
		if (q->samples[i].result != best->result || !q->samples[i].has_times)
			continue;
		double d = (double)ns_minus(q->samples[i].offset_ns, best->offset_ns);
		sum += d * d;
		n++;
	}
	return n > 1 ? (int64_t)sqrt(sum / (n - 1)) : 0;
}

/* Silence tells least. */
static enum query_result worst(const struct query *q)
{
	enum query_result r = q->n_samples ? QUERY_TIMEOUT : QUERY_NONE;

	for (unsigned i = 0; i < q->n_samples; i++)
		if (q->samples[i].result != QUERY_TIMEOUT)
			r = q->samples[i].result;
	return r;
}

void query_summary(const struct query *q, struct query_summary *out)
{
	*out = (struct query_summary){ .n_sent = q->n_sent, .best = least_delay(q, QUERY_OK) };
	for (unsigned i = 0; i < q->n_samples; i++)
		out->n_good += q->samples[i].result == QUERY_OK;
	out->result = out->n_good ? QUERY_OK : worst(q);
	if (!out->best)
		out->best = least_delay(q, out->result);
	if (!out->best)
		return;
	out->jitter_ns = jitter(q, out->best);
	out->root_delay_ns = ntp_short_ns(out->best->header.root_delay);
	out->root_dispersion_ns = ntp_short_ns(out->best->header.root_dispersion);
	out->bound_ns = (out->root_delay_ns + out->best->delay_ns) / 2 + out->root_dispersion_ns +
			out->best->dispersion_ns;
}
