/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/save_stream.h"

#include <math.h>
#include <string.h>

#include "base/bytes.h"

/* ---- chunks -------------------------------------------------------------------------------------- */

static void send_chunk(struct save_stream *s)
{
	uint8_t len[4] = { (uint8_t)(s->at >> 24), (uint8_t)(s->at >> 16), (uint8_t)(s->at >> 8),
			   (uint8_t)s->at };
	if (!s->bad && s->at)
		s->bad = !s->write(s->arg, len, 4) || !s->write(s->arg, s->chunk, s->at);
	s->at = 0;
}

static void take_chunk(struct save_stream *s)
{
	uint8_t len[4] = { 0 };
	s->at = s->len = 0;
	s->bad = s->bad || !s->read(s->arg, len, 4);
	size_t n = (size_t)len[0] << 24 | (size_t)len[1] << 16 | (size_t)len[2] << 8 | len[3];
	s->bad = s->bad || n == 0 || n > SAVE_CHUNK || !s->read(s->arg, s->chunk, n);
	if (!s->bad)
		s->len = n;
}

static inline void put(struct save_stream *s, uint8_t octet)
{
	if (s->at == SAVE_CHUNK)
		send_chunk(s);
	s->chunk[s->at++] = octet;
}

static inline uint8_t get(struct save_stream *s)
{
	if (s->at == s->len)
		take_chunk(s);
	return s->bad ? 0 : s->chunk[s->at++];
}

bool save_finish(struct save_stream *s)
{
	if (!save_is_loading(s))
		send_chunk(s);
	return !s->bad;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static void put_u(struct save_stream *s, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		put(s, (uint8_t)(v | 0x80));
	put(s, (uint8_t)v);
}

static uint64_t get_u(struct save_stream *s)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t octet = get(s);
		v |= (uint64_t)(octet & 0x7f) << shift;
		if (!(octet & 0x80))
			return v;
	}
	s->bad = true;
	return 0;
}

uint64_t save_u(struct save_stream *s, uint64_t v)
{
	if (save_is_loading(s))
		return get_u(s);
	put_u(s, v);
	return v;
}

int64_t save_i(struct save_stream *s, int64_t v)
{
	uint64_t u = (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
	u = save_u(s, u);
	return (int64_t)(u >> 1 ^ (u & 1 ? UINT64_MAX : 0));
}

bool save_bool(struct save_stream *s, bool v)
{
	return save_most(s, v, 1) != 0;
}

uint64_t save_most(struct save_stream *s, uint64_t v, uint64_t max)
{
	v = save_u(s, v);
	if (v > max)
		s->bad = true;
	return v > max ? 0 : v;
}

float save_float(struct save_stream *s, float v)
{
	uint32_t bits;
	memcpy(&bits, &v, sizeof(bits));
	bits = (uint32_t)save_most(s, bits, UINT32_MAX);
	memcpy(&v, &bits, sizeof(v));
	if (isfinite(v))
		return v;
	s->bad = true;
	return 0;
}

void save_bytes(struct save_stream *s, void *data, size_t len)
{
	uint8_t *at = data;
	for (size_t i = 0; i < len; i++) {
		if (save_is_loading(s))
			at[i] = get(s);
		else
			put(s, at[i]);
	}
}

void save_addr(struct save_stream *s, struct addr *a)
{
	bool v4 = save_bool(s, addr_is_v4(a));
	if (save_is_loading(s))
		*a = v4 ? addr_from_v4((const uint8_t[4]){ 0 }) : (struct addr){ 0 };
	save_bytes(s, v4 ? a->b + 12 : a->b, v4 ? 4 : 16);
}

void save_mark(struct save_stream *s, uint64_t mark)
{
	if (save_u(s, mark) != mark)
		s->bad = true;
}

/* ---- many ---------------------------------------------------------------------------------------- */

/* Words of 8 or 4 octets. */
struct many {
	uint64_t *words; /* or NULL */
	uint32_t *halves;
	size_t n;
};

static inline uint64_t word_at(const struct many *m, size_t i)
{
	return m->words ? m->words[i] : m->halves[i];
}

/* Pages that were never touched stay so. */
static inline void set_word(const struct many *m, size_t i, uint64_t v)
{
	if (m->words && m->words[i] != v)
		m->words[i] = v;
	else if (m->halves && m->halves[i] != (uint32_t)v)
		m->halves[i] = (uint32_t)v;
}

/* A zero is followed by the number of zeros behind it. */
static void put_many(struct save_stream *s, const struct many *m)
{
	for (size_t i = 0, from; i < m->n; i++) {
		put_u(s, word_at(m, i));
		if (word_at(m, i))
			continue;
		for (from = i; i + 1 < m->n && !word_at(m, i + 1);)
			i++;
		put_u(s, i - from);
	}
}

static void get_many(struct save_stream *s, const struct many *m)
{
	for (size_t i = 0; i < m->n; i++) {
		uint64_t v = m->words ? get_u(s) : save_most(s, 0, UINT32_MAX);
		set_word(m, i, v);
		for (uint64_t more = v ? 0 : save_most(s, 0, m->n - i - 1); more; more--)
			set_word(m, ++i, 0);
	}
}

static void save_many(struct save_stream *s, const struct many *m)
{
	if (save_is_loading(s))
		get_many(s, m);
	else
		put_many(s, m);
}

void save_words(struct save_stream *s, uint64_t *v, size_t n)
{
	save_many(s, &(struct many){ .words = v, .n = n });
}

void save_halves(struct save_stream *s, uint32_t *v, size_t n)
{
	save_many(s, &(struct many){ .halves = v, .n = n });
}
