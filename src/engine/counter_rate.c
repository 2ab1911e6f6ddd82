/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/counter_rate.h"

bool counter_rate_next(struct counter_rate *c, uint64_t value, unsigned bits, int64_t time_ns, double *per_s)
{
	struct counter_rate before = *c;

	*c = (struct counter_rate){ value, time_ns, true };
	if (!before.is_known || time_ns <= before.time_ns)
		return false;
	uint64_t step = value - before.value;
	if (value < before.value) {
		step = bits == 32 ? (uint32_t)step : UINT64_MAX;
		if (step > UINT32_MAX / 2)
			return false;
	}
	*per_s = (double)step * 1e9 / (double)(time_ns - before.time_ns);
	return true;
}

void counter_rate_reset(struct counter_rate *c)
{
	c->is_known = false;
}
