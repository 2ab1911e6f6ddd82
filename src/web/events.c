/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/events.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/flags.h"
#include "proto/names.h"
#include "proto/ntp.h"
#include "web/web_private.h"

enum { AT_ONCE_MAX = EVENTS_RATE_MAX / TICKS_PER_S, PIECE = 4096 };

struct reader {
	struct reader *next, *before;
	struct web *web;
	struct MHD_Connection *connection;
	bool sleeps;
	struct buf out;
	size_t sent; /* of out */
	/* packets */
	bool wants_packets;
	struct addr net;
	unsigned bits;
	uint64_t at_once; /* in one event */
	uint64_t after;   /* number of the latest packet that was looked at */
	uint64_t left_out;
};

void events_init(struct events *e, unsigned max)
{
	*e = (struct events){ .max = max };
}

static void wake(struct reader *r)
{
	if (r->sleeps)
		MHD_resume_connection(r->connection);
	r->sleeps = false;
}

void events_end(struct events *e)
{
	for (struct reader *r = e->readers; r; r = r->next)
		wake(r);
}

void events_release(struct events *e)
{
	assert(!e->readers);
}

/* ---- the connection's side ------------------------------------------------------------------------ */

static ssize_t take(void *arg, uint64_t position, char *out, size_t max)
{
	struct reader *r = arg;
	size_t n = r->out.len - r->sent < max ? r->out.len - r->sent : max;

	(void)position;
	if (r->out.err)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (!n) {
		r->sleeps = true;
		MHD_suspend_connection(r->connection);
		return 0;
	}
	memcpy(out, r->out.data + r->sent, n);
	r->sent += n;
	web_moved(r->connection);
	if (r->sent == r->out.len)
		r->sent = r->out.len = 0;
	return (ssize_t)n;
}

static void leave(void *arg)
{
	struct reader *r = arg;
	struct events *e = &r->web->events;

	if (r->next)
		r->next->before = r->before;
	if (r->before)
		r->before->next = r->next;
	else
		e->readers = r->next;
	e->n--;
	e->n_packet_readers -= r->wants_packets;
	buf_release(&r->out);
	free(r);
}

/* ---- our side ------------------------------------------------------------------------------------- */

static bool is_slow(const struct reader *r)
{
	return r->out.len - r->sent > EVENTS_WAITING_MAX;
}

static void say(struct reader *r, const char *event, const struct buf *data)
{
	if (is_slow(r))
		return;
	if (r->sent) {
		memmove(r->out.data, r->out.data + r->sent, r->out.len - r->sent);
		r->out.len -= r->sent;
		r->sent = 0;
	}
	buf_str(&r->out, "event: ");
	buf_str(&r->out, event);
	buf_str(&r->out, "\ndata: ");
	buf_add(&r->out, data->data, data->len);
	buf_str(&r->out, "\n\n");
	wake(r);
}

void events_summary(struct web *w)
{
	struct buf data;

	if (!w->events.readers || buf_init(&data, -1))
		return;
	pulse_json(&data, w);
	for (struct reader *r = w->events.readers; r && !data.err; r = r->next)
		say(r, "summary", &data);
	buf_release(&data);
}

/* ---- packets ------------------------------------------------------------------------------------- */

static void packet_json(struct jw *j, const struct web *w, const struct live_packet *p)
{
	char text[FLAGS_TEXT_MAX];

	jw_open(j, NULL, JW_OBJECT);
	jw_u64(j, "number", p->number);
	jw_time(j, "time", p->time_ns);
	jw_addr(j, "client", &p->client);
	jw_name(j, w, "name", &p->client);
	jw_u64(j, "client_port", p->client_port);
	jw_addr(j, "server", &p->server);
	jw_bool(j, "to_server", p->to_server);
	jw_u64(j, "version", p->version);
	jw_u64(j, "mode", p->mode);
	jw_u64(j, "stratum", p->stratum);
	jw_i64(j, "poll_log2s", p->poll_log2s);
	jw_text_or_null(j, "kiss", p->kiss ? ntp_kiss_name(p->kiss) : NULL);
	jw_text_n(j, "flags", text, flags_text(p->flags, text));
	jw_u64(j, "payload_bytes", p->payload_len);
	if (p->delta_ns >= 0)
		jw_seconds(j, "delta_s", p->delta_ns);
	else
		jw_null(j, "delta_s");
	jw_close(j);
}

/* Reads on and keeps the latest at_once packets in ring; returns how many came. */
static uint64_t read_on(struct reader *r, struct live_packet *piece, struct live_packet ring[AT_ONCE_MAX])
{
	struct live *l = r->web->live;
	uint64_t n_seen = 0, newest;
	size_t n;

	/* Of everybody's packets only the latest are looked at: their numbers say how many there were. */
	if (!r->bits && (newest = live_recent_newest(l)) > r->after + r->at_once) {
		r->left_out += newest - r->at_once - r->after;
		r->after = newest - r->at_once;
	}
	while ((n = live_recent(l, r->after, &r->net, r->bits, piece, PIECE, &r->after)) > 0)
		for (size_t i = 0; i < n; i++)
			ring[n_seen++ % r->at_once] = piece[i];
	return n_seen;
}

static void say_packets(struct reader *r, const struct live_packet *ring, uint64_t n_seen)
{
	uint64_t n = n_seen < r->at_once ? n_seen : r->at_once;
	struct buf data;
	struct jw j;

	r->left_out += n_seen - n;
	if (is_slow(r)) {
		r->left_out += n;
		return;
	}
	if (buf_init(&data, -1))
		return;
	jw_begin(&j, &data);
	jw_open(&j, NULL, JW_OBJECT);
	jw_text(&j, "schema", "ntpscope-packets-live-1");
	jw_u64(&j, "left_out", r->left_out);
	jw_open(&j, "packets", JW_ARRAY);
	for (uint64_t i = n_seen - n; i < n_seen; i++)
		packet_json(&j, r->web, &ring[i % r->at_once]);
	jw_close(&j);
	jw_close(&j);
	if (!data.err)
		say(r, "packets", &data);
	buf_release(&data);
	r->left_out = 0;
}

void events_packets(struct web *w)
{
	struct live_packet *piece = NULL, ring[AT_ONCE_MAX];

	for (struct reader *r = w->events.readers; r; r = r->next) {
		if (!r->wants_packets)
			continue;
		if (!piece && !(piece = malloc(PIECE * sizeof(*piece))))
			return;
		uint64_t n = read_on(r, piece, ring);
		if (n)
			say_packets(r, ring, n);
	}
	free(piece);
}

/* ---- the request --------------------------------------------------------------------------------- */

static void greet(struct reader *r)
{
	static const char retry[] = "retry: 2000\n\n";
	struct buf data;

	buf_add(&r->out, retry, sizeof(retry) - 1);
	if (buf_init(&data, -1))
		return;
	if (!r->web->pulse.at_ns)
		pulse_beat(r->web, clock_monotonic_ns());
	pulse_json(&data, r->web);
	if (!data.err)
		say(r, "summary", &data);
	buf_release(&data);
}

static struct reader *enter(struct request *r, uint64_t rate)
{
	struct events *e = &r->web->events;
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader || buf_init(&reader->out, -1)) {
		free(reader);
		return NULL;
	}
	reader->web = r->web;
	reader->connection = r->connection;
	reader->at_once = rate > TICKS_PER_S ? rate / TICKS_PER_S : 1;
	reader->next = e->readers;
	if (reader->next)
		reader->next->before = reader;
	e->readers = reader;
	e->n++;
	return reader;
}

enum MHD_Result api_events(struct request *r)
{
	struct url *u = &r->url;
	struct addr net = { 0 };
	unsigned bits = 0;
	uint64_t rate = 100;

	url_prefix(u, "prefix", &net, &bits);
	url_count(u, "rate", 1, EVENTS_RATE_MAX, &rate);
	if (u->wrong)
		return reply_wrong(r);
	bool packets = url_text(u, "prefix") != NULL;
	if (r->web->events.n >= r->web->events.max ||
	    (packets && r->web->events.n_packet_readers >= EVENTS_PACKET_READERS))
		return reply_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL,
				   "too many are watching already; try later");
	struct reader *reader = enter(r, rate);
	if (!reader)
		return MHD_NO;
	reader->wants_packets = packets;
	r->web->events.n_packet_readers += packets;
	reader->net = net;
	reader->bits = bits;
	if (reader->wants_packets)
		reader->after = live_recent_newest(r->web->live);
	greet(reader);
	struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, take,
									  reader, leave);
	if (!response) {
		leave(reader);
		return MHD_NO;
	}
	return reply_queue(r, MHD_HTTP_OK, response, "text/event-stream");
}
