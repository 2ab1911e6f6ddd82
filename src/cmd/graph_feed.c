/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exchanges into accumulators. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "cmd/engine.h"
#include "cmd/graph.h"
#include "cmd/row_feed.h"
#include "cmd/select.h"
#include "engine/pipeline.h"
#include "field/field.h"
#include "field/filter.h"
#include "proto/ntp.h"

/* Doubles to a quarter, a half, a whole minute. */
#define CLIENTS_FINEST_NS INT64_C(937500000)
enum { CLIENT_COLUMNS = 512 };

void graph_init(struct graph *g, const struct graph_wish *wish, uint64_t secret)
{
	*g = (struct graph){ .wish = wish, .keys = { .secret = secret } };
	g->counting = wish->by != GRAPH_BY_NONE;
	if (!g->counting)
		g->n_series = 1;
}

void graph_release(struct graph *g)
{
	for (size_t i = 0; i < CHART_SERIES_MAX; i++)
		chart_release(&g->series[i]);
	chart_release(&g->load);
	graph_keys_release(&g->keys);
}

/* ---- which intervals ----------------------------------------------------------------------------- */

static size_t buckets_for(const struct graph_wish *w)
{
	size_t n = CHART_BUCKETS;

	while (n < 2 * w->columns && n < CHART_BUCKETS_MAX)
		n *= 2;
	return n;
}

static struct chart_config config_of(const struct graph *g)
{
	const struct graph_wish *w = g->wish;
	struct chart_config c = { .origin_ns = w->relative ? g->first_ns : 0 };

	if (w->y == GRAPH_CLIENTS) {
		c.interval_ns = CLIENTS_FINEST_NS;
		c.max_buckets = CLIENT_COLUMNS;
	} else if (w->y == GRAPH_RATE || w->kind == CHART_SCATTER) {
		c.interval_ns = NS_PER_S;
		c.max_buckets = CHART_BUCKETS_MAX;
	} else {
		c.interval_ns = CHART_FINEST_NS;
		c.max_buckets = buckets_for(w);
	}
	if (w->interval_ns) {
		c.interval_ns = w->interval_ns;
		c.max_buckets = w->y == GRAPH_CLIENTS ? CHART_CLIENT_BUCKETS : CHART_BUCKETS_MAX;
	}
	return c;
}

void graph_begin(struct graph *g)
{
	struct chart_config config = config_of(g);
	struct chart_config load = { NS_PER_S, config.origin_ns, CHART_BUCKETS_MAX, 0 };

	for (size_t i = 0; i < g->n_series; i++)
		chart_init(&g->series[i], &config);
	chart_init(&g->load, &load);
}

void graph_choose(struct graph *g)
{
	if (!g->counting)
		return;
	g->n_chosen = graph_keys_choose(&g->keys, g->wish->top, g->chosen);
	bool more = g->keys.n > g->n_chosen || g->keys.n_turned_away;
	g->n_series = g->n_chosen + (more || !g->n_chosen);
	g->counting = false;
}

/* ---- one exchange -------------------------------------------------------------------------------- */

static bool is_request(const struct exchange *x)
{
	if (!x->request_frame)
		return false;
	return x->class <= CLASS_LATE || (x->class >= CLASS_KOD && x->class <= CLASS_SYMMETRIC);
}

static bool is_for_time(const struct exchange *x)
{
	return x->mode != NTP_MODE_CONTROL && x->mode != NTP_MODE_PRIVATE;
}

/* What the exchange says about the measure, and when. */
struct sample {
	int64_t t_ns, value;
	bool is_value, is_event;
};

static struct sample sample_of(const struct graph *g, const struct exchange *x)
{
	struct sample s = { .t_ns = x->response_ns, .is_event = is_request(x) };

	switch (g->wish->y) {
	case GRAPH_DELTA:
		s.is_value = exchange_has_delta(x) && x->class != CLASS_DUPLICATE && is_for_time(x);
		s.value = exchange_delta_ns(x);
		break;
	case GRAPH_OFFSET:
		s.is_value = x->has_offset && x->class != CLASS_DUPLICATE;
		s.value = x->offset_ns;
		break;
	case GRAPH_RATE:
	case GRAPH_CLIENTS:
	case GRAPH_FIELD: break;
	}
	/* Against load: that of the second in which it was asked. */
	if (g->wish->kind == CHART_SCATTER)
		s.t_ns = x->request_ns;
	return s;
}

static struct graph_key key_of(const struct graph *g, const struct exchange *x)
{
	struct graph_key k = { 0 };

	switch (g->wish->by) {
	case GRAPH_BY_NONE: break;
	case GRAPH_BY_SERVER: k.a = x->server; break;
	case GRAPH_BY_CLIENT: k.a = x->client; break;
	case GRAPH_BY_STREAM:
		k.a = x->client;
		k.b = x->server;
		k.a_port = x->client_port;
		k.b_port = x->server_port;
		break;
	case GRAPH_BY_VERSION: k.version = x->version; break;
	}
	return k;
}

static void count_key(struct graph *g, const struct graph_key *key)
{
	struct graph_entry *e = graph_keys_find(&g->keys, key, true);

	if (e)
		e->n++;
}

/* The series of a key: that of the others, the last one, when it has none of its own. */
static struct chart *chart_of(struct graph *g, const struct graph_key *key)
{
	if (g->wish->by == GRAPH_BY_NONE)
		return &g->series[0];
	const struct graph_entry *e = graph_keys_find(&g->keys, key, false);
	return &g->series[e && e->series ? e->series - 1 : g->n_series - 1];
}

static void book_event(struct graph *g, const struct exchange *x, struct chart *c)
{
	if (!x->request_ns) {
		g->n_without_time++;
		return;
	}
	chart_event(&g->load, x->request_ns);
	if (g->wish->y == GRAPH_RATE || g->wish->kind == CHART_SCATTER)
		chart_event(c, x->request_ns);
	if (g->wish->y == GRAPH_CLIENTS) {
		chart_event(c, x->request_ns);
		/* A fixed key: the same packets give the same estimate. */
		chart_client(c, x->request_ns, hash_addr(&x->client, UINT64_C(0x2545f4914f6cdd1d)));
	}
}

/* Either half of an exchange, or both: the request makes the event, the response the value. */
static void book(struct graph *g, const struct exchange *x, bool request, bool response)
{
	struct sample s = sample_of(g, x);
	bool of_events = g->wish->y == GRAPH_RATE || g->wish->y == GRAPH_CLIENTS;
	struct graph_key key = key_of(g, x);

	s.is_event &= request;
	s.is_value &= response;
	if (g->counting) {
		if (of_events ? s.is_event : s.is_value)
			count_key(g, &key);
		return;
	}
	struct chart *c = chart_of(g, &key);
	if (s.is_event)
		book_event(g, x, c);
	if (!s.is_value)
		return;
	if (s.t_ns)
		chart_value(c, s.t_ns, s.value);
	else
		g->n_without_time++;
}

void graph_exchange(struct graph *g, const struct exchange *x)
{
	book(g, x, true, true);
}

/* A packet that -Y chose speaks for its half. */
static void book_row(struct graph *g, const struct row *r)
{
	const struct exchange *x = r->exchange;

	if (x)
		book(g, x, r->packet->frame == x->request_frame, r->packet->frame == x->response_frame);
}

/* ---- all of them --------------------------------------------------------------------------------- */

static enum err row(void *arg, const struct exchange *x)
{
	struct graph *g = arg;

	graph_exchange(g, x);
	return g->keys.err;
}

/* The source, watched for the time of the first frame. */
struct watched {
	struct graph *graph;
	struct pipeline_io inner;
};

static enum err next(void *source, struct packet *out, size_t max, size_t *n)
{
	struct watched *w = source;
	enum err e = w->inner.next(w->inner.source, out, max, n);
	struct graph *g = w->graph;

	for (size_t i = 0; i < *n && !g->has_first; i++) {
		if (!out[i].has_time)
			continue;
		g->first_ns = out[i].time_ns;
		g->has_first = true;
		/* No row comes before the batch that it is in. */
		if (!g->counting)
			graph_begin(g);
	}
	return e;
}

/* Packet by packet: for fields, and where -Y chooses, so that pairs are found before they are parted.
 * Pairing Wireshark's way goes by exchanges all the same: then -Y chooses the packets that are paired. */
static bool goes_by_rows(const struct graph_wish *w, const struct capture_options *options)
{
	return w->field || (options->display && options->match == MATCH_STRICT);
}

static unsigned needs_of(const struct graph_wish *w)
{
	if (!w->field)
		return ROW_NEEDS_EXCHANGE;
	/* Pairing comes with the exchanges. */
	unsigned needs = w->field->needs | (w->by == GRAPH_BY_STREAM ? ROW_NEEDS_STREAM : 0);
	return needs & (ROW_NEEDS_REQUEST | ROW_NEEDS_RESPONSE) ? needs | ROW_NEEDS_EXCHANGE : needs;
}

/* Notes when the frame was; the first one begins the charts. */
static void note_time(struct graph *g, const struct packet *p)
{
	if (!p->has_time)
		return;
	if (!g->has_first) {
		g->first_ns = g->earliest_ns = g->last_ns = p->time_ns;
		g->has_first = true;
		if (!g->counting)
			graph_begin(g);
	}
	g->earliest_ns = p->time_ns < g->earliest_ns ? p->time_ns : g->earliest_ns;
	g->last_ns = p->time_ns > g->last_ns ? p->time_ns : g->last_ns;
}

static int pass_of_rows(struct graph *g, struct captures *in)
{
	struct row_feed *feed;
	const struct row *r;
	const struct filter *wanted = in->display;
	unsigned needs = needs_of(g->wish) | (wanted ? filter_needs(wanted) : 0);

	g->has_first = false;
	int status = row_feed_open(&feed, in, in->options, needs, false);
	while (!status && row_feed_next(feed, &r) && !g->keys.err) {
		note_time(g, r->packet);
		if (wanted && !filter_matches(wanted, r))
			continue;
		if (g->wish->field)
			graph_row(g, r);
		else
			book_row(g, r);
	}
	if (!status && !g->has_first && !g->counting)
		graph_begin(g);
	row_feed_close(feed);
	return status;
}

static int pass_of_exchanges(struct graph *g, struct captures *in)
{
	struct engine_config config = engine_config_of(in->options);
	struct watched watched = { g, pipeline_io_of(in) };
	struct pipeline_io io = watched.inner;
	struct census *census = NULL;

	config.want_rows = true;
	io.next = next;
	io.source = &watched;
	io.row = row;
	io.row_arg = g;
	io.rows_in_any_order = true;
	g->has_first = false;
	enum err e = pipeline_run(&config, &io, &census);
	captures_ended(in, e);
	if (!census || g->keys.err) {
		command_error(in->command, "cannot pair packets: %s", err_text(census ? g->keys.err : e));
		census_free(census);
		return STATUS_FAILED;
	}
	if (!g->has_first && !g->counting)
		graph_begin(g);
	g->earliest_ns = census_first_ns(census);
	g->last_ns = census_last_ns(census);
	census_free(census);
	return STATUS_OK;
}

bool graph_reads_twice(const struct graph_wish *wish, const struct capture_options *options)
{
	return wish->by != GRAPH_BY_NONE ||
	       (goes_by_rows(wish, options) && row_feed_twice(options, needs_of(wish)));
}

static int pass(struct graph *g, struct captures *in)
{
	return goes_by_rows(g->wish, in->options) ? pass_of_rows(g, in) : pass_of_exchanges(g, in);
}

static enum err first_error(const struct graph *g)
{
	enum err e = g->err ? g->err : g->load.err;

	for (size_t i = 0; i < g->n_series && !e; i++)
		e = g->series[i].err;
	return e;
}

int graph_read(struct graph *g, struct captures *in)
{
	int status = goes_by_rows(g->wish, in->options) ? STATUS_OK : select_begin(in);

	if (!status && g->counting) {
		status = pass(g, in);
		if (!status)
			status = captures_rewind(in);
		graph_choose(g);
	}
	if (!status)
		status = pass(g, in);
	enum err e = status ? ERR_OK : first_error(g);
	if (e) {
		command_error(in->command, "cannot add up: %s", err_text(e));
		return STATUS_FAILED;
	}
	if (!status && g->n_without_time)
		command_warning(in->command, "%llu packets without a time are not in the graph",
				(unsigned long long)g->n_without_time);
	return status;
}

/* ---- and then ------------------------------------------------------------------------------------ */

static void widen_span(const struct chart *c, int64_t *from_ns, int64_t *to_ns)
{
	if (!c->n)
		return;
	int64_t start_ns = chart_start_ns(c, 0), end_ns = chart_start_ns(c, c->n);
	*from_ns = start_ns < *from_ns ? start_ns : *from_ns;
	*to_ns = end_ns > *to_ns ? end_ns : *to_ns;
}

/* A chart that saw only a part of the time gets intervals that fit the whole. */
static void fit(struct chart *c, int64_t span_ns)
{
	while (span_ns / c->width_ns >= (int64_t)c->config.max_buckets && !c->err)
		chart_widen(c, 2 * c->width_ns);
}

void graph_settle(struct graph *g, struct chart_times *times)
{
	int64_t from_ns = INT64_MAX, to_ns = INT64_MIN, width_ns = 0;

	for (size_t i = 0; i < g->n_series; i++)
		widen_span(&g->series[i], &from_ns, &to_ns);
	widen_span(&g->load, &from_ns, &to_ns);
	if (from_ns > to_ns) {
		from_ns = g->first_ns;
		to_ns = g->last_ns;
	}
	int64_t span_ns = ns_minus(to_ns, from_ns);
	for (size_t i = 0; i < g->n_series; i++) {
		fit(&g->series[i], span_ns);
		width_ns = g->series[i].width_ns > width_ns ? g->series[i].width_ns : width_ns;
	}
	for (size_t i = 0; i < g->n_series; i++)
		chart_widen(&g->series[i], width_ns);
	fit(&g->load, span_ns);
	times->origin_ns = g->first_ns;
	/* The axis goes from the first frame to the last, unless some lie outside of that. */
	times->from_ns = g->earliest_ns > from_ns ? g->earliest_ns : from_ns;
	times->to_ns = g->last_ns && g->last_ns < to_ns ? g->last_ns : to_ns;
	if (times->to_ns < times->from_ns)
		times->to_ns = times->from_ns;
}
