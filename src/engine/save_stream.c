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

static size_t zeros_at(const uint64_t *v, size_t n)
{
	size_t k = 0;
	while (k < n && !v[k])
		k++;
	return k;
}

/* A zero is followed by the number of zeros behind it. */
void save_words(struct save_stream *s, uint64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t word = save_is_loading(s) ? get_u(s) : v[i];
		if (!save_is_loading(s))
			put_u(s, word);
		else
			v[i] = word;
		if (word)
			continue;
		size_t more = save_is_loading(s) ? 0 : zeros_at(v + i + 1, n - i - 1);
		more = save_most(s, more, n - i - 1);
		if (save_is_loading(s))
			memset(v + i + 1, 0, more * sizeof(*v));
		i += more;
	}
}

void save_halves(struct save_stream *s, uint32_t *v, size_t n)
{
	uint64_t words[256];
	for (size_t from = 0, len; from < n; from += len) {
		len = n - from < 256 ? n - from : 256;
		for (size_t i = 0; i < len && !save_is_loading(s); i++)
			words[i] = v[from + i];
		save_words(s, words, len);
		for (size_t i = 0; i < len && save_is_loading(s); i++) {
			s->bad = s->bad || words[i] > UINT32_MAX;
			if (v[from + i] != (uint32_t)words[i]) /* pages never touched stay so */
				v[from + i] = (uint32_t)words[i];
		}
	}
}
