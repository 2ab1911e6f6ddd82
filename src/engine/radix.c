/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/radix.h"

#include <stdbool.h>
#include <string.h>

#include "engine/reserve.h"

enum {
	DIGIT_BITS = 11,
	DIGITS = 1 << DIGIT_BITS,
	FEW = 24, /* so many are inserted one by one */
	PART_BITS_MAX = 8,
};

struct keyed {
	uint64_t key;
	uint32_t i;
};

struct ordering {
	const struct radix_keys *keys;
	struct keyed *at, *other; /* for the part at work */
	size_t cap;               /* of each */
	/* for cutting into parts: */
	uint16_t *part; /* of each */
	uint32_t *cut;
};

static uint64_t key_of(const struct ordering *o, uint32_t i, unsigned word)
{
	return o->keys->word(o->keys->arg, i, word);
}

static bool make_room(struct ordering *o, size_t n)
{
	if (n <= o->cap)
		return true;
	reserve_release(o->at, 2 * o->cap * sizeof(*o->at));
	o->at = reserve_pages(2 * n * sizeof(*o->at));
	o->other = o->at ? o->at + n : NULL;
	o->cap = o->at ? n : 0;
	return o->at;
}

/* ---- a part, stable ------------------------------------------------------------------------------ */

/* By the words from `word` on. */
static int compare(const struct ordering *o, uint32_t a, uint32_t b, unsigned word)
{
	for (; word < o->keys->n_words; word++) {
		uint64_t ka = key_of(o, a, word), kb = key_of(o, b, word);
		if (ka != kb)
			return ka < kb ? -1 : 1;
	}
	return 0;
}

static void insert_each(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	for (size_t k = 1; k < n; k++) {
		uint32_t i = out[k];
		size_t to = k;
		for (; to && compare(o, i, out[to - 1], word) < 0; to--)
			out[to] = out[to - 1];
		out[to] = i;
	}
}

static unsigned digit(uint64_t key, unsigned shift)
{
	return (unsigned)(key >> shift) & (DIGITS - 1);
}

static void move_by_digit(const struct keyed *from, struct keyed *to, size_t n, unsigned shift)
{
	uint32_t start[DIGITS] = { 0 }, sum = 0;

	for (size_t k = 0; k < n; k++)
		start[digit(from[k].key, shift)]++;
	for (size_t d = 0; d < DIGITS; d++) {
		uint32_t count = start[d];
		start[d] = sum;
		sum += count;
	}
	for (size_t k = 0; k < n; k++)
		to[start[digit(from[k].key, shift)]++] = from[k];
}

/* False when all have the same word. */
static bool sort_by_word(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	struct keyed *from = o->at, *to = o->other;
	uint64_t diff = 0;

	for (size_t k = 0; k < n; k++) {
		from[k] = (struct keyed){ key_of(o, out[k], word), out[k] };
		diff |= from[k].key ^ from[0].key;
	}
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		if (!digit(diff, shift))
			continue;
		move_by_digit(from, to, n, shift);
		struct keyed *t = from;
		from = to;
		to = t;
	}
	for (size_t k = 0; diff && k < n; k++)
		out[k] = from[k].i;
	return diff != 0;
}

/* By this word, then those that have it in common by the next; as deep as a key has words. */
static void sort_part(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	if (n <= FEW) {
		insert_each(o, out, n, word);
		return;
	}
	while (!sort_by_word(o, out, n, word))
		if (++word == o->keys->n_words)
			return;
	if (++word == o->keys->n_words)
		return;
	for (size_t from = 0, to; from < n; from = to) {
		uint64_t key = key_of(o, out[from], word - 1);
		for (to = from + 1; to < n && key_of(o, out[to], word - 1) == key;)
			to++;
		if (to - from > 1)
			sort_part(o, out + from, to - from, word);
	}
}

/* ---- parts --------------------------------------------------------------------------------------- */

/* Which bits of the word are not the same in all. */
static uint64_t differing(const struct ordering *o, const uint32_t *out, size_t n, unsigned word)
{
	uint64_t first = key_of(o, out[0], word), diff = 0;
	for (size_t k = 1; k < n; k++)
		diff |= key_of(o, out[k], word) ^ first;
	return diff;
}

/* So many bits that, with luck, the parts are a quarter of what a part may be. */
static unsigned part_bits(size_t n)
{
	unsigned bits = 1;
	while (bits < PART_BITS_MAX && n >> bits > RADIX_PART / 4)
		bits++;
	return bits;
}

/* Cuts by the highest bits that differ, keeping the order within a part; end[k] is where part k ends. */
static unsigned cut(struct ordering *o, uint32_t *out, size_t n, unsigned word, uint64_t diff,
		    uint32_t end[1 << PART_BITS_MAX])
{
	unsigned bits = part_bits(n), high = 64 - (unsigned)__builtin_clzll(diff);
	unsigned shift = high > bits ? high - bits : 0, mask = (1u << bits) - 1;
	uint32_t sum = 0;

	memset(end, 0, sizeof(*end) << bits);
	for (size_t k = 0; k < n; k++) {
		o->part[k] = (uint16_t)(key_of(o, out[k], word) >> shift & mask);
		end[o->part[k]]++;
	}
	for (unsigned k = 0; k <= mask; k++) {
		uint32_t count = end[k];
		end[k] = sum;
		sum += count;
	}
	for (size_t k = 0; k < n; k++)
		o->cut[end[o->part[k]]++] = out[k];
	memcpy(out, o->cut, n * sizeof(*out));
	return mask + 1;
}

/* Any number of them, by the words from `word` on.  Goes no deeper than a key has bits. */
static bool sort_all(struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	uint32_t end[1 << PART_BITS_MAX], from = 0;
	uint64_t diff = 0;

	if (n <= RADIX_PART) {
		if (!make_room(o, n))
			return false;
		sort_part(o, out, n, word);
		return true;
	}
	while (!diff && word < o->keys->n_words)
		diff = differing(o, out, n, word++);
	if (!diff)
		return true;
	unsigned n_parts = cut(o, out, n, word - 1, diff, end);
	for (unsigned k = 0; k < n_parts; k++) {
		if (end[k] > from && !sort_all(o, out + from, end[k] - from, word - 1))
			return false;
		from = end[k];
	}
	return true;
}

enum err radix_order(const struct radix_keys *keys, size_t n, uint32_t *out)
{
	struct ordering o = { .keys = keys };
	bool done = true;

	for (size_t i = 0; i < n; i++)
		out[i] = (uint32_t)i;
	if (n > RADIX_PART) {
		o.part = reserve_pages(n * sizeof(*o.part));
		o.cut = reserve_pages(n * sizeof(*o.cut));
		done = o.part && o.cut;
	}
	done = done && sort_all(&o, out, n, 0);
	reserve_release(o.part, n * sizeof(*o.part));
	reserve_release(o.cut, n * sizeof(*o.cut));
	reserve_release(o.at, 2 * o.cap * sizeof(*o.at));
	return done ? ERR_OK : ERR_MEMORY;
}
