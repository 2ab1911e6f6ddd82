/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/live.h"

#include <stdlib.h>

struct live {
	struct engine_config config;
};

enum err live_new(const struct engine_config *config, struct live **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return ERR_MEMORY;
	(*out)->config = *config;
	return ERR_OK;
}

void live_free(struct live *l)
{
	free(l);
}

enum err live_run(struct live *l, const struct live_io *io)
{
	struct packet p[64];
	size_t n;
	int64_t now_ns;
	enum err e;
	(void)l;
	do
		e = io->next(io->source, p, 64, &n, &now_ns);
	while (!e);
	return e == ERR_END ? ERR_OK : e;
}

void live_totals(struct live *l, struct live_totals *out)
{
	*out = (struct live_totals){ .capacity = l->config.capacity };
}

enum err live_servers(struct live *l, struct server_info **out, size_t *n)
{
	(void)l;
	*n = 0;
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_MEMORY;
}

size_t live_server_bits(struct live *l, struct addr out[LIVE_SERVER_BITS])
{
	(void)l, (void)out;
	return 0;
}

size_t live_points(struct live *l, uint32_t width_s, int64_t from_ns, struct live_point *out, size_t max)
{
	(void)l, (void)width_s, (void)from_ns, (void)out, (void)max;
	return 0;
}

enum err live_view_make(struct live *l, enum client_sort by, bool descending, const struct client_filter *f,
			struct live_view *out)
{
	(void)l, (void)by, (void)descending, (void)f;
	*out = (struct live_view){ 0 };
	return ERR_OK;
}

void live_view_release(struct live_view *v)
{
	free(v->at);
	*v = (struct live_view){ 0 };
}

size_t live_view_page(struct live *l, const struct live_view *v, size_t offset, struct client_info *out,
		      size_t max, size_t *next)
{
	(void)l, (void)v, (void)out, (void)max;
	*next = offset;
	return 0;
}

size_t live_walk(struct live *l, uint64_t *cursor, struct client_info *out, size_t max)
{
	(void)l, (void)out, (void)max;
	*cursor = 0;
	return 0;
}

bool live_client(struct live *l, const struct addr *a, struct client_info *out)
{
	(void)l, (void)a;
	*out = (struct client_info){ 0 };
	return false;
}

size_t live_recent(struct live *l, uint64_t after, const struct addr *net, unsigned bits,
		   struct live_packet *out, size_t max, uint64_t *last)
{
	(void)l, (void)net, (void)bits, (void)out, (void)max;
	*last = after;
	return 0;
}

void live_freeze(struct live *l)
{
	(void)l;
}

void live_thaw(struct live *l)
{
	(void)l;
}

enum err live_census(struct live *l, struct census **out)
{
	(void)l;
	*out = NULL;
	return ERR_UNSUPPORTED;
}

enum err live_save(struct live *l, bool (*write)(void *arg, const void *data, size_t len), void *arg)
{
	(void)l, (void)write, (void)arg;
	return ERR_UNSUPPORTED;
}

enum err live_load(struct live *l, bool (*read)(void *arg, void *data, size_t len), void *arg)
{
	(void)l, (void)read, (void)arg;
	return ERR_UNSUPPORTED;
}
