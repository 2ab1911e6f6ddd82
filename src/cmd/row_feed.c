/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/row_feed.h"

#include <stdlib.h>

#include "cmd/client_index.h"
#include "cmd/engine.h"
#include "cmd/pairing.h"
#include "cmd/strict_pass.h"
#include "engine/decode.h"
#include "engine/exchange_index.h"
#include "engine/finder.h"
#include "engine/pair_ahead.h"
#include "engine/streams.h"

enum { BATCH = PAIR_AHEAD_BATCH, GROUP = 16 };

enum { NEEDS_PAIRING = ROW_NEEDS_REQUEST | ROW_NEEDS_RESPONSE };

struct row_feed {
	struct captures *in;
	const struct capture_options *options;
	unsigned needs;
	bool all_frames;
	bool wireshark, pairs_on_the_way; /* Wireshark's way, and no look ahead */
	struct pair_ahead *pair_ahead;    /* ours, and no look ahead; else NULL */
	struct engine_config config;
	struct finder finder;
	struct match_wireshark match;
	struct pairs pairs; /* of a first pass: Wireshark's way */
	size_t request_hint, response_hint;
	struct exchange_index exchanges; /* of a first pass: ours */
	struct census *census;
	struct client_index clients;
	struct streams streams;

	struct packet own_batch[BATCH];
	const struct packet *batch;
	const struct match_answer *answers; /* of each of the batch, with pair_ahead */
	size_t n_batch, batch_at;
	/* Frames of the batch that make rows. */
	struct found found[GROUP];
	bool is_ntp[GROUP];
	struct match_answer answer[GROUP];
	struct stream_numbers streams_of[GROUP];
	unsigned n_group, group_at;
	int64_t first_ns, before_ns, before[GROUP]; /* before: of each of the group */
	bool has_first;

	struct row row;
	struct exchange exchange;
	struct client_info client;
};

static bool is_wireshark(const struct capture_options *options)
{
	return options->match == MATCH_WIRESHARK;
}

static bool strict_pass_needed(const struct capture_options *options, unsigned needs)
{
	return (needs & (ROW_NEEDS_EXCHANGE | ROW_NEEDS_CLIENT)) ||
	       ((needs & ROW_NEEDS_RESPONSE) && !is_wireshark(options));
}

static bool wireshark_pass_needed(const struct capture_options *options, unsigned needs)
{
	return (needs & ROW_NEEDS_RESPONSE) && is_wireshark(options);
}

bool row_feed_twice(const struct capture_options *options, unsigned needs)
{
	return strict_pass_needed(options, needs) || wireshark_pass_needed(options, needs);
}

/* ---- passes before ------------------------------------------------------------------------------- */

static enum err run_strict_pass(struct row_feed *f, uint64_t max_rows)
{
	struct strict_pass pass = {
		.in = f->in,
		.config = &f->config,
		.max_rows = f->needs & ROW_NEEDS_CLIENT ? 0 : max_rows,
		.all_frames = f->all_frames,
		.rule = f->finder.rule,
		.exchanges = f->needs & (ROW_NEEDS_EXCHANGE | NEEDS_PAIRING) ? &f->exchanges : NULL,
		.census = f->needs & ROW_NEEDS_CLIENT ? &f->census : NULL,
	};
	enum err e = strict_pass_run(&pass);
	if (!e && f->census)
		e = client_index_init(&f->clients, f->census);
	return e;
}

static bool next_packets(void *arg, struct packet *out, size_t max, size_t *n)
{
	return captures_next(arg, out, max, n);
}

static bool pairs_ahead(const struct row_feed *f)
{
	return (f->needs & ROW_NEEDS_REQUEST) && !f->wireshark && !strict_pass_needed(f->options, f->needs);
}

static int passes(struct row_feed *f, uint64_t max_rows)
{
	enum err e = ERR_OK;
	int status = STATUS_OK;
	if (wireshark_pass_needed(f->options, f->needs)) {
		e = pairing_wireshark(f->in, &f->match, &f->pairs, f->finder.secret);
		status = e ? STATUS_OK : captures_rewind(f->in);
	}
	if (!e && !status && strict_pass_needed(f->options, f->needs)) {
		e = run_strict_pass(f, max_rows);
		status = e ? STATUS_OK : captures_rewind(f->in);
	}
	if (!e && !status && pairs_ahead(f))
		e = pair_ahead_new(&f->pair_ahead, &f->config, next_packets, f->in);
	if (e)
		command_error(f->in->command, "cannot pair packets: %s", err_text(e));
	return e ? STATUS_FAILED : status;
}

static bool init_tables(struct row_feed *f, const struct capture_options *options, unsigned needs,
			uint64_t secret)
{
	uint64_t want = options->capacity;
	uint64_t n_streams = want ? want : STREAMS_CAPACITY;
	if (match_wireshark_init(&f->match, want ? want : MATCH_WIRESHARK_CAPACITY, secret))
		return false;
	if (!(needs & ROW_NEEDS_STREAM))
		return true;
	if (n_streams > STREAM_NONE)
		n_streams = STREAM_NONE;
	if (streams_init(&f->streams, (uint32_t)n_streams, secret) == ERR_OK)
		return true;
	match_wireshark_release(&f->match);
	return false;
}

int row_feed_open_some(struct row_feed **out, struct captures *in, const struct capture_options *options,
		       unsigned needs, bool all_frames, uint64_t max_rows)
{
	uint64_t secret = engine_secret();
	struct row_feed *f = calloc(1, sizeof(*f));
	*out = NULL;
	if (!f || !init_tables(f, options, needs, secret)) {
		command_error(in->command, "no memory for pairing");
		free(f);
		return STATUS_FAILED;
	}
	f->in = in;
	f->options = options;
	f->needs = needs;
	f->all_frames = all_frames;
	f->wireshark = is_wireshark(options);
	f->pairs_on_the_way = (needs & ROW_NEEDS_REQUEST) && f->wireshark &&
			      !wireshark_pass_needed(options, needs);
	f->config = engine_config_of(options);
	f->config.match_newest = false;                   /* classes are ours, however pairs are found */
	f->config.want_continued = true;                  /* every packet has a class */
	f->config.want_rows = needs & ROW_NEEDS_EXCHANGE; /* with the offset */
	finder_init(&f->finder, f->wireshark ? FINDER_WIRESHARK : FINDER_STRICT, needs & ROW_NEEDS_HEADERS,
		    secret);
	int status = passes(f, max_rows);
	if (status) {
		row_feed_close(f);
		return status;
	}
	*out = f;
	return STATUS_OK;
}

int row_feed_open(struct row_feed **out, struct captures *in, const struct capture_options *options,
		  unsigned needs, bool all_frames)
{
	return row_feed_open_some(out, in, options, needs, all_frames, 0);
}

void row_feed_close(struct row_feed *f)
{
	if (!f)
		return;
	if (f->match.n_turned_away)
		command_warning(f->in->command, "%llu requests were not remembered: raise '--capacity'",
				(unsigned long long)f->match.n_turned_away);
	if (f->pair_ahead && pair_ahead_hurried(f->pair_ahead))
		command_warning(f->in->command, "%llu answers did not wait for requests captured behind them",
				(unsigned long long)pair_ahead_hurried(f->pair_ahead));
	if (f->streams.n_refused)
		command_warning(f->in->command, "%llu streams were not numbered: raise '--capacity'",
				(unsigned long long)f->streams.n_refused);
	streams_release(&f->streams);
	client_index_release(&f->clients);
	if (f->census)
		census_free(f->census);
	exchange_index_release(&f->exchanges);
	pair_ahead_free(f->pair_ahead);
	pairs_release(&f->pairs);
	match_wireshark_release(&f->match);
	finder_release(&f->finder);
	free(f);
}

/* ---- rows ---------------------------------------------------------------------------------------- */

/* A frame of the batch: whether it makes a row, described in *found. */
static bool look(struct row_feed *f, const struct packet *p, struct found *found, bool *is_ntp)
{
	*is_ntp = finder_packet(&f->finder, p, found);
	if (f->needs & ROW_NEEDS_STREAM)
		streams_number(&f->streams, found, &f->streams_of[f->n_group]);
	if (*is_ntp || !f->all_frames)
		return *is_ntp;
	found->layers.n = 0;
	if (f->needs & ROW_NEEDS_HEADERS)
		frame_decode(p, &found->datagram, &found->layers);
	return true;
}

/* Packets are found a few at a time, so that the table of requests is on its way from memory when they are
 * paired.  A packet put together from fragments ends its group: its bytes last until the next fragment. */
static void next_group(struct row_feed *f)
{
	f->n_group = f->group_at = 0;
	while (f->batch_at < f->n_batch && f->n_group < GROUP) {
		const struct packet *p = &f->batch[f->batch_at];
		if (f->pair_ahead)
			f->answer[f->n_group] = f->answers[f->batch_at];
		f->batch_at++;
		struct found *found = &f->found[f->n_group];
		int64_t before_ns = f->before_ns;
		if (!f->has_first) {
			f->first_ns = before_ns = pairing_time(p);
			f->has_first = true;
		}
		f->before_ns = pairing_time(p);
		if (!look(f, p, found, &f->is_ntp[f->n_group]))
			continue;
		f->before[f->n_group] = before_ns;
		if (f->pairs_on_the_way && f->is_ntp[f->n_group])
			match_wireshark_prefetch(&f->match, &found->ntp);
		f->n_group++;
		if (found->reassembled)
			break;
	}
}

static void pair_strictly(struct row_feed *f)
{
	struct row *row = &f->row;
	const struct kept_exchange *x = exchange_index_of_response(&f->exchanges, row->packet->frame);
	if (x && x->request_frame) {
		row->request_in = x->request_frame;
		row->delta_ns = x->delta_ns;
	}
	x = exchange_index_of_request(&f->exchanges, row->packet->frame);
	if (x)
		row->response_in = x->response_frame;
}

static void pair_as_wireshark(struct row_feed *f)
{
	struct row *row = &f->row;
	uint64_t frame = row->packet->frame;
	const struct pair *p = pairs_of_response(&f->pairs, frame, &f->response_hint);
	if (p) {
		row->request_in = p->request;
		row->delta_ns = p->delta_ns;
	}
	p = pairs_of_request(&f->pairs, frame, &f->request_hint);
	if (p)
		row->response_in = p->response;
}

static struct match_answer pair_on_the_way(struct row_feed *f)
{
	const struct row *row = &f->row;
	return match_wireshark_packet(&f->match, row->ntp, row->packet->frame, pairing_time(row->packet));
}

static void answers(struct row *row, struct match_answer a)
{
	row->request_in = a.request;
	row->delta_ns = a.delta_ns;
}

/* The exchange again as the engine told it: ends and times are those of the packet. */
static void unpack_exchange(const struct kept_exchange *x, bool is_response, const struct row *row,
			    struct exchange *out)
{
	const struct view_ntp *v = row->ntp;
	int64_t now_ns = pairing_time(row->packet);
	*out = (struct exchange){
		.request_frame = x->request_frame,
		.response_frame = x->response_frame,
		.turnaround_ns = x->turnaround_ns,
		.offset_ns = x->offset_ns,
		.client = is_response ? v->dst : v->src,
		.server = is_response ? v->src : v->dst,
		.client_port = is_response ? v->dport : v->sport,
		.server_port = is_response ? v->sport : v->dport,
		.class = x->class,
		.version = x->version,
		.mode = x->mode,
		.kiss = x->kiss,
		.auth = x->auth,
		.notes = x->notes,
		.has_turnaround = x->has_turnaround,
		.has_offset = x->has_offset,
	};
	if (x->response_frame)
		out->response_ns = is_response ? now_ns : now_ns + x->delta_ns;
	if (x->request_frame)
		out->request_ns = is_response ? now_ns - x->delta_ns : now_ns;
}

static void add_exchange(struct row_feed *f)
{
	uint64_t frame = f->row.packet->frame;
	const struct kept_exchange *x = exchange_index_of_response(&f->exchanges, frame);
	bool is_response = x != NULL;
	if (!x)
		x = exchange_index_of_request(&f->exchanges, frame);
	if (!x)
		return;
	unpack_exchange(x, is_response, &f->row, &f->exchange);
	f->row.exchange = &f->exchange;
}

/* Which end is the client is what the engine says of the packet. */
static void add_client(struct row_feed *f)
{
	const struct found *found = f->row.found;
	struct event e;
	if (!datagram_is_ntp(&found->datagram))
		return;
	decode_ntp(&f->config, found->reassembled ? &found->whole : found->packet, &found->datagram, &e);
	if (client_index_find(&f->clients, &e.client, &f->client))
		f->row.client = &f->client;
}

static void fill_row(struct row_feed *f, unsigned i)
{
	struct row *row = &f->row;
	row_of_found(&f->found[i], f->is_ntp[i], row);
	row->first_ns = f->first_ns;
	row->before_ns = f->before[i];
	if (f->needs & ROW_NEEDS_STREAM) {
		row->udp_stream = stream_innermost_udp(&f->streams_of[i]);
		row->tcp_stream = stream_innermost_tcp(&f->streams_of[i]);
		row->streams = &f->streams_of[i];
	}
	if (!row->ntp)
		return;
	if (f->pairs_on_the_way)
		answers(row, pair_on_the_way(f));
	else if (f->pair_ahead)
		answers(row, f->answer[i]);
	else if ((f->needs & NEEDS_PAIRING) && f->wireshark)
		pair_as_wireshark(f);
	else if (f->needs & NEEDS_PAIRING)
		pair_strictly(f);
	if (f->needs & ROW_NEEDS_EXCHANGE)
		add_exchange(f);
	if (f->needs & ROW_NEEDS_CLIENT)
		add_client(f);
}

static bool next_batch(struct row_feed *f)
{
	f->batch_at = 0;
	if (f->pair_ahead)
		return pair_ahead_next(f->pair_ahead, &f->batch, &f->answers, &f->n_batch);
	f->batch = f->own_batch;
	return captures_next(f->in, f->own_batch, BATCH, &f->n_batch);
}

bool row_feed_next(struct row_feed *f, const struct row **row)
{
	while (f->group_at == f->n_group) {
		if (f->batch_at == f->n_batch && !next_batch(f))
			return false;
		next_group(f);
	}
	fill_row(f, f->group_at++);
	*row = &f->row;
	return true;
}
