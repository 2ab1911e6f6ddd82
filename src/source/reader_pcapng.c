/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "source/reader.h"

/* Longer blocks are read only to be skipped; no packet with its options comes near. */
enum { BLOCK_KEPT_MAX = INPUT_BLOCK_MAX / 2 };

static bool is_packet(uint32_t type)
{
	return type == PCAPNG_ENHANCED_PACKET || type == PCAPNG_SIMPLE_PACKET || type == PCAPNG_PACKET;
}

static bool is_read(uint32_t type)
{
	return is_packet(type) || type == PCAPNG_INTERFACE || type == PCAPNG_SECTION;
}

static const uint8_t *body_of(const struct reader *r)
{
	return r->in.at + 8;
}

static bool add_interface(struct reader *r, const struct pcapng_block *b)
{
	struct pcapng_interface i;
	enum err e = pcapng_interface_parse(body_of(r), b->len - PCAPNG_FRAMING, r->big_endian, &i);

	if (e || r->n_interfaces == READER_INTERFACES_MAX) {
		reader_break(r, e ? "bad interface block" : "too many interfaces");
		return false;
	}
	if (r->n_interfaces == r->cap_interfaces) {
		size_t cap = r->cap_interfaces ? 2 * r->cap_interfaces : 4;
		struct pcapng_interface *more = realloc(r->interfaces, cap * sizeof(*more));

		if (!more) {
			reader_break(r, "no memory");
			return false;
		}
		r->interfaces = more;
		r->cap_interfaces = cap;
	}
	r->interfaces[r->n_interfaces++] = i;
	return true;
}

static bool begin_section(struct reader *r, const struct pcapng_block *b)
{
	if (pcapng_section_parse(body_of(r), b->len - PCAPNG_FRAMING, r->big_endian)) {
		reader_break(r, "bad section header");
		return false;
	}
	r->n_interfaces = 0;
	return true;
}

static bool take_packet(struct reader *r, const struct pcapng_block *b, struct packet *out)
{
	struct pcapng_packet p;
	const struct pcapng_interface *i;
	uint32_t snaplen = r->n_interfaces ? r->interfaces[0].snaplen : 0;
	bool odd = false;

	if (pcapng_packet_parse(b->type, body_of(r), b->len - PCAPNG_FRAMING, r->big_endian, snaplen, &p)) {
		reader_break(r, "bad packet block");
		return false;
	}
	if (p.interface >= r->n_interfaces) {
		reader_break(r, "packet of an unknown interface");
		return false;
	}
	i = &r->interfaces[p.interface];
	*out = (struct packet){
		.data = p.data,
		.time_ns = p.has_time ? pcapng_time(i, p.ticks, &odd) : 0,
		.frame = ++r->n_frames,
		.caplen = p.caplen,
		.len = p.len,
		.link = i->link,
		.interface = p.interface,
		.has_interface = true,
		.has_time = p.has_time,
	};
	r->n_odd_time += odd;
	return true;
}

/* Does the block say its length at its end too?  It lies whole in the window. */
static bool trailer_agrees(const struct reader *r, const struct pcapng_block *b)
{
	const uint8_t *p = r->in.at + b->len - PCAPNG_TRAILER_LEN;

	return (r->big_endian ? load_be32(p) : load_le32(p)) == b->total_len;
}

/* Passes a block that is not read, however long. */
static bool skip_block(struct reader *r, const struct pcapng_block *b)
{
	const uint8_t *p;

	if (!input_skip(&r->in, b->len - PCAPNG_TRAILER_LEN) || !input_fill(&r->in, PCAPNG_TRAILER_LEN)) {
		reader_break_short(r);
		return false;
	}
	p = r->in.at;
	if ((r->big_endian ? load_be32(p) : load_le32(p)) != b->total_len) {
		reader_break(r, "block lengths do not agree");
		return false;
	}
	r->in.at += PCAPNG_TRAILER_LEN;
	r->n_skipped_blocks++;
	r->n_frames += pcapng_takes_number(b->type);
	return true;
}

/* Reads a block that lies whole in the window. */
static bool take_block(struct reader *r, const struct pcapng_block *b, struct packet *out, size_t *n)
{
	bool ok = false;

	if (!trailer_agrees(r, b)) {
		reader_break(r, "block lengths do not agree");
	} else if (is_packet(b->type)) {
		ok = take_packet(r, b, out);
		*n += ok;
	} else if (b->type == PCAPNG_INTERFACE) {
		ok = add_interface(r, b);
	} else {
		ok = begin_section(r, b);
	}
	if (ok)
		r->in.at += b->len;
	return ok;
}

/* Makes n bytes readable, unless packets of this batch still point into the window. */
static bool have(struct reader *r, size_t n, bool may_fill)
{
	return input_left(&r->in) >= n || (may_fill && input_fill(&r->in, n));
}

/* One block; false when the batch must end: no more bytes without a refill, end of file, damage. */
static bool next_block(struct reader *r, struct packet *out, size_t *n)
{
	bool may_fill = *n == 0, big_endian = r->big_endian;
	struct pcapng_block b;

	if (!have(r, PCAPNG_HEAD_LEN, may_fill)) {
		if (may_fill && (input_left(&r->in) || r->in.failure))
			reader_break_short(r);
		r->is_over |= may_fill;
		return false;
	}
	if (pcapng_block_parse(r->in.at, &big_endian, &b)) {
		reader_break(r, "impossible block length");
		return false;
	}
	if (!is_read(b.type)) {
		if (!may_fill && input_left(&r->in) < b.len)
			return false;
		return skip_block(r, &b);
	}
	if (b.len > BLOCK_KEPT_MAX) {
		reader_break(r, "block too long");
		return false;
	}
	if (!have(r, b.len, may_fill)) {
		if (may_fill)
			reader_break_short(r);
		return false;
	}
	r->big_endian = big_endian;
	return take_block(r, &b, out, n);
}

static inline __attribute__((always_inline)) int64_t time_of(struct reader *r,
							     const struct pcapng_interface *i, uint64_t ticks)
{
	bool odd = false;
	int64_t t = pcapng_time(i, ticks, &odd);

	r->n_odd_time += odd;
	return t;
}

/* The common case, compiled for each byte order: packets that lie whole in the window, until something else
 * comes.  Returns how many there are in out now. */
static inline __attribute__((always_inline)) size_t walk(struct reader *r, struct packet *out, size_t n,
							 size_t max, bool big_endian)
{
	const uint8_t *at = r->in.at, *end = r->in.end;
	const struct pcapng_interface *interfaces = r->interfaces;
	size_t n_interfaces = r->n_interfaces;
	uint64_t frame = r->n_frames;
	struct pcapng_packet p;
	uint32_t len;

	while (n < max && pcapng_enhanced_load(at, (size_t)(end - at), big_endian, &p, &len) &&
	       p.interface < n_interfaces) {
		const struct pcapng_interface *i = &interfaces[p.interface];

		out[n++] = (struct packet){
			.data = p.data,
			.time_ns = time_of(r, i, p.ticks),
			.frame = ++frame,
			.caplen = p.caplen,
			.len = p.len,
			.link = i->link,
			.interface = p.interface,
			.has_interface = true,
			.has_time = true,
		};
		at += len;
	}
	r->in.at = at;
	r->n_frames = frame;
	return n;
}

size_t reader_next_pcapng(struct reader *r, struct packet *out, size_t max)
{
	size_t n = 0;

	do
		n = r->big_endian ? walk(r, out, n, max, true) : walk(r, out, n, max, false);
	while (n < max && next_block(r, &out[n], &n));
	return n;
}

enum err reader_begin_pcapng(struct reader *r)
{
	struct pcapng_block b;
	enum err e;

	if (!input_fill(&r->in, PCAPNG_HEAD_LEN))
		return ERR_TRUNCATED;
	if (pcapng_block_parse(r->in.at, &r->big_endian, &b) || b.len > BLOCK_KEPT_MAX)
		return ERR_FORMAT;
	if (!input_fill(&r->in, b.len))
		return ERR_TRUNCATED;
	e = pcapng_section_parse(body_of(r), b.len - PCAPNG_FRAMING, r->big_endian);
	if (!e && !trailer_agrees(r, &b))
		e = ERR_FORMAT;
	if (!e)
		r->in.at += b.len;
	return e;
}
