/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAGIC_LEN = 4,
	BATCH_GOOD = 4096,
	RECORD_TYPICAL =
		64, /* octets of a small record: a block with fewer for each packet wanted is topped up */
};

void reader_break(struct reader *r, const char *damage)
{
	r->is_over = true;
	if (!r->damage)
		r->damage = damage;
}

/* The input ended inside a record: because the file does, or because of what lies below. */
void reader_break_short(struct reader *r)
{
	switch (r->in.failure) {
	case ERR_FORMAT: reader_break(r, "damaged compressed data"); break;
	case ERR_SYS: reader_break(r, "read failed"); break;
	case ERR_MEMORY: reader_break(r, "no memory"); break;
	case ERR_OK:
	case ERR_END:
	case ERR_TRUNCATED:
	case ERR_LIMIT:
	case ERR_UNSUPPORTED:
	case ERR_USAGE: reader_break(r, "truncated"); break;
	}
}

/* The input gave no further record. */
static void end_of_input(struct reader *r)
{
	if (input_left(&r->in) || r->in.failure)
		reader_break_short(r);
	r->is_over = true;
}

static inline __attribute__((always_inline)) size_t walk(struct reader *r, struct packet *out, size_t max,
							 bool big_endian, bool nanoseconds,
							 enum pcapfile_lengths lengths, size_t header_len)
{
	const uint8_t *at = r->in.at, *end = r->in.end;
	uint64_t frame = r->n_frames;
	size_t n = 0;

	while (n < max && (size_t)(end - at) >= header_len) {
		struct pcapfile_record rec = pcapfile_record_load(at, big_endian, nanoseconds);
		pcapfile_order_lengths(lengths, &rec);
		if (rec.caplen > CAPTURE_CAPLEN_MAX || rec.caplen > (size_t)(end - at) - header_len)
			break;
		r->n_odd_time += rec.odd_time;
		out[n++] = (struct packet){
			.data = at + header_len,
			.time_ns = rec.time_ns,
			.frame = ++frame,
			.caplen = rec.caplen,
			.len = rec.len,
			.link = r->pcap.link,
			.has_time = true,
		};
		at += header_len + rec.caplen;
	}
	r->in.at = at;
	r->n_frames = frame;
	return n;
}

/* One loop for each common kind of file, one for all others. */
static size_t walk_records(struct reader *r, struct packet *out, size_t max)
{
	const struct pcapfile *f = &r->pcap;
	bool plain = f->lengths == PCAPFILE_LENGTHS_NAMED && f->record_len == PCAPFILE_RECORD_LEN;

	if (plain && !f->big_endian && !f->nanoseconds)
		return walk(r, out, max, false, false, PCAPFILE_LENGTHS_NAMED, PCAPFILE_RECORD_LEN);
	if (plain && !f->big_endian)
		return walk(r, out, max, false, true, PCAPFILE_LENGTHS_NAMED, PCAPFILE_RECORD_LEN);
	return walk(r, out, max, f->big_endian, f->nanoseconds, f->lengths, f->record_len);
}

/* Makes the whole next record readable.  False at the end and at damage. */
static bool need_record(struct reader *r)
{
	const struct pcapfile *f = &r->pcap;
	struct pcapfile_record rec;

	if (!input_fill(&r->in, f->record_len)) {
		end_of_input(r);
		return false;
	}
	rec = pcapfile_record_load(r->in.at, f->big_endian, f->nanoseconds);
	pcapfile_order_lengths(f->lengths, &rec);
	if (rec.caplen > CAPTURE_CAPLEN_MAX) {
		reader_break(r, "impossible packet length");
		return false;
	}
	if (!input_fill(&r->in, f->record_len + (size_t)rec.caplen)) {
		reader_break_short(r);
		return false;
	}
	return true;
}

static size_t next_pcap(struct reader *r, struct packet *out, size_t max)
{
	size_t n = walk_records(r, out, max);

	if (!n && need_record(r))
		n = walk_records(r, out, max);
	return n;
}

size_t reader_next(struct reader *r, struct packet *out, size_t max)
{
	bool fresh;
	size_t n;

	if (r->is_over || !max)
		return 0;
	fresh = input_refresh(&r->in, max * RECORD_TYPICAL);
	n = r->is_pcapng ? reader_next_pcapng(r, out, max) : next_pcap(r, out, max);
	/* Bigger frames want a bigger block for batches worth having. */
	if (fresh && n < max && n < BATCH_GOOD)
		input_grow(&r->in);
	return n;
}

static enum err begin(struct reader *r)
{
	enum err e;

	if (!input_fill(&r->in, MAGIC_LEN)) {
		if (input_left(&r->in) || r->in.failure)
			return ERR_FORMAT;
		reader_break(r, "empty file");
		return ERR_OK;
	}
	r->is_pcapng = load_be32(r->in.at) == PCAPNG_SECTION;
	if (r->is_pcapng)
		return reader_begin_pcapng(r);
	/* No more is asked of a pipe than there must be before the first packet comes. */
	input_fill(&r->in, PCAPFILE_HEADER_LEN);
	e = pcapfile_parse(r->in.at, input_left(&r->in), &r->pcap);
	if (e == ERR_TRUNCATED && input_fill(&r->in, PCAPFILE_HEADER_MAX))
		e = pcapfile_parse(r->in.at, input_left(&r->in), &r->pcap);
	if (!e)
		r->in.at += r->pcap.header_len;
	return e;
}

/* What to tell the user.  errno is kept for ERR_SYS. */
static enum err explain(enum err e, bool opened, const char **why)
{
	switch (e) {
	case ERR_OK: *why = ""; break;
	case ERR_TRUNCATED: *why = "truncated in the file header"; break;
	case ERR_UNSUPPORTED:
		*why = opened ? "a version of the format that is not supported"
			      : "compressed in a way that is not supported";
		break;
	case ERR_SYS:
	case ERR_MEMORY: *why = err_text(e); break;
	case ERR_FORMAT:
	case ERR_END:
	case ERR_LIMIT:
	case ERR_USAGE: *why = "not a capture file"; break;
	}
	return e;
}

enum err reader_open(struct reader *r, const char *path, size_t block_len, const char **why)
{
	enum err e;

	*r = (struct reader){ 0 };
	e = input_open(&r->in, path, block_len);
	return e ? explain(e, false, why) : explain(begin(r), true, why);
}

enum err reader_open_memory(struct reader *r, const uint8_t *data, size_t len, size_t step, const char **why)
{
	enum err e;

	*r = (struct reader){ 0 };
	e = input_open_memory(&r->in, data, len, step);
	return e ? explain(e, false, why) : explain(begin(r), true, why);
}

void reader_release(struct reader *r)
{
	input_release(&r->in);
	free(r->interfaces);
	r->interfaces = NULL;
	r->n_interfaces = r->cap_interfaces = 0;
}
