/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of any field that is a number into accumulators. */
#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/graph.h"
#include "field/field.h"
#include "proto/ntp.h"

/* Doubles are kept in units of 10^-9. */
static const double NANO = 1e-9;

bool graph_field_is_number(const struct field *f)
{
	switch ((enum field_type)f->type) {
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64:
	case FIELD_DOUBLE:
	case FIELD_FRAMENUM:
	case FIELD_RELATIVE_TIME: return true;
	default: return false;
	}
}

static bool is_seconds(const struct field *f)
{
	size_t n = strlen(f->name);
	return f->type == FIELD_RELATIVE_TIME ||
	       (f->type == FIELD_DOUBLE && n > 2 && !strcmp(f->name + n - 2, "_s"));
}

enum chart_unit graph_field_unit(const struct field *f)
{
	return is_seconds(f) ? CHART_DURATION : CHART_PLAIN;
}

double graph_field_scale(const struct field *f)
{
	return f->type == FIELD_DOUBLE && !is_seconds(f) ? NANO : 1;
}

static int64_t from_double(double d)
{
	double nano = d * 1e9;
	if (!(nano > -9.2e18))
		return isnan(nano) ? 0 : INT64_MIN;
	return nano < 9.2e18 ? llround(nano) : INT64_MAX;
}

static int64_t number_of(const struct field *f, const struct field_value *v)
{
	int64_t ns;

	switch ((enum field_type)f->type) {
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64: return v->i;
	case FIELD_DOUBLE: return from_double(v->d);
	case FIELD_RELATIVE_TIME:
		if (__builtin_mul_overflow(v->time.s, NS_PER_S, &ns) ||
		    __builtin_add_overflow(ns, v->time.ns, &ns))
			return v->time.s < 0 ? INT64_MIN : INT64_MAX;
		return ns;
	default: return v->u > INT64_MAX ? INT64_MAX : (int64_t)v->u;
	}
}

/* Takes each value of one packet. */
struct taker {
	struct field_sink sink;
	const struct field *field;
	struct graph *graph;
	struct chart *chart; /* NULL in the pass that counts */
	int64_t t_ns;
	uint64_t n;
};

static bool take(struct field_sink *sink, const struct field_value *v)
{
	struct taker *t = (struct taker *)(void *)sink; /* its first member */

	t->n++;
	if (t->chart)
		chart_value(t->chart, t->t_ns, number_of(t->field, v));
	return true;
}

/* Which side is the server: by mode, then by port, as the engine decides. */
static bool server_is_source(const struct view_ntp *v)
{
	unsigned mode = v->len ? ntp_first_mode(v->payload[0]) : NTP_MODE_RESERVED;

	if (mode == NTP_MODE_CLIENT || mode == NTP_MODE_ACTIVE)
		return false;
	if (mode == NTP_MODE_SERVER || mode == NTP_MODE_PASSIVE || mode == NTP_MODE_BROADCAST)
		return true;
	return v->sport == 123 && v->dport != 123;
}

static struct graph_key key_of(const struct graph *g, const struct row *row)
{
	const struct view_ntp *v = row->ntp;
	struct graph_key k = { 0 };

	switch (g->wish->by) {
	case GRAPH_BY_NONE: break;
	case GRAPH_BY_SERVER:
		if (v)
			k.a = server_is_source(v) ? v->src : v->dst;
		break;
	case GRAPH_BY_CLIENT:
		if (v)
			k.a = server_is_source(v) ? v->dst : v->src;
		break;
	case GRAPH_BY_STREAM: k.stream = row->udp_stream != ROW_NO_STREAM ? row->udp_stream + 1 : 0; break;
	case GRAPH_BY_VERSION: k.version = v && v->len ? ntp_first_version(v->payload[0]) : 0; break;
	}
	return k;
}

void graph_row(struct graph *g, const struct row *row)
{
	const struct field *f = g->wish->field;
	struct taker t = { .sink = { take }, .field = f, .graph = g, .t_ns = row->packet->time_ns };
	struct graph_key key = key_of(g, row);

	if (!row->packet->has_time) {
		g->n_without_time += !g->counting;
		return;
	}
	if (!g->counting) {
		const struct graph_entry *e = g->wish->by == GRAPH_BY_NONE
						      ? NULL
						      : graph_keys_find(&g->keys, &key, false);
		size_t last = g->n_series - 1;
		t.chart = &g->series[g->wish->by == GRAPH_BY_NONE ? 0
				     : e && e->series             ? e->series - 1
								  : last];
		chart_event(&g->load, t.t_ns);
		if (g->wish->kind == CHART_SCATTER)
			chart_event(t.chart, t.t_ns);
	}
	f->get(f, row, &t.sink);
	if (g->counting && t.n) {
		struct graph_entry *e = graph_keys_find(&g->keys, &key, true);
		if (e)
			e->n += t.n;
	}
}
