/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/watch_plan.h"

#include "base/nstime.h"

/* xorshift64*: what matters is that servers differ. */
static uint64_t next_random(struct watch_plan *p)
{
	p->random ^= p->random >> 12;
	p->random ^= p->random << 25;
	p->random ^= p->random >> 27;
	return p->random * UINT64_C(2685821657736338717);
}

/* 0 to span_ns. */
static int64_t random_below(struct watch_plan *p, int64_t span_ns)
{
	return (int64_t)((unsigned __int128)next_random(p) * (uint64_t)span_ns >> 64);
}

void watch_plan_init(struct watch_plan *p, int64_t interval_ns, int64_t least_ns, uint64_t seed,
		     int64_t now_ns)
{
	*p = (struct watch_plan){ .usual_ns = interval_ns > least_ns ? interval_ns : least_ns,
				  .least_ns = least_ns,
				  .random = seed ? seed : 1 };
	p->interval_ns = p->usual_ns;
	/* The first answers are wanted soon. */
	p->next_ns = now_ns + random_below(p, 2 * NS_PER_S);
}

static int64_t waits_ns(const struct watch_plan *p)
{
	int64_t most_ns = WATCH_MOST_S * NS_PER_S, wait_ns = p->interval_ns;

	/* After three lost ones it may be gone for long; each further one doubles, up to a bound. */
	for (unsigned i = 3; i < p->n_silent && wait_ns < p->interval_ns * WATCH_SILENT_FACTOR; i++)
		wait_ns *= 2;
	if (most_ns < p->interval_ns)
		most_ns = p->interval_ns;
	return wait_ns < most_ns ? wait_ns : most_ns;
}

static void mind_rate(struct watch_plan *p, bool is_good, bool is_rate, int64_t now_ns)
{
	if (is_rate) {
		if (p->interval_ns < WATCH_MOST_S * NS_PER_S)
			p->interval_ns *= 2;
		p->forgive_ns = now_ns + WATCH_FORGIVE_S * NS_PER_S;
	} else if (is_good && p->interval_ns > p->usual_ns && now_ns >= p->forgive_ns) {
		p->interval_ns = p->interval_ns / 2 > p->usual_ns ? p->interval_ns / 2 : p->usual_ns;
		p->forgive_ns = now_ns + WATCH_FORGIVE_STEP_S * NS_PER_S;
	}
}

void watch_plan_done(struct watch_plan *p, enum query_result result, enum watch_kiss kiss, int64_t now_ns)
{
	bool is_good = result == QUERY_OK;

	p->reach = (uint8_t)(p->reach << 1 | is_good);
	p->n_asked = watch_plan_asked(p->n_asked);
	p->n_silent = is_good ? 0 : p->n_silent + 1;
	mind_rate(p, is_good, kiss == WATCH_RATE, now_ns);
	int64_t wait_ns = waits_ns(p), denied_ns = WATCH_DENIED_S * NS_PER_S;
	if (kiss == WATCH_DENY && wait_ns < denied_ns)
		wait_ns = denied_ns;
	/* A tenth more or less: nobody keeps step with anybody. */
	p->next_ns = now_ns + wait_ns - wait_ns / 20 + random_below(p, wait_ns / 10);
	if (p->next_ns < now_ns + p->least_ns)
		p->next_ns = now_ns + p->least_ns;
}
