/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarm_trip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

bool alarm_trip_step(struct alarm_trip *t, bool says_set, const struct alarm_need *need, int64_t now_ns)
{
	if (says_set == t->is_set) {
		t->n = 0;
		return false;
	}
	if (!t->n || now_ns < t->since_ns)
		t->since_ns = now_ns;
	if (t->n < need->readings)
		t->n++;
	int64_t hold_ns = t->is_set ? need->clear_ns : need->set_ns;
	if (t->n < need->readings || ns_minus(now_ns, t->since_ns) < hold_ns)
		return false;
	t->is_set = says_set;
	t->n = 0;
	return true;
}

void alarm_flaps_raised(struct alarm_flaps *f, int64_t now_ns)
{
	static const int64_t near_ns = 3600 * NS_PER_S;
	int64_t gap_ns = ns_minus(now_ns, f->raised_ns);

	if (!f->n || gap_ns > near_ns + alarm_flaps_calm_ns(f))
		f->n = 0;
	f->n += f->n < UINT16_MAX;
	f->raised_ns = now_ns;
}

int64_t alarm_flaps_calm_ns(const struct alarm_flaps *f)
{
	static const int64_t first_ns = 300 * NS_PER_S, most_ns = 3600 * NS_PER_S;

	if (f->n < 3)
		return 0;
	return f->n - 3 >= 4 ? most_ns : first_ns << (f->n - 3);
}

/* ---- medians --------------------------------------------------------------------------------------- */

static void complete(struct alarm_median *m)
{
	m->slots[m->next] = (float)(m->sum / m->n);
	m->next = (m->next + 1) % ALARM_SLOTS;
	m->n_slots += m->n_slots < ALARM_SLOTS;
	m->sum = 0;
	m->n = 0;
}

void alarm_median_add(struct alarm_median *m, double value, int64_t now_ns)
{
	int64_t hour = now_ns / (3600 * NS_PER_S);

	if (m->n && hour != m->hour)
		complete(m);
	m->hour = hour;
	m->sum += value;
	m->n++;
}

static int compare(const void *a, const void *b)
{
	float x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

double alarm_median_get(const struct alarm_median *m)
{
	float sorted[ALARM_SLOTS];
	unsigned n = m->n_slots;

	if (n < ALARM_SLOTS_LEAST)
		return NAN;
	memcpy(sorted, m->slots, n * sizeof(sorted[0]));
	qsort(sorted, n, sizeof(sorted[0]), compare);
	return n % 2 ? (double)sorted[n / 2] : ((double)sorted[n / 2 - 1] + (double)sorted[n / 2]) / 2;
}
