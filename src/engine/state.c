/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/state.h"

#include <stdlib.h>

enum err engine_state_init(struct engine_state *s, const struct engine_config *config)
{
	s->config = *config;
	if (s->config.capacity > CLIENTS_MAX)
		s->config.capacity = CLIENTS_MAX;
	icmp_errors_init(&s->icmp, config->secret);
	enum err e = ntske_seen_init(&s->ntske, config->secret);
	if (!e)
		e = fragments_init(&s->fragments, FRAGMENTS_CAPACITY, FRAGMENTS_MEMORY,
				   FRAGMENTS_TIMEOUT_S * NS_PER_S, config->secret);
	if (!e)
		e = client_arena_init(&s->arena, s->config.capacity, N_SHARDS);
	if (!e)
		e = pool_new(&s->pool);
	for (unsigned i = 0; i < N_SHARDS && !e; i++)
		e = shard_init(&s->shards[i], &s->config, &s->arena, s->pool, N_SHARDS);
	return e;
}

void worker_sums_clear(struct worker_sums *s)
{
	*s->tally = (struct tally){ 0 };
	series_clear(&s->series);
	server_times_release(&s->times);
}

void worker_sums_release(struct worker_sums *s)
{
	tally_free(s->tally);
	series_release(&s->series);
	server_times_release(&s->times);
}

void engine_state_free(struct engine_state *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < N_SHARDS; i++)
		shard_release(&s->shards[i]);
	client_arena_release(&s->arena);
	pool_free(s->pool);
	worker_sums_release(&s->sums);
	icmp_errors_release(&s->icmp);
	ntske_seen_release(&s->ntske);
	fragments_release(&s->fragments);
	since_free(s->since);
	worst_list_release(&s->worst);
	lately_release(&s->lately);
	free(s);
}

enum err worker_sums_init(struct worker_sums *s, struct row_list *rows)
{
	s->rows = rows;
	s->tally = tally_new();
	return s->tally ? series_init(&s->series) : ERR_MEMORY;
}
