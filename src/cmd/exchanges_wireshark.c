/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges as Wireshark pairs them.  A first pass finds the pairs; in the second each request makes a
 * row for each of its responses (or one, unanswered), which waits until the responses have come, so that
 * rows keep the order of the requests.  Responses that belong to nothing are rows of their own.
 */
#include <stdlib.h>

#include "base/nstime.h"
#include "cmd/engine.h"
#include "cmd/exchanges.h"
#include "cmd/pairing.h"
#include "engine/finder.h"
#include "proto/ntp.h"

enum { BATCH = 256 };

/* Rows in order of their requests; those before `head` are printed. */
struct waiting {
	struct exchange *at;
	size_t head, n, cap;
};

struct run {
	const struct command *self;
	struct captures *in;
	struct exchange_printer *printer;
	struct match_wireshark match;
	struct pairs pairs;
	size_t next_request, response_hint;
	struct waiting waiting;
	enum err err; /* ERR_END: the printer wants no more */
};

/* ---- rows ---------------------------------------------------------------------------------------- */

static bool is_question(const struct view_ntp *v)
{
	unsigned mode = ntp_first_mode(v->payload[0]);

	if (mode == NTP_MODE_CONTROL)
		return v->len > 1 && !(v->payload[1] & 0x80);
	if (mode == NTP_MODE_PRIVATE)
		return !(v->payload[0] & 0x80);
	return mode == NTP_MODE_CLIENT || mode == NTP_MODE_ACTIVE;
}

/* A packet that is part of no pair. */
static enum exchange_class lone_class(const struct view_ntp *v)
{
	unsigned mode = ntp_first_mode(v->payload[0]);

	if (mode == NTP_MODE_ACTIVE || mode == NTP_MODE_PASSIVE)
		return CLASS_SYMMETRIC;
	if (mode == NTP_MODE_BROADCAST)
		return CLASS_BROADCAST;
	if (mode == NTP_MODE_RESERVED)
		return CLASS_OTHER;
	return is_question(v) ? CLASS_UNANSWERED : CLASS_UNSOLICITED;
}

/* What the packet says of itself; frame and time go to the side it is on. */
static struct exchange row_of(const struct view_ntp *v, const struct packet *p)
{
	struct exchange x = {
		.class = (uint8_t)lone_class(v),
		.version = ntp_first_version(v->payload[0]),
		.mode = ntp_first_mode(v->payload[0]),
	};
	struct ntp_header h;
	struct ntp_trailer trailer;
	bool question = is_question(v);

	x.client = question ? v->src : v->dst;
	x.server = question ? v->dst : v->src;
	x.client_port = question ? v->sport : v->dport;
	x.server_port = question ? v->dport : v->sport;
	*(question ? &x.request_frame : &x.response_frame) = p->frame;
	*(question ? &x.request_ns : &x.response_ns) = pairing_time(p);
	if (x.mode >= NTP_MODE_CONTROL || !ntp_header_parse(v->payload, v->len, &h))
		return x;
	ntp_trailer_parse(v->payload, v->len, v->wire_len, &h, &trailer);
	x.auth = trailer.auth;
	x.kiss = (uint8_t)ntp_kiss_of(&h);
	x.has_turnaround = !question && h.receive && h.transmit;
	if (x.has_turnaround)
		x.turnaround_ns = ntp_diff_ns(h.transmit, h.receive);
	return x;
}

static bool is_waiting(const struct exchange *x)
{
	return x->class == CLASS_ANSWERED && x->response_ns == INT64_MIN;
}

static void print_ready(struct run *r)
{
	struct waiting *w = &r->waiting;

	while (w->head < w->n && !r->err && !is_waiting(&w->at[w->head]))
		r->err = exchange_print(r->printer, &w->at[w->head++]);
	if (w->head == w->n)
		w->head = w->n = 0;
}

static void append(struct run *r, const struct exchange *x)
{
	struct waiting *w = &r->waiting;

	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 1024;
		struct exchange *grown = realloc(w->at, cap * sizeof(*grown));
		if (!grown) {
			r->err = ERR_MEMORY;
			return;
		}
		w->at = grown;
		w->cap = cap;
	}
	w->at[w->n++] = *x;
}

/* A request: a row for each response that the first pass found. */
static void take_question(struct run *r, struct exchange *x)
{
	const struct pairs *p = &r->pairs;
	bool answered = false;

	while (r->next_request < p->n && p->at[p->by_request[r->next_request]].request < x->request_frame)
		r->next_request++;
	for (; r->next_request < p->n; r->next_request++) {
		const struct pair *pair = &p->at[p->by_request[r->next_request]];
		if (pair->request != x->request_frame)
			break;
		x->class = CLASS_ANSWERED;
		x->response_frame = pair->response;
		x->response_ns = INT64_MIN; /* waits */
		answered = true;
		append(r, x);
	}
	if (!answered)
		append(r, x);
}

/* The waiting row of a request's response. */
static struct exchange *find_row(struct run *r, uint64_t request, uint64_t response)
{
	struct waiting *w = &r->waiting;
	size_t low = w->head, high = w->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (exchange_frame(&w->at[middle]) < request)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < w->n && w->at[low].request_frame == request; low++)
		if (w->at[low].response_frame == response)
			return &w->at[low];
	return NULL;
}

static void take_response(struct run *r, const struct exchange *x)
{
	const struct pair *p = pairs_of_response(&r->pairs, x->response_frame, &r->response_hint);
	struct exchange *row = p ? find_row(r, p->request, p->response) : NULL;

	if (!row) {
		append(r, x);
		return;
	}
	row->response_ns = x->response_ns;
	row->kiss = x->kiss;
	row->has_turnaround = x->has_turnaround;
	row->turnaround_ns = x->turnaround_ns;
}

static void print_rows(struct run *r, uint64_t secret)
{
	struct packet batch[BATCH];
	struct found found;
	struct finder finder;
	size_t n;

	finder_init(&finder, FINDER_WIRESHARK, false, secret);
	while (!r->err && captures_next(r->in, batch, BATCH, &n)) {
		for (size_t i = 0; i < n && !r->err; i++) {
			if (!finder_packet(&finder, &batch[i], &found))
				continue;
			struct exchange x = row_of(&found.ntp, &batch[i]);
			if (x.request_frame)
				take_question(r, &x);
			else
				take_response(r, &x);
			print_ready(r);
		}
	}
	finder_release(&finder);
	if (r->err == ERR_END)
		captures_ended(r->in, ERR_END);
}

int exchanges_wireshark(const struct command *self, struct captures *in, struct exchange_printer *printer)
{
	struct run r = { .self = self, .in = in, .printer = printer };
	uint64_t secret = engine_secret();
	size_t capacity = in->options->capacity ? in->options->capacity : MATCH_WIRESHARK_CAPACITY;
	int status = STATUS_OK;
	enum err e = match_wireshark_init(&r.match, capacity, secret);

	if (!e)
		e = pairing_wireshark(in, &r.match, &r.pairs, secret);
	if (!e)
		status = captures_rewind(in);
	if (!e && !status) {
		print_rows(&r, secret);
		e = r.err == ERR_END ? ERR_OK : r.err;
	}
	if (e) {
		command_error(self, "cannot pair packets: %s", err_text(e));
		status = STATUS_FAILED;
	}
	if (r.match.n_turned_away)
		command_warning(self, "%llu requests were not remembered: raise '--capacity'",
				(unsigned long long)r.match.n_turned_away);
	match_wireshark_release(&r.match);
	pairs_release(&r.pairs);
	free(r.waiting.at);
	return status;
}
