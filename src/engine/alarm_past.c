/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarm_past.h"

#include <stdlib.h>
#include <string.h>

struct alarm_past_event {
	int64_t time_ns;
	enum watch_via via;
	enum alarm_rule rule;
	enum alarm_level from, to;
	double value, limit;
	const char *part, *text; /* within texts */
	char texts[];            /* target, part, text, each with its NUL */
};

void alarm_past_release(struct alarm_past *p)
{
	for (size_t i = 0; i < ALARM_EVENTS_KEPT; i++)
		free(p->at[i]);
}

static struct alarm_past_event *copy(const struct alarm_event *e)
{
	size_t n_target = strlen(e->target) + 1, n_part = strlen(e->part) + 1, n_text = strlen(e->text) + 1;
	struct alarm_past_event *c = malloc(sizeof(*c) + n_target + n_part + n_text);

	if (!c)
		return NULL;
	c->time_ns = e->time_ns;
	c->via = e->via;
	c->rule = e->rule;
	c->from = e->from;
	c->to = e->to;
	c->value = e->value;
	c->limit = e->limit;
	c->part = c->texts + n_target;
	c->text = c->part + n_part;
	memcpy(c->texts, e->target, n_target);
	memcpy(c->texts + n_target, e->part, n_part);
	memcpy(c->texts + n_target + n_part, e->text, n_text);
	return c;
}

void alarm_past_add(struct alarm_past *p, const struct alarm_event *e)
{
	struct alarm_past_event **slot = &p->at[p->n % ALARM_EVENTS_KEPT];

	free(*slot);
	*slot = copy(e);
	p->n++;
}

bool alarm_past_at(const struct alarm_past *p, size_t i, struct alarm_event *out)
{
	const struct alarm_past_event *c = NULL;

	if (i < ALARM_EVENTS_KEPT && i < p->n)
		c = p->at[(p->n - 1 - i) % ALARM_EVENTS_KEPT];
	if (!c)
		return false;
	*out = (struct alarm_event){ .time_ns = c->time_ns,
				     .via = c->via,
				     .rule = c->rule,
				     .from = c->from,
				     .to = c->to,
				     .value = c->value,
				     .limit = c->limit };
	reading_text(out->target, sizeof(out->target), c->texts);
	reading_text(out->part, sizeof(out->part), c->part);
	reading_text(out->text, sizeof(out->text), c->text);
	return true;
}
