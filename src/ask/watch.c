/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/nstime.h"
#include "engine/watch_points.h"
#include "net/clock.h"
#include "net/lookup_many.h"
#include "proto/ntp.h"

/* So many are asked at the same time: others wait for the next step. */
enum { AT_ONCE = 64 };

struct target {
	char *host;
	struct watch_plan plan;
};

struct ask_watch {
	struct ask_query_options options;
	size_t n;
	struct target *targets;
	size_t turn; /* where the next step begins to look: everybody has a turn */
	size_t due[AT_ONCE];
	struct lookup_one names[AT_ONCE];
	struct lookup_left left;
	struct query_report reports[AT_ONCE];
};

enum err ask_watch_new(const char *const *hosts, size_t n, int64_t interval_ns,
		       const struct ask_query_options *options, struct ask_watch **out)
{
	struct ask_watch *w = calloc(1, sizeof(*w));
	uint64_t seed = 0;

	*out = NULL;
	if (w)
		w->targets = calloc(n ? n : 1, sizeof(*w->targets));
	if (!w || !w->targets) {
		ask_watch_free(w);
		return ERR_MEMORY;
	}
	w->options = *options;
	w->n = n;
	for (size_t i = 0; i < n; i++) {
		w->targets[i].host = strdup(hosts[i]);
		if (!w->targets[i].host) {
			ask_watch_free(w);
			return ERR_MEMORY;
		}
	}
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = (uint64_t)clock_monotonic_ns();
	for (size_t i = 0; i < n; i++)
		watch_plan_init(&w->targets[i].plan, interval_ns, seed + i * UINT64_C(0x9e3779b97f4a7c15),
				clock_monotonic_ns());
	*out = w;
	return ERR_OK;
}

void ask_watch_free(struct ask_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		free(w->targets[i].host);
	lookup_sweep(&w->left);
	free(w->targets);
	free(w);
}

/* Addresses of the names, anew each time: they move. */
static void find_addresses(struct ask_watch *w, size_t n)
{
	static const int64_t patience_ns = 3 * NS_PER_S;

	for (size_t i = 0; i < n; i++)
		w->names[i] = (struct lookup_one){ .host = w->targets[w->due[i]].host };
	lookup_many(w->names, n, 0, patience_ns, &w->left);
	for (size_t i = 0; i < n; i++) {
		struct query_report *r = &w->reports[i];
		*r = (struct query_report){ .host = w->names[i].host,
					    .port = NTP_PORT,
					    .result = QUERY_NONE };
		if (w->names[i].n) {
			r->addr = w->names[i].at[0].addr;
			r->scope = w->names[i].at[0].scope;
		} else {
			r->asked_ns = clock_utc_ns();
			r->result = QUERY_DNS;
			snprintf(r->why, sizeof(r->why), "%s", w->names[i].why);
		}
	}
}

static size_t gather_due(struct ask_watch *w)
{
	size_t n = 0, first = w->turn;

	for (size_t k = 0; k < w->n && n < AT_ONCE; k++) {
		size_t i = (first + k) % w->n;
		if (!watch_plan_is_due(&w->targets[i].plan, clock_monotonic_ns()))
			continue;
		w->due[n++] = i;
		w->turn = i + 1;
	}
	return n;
}

static enum watch_kiss kiss_of(const struct query_report *r)
{
	const char *code = r->result == QUERY_KOD ? r->query.kiss : "";

	if (strcmp(code, "RATE") == 0)
		return WATCH_RATE;
	return strcmp(code, "DENY") == 0 || strcmp(code, "RSTR") == 0 ? WATCH_DENY : WATCH_NO_KISS;
}

static void give(const struct reading_sink *sink, const struct query_report *r, const struct watch_plan *p)
{
	struct history_point points[HISTORY_POINTS_MAX];
	struct reading_fact facts[READING_FACTS_MAX];
	const struct reading reading = {
		.target = r->host,
		.part = "",
		.via = WATCH_VIA_NTP,
		.time_ns = r->asked_ns,
		.every_ns = p->interval_ns,
		.is_ok = r->result == QUERY_OK,
		.why = r->result == QUERY_OK ? ""
		       : r->why[0]           ? r->why
					     : query_result_name(r->result),
		.points = points,
		.n_points = watch_points(r, p->reach, points),
		.facts = facts,
		.n_facts = watch_facts(r, facts),
	};

	sink->take(sink->arg, &reading);
}

int64_t ask_watch_step(struct ask_watch *w, const struct reading_sink *sink)
{
	size_t n = gather_due(w);
	int64_t next_ns = INT64_MAX;

	if (n) {
		find_addresses(w, n);
		ask_queries(w->reports, n, &w->options, NULL, NULL);
	}
	for (size_t i = 0; i < n; i++) {
		const struct query_report *r = &w->reports[i];
		struct watch_plan *p = &w->targets[w->due[i]].plan;
		watch_plan_done(p, r->result, kiss_of(r), clock_monotonic_ns());
		give(sink, r, p);
	}
	for (size_t i = 0; i < w->n; i++)
		if (w->targets[i].plan.next_ns < next_ns)
			next_ns = w->targets[i].plan.next_ns;
	return next_ns;
}
