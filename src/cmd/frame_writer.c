/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/frame_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "proto/frame.h"

enum fate_of_frame { PENDING, WANTED, DROPPED };

enum { FRAMES_MAX = 8192, BYTES_MAX = 16 << 20 };

/* Which datagram a fragment belongs to (RFC 791, RFC 8200 section 4.5). */
struct fragment_key {
	struct addr src, dst;
	uint32_t id;
	uint8_t ip_version, ip_proto;
};

struct waiting_frame {
	struct packet packet; /* data is kept apart, at `at` */
	size_t at;
	struct fragment_key key;
	uint8_t fate;
};

int frame_writer_open(struct frame_writer *w, const struct command *self, const struct captures *in,
		      const char *path)
{
	bool to_stdout = strcmp(path, "-") == 0;
	*w = (struct frame_writer){ 0 };
	for (size_t i = 0; !to_stdout && i < in->n_paths; i++)
		if (!output_spares(self, path, in->paths[i]))
			return STATUS_FAILED;
	if (!to_stdout && !output_spares(self, path, in->options->hosts))
		return STATUS_FAILED;
	int status = output_open(&w->out, self, to_stdout ? NULL : path, COLOR_NEVER);
	if (status)
		return status;
	if (w->out.terminal) {
		command_error(self, "'-w' writes frames, not text: not to a terminal");
		return output_finish(&w->out, STATUS_FAILED);
	}
	pcapng_writer_init(&w->pcapng, &w->out.buf);
	return STATUS_OK;
}

static void write_frame(struct frame_writer *w, const struct packet *p)
{
	enum err e = pcapng_writer_add(&w->pcapng, p);
	if (e)
		w->err = e;
}

/* ---- frames that wait ---------------------------------------------------------------------------- */

static void pop(struct frame_writer *w)
{
	struct waiting_frame *f = &w->frames[w->head++];
	if (f->fate == WANTED) {
		f->packet.data = w->bytes + f->at;
		write_frame(w, &f->packet);
	}
	w->bytes_head = f->at + f->packet.caplen;
	if (w->head == w->n)
		w->head = w->n = w->bytes_head = w->n_bytes = 0;
}

static bool is_old(const struct packet *p, const struct packet *now)
{
	int64_t age_ns;
	if (!now->has_time || !p->has_time || now->time_ns < p->time_ns)
		return false;
	return __builtin_sub_overflow(now->time_ns, p->time_ns, &age_ns) ||
	       age_ns > FRAGMENTS_TIMEOUT_S * NS_PER_S;
}

/* Lets go all that waits for nothing any more. */
static void settle(struct frame_writer *w, const struct packet *now)
{
	while (w->head < w->n) {
		const struct waiting_frame *f = &w->frames[w->head];
		if (f->fate == PENDING && !is_old(&f->packet, now))
			return;
		pop(w);
	}
}

/* Moves what waits to the front. */
static void compact(struct frame_writer *w)
{
	memmove(w->frames, w->frames + w->head, (w->n - w->head) * sizeof(*w->frames));
	memmove(w->bytes, w->bytes + w->bytes_head, w->n_bytes - w->bytes_head);
	w->n -= w->head;
	w->n_bytes -= w->bytes_head;
	for (size_t i = 0; i < w->n; i++)
		w->frames[i].at -= w->bytes_head;
	w->head = w->bytes_head = 0;
}

/* A power of two times `first` that holds what is needed. */
static size_t grown_cap(size_t cap, size_t need, size_t first)
{
	cap = cap ? cap : first;
	while (cap < need)
		cap *= 2;
	return cap;
}

static bool grow_frames(struct frame_writer *w)
{
	size_t cap = grown_cap(w->cap, w->n + 1, 64);
	struct waiting_frame *grown = cap == w->cap ? w->frames : realloc(w->frames, cap * sizeof(*grown));
	if (!grown)
		return false;
	w->frames = grown;
	w->cap = cap;
	return true;
}

static bool grow_bytes(struct frame_writer *w, uint32_t len)
{
	size_t cap = grown_cap(w->bytes_cap, w->n_bytes + len, 65536);
	uint8_t *grown = cap == w->bytes_cap ? w->bytes : realloc(w->bytes, cap);
	if (!grown)
		return false;
	w->bytes = grown;
	w->bytes_cap = cap;
	return true;
}

/* Room for one more frame; the oldest go, wanted or not known, when there is too little. */
static bool have_room(struct frame_writer *w, uint32_t len)
{
	if (w->n == FRAMES_MAX || w->n_bytes + len > BYTES_MAX) {
		while (w->head < w->n &&
		       (w->n - w->head > FRAMES_MAX / 2 || w->n_bytes - w->bytes_head + len > BYTES_MAX / 2))
			pop(w);
		compact(w);
	}
	return grow_frames(w) && grow_bytes(w, len);
}

static void hold(struct frame_writer *w, const struct packet *p, const struct fragment_key *key,
		 enum fate_of_frame fate)
{
	if (!have_room(w, p->caplen)) {
		w->err = ERR_MEMORY;
		return;
	}
	if (p->caplen)
		memcpy(w->bytes + w->n_bytes, p->data, p->caplen);
	struct waiting_frame *f = &w->frames[w->n++];
	memset(f, 0, sizeof(*f));
	f->packet = *p;
	f->at = w->n_bytes;
	f->fate = (uint8_t)fate;
	if (key)
		f->key = *key;
	w->n_bytes += p->caplen;
}

/* ---- fragments ----------------------------------------------------------------------------------- */

static bool key_of(const struct packet *p, struct fragment_key *key)
{
	struct datagram d;
	frame_decode(p, &d, NULL);
	memset(key, 0, sizeof(*key));
	if (d.kind != DATAGRAM_FRAGMENT)
		return false;
	key->src = d.src;
	key->dst = d.dst;
	key->id = d.fragment_id;
	key->ip_version = d.ip_version;
	key->ip_proto = d.ip_version == 4 ? d.ip_proto : 0; /* RFC 8200: the pieces need not agree */
	return true;
}

static bool is_same(const struct fragment_key *a, const struct fragment_key *b)
{
	return a->id == b->id && a->ip_version == b->ip_version && a->ip_proto == b->ip_proto &&
	       addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst);
}

/* The fate of the pieces that came before is that of the datagram. */
static void decide(struct frame_writer *w, const struct fragment_key *key, bool matches)
{
	for (size_t i = w->head; i < w->n; i++)
		if (w->frames[i].fate == PENDING && is_same(&w->frames[i].key, key))
			w->frames[i].fate = matches ? WANTED : DROPPED;
}

void frame_writer_row(struct frame_writer *w, const struct row *row, bool matches)
{
	const struct packet *p = row->packet;
	struct fragment_key key;
	bool piece = row->found->datagram.kind == DATAGRAM_FRAGMENT;
	if (row->found->reassembled && key_of(p, &key))
		decide(w, &key, matches);
	settle(w, p);
	if (piece && !matches && key_of(p, &key))
		hold(w, p, &key, PENDING);
	else if (matches && w->head < w->n)
		hold(w, p, NULL, WANTED);
	else if (matches)
		write_frame(w, p);
}

int frame_writer_finish(struct frame_writer *w, int status)
{
	while (w->head < w->n)
		pop(w);
	if (w->err && !status) {
		command_error(w->out.command, "cannot write frames: %s", err_text(w->err));
		status = STATUS_FAILED;
	}
	pcapng_writer_release(&w->pcapng);
	free(w->frames);
	free(w->bytes);
	return output_finish(&w->out, status);
}
