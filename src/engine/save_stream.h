/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as octets, to save and to load by the same words: each function takes a value and gives back the
 * one that holds, so that `x->n = save_u(s, x->n)` writes x->n or sets it.  What is described once cannot
 * be written in one order and read in another.
 *
 * Whole numbers take 7 bits an octet, low ones first; signed ones have their sign in the lowest bit.
 * Octets go out and come in in chunks of a length that is sent before. */
#ifndef ENGINE_SAVE_STREAM_H
#define ENGINE_SAVE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { SAVE_CHUNK = 1 << 16 };

struct save_stream {
	/* One of them; false ends it all. */
	bool (*write)(void *arg, const void *data, size_t len);
	bool (*read)(void *arg, void *data, size_t len); /* exactly len octets */
	void *arg;
	bool bad; /* sticky; loading gives zeros from then on */
	size_t at, len;
	uint8_t chunk[SAVE_CHUNK];
};

static inline bool save_is_loading(const struct save_stream *s)
{
	return s->read != NULL;
}

uint64_t save_u(struct save_stream *s, uint64_t v);
int64_t save_i(struct save_stream *s, int64_t v);
bool save_bool(struct save_stream *s, bool v);

/* What is above max makes the stream bad, and is 0. */
uint64_t save_most(struct save_stream *s, uint64_t v, uint64_t max);

/* Loading, what is no finite number makes the stream bad, and is 0. */
float save_float(struct save_stream *s, float v);

void save_bytes(struct save_stream *s, void *data, size_t len);
void save_addr(struct save_stream *s, struct addr *a);

/* Many numbers, most of which are 0.  Saving changes nothing of them, not even to the same value. */
void save_words(struct save_stream *s, uint64_t *v, size_t n);
void save_halves(struct save_stream *s, uint32_t *v, size_t n);

/* A number that is known: loading, another one makes the stream bad. */
void save_mark(struct save_stream *s, uint64_t mark);

/* Sends what is left.  False when anything went wrong. */
bool save_finish(struct save_stream *s);

#endif
