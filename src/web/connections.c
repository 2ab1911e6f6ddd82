/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/connections.h"

#include <sys/socket.h>

void connections_drop(struct connections *all, struct connection *c)
{
	if (c->dropped)
		return;
	shutdown(c->fd, SHUT_RDWR);
	c->dropped = true;
	all->n--;
}

static bool counts(const struct connection *c, const struct addr *from)
{
	return !c->dropped && (!from || addr_equal(&c->from, from));
}

/* Those of an address, or all. */
static unsigned count(const struct connections *all, const struct addr *from)
{
	unsigned n = 0;
	for (const struct connection *c = all->first; c; c = c->next)
		n += counts(c, from);
	return n;
}

static void drop_slowest(struct connections *all, const struct addr *from)
{
	struct connection *slowest = NULL;
	for (struct connection *c = all->first; c; c = c->next)
		if (counts(c, from) && (!slowest || c->moved_ns <= slowest->moved_ns))
			slowest = c;
	if (slowest)
		connections_drop(all, slowest);
}

void connections_add(struct connections *all, struct connection *c, unsigned max, unsigned max_per_address)
{
	if (count(all, &c->from) >= max_per_address)
		drop_slowest(all, &c->from);
	if (all->n >= max)
		drop_slowest(all, NULL);
	c->next = all->first;
	if (c->next)
		c->next->before = c;
	all->first = c;
	all->n++;
}

void connections_belong(struct connections *all, struct connection *c, const struct addr *from,
			unsigned max_per_address)
{
	if (addr_equal(&c->from, from))
		return;
	if (count(all, from) >= max_per_address)
		drop_slowest(all, from);
	c->from = *from;
}

void connections_drop_all(struct connections *all)
{
	for (struct connection *c = all->first; c; c = c->next)
		connections_drop(all, c);
}

void connections_remove(struct connections *all, struct connection *c)
{
	if (c->next)
		c->next->before = c->before;
	if (c->before)
		c->before->next = c->next;
	else
		all->first = c->next;
	all->n -= !c->dropped;
}

void connections_drop_dribblers(struct connections *all, int64_t now_ns, int64_t limit_ns)
{
	for (struct connection *c = all->first; c; c = c->next)
		if (c->waits_since_ns && now_ns - c->waits_since_ns > limit_ns)
			connections_drop(all, c);
}
